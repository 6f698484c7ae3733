using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Tidemark.EndToEnd.Support;
using Tidemark.Postgres.Data;

namespace Tidemark.Tests.Postgres.Data;

/// <summary>Against what PostgreSQL's own pg_checksums says of the same cluster.</summary>
public sealed class PageChecksumTests
{
    private const int Page = 8192, SegmentPages = 131072;

    [Theory]
    [InlineData(13)]
    [InlineData(18)]
    public async Task Pages_are_judged_as_pg_checksums_does(int major)
    {
        var folder = await CopyAsync(major);
        // As the second gigabyte of a relation: its pages are counted on.
        var first = new byte[3 * Page];
        for (var page = 0; page < 2; page++)
        {
            first.AsSpan(page * Page + 24, 5000).Fill((byte)(page + 1));
            first[page * Page + 14] = 0xE8;
            BinaryPrimitives.WriteUInt16LittleEndian(first.AsSpan(page * Page + 8), PageChecksum.Of(first.AsSpan(page * Page, Page), (uint)(SegmentPages + page)));
        }
        await File.WriteAllBytesAsync(Path.Combine(folder, "base/1/99999.1"), first, TestContext.Current.CancellationToken);
        var (pages, bad) = await SaidAsync(major, folder);
        Assert.Empty(bad);
        var judged = Judged(folder);
        Assert.Empty(judged.Bad);
        Assert.Equal(pages, judged.Pages);

        var file = Path.Combine(folder, "base/1/1259");
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[Page + 4000] ^= 1;
        bytes[8] ^= 0x40;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        first[Page + 30] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(folder, "base/1/99999.1"), first, TestContext.Current.CancellationToken);
        (_, bad) = await SaidAsync(major, folder);
        Assert.Equal(["base/1/1259 0", "base/1/1259 1", "base/1/99999.1 1"], bad.Order(StringComparer.Ordinal));
        Assert.Equal(bad.Order(StringComparer.Ordinal), Judged(folder).Bad.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_a_page_of_nothing_but_zeros_is_new()
    {
        var page = new byte[Page];
        Assert.Equal(PageState.New, PageVerdict.Of(page, 7).State);
        page[^1] = 1;
        var verdict = PageVerdict.Of(page, 7);
        Assert.Equal((PageState.NewWithBytes, true), (verdict.State, verdict.IsDamaged));
        page[14] = 0x20;
        Assert.Equal(PageState.WrongChecksum, PageVerdict.Of(page, 7).State);
        BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(8), PageChecksum.Of(page, 7));
        Assert.Equal(PageState.Good, PageVerdict.Of(page, 7).State);
        Assert.Equal(PageState.WrongChecksum, PageVerdict.Of(page, 8).State);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(8192)]
    [InlineData(32768)]
    public void Each_width_of_the_machine_gives_the_same(int length)
    {
        var page = new byte[length];
        for (var at = 0; at < length; at++) page[at] = (byte)(at * 31 + at / 7);
        var words = MemoryMarshal.Cast<byte, uint>(page);
        var plain = PageChecksum.Plain(words);
        Assert.Equal(plain, PageChecksum.Wide(words));
        Assert.Equal(plain, PageChecksum.Narrow(words));
    }

    private static async Task<string> CopyAsync(int major)
    {
        var folder = Workshop.NewPath("pages");
        await ChildProcess.OutputAsync("cp", ["-a", "--reflink=auto", await InitdbTemplate.FolderAsync(major, 16), folder], asServerUser: true);
        return folder;
    }

    /// <summary>The pages that it looked at, and the bad ones as "file page".</summary>
    private static async Task<(long Pages, IReadOnlyList<string> Bad)> SaidAsync(int major, string folder)
    {
        var output = await ChildProcess.OutputAsync("sh", ["-c", "\"$0\" --check -D \"$1\" 2>&1 || true", Path.Combine(PostgresPrograms.Clients(major), "pg_checksums"), folder], asServerUser: true);
        var pages = Regex.Match(output, @"Blocks scanned:\s+(\d+)");
        var bad = Regex.Matches(output, @"checksum verification failed in file ""[^""]*?/((?:base|global)/[^""]+)"", block (\d+)");
        return (long.Parse(pages.Groups[1].Value, CultureInfo.InvariantCulture), [.. bad.Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}")]);
    }

    private static (long Pages, IReadOnlyList<string> Bad) Judged(string folder)
    {
        List<string> bad = [];
        var pages = 0L;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)))
        {
            if (RelationFile.Parse(path) is not { } relation) continue;
            var bytes = File.ReadAllBytes(Path.Combine(folder, path));
            for (var at = 0; at < bytes.Length; at += Page, pages++)
            {
                if (PageVerdict.Of(bytes.AsSpan(at, Page), relation.FirstBlock(SegmentPages) + (uint)(at / Page)).IsDamaged) bad.Add($"{path} {at / Page}");
            }
        }
        return (pages, bad);
    }
}
