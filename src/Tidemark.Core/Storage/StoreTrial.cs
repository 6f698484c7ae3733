namespace Tidemark.Storage;

/// <summary>A corner of a store in which a promise is tried: its objects lie under a prefix of their own and are removed again.</summary>
internal sealed class StoreTrial(IObjectStore store, string prefix, CancellationToken token)
{
    /// <summary>Bytes, of what is put here.</summary>
    private const int Largest = 64 << 20;

    public IObjectStore Store => store;

    public CancellationToken Token => token;

    public string Key(string name) => prefix + name;

    /// <summary>Bytes that do not compress and differ by size.</summary>
    public static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        var state = (uint)size + 0x9E3779B9;
        for (var at = 0; at < size; at++) bytes[at] = (byte)((state = state * 1664525 + 1013904223) >> 24);
        return bytes;
    }

    public async Task<byte[]> ReadAsync(string name, long offset = 0, long? length = null) =>
        await WholeObject.ReadAsync(await store.OpenAsync(Key(name), offset, length, token), Largest, token) ?? throw StoreFault.TooLarge(store, Key(name), Largest);

    /// <summary>Names without the prefix.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string beginning, string? except = null)
    {
        var names = new List<string>();
        await foreach (var found in store.ListObjectsAsync(new KeyRange(Key(beginning), except is null ? null : Key(except)), Unseen, token)) names.Add(found.Key[prefix.Length..]);
        return names;
    }

    public void Require(bool kept, string otherwise)
    {
        if (!kept) throw new Fault(FaultCode.BrokenPromise, "the store does not keep a promise that backups rely on") { Where = store.Address, Why = otherwise, Next = "use another store, or another mode of this one" };
    }

    public async Task RefusesAsync(FaultCode code, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Fault refused) when (refused.Code == code)
        {
            return;
        }
        Require(false, $"what ends with {code} elsewhere went through");
    }

    private void Unseen(string why) => Require(false, why);

    public async Task CleanAsync()
    {
        var keys = new List<string>();
        await foreach (var found in store.ListObjectsAsync(prefix, Unseen, token)) keys.Add(found.Key);
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = token }, async (key, stop) => await store.DeleteAsync(key, stop));
    }
}
