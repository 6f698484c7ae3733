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
    private const int Head = 128 * 1024;

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

    /// <summary>False: the manifest was written, so nothing is given up.</summary>
    public Task<bool> RevokeAsync(BaseId id, BaseRevocation revocation, WriterKey writer, CancellationToken token) =>
        store.PutAsync(keys.Of(id, BaseKeys.Manifest), SignedLine.Write(revocation, BaseJson.Default.BaseRevocation, writer), PutMode.IfAbsent, token);

    /// <summary>Beside the backup that it names.</summary>
    /// <returns>Its key.</returns>
    public async Task<string> WriteAsync(BaseMark mark, WriterKey writer, CancellationToken token)
    {
        var bytes = SignedLine.Write(mark, BaseJson.Default.BaseMark, writer);
        for (var at = mark.At; ; at = at.AddMicroseconds(1))
            if (keys.OfMark(Id(mark.Id), at, mark.Type) is var key && await store.PutAsync(key, bytes, PutMode.IfAbsent, token)) return key;
    }

    /// <summary>What cannot be read is told as that.</summary>
    /// <exception cref="Fault">8: the store.</exception>
    public async Task<StoredMark> ReadMarkAsync(BaseId id, StoredObject stored, KnownWriters writers, CancellationToken token)
    {
        try
        {
            var line = SignedLine.Read(await WholeObject.ReadAsync(store, stored.Key, BaseMark.Largest, token) ?? throw new InvalidDataException("it is far too large"), out _);
            var mark = line.Parse(BaseJson.Default.BaseMark);
            if (mark.Id != id.Text) throw new InvalidDataException($"it is of backup {mark.Id}");
            return new StoredMark(stored.Key, stored.Written, mark, writers.Judge(line) == SignatureVerdict.Known);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException || unreadable is Fault { Code: var code } && code == FaultCode.NotFound)
        {
            return new StoredMark(stored.Key, stored.Written, null, false);
        }
    }

    /// <summary>Whether its run was given up.</summary>
    /// <exception cref="Fault">8: the store.</exception>
    public async Task<bool> IsRevokedAsync(BaseId id, CancellationToken token)
    {
        try
        {
            return await WholeObject.ReadAsync(store, keys.Of(id, BaseKeys.Manifest), BaseRevocation.Largest, token) is { } bytes && IsRevocation(bytes);
        }
        catch (Fault none) when (none.Code == FaultCode.NotFound)
        {
            return false;
        }
    }

    /// <exception cref="Fault">10: it is damaged. 9: nothing configured opens it. 4: there is none, or its run was given up. 8: the store.</exception>
    public Task<Signed<BaseManifest>> ReadManifestAsync(BaseId id, CancellationToken token) => Named(id, BaseKeys.Manifest, async where =>
    {
        // Of an age file, some more.
        var bytes = await WholeObject.ReadAsync(store, where.Key, BaseManifest.Largest + (1024 * 1024), token) ?? throw new InvalidDataException("it is far too large");
        if (bytes.Length <= BaseRevocation.Largest && IsRevocation(bytes)) throw GivenUp(id);
        if (bytes.AsSpan().StartsWith("age-encryption.org/"u8)) bytes = await seals.OpenWholeAsync(bytes, where.Told, [], token);
        var line = SignedLine.Read(bytes, out _);
        var manifest = line.Parse(BaseJson.Default.BaseManifest);
        RequireOurs(id, manifest.Id, manifest.SystemIdentifier);
        manifest.Require();
        return new Signed<BaseManifest>(manifest, line);
    });

    /// <exception cref="Fault">10: it is damaged. 4: there is none. 8: the store.</exception>
    public Task<Signed<BaseIntent>> ReadIntentAsync(BaseId id, CancellationToken token) => Named(id, BaseKeys.Intent, async where =>
    {
        var line = SignedLine.Read(await WholeObject.ReadAsync(store, where.Key, Head, token) ?? throw new InvalidDataException("it is far too large"), out _);
        var intent = line.Parse(BaseJson.Default.BaseIntent);
        return intent.Id == id.Text ? new Signed<BaseIntent>(intent, line) : throw new InvalidDataException($"it is that of backup {intent.Id}");
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
            throw await IsRevokedAsync(id, token) ? GivenUp(id) : new Fault(FaultCode.Refused, "the store holds another backup of this id") { Where = $"{keys.Of(id, name)} in {store.Address}", Left = "what is there stays", Next = "tidemark backup --kind base # takes another id" };
    }

    private static bool IsRevocation(ReadOnlySpan<byte> bytes)
    {
        try
        {
            SignedLine.Read(bytes, out _).Parse(BaseJson.Default.BaseRevocation);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    public Fault GivenUp(BaseId id) => new(FaultCode.NotFound, "this backup was given up before it was complete")
    {
        Where = $"{keys.Of(id, BaseKeys.Manifest)} in {store.Address}",
        Why = "its run was not heard of for longer than the grace time, and a sweeper gave it up: what it had stored may be gone",
        Left = "it does not exist; earlier backups are as they were",
        Next = "tidemark backup --kind base",
    };

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
