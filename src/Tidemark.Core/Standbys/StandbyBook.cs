using System.Text.Json;
using Tidemark.Files;
using Tidemark.Restores;

namespace Tidemark.Standbys;

/// <summary>The standbys of this installation, one small file each, in the state folder.</summary>
internal sealed class StandbyBook(string stateFolder)
{
    private string Folder => Path.Combine(stateFolder, "standbys");

    public void Write(StandbyRecord record)
    {
        PrivateFolder.Ensure(Folder);
        DurableFile.WriteWhole(FileOf(record.Id), JsonSerializer.SerializeToUtf8Bytes(record, StandbyJson.Default.StandbyRecord), replace: true);
    }

    public void Remove(StandbyRecord record) => DurableFile.Remove(FileOf(record.Id));

    public StandbyRecord? Find(string name) => Directory.Exists(Folder) ? StateFile.Read(FileOf(name), StandbyJson.Default.StandbyRecord, record => record.Id) : null;

    /// <exception cref="Fault">4: there is none of that name.</exception>
    public StandbyRecord Get(string name) => Find(StandbyName.Checked(name)) ?? throw new Fault(FaultCode.NotFound, $"no standby \"{name}\" is known here")
    {
        Where = Folder,
        Why = All() is { Count: > 0 } known ? $"known are {string.Join(", ", known.Select(record => record.Id))}" : "none is",
        Next = "tidemark standby status",
    };

    /// <summary>By name.</summary>
    public IReadOnlyList<StandbyRecord> All() => !Directory.Exists(Folder) ? [] :
        [.. Directory.GetFiles(Folder, "*.json").Select(file => StateFile.Read(file, StandbyJson.Default.StandbyRecord, record => record.Id)).OfType<StandbyRecord>().OrderBy(record => record.Id, StringComparer.Ordinal)];

    /// <summary>One at a time works on it.</summary>
    public FileLock Lock(string name, TimeProvider clock) => FileLock.Acquire(Path.Combine(stateFolder, "locks", $"standby-{name}"), $"standby \"{name}\"", clock);

    private string FileOf(string name) => Path.Combine(Folder, name + ".json");
}
