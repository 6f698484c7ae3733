using System.Security.Cryptography;
using Tidemark.Codecs.Age;
using Tidemark.Storage;

namespace Tidemark.Repositories.Packs;

/// <summary>The bytes of a pack before any encryption, at any place: fetched as they are asked for, or all at once.</summary>
internal abstract class PackBytes
{
    /// <summary>So much is fetched of the end: two chunks of age, so that whichever way it is encrypted the index lies in it, as a rule.</summary>
    private const int Tail = 2 * AgeChunks.SealedLength, Head = 64 * 1024;

    public abstract long Length { get; }

    /// <exception cref="InvalidDataException">It is damaged there, or shorter.</exception>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken token);

    /// <summary>To read parts of it.</summary>
    public static async Task<PackBytes> OpenAsync(IObjectStore store, string key, long size, RepositoryKeys keys, CancellationToken token)
    {
        var tail = (int)Math.Min(size, Tail);
        var stored = new StoredBytes(store, key, size);
        await stored.KeepTailAsync(tail, token);
        if (tail >= PackEnd.TrailerLength && PackEnd.IsTrailer((await stored.ReadAsync(size - PackEnd.TrailerLength, PackEnd.TrailerLength, token)).Span)) return stored;
        var head = await stored.ReadAsync(0, (int)Math.Min(size, Head), token);
        if (!IsSealed(head.Span)) throw new InvalidDataException("it neither ends as a pack does nor begins as an age file");
        return new OpenedBytes(stored, await keys.OpenRangeAsync(head.ToArray(), size, $"{key} in {store.Address}", token));
    }

    /// <summary>All of it, compared with its name.</summary>
    public static async Task<PackBytes> ReadAllAsync(IObjectStore store, string key, string id, long size, RepositoryKeys keys, CancellationToken token)
    {
        var all = await new StoredBytes(store, key, size).ReadAsync(0, checked((int)size), token);
        var found = Convert.ToHexStringLower(SHA256.HashData(all.Span));
        if (found != id) throw new InvalidDataException($"its bytes have the SHA-256 {found}");
        if (!IsSealed(all.Span)) return new WholeBytes(all);
        await using var opened = await keys.OpenAsync(new MemoryStream(all.ToArray(), writable: false), $"{key} in {store.Address}", [], token);
        using var plain = new MemoryStream(all.Length);
        await opened.CopyToAsync(plain, token);
        return new WholeBytes(plain.GetBuffer().AsMemory(0, (int)plain.Length));
    }

    private static bool IsSealed(ReadOnlySpan<byte> start) => start.StartsWith("age-encryption.org/"u8);

    /// <summary>In the store.</summary>
    private sealed class StoredBytes(IObjectStore store, string key, long size) : PackBytes
    {
        private ReadOnlyMemory<byte> tail;

        public override long Length => size;

        public async Task KeepTailAsync(int count, CancellationToken token) => tail = await ReadAsync(size - count, count, token);

        public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken token)
        {
            if (offset < 0 || count < 0 || offset + count > size) throw new InvalidDataException("it is too short for what is said to be in it");
            if (offset >= size - tail.Length) return tail.Slice((int)(offset - (size - tail.Length)), count);
            var bytes = GC.AllocateUninitializedArray<byte>(count);
            await using var from = await store.OpenAsync(key, offset, count, token);
            return await from.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false, token) == count ? bytes : throw new InvalidDataException($"it has less than {offset + count} bytes");
        }
    }

    /// <summary>Encrypted, in the store.</summary>
    private sealed class OpenedBytes(PackBytes stored, AgeRange range) : PackBytes
    {
        public override long Length => range.Length;

        public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken token)
        {
            if (offset < 0 || count < 0 || offset + count > Length) throw new InvalidDataException("it is too short for what is said to be in it");
            if (count == 0) return default;
            var (from, length) = range.Around(offset, count);
            var plain = GC.AllocateUninitializedArray<byte>(count);
            range.Open((await stored.ReadAsync(from, length, token)).Span, offset, plain);
            return plain;
        }
    }

    /// <summary>In memory.</summary>
    private sealed class WholeBytes(ReadOnlyMemory<byte> bytes) : PackBytes
    {
        public override long Length => bytes.Length;

        public override ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken token) =>
            offset < 0 || count < 0 || offset + count > bytes.Length ? throw new InvalidDataException("it is too short for what is said to be in it") : ValueTask.FromResult(bytes.Slice((int)offset, count));
    }
}
