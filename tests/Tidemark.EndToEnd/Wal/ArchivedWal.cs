using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

/// <summary>What a folder of backups holds of WAL, opened with stock tools.</summary>
internal sealed partial class ArchivedWal(string folder)
{
    /// <summary>Names of complete segments, in order.</summary>
    public IReadOnlyList<string> Segments => [.. Files("wal").Select(file => Path.GetFileName(file)).Where(name => Segment().IsMatch(name)).Select(name => name[..24]).Order(StringComparer.Ordinal)];

    public bool HasHistory(string timeline) => Files("wal").Any(file => Path.GetFileName(file) == $"{timeline}.history");

    /// <summary>Each complete segment that the server still has is the server's, byte by byte; at least one is.</summary>
    public async Task AreThoseOfAsync(PostgresServer server, IEnumerable<string> names)
    {
        var compared = 0;
        foreach (var name in names)
        {
            var file = Files("wal").Single(path => Path.GetFileName(path).StartsWith(name + ".", StringComparison.Ordinal) && Segment().IsMatch(Path.GetFileName(path)));
            var copy = Workshop.NewPath("raw");
            await ChildProcess.OutputAsync("zstd", ["-q", "-d", "-o", copy, file]);
            var (ours, theirs) = (await File.ReadAllBytesAsync(copy), await File.ReadAllBytesAsync(Path.Combine(server.DataFolder, "pg_wal", name)));
            File.Delete(copy);
            Assert.True(ours.AsSpan().SequenceEqual(theirs), $"{name} is not the server's");
            Assert.Equal(Path.GetFileName(file)[25..], Convert.ToHexStringLower(SHA256.HashData(theirs)));
            compared++;
        }
        Assert.NotEqual(0, compared);
    }

    /// <summary>How far, in bytes from its start, pieces of this segment go; -1: there is none.</summary>
    public int TailOf(string name) =>
        Files($"volatile/tails/{name}").Select(path => int.Parse(Path.GetFileName(path).AsSpan(9, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).DefaultIfEmpty(-1).Max();

    /// <summary>The first byte that is not there, of segments of 16 MiB on one timeline; 0: there is nothing.</summary>
    public long End => Math.Max(
        Segments.Select(name => StartOf(name) + (16 << 20)).DefaultIfEmpty(0).Max(),
        Files("volatile/tails").Select(path => StartOf(Path.GetFileName(Path.GetDirectoryName(path))!) + int.Parse(Path.GetFileName(path).AsSpan(9, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max());

    private static long StartOf(string name) => (Convert.ToInt64(name[8..16], 16) << 32) + (Convert.ToInt64(name[16..24], 16) << 24);

    private IEnumerable<string> Files(string under)
    {
        var clusters = Path.Combine(folder, "clusters", "default");
        if (!Directory.Exists(clusters)) return [];
        return Directory.EnumerateDirectories(clusters).Select(incarnation => Path.Combine(incarnation, under)).Where(Directory.Exists).SelectMany(found => Directory.EnumerateFiles(found, "*", SearchOption.AllDirectories)).Where(path => !path.EndsWith(".pending", StringComparison.Ordinal));
    }

    [GeneratedRegex("^[0-9A-F]{24}\\.[0-9a-f]{64}$")]
    private static partial Regex Segment();
}
