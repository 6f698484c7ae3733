using System.Globalization;
using Tidemark.Files;
using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <summary>Segments that were fetched before recovery asked for them. They lie beside the place where it wants them, so that serving one is a rename.</summary>
/// <remarks>
/// Each was compared with the hash in its name before it got it. Nothing here is made durable: a power cut may leave half of a file, so the folder bears the name of this
/// boot of the machine, and what an earlier one left is not looked at. The server syncs itself what it keeps. The folder is that of one plan and cluster besides: what an earlier recovery left is not taken.
/// </remarks>
internal sealed class FetchSpool
{
    private const string Tail = "tail";

    /// <summary>Recovery asks for the next segment within seconds. What lies longer, another one left.</summary>
    private static readonly TimeSpan Counts = TimeSpan.FromMinutes(10);

    /// <summary>Forks were asked for before it was fetched. Where they count, a younger one is missed no longer than this.</summary>
    private static readonly TimeSpan CountsUnplanned = TimeSpan.FromSeconds(15);

    private readonly TimeProvider clock;
    private readonly TimeSpan counts;
    private readonly string all, folder;

    private FetchSpool(WalFetchRequest request, string name, TimeProvider clock)
    {
        all = Path.Combine(Path.GetDirectoryName(request.Path)!, "tidemark-prefetch");
        folder = Path.Combine(all, name);
        (this.clock, counts) = (clock, request.MindsForks ? CountsUnplanned : Counts);
    }

    /// <param name="request">Beside its path it lies; its plan and timeline tell this recovery from another.</param>
    /// <param name="systemIdentifier">Of the cluster.</param>
    /// <param name="boot">As <see cref="ThisBoot"/> names it; null: not known, then nothing can be kept.</param>
    /// <param name="clock">Tells what is too old.</param>
    /// <returns>Null: who asks is no recovery, and asks for nothing after it.</returns>
    public static FetchSpool? Of(WalFetchRequest request, ulong systemIdentifier, string? boot, TimeProvider clock) =>
        request.IsRecovery && boot is not null ? new FetchSpool(request, string.Create(CultureInfo.InvariantCulture, $"{boot}.{systemIdentifier}.{request.Timeline?.Value ?? 0}.{Fold(request.Plan?.Write() ?? []):x16}"), clock) : null;

    /// <summary>Serves it from here. False: it is not here, or too old to be believed without a look at the store.</summary>
    public bool TryServe(WalSegmentName name, string to)
    {
        if (!Directory.Exists(folder)) return false;
        foreach (var path in Directory.EnumerateFiles(folder, $"{name}.*"))
        {
            if (FileFacts.Find(path) is not { IsRegular: true } facts || !WalSegmentSize.IsOne(facts.Length) || clock.GetUtcNow() - facts.Written > counts) continue;
            Place(path, to);
            return true;
        }
        return false;
    }

    /// <summary>However long it lies here, where the store has said again that it is the one. Null: it is not here.</summary>
    public WalSegmentSize? SizeOf(StoredWal one) => FileFacts.Find(PathOf(one)) is { IsRegular: true } facts && WalSegmentSize.IsOne(facts.Length) ? new WalSegmentSize((int)facts.Length) : null;

    /// <summary>One that has a <see cref="SizeOf"/>.</summary>
    public void Serve(StoredWal one, string to) => Place(PathOf(one), to);

    /// <summary>A file to be filled.</summary>
    public DurableFile Begin() => DurableFile.Create(folder);

    public void Keep(StoredWal one, DurableFile whole) => whole.ReplaceUnsynced(PathOf(one));

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

    private string PathOf(StoredWal one) => Path.Combine(folder, $"{one.Object.Segment}.{one.Object.Mark}");

    private static byte[] Whole(string path)
    {
        using var file = RegularFile.OpenForReading(path);
        var bytes = GC.AllocateUninitializedArray<byte>((int)Math.Min(file.Length, WalSegmentSize.Largest));
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>FNV-1a, which tells apart plans that nobody made to be alike. A cryptographic hash would load OpenSSL: half as long as all else that serving takes.</summary>
    private static ulong Fold(ReadOnlySpan<byte> bytes)
    {
        var folded = 14695981039346656037;
        foreach (var one in bytes) folded = (folded ^ one) * 1099511628211;
        return folded;
    }
}
