using System.Buffers.Binary;

namespace Tidemark.Postgres.Wal;

/// <summary>One record whose checksum and place in the chain are proven. Valid until the next one is read.</summary>
internal readonly ref struct WalRecord
{
    public const int HeaderLength = 24;

    /// <summary>PostgreSQL makes no longer ones (XLogRecordMaxSize; before 16 the limit of one allocation).</summary>
    public const uint Longest = 0x3FFFFFFF;

    private readonly ReadOnlySpan<byte> header;

    internal WalRecord(Lsn at, Lsn next, TimelineId timeline, int major, ReadOnlySpan<byte> header, ReadOnlySpan<WalBlock> blocks, ReadOnlySpan<byte> data)
    {
        At = at;
        Next = next;
        Timeline = timeline;
        Major = major;
        this.header = header;
        Blocks = blocks;
        Data = data;
    }

    /// <summary>Where it begins.</summary>
    public Lsn At { get; }

    /// <summary>Where it is over, padding included; a page's header may follow before the next record.</summary>
    public Lsn Next { get; }

    /// <summary>Of the page on which it ends.</summary>
    public TimelineId Timeline { get; }

    /// <summary>The major version that wrote it.</summary>
    public int Major { get; }

    /// <summary>Bytes, without padding and page headers.</summary>
    public uint Length => BinaryPrimitives.ReadUInt32LittleEndian(header);

    /// <summary>0: of no transaction.</summary>
    public uint Transaction => BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);

    public Lsn Previous => new(BinaryPrimitives.ReadUInt64LittleEndian(header[8..]));

    public byte Info => header[16];

    /// <summary>The resource manager, of which <see cref="Info"/> says what the record is.</summary>
    public byte Manager => header[17];

    public ReadOnlySpan<WalBlock> Blocks { get; }

    /// <summary>What belongs to no page (main data). Cut short, or empty, in records longer than a mebibyte.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>The server closed the segment here; the rest of it is zeros.</summary>
    public bool IsSwitch => Manager == 0 && (Info & 0xF0) == 0x40;
}
