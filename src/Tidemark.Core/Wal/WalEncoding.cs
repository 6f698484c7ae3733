using System.Collections.Concurrent;
using Tidemark.Codecs;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;

namespace Tidemark.Wal;

/// <summary>How WAL lies in a store: one zstd frame, within an age file where keys are configured (<c>age -d -i KEY OBJECT | zstd -d</c>). Written with the public keys alone.</summary>
internal sealed class WalEncoding(RepositoryKeys keys) : IDisposable
{
    /// <summary>zstd's own default, and that of other tools for WAL.</summary>
    private const int Level = 3;

    /// <summary>An age header begins so, of whatever version.</summary>
    private static ReadOnlySpan<byte> Sealed => "age-encryption.org/"u8;

    private readonly ConcurrentBag<ZstdEncoder> idle = [];

    /// <summary>Holds the raw and the packed bytes: about twice the segment.</summary>
    public ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> raw)
    {
        var packed = GC.AllocateUninitializedArray<byte>(ZstdEncoder.Bound(raw.Length));
        var encoder = idle.TryTake(out var used) ? used : new ZstdEncoder(Level);
        var length = encoder.Encode(raw, packed);
        idle.Add(encoder);
        if (!keys.Encrypts) return packed.AsMemory(0, length);
        using var closed = new MemoryStream(length + 4096 + (length / 4096));
        using var writer = keys.Seal(closed);
        writer.Write(packed, 0, length);
        writer.Complete();
        return closed.GetBuffer().AsMemory(0, (int)closed.Length);
    }

    /// <param name="stored">A whole object.</param>
    /// <param name="where">Its key and store, for messages.</param>
    /// <param name="token">Ends the look at the key rings.</param>
    /// <exception cref="Fault">9: nothing configured opens it. 10: it is damaged, or no segment's length comes out.</exception>
    public async Task<ReadOnlyMemory<byte>> DecodeAsync(byte[] stored, string where, CancellationToken token)
    {
        try
        {
            await using var packed = stored.AsSpan().StartsWith(Sealed) ? await keys.OpenAsync(new MemoryStream(stored, writable: false), where, [], token) : new MemoryStream(stored, writable: false);
            using var reader = new ZstdReader(packed, WalSegmentSize.Largest);
            var raw = new MemoryStream(WalSegmentSize.Default.Bytes);
            reader.CopyTo(raw, 128 * 1024);
            return raw.GetBuffer().AsMemory(0, (int)raw.Length);
        }
        catch (InvalidDataException damaged)
        {
            throw new Fault(FaultCode.Verification, "an object of the WAL is damaged", damaged) { Where = where, Why = damaged.Message, Next = "tidemark wal status" };
        }
    }

    public void Dispose()
    {
        foreach (var encoder in idle) encoder.Dispose();
    }
}
