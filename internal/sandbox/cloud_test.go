package sandbox_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/sandbox"
)

func open(tb testing.TB, dir string) *lab {
	tb.Helper()
	cloud, err := sandbox.Open(dir)
	require.NoError(tb, err)
	l := &lab{
		tb: tb, cloud: cloud, p: sandbox.NewProvider(cloud),
		made: map[string]plugin.CreateResponse{}, types: map[string]string{},
	}
	require.NoError(tb, l.configure(region))
	return l
}

func TestOpen_finds_what_was_kept(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "deep", "cloud")
	l := open(t, dir)
	for _, th := range all() {
		l.make(th.token, th.name, th.props)
	}
	want := l.cloud.Resources()
	require.NoError(t, l.cloud.Close())

	again := open(t, dir)
	assert.Equal(t, want, again.cloud.Resources())
	again.made, again.types = l.made, l.types
	require.ErrorContains(t, again.remove("vpc"), "DependencyViolation", "references are known again")
	require.NoError(t, again.cloud.Close())
}

func TestOpen_survives_a_process_that_died(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := open(t, dir)
	l.make(vpcT, "vpc", props{"cidrBlock": "10.10.0.0/16"})
	l.make(subnetT, "a", props{"vpcId": "@vpc", "cidrBlock": "10.10.0.0/24"})
	journal, err := os.ReadFile(filepath.Join(dir, "cloud.jsonl"))
	require.NoError(t, err)
	require.NoError(t, l.cloud.Close())

	torn := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(torn, "cloud.jsonl"), journal[:len(journal)-20], 0o600))
	again := open(t, torn)
	assert.Len(t, again.cloud.Resources(), 1)
	require.NoError(t, again.cloud.Close())
}

func TestOpen_is_refused_while_another_has_the_folder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := open(t, dir)
	_, err := sandbox.Open(dir)
	require.ErrorIs(t, err, sandbox.ErrLocked)
	require.NoError(t, l.cloud.Close())
	require.NoError(t, l.cloud.Close(), "closing twice is no error")
	require.NoError(t, open(t, dir).cloud.Close())
}

func TestOpen_keeps_files_private(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "cloud")
	require.NoError(t, open(t, dir).cloud.Close())
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "cloud.jsonl"): 0o600} {
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, want, info.Mode().Perm(), path)
	}
}

func TestCreate_is_reproducible_and_never_repeats_an_id(t *testing.T) {
	t.Parallel()
	a, b := newLab(t), newLab(t)
	first := a.make(vpcT, "vpc", props{"cidrBlock": "10.10.0.0/16"}).ID
	assert.Equal(t, first, b.make(vpcT, "vpc", props{"cidrBlock": "10.10.0.0/16"}).ID)
	second := a.make(vpcT, "vpc", props{"cidrBlock": "10.10.0.0/16"}).ID
	assert.NotEqual(t, first, second, "a replacement is another VPC")
}

func TestClosedCloud_refuses_changes(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir())
	require.NoError(t, l.cloud.Close())
	require.ErrorContains(t, l.try(vpcT, "vpc", props{"cidrBlock": "10.10.0.0/16"}), "the offline cloud is closed")
}

func TestCreate_in_parallel(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	vpc := l.make(vpcT, "vpc", props{"cidrBlock": "10.10.0.0/16"})
	var wg sync.WaitGroup
	errs := make([]error, 64)
	for i := range errs {
		wg.Go(func() { errs[i] = createSubnet(l.p, string(vpc.ID), i) })
	}
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	assert.Len(t, l.cloud.Resources(), 65)
}

func createSubnet(p plugin.Provider, vpc string, i int) error {
	_, err := p.Create(context.Background(), plugin.CreateRequest{
		URN: urn(subnetT, fmt.Sprintf("s%d", i)), Type: subnetT, Properties: resource.PropertyMap{
			"vpcId":     resource.NewProperty(vpc),
			"cidrBlock": resource.NewProperty(fmt.Sprintf("10.10.%d.0/24", i)),
		},
	})
	return err
}

func BenchmarkCreate(b *testing.B) {
	for _, n := range []int{20, 200, 2000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for range b.N {
				makeMany(b, n)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/resource")
		})
	}
}

// makeMany makes VPCs of one group and rules, as many as AWS lets a VPC have.
func makeMany(b *testing.B, n int) {
	b.Helper()
	l := newLab(b)
	l.make(vpcT, "vpc", props{"cidrBlock": "10.10.0.0/16"})
	for i := range n {
		group := fmt.Sprintf("g%d", i/50)
		if i%50 == 0 {
			l.make(groupT, group, props{"vpcId": "@vpc"})
		}
		l.make(ingressT, fmt.Sprintf("r%d", i), props{
			"securityGroupId": "@" + group, "ipProtocol": "tcp", "fromPort": i, "toPort": i, "cidrIpv4": "192.0.2.0/24",
		})
	}
}
