using System.Buffers;
using Tidemark.Files;
using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <summary>A segment in a server's folder, read whole and looked at before it may be stored.</summary>
/// <param name="Segment">Its bytes.</param>
/// <param name="SystemIdentifier">As its header says.</param>
/// <param name="Mark">Of the file as it was read.</param>
/// <param name="Doubt">Why recovery may not get through it; null: nothing speaks against it.</param>
internal sealed record SegmentFile(RawSegment Segment, ulong SystemIdentifier, FileMark Mark, string? Doubt)
{
    private byte[] memory = [];

    /// <param name="path">Where it is.</param>
    /// <param name="name">As PostgreSQL calls it.</param>
    /// <param name="cluster">The system identifier of the server it comes from; null: not known.</param>
    /// <param name="standby">Of a server that is one: with <c>archive_mode=always</c> it hands over half segments.</param>
    /// <exception cref="Fault">4: it is not there. 5: it is no whole segment of this cluster and this name.</exception>
    public static SegmentFile Read(string path, WalFileName name, ulong? cluster, bool standby)
    {
        var (memory, length, mark) = Read(path);
        var bytes = memory.AsMemory(0, length);
        var check = new WalSegmentCheck(name.Segment, cluster);
        check.AppendWhole(bytes);
        var verdict = check.Finish();
        var ours = verdict.Kind switch
        {
            WalSegmentFlaw.None => true,
            WalSegmentFlaw.Broken => !(standby && check.BreaksInLastPage),
            // Cut off is what such a file is.
            WalSegmentFlaw.Unfinished => name.Kind == WalObjectKind.Partial,
            _ => false,
        };
        if (!ours) throw new Fault(FaultCode.Refused, "this is not the segment that its name says") { Where = path, Why = verdict.Why, Left = "it was not stored", Next = NextAfter(verdict.Kind, path) };
        if (check.EndsWithinRecord && Following(path, name.Segment, length) is { } next) check.LookBehind(next);
        return new SegmentFile(RawSegment.Of(name.Segment, bytes) with { Breaks = check.Breaks }, check.Identity!.SystemIdentifier, mark, verdict.Kind == WalSegmentFlaw.Broken ? verdict.Why : null) { memory = memory };
    }

    /// <summary>Nobody reads its bytes any more: the next segment takes their memory. To get 4,000 pages from the kernel anew costs as much as their hash.</summary>
    public void LetGo() => ArrayPool<byte>.Shared.Return(memory);

    /// <summary>The first pages of the segment that the server writes next; null: they are not there. What is half written shows no record.</summary>
    private static byte[]? Following(string path, WalSegmentName name, int length)
    {
        var next = Path.Combine(Path.GetDirectoryName(path)!, $"{name.Next(new WalSegmentSize(length))}");
        if (FileFacts.Of(next) is not { IsRegular: true }) return null;
        var pages = new byte[WalRecordReader.FeedBytes];
        using var file = RegularFile.OpenForReading(next);
        return file.ReadAtLeast(pages, pages.Length, throwOnEndOfStream: false) == pages.Length ? pages : null;
    }

    private static (byte[] Memory, int Length, FileMark Mark) Read(string path)
    {
        if (FileMark.Of(path) is not { } mark) throw new Fault(FaultCode.NotFound, "there is no such file") { Where = path, Next = $"ls -l {Path.GetDirectoryName(path)}" };
        using var file = RegularFile.OpenForReading(path);
        if (!WalSegmentSize.IsOne(file.Length)) throw new Fault(FaultCode.Refused, "this is no segment") { Where = path, Why = $"it has {file.Length} bytes; a segment has a power of two from 1 MiB to 1 GiB", Left = "it was not stored", Next = $"ls -l {path}" };
        var length = (int)file.Length;
        var memory = ArrayPool<byte>.Shared.Rent(length);
        file.ReadExactly(memory, 0, length);
        return (memory, length, mark);
    }

    private static string NextAfter(WalSegmentFlaw flaw, string path) => flaw switch
    {
        WalSegmentFlaw.OtherCluster => "SHOW archive_command; # on the server that this file is of: a copy of a server must not archive with the settings of the original",
        WalSegmentFlaw.Unfinished => "SHOW archive_mode; # always lets a standby hand over half segments: on is enough where the primary archives",
        _ => $"pg_waldump {path}",
    };
}
