// Package image bakes machine images: a pipeline of EC2 Image Builder that installs components on a parent image, tests
// the result and publishes its id to an SSM parameter.
//
//	shop, err := image.NewImage(ctx, "shop", &image.Args{
//		Region: "eu-central-1", VPCID: network.VPCID, SubnetID: network.AppSubnetIDs.Index(pulumi.Int(0)),
//		Components: []image.Component{{Name: "shop", Data: document}},
//	})
//	if err != nil {
//		return err
//	}
//	ctx.Export("image", shop.ParameterName)
//
// An update bakes nothing: it makes the pipeline, which is started by an operator, a delivery pipeline or its schedule
// (aws imagebuilder start-image-pipeline-execution). An image is baked once and used by every environment.
//
// # Use
//
// [Resolve] takes the parameter, one version of it, or the id of any other image, so that what is baked here and what
// is not are used alike. A fleet that names a version of the parameter is changed by no bake. Until the first bake the
// parameter has the parent image, or the one that FirstImageID gives.
//
// # The recipe
//
// Recipes and components are never changed in AWS. Their versions follow from their content: a change makes a new one,
// moves the pipeline to it, and only then removes the old one. The default parent is the newest Debian 12 at the time
// of the update; a newer one shows in the preview as a new recipe.
//
// # What is kept
//
// KeepImages images, those launched in the last KeepLaunchedDays, and those with the tag riglet:keep = true. All others
// go with their snapshots.
//
// # Limits
//
// An image under AWS's own key cannot be shared with another account. With a key of your own, hosts that Auto Scaling
// launches need a grant of that key for its service role. AWS does not list Debian among the systems that it tests
// Image Builder with.
//
// # Errors
//
// NewImage refuses arguments before anything is registered, naming all that are at fault.
//
// # Outputs
//
// The parameter, the pipeline and the recipe, see [Image].
package image
