namespace Tidemark.Storage;

/// <summary>A small object, read at once. Anybody may have put anything of any size under its name.</summary>
internal static class WholeObject
{
    /// <returns>Null: it has more than <paramref name="atMost"/> bytes.</returns>
    /// <exception cref="Fault">4: there is none. 8: the store.</exception>
    public static async Task<byte[]?> ReadAsync(IObjectStore store, string key, int atMost, CancellationToken token) =>
        await ReadAsync(await store.OpenAsync(key, 0, atMost + 1L, token), atMost, token);

    /// <summary>As the other one, into memory that is there.</summary>
    /// <returns>Bytes; null: it has more than the memory.</returns>
    public static async Task<int?> ReadAsync(IObjectStore store, string key, Memory<byte> into, CancellationToken token)
    {
        await using var from = await store.OpenAsync(key, 0, into.Length + 1L, token);
        var got = await from.ReadAtLeastAsync(into, into.Length, throwOnEndOfStream: false, token);
        return got == into.Length && await from.ReadAsync(new byte[1], token) > 0 ? null : got;
    }

    /// <param name="from">Is closed.</param>
    /// <param name="atMost">Bytes; a store that sends more than it was asked for is not listened to.</param>
    /// <param name="token">Cancels.</param>
    public static async Task<byte[]?> ReadAsync(Stream from, int atMost, CancellationToken token)
    {
        await using var range = new RangeStream(from, atMost + 1L);
        using var bytes = new MemoryStream();
        await range.CopyToAsync(bytes, token);
        return bytes.Length > atMost ? null : bytes.ToArray();
    }
}
