using Tidemark.BaseBackups;
using Tidemark.Protection;
using Tidemark.Restores.Bases;

namespace Tidemark.Drills.Bases;

/// <summary>The server that a drill made of a base backup, and how far along the log.</summary>
/// <param name="Bases">Where it lies.</param>
/// <param name="Plan">That was followed.</param>
internal sealed record DrilledServer(BaseStore Bases, RecoveryPlan Plan)
{
    /// <summary>What a phase went by.</summary>
    public long BytesOf(string phase) => phase == RestorePhase.Recover ? Plan.WalBytes : Plan.NeededBytes;

    /// <summary>Lies beside the backup from then on.</summary>
    public BaseMark ProofOf(DrillReport report, string by) => new()
    {
        Id = Plan.Road.Base.Id.Text,
        Type = BaseMark.Proven,
        At = report.FinishedAt,
        By = by,
        Reached = WalPoint.At(Plan.Road.History.Timeline, Plan.WalEnd, report.Subject.RecoveryPoint),
        Drill = report.Id,
        RpoSeconds = report.Measured.RpoSeconds,
        RtoSeconds = report.Measured.RtoSeconds,
    };
}
