using Tidemark.Drills.Checks;

namespace Tidemark.Drills;

/// <summary>What a report says when all has been looked at; pure.</summary>
internal static class DrillJudgement
{
    /// <summary>Of a drill that went to its end, or to its first layer that failed.</summary>
    public static DrillReport Judged(this DrillReport report, DrillCourse course)
    {
        if (course.FirstFailed is { } failed) return report with { Result = DrillResult.Failed, Reason = $"{failed.Name}: {failed.Why}" };
        List<string> breached = [.. Breaches(report)];
        var remarks = breached.Count + course.Checks.Count(check => check.Result == CheckResult.Remark);
        return report with
        {
            Result = remarks == 0 ? DrillResult.Passed : DrillResult.PassedWithRemarks,
            Reason = $"restored and checked: {course.Checks.Count(check => check.Result == CheckResult.Passed)} checks passed{(remarks == 0 ? "" : $", {remarks} with a remark")}",
            Deviations = breached,
        };
    }

    /// <summary>Of one that broke off. What was found before something broke has been found.</summary>
    public static DrillReport BrokenBy(this DrillReport report, Exception broken, DrillCourse course)
    {
        if (course.FirstFailed is not null) return report.Judged(course);
        var verdict = DrillVerdict.Of(broken, course.Phase);
        return report with { Result = verdict.Result, Reason = verdict.Reason, Broken = verdict.Broken };
    }

    /// <summary>With its phases, its checks, and what they remark.</summary>
    public static DrillReport Ended(this DrillReport report, DrillCourse course, DateTimeOffset now) => report with
    {
        FinishedAt = now,
        Phases = course.Phases,
        Checks = course.Checks,
        Deviations = [.. report.Deviations, .. course.Checks.Where(check => check.Result == CheckResult.Remark).Select(check => $"{check.Name}: {check.Why}")],
    };

    private static IEnumerable<string> Breaches(DrillReport report)
    {
        var (asked, got) = (report.Objectives, report.Measured);
        if (got.RtoSeconds > asked.RtoSeconds) yield return $"RTO: it took {Ages.InWords(TimeSpan.FromSeconds(got.RtoSeconds.Value))}, BACKUP_RTO is {new Duration(TimeSpan.FromSeconds(asked.RtoSeconds))}";
        if (asked.RpoSeconds is not { } rpo) yield break;
        if (got.RpoSeconds > rpo) yield return $"RPO: at the worst moment {Ages.InWords(TimeSpan.FromSeconds(got.RpoSeconds.Value))} would have been lost, BACKUP_RPO is {new Duration(TimeSpan.FromSeconds(rpo))}";
        if (got.RpoSeconds is null) yield return $"RPO: not measured: {got.RpoWhy}";
    }
}
