// Package ecshost writes what a host of an ECS cluster runs at its first boot.
package ecshost

import (
	"fmt"
	"regexp"
	"strings"
)

// ReservedMemoryMiB is what a host keeps for the ECS agent, Docker, containerd and the SSM agent. Without it, tasks
// may reserve all of the memory, and then the kernel ends whatever it likes.
const ReservedMemoryMiB = 256

// clusterName is what ECS calls clusters: nothing that a shell or the agent could read otherwise.
var clusterName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)

// Render is the script for hosts of a cluster, run as root: it tells the ECS agent which cluster to join, and how.
// The agent starts after the script has ended, so that the script must never wait for it.
//
// The error says that the name is none of a cluster.
func Render(cluster string) (string, error) {
	if !clusterName.MatchString(cluster) {
		return "", fmt.Errorf("cluster name: want 1 to 255 letters, digits, hyphens and underscores, got %q", cluster)
	}
	return strings.Join([]string{
		"#!/bin/bash",
		"set -euo pipefail",
		"cat >/etc/ecs/ecs.config <<'EOF'",
		"ECS_CLUSTER=" + cluster,
		// Tasks have roles of their own. Those in bridge mode cannot reach the host's, being one hop too far away;
		// those with an interface of their own could.
		"ECS_AWSVPC_BLOCK_IMDS=true",
		"ECS_DISABLE_PRIVILEGED=true",
		// Two minutes' notice are enough to move tasks, but only if somebody listens.
		"ECS_ENABLE_SPOT_INSTANCE_DRAINING=true",
		fmt.Sprintf("ECS_RESERVED_MEMORY=%d", ReservedMemoryMiB),
		"EOF",
		"",
	}, "\n"), nil
}
