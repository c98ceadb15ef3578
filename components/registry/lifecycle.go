package registry

import (
	"encoding/json"
	"fmt"
)

// ReleasePrefix begins the tags of images that are kept for good.
const ReleasePrefix = "release-"

// everyImage is the most that a repository can hold (service quotas): a rule that expires more than that expires
// nothing, but keeps rules of less weight away from what it selects.
const everyImage = 100000

// lifecycle is a lifecycle policy of ECR.
type lifecycle struct {
	Rules []rule `json:"rules"`
}

type rule struct {
	Priority    int       `json:"rulePriority"`
	Description string    `json:"description"`
	Selection   selection `json:"selection"`
	Action      action    `json:"action"`
}

type selection struct {
	TagStatus     string   `json:"tagStatus"`
	TagPrefixList []string `json:"tagPrefixList,omitempty"`
	CountType     string   `json:"countType"`
	CountUnit     string   `json:"countUnit,omitempty"`
	CountNumber   int      `json:"countNumber"`
}

type action struct {
	Type string `json:"type"`
}

// lifecycleJSON is the policy as ECR takes it. Rules are weighed by priority, and an image that one selects is out of
// reach for those after it, whether it expires or not.
func lifecycleJSON(untaggedDays, keepImages int) (string, error) {
	text, err := json.Marshal(lifecycle{Rules: []rule{
		{
			Priority: 1, Description: "keep what was released", Action: action{"expire"},
			Selection: selection{
				TagStatus: "tagged", TagPrefixList: []string{ReleasePrefix},
				CountType: "imageCountMoreThan", CountNumber: everyImage,
			},
		},
		{
			Priority: 2, Description: "expire what has no tag", Action: action{"expire"},
			Selection: selection{
				TagStatus: "untagged", CountType: "sinceImagePushed", CountUnit: "days", CountNumber: untaggedDays,
			},
		},
		{
			Priority: 3, Description: "keep the newest of the rest", Action: action{"expire"},
			Selection: selection{TagStatus: "any", CountType: "imageCountMoreThan", CountNumber: keepImages},
		},
	}})
	if err != nil {
		return "", fmt.Errorf("lifecycle: %w", err)
	}
	return string(text), nil
}
