package cli

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/riglet/riglet/internal/engine"
)

// asks says whether the user has to agree before the operation starts. Offline there is nothing to lose.
func (i *invocation) asks() bool {
	return !i.flags.offline && !i.flags.yes && (i.operation == engine.Up || i.operation == engine.Destroy)
}

// mayChange refuses to ask where nobody can answer.
func (i *invocation) mayChange() error {
	if i.asks() && !isTerminal(i.deps.Stdin) {
		return fmt.Errorf("%s on AWS asks before it changes anything, and there is no terminal: "+
			"pass --yes, or --offline", i.operation)
	}
	return nil
}

// confirm shows the plan and asks. The result is that of the plan if the answer is no.
func (i *invocation) confirm(
	ctx context.Context, s *session, target engine.Target,
) (engine.Result, bool, error) {
	plan := engine.Preview
	if i.operation == engine.Destroy {
		plan = engine.PreviewDestroy
	}
	result, err := i.show(ctx, s, target, plan)
	if err != nil || !result.OK {
		return result, false, err
	}
	_, _ = fmt.Fprintf(i.text, "\n%s %s on AWS? Only yes is yes: ", i.operation, target.Stack)
	answer, _ := bufio.NewReader(i.deps.Stdin).ReadString('\n')
	if strings.TrimSpace(answer) == "yes" {
		return result, true, nil
	}
	result.Operation, result.OK = i.operation, false
	result.Errors = []string{target.Stack + ": not confirmed, nothing was changed"}
	_, _ = fmt.Fprintln(i.deps.Stderr, result.Errors[0])
	return result, false, nil
}
