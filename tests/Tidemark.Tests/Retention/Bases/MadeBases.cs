using Tidemark.BaseBackups;
using Tidemark.Configuration;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Retention.Bases;
using Tidemark.Wal;

namespace Tidemark.Tests.Retention.Bases;

/// <summary>Base backups and WAL of one cluster, made up: a segment an hour, so that number and time go together.</summary>
internal static class MadeBases
{
    public const int Hours = 24;

    public static readonly DateTimeOffset Now = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The segment that is open now.</summary>
    public const ulong Open = 4000;

    public static readonly WalSegmentSize Segments = WalSegmentSize.Default;

    private static readonly IncarnationFolder Life = new("default", 1, 7_400_000_000_000_000_001);

    /// <param name="hours">How long ago it ended. It began in the segment before.</param>
    /// <param name="timeline">On which it was taken.</param>
    /// <param name="segment">In which it ended; null: by the hour.</param>
    public static BaseEntry Good(double hours, uint timeline = 1, ulong? segment = null)
    {
        var (id, end) = (IdOf(hours, timeline), segment ?? SegmentAt(hours));
        var (from, to) = (Segments.StartOf(end - 1) + 40, Segments.StartOf(end) + 4000);
        var wal = new WalSpan { Start = WalPoint.At(new TimelineId(timeline), from, Now.AddHours(-hours - 1)), Stop = WalPoint.At(new TimelineId(timeline), to, Now.AddHours(-hours)) };
        var refs = new BaseRefs { Id = id.Text, SystemIdentifier = $"{Life.SystemIdentifier}", Type = BaseRefs.Full, Wal = wal, WalSegmentBytes = Segments.Bytes, Packs = 1, PackBytes = 1, PackLines = "" };
        return new BaseEntry(id, BaseState.Complete, null) { Refs = refs };
    }

    public static BaseEntry Of(double hours, BaseState state) => Good(hours) with { State = state, Why = "made up" };

    public static BaseEntry Taken(BaseEntry parent) => new(IdOf(0.5, 9), BaseState.Interrupted, "made up") { Intent = new BaseIntent { Id = IdOf(0.5, 9).Text, Parent = parent.Id.Text, Host = "here", Started = Now } };

    public static BaseEntry Pinned(this BaseEntry entry, DateTimeOffset? until = null) => entry with { Marks = entry.Marks with { Pins = [Mark(entry, BaseMark.Pin) with { Mark = new BaseMark { Id = entry.Id.Text, Type = BaseMark.Pin, At = Now.AddDays(-1), By = "ann@db1", Reason = "why", Until = until } }] } };

    /// <param name="entry">Which.</param>
    /// <param name="reached">The segment in which the moment lies that the drill came back to.</param>
    public static BaseEntry Proven(this BaseEntry entry, ulong reached) => entry with
    {
        Marks = entry.Marks with { Proof = new BaseMark { Id = entry.Id.Text, Type = BaseMark.Proven, At = Now.AddHours(-1), By = "ann@db1", Drill = "drill-1", Reached = WalPoint.At(TimelineId.First, Segments.StartOf(reached) + 50, Now.AddHours((double)reached - Open)), RpoSeconds = 90, RtoSeconds = 12 } },
    };

    public static BaseEntry Expired(this BaseEntry entry) => entry with { Marks = entry.Marks with { Tombstone = Mark(entry, BaseMark.Tombstone) } };

    public static ulong SegmentAt(double hoursAgo) => Open - (ulong)Math.Ceiling(hoursAgo);

    public static WalSegmentName Name(ulong number, uint timeline = 1) => WalSegmentName.Of(new TimelineId(timeline), number, Segments);

    /// <summary>All WAL of timeline 1.</summary>
    public static BaseRetentionFacts Facts(params BaseEntry[] entries) => Facts([.. Enumerable.Range(1, (int)Open).Select(number => Name((ulong)number))], [], entries);

    public static BaseRetentionFacts Facts(IReadOnlyList<WalSegmentName> segments, IReadOnlyList<TimelineHistory> histories, params BaseEntry[] entries) =>
        new("memory:", Life, entries, Segments, WalCoverage.Of(Segments, segments.Select(name => new CoveredSegment(name, "", default)), histories, [], []));

    public static BaseRetentionPlan Plan(RetentionPolicy policy, params BaseEntry[] entries) => BaseRetentionPlanner.Plan(Facts(entries), policy, Now);

    /// <summary>Hours since the end of each that goes, the youngest first.</summary>
    public static double[] Goes(RetentionPolicy policy, params BaseEntry[] entries) => [.. Plan(policy, entries).Goes.Select(decision => (Now - decision.Item.Time).TotalHours)];

    public static string[] Reasons(this BaseRetentionPlan plan, BaseEntry entry) => [.. plan.Decisions.Single(decision => decision.Item.Entry == entry).Reasons.Select(reason => reason.Rule)];

    private static StoredMark Mark(BaseEntry entry, string type) => new($"clusters/default/01-1/bases/{entry.Id}/marks/20261120T000000.000000Z-{type}", Now.AddDays(-2), new BaseMark { Id = entry.Id.Text, Type = type, At = Now.AddDays(-2), By = "ann@db1" }, true);

    private static BaseId IdOf(double hours, uint timeline) => BaseId.TryParse($"{Now.AddHours(-hours - 1):yyyyMMdd'T'HHmmss'Z'}-{(int)Math.Abs(hours * 10) % 65536:x5}{timeline:x}", out var id) ? id : throw new ArgumentOutOfRangeException(nameof(hours));
}
