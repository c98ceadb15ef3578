// Package taskdef writes what ECS is told of a task: the container as JSON in the form that AWS gives back, so that
// an unchanged program changes nothing, the pairs of CPU and memory that Fargate has, what may stand in an
// environment, and what a task and whoever starts it may do.
//
// It knows neither Pulumi nor the AWS SDK.
package taskdef
