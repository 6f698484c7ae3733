using CsCheck;
using Tidemark.Repositories.Packs;
using Tidemark.Tests.Repositories.Packs;

namespace Tidemark.Tests.BaseBackups;

public sealed class IncrementTests : IDisposable
{
    private const int Page = PackBench.PageSize;

    private readonly FolderBackups backups = new();

    public void Dispose() => backups.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Each step: what is done, to which file, and a number.</summary>
    [Fact]
    public void Whatever_changes_between_backups_each_of_them_comes_back_byte_for_byte_from_the_packs_it_names()
    {
        var step = Gen.Select(Gen.Int[0, 7], Gen.Int[0, 39], Gen.Int[0, 1 << 22]);
        step.Array[0, 12].Array[2, 4].Sample(
            generations =>
            {
                using var one = new FolderBackups();
                RunAsync(one, generations).GetAwaiter().GetResult();
            }, iter: 25, threads: 1);
    }

    [Fact]
    public async Task Where_nothing_changed_nothing_is_stored_and_the_map_is_the_parents()
    {
        Furnish(backups);
        var first = await backups.TakeAsync();
        var second = await backups.TakeAsync(first);
        Assert.Empty(second.Sent);
        Assert.Equal(0, second.NewBytes);
        Assert.Equal(first.Lists.Select(list => list.Hash), second.Lists.Select(list => list.Hash));
        Assert.Equal(first.Packs.Select(pack => pack.Id).Order(), second.Packs.Select(pack => pack.Id).Order());
    }

    [Fact]
    public async Task A_page_that_changed_costs_its_extent_and_a_small_file_itself()
    {
        Furnish(backups);
        var first = await backups.TakeAsync();
        Change("base/5/16384", (37 * Page) + 5);
        Change("base/5/1003", 1);
        var second = await backups.TakeAsync(first);
        Assert.Equal(Extent.Largest + new FileInfo(backups.Data["base/5/1003"]).Length, second.NewBytes);
        Same(backups.Files(), await backups.RestoreAsync(second));
    }

    [Fact]
    public async Task Time_and_size_are_not_asked_whether_a_file_is_the_same()
    {
        Furnish(backups);
        var (path, small) = (backups.Data["base/5/16384"], backups.Data["base/5/1003"]);
        var times = (File.GetLastWriteTimeUtc(path), File.GetLastWriteTimeUtc(small));
        var first = await backups.TakeAsync();
        Change("base/5/16384", 9);
        Change("base/5/1003", 9);
        File.SetLastWriteTimeUtc(path, times.Item1);
        File.SetLastWriteTimeUtc(small, times.Item2);
        Same(backups.Files(), await backups.RestoreAsync(await backups.TakeAsync(first)));
    }

    [Fact]
    public async Task A_pack_of_the_parent_that_is_damaged_is_told_and_not_used_again()
    {
        Furnish(backups);
        var first = await backups.TakeAsync();
        // The largest holds the data.
        var pack = first.Packs.MaxBy(one => one.Size)!;
        var stored = await backups.Bench.StoredAsync(pack);
        stored[^40] ^= 1;
        await backups.Bench.ChangeAsync(pack, stored);
        var second = await backups.TakeAsync(first);
        Assert.Equal([pack.Id], second.Unreadable);
        Assert.DoesNotContain(pack.Id, second.Packs.Select(one => one.Id));
        Same(backups.Files(), await backups.RestoreAsync(second));
    }

    [Fact]
    public async Task What_a_killed_run_brought_is_used_by_the_next()
    {
        Furnish(backups);
        var killed = await backups.TakeAsync(isKilled: true);
        var left = await LeftAsync(killed);
        Change("base/5/16384", 9);
        var next = await backups.TakeAsync(left: left);
        Assert.Equal(Extent.Largest, next.NewBytes);
        Assert.Contains(next.Packs, pack => killed.Sent.Any(sent => sent.Id == pack.Id));
        Same(backups.Files(), await backups.RestoreAsync(next));
    }

