using System.Diagnostics;
using CsCheck;
using Tidemark.Repositories.Packs;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Storage;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Repositories.Packs;

public sealed class PackTests
{
    private static readonly (FrameContent Content, byte[] Raw)[] Few =
    [
        PackBench.Extent("base/5/16384", 0, MadePages.Of(256 * 1024, 1)),
        PackBench.Extent("base/5/16384", 32, MadePages.Of(20_000, 2)),
        (new Extent("base/5/16385", [new PageSpan(3, 1), new PageSpan(70_000, 2)]), MadePages.Of(3 * 8192, 3)),
        (new Bundle([new BundledFile("PG_VERSION", 3), new BundledFile("base/5/PG_VERSION", 3), new BundledFile("odd \uDCFF name/\u00e4", 500)]), MadePages.Of(506, 4)),
        (MapContent.Chunk, MadePages.Of(700_000, 5)),
        (MapContent.List, MadePages.Of(10, 6)),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_put_into_a_pack_comes_out_of_it_and_the_pack_alone_says_what_it_is(bool isSealed)
    {
        using var bench = new PackBench(isSealed);
        var pack = Assert.Single(await bench.WriteAsync(Few));
        foreach (var reader in new[] { await bench.OpenAsync(pack), await bench.ReadAllAsync(pack) })
        {
            Assert.Equal(PackBench.PageSize, reader.Index.PageSize);
            for (var at = 0; at < Few.Length; at++)
            {
                Assert.Equal(Few[at].Raw, await reader.ReadAsync(at, TestContext.Current.CancellationToken));
                Same(Few[at].Content, reader.Index.Frames[at].Content);
            }
            Assert.Equal(Few[1..4].Select(frame => frame.Raw), await reader.ReadAsync(1, 3, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public Task Any_frames_make_the_round_trip() =>
        Gen.Select(Gen.Bool, Gen.Int[0, Extent.Largest].Array[1, 6], Gen.Int[0, int.MaxValue]).SampleAsync(async (isSealed, lengths, first) =>
        {
            using var bench = new PackBench(isSealed);
            var frames = lengths.Select((length, at) => PackBench.Extent($"base/{at}", first, MadePages.Of(length, (ulong)at))).ToList();
            var reader = await bench.OpenAsync(Assert.Single(await bench.WriteAsync(frames)));
            for (var at = 0; at < frames.Count; at++)
            {
                Assert.Equal(frames[at].Raw, await reader.ReadAsync(at, CancellationToken.None));
                Same(frames[at].Content, reader.Index.Frames[at].Content);
            }
        }, iter: 60, threads: 1);

    [Fact]
    public async Task The_zstd_program_opens_a_pack_whole()
    {
        using var bench = new PackBench(isSealed: false);
        var pack = Assert.Single(await bench.WriteAsync(Few));
        Assert.Equal(Few.SelectMany(frame => frame.Raw), StockZstd.Run(await bench.StoredAsync(pack), "-d"));
    }

    [Fact]
    public async Task Age_and_zstd_open_an_encrypted_pack_whole()
    {
        using var bench = new PackBench(isSealed: true);
        using var folder = new TempFolder();
        var pack = Assert.Single(await bench.WriteAsync(Few));
        folder.Write("key.txt", bench.Identity!.ToSecretText() + "\n");
        await File.WriteAllBytesAsync(folder["pack"], await bench.StoredAsync(pack), TestContext.Current.CancellationToken);
        using var shell = Process.Start("sh", ["-c", $"age -d -i '{folder["key.txt"]}' '{folder["pack"]}' | zstd -d -q -o '{folder["raw"]}'"])!;
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, shell.ExitCode);
        Assert.Equal(Few.SelectMany(frame => frame.Raw), await File.ReadAllBytesAsync(folder["raw"], TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_flipped_byte_of_a_pack_is_found_and_never_read_as_something_else(bool isSealed)
    {
        using var bench = new PackBench(isSealed);
        (FrameContent Content, byte[] Raw)[] small = [PackBench.Extent("base/1", 0, MadePages.Of(600, 1)), (new Bundle([new BundledFile("a", 100), new BundledFile("b", 50)]), MadePages.Of(150, 2))];
        var pack = Assert.Single(await bench.WriteAsync(small));
        var whole = await bench.StoredAsync(pack);
        for (var at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= (byte)(1 << (at % 8));
            await bench.ChangeAsync(pack, damaged);
            Named(pack, await Assert.ThrowsAsync<Fault>(() => bench.ReadAllAsync(pack)));
            await NeverWrong(bench, pack, small);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pack_that_is_cut_or_has_something_behind_its_end_or_is_gone_is_found(bool isSealed)
    {
        using var bench = new PackBench(isSealed);
        var pack = Assert.Single(await bench.WriteAsync(Few));
        var whole = await bench.StoredAsync(pack);
        foreach (var length in new[] { 0, 1, 20, whole.Length / 2, whole.Length - 1 })
        {
            await bench.ChangeAsync(pack, whole[..length]);
            Named(pack, await Assert.ThrowsAsync<Fault>(() => bench.ReadAllAsync(pack)));
            await NeverWrong(bench, pack, Few);
        }
        await bench.Store.DeleteAsync(bench.Folder.Key(pack.Id), TestContext.Current.CancellationToken);
        Named(pack, await Assert.ThrowsAsync<Fault>(() => bench.ReadAllAsync(pack)));
        Named(pack, await Assert.ThrowsAsync<Fault>(() => bench.OpenAsync(pack)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_pack_under_the_same_name_is_found_though_only_a_part_is_read(bool isSealed)
    {
        using var bench = new PackBench(isSealed);
        var (wanted, other) = (MadePages.Of(100_000, 1), MadePages.Of(100_000, 2));
        var pack = Assert.Single(await bench.WriteAsync([PackBench.Extent("base/1", 0, wanted)]));
        var forged = Assert.Single(await bench.WriteAsync([PackBench.Extent("base/1", 0, other)]));
        await bench.ChangeAsync(pack, await bench.StoredAsync(forged));
        // As a forger would have it, who can give it any length.
        Named(pack, await Assert.ThrowsAsync<Fault>(() => bench.OpenAsync(pack with { Size = forged.Size })));
    }

    [Fact]
    public async Task A_frame_in_the_place_of_another_is_found_though_only_it_is_read()
    {
        using var bench = new PackBench(isSealed: false);
        var noise = new byte[2][];
        for (var at = 0; at < 2; at++) noise[at] = System.Security.Cryptography.SHA512.HashData([(byte)at]);
        var packs = new[] { Assert.Single(await bench.WriteAsync([PackBench.Extent("base/1", 0, noise[0])])), Assert.Single(await bench.WriteAsync([PackBench.Extent("base/1", 0, noise[1])])) };
        var (one, other) = (await bench.StoredAsync(packs[0]), await bench.StoredAsync(packs[1]));
        var frame = (await bench.OpenAsync(packs[0])).Index.Frames[0];
        await bench.ChangeAsync(packs[0], [.. other[..frame.Stored], .. one[frame.Stored..]]);
        Named(packs[0], await Assert.ThrowsAsync<Fault>(async () => await (await bench.OpenAsync(packs[0])).ReadAsync(0, TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_page_costs_one_frame_of_at_most_256_KiB_and_few_bytes_around_it(bool isSealed)
    {
        var sky = new UnreliableStore(new MemoryObjectStore(TimeProvider.System));
        using var bench = new PackBench(isSealed, sky);
        var raw = Enumerable.Range(0, 100).Select(at => MadePages.Of(Extent.Largest, (ulong)at)).ToList();
        var pack = Assert.Single(await bench.WriteAsync(raw.Select((bytes, at) => PackBench.Extent("base/1", at * 32L, bytes))));
        var reader = await bench.OpenAsync(pack);
        Assert.Equal(isSealed ? 2 : 1, sky.Asked.Count(asked => asked.Operation == "open"));
        var frame = reader.Index.Frames[50];
        Assert.InRange(frame.Raw, 1, 256 * 1024);
        Assert.Equal(raw[50], await reader.ReadAsync(50, TestContext.Current.CancellationToken));
        Assert.Equal(isSealed ? 3 : 2, sky.Asked.Count(asked => asked.Operation == "open"));
    }

    [Fact]
    public async Task Full_packs_are_about_32_MiB_and_their_frames_number_at_most_2048()
    {
        using var bench = new PackBench(isSealed: false);
        var tiny = Enumerable.Range(0, 5000).Select(at => PackBench.Extent("base/1", at, [1, 2, 3])).ToList();
        Assert.Equal(3, (await bench.WriteAsync(tiny)).Count);
        var noise = new byte[Extent.Largest];
        System.Security.Cryptography.RandomNumberGenerator.Fill(noise);
        var large = await bench.WriteAsync(Enumerable.Range(0, 200).Select(at => PackBench.Extent("base/2", at * 32L, noise)));
        Assert.Equal(2, large.Count);
        Assert.All(large, pack => Assert.InRange(pack.Size, 1, OpenPack.Target + (1024 * 1024)));
    }

    private static async Task NeverWrong(PackBench bench, SealedPack pack, (FrameContent Content, byte[] Raw)[] frames)
    {
        try
        {
            var reader = await bench.OpenAsync(pack);
            for (var at = 0; at < frames.Length; at++) Assert.Equal(frames[at].Raw, await reader.ReadAsync(at, TestContext.Current.CancellationToken));
        }
        catch (Fault damaged)
        {
            Named(pack, damaged);
        }
    }

    private static void Named(SealedPack pack, Fault damaged)
    {
        Assert.True(damaged.Code.ExitCode is 10 or 9, damaged.InOneLine);
        Assert.Contains(pack.Id, damaged.Where, StringComparison.Ordinal);
    }

    private static void Same(FrameContent expected, FrameContent found)
    {
        Assert.Equal(expected.Kind, found.Kind);
        Assert.Equal((expected as Extent)?.Path, (found as Extent)?.Path);
        if ((found as Extent)?.Pages is { } pages) Assert.Equal(((Extent)expected).Pages.Where(span => span.Count > 0), pages.Where(span => span.Count > 0));
        Assert.Equal((expected as Bundle)?.Files, (found as Bundle)?.Files);
    }
}
