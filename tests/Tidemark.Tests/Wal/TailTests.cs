using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Storage.Memory;
using Tidemark.Wal;

namespace Tidemark.Tests.Wal;

public sealed class TailTests : IDisposable
{
    private static readonly WalSegmentName Name = MadeWal.Name(1, 5);
    private static readonly IncarnationFolder Folder = new("default", 1, MadeWal.Cluster);

    private readonly MemoryObjectStore store = new(TimeProvider.System);
    private readonly WalEncoding encoding = MadeWal.Plain();
    private readonly byte[] segment = new byte[MadeWal.Size.Bytes];

    public TailTests()
    {
        for (var at = 0; at < segment.Length; at++) segment[at] = (byte)(at * 31 / 7);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => encoding.Dispose();

    [Fact]
    public async Task What_was_shipped_piece_by_piece_is_read_back_up_to_every_end()
    {
        using var writer = new TailWriter(store, Folder, Name, encoding);
        for (var end = 1000; end <= 150_000; end += 1000) await writer.ShipAsync(from => segment.AsMemory(from, end - from), Token);
        Assert.Equal(150_000, writer.Shipped);
        var reader = new TailReader(store, Folder, encoding);
        var pieces = await reader.ListAsync(Name, Token);
        Assert.Equal(150, pieces.Count);
        // The first, and each that follows 64 others.
        Assert.Equal([1000, 65_000, 129_000], pieces.Where(piece => piece.From == 0).Select(piece => piece.To).Order());
        foreach (var end in new[] { 1000, 64_000, 65_000, 66_000, 150_000 })
        {
            var tail = new PlannedTail(end, RawSegment.HashOf(segment.AsSpan(0, end)));
            Assert.Equal(segment[..end], await reader.ReadAsync(Name, tail, Token));
            Assert.InRange(TailChain.Find(pieces, end, tail.Sha256)!.Count, 1, TailWriter.Cumulative);
        }
        Assert.Null(await reader.ReadAsync(Name, new PlannedTail(150_001, RawSegment.HashOf(segment.AsSpan(0, 150_001))), Token));
        Assert.Equal(150_000, TailChain.Furthest(pieces)!.To);
        Assert.Empty(TailChain.Contradicted(pieces, segment));
    }

    [Fact]
    public async Task A_write_that_fails_is_made_up_for_by_the_next()
    {
        var broken = new Tidemark.Tests.Storage.UnreliableStore(store) { Weather = (_, _, call) => call == 2 ? Tidemark.Tests.Storage.Loss.Request : Tidemark.Tests.Storage.Loss.None };
        using var writer = new TailWriter(broken, Folder, Name, encoding);
        await writer.ShipAsync(from => segment.AsMemory(from, 1000 - from), Token);
        await Assert.ThrowsAsync<Fault>(() => writer.ShipAsync(from => segment.AsMemory(from, 2000 - from), Token));
        await writer.ShipAsync(from => segment.AsMemory(from, 3000 - from), Token);
        Assert.Equal(segment[..3000], await new TailReader(store, Folder, encoding).ReadAsync(Name, new PlannedTail(3000, RawSegment.HashOf(segment.AsSpan(0, 3000))), Token));
    }

    [Fact]
    public async Task A_piece_that_is_not_what_its_name_says_is_not_served()
    {
        using var writer = new TailWriter(store, Folder, Name, encoding);
        await writer.ShipAsync(from => segment.AsMemory(from, 1000 - from), Token);
        await writer.ShipAsync(from => segment.AsMemory(from, 2000 - from), Token);
        var reader = new TailReader(store, Folder, encoding);
        var first = (await reader.ListAsync(Name, Token)).Single(piece => piece.From == 0);
        await store.PutAsync(first.KeyIn(Folder), encoding.Encode(new byte[1000]), PutMode.Replace, Token);
        Assert.Equal(FaultCode.Verification, (await Assert.ThrowsAsync<Fault>(() => reader.ReadAsync(Name, new PlannedTail(2000, RawSegment.HashOf(segment.AsSpan(0, 2000))), Token))).Code);
    }

    [Fact]
    public void Pieces_that_end_alike_and_differ_are_no_tail_from_there_on()
    {
        TailPiece Piece(int from, int to, char hash) => new(Name, from, to, new string(hash, 64));
        var pieces = new[] { Piece(0, 100, 'a'), Piece(100, 200, 'b'), Piece(200, 300, 'c'), Piece(200, 300, 'd'), Piece(300, 400, 'e') };
        Assert.Equal(200, TailChain.Furthest(pieces)!.To);
        Assert.Null(TailChain.Furthest([Piece(100, 200, 'b')]));
    }

    [Fact]
    public void The_complete_segment_contradicts_pieces_of_another()
    {
        var right = new TailPiece(Name, 0, 100, RawSegment.HashOf(segment.AsSpan(0, 100)));
        var wrong = new TailPiece(Name, 100, 200, RawSegment.HashOf(new byte[200]));
        Assert.Equal([wrong], TailChain.Contradicted([wrong, right], segment));
    }

    [Theory]
    [InlineData("clusters/default/01-7/volatile/tails/0000000100000000000000C3/00000000-000000ff." + Hash, true)]
    [InlineData("clusters/default/01-7/volatile/tails/0000000100000000000000C3/000000ff-00000000." + Hash, false)]
    [InlineData("clusters/default/01-7/volatile/tails/0000000100000000000000C3/00000000-fffffff0." + Hash, false)]
    [InlineData("clusters/default/01-7/volatile/tails/0000000100000000000000C3/0-ff." + Hash, false)]
    [InlineData("clusters/default/01-7/wal/0000000100000000000000C3/00000000-000000ff." + Hash, false)]
    public void A_key_of_a_piece_is_read_back(string key, bool isOne) => Assert.Equal(isOne ? key : null, TailPiece.Parse(key)?.KeyIn(new IncarnationFolder("default", 1, 7)));

    private const string Hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
}
