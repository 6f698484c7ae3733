using System.Collections.Concurrent;
using Tidemark.Codecs;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;

namespace Tidemark.Wal;

/// <summary>How WAL lies in a store: one zstd frame, within an age file where keys are configured (<c>age -d -i KEY OBJECT | zstd -d</c>). Written with the public keys alone.</summary>
internal sealed class WalEncoding(RepositoryKeys keys) : IDisposable
{
    /// <summary>The fast kind of search, over 2 MiB, with a table that stays in the processor's cache: no larger than what zstd's level 3 makes of WAL, for half its time and less (docs/decisions/0020).</summary>
    private const int Level = 1;

    private static readonly ZstdTuning Tuning = new(WindowLog: 21, HashLog: 15, MinMatch: 5);

    /// <summary>Bytes that come out at a time: they are hashed and written while the processor's cache holds them.</summary>
    private const int Piece = 256 * 1024;

    /// <summary>An age header begins so, of whatever version.</summary>
    private static ReadOnlySpan<byte> Sealed => "age-encryption.org/"u8;

    private readonly ConcurrentBag<ZstdEncoder> encoders = [];
    private readonly ConcurrentBag<Unpacker> unpackers = [];

    /// <summary>Bytes of memory that <see cref="Encode(ReadOnlySpan{byte}, byte[])"/> wants.</summary>
    public static int RoomFor(int raw) => ZstdEncoder.Bound(raw);

    /// <summary>Holds the raw and the packed bytes: about twice the segment.</summary>
    public ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> raw) => Encode(raw, GC.AllocateUninitializedArray<byte>(RoomFor(raw.Length)));

    /// <param name="raw">All of it.</param>
    /// <param name="room">Of <see cref="RoomFor"/>; what comes out may lie in it.</param>
    public ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> raw, byte[] room)
    {
        var encoder = encoders.TryTake(out var used) ? used : new ZstdEncoder(Level, Tuning);
        var length = encoder.Encode(raw, room);
        encoders.Add(encoder);
        if (!keys.Encrypts) return room.AsMemory(0, length);
        using var closed = new MemoryStream(length + 4096 + (length / 4096));
        using var writer = keys.Seal(closed);
        writer.Write(room, 0, length);
        writer.Complete();
        return closed.GetBuffer().AsMemory(0, (int)closed.Length);
    }

    /// <param name="stored">A whole object.</param>
    /// <param name="where">Its key and store, for messages.</param>
    /// <param name="token">Ends the look at the key rings.</param>
    /// <exception cref="Fault">9: nothing configured opens it. 10: it is damaged, or no segment's length comes out.</exception>
    public async Task<ReadOnlyMemory<byte>> DecodeAsync(ArraySegment<byte> stored, string where, CancellationToken token)
    {
        var raw = new MemoryStream(WalSegmentSize.Default.Bytes);
        await DecodeAsync(stored, where, raw, token);
        return raw.GetBuffer().AsMemory(0, (int)raw.Length);
    }

    /// <summary>As the other one, handed on piece by piece. What was counts only when this returns.</summary>
    public async Task DecodeAsync(ArraySegment<byte> stored, string where, Stream to, CancellationToken token)
    {
        try
        {
            using var bytes = new MemoryStream(stored.Array!, stored.Offset, stored.Count, writable: false);
            await using var packed = stored.AsSpan().StartsWith(Sealed) ? await keys.OpenAsync(bytes, where, [], token) : bytes;
            var unpacker = unpackers.TryTake(out var used) ? used : new Unpacker();
            unpacker.Copy(packed, to);
            unpackers.Add(unpacker);
        }
        catch (InvalidDataException damaged)
        {
            throw new Fault(FaultCode.Verification, "an object of the WAL is damaged", damaged) { Where = where, Why = damaged.Message, Next = "tidemark wal status" };
        }
    }

    public void Dispose()
    {
        foreach (var encoder in encoders) encoder.Dispose();
        foreach (var unpacker in unpackers) unpacker.Dispose();
    }

    /// <summary>The memory that one worker decompresses in. One that failed is not used again.</summary>
    private sealed class Unpacker : IDisposable
    {
        private readonly ZstdReader reader = new(Stream.Null, WalSegmentSize.Largest);
        private readonly byte[] piece = GC.AllocateUninitializedArray<byte>(Piece);

        public void Copy(Stream packed, Stream to)
        {
            reader.Restart(packed);
            while (Fill() is var got and > 0) to.Write(piece, 0, got);
        }

        public void Dispose() => reader.Dispose();

        private int Fill() => reader.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false);
    }
}
