using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tidemark.Repositories;
using Tidemark.Repositories.Packs;
using Tidemark.Storage;

namespace Tidemark.BaseBackups;

/// <summary>The documents of one incarnation's base backups in one store.</summary>
internal sealed class BaseStore(IObjectStore store, BaseKeys keys, RepositoryKeys seals)
{
    private const int LargestIntent = 64 * 1024, Head = 128 * 1024;

    public IObjectStore Store => store;

    public BaseKeys Keys => keys;

    public PackPlace Packs => new(store, keys.Packs);

    public PackShelf OpenShelf() => new(Packs, seals);

    /// <summary>First of all.</summary>
    /// <exception cref="Fault">5: one of this id is there.</exception>
    public Task WriteAsync(BaseId id, BaseIntent intent, WriterKey writer, CancellationToken token) => WriteAsync(id, BaseKeys.Intent, SignedLine.Write(intent, BaseJson.Default.BaseIntent, writer), token);

    /// <summary>When every pack is in the store, and before the manifest.</summary>
    /// <param name="refs">Its packs are counted here.</param>
    /// <param name="packs">Every pack that the backup needs, each once.</param>
    /// <param name="writer">Signs it.</param>
    /// <param name="token">Cancels before the write.</param>
    public Task WriteAsync(BaseRefs refs, IEnumerable<SealedPack> packs, WriterKey writer, CancellationToken token)
    {
        var (lines, count, bytes) = (new StringBuilder(), 0, 0L);
        foreach (var pack in packs)
        {
            lines.Append(pack.Id).Append(' ').Append(pack.Size.ToString(CultureInfo.InvariantCulture)).Append('\n');
            (count, bytes) = (count + 1, bytes + pack.Size);
        }
        var text = Encoding.ASCII.GetBytes(lines.ToString());
        var told = refs with { Packs = count, PackBytes = bytes, PackLines = Convert.ToHexStringLower(SHA256.HashData(text)) };
        return WriteAsync(Id(refs.Id), BaseKeys.Refs, [.. SignedLine.Write(told, BaseJson.Default.BaseRefs, writer), .. text], token);
    }

    /// <summary>Last of all: from here on the backup exists.</summary>
    public Task WriteAsync(BaseManifest manifest, WriterKey writer, CancellationToken token)
    {
        var bytes = SignedLine.Write(manifest, BaseJson.Default.BaseManifest, writer);
        return WriteAsync(Id(manifest.Id), BaseKeys.Manifest, seals.Encrypts ? seals.Seal(bytes) : bytes, token);
    }

    /// <exception cref="Fault">10: it is damaged. 9: nothing configured opens it. 4: there is none. 8: the store.</exception>
    public Task<Signed<BaseManifest>> ReadManifestAsync(BaseId id, CancellationToken token) => Named(id, BaseKeys.Manifest, async where =>
    {
        // Of an age file, some more.
        var bytes = await WholeObject.ReadAsync(store, where.Key, BaseManifest.Largest + (1024 * 1024), token) ?? throw new InvalidDataException("it is far too large");
        if (bytes.AsSpan().StartsWith("age-encryption.org/"u8)) bytes = await seals.OpenWholeAsync(bytes, where.Told, [], token);
        var line = SignedLine.Read(bytes, out _);
        var manifest = line.Parse(BaseJson.Default.BaseManifest);
        RequireOurs(id, manifest.Id, manifest.SystemIdentifier);
        manifest.Require();
        return new Signed<BaseManifest>(manifest, line);
    });

    /// <summary>Without its packs.</summary>
    /// <exception cref="Fault">10: it is damaged. 4: there is none. 8: the store.</exception>
    public Task<Signed<BaseRefs>> ReadRefsAsync(BaseId id, CancellationToken token) => Named(id, BaseKeys.Refs, async where =>
    {
        await using var from = await store.OpenAsync(where.Key, 0, Head, token);
        var bytes = new byte[Head];
        var line = SignedLine.Read(bytes.AsSpan(0, await from.ReadAtLeastAsync(bytes, Head, throwOnEndOfStream: false, token)), out _);
        var refs = line.Parse(BaseJson.Default.BaseRefs);
        RequireOurs(id, refs.Id, refs.SystemIdentifier);
        return new Signed<BaseRefs>(refs, line);
    });

    /// <exception cref="Fault">10: it is damaged. 4: there is none. 8: the store.</exception>
    public Task<Signed<BaseIntent>> ReadIntentAsync(BaseId id, CancellationToken token) => Named(id, BaseKeys.Intent, async where =>
    {
        var line = SignedLine.Read(await WholeObject.ReadAsync(store, where.Key, LargestIntent, token) ?? throw new InvalidDataException("it is far too large"), out _);
        return new Signed<BaseIntent>(line.Parse(BaseJson.Default.BaseIntent), line);
    });

    /// <summary>The packs that refs tell, to a taker, one by one. Only when it returns are they known to be all.</summary>
    /// <exception cref="Fault">10: they are not what the first line says. 8: the store.</exception>
    public Task ReadPacksAsync(BaseId id, BaseRefs refs, Action<string, long> take, CancellationToken token) => Named(id, BaseKeys.Refs, async where =>
    {
        await using var from = await store.OpenAsync(where.Key, 0, null, token);
        await PackLines.ReadAsync(from, refs, take, token);
        return true;
    });

    private async Task WriteAsync(BaseId id, string name, byte[] bytes, CancellationToken token)
    {
        if (!await store.PutAsync(keys.Of(id, name), bytes, PutMode.IfAbsent, token))
            throw new Fault(FaultCode.Refused, "the store holds another backup of this id") { Where = $"{keys.Of(id, name)} in {store.Address}", Left = "what is there stays", Next = "tidemark backup --kind base # takes another id" };
    }

    /// <summary>One that was copied from another place is not what it says.</summary>
    private void RequireOurs(BaseId id, string told, string systemIdentifier)
    {
        if (told != id.Text || systemIdentifier != keys.Incarnation.SystemIdentifier.ToString(CultureInfo.InvariantCulture))
            throw new InvalidDataException($"it is that of backup {told} of the cluster with identifier {systemIdentifier}");
    }

    private static BaseId Id(string text) => BaseId.TryParse(text, out var id) ? id : throw new ArgumentException("no id of a base backup", nameof(text));

    private async Task<T> Named<T>(BaseId id, string name, Func<(string Key, string Told), Task<T>> read)
    {
        var key = keys.Of(id, name);
        try
        {
            return await read((key, $"{key} in {store.Address}"));
        }
        catch (InvalidDataException damaged)
        {
            throw new Fault(FaultCode.Verification, $"the {name} of a base backup is damaged", damaged) { Where = $"{key} in {store.Address}", Why = damaged.Message, Next = "tidemark list # and restore another backup" };
        }
    }
}

/// <param name="Document">What was said.</param>
/// <param name="Line">By whom.</param>
internal sealed record Signed<T>(T Document, SignedLine Line);
