using System.Globalization;
using Tidemark.Storage;

namespace Tidemark.BaseBackups;

/// <summary>Names of packs, and how many bytes each has: there may be some hundred thousand, so half of each name is kept. Two that agree in it do not exist.</summary>
internal sealed class PackSet
{
    private readonly Dictionary<UInt128, long> packs = [];

    public int Count => packs.Count;

    public void Add(string id, long size) => packs[Half(id)] = size;

    public bool Holds(string id) => packs.ContainsKey(Half(id));

    /// <summary>Null: it is none of them.</summary>
    public long? SizeOf(string id) => packs.TryGetValue(Half(id), out var size) ? size : null;

    public void Remove(string id) => packs.Remove(Half(id));

    /// <summary>A note of packs in a store: an id a line. What is no id is passed over.</summary>
    /// <exception cref="Fault">4: it is gone. 8: the store.</exception>
    public static async Task ReadNoteAsync(IObjectStore store, string key, Action<string> take, CancellationToken token)
    {
        await using var from = await store.OpenAsync(key, 0, null, token);
        using var lines = new StreamReader(from);
        while (await lines.ReadLineAsync(token) is { } line)
            if (Repositories.Packs.SealedPack.IsId(line)) take(line);
    }

    private static UInt128 Half(string id) => UInt128.Parse(id.AsSpan(0, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
