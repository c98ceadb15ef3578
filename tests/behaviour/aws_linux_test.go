package behaviour_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The statuses and messages of the AWS CLI when the service refuses.
const refused = 254

// aws is the part of EC2 and Auto Scaling that the host uses. It holds the calls to the form
// that the services hold them to, and moves the interface between namespaces.
func (s *stand) aws([]string) int {
	if !strings.HasPrefix(s.line, "aws --region "+region+" ") {
		return fail(252, "no region")
	}
	if s.note("aws", s.line) <= s.Denied {
		return fail(refused, "An error occurred (AccessDenied): not authorized to perform this operation")
	}
	for call, answer := range map[string]func() int{
		"ec2 describe-network-interfaces":       s.describe,
		"ec2 attach-network-interface":          s.attach,
		"ec2 detach-network-interface":          s.detach,
		"autoscaling complete-lifecycle-action": s.complete,
	} {
		if strings.Contains(s.line, " "+call+" ") {
			return answer()
		}
	}
	return fail(252, "unknown call: "+s.line)
}

func (s *stand) has(words ...string) bool {
	for _, word := range words {
		if !strings.Contains(s.line+" ", " "+word+" ") {
			return false
		}
	}
	return true
}

func (s *stand) describe() int {
	if !s.has("--network-interface-ids "+fixedInterface, "--output text") {
		return fail(252, "unexpected: "+s.line)
	}
	holder := s.read("holder")
	if holder == "" && s.note("looks", "-") <= s.Detaching {
		holder = oldInstance
	}
	if holder == "" {
		fmt.Println("available\tNone\tNone\t" + fixedMAC)
	} else {
		fmt.Println("in-use\t" + holder + "\t" + attachment(holder) + "\t" + fixedMAC)
	}
	return 0
}

func attachment(holder string) string { return "eni-attach-" + strings.TrimPrefix(holder, "i-") }

func (s *stand) attach() int {
	if !s.has("--network-interface-id "+fixedInterface, "--instance-id "+newInstance, "--device-index 1") {
		return fail(252, "unexpected: "+s.line)
	}
	if holder := s.read("holder"); holder != "" {
		return fail(refused, "An error occurred (InvalidNetworkInterface.InUse): in use by "+holder)
	}
	return s.move("limbo", "nat", newInstance)
}

func (s *stand) detach() int {
	holder := s.read("holder")
	if holder == "" || !s.has("--attachment-id "+attachment(holder), "--force") {
		return fail(refused, "An error occurred (InvalidAttachmentID.NotFound): "+s.line)
	}
	return s.move("old", "limbo", "")
}

func (s *stand) move(from, to, holder string) int {
	command := exec.Command(s.Real["ip"], "-n", s.Prefix+from, "link", "set", "ens6", "netns", s.Prefix+to)
	if out, err := command.CombinedOutput(); err != nil {
		return fail(refused, string(out))
	}
	return status(os.WriteFile(filepath.Join(s.dir, "holder"), []byte(holder), 0o600))
}

// complete takes one answer for the instance. The group then has no pending action any more.
func (s *stand) complete() int {
	if !s.has("--auto-scaling-group-name="+group, "--lifecycle-hook-name="+hook, "--instance-id "+newInstance) {
		return fail(252, "unexpected: "+s.line)
	}
	if s.read("lifecycle") != "" {
		return fail(refused, "An error occurred (ValidationError) when calling the CompleteLifecycleAction operation: "+
			"No active Lifecycle Action found with instance ID "+newInstance)
	}
	for _, result := range []string{"CONTINUE", "ABANDON"} {
		if s.has("--lifecycle-action-result " + result) {
			s.note("lifecycle", result)
			return 0
		}
	}
	return fail(252, "unexpected: "+s.line)
}
