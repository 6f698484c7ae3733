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
    /// <param name="path">Where it is.</param>
    /// <param name="name">As PostgreSQL calls it.</param>
    /// <param name="cluster">The system identifier of the server it comes from; null: not known.</param>
    /// <exception cref="Fault">4: it is not there. 5: it is no whole segment of this cluster and this name.</exception>
    public static SegmentFile Read(string path, WalFileName name, ulong? cluster)
    {
        var (bytes, mark) = Read(path);
        var check = new WalSegmentCheck(name.Segment, cluster);
        check.Append(bytes);
        var verdict = check.Finish();
        var ours = verdict.Kind switch
        {
            WalSegmentFlaw.None or WalSegmentFlaw.Broken => true,
            // Cut off is what such a file is.
            WalSegmentFlaw.Unfinished => name.Kind == WalObjectKind.Partial,
            _ => false,
        };
        if (!ours) throw new Fault(FaultCode.Refused, "this is not the segment that its name says") { Where = path, Why = verdict.Why, Left = "it was not stored", Next = NextAfter(verdict.Kind, path) };
        return new SegmentFile(RawSegment.Of(name.Segment, bytes) with { Breaks = check.Breaks }, check.Identity!.SystemIdentifier, mark, verdict.Kind == WalSegmentFlaw.Broken ? verdict.Why : null);
    }

    private static (byte[] Bytes, FileMark Mark) Read(string path)
    {
        if (FileMark.Of(path) is not { } mark) throw new Fault(FaultCode.NotFound, "there is no such file") { Where = path, Next = $"ls -l {Path.GetDirectoryName(path)}" };
        using var file = RegularFile.OpenForReading(path);
        if (!WalSegmentSize.IsOne(file.Length)) throw new Fault(FaultCode.Refused, "this is no segment") { Where = path, Why = $"it has {file.Length} bytes; a segment has a power of two from 1 MiB to 1 GiB", Left = "it was not stored", Next = $"ls -l {path}" };
        var bytes = GC.AllocateUninitializedArray<byte>((int)file.Length);
        file.ReadExactly(bytes);
        return (bytes, mark);
    }

    private static string NextAfter(WalSegmentFlaw flaw, string path) => flaw switch
    {
        WalSegmentFlaw.OtherCluster => "SHOW archive_command; # on the server that this file is of: a copy of a server must not archive with the settings of the original",
        WalSegmentFlaw.Unfinished => "SHOW archive_mode; # always lets a standby hand over half segments: on is enough where the primary archives",
        _ => $"pg_waldump {path}",
    };
}
