using System.Text.Json.Serialization;
using Tidemark.Dumps;
using Tidemark.Retention;

namespace Tidemark.Hosting;

/// <param name="Backups">Newest first.</param>
/// <param name="Unseen">Parts of the folder that could not be looked at, a sentence each; left out when there are none.</param>
internal sealed record BackupsDocument(IReadOnlyList<BackupDocument> Backups, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Unseen = null);

/// <summary>A backup as every command and the API show it.</summary>
internal sealed record BackupDocument(string Id, string Kind, string? Database, string? Label, string File, string Path, string? Format, long Size, string? Sha256,
    DateTimeOffset? StartedAt, DateTimeOffset? RecoveryPoint, string Check, string State, PinDocument? Pin, IReadOnlyList<string> EncryptedTo, IReadOnlyList<CopyDocument> Copies)
{
    /// <summary>Of a base backup: <c>full</c> or <c>incr</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Type { get; init; }

    /// <summary>Of an increment: the backup on which it builds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Parent { get; init; }

    public static async Task<BackupDocument> OfAsync(DumpEntry entry, CancellationToken token) => new(entry.Id, "dump", entry.Database, entry.Manifest?.Label, entry.Key, entry.Path, entry.Manifest?.Format, entry.Size,
        entry.Manifest?.Sha256, entry.Manifest?.StartedAt, entry.Manifest?.RecoveryPoint, CheckOf(entry), StateOf(entry), await Pins.OfAsync(entry, token) is { } pin ? PinDocument.Of(pin) : null,
        entry.Manifest?.Recipients ?? [], [.. entry.Copies.Select(CopyDocument.Of)]);

    public static async Task<IReadOnlyList<BackupDocument>> AllAsync(IEnumerable<DumpEntry> entries, CancellationToken token)
    {
        var documents = new List<BackupDocument>();
        foreach (var entry in entries) documents.Add(await OfAsync(entry, token));
        return documents;
    }

    public static string StateOf(DumpEntry entry) => entry.State.ToString().ToLowerInvariant();

    public static string CheckOf(DumpEntry entry) => entry.Mark is { Passed: true } ? DumpManifest.FullCheck : entry.Manifest?.Check ?? DumpManifest.NoCheck;
}

/// <summary>One backup in one of the stores. The state is that of a backup, or <c>failed</c> where it could not be brought there just now.</summary>
internal sealed record CopyDocument(string Store, string? File, string State, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error = null)
{
    public static CopyDocument Of(DumpEntry copy) => new(copy.Store.Address, copy.Key, BackupDocument.StateOf(copy));

    public static CopyDocument OfFailed(DumpCopy copy) => new(copy.Store.Address, null, "failed", copy.Fault!.InOneLine);
}
