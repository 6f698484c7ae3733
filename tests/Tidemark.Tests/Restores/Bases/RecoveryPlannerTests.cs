using System.Buffers.Binary;
using Tidemark.BaseBackups;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Restores.Bases;
using Tidemark.Storage.Memory;
using Tidemark.Tests.BaseBackups;
using Tidemark.Tests.Support;
using Tidemark.Wal;

namespace Tidemark.Tests.Restores.Bases;

/// <summary>The log as <see cref="WalPicture"/> draws it, one commit at the middle of each segment from 5 on, at minute N of the hour; a backup <c>a:5</c> begins and ends in segment 5, in its last quarter.</summary>
public sealed class RecoveryPlannerTests
{
    private static readonly DateTimeOffset Hour = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Warnings = ["cannot be reached", "not all stored", "does not come from there", "is newer", "nothing was committed", "goes on to the end of the log", "the same place"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    // The end: the newest backup, and all that can be reached.
    [InlineData("1:5 1:6 1:7", "a@1:5", "latest", "a tl 1 End wal 5-8")]
    [InlineData("1:5 1:6 1:7", "a@1:5 b@1:6", "latest", "b tl 1 End wal 6-8")]
    [InlineData("1:5 1:6 1:7+0.5", "a@1:5", "latest", "a tl 1 End wal 5-7.5")]
    [InlineData("1:5 1:6 1:8", "a@1:5", "latest", "a tl 1 End wal 5-7 ! cannot be reached")]
    [InlineData("1:5 1:6 1:7 1:6!0.25", "a@1:5", "latest", "a tl 1 End wal 5-6.25 ! cannot be reached")]
    // A backup whose own WAL is not there serves nobody.
    [InlineData("1:5 1:6", "a@1:5 b@1:9", "latest", "a tl 1 End wal 5-7 ! not all stored")]
    // Timelines: a backup of what was given up does not lead to the new one.
    [InlineData("1:5 1:6 1:7 2:6 2:7 2:8 2<1@6.25", "a@1:5 b@1:6", "latest", "a tl 2 End wal 5-9 ! does not come from there")]
    [InlineData("1:5 1:6 1:7 2:6 2:7 2:8 2<1@6.25", "a@1:5 b@2:7", "latest", "b tl 2 End wal 7-9")]
    [InlineData("1:5 1:6 1:7 2:6 2:7 2<1@6.25", "b@1:6", "latest", "b tl 1 End wal 6-8 ! is newer")]
    [InlineData("1:5 1:6 1:7 2:6 2:7 2<1@6.25", "a@1:5 b@1:6", "latest on 1", "b tl 1 End wal 6-8 ! is newer")]
    // The backup's end: a server needs one record more to stop there.
    [InlineData("1:5 1:6 1:7", "a@1:5", "immediate", "a tl 1 Immediate wal 5-7")]
    [InlineData("1:5", "a@1:5", "immediate", "a tl 1 End wal 5-6 ! the same place")]
    // A place.
    [InlineData("1:5 1:6 1:7", "a@1:5 b@1:6", "6.5", "a tl 1 Place 6.5 wal 5-7")]
    [InlineData("1:5 1:6 1:7", "a@1:5 b@1:6", "6.8", "a tl 1 Place 7.5 wal 5-8")]
    [InlineData("1:5 1:6 1:7", "a@1:5 b@1:6", "6.99", "b tl 1 Place 7.5 wal 6-8")]
    [InlineData("1:5 1:6", "a@1:5", "5.1", "4: the first one is consistent at 0/5E00000")]
    [InlineData("1:5 1:6", "a@1:5", "9", "4: without a gap it ends at 0/6800000")]
    // A moment: between two commits, at one, before and behind all.
    [InlineData("1:5 1:6 1:7 1:8", "a@1:5", "12:06:30", "a tl 1 Place 6.5 wal 5-7")]
    [InlineData("1:5 1:6 1:7 1:8", "a@1:5", "12:07:00", "a tl 1 Place 7.5 wal 5-8")]
    [InlineData("1:5 1:6 1:7 1:8", "a@1:5 b@1:6", "12:07:30", "b tl 1 Place 7.5 wal 6-8")]
    [InlineData("1:5 1:6 1:7 1:8", "a@1:5 b@1:8", "12:07:30", "a tl 1 Place 7.5 wal 5-8")]
    [InlineData("1:5 1:6 1:7", "a@1:5", "12:05:50", "a tl 1 Immediate wal 5-7 ! nothing was committed")]
    [InlineData("1:5 1:6 1:7", "a@1:5", "12:05:10", "4: the first backup ended after it; the nearest after is 2026-01-31T12:05:45Z")]
    [InlineData("1:5 1:6 1:7", "a@1:5", "12:08:00", "4: the stored log ends at 0/8000000, and no receiver says that nothing was committed since; the nearest before is 2026-01-31T12:07:00Z")]
    [InlineData("1:5 1:6 1:7 @12:09", "a@1:5", "12:08:00", "a tl 1 End wal 5-8 ! goes on to the end of the log")]
    [InlineData("1:5 1:6 1:7 @12:07", "a@1:5", "12:08:00", "4: the stored log ends at 0/8000000, and no receiver says that nothing was committed since; the nearest before is 2026-01-31T12:07:00Z")]
    [InlineData("1:5 1:6 1:8 1:9", "a@1:5 b@1:9", "12:08:00", "4: the log has a gap, or says that changes are missing from it, at 0/7000000; the nearest before is 2026-01-31T12:06:00Z, the nearest after is 2026-01-31T12:09:45Z")]
    // Nothing to begin with.
    [InlineData("1:5", "", "latest", "4: none is there")]
    [InlineData("1:6", "a@1:5", "latest", "4: the WAL that they need is not stored")]
    public async Task The_way_is_the_shortest_that_leads_there_or_none(string stored, string backups, string at, string expected)
    {
        var noted = stored.Split('@', StringSplitOptions.TrimEntries) is [.., var minute] && stored.Contains(" @12:", StringComparison.Ordinal) ? DateTimeOffset.Parse($"2026-01-31T{minute}:00Z") : (DateTimeOffset?)null;
        var coverage = WalPicture.Cover(noted is null ? stored : stored[..stored.IndexOf(" @12:", StringComparison.Ordinal)]);
        var reach = noted is { } time ? new WalReach(TimelineId.First, coverage.Timelines[0].Ranges[^1].End, time) : null;
        var facts = new RecoveryFacts(new MemoryObjectStore(TimeProvider.System), new IncarnationFolder("default", 1, 1), [.. backups.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Backup)], coverage, reach);
        Assert.Equal(expected, await DrawAsync(facts, at, expected.Contains('!')));
    }

