using Tidemark.Drills;
using Tidemark.Drills.Checks;
using Tidemark.Postgres;

namespace Tidemark.Standbys;

/// <summary>What a promotion measured and found on its way: its report is one of a drill's kind, signed and kept like those.</summary>
internal sealed class PromotionCourse(PromoteOptions options, string runId, TimeProvider clock)
{
    private readonly DateTimeOffset startedAt = clock.GetUtcNow();
    private readonly List<DrillPhase> phases = [];
    private readonly List<DrillCheck> checks = [];
    private readonly List<string> deviations = [];
    private DateTimeOffset? beat;
    private double? rpo;
    private string? rpoWhy;

    public string Name => options.Record.Id;

    /// <summary>The place in the primary's log that the standby has all of.</summary>
    public string? Reached { get; private set; }

    /// <summary>The tables that lack rows; null: none does.</summary>
    public string? Missing => checks.Where(check => check.Result == CheckResult.Failed).Select(check => check.Why).ToList() is { Count: > 0 } failed ? string.Join("; ", failed.Take(10)) : null;

    public async Task<T> PhaseAsync<T>(string name, Func<Task<T>> work)
    {
        var begun = clock.GetTimestamp();
        var result = await work();
        phases.Add(new DrillPhase(name, Math.Round(clock.GetElapsedTime(begun).TotalSeconds, 3), null));
        return result;
    }

    public Task PhaseAsync(string name, Func<Task> work) => PhaseAsync(name, async () =>
    {
        await work();
        return true;
    });

    public void CaughtUp(DateTimeOffset? seen, string lsn)
    {
        (beat, Reached, rpo) = (seen, lsn, options.Fence ? 0 : null);
        if (!options.Fence) rpoWhy = "the primary was not fenced: what it committed after the standby had caught up is not counted";
    }

    public void Lost(DateTimeOffset? seen)
    {
        beat = seen;
        // When the primary was lost nobody knows: what is missing is no older than this.
        if (seen is { } at) rpo = Math.Round(Math.Max(0, (startedAt - at).TotalSeconds), 3);
        rpoWhy = seen is null ? "no row to measure by has come" : "at most: from the newest row that came to the promotion; the primary may have been lost before";
    }

    public void Counted(string table, long primary, long? standby) => checks.Add(primary == standby ? DrillCheck.Passed($"rows of {table}", $"{primary}", $"{standby}")
        : DrillCheck.Failed($"rows of {table}", $"{primary}", standby is null ? "no such table" : $"{standby}", $"{table} has {primary} rows on the primary and {(standby is null ? "is not" : $"{standby}")} on the standby"));

    public void Remark(string name, string why) => checks.Add(DrillCheck.Remark(name, why));

    /// <summary>How far behind it is: what would be lost if the primary were lost now.</summary>
    public async Task MeasureAsync(StandbyReader reader, CancellationToken token)
    {
        var report = await reader.ReadAsync(options.Record, options.Sides, TimeSpan.FromSeconds(5), whole: false, token);
        (beat, rpo) = (report.NewestBeat, report.LagSeconds);
        if (rpo is null) rpoWhy = "no row to measure by has come, or a side does not answer";
    }

    /// <param name="reason">In a sentence.</param>
    /// <param name="picked">promoted or rehearsed.</param>
    /// <param name="remarks">What a person should know besides.</param>
    /// <param name="size">Of the database.</param>
    /// <param name="version">Of the standby's server.</param>
    public DrillReport Report(string reason, string picked, IEnumerable<string> remarks, long size, ServerVersion version)
    {
        var (now, objectives) = (clock.GetUtcNow(), new DrillObjectives(options.Record.Rpo.TotalSeconds, options.Rto.TotalSeconds, null));
        var rto = Math.Round(phases.Sum(phase => phase.Seconds), 3);
        if (rpo > objectives.RpoSeconds) deviations.Add($"RPO: {rpo} s, and the objective is {objectives.RpoSeconds} s");
        if (rto > objectives.RtoSeconds) deviations.Add($"RTO: {rto} s, and the objective is {objectives.RtoSeconds} s");
        deviations.AddRange(remarks);
        return DrillReport.Begin(runId, startedAt, objectives, Subject(size, picked)) with
        {
            Result = deviations.Count > 0 || checks.Exists(check => check.Result == CheckResult.Remark) ? DrillResult.PassedWithRemarks : DrillResult.Passed,
            Reason = reason,
            FinishedAt = now,
            Measured = new DrillMeasures { RtoSeconds = rto, RpoSeconds = rpo, RpoWhy = rpoWhy, NewestHeartbeat = beat },
            Environment = new DrillEnvironment { Server = options.Sides.Standby.Places[0].ToString(), ServerVersion = version.ToString() },
            Phases = phases,
            Checks = checks,
            Deviations = deviations,
        };
    }

    private DrillSubject Subject(long size, string picked) => new()
    {
        Kind = "standby",
        Database = options.Sides.Primary.Database,
        BackupId = Name,
        File = options.Sides.Standby.ToOpenUrl(),
        Store = options.Record.Source,
        Size = size,
        Sha256 = null,
        RecoveryPoint = beat ?? startedAt,
        Encrypted = null,
        Picked = picked,
    };
}
