package model

import (
	"maps"
	"slices"
)

// Region is what the offline cloud knows of an AWS region.
type Region struct {
	Name        string
	Description string
	Code        string // begins the zone ids: usw2-az1
	Zones       string // the letters
	LogAccount  string // the account that delivers balancer logs
	ALBZone     string // the hosted zone of application balancers
	NLBZone     string // the hosted zone of network balancers
	S3Zone      string // the hosted zone of buckets
}

var regions = byName([]Region{
	{
		"us-east-1", "US East (N. Virginia)", "use1", "abcdef", "127311923021",
		"Z35SXDOTRQ7X7K", "Z26RNL4JYFTOTI", "Z3AQBSTGFYJSTF",
	},
	{
		"us-east-2", "US East (Ohio)", "use2", "abc", "033677994240",
		"Z3AADJGX6KTTL2", "ZLMOA37VPKANP", "Z2O1EMRO9K5GLX",
	},
	{
		"us-west-1", "US West (N. California)", "usw1", "ac", "027434742980",
		"Z368ELLRRE2KJ0", "Z24FKFUX50B4VW", "Z2F56UZL2M1ACD",
	},
	{
		"us-west-2", "US West (Oregon)", "usw2", "abcd", "797873946194",
		"Z1H1FL5HABSF5", "Z18D5FSROUN65G", "Z3BJ6K6RIION7M",
	},
	{
		"ca-central-1", "Canada (Central)", "cac1", "abd", "985666609251",
		"ZQSVJUPU6J1EY", "Z2EPGBW3API2WT", "Z1QDHH18159H29",
	},
	{
		"eu-central-1", "Europe (Frankfurt)", "euc1", "abc", "054676820928",
		"Z215JYRZR1TBD5", "Z3F0SRJ5LGBH90", "Z21DNDUVLTQW6Q",
	},
	{
		"eu-west-1", "Europe (Ireland)", "euw1", "abc", "156460612806",
		"Z32O12XQLNTSW2", "Z2IFOLAFXWLO4F", "Z1BKCTXD74EZPE",
	},
	{
		"eu-west-2", "Europe (London)", "euw2", "abc", "652711504416",
		"ZHURV8PSTC4K8", "ZD4D7Y8KGAGI", "Z3GKZC51ZF0DB4",
	},
	{
		"eu-west-3", "Europe (Paris)", "euw3", "abc", "009996457667",
		"Z3Q77PNBQS71R4", "Z1CMS0P5QUZ6D5", "Z3R1K369G5AVDG",
	},
	{
		"eu-north-1", "Europe (Stockholm)", "eun1", "abc", "897822967062",
		"Z23TAZ6LKFMNIO", "Z1UDT6IFJ4EJM", "Z3BAZG2TWCNX0D",
	},
	{
		"ap-southeast-1", "Asia Pacific (Singapore)", "apse1", "abc", "114774131450",
		"Z1LMS91P8CMLE5", "ZKVM4W9LS7TM", "Z3O0J2DXBE1FTB",
	},
	{
		"ap-southeast-2", "Asia Pacific (Sydney)", "apse2", "abc", "783225319266",
		"Z1GM3OXH4ZPM65", "ZCT6FZBF4DROD", "Z1WCIGYICN2BYD",
	},
	{
		"ap-northeast-1", "Asia Pacific (Tokyo)", "apne1", "acd", "582318560864",
		"Z14GRHDCWA56QT", "Z31USIVHYNEOWT", "Z2M4EHUR26P7ZW",
	},
	{
		"ap-northeast-2", "Asia Pacific (Seoul)", "apne2", "abcd", "600734575887",
		"ZWKZPGTI48KDX", "ZIBE1TIR4HY56", "Z3W03O7B5YMIYP",
	},
	{
		"ap-south-1", "Asia Pacific (Mumbai)", "aps1", "abc", "718504428378",
		"ZP97RAFLXTNZK", "ZVDDRBQ08TROA", "Z11RGJOFQNVJUP",
	},
	{
		"sa-east-1", "South America (Sao Paulo)", "sae1", "abc", "507241528517",
		"Z2P70J7HTTTPLU", "ZTK26PT1VY4CU", "Z7KQH4QJS55SO",
	},
})

func byName(list []Region) map[string]Region {
	m := make(map[string]Region, len(list))
	for _, r := range list {
		m[r.Name] = r
	}
	return m
}

// RegionOf returns what is known of a region.
func RegionOf(name string) (Region, bool) {
	r, ok := regions[name]
	return r, ok
}

// RegionNames returns the known regions in order.
func RegionNames() []string { return slices.Sorted(maps.Keys(regions)) }

// ZoneNames returns the availability zones of a region in order.
func (r Region) ZoneNames() []string {
	var names []string
	for _, letter := range r.Zones {
		names = append(names, r.Name+string(letter))
	}
	return names
}

// ZoneID returns the id of an availability zone, or "" when there is none.
func (r Region) ZoneID(zone string) string {
	for i, name := range r.ZoneNames() {
		if name == zone {
			return r.Code + "-az" + string(rune('1'+i))
		}
	}
	return ""
}
