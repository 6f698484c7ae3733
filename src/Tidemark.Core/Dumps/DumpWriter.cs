using Tidemark.Codecs;
using Tidemark.Files;

namespace Tidemark.Dumps;

/// <summary>The storing end of a dump: gzip (plain only; custom comes compressed) → SHA-256 → a durable file.</summary>
internal sealed class DumpWriter : IDisposable
{
    private readonly DurableFile file;
    private readonly HashingStream hashed;
    private readonly Stream entrance;

    public DumpWriter(string folder, DumpFormat format)
    {
        file = DurableFile.Create(folder);
        hashed = new HashingStream(file.Stream);
        entrance = format == DumpFormat.SqlGz ? Gzip.Compress(hashed) : hashed;
    }

    /// <summary>Bytes that have come in.</summary>
    public long Taken { get; private set; }

    /// <summary>Bytes that have gone out to the file.</summary>
    public long Stored => hashed.Moved;

    public void Take(ReadOnlyMemory<byte> bytes)
    {
        entrance.Write(bytes.Span);
        Taken += bytes.Length;
    }

    /// <summary>Ends the stream, makes it durable under this (still pending) name, and returns the SHA-256 in lower-case hex.</summary>
    public string Complete(string path)
    {
        if (entrance != hashed) entrance.Dispose();
        file.Publish(path);
        return hashed.Hex();
    }

    public void Dispose() => file.Dispose();
}
