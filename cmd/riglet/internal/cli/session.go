package cli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/riglet/riglet/internal/engine"
	"github.com/riglet/riglet/internal/langhost"
)

// session is an engine with what is attached to it.
type session struct {
	engine *engine.Engine
	closes []func() error
}

func (i *invocation) open(root string, force <-chan struct{}) (*session, error) {
	e, err := engine.New(engine.Options{
		Root: root, Offline: i.flags.offline, Environ: i.deps.Environ,
		CreateMissing: i.operation == engine.Up, Force: force,
	})
	if err != nil {
		return nil, err
	}
	s := &session{engine: e}
	// The outputs are in the state; reading them need not wait for a run that holds the cloud.
	if !i.flags.offline || i.operation == engine.Outputs {
		return s, nil
	}
	if err := s.attachCloud(i.deps.OpenCloud); err != nil {
		return nil, err
	}
	if i.flags.program != "" {
		if err := s.attachLanguage(); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	return s, nil
}

func (s *session) attachCloud(open func(dir string) (Cloud, error)) error {
	cloud, err := open(s.engine.CloudDir())
	if errors.Is(err, ErrCloudLocked) {
		return fmt.Errorf("another offline run holds %s: wait until it is done", s.engine.CloudDir())
	}
	if err != nil {
		return err
	}
	s.closes = append(s.closes, cloud.Close)
	s.engine.AttachProviders(cloud.Providers())
	s.engine.AttachEnviron(cloud.Environ())
	s.engine.ReconcileWith(cloud.Reconcile)
	return nil
}

// attachLanguage serves the language host from this process, so that no plugin has to be installed.
func (s *session) attachLanguage() error {
	host := langhost.New(langhost.Options{Environ: s.engine.Environ(), Cache: s.engine.ProgramsDir()})
	server, err := host.Serve()
	if err != nil {
		return err
	}
	s.closes = append(s.closes, server.Stop)
	s.engine.AttachLanguages(server.DebugLanguages())
	return nil
}

func (s *session) close() error {
	var errs []error
	for _, closeOne := range slices.Backward(s.closes) {
		errs = append(errs, closeOne())
	}
	return errors.Join(errs...)
}
