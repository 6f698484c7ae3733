using System.Buffers.Binary;
using System.Diagnostics;
using Tidemark.BaseBackups;
using Tidemark.Postgres.Data;
using Tidemark.Postgres.Wal;

namespace Tidemark.Tests.BaseBackups;

public sealed class PageVerifierTests
{
    private const int Page = 8192, SegmentPages = 131072;
    private const string File = "base/5/16384.1";
    private static readonly Lsn Start = new(0x2000028);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_that_is_good_when_read_again_is_taken_instead()
    {
        var good = Good(1, Start);
        await using var files = new Readings([good]);
        var (verifier, piece) = (Of(files), (byte[])[.. Good(0, Start), .. Torn(good)]);
        await verifier.CheckAsync(File, 0, piece, Token);
        Assert.Equal(((long)2, 1L, 0L), (verifier.Pages, verifier.Torn, verifier.BadCount));
        Assert.True(piece.AsSpan(Page).SequenceEqual(good));
        Assert.Equal([Page], files.Asked);
    }

    [Fact]
    public async Task One_that_stays_the_same_is_bad_whatever_its_header_says_of_the_WAL()
    {
        foreach (var lsn in (Lsn[])[new(0x1000), new(ulong.MaxValue)])
        {
            var torn = Torn(Good(3, lsn));
            await using var files = new Readings([torn, torn, torn]);
            var verifier = Of(files);
            await verifier.CheckAsync(File, 3 * Page, torn.ToArray(), Token);
            var bad = Assert.Single(verifier.Bad);
            Assert.Equal((File, (uint)SegmentPages + 3, PageState.WrongChecksum), (bad.Path, bad.Block, bad.Verdict.State));
            Assert.Equal((0L, 2), (verifier.Torn, files.Asked.Count));
            Assert.StartsWith("base/5/16384.1, block 131075: its checksum is ", bad.ToString());
        }
    }

    [Fact]
    public async Task One_whose_writer_sleeps_for_a_moment_is_waited_for()
    {
        var good = Good(3, Start);
        await using var files = new Readings([Torn(good), good]) { LastAfter = TimeSpan.FromMilliseconds(50) };
        var (verifier, piece) = (Of(files), Torn(good));
        await verifier.CheckAsync(File, 3 * Page, piece, Token);
        Assert.Equal((1L, 0L), (verifier.Torn, verifier.BadCount));
        Assert.True(piece.AsSpan().SequenceEqual(good));
    }

    [Theory]
    [InlineData(0x2000028, 1, 0)]
    [InlineData(0x2000027, 0, 1)]
    public async Task One_that_changes_each_time_is_being_written_if_it_was_since_the_start(ulong lsn, long torn, long bad)
    {
        var readings = Enumerable.Range(0, 6).Select(n => Torn(Good(3, new Lsn(lsn)), (byte)(n + 0x80))).ToArray();
        await using var files = new Readings(readings[1..]);
        var verifier = Of(files);
        await verifier.CheckAsync(File, 3 * Page, readings[0].ToArray(), Token);
        Assert.Equal((torn, bad), (verifier.Torn, verifier.BadCount));
    }

    [Fact]
    public async Task One_that_was_cut_off_is_no_page_and_neither_is_half_of_one_at_the_end()
    {
        await using var files = new Readings([[]]);
        var verifier = Of(files);
        await verifier.CheckAsync(File, 0, (byte[])[.. Torn(Good(0, Start)), .. new byte[100].Select(_ => (byte)1)], Token);
        Assert.Equal((1L, 0L, 0L), (verifier.Pages, verifier.Torn, verifier.BadCount));
    }

    [Fact]
    public async Task What_holds_no_pages_is_not_looked_at()
    {
        await using var files = new Readings([]);
        var verifier = Of(files);
        await verifier.CheckAsync("base/5/pg_filenode.map", 0, Torn(Good(0, Start)), Token);
        await verifier.CheckAsync("pg_xact/0000", 0, Torn(Good(0, Start)), Token);
        Assert.Equal(0, verifier.Pages);
    }

    private static PageVerifier Of(Readings files) => new(files, Page, SegmentPages, Start, TimeProvider.System);

    private static byte[] Good(uint page, Lsn lsn)
    {
        var bytes = new byte[Page];
        bytes.AsSpan(24).Fill((byte)(page + 1));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)(lsn.Value >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)lsn.Value);
        bytes[14] = 0x20;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), PageChecksum.Of(bytes, SegmentPages + page));
        return bytes;
    }

    private static byte[] Torn(byte[] page, byte with = 0xEE)
    {
        var torn = page.ToArray();
        torn.AsSpan(4096).Fill(with);
        return torn;
    }

    /// <summary>Gives one prepared page after another, whatever is asked for.</summary>
    private sealed class Readings(byte[][] pages) : IClusterFiles
    {
        private readonly Stopwatch _since = Stopwatch.StartNew();

        public List<long> Asked { get; } = [];

        /// <summary>Before, the first one is given in its place.</summary>
        public TimeSpan LastAfter { get; init; }

        public Task<int?> ReadAsync(string path, long offset, Memory<byte> into, CancellationToken token)
        {
            var page = _since.Elapsed < LastAfter ? pages[0] : LastAfter > TimeSpan.Zero ? pages[^1] : pages[Asked.Count];
            Asked.Add(offset);
            page.CopyTo(into);
            return Task.FromResult<int?>(page.Length);
        }

        public Task<IReadOnlyList<ClusterEntry>> FolderAsync(string folder, CancellationToken token) => throw new NotSupportedException();

        public Task<IReadOnlyList<int?>> ReadWholeAsync(IReadOnlyList<ClusterEntry> files, Memory<byte> into, CancellationToken token) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
