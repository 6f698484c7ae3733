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

    /// <summary>See <see cref="StateFile.SetAsideUnreadable"/>.</summary>
    public IReadOnlyList<string> SetAsideUnreadable() => StateFile.SetAsideUnreadable(Folder, RestoreJson.Default.SwapRecord, record => record.Id);

    public void Remove(SwapRecord record) => DurableFile.Remove(Path.Combine(Folder, record.Id + ".json"));

    /// <summary>Newest first.</summary>
    public IReadOnlyList<SwapRecord> All() => !Directory.Exists(Folder) ? [] :
        [.. Directory.GetFiles(Folder, "*.json").Select(file => StateFile.Read(file, RestoreJson.Default.SwapRecord, record => record.Id)).OfType<SwapRecord>().OrderByDescending(record => record.At)];

    /// <summary>The newest swap of a database that still stands, in this server.</summary>
    /// <remarks>A swap is undone by the record of its undo, not by a word written into its own: so there is no moment between the two.</remarks>
    public SwapRecord? Latest(string systemIdentifier, string database) =>
        Standing().FirstOrDefault(record => record.Undoes is null && record.SystemIdentifier == systemIdentifier && record.Database == database);

    /// <summary>Swaps that are not undone, and undoings, whose kept database was not dropped; newest first.</summary>
    public IReadOnlyList<SwapRecord> Standing()
    {
        var all = All();
        // An undoing stays one when what it kept is forgotten.
        var undone = all.Where(record => record.Phase != SwapPhase.Prepared).Select(record => record.Undoes).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return [.. all.Where(record => record.Phase == SwapPhase.Swapped && !undone.Contains(record.Id))];
    }
}
