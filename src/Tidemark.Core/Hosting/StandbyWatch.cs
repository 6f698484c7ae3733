using Tidemark.Notifications;
using Tidemark.Standbys;

namespace Tidemark.Hosting;

/// <summary>What the service has seen last of each standby.</summary>
internal sealed class StandbyWatch(TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, StandbySight> sights = new(StringComparer.Ordinal);
    private bool looked;

    public IReadOnlyList<StandbySight> Sights
    {
        get
        {
            lock (gate) return [.. sights.Values];
        }
    }

    /// <summary>All that are known now: of others nothing more is told.</summary>
    public void Keep(IReadOnlyCollection<string> names)
    {
        lock (gate)
        {
            looked = true;
            foreach (var gone in sights.Keys.Except(names).ToList()) sights.Remove(gone);
        }
    }

    /// <returns>Its state before; null: it is seen for the first time.</returns>
    public StandbyState? See(StandbyReport report, string database)
    {
        lock (gate)
        {
            var before = sights.GetValueOrDefault(report.Name);
            // What only a whole look finds stands until the next one.
            var seen = report with { Drift = report.Drift ?? before?.Report.Drift, Sequences = report.Sequences ?? before?.Report.Sequences };
            sights[report.Name] = new StandbySight(seen, database, report.State == StandbyState.Following || before is null ? clock.GetUtcNow() : before.FollowedAt);
            return before?.Report.State;
        }
    }

    public Survey Survey()
    {
        lock (gate) return looked ? StandbyConditions.Of([.. sights.Values], clock.GetUtcNow()) : new Survey();
    }
}

/// <summary>A standby as it was seen last.</summary>
/// <param name="Report">How it was.</param>
/// <param name="Database">Of its primary.</param>
/// <param name="FollowedAt">When it was within its objective last, or when the watch began.</param>
internal sealed record StandbySight(StandbyReport Report, string Database, DateTimeOffset FollowedAt);
