// Package stacks puts components together to environments.
//
// An environment is a stack, and its Pulumi.<env>.yaml has one section for each thing that it runs. A section that
// is absent is not deployed. Nothing here knows an environment by its name: whatever differs between two of them
// is in their files.
//
//	section             runs                                              exports
//	riglet:network      the foundation, and its balancer where it has one network, ingress, operationsTopicArn
//	riglet:cluster      the hosts of the ECS cluster                      cluster
//	riglet:services     what runs on them, each as app-<service>          services
//	riglet:rolling      a fleet that rolls without downtime               rolling
package stacks
