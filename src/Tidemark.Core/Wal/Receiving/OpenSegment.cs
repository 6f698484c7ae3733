using Tidemark.Files;
using Tidemark.Postgres.Wal;

namespace Tidemark.Wal.Receiving;

/// <summary>The segment that is being received.</summary>
/// <remarks>
/// What a killed receiver left of it stays in the file, and is compared with what comes now. Where they
/// differ the old file is set aside under another name, whole: it may be what a power cut left of the last moments, or the only trace of a server that was rolled back.
/// </remarks>
internal sealed class OpenSegment : IDisposable
{
    private readonly WalSegmentSize size;
    private readonly Action<string> setAside;
    private readonly Lock gate = new();
    private readonly string path;
    private GrowingFile file;
    private SpooledTail? tail;
    private long before, received, flushed;

    /// <param name="path">Of the file; what it holds was received before.</param>
    /// <param name="name">Which segment.</param>
    /// <param name="size">Of all segments of this cluster.</param>
    /// <param name="left">What of the file is known to be durable.</param>
    /// <param name="setAside">Told under which path a file lies now that held other bytes.</param>
    public OpenSegment(string path, WalSegmentName name, WalSegmentSize size, SpooledTail? left, Action<string> setAside)
    {
        (this.path, Name, this.size, this.setAside) = (path, name, size, setAside);
        tail = left ?? new SpooledTail(name, Start, 0, 0);
        file = GrowingFile.Open(path);
        before = file.Length;
    }

    public WalSegmentName Name { get; }

    public Lsn Start => Name.Start(size);

    /// <summary>The first byte that is not of it.</summary>
    public Lsn Limit => Name.End(size);

    public Lsn Received => Start + (ulong)Volatile.Read(ref received);

    /// <summary>Up to where what this connection brought is on the disk.</summary>
    public Lsn Flushed => Start + (ulong)Volatile.Read(ref flushed);

    /// <summary>What of it may be shipped, also where an earlier connection brought it. Null: it is complete.</summary>
    public SpooledTail? Tail => Volatile.Read(ref tail);

    public void Write(Lsn at, ReadOnlySpan<byte> bytes)
    {
        if (at != Received) throw new Fault(FaultCode.Failed, $"the server sent WAL from {at} on, and {Received} was due") { Where = Name.ToString(), Left = "what was received before is still there", Next = "tidemark wal receive" };
        var known = (int)Math.Min(bytes.Length, Math.Max(0, before - received));
        if (known > 0 && !IsThere(bytes[..known])) SetAside();
        // Also what is there: after an fsync that failed the kernel shows bytes that it will never bring to the disk by itself.
        file.Write(received, bytes);
        Volatile.Write(ref received, received + bytes.Length);
    }

    public Lsn Flush()
    {
        lock (gate)
        {
            var until = Volatile.Read(ref received);
            if (until > flushed)
            {
                file.Sync();
                Volatile.Write(ref flushed, until);
                if (tail is { } known && known.Length < until) Volatile.Write(ref tail, known with { Length = (int)until });
            }
            return Flushed;
        }
    }

    public void Finish()
    {
        lock (gate)
        {
            file.Cut(size.Bytes);
            Volatile.Write(ref tail, null);
            file.Rename(Name.ToString());
            Volatile.Write(ref flushed, size.Bytes);
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>A name that is free, for a file that must not be lost and cannot keep its own.</summary>
    public static string AsideName(string path)
    {
        var number = 1;
        while (File.Exists($"{path}{WalSpool.AsideMark}{number}")) number++;
        return $"{Path.GetFileName(path)}{WalSpool.AsideMark}{number}";
    }

    private bool IsThere(ReadOnlySpan<byte> bytes)
    {
        var there = new byte[bytes.Length];
        return file.Read(received, there) == there.Length && bytes.SequenceEqual(there);
    }

    private void SetAside()
    {
        lock (gate)
        {
            var old = file;
            // Before any other byte can be read under this name.
            var anew = new SpooledTail(Name, Start, 0, tail!.Writing + 1);
            Volatile.Write(ref tail, anew);
            old.Rename(AsideName(path));
            using (old)
            {
                file = GrowingFile.Open(path);
                Copy(old, received);
                // Of these some were acknowledged: they must not be durable in the old file alone.
                file.Sync();
            }
            Volatile.Write(ref flushed, received);
            Volatile.Write(ref tail, anew with { Length = (int)received });
            before = 0;
            setAside(old.Path);
        }
    }

    private void Copy(GrowingFile from, long length)
    {
        var buffer = new byte[1 << 20];
        for (long at = 0; at < length;)
        {
            var read = from.Read(at, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at)));
            file.Write(at, buffer.AsSpan(0, read));
            at += read;
        }
    }
}
