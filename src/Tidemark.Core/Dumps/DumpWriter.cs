using Tidemark.Codecs;
using Tidemark.Codecs.Age;
using Tidemark.Repositories;

namespace Tidemark.Dumps;

/// <summary>The storing end of a dump: gzip (plain only; custom comes compressed) → SHA-256 → age (if there are keys) → SHA-256 → the stores.</summary>
internal sealed class DumpWriter : IDisposable
{
    private readonly HashingStream stored;
    private readonly AgeWriter? encrypted;
    private readonly HashingStream content;
    private readonly Stream entrance;

    public DumpWriter(Stream to, DumpFormat format, RepositoryKeys keys)
    {
        stored = new HashingStream(to);
        encrypted = keys.Encrypts ? keys.Seal(stored) : null;
        content = encrypted is null ? stored : new HashingStream(encrypted);
        entrance = format == DumpFormat.SqlGz ? Gzip.Compress(content) : content;
    }

    /// <summary>Bytes that have come in.</summary>
    public long Taken { get; private set; }

    /// <summary>Bytes that have gone out to the stores.</summary>
    public long Stored => stored.Moved;

    public void Take(ReadOnlyMemory<byte> bytes)
    {
        entrance.Write(bytes.Span);
        Taken += bytes.Length;
    }

    /// <summary>Ends the stream.</summary>
    /// <returns>SHA-256 in lower-case hex, of the stored bytes and of the dump before any encryption.</returns>
    public (string Stored, string Content) Complete()
    {
        if (entrance != content) entrance.Dispose();
        encrypted?.Complete();
        stored.Flush();
        var sha256 = stored.Hex();
        return (sha256, encrypted is null ? sha256 : content.Hex());
    }

    public void Dispose()
    {
        entrance.Dispose();
        content.Dispose();
        encrypted?.Dispose();
        stored.Dispose();
    }
}
