namespace Tidemark.Wal;

/// <param name="Key">In its store.</param>
/// <param name="Size">Bytes as stored.</param>
/// <param name="Object">What the key says.</param>
internal sealed record StoredWal(string Key, long Size, WalObject Object);
