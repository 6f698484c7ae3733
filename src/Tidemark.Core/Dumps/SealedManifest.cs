using System.Text.Json;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Dumps;

/// <summary>The whole manifest of an encrypted dump: tables, roles, what the database was. It lies beside the other one, encrypted as the dump is.</summary>
internal static class SealedManifest
{
    /// <summary>The entry with all that is known of it; as it is where nothing is encrypted, or nothing of ours.</summary>
    /// <exception cref="Fault">9: no key opens it. 10: it is not of this dump.</exception>
    public static async Task<DumpEntry> WithAsync(DumpEntry entry, RepositoryKeys keys, CancellationToken token)
    {
        if (entry.Manifest is not { Recipients.Count: > 0 } plain) return entry;
        var key = DumpName.SealedManifestOf(entry.Key);
        try
        {
            var stored = await WholeObject.ReadAsync(entry.Store.Objects, key, DumpDocument.Ceiling, token) ?? throw new InvalidDataException($"it has more than {DumpDocument.Ceiling} bytes");
            var whole = JsonSerializer.Deserialize(await keys.OpenWholeAsync(stored, entry.Store.PathOf(key), plain.Recipients, token), DumpJson.Default.DumpManifest) ?? throw new InvalidDataException("it is empty");
            if (whole.Sha256 != plain.Sha256 || whole.Database != plain.Database) throw new InvalidDataException("it is of another dump");
            return entry with { Manifest = whole with { Id = plain.Id, File = plain.File, Globals = plain.Globals } };
        }
        catch (Exception damaged) when (damaged is InvalidDataException or JsonException || damaged is Fault { Code: var code } && code == FaultCode.NotFound)
        {
            throw new Fault(FaultCode.Verification, "the encrypted manifest of this backup cannot be relied on", damaged) { Where = entry.Store.PathOf(key), Why = damaged.Message, Next = "restore another backup: tidemark list" };
        }
    }

    /// <summary>As above where a key opens it; else what there is for all to read, with a remark.</summary>
    public static async Task<DumpEntry> IfOpenAsync(DumpEntry entry, RepositoryKeys keys, Action<string> remark, CancellationToken token)
    {
        try
        {
            return await WithAsync(entry, keys, token);
        }
        catch (Fault locked) when (locked.Code == FaultCode.Keys)
        {
            remark($"tables and roles are not shown: {locked.InOneLine}");
            return entry;
        }
    }
}
