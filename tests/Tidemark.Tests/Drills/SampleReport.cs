using Tidemark.Drills;

namespace Tidemark.Tests.Drills;

/// <summary>The report of a drill that passed.</summary>
internal static class SampleReport
{
    public static DrillReport Of(string id) => new()
    {
        Id = id,
        Result = DrillResult.Passed,
        Reason = "restored and checked",
        StartedAt = DateTimeOffset.UnixEpoch,
        FinishedAt = DateTimeOffset.UnixEpoch.AddSeconds(9),
        Subject = new DrillSubject { Kind = "dump", Database = "shop", BackupId = "1a2b3c4d5e6f", File = "shop/a.dump", Store = "/backups", Size = 10, Sha256 = null, RecoveryPoint = DateTimeOffset.UnixEpoch, Encrypted = false, Picked = "named" },
        Objectives = new DrillObjectives(null, 3600, null),
        Measured = new DrillMeasures { RtoSeconds = 1.5 },
        Environment = null,
        Phases = [new DrillPhase("read", 0.1, 10)],
        Checks = [],
        Deviations = [],
    };
}
