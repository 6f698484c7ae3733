using System.Globalization;
using Tidemark.BaseBackups;
using Tidemark.Files;

namespace Tidemark.Restores.Bases;

/// <summary>Where a data directory is to come.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Owner">Whose it becomes; null: whoever we are.</param>
/// <param name="State">What is there.</param>
internal sealed record TargetFolder(string Path, (uint User, uint Group)? Owner, TargetState State)
{
    /// <summary>What is there is looked into, and not only at.</summary>
    public bool Mends => State is TargetState.Unfinished or TargetState.Old;

    /// <param name="path">As it was given.</param>
    /// <param name="old">What may become of what is there.</param>
    /// <exception cref="Fault">5: something is there that must stay, a server runs on it, or nobody who can run a server would own it.</exception>
    public static TargetFolder Look(string path, OldContent old)
    {
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        var state = !IsTaken(path) ? TargetState.Free : RestoreMark.IsUnfinished(path) ? TargetState.Unfinished : old switch
        {
            OldContent.MovedAside => TargetState.Aside,
            OldContent.Mended => TargetState.Old,
            _ => throw new Fault(FaultCode.Refused, "something is there already, and nothing is overwritten")
            {
                Where = path,
                Why = FileFacts.Of(path) is { IsFolder: true } ? "the folder is not empty" : "it is no folder",
                Next = "add --move-aside # renames it first; or --delta where it is this cluster's old data directory: only what differs is written; or name another folder",
            },
        };
        if (state != TargetState.Free) RequireStopped(path);
        return new TargetFolder(path, OwnerOf(path), state);
    }

    /// <summary>An old folder is mended where it is one of this very cluster, and nothing else is ever taken for one: what does not belong to the backup is removed.</summary>
    /// <exception cref="Fault">5.</exception>
    public void RequireOf(BaseManifest manifest)
    {
        if (State != TargetState.Old) return;
        var major = (manifest.ServerVersion / 10000).ToString(CultureInfo.InvariantCulture);
        var said = FirstLine(System.IO.Path.Combine(Path, "PG_VERSION"));
        string? why = said is null ? "it has no PG_VERSION, and is no data directory" : said != major ? $"it is of PostgreSQL {said}, the backup of {major}"
            : !Directory.Exists(System.IO.Path.Combine(Path, "base")) || !Directory.Exists(System.IO.Path.Combine(Path, "global")) ? "it has no folders base and global"
            : RestoreMark.ControlOf(Path) is { } control && control.SystemIdentifier.ToString(CultureInfo.InvariantCulture) != manifest.SystemIdentifier ? $"its system identifier is {control.SystemIdentifier}, the backup's is {manifest.SystemIdentifier}" : null;
        if (why is not null) throw new Fault(FaultCode.Refused, "this is no data directory of the cluster that was backed up") { Where = Path, Why = why, Next = "use --move-aside in the place of --delta" };
    }

    /// <summary>Renames what is there; its new name.</summary>
    public string MoveAside(DateTimeOffset now) => MoveAside(Path, "before", now, Path);

    /// <summary>WAL of an old folder may be in no store yet; its new name, or null: there was none.</summary>
    public string? MoveWalAside(DateTimeOffset now)
    {
        var wal = System.IO.Path.Combine(Path, Postgres.Data.ClusterFolder.Wal);
        return FileFacts.IsThere(wal) ? MoveAside(wal, "pg_wal-before", now, Path) : null;
    }

    /// <summary>A file that was not published when we were killed takes nothing: it is swept.</summary>
    public static bool IsTaken(string path) => FileFacts.IsThere(path) && !(FileFacts.Of(path) is { IsFolder: true } && Directory.EnumerateFileSystemEntries(path).All(DurableFile.IsPending));

    private static string MoveAside(string what, string word, DateTimeOffset now, string beside)
    {
        var name = $"{beside}.{word}-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        return DurableFile.TryRename(what, name) ? name : throw new Fault(FaultCode.Refused, "the old folder cannot be moved aside: the name is taken") { Where = name, Next = $"ls -ld '{name}'" };
    }

    /// <summary>What a running server works on would be damaged by both. A process of that number that works elsewhere came after it.</summary>
    private static void RequireStopped(string path)
    {
        var file = System.IO.Path.Combine(path, "postmaster.pid");
        if (!FileFacts.IsThere(file)) return;
        if (!int.TryParse(FirstLine(file), NumberStyles.None, CultureInfo.InvariantCulture, out var process) || (FileFacts.IsThere($"/proc/{process}") && WorksIn(process, path)))
            throw new Fault(FaultCode.Refused, "a server seems to run on this folder") { Where = file, Why = $"process {process} is alive", Next = $"pg_ctl stop -D '{path}'" };
    }

    /// <summary>A server's working folder is its data directory. One that may not be asked may be it.</summary>
    private static bool WorksIn(int process, string folder) => Posix.Realpath($"/proc/{process}/cwd") is not { } works || works == Posix.Realpath(folder);

    private static string? FirstLine(string file)
    {
        if (FileFacts.Of(file) is not { IsRegular: true }) return null;
        using var reader = new StreamReader(RegularFile.OpenForReading(file));
        return reader.ReadLine();
    }

    private static (uint User, uint Group)? OwnerOf(string path)
    {
        if (!Environment.IsPrivilegedProcess) return null;
        var place = FreeSpace.PlaceOf(path);
        if (FileFacts.Of(place) is { Owner: not 0 } facts) return (facts.Owner, facts.Group);
        throw new Fault(FaultCode.Refused, "PostgreSQL does not run on a folder of root's") { Where = path, Why = $"this is run by root, and {place} is root's", Next = $"install -d -m 700 -o postgres -g postgres '{path}' # then the same again: what is restored gets the owner of the folder" };
    }
}
