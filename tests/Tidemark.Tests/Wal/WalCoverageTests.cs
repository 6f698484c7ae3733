using CsCheck;
using Tidemark.Postgres.Wal;
using Tidemark.Tests.Support;
using Tidemark.Wal;

namespace Tidemark.Tests.Wal;

public sealed class WalCoverageTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("1:5", "1: 5-6")]
    [InlineData("1:7 1:5 1:6", "1: 5-8")]
    [InlineData("1:5 1:5 1:6", "1: 5-7")]
    [InlineData("1:255 1:256 1:257", "1: 255-258")]
    // A gap is named by its segments.
    [InlineData("1:5 1:7", "1: 5-6 7-8 gap 1:6")]
    [InlineData("1:5 1:9 1:11", "1: 5-6 9-10 11-12 gap 1:6..8 gap 1:10")]
    // Two contents of one name: nothing at or after it counts.
    [InlineData("1:5 1:6 1:6' 1:7", "1: 5-6 conflict 6")]
    [InlineData("1:5 1:5' 1:6", "1: conflict 5")]
    [InlineData("1:4 1:6 1:8 1:8' 1:10", "1: 4-5 6-7 gap 1:5 conflict 8")]
    [InlineData("1:5 1:6 1:6' 1:9 1:9'", "1: 5-6 conflict 6 conflict 9")]
    // The mark of a receiver that saw another history from there on.
    [InlineData("1:5 1:6 1:7 1?6.5", "1: 5-6 conflict 6")]
    [InlineData("1:5 1:6 1:6' 1:7 1?7.5", "1: 5-6 conflict 6 conflict 7")]
    [InlineData("1:5 1:6+0.5 1?6.25", "1: 5-6 conflict 6")]
    [InlineData("1:5 1:6 2:7 2<1@7.5 1?6", "1: 5-6 conflict 6 | 2: 7-8")]
    // The open segment's tail, where a recovery would be given it.
    [InlineData("1:5 1:6+0.5", "1: 5-6.5")]
    [InlineData("1:6+0.5", "1: 6-6.5")]
    [InlineData("1:5 1:6+0.25 1:6+0.5", "1: 5-6.5")]
    [InlineData("1:5 1:6 1:6+0.5", "1: 5-7")]
    [InlineData("1:5 1:7 1:6+0.5", "1: 5-6 7-8 gap 1:6")]
    [InlineData("1:5 1:7+0.5", "1: 5-6 7-7.5 gap 1:6")]
    [InlineData("1:5+0.5 1:6+0.5", "1: 6-6.5")]
    [InlineData("1:5 1:5' 1:6+0.5", "1: conflict 5")]
    [InlineData("1:5 1:6+0", "1: 5-6")]
    [InlineData("1:5 1:6+2", "1: 5-7")]
    // Timelines: the first segment of the new one has the number of the one that was left.
    [InlineData("1:5 1:6 2:7 2:8 2<1@7.5", "1: 5-7 | 2: 7-9")]
    [InlineData("1:5 1:6 1:7 1:8 2:7 2:8 2<1@7.5", "1: 5-9 | 2: 7-9")]
    [InlineData("1:5 1:6 2:7 2<1@7", "1: 5-7 | 2: 7-8")]
    [InlineData("1:5 2:7 2<1@7.5", "1: 5-6 | 2: 7-8 gap 1:6")]
    [InlineData("1:5 2:8 2<1@7.5", "1: 5-6 | 2: 8-9 gap 1:6 gap 2:7")]
    [InlineData("1:5 1:6 2:9 2:11 2<1@7.5", "1: 5-7 | 2: 9-10 11-12 gap 2:7..8 gap 2:10")]
    [InlineData("1:5 1:6+0.5 2:6 2<1@6.5", "1: 5-6.5 | 2: 6-7")]
    [InlineData("2:7 2<1@7.5", "2: 7-8")]
    [InlineData("1:5 1:6 2:7", "1: 5-7 | 2: 7-8 no history")]
    [InlineData("1:5 1:6 1:6' 2:8 2<1@8.5", "1: 5-6 conflict 6 | 2: 8-9")]
    // A record of wal_level=minimal: replay ends there, and what follows is a stretch of its own.
    [InlineData("1:5 1:6 1:7 1:6!0.25", "1: 5-6.25 6.25-8 break 6.25")]
    [InlineData("1:5 1:6 1:5!0 1:6!0.5", "1: 5-6.5 6.5-7 break 5 break 6.5")]
    [InlineData("1:5 1:7 1:6!0.5", "1: 5-6 7-8 gap 1:6")]
    [InlineData("1:5 1:6 1:6' 1:6!0.5", "1: 5-6 conflict 6")]
    [InlineData("1:5 1:6+0.5 1:6!0.25", "1: 5-6.25 6.25-6.5 break 6.25")]
    public void What_is_stored_is_told_as_stretches_gaps_and_conflicts(string stored, string expected) => Assert.Equal(expected, WalPicture.Draw(WalPicture.Cover(stored)));

    [Theory]
    [InlineData("1:5 1:6 2:7 2:8 2<1@7.5", 2, " 5-9")]
    [InlineData("1:5 1:6 1:7 1:8 1:9 1:10 2:7 2:8 2<1@7.5", 2, " 5-9")]
    [InlineData("1:5 1:6 1:7 1:8 2:8 2<1@7.5", 2, " 5-7.5 8-9")]
    [InlineData("1:5 1:6 2:7 2:8 3:8 2<1@7.5 3<1@7.5,2@8.25", 3, " 5-9")]
    [InlineData("1:5 1:6 2:7 3:9 2<1@7.5 3<1@7.5,2@9.25", 3, " 5-8 9-10")]
    // 3 left 1 where 2 had too: nothing of 2 is on its way.
    [InlineData("1:5 1:6 1:7 2:7 2:8 3:8 2<1@7.5 3<1@8.5", 3, " 5-9")]
    [InlineData("1:5 1:6 1:6' 1:7 2:8 2<1@8.5", 2, " 5-6 8-9")]
    [InlineData("1:5 1:6 2:7", 2, " 7-8")]
    [InlineData("1:5 1:6 1:7 2:7 2:8 2<1@7.5 1:6!0.5", 2, " 5-6.5 6.5-9")]
    // The segment in which it forked bears the record under both names.
    [InlineData("1:5 1:6 1:7 2:7 2:8 2<1@7.5 1:7!0.25 2:7!0.25", 2, " 5-7.25 7.25-9")]
    [InlineData("1:5", 4, "")]
    public void A_recovery_follows_the_history_of_the_timeline_it_goes_to(string stored, int timeline, string expected) =>
        Assert.Equal(expected, WalPicture.Draw(WalPicture.Cover(stored).Along(new TimelineId((uint)timeline))));

    [Theory]
    [InlineData("1:5 1:6 1:8", 1, "5", "7")]
    [InlineData("1:5 1:6 1:8", 1, "6.99", "7")]
    [InlineData("1:5 1:6 1:8", 1, "7", null)]
    [InlineData("1:5 1:6 1:8", 1, "4.99", null)]
    [InlineData("1:5 1:6 1:8", 1, "8.5", "9")]
    [InlineData("1:5 1:6 2:7 2:8+0.5 2<1@7.5", 2, "5.5", "8.5")]
    [InlineData("1:5 1:6 2:7 2:8+0.5 2<1@7.5", 1, "5.5", "7")]
    [InlineData("1:5 1:6 2:7 2<1@7.5", 3, "5.5", null)]
    [InlineData("1:5 1:6 1:7 1:6!0.5", 1, "5.5", "6.5")]
    [InlineData("1:5 1:6 1:7 1:6!0.5", 1, "6.5", null)]
    [InlineData("1:5 1:6 1:7 1:6!0.5", 1, "6.75", "8")]
    public void How_far_a_recovery_gets_is_known_from_where_it_begins(string stored, int timeline, string from, string? expected) =>
        Assert.Equal(expected is null ? null : WalPicture.At(expected), WalPicture.Cover(stored).UnbrokenTo(new TimelineId((uint)timeline), WalPicture.At(from)));

    [Fact]
    public void Segments_of_another_size_than_the_clusters_do_not_count()
    {
        // 000000010000000000000100 is a name only where segments are smaller than 16 MiB.
        var odd = new CoveredSegment(new WalSegmentName(TimelineId.First, 0, 0x100), "a", default);
        Assert.Empty(WalCoverage.Of(WalSegmentSize.Default, [odd], [], [], []).Timelines);
        Assert.Single(WalCoverage.Of(new WalSegmentSize(1 << 20), [odd], [], [], []).Timelines);
    }

    [Fact]
    public void A_segment_that_goes_never_widens_what_can_be_reached()
    {
        // Of three timelines, each of the one before; without conflicts and tails, whose removal settles something.
        var drawn = Gen.Select(Gen.Int[1, 3], Gen.Int[4, 12], (timeline, number) => $"{timeline}:{number}").Array[1, 25];
        Gen.Select(drawn, Gen.Int[0, 24]).Sample(
            (all, which) =>
            {
                var segments = all.Distinct().ToList();
                var before = WalPicture.Cover($"{string.Join(' ', segments)} 2<1@6.5 3<1@6.5,2@9");
                segments.RemoveAt(which % segments.Count);
                var after = WalPicture.Cover($"{string.Join(' ', segments)} 2<1@6.5 3<1@6.5,2@9");
                return Enumerable.Range(1, 3).Select(timeline => new TimelineId((uint)timeline))
                    .All(timeline => after.Along(timeline).All(range => before.Along(timeline).Any(wider => wider.Start <= range.Start && range.End <= wider.End)));
            },
            iter: 3_000);
    }

    [Fact]
    public void Each_segment_is_in_a_stretch_or_behind_a_conflict_and_each_number_between_in_a_gap() => Gen.Select(Gen.Int[0, 20].Array[1, 12], Gen.Int[0, 40]).Sample(
        (numbers, twice) =>
        {
            var one = WalPicture.Cover(string.Join(' ', numbers.Select(number => $"1:{number}")) + (numbers.Contains(twice) ? $" 1:{twice}'" : "")).Timelines[0];
            var end = numbers.Contains(twice) ? twice : int.MaxValue;
            var counted = numbers.Where(number => number < end).ToHashSet();
            return Enumerable.Range(0, 21).All(number =>
            {
                var inRange = one.Ranges.Any(range => range.First.Number(WalPicture.Size) <= (ulong)number && (ulong)number <= range.Last.Number(WalPicture.Size));
                var inGap = one.Gaps.Any(gap => gap.First.Number(WalPicture.Size) <= (ulong)number && (ulong)number <= gap.Last.Number(WalPicture.Size));
                var between = counted.Count > 0 && number > counted.Min() && number < counted.Max();
                return inRange == counted.Contains(number) && inGap == (between && !counted.Contains(number));
            });
        },
        iter: 5_000);
}
