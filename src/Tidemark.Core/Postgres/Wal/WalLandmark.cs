using System.Buffers.Binary;
using System.Text;

namespace Tidemark.Postgres.Wal;

/// <summary>A record that says something of the log itself, which a recovery has to know (pg_control.h, xlog_internal.h).</summary>
internal abstract record WalLandmark
{
    /// <param name="Redo">Where a recovery that begins at this checkpoint starts to replay.</param>
    /// <param name="Timeline">On which it was made.</param>
    /// <param name="Before">The timeline before; the same where no new one begins here.</param>
    /// <param name="FullPageWrites">Whether they were on.</param>
    internal sealed record Checkpoint(Lsn Redo, TimelineId Timeline, TimelineId Before, bool FullPageWrites) : WalLandmark;

    /// <summary>The settings that a hot standby needs at least, and <c>Minimal</c> (<c>wal_level</c>): from here on changes are missing from the log, and no recovery gets past it.</summary>
    internal sealed record Parameters(bool Minimal, int MaxConnections, int MaxWorkers, int MaxSenders, int MaxPrepared, int MaxLocks) : WalLandmark;

    internal sealed record FullPages(bool On) : WalLandmark;

    /// <summary>A promotion: what follows is of the new timeline.</summary>
    internal sealed record EndOfRecovery(DateTimeOffset Time, TimelineId Timeline, TimelineId Before) : WalLandmark;

    internal sealed record RestorePoint(DateTimeOffset Time, string Name) : WalLandmark;

    /// <summary>A crash cut off the record that began at <paramref name="Lost"/>.</summary>
    internal sealed record Overwrite(Lsn Lost) : WalLandmark;

    /// <summary>Null: it is none, or is shorter than its kind.</summary>
    public static WalLandmark? Of(in WalRecord record)
    {
        if (record.Manager != 0) return null;
        var data = record.Data;
        switch (record.Info & 0xF0)
        {
            case 0x00 or 0x10 when data.Length >= 17: return new Checkpoint(PlaceAt(data), TimelineAt(data[8..]), TimelineAt(data[12..]), data[16] != 0);
            case 0x60 when data.Length >= 24: return new Parameters(NumberAt(data[20..]) == 0, NumberAt(data), NumberAt(data[4..]), NumberAt(data[8..]), NumberAt(data[12..]), NumberAt(data[16..]));
            case 0x70 when data.Length > 8 && TimeAt(data) is { } time: return new RestorePoint(time, TextAt(data[8..]));
            case 0x80 when data.Length >= 1: return new FullPages(data[0] != 0);
            case 0x90 when data.Length >= 16 && TimeAt(data) is { } time: return new EndOfRecovery(time, TimelineAt(data[8..]), TimelineAt(data[12..]));
            case 0xD0 when data.Length >= 8: return new Overwrite(PlaceAt(data));
            default: return null;
        }
    }

    private static Lsn PlaceAt(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64LittleEndian(bytes));

    private static TimelineId TimelineAt(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt32LittleEndian(bytes));

    private static int NumberAt(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes);

    private static DateTimeOffset? TimeAt(ReadOnlySpan<byte> bytes) => PostgresTime.From(BinaryPrimitives.ReadInt64LittleEndian(bytes));

    private static string TextAt(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
