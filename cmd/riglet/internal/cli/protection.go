package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/riglet/riglet/internal/engine"
)

// protected are the resources that a destroy of the target would stop at, half way.
func (i *invocation) protected(
	ctx context.Context, s *session, target engine.Target,
) ([]engine.Protected, error) {
	if i.operation != engine.Destroy || target.Program == nil {
		return nil, nil
	}
	return s.engine.Protected(ctx, target)
}

// mayLift tells whether protection may be turned off: where the user said so, and offline, where there is nothing to
// lose.
func (i *invocation) mayLift() bool { return i.flags.unprotect || i.flags.offline }

// lift turns the protection off. It returns the result of what stopped it.
func (i *invocation) lift(
	ctx context.Context, s *session, target engine.Target, protected []engine.Protected,
) (engine.Result, error) {
	result, err := s.engine.Run(ctx, engine.Unprotect, target, nil)
	if err != nil || !result.OK {
		_, _ = io.WriteString(i.deps.Stderr, i.style.Faults(result))
		return result, err
	}
	i.separate()
	i.printed = true
	for _, one := range protected {
		_, _ = fmt.Fprintf(i.text, "%s: turned off %s of %s %s%s\n",
			target.Stack, one.By, engine.ShortType(one.Type), one.Name, i.onAWS())
	}
	return result, nil
}

// onAWS says what an offline run made easier than it is.
func (i *invocation) onAWS() string {
	if i.flags.offline {
		return " (on AWS a destroy stops here, unless --unprotect is given)"
	}
	return ""
}

// refused is the result of a destroy that was not begun.
func (i *invocation) refused(target engine.Target, protected []engine.Protected) engine.Result {
	result := engine.Result{Environment: target.Stack, Offline: i.flags.offline, Operation: i.operation}
	for _, one := range protected {
		line := fmt.Sprintf("%s: %s %s is protected (%s): nothing was destroyed. Turn the protection off and run "+
			"`riglet up %[1]s`, or pass --unprotect", target.Stack, engine.ShortType(one.Type), one.Name, one.By)
		result.Errors = append(result.Errors, line)
		_, _ = fmt.Fprintln(i.deps.Stderr, line)
	}
	return result
}
