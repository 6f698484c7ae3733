using Tidemark.Codecs;

namespace Tidemark.Dumps;

/// <summary>One pass over the bytes of a dump: decrypted where it is encrypted, the stored ones hashed on the way.</summary>
/// <param name="stored">As they lie in the store.</param>
/// <param name="plain">As pg_dump, or gzip behind it, wrote them.</param>
/// <param name="owned">Closed with it; null where another pass will follow.</param>
internal sealed class DumpReading(HashingStream stored, Stream plain, Stream? owned) : IAsyncDisposable
{
    /// <summary>Read it with blocking reads.</summary>
    public Stream Plain => plain;

    /// <summary>Stored bytes read so far.</summary>
    public long Moved => stored.Moved;

    /// <summary>The SHA-256 of all stored bytes, in lower-case hex; once. What was not read yet is read now: what stands behind compressed data belongs to it too.</summary>
    public string Sha256()
    {
        stored.CopyTo(Stream.Null);
        return stored.Hex();
    }

    public async ValueTask DisposeAsync()
    {
        await plain.DisposeAsync();
        await stored.DisposeAsync();
        if (owned is not null) await owned.DisposeAsync();
    }
}