    private static async Task<string> DrawAsync(RecoveryFacts facts, string at, bool withWarning)
    {
        try
        {
            var roads = RecoveryRoads.Of(facts, null, at.EndsWith(" on 1", StringComparison.Ordinal) ? TimelineId.First : null);
            var plan = await new RecoveryPlanner(facts, new Drawn()).PlanAsync(roads, Target(at.Split(' ')[0]), Token);
            var letter = (char)('a' + int.Parse(plan.Road.Base.Id.Text[^1..]));
            var warning = withWarning ? Warnings.Last(part => plan.Warnings.Any(one => one.Contains(part, StringComparison.Ordinal))) : null;
            return $"{letter} tl {plan.Road.History.Timeline.Value} {plan.Stop}{(plan.At is { } place ? $" {Draw(place)}" : "")} wal {Draw(plan.Road.SegmentSize.StartOf(plan.Road.SegmentSize.NumberAt(plan.Road.Redo)))}-{Draw(plan.WalEnd)}{(warning is null ? "" : $" ! {warning}")}";
        }
        catch (Fault fault)
        {
            return $"{fault.Code.ExitCode}: {fault.Why}";
        }
    }

    private static RecoveryTarget Target(string at) => at.Contains(':') ? RecoveryTarget.Parse($"2026-01-31T{at}Z") : char.IsAsciiDigit(at[0]) ? new RecoveryTarget.Place(WalPicture.At(at)) : RecoveryTarget.Parse(at);

    private static string Draw(Lsn lsn) => (lsn.Value / (double)WalPicture.Size.Bytes).ToString("0.##", System.Globalization.CultureInfo.InvariantCulture);

    private static BaseEntry Backup(string drawn)
    {
        var (timeline, segment) = (new TimelineId(uint.Parse(drawn.Split('@', ':')[1])), double.Parse(drawn.Split(':')[1]));
        Assert.True(BaseId.TryParse($"20260131T120000Z-00000{drawn[0] - 'a'}", out var id));
        var time = Hour.AddMinutes(segment).AddSeconds(45);
        var manifest = MadeManifest.Plain with
        {
            Id = id.Text,
            WalSegmentBytes = WalPicture.Size.Bytes,
            Wal = new WalSpan { Start = WalPoint.At(timeline, WalPicture.At($"{segment + 0.75}"), time), Stop = WalPoint.At(timeline, WalPicture.At($"{segment + 0.875}"), time) },
            Control = Control(),
        };
        return new BaseEntry(id, BaseState.Complete, null) { Manifest = manifest };
    }

    /// <summary>As a 64-bit machine of this order of bytes writes it, as far as the planner looks.</summary>
    private static byte[] Control()
    {
        var bytes = new byte[8192];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), 1300);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(48), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(52), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(80), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(84), 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(204), 8);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(208), 1234567.0);
        var sum = uint.MaxValue;
        foreach (var one in bytes[..288]) sum = System.Numerics.BitOperations.Crc32C(sum, one);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(288), ~sum);
        return bytes;
    }

    private sealed class Drawn : IRoadSearch
    {
        public Task<FoundMoment> MomentAsync(RecoveryRoad road, DateTimeOffset time, CancellationToken token)
        {
            var behind = Commits(road).Where(one => one.At >= road.Consistent).ToList();
            FoundRecord? last = behind.Any(one => one.Time <= time) ? behind.Last(one => one.Time <= time) : null;
            return Task.FromResult(new FoundMoment(last, behind.Where(one => one.Time > time).Select(one => one.Time).FirstOrDefault(), 0, false));
        }

        public Task<FoundPlace> PlaceAsync(RecoveryRoad road, Lsn place, CancellationToken token) =>
            Task.FromResult(new FoundPlace(Commits(road).Where(one => one.At >= place).Select(one => (FoundRecord?)one).FirstOrDefault(), Commits(road).Last().Next));

        public Task<IReadOnlyList<FoundRecord>> TransactionAsync(RecoveryRoad road, uint id, CancellationToken token) => throw new NotSupportedException();

        public Task<IReadOnlyList<FoundRecord>> NameAsync(RecoveryRoad road, string name, CancellationToken token) => throw new NotSupportedException();

        private static IEnumerable<FoundRecord> Commits(RecoveryRoad road) =>
            Enumerable.Range(5, 10).Select(at => new FoundRecord(WalPicture.At($"{at + 0.5}"), WalPicture.At($"{at + 0.5}"), Hour.AddMinutes(at))).Where(one => one.At < road.End);
    }
}
