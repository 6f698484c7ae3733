using System.Collections.Concurrent;
using System.Text.Json;
using Tidemark.Files;
using Tidemark.Journal;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>Files that came over the network to be restored: each stays for as long as its task waits or runs.</summary>
internal sealed class UploadFolder(Workbench workbench)
{
    /// <summary>Whole on the disk, and not yet named by a task.</summary>
    private readonly ConcurrentDictionary<string, bool> arriving = new();

    public string Folder { get; } = Path.Combine(workbench.State, "incoming");

    /// <summary>Gives a file its name; it is swept from the moment on that what is returned here is disposed and no task names it.</summary>
    /// <param name="file">Written to its end.</param>
    /// <param name="ending">Of the name, with its dot.</param>
    /// <param name="token">Cancels.</param>
    public async Task<Arrival> KeepAsync(DurableFile file, string ending, CancellationToken token)
    {
        var path = Path.Combine(Folder, Guid.NewGuid().ToString("N") + ending);
        arriving[path] = true;
        try
        {
            await file.PublishAsync(path, token);
        }
        catch
        {
            arriving.TryRemove(path, out _);
            throw;
        }
        return new Arrival(path, this);
    }

    /// <summary>Removes what no task waits for any more, and what killed uploads left.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(Folder)) return;
        PendingFiles.Sweep(Folder);
        var there = Directory.EnumerateFiles(Folder).Where(path => !path.EndsWith(DurableFile.PendingSuffix, StringComparison.Ordinal) && !arriving.ContainsKey(path)).ToList();
        if (there.Count == 0) return;
        using var journal = RunJournal.Open(workbench.State);
        var wanted = journal.Queued().Concat(journal.Running().Where(run => !RunContext.IsOver(workbench.State, run.Id, workbench.Clock))).Select(UploadOf).ToHashSet();
        foreach (var path in there.Where(path => !wanted.Contains(path))) DurableFile.Remove(path);
    }

    private static string? UploadOf(RunRow run) => run.Request is null ? null : JsonSerializer.Deserialize(run.Request, TaskJson.Default.TaskRequest)?.Upload;

    private void Arrived(string path)
    {
        arriving.TryRemove(path, out _);
        TrySweep();
    }

    /// <summary>After something else was done, which must not fail by it: the loop of the tasks sweeps again, and tells.</summary>
    public void TrySweep()
    {
        try
        {
            Sweep();
        }
        catch (Exception left) when (left is Fault or IOException or UnauthorizedAccessException or JsonException)
        {
            // See above.
        }
    }

    /// <summary>A file that is here, until its task is on the board or was refused.</summary>
    internal sealed class Arrival(string path, UploadFolder folder) : IDisposable
    {
        public string Path => path;

        public void Dispose() => folder.Arrived(path);
    }
}
