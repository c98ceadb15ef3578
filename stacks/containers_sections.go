package stacks

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/compute"
	"github.com/riglet/riglet/stacks/config"
)

func scalingOf(section config.Service) *compute.Scaling {
	if section.Scaling == nil {
		return nil
	}
	return &compute.Scaling{
		MinCount:          section.Scaling.Min,
		MaxCount:          section.Scaling.Max,
		CPUPercent:        section.Scaling.CPUPercent,
		MemoryPercent:     section.Scaling.MemoryPercent,
		RequestsPerTarget: section.Scaling.RequestsPerTarget,
		StepOn5xx:         section.Scaling.StepOn5xx,
		OutSeconds:        section.Scaling.OutSeconds,
		InSeconds:         section.Scaling.InSeconds,
	}
}

func migrationsOf(section config.Service) *compute.Migrations {
	if section.Migrations == nil {
		return nil
	}
	return &compute.Migrations{
		Command: section.Migrations.Command, TimeoutSeconds: section.Migrations.TimeoutSeconds,
	}
}

func volumesOf(section config.Service) []compute.Volume {
	var volumes []compute.Volume
	for _, name := range slices.Sorted(maps.Keys(section.Volumes)) {
		volume := section.Volumes[name]
		volumes = append(volumes, compute.Volume{
			Name:          name,
			Path:          volume.Path,
			FileSystemID:  pulumi.String(volume.FileSystemID),
			AccessPointID: pulumi.String(volume.AccessPointID),
			ReadOnly:      volume.ReadOnly,
		})
	}
	return volumes
}
