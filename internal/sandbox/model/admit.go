package model

import (
	"fmt"
	"strings"
)

// admit checks an object that is about to exist against all that does.
func (w *World) admit(s *Scene) error {
	if err := w.checkRefs(s); err != nil {
		return err
	}
	if err := w.checkKeys(s); err != nil {
		return err
	}
	for _, rule := range s.Kind.Admit {
		if err := rule(s); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) checkRefs(s *Scene) error {
	for _, ref := range s.Kind.Refs {
		for _, value := range s.Ins(ref.Path) {
			if !w.resolves(ref, value) {
				return w.missing(s, ref, value)
			}
		}
	}
	return nil
}

func (w *World) resolves(ref Ref, value string) bool {
	if w.Find(ref.To, ref.By, value) != nil {
		return true
	}
	return ref.Outside != nil && !w.gone[nameKey(ref.To, ref.By, value)] &&
		ref.Outside.MatchString(value) && w.sameRegion(value)
}

// sameRegion says whether an ARN, if it is one, is of the cloud's region or of
// none.
func (w *World) sameRegion(value string) bool {
	parts := strings.SplitN(value, ":", 5)
	return len(parts) < 5 || parts[0] != "arn" || parts[3] == "" || parts[3] == w.Region
}

func (w *World) missing(s *Scene, ref Ref, value string) error {
	template := ref.Missing
	if target := w.table.Kind(ref.To); template == "" && target != nil {
		template = target.Missing
	}
	if template == "" {
		template = "NotFound: {value} does not exist"
	}
	return w.refuse(s.Object, template, map[string]string{"value": value})
}

// refuse makes an AWSError of a template "Code: message".
func (w *World) refuse(o *Object, template string, more map[string]string) error {
	e := w.expander(o)
	for k, v := range more {
		e.fixed[k] = v
	}
	code, message, _ := strings.Cut(template, ": ")
	return &AWSError{Code: code, Message: e.expand(message)}
}

func (w *World) checkKeys(s *Scene) error {
	for _, key := range s.Kind.Keys {
		full := w.keyOf(s.Kind, key, s.Object)
		holder := w.keys[full]
		if full == "" || holder == nil || (s.Old != nil && holder.ID == s.Old.ID) {
			continue
		}
		more := map[string]string{}
		if key.Describe != nil {
			more["key"] = key.Describe(s.Object.Inputs)
		}
		return w.refuse(s.Object, key.Error, more)
	}
	return nil
}

// release checks that an object may go.
func (w *World) release(s *Scene) error {
	for _, rule := range s.Kind.Release {
		if err := rule(s); err != nil {
			return err
		}
	}
	if s.Kind.Kept {
		return nil
	}
	users := w.holders(s.Object)
	if len(users) == 0 {
		return nil
	}
	template := s.Kind.Busy
	if template == "" {
		template = "DependencyViolation: resource {id} has a dependent object"
	}
	err := w.refuse(s.Object, template, nil)
	return fmt.Errorf("%w (%s)", err, list(users))
}

// list names the first objects, so that a reader sees what to remove.
func list(objects []*Object) string {
	const most = 3
	var names []string
	for i, o := range objects {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more", len(objects)-most))
			break
		}
		names = append(names, typeName(o.Token)+" "+o.ID)
	}
	return "used by " + strings.Join(names, ", ")
}

func typeName(token string) string { return token[strings.LastIndex(token, ":")+1:] }
