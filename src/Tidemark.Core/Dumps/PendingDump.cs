using System.Text.Json;
using Tidemark.Files;

namespace Tidemark.Dumps;

/// <summary>A dump on its way to its final name. Killed at any moment, the next start either finishes it or sweeps it.</summary>
/// <remarks>
/// The pending folder holds dump, globals and last the manifest, each fsynced. The pending manifest is the decision: it is
/// written after the check has passed, so whoever finds one may finish the renames; whoever finds none deletes the folder.
/// The lock lies beside the folder and is older than it: who tidies up can never hold the folder of a dump that lives. It is removed only by its holder.
/// </remarks>
internal sealed class PendingDump : IDisposable
{
    private const string DumpFile = "dump", GlobalsFile = "globals.sql", ManifestFile = "manifest.json", LockSuffix = ".lock";
    private readonly DumpFolder folder;
    private readonly FileLock held;

    private PendingDump(DumpFolder folder, string path, FileLock held) => (this.folder, Path, this.held) = (folder, path, held);

    public string Path { get; }

    /// <summary>Where the dump must be published to before <see cref="Publish"/>.</summary>
    public string Dump => System.IO.Path.Combine(Path, DumpFile);

    public string Globals => System.IO.Path.Combine(Path, GlobalsFile);

    public static PendingDump Create(DumpFolder folder, string name, TimeProvider clock)
    {
        var path = System.IO.Path.Combine(folder.Pending, name);
        FileLock? held;

        // Who tidies up may have taken the new lock for one that was left, and have removed it.
        while ((held = FileLock.TryAcquire(path + LockSuffix, clock)) is null || !File.Exists(held.Path)) held?.Dispose();
        PrivateFolder.Ensure(path);
        return new PendingDump(folder, path, held);
    }

    /// <summary>Writes the manifest, which decides, and renames: dump, globals, manifest. Returns it with the name that was free.</summary>
    public DumpManifest Publish(DumpManifest manifest)
    {
        manifest = Named(manifest, manifest.File);
        Decide(Path, manifest);
        return Finish(folder, Path, manifest);
    }

    /// <summary>Finishes or sweeps what killed runs left. Returns one sentence for each, for the operator.</summary>
    public static IReadOnlyList<string> Tidy(DumpFolder folder, TimeProvider clock)
    {
        var told = new List<string>();
        if (!Directory.Exists(folder.Pending)) return told;
        var locks = Directory.GetFiles(folder.Pending, "*" + LockSuffix).Select(file => file[..^LockSuffix.Length]);
        foreach (var left in Directory.GetDirectories(folder.Pending).Union(locks))
        {
            using var held = FileLock.TryTakeOver(left + LockSuffix, clock);
            if (held is null) continue;
            if (Directory.Exists(left))
            {
                var name = System.IO.Path.GetFileName(left);
                told.Add(ReadDecision(left) is { } manifest ? $"finished a dump that was whole and checked, but not yet named when its run was ended: {Finish(folder, left, manifest).File}"
                    : Directory.EnumerateFileSystemEntries(left).Any() ? $"swept an unfinished dump of a run that was ended: {name}"
                    // Killed before the first byte, or after the last renaming.
                    : $"removed the empty pending folder of a run that was ended: {name}; if its dump was done, tidemark list shows it");
                Directory.Delete(left, recursive: true);
            }
            File.Delete(held.Path);
        }
        return told;
    }

    public void Dispose()
    {
        // Kept when the renames broke off after the decision: the next start finishes them.
        if (ReadDecision(Path) is null) Directory.Delete(Path, recursive: true);
        File.Delete(held.Path);
        held.Dispose();
    }

    private static DumpManifest? ReadDecision(string path)
    {
        var file = System.IO.Path.Combine(path, ManifestFile);
        return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), DumpJson.Default.DumpManifest) : null;
    }

    private static void Decide(string path, DumpManifest manifest) =>
        DurableFile.WriteWhole(System.IO.Path.Combine(path, ManifestFile), JsonSerializer.SerializeToUtf8Bytes(manifest, DumpJson.Default.DumpManifest), replace: true);

    private DumpManifest Named(DumpManifest manifest, string key) =>
        manifest with { File = key, Id = DumpName.Id(key), Globals = File.Exists(Globals) ? DumpName.Stem(key) + ".globals.sql" : null };

    /// <summary>Repeatable at every point: what has its final name already is passed over; a name that is taken gets a number.</summary>
    private static DumpManifest Finish(DumpFolder folder, string path, DumpManifest manifest)
    {
        var wanted = manifest.File;
        var dump = System.IO.Path.Combine(path, DumpFile);
        for (var number = 2; File.Exists(dump) && (IsTaken(folder, manifest.File) || !DurableFile.TryRename(dump, folder.PathOf(manifest.File))); number++)
        {
            var key = DumpName.Numbered(wanted, number);
            manifest = manifest with { File = key, Id = DumpName.Id(key), Globals = manifest.Globals is null ? null : DumpName.Stem(key) + ".globals.sql" };
            Decide(path, manifest);
        }
        var globals = System.IO.Path.Combine(path, GlobalsFile);
        if (manifest.Globals is not null && File.Exists(globals)) DurableFile.TryRename(globals, folder.PathOf(manifest.Globals));
        if (!DurableFile.TryRename(System.IO.Path.Combine(path, ManifestFile), DumpFolder.ManifestOf(folder.PathOf(manifest.File))))
            throw new Fault(FaultCode.Store, "a manifest of this name exists already, without its dump") { Where = manifest.File + ".json", Left = "the dump has its name but no manifest", Next = "move that file away, then run any backup: it finishes this one" };
        return manifest;
    }

    /// <summary>Somebody may have removed a dump and left its manifest.</summary>
    private static bool IsTaken(DumpFolder folder, string key) => FileFacts.IsThere(DumpFolder.ManifestOf(folder.PathOf(key)));
}
