package sandbox

import (
	"errors"
	"fmt"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/catalog"
	"github.com/riglet/riglet/internal/sandbox/journal"
	"github.com/riglet/riglet/internal/sandbox/model"
)

// ErrLocked says that another process has the cloud's folder.
var ErrLocked = journal.ErrLocked

// Cloud is an offline AWS account, kept in a folder. It is safe for concurrent
// use.
type Cloud struct {
	mu      sync.Mutex
	table   *model.Table
	world   *model.World
	journal *journal.Journal
	closed  bool

	configured bool // whether a provider instance chose the region
}

// Resource is one resource in the cloud.
type Resource struct {
	Type    string // the type token, for example "aws:ec2/vpc:Vpc"
	ID      string
	URN     string
	Inputs  resource.PropertyMap
	Outputs resource.PropertyMap
}

// Open loads the cloud that is kept in a folder, which it creates if need be,
// and takes the folder until Close. It returns ErrLocked when another process
// has it.
func Open(dir string) (*Cloud, error) {
	table := catalog.Table()
	c := &Cloud{table: table, world: model.NewWorld(table)}
	j, err := journal.Open(dir, c.world.Replay)
	if err != nil {
		return nil, err
	}
	c.journal = j
	if err := c.compact(); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return c, nil
}

// Close writes the cloud and gives its folder back. Closing twice is no error.
func (c *Cloud) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	return errors.Join(c.compact(), c.journal.Close())
}

func (c *Cloud) compact() error {
	entries, err := c.world.Snapshot()
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	return c.journal.Compact(entries)
}

// Resources returns everything in the cloud, ordered by type and then by id.
func (c *Cloud) Resources() []Resource {
	c.mu.Lock()
	defer c.mu.Unlock()
	objects := c.world.Objects()
	out := make([]Resource, 0, len(objects))
	for _, o := range objects {
		out = append(out, Resource{
			Type: o.Token, ID: o.ID, URN: o.URN, Inputs: o.Inputs.Copy(), Outputs: o.Outputs.Copy(),
		})
	}
	return out
}

// create, update and remove change the world and write the journal as one step.
func (c *Cloud) create(token, urn string, inputs resource.PropertyMap) (*model.Object, error) {
	return c.change(func() (*model.Object, error) { return c.world.Create(token, urn, inputs) })
}

func (c *Cloud) update(token, id, urn string, inputs resource.PropertyMap) (*model.Object, error) {
	return c.change(func() (*model.Object, error) { return c.world.Update(token, id, urn, inputs) })
}

func (c *Cloud) change(apply func() (*model.Object, error)) (*model.Object, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, errors.New("the offline cloud is closed")
	}
	o, err := apply()
	if err != nil {
		return nil, err
	}
	entry, err := c.world.PutEntry(o)
	if err != nil {
		return nil, err
	}
	return o, c.journal.Append(entry)
}

func (c *Cloud) remove(token, id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return errors.New("the offline cloud is closed")
	}
	o, err := c.world.Delete(token, id)
	if err != nil || o == nil {
		return err
	}
	return c.journal.Append(model.DeleteEntry(o))
}
