package fleet_test

import (
	"fmt"

	"github.com/riglet/riglet/components/fleet"
	"github.com/riglet/riglet/internal/pulumitest"
)

func ExampleNewFleet() {
	recorder, err := pulumitest.RunE(program(fleet.Args{
		Container: container(), Rolling: fleet.Refresh, DesiredInstances: 3,
	}))
	group := recorder.Find(groupType, "web-group")
	fmt.Println(group.Input("desiredCapacity"), group.Input("instanceRefresh.preferences.minHealthyPercentage"))
	fmt.Println(err)
	// Output:
	// 3 100
	// <nil>
}
