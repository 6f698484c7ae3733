using System.Text.Json;
using Tidemark.Files;

namespace Tidemark.Restores;

/// <summary>The swaps of this installation, one small file each, in the state folder.</summary>
internal sealed class SwapJournal(string stateFolder)
{
    private string Folder => Path.Combine(stateFolder, "swaps");

    public void Write(SwapRecord record)
    {
        PrivateFolder.Ensure(Folder);
        DurableFile.WriteWhole(Path.Combine(Folder, record.Id + ".json"), JsonSerializer.SerializeToUtf8Bytes(record, RestoreJson.Default.SwapRecord), replace: true);
    }

    public void Remove(SwapRecord record) => DurableFile.Remove(Path.Combine(Folder, record.Id + ".json"));

    /// <summary>Newest first.</summary>
    public IReadOnlyList<SwapRecord> All() => !Directory.Exists(Folder) ? [] :
        [.. Directory.GetFiles(Folder, "*.json").Select(file => JsonSerializer.Deserialize(File.ReadAllBytes(file), RestoreJson.Default.SwapRecord)!).OrderByDescending(record => record.At)];

    /// <summary>The newest swap of a database that still stands, in this server.</summary>
    public SwapRecord? Latest(string systemIdentifier, string database) =>
        All().FirstOrDefault(record => record.Phase == SwapPhase.Swapped && record.Undoes is null && record.SystemIdentifier == systemIdentifier && record.Database == database);
}
