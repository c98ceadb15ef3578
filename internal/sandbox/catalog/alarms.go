package catalog

import (
	"math"

	"github.com/riglet/riglet/internal/sandbox/model"
)

const (
	maxEvaluation     = 86400     // seconds, for periods below an hour
	maxEvaluationLong = 7 * 86400 // seconds, for an hour and above
)

func alarmRules() []model.Rule {
	return []model.Rule{
		length("name", 1, 255), between("evaluationPeriods", 1, math.MaxInt32),
		between("datapointsToAlarm", 1, math.MaxInt32),
		oneOf("comparisonOperator", "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold",
			"LessThanOrEqualToThreshold", "LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold",
			"GreaterThanUpperThreshold"),
		oneOf("statistic", "SampleCount", "Average", "Sum", "Minimum", "Maximum"),
		oneOf("treatMissingData", "missing", "ignore", "breaching", "notBreaching"),
		exactlyOne("metricName", "metricQueries"), atMostOne("statistic", "extendedStatistic"),
		given("statistic", "an alarm on one metric needs statistic or extendedStatistic", noStatistic),
		given("period", "an alarm on one metric needs a period", onMetric),
		given("namespace", "an alarm on one metric needs a namespace", onMetric),
		pattern("alarmActions[]", "an ARN", anyARN), pattern("okActions[]", "an ARN", anyARN),
		alarmPeriod, alarmWindow, alarmPoints,
	}
}

func onMetric(c *model.Check) bool { return model.Has(c.Props, "metricName") }

func noStatistic(c *model.Check) bool { return onMetric(c) && !model.Has(c.Props, "extendedStatistic") }

func alarmPeriod(c *model.Check) {
	n, ok := model.Num(c.Props, "period")
	if ok && n != 10 && n != 20 && n != 30 && (n <= 0 || math.Mod(n, 60) != 0) {
		c.Fault("period", "want 10, 20, 30 or a multiple of 60 seconds, got %v", n)
	}
}

// alarmWindow checks how far back an alarm may look.
func alarmWindow(c *model.Check) {
	period, ok := model.Num(c.Props, "period")
	periods := model.Int(c.Props, "evaluationPeriods", 1)
	most := maxEvaluation
	if period >= 3600 {
		most = maxEvaluationLong
	}
	if ok && int(period)*periods > most {
		c.Fault("evaluationPeriods", "want periods that cover at most %d seconds, got %d",
			most, int(period)*periods)
	}
}

func alarmPoints(c *model.Check) {
	points, periods := model.Int(c.Props, "datapointsToAlarm", 0), model.Int(c.Props, "evaluationPeriods", math.MaxInt32)
	if points > periods {
		c.Fault("datapointsToAlarm", "want at most evaluationPeriods of %d, got %d", periods, points)
	}
}
