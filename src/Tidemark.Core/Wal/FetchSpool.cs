using System.Security.Cryptography;
using System.Text;
using Tidemark.Files;
using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <summary>Segments that were fetched before recovery asked for them. They lie beside the place where it wants them, so that serving one is a rename.</summary>
/// <remarks>
/// A folder for each plan and cluster, so that what an earlier recovery left is not taken; and every file is compared with the hash in its name before it is served.
/// Nothing here is made durable: the hash tells what a power cut left half written, and the server syncs itself what it keeps.
/// </remarks>
/// <param name="near">The folder that the server wants its files in.</param>
/// <param name="request">Whose plan and timeline tell this recovery from another.</param>
/// <param name="systemIdentifier">Of the cluster.</param>
/// <param name="clock">Tells what is too old.</param>
internal sealed class FetchSpool(string near, WalFetchRequest request, ulong systemIdentifier, TimeProvider clock)
{
    private const string Tail = "tail";

    /// <summary>Bytes that are hashed at a time: a whole segment at once would be 4,000 pages to get from the kernel.</summary>
    private const int Piece = 64 * 1024;

    /// <summary>Recovery asks for the next segment within seconds. What lies longer, another one left.</summary>
    private static readonly TimeSpan Counts = TimeSpan.FromMinutes(10);

    /// <summary>Forks were asked for before it was fetched. Where they count, a younger one is missed no longer than this.</summary>
    private static readonly TimeSpan CountsUnplanned = TimeSpan.FromSeconds(15);

    private readonly TimeSpan counts = request.MindsForks ? CountsUnplanned : Counts;

    private readonly string all = Path.Combine(near, "tidemark-prefetch");
    private readonly string folder = Path.Combine(near, "tidemark-prefetch", Key(request, systemIdentifier));

    /// <summary>Serves it from here. False: it is not here, or not what it should be; then it is fetched.</summary>
    public bool TryServe(WalSegmentName name, string to)
    {
        if (!Directory.Exists(folder)) return false;
        foreach (var path in Directory.EnumerateFiles(folder, $"{name}.*"))
        {
            if (FileFacts.Find(path) is not { IsRegular: true } facts || clock.GetUtcNow() - facts.Written > counts || Hash(path) != Path.GetExtension(path)[1..]) continue;
            Place(path, to);
            return true;
        }
        return false;
    }

    /// <summary>Whether it is here. It is not looked at.</summary>
    public bool Has(StoredWal one) => FileFacts.IsThere(PathOf(one.Object.Segment, one.Object.Mark));

    /// <summary>What lies here however long, once the store has said again that it is the one; it is gone from here then. Null: it is not here, or not what it should be.</summary>
    public RawSegment? Take(StoredWal one)
    {
        var path = PathOf(one.Object.Segment, one.Object.Mark);
        if (FileFacts.Find(path) is not { IsRegular: true }) return null;
        var segment = RawSegment.Of(one.Object.Segment, Whole(path));
        DurableFile.Remove(path);
        return segment.Sha256 == one.Object.Mark ? segment : null;
    }

    public void Put(RawSegment segment) => DurableFile.WriteUnsynced(PathOf(segment.Name, segment.Sha256), segment.Bytes.Span);

    /// <summary>The tail as it was served before: PostgreSQL asks twice, and what it gets must be the same. Null: none was.</summary>
    public byte[]? KeptTail(PlannedTail tail)
    {
        var path = Path.Combine(folder, Tail, tail.Sha256);
        if (FileFacts.Find(path) is null) return null;
        var bytes = Whole(path);
        return bytes.Length >= tail.Length && RawSegment.HashOf(bytes.AsSpan(0, tail.Length)) == tail.Sha256 ? bytes : null;
    }

    /// <param name="tail">What the plan says.</param>
    /// <param name="padded">A whole segment.</param>
    public void KeepTail(PlannedTail tail, byte[] padded) => DurableFile.WriteWhole(Path.Combine(folder, Tail, tail.Sha256), padded, replace: true);

    /// <summary>Removes what lies here from other recoveries.</summary>
    public void SweepOthers()
    {
        if (!Directory.Exists(all)) return;
        foreach (var other in Directory.EnumerateDirectories(all).Where(other => other != folder)) Directory.Delete(other, recursive: true);
    }

    /// <summary>Recovery has come to an end of the WAL: nothing more is asked for.</summary>
    /// <param name="keepTail">It asks for the last segment once more.</param>
    public void Sweep(bool keepTail)
    {
        try
        {
            if (!Directory.Exists(all)) return;
            if (!keepTail) Directory.Delete(all, recursive: true);
            else if (Directory.Exists(folder))
                foreach (var file in Directory.EnumerateFiles(folder)) DurableFile.Remove(file);
        }
        catch (Exception closed) when (closed is Fault or IOException or UnauthorizedAccessException)
        {
            // That a file is in no store is proven, whatever stays lying here.
        }
    }

    private static void Place(string path, string to)
    {
        while (!NoReplaceRename.Try(path, to)) DurableFile.Remove(to);
    }

    private string PathOf(WalSegmentName name, string sha256) => Path.Combine(folder, $"{name}.{sha256}");

    private static string Hash(string path)
    {
        using var file = RegularFile.OpenForReading(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[Piece];
        for (int got; (got = file.Read(piece)) > 0;) hash.AppendData(piece, 0, got);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] Whole(string path)
    {
        using var file = RegularFile.OpenForReading(path);
        var bytes = GC.AllocateUninitializedArray<byte>((int)Math.Min(file.Length, WalSegmentSize.Largest));
        file.ReadExactly(bytes);
        return bytes;
    }

    private static string Key(WalFetchRequest request, ulong systemIdentifier) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Encoding.ASCII.GetBytes($"{systemIdentifier} {request.Timeline} "), .. request.Plan?.Write() ?? []]))[..16];
}
