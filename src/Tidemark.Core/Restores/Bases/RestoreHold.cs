using Tidemark.BaseBackups;
using Tidemark.Files;
using Tidemark.Postgres.Data;
using Tidemark.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>A restore's hold on the folder that it writes: from the first thing that is done there to the last.</summary>
internal sealed class RestoreHold : IDisposable
{
    private readonly string folder;
    private readonly FolderLock held;

    private RestoreHold(string folder, FolderLock held, IReadOnlyList<string> aside) => (this.folder, this.held, Aside) = (folder, held, aside);

    /// <summary>What was there before, under its new names.</summary>
    public IReadOnlyList<string> Aside { get; }

    /// <summary>1. what is there goes aside · 2. the folder, locked · 3. the mark · 4. no server starts from an old one any more: its pg_control goes · 5. its WAL is moved aside, that of our own half work removed.</summary>
    /// <param name="target">Where.</param>
    /// <param name="tree">Makes it.</param>
    /// <param name="manifest">What is restored.</param>
    /// <param name="outside">Where it writes too.</param>
    /// <param name="now">For names.</param>
    /// <exception cref="Fault">11: another restore is at work there. 5: something came there meanwhile.</exception>
    public static RestoreHold Begin(TargetFolder target, NewTree tree, BaseManifest manifest, OutsideFolders outside, DateTimeOffset now)
    {
        List<string> aside = target.State == TargetState.Aside ? [target.MoveAside(now)] : [];
        tree.MakeFolder(target.Path, manifest.FolderMode);
        var held = FolderLock.TryAcquire(target.Path) ?? throw new Fault(FaultCode.Locked, "another restore writes into this folder") { Where = target.Path, Next = "wait until it has ended, or end it; the lock goes with the process" };
        try
        {
            RequireUnchanged(target);
            if (target.State == TargetState.Free) PendingFiles.Sweep(target.Path);
            var before = target.State == TargetState.Unfinished ? RestoreMark.Read(target.Path) : null;
            var mark = new RestoreMark { Backup = manifest.Id, WasEmpty = before?.WasEmpty ?? target.State != TargetState.Old, Outside = [.. outside.ByPath.Values.Union(before?.Outside ?? [])], Aside = [.. before?.Aside ?? [], .. aside] };
            mark.Write(target.Path);
            if (target.Mends)
            {
                DropControl(target.Path);
                if (target.State == TargetState.Old && target.MoveWalAside(now) is { } wal) (mark = mark with { Aside = [.. mark.Aside, wal] }).Write(target.Path);
                if (before is not null) DropHalf(target.Path, before, manifest, outside);
            }
            return new RestoreHold(target.Path, held, mark.Aside);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>All is on the disk: from here on the folder is a data directory like any other.</summary>
    public void End() => RestoreMark.Remove(folder);

    public void Dispose() => held.Dispose();

    private static void RequireUnchanged(TargetFolder target)
    {
        var now = !TargetFolder.IsTaken(target.Path) ? TargetState.Free : RestoreMark.IsUnfinished(target.Path) ? TargetState.Unfinished : TargetState.Old;
        if (now != (target.State == TargetState.Aside ? TargetState.Free : target.State))
            throw new Fault(FaultCode.Refused, "somebody else wrote into the folder") { Where = target.Path, Next = $"ls -la '{target.Path}'" };
    }

    private static void DropControl(string folder)
    {
        var control = Path.Combine(folder, ControlFile.Path);
        if (!Directory.Exists(Path.GetDirectoryName(control))) return;
        DurableFile.Remove(control);
        Removal.Of(control + DurableFile.PendingSuffix);
    }

    /// <summary>WAL is laid down anew; and what was begun in folders that are not wanted any more was ours alone. Nothing else goes that may lie there.</summary>
    private static void DropHalf(string folder, RestoreMark before, BaseManifest manifest, OutsideFolders outside)
    {
        Removal.Of(Path.Combine(folder, ClusterFolder.Wal));
        if (outside.ByPath.TryGetValue(ClusterFolder.Wal, out var wal)) DropWal(wal);
        if (!before.WasEmpty || ControlFile.Read(manifest.Control, out _) is not { } control) return;
        foreach (var unwanted in before.Outside.Except(outside.ByPath.Values)) Removal.Of(Path.Combine(unwanted, BackupSelection.VersionFolder(manifest.ServerVersion / 10000, control.CatalogVersion)));
    }

    private static void DropWal(string folder)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var path in Directory.EnumerateFileSystemEntries(folder).ToList())
            if (Path.GetFileName(path) is "archive_status" or "summaries" || $"{ClusterFolder.Wal}/{Path.GetFileName(path)}" == FetchedWal.Folder || WalFileName.Parse(Path.GetFileName(path)) is not null) Removal.Of(path);
    }
}