    [Fact]
    public async Task The_same_bytes_at_another_place_are_not_those_of_a_killed_run()
    {
        backups.Put("PG_VERSION", "17\n"u8.ToArray());
        backups.Put("base/5/16384", MadePages.Of(Extent.Largest, 1));
        var left = await LeftAsync(await backups.TakeAsync(isKilled: true));
        File.Move(backups.Data["base/5/16384"], backups.Data["base/5/16385"]);
        Assert.Equal(Extent.Largest, (await backups.TakeAsync(left: left)).NewBytes);
    }

    private async Task<LeftFrames> LeftAsync(FolderCopy killed)
    {
        var left = new LeftFrames();
        foreach (var sent in killed.Sent)
        {
            var (pack, index) = await PackReader.ReadIndexAsync(backups.Bench.Place, sent.Id, sent.Size, backups.Bench.Keys, backups.Bench.Decoder, Token);
            left.Take(pack, index);
        }
        return left;
    }

    private static async Task RunAsync(FolderBackups one, (int Kind, int File, int Number)[][] generations)
    {
        Furnish(one);
        var taken = new List<(FolderCopy Copy, Dictionary<string, byte[]> Files)> { (await one.TakeAsync(), one.Files()) };
        foreach (var steps in generations)
        {
            foreach (var (kind, file, number) in steps) Do(one, kind, file, number);
            taken.Add((await one.TakeAsync(taken[^1].Copy), one.Files()));
        }
        foreach (var (copy, files) in taken) Same(files, await one.RestoreAsync(copy));
        // Without all that the last one does not name, it still comes back.
        var needed = taken[^1].Copy.Packs.Select(pack => pack.Id).ToHashSet();
        foreach (var pack in taken.SelectMany(each => each.Copy.Sent).Where(pack => !needed.Contains(pack.Id))) await one.Bench.Store.DeleteAsync(one.Bench.Folder.Key(pack.Id), Token);
        Same(taken[^1].Files, await one.RestoreAsync(taken[^1].Copy));
    }

    private static void Do(FolderBackups one, int kind, int file, int number)
    {
        var there = Directory.GetFiles(one.Data["base/5"]).Order(StringComparer.Ordinal).ToList();
        var path = there[file % there.Count];
        using var open = kind is < 3 ? new FileStream(path, FileMode.Open) : null;
        switch (kind)
        {
            case 0 when open!.Length > 0:
                open.Position = number % open.Length;
                open.Write(MadePages.Of(Math.Min(Page, (int)(open.Length - open.Position)), (ulong)number));
                break;
            case 1:
                open!.SetLength(number % (open.Length + 1));
                break;
            case 2:
                open!.Position = open.Length;
                open.Write(MadePages.Of(number % 600_000, (ulong)number));
                break;
            case 3:
                one.Put($"base/5/{20000 + number}", MadePages.Of(number % 100_000, (ulong)number));
                break;
            case 4 when there.Count > 1:
                File.Delete(path);
                break;
            case 5:
                File.Move(path, one.Data[$"base/5/{30000 + number}"], overwrite: true);
                break;
            case 6:
                one.Put($"base/6/{number % 50}", MadePages.Of(number % 9000, (ulong)number));
                break;
            default:
                File.Copy(path, one.Data[$"base/5/{40000 + number}"], overwrite: true);
                break;
        }
    }

    private static void Furnish(FolderBackups one)
    {
        one.Put("PG_VERSION", "17\n"u8.ToArray());
        for (var at = 0; at < 60; at++) one.Put($"base/5/{1000 + at}", MadePages.Of((at * 977) % 36_000, (ulong)at));
        one.Put("base/5/16384", MadePages.Of(3_000_000, 7));
        one.Put("base/5/16385", MadePages.Of(Extent.Largest, 8));
        one.Put("base/5/16386", MadePages.Of((5 * 1024 * 1024) + 100, 9));
        one.Put("pg_xact/0000", MadePages.Of(Page, 10));
    }

    private void Change(string path, int at)
    {
        using var file = new FileStream(backups.Data[path], FileMode.Open);
        file.Position = at;
        var value = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(value ^ 0x55));
    }

    private static void Same(Dictionary<string, byte[]> expected, Dictionary<string, byte[]> found)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, file => Assert.True(file.Value.AsSpan().SequenceEqual(found[file.Key]), file.Key));
    }
}
