// Package registry keeps container images: a Repository, and optionally what is built into it.
//
// A Repository is an ECR repository whose tags never move, that scans what is pushed, encrypts what it keeps, and
// whose lifecycle clears out builds that nobody released. With Build, the folder of a Dockerfile is built and pushed
// at every update that finds it changed, and at no other.
//
//	shop, err := registry.NewRepository(ctx, "shop", &registry.Args{
//		Build: &registry.Build{Context: "./shop", Args: pulumi.StringMap{"API": api.URL}},
//	})
//	if err != nil {
//		return err
//	}
//	ctx.Export("image", shop.ImageReference)
//
// # What the lifecycle keeps
//
// A digest in use is never expired, in three ways. Images with a tag that begins with "release-" are kept for good:
// whoever releases a digest tags it so, and rules of less weight cannot touch it. What [Build] pushes is in use until
// the next build, and the newest KeepImages of all others are kept. Images without a tag go after UntaggedDays, and
// the parts of an image for several platforms, which have no tag of their own, stay as long as the image: AWS does not
// expire what a manifest list names.
//
// # The build
//
// What was built is told by a hash over the folder, the Dockerfile, the target, the platform and the arguments.
// .dockerignore holds. The tag ends in a number that grows with every change: with tags that never move, going back
// to an earlier state of the folder would else be refused, since a build that is done again is another image.
// Arguments can be read in the image's history by everybody who may pull it: they are no place for secrets.
//
// A base image that changes behind a tag in FROM is not seen: name it by digest.
//
// # Errors
//
// NewRepository refuses arguments before anything is registered, naming all that are at fault, also a folder or a
// Dockerfile that is not there.
//
// # Outputs
//
// What pushes and pulls need, see [Repository].
package registry
