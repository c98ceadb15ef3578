package model

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
)

// Entry is one line of the journal.
type Entry struct {
	Op      string          `json:"op"`
	Type    string          `json:"type,omitempty"`
	ID      string          `json:"id,omitempty"`
	URN     string          `json:"urn,omitempty"`
	Seed    string          `json:"seed,omitempty"`
	Life    int             `json:"life,omitempty"`
	Secrets []string        `json:"secrets,omitempty"`
	Inputs  json.RawMessage `json:"inputs,omitempty"`
	Outputs json.RawMessage `json:"outputs,omitempty"`
	Lives   map[string]int  `json:"lives,omitempty"`
	Gone    []string        `json:"gone,omitempty"`
	Region  string          `json:"region,omitempty"`
}

// The operations in a journal. An opPut of what exists replaces it.
const (
	opPut    = "put"
	opDelete = "delete"
	opState  = "state"
)

// PutEntry records that an object exists, and the region that it is in.
func (w *World) PutEntry(o *Object) (Entry, error) {
	e := Entry{
		Op: opPut, Type: o.Token, ID: o.ID, URN: o.URN, Seed: o.Seed, Life: o.Life,
		Secrets: o.Secrets, Region: w.Region,
	}
	var err error
	if e.Inputs, err = encode(o.Inputs); err != nil {
		return e, err
	}
	e.Outputs, err = encode(o.Outputs)
	return e, err
}

// DeleteEntry records that an object is gone.
func DeleteEntry(o *Object) Entry { return Entry{Op: opDelete, Type: o.Token, ID: o.ID} }

// Replay applies one entry.
func (w *World) Replay(line json.RawMessage) error {
	var e Entry
	if err := json.Unmarshal(line, &e); err != nil {
		return err
	}
	switch e.Op {
	case opPut:
		return w.replayPut(e)
	case opDelete:
		if o := w.Get(e.Type, e.ID); o != nil {
			w.bury(o)
		}
	case opState:
		w.replayState(e)
	default:
		return fmt.Errorf("unknown operation %q", e.Op)
	}
	return nil
}

func (w *World) replayPut(e Entry) error {
	if err := w.table.Known(e.Type); err != nil {
		return err
	}
	o := &Object{Token: e.Type, ID: e.ID, URN: e.URN, Seed: e.Seed, Life: e.Life, Secrets: e.Secrets}
	var err error
	if o.Inputs, err = decode(e.Inputs); err != nil {
		return err
	}
	if o.Outputs, err = decode(e.Outputs); err != nil {
		return err
	}
	if old := w.Get(e.Type, e.ID); old != nil {
		w.remove(old)
	}
	w.Region = e.Region
	w.lives[o.URN] = max(w.lives[o.URN], o.Life)
	w.insert(o)
	return nil
}

func (w *World) replayState(e Entry) {
	if e.Region != "" {
		w.Region = e.Region
	}
	maps.Copy(w.lives, e.Lives)
	for _, name := range e.Gone {
		w.gone[name] = true
	}
}

// Snapshot returns the entries that rebuild the cloud as it is.
func (w *World) Snapshot() ([]any, error) {
	entries := []any{Entry{
		Op: opState, Region: w.Region, Lives: w.lives, Gone: slices.Sorted(maps.Keys(w.gone)),
	}}
	for _, o := range w.Objects() {
		e, err := w.PutEntry(o)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func marshalOptions() plugin.MarshalOptions {
	return plugin.MarshalOptions{KeepSecrets: true, KeepUnknowns: true, KeepResources: true}
}

func encode(props resource.PropertyMap) (json.RawMessage, error) {
	s, err := plugin.MarshalProperties(props, marshalOptions())
	if err != nil {
		return nil, err
	}
	return protojson.Marshal(s)
}

func decode(raw json.RawMessage) (resource.PropertyMap, error) {
	var s structpb.Struct
	if err := protojson.Unmarshal(raw, &s); err != nil {
		return nil, err
	}
	return plugin.UnmarshalProperties(&s, marshalOptions())
}
