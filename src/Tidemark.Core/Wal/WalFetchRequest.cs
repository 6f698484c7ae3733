using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <param name="Name">What PostgreSQL asks for.</param>
/// <param name="Path">Where it wants it; absolute.</param>
/// <param name="Plan">Null: nobody planned this recovery.</param>
/// <param name="Timeline">Its segments are served past a fork too; null: no timeline's are.</param>
internal sealed record WalFetchRequest(WalFileName Name, string Path, WalPlan? Plan, TimelineId? Timeline)
{
    /// <summary>What lies past a fork of its timeline must not be served.</summary>
    public bool MindsForks => Plan is null && Timeline != Name.Timeline;

    /// <summary>PostgreSQL's own recovery asks for this name, and for the next segment right after; pg_rewind and people do not.</summary>
    public bool IsRecovery => System.IO.Path.GetFileName(Path) is "RECOVERYXLOG" or "RECOVERYHISTORY";
}
