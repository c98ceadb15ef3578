// Package host renders the boot document of a fleet's instances, which are Debian 12.
//
// The document is a #cloud-config that writes two programs, their systemd units and the values
// that they read. A fleet's instance then does two things by itself:
//
//   - at its start it fetches the secrets and the image, runs the container as a unit and answers
//     the launch hook: CONTINUE once the health check that the balancer will make has passed three
//     times here, ABANDON when it has not within fifteen minutes or another step has failed;
//   - when the group wants it gone, which the metadata service tells, it goes on serving for the
//     target's deregistration delay, stops what serves with SIGTERM and the time that it was
//     given, and answers the terminate hook.
//
// Each hook is answered once, whatever is run again. The container's environment is in a file
// that only root reads, secrets are read at boot into memory and never on a command line.
//
// In place of a container the user's own cloud-init parts may bring what serves, or the image has
// it already. A systemd unit of theirs with "PartOf=riglet-fleet.target" and "After=riglet-fleet.target" is
// stopped after the drain.
// From the beginning of the drain on there is a file /run/riglet-fleet/draining.
//
// # Permissions
//
// The instance's role needs autoscaling:CompleteLifecycleAction on the group,
// logs:CreateLogStream and logs:PutLogEvents on the log group, and for a container the reading of
// its secrets (ssm:GetParameter, secretsmanager:GetSecretValue, kms:Decrypt) and of its repository in ECR.
//
// # Limits
//
// User data has at most [MaxBytes] bytes. The launch hook's heartbeat timeout must be longer than
// [SetupSeconds], the terminate hook's than [LeaveSeconds], and the default result of the first
// ABANDON, for the failures that cannot be reported.
//
// # Errors
//
// [Render] reports every fault of its parameters at once.
package host
