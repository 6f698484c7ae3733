using System.Globalization;
using Tidemark.Files;

namespace Tidemark.Restores.Bases;

/// <summary>Where a data directory is to come: nothing, or an empty folder. What is there is never overwritten.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Owner">Whose it becomes; null: whoever we are.</param>
internal sealed record TargetFolder(string Path, (uint User, uint Group)? Owner)
{
    /// <param name="path">As it was given.</param>
    /// <param name="moveAside">What is there may be renamed.</param>
    /// <exception cref="Fault">5: something is there, or nobody who can run a server would own it.</exception>
    public static TargetFolder Look(string path, bool moveAside)
    {
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (IsTaken(path))
        {
            if (!moveAside) throw new Fault(FaultCode.Refused, "something is there already, and nothing is overwritten") { Where = path, Why = FileFacts.Of(path) is { IsFolder: true } ? "the folder is not empty" : "it is no folder", Next = "add --move-aside # renames it first; or name another folder" };
            RequireStopped(path);
        }
        return new TargetFolder(path, OwnerOf(path));
    }

    /// <summary>The name that what was there has now; null: nothing was.</summary>
    public string? MoveAside(DateTimeOffset now)
    {
        if (!IsTaken(Path)) return null;
        var name = $"{Path}.before-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        return DurableFile.TryRename(Path, name) ? name : throw new Fault(FaultCode.Refused, "the old folder cannot be moved aside: the name is taken") { Where = name, Next = $"ls -ld '{name}'" };
    }

    public static bool IsTaken(string path) => FileFacts.IsThere(path) && !(FileFacts.Of(path) is { IsFolder: true } && !Directory.EnumerateFileSystemEntries(path).Any());

    /// <summary>A renamed folder under a running server would be damaged by both.</summary>
    private static void RequireStopped(string path)
    {
        var file = System.IO.Path.Combine(path, "postmaster.pid");
        if (!FileFacts.IsThere(file)) return;
        using var reader = new StreamReader(RegularFile.OpenForReading(file));
        if (!int.TryParse(reader.ReadLine(), NumberStyles.None, CultureInfo.InvariantCulture, out var process) || FileFacts.IsThere($"/proc/{process}"))
            throw new Fault(FaultCode.Refused, "a server seems to run on this folder") { Where = file, Why = $"process {process} is alive", Next = $"pg_ctl stop -D '{path}'" };
    }

    private static (uint User, uint Group)? OwnerOf(string path)
    {
        if (!Environment.IsPrivilegedProcess) return null;
        var place = FreeSpace.PlaceOf(path);
        if (FileFacts.Of(place) is { Owner: not 0 } facts) return (facts.Owner, facts.Group);
        throw new Fault(FaultCode.Refused, "PostgreSQL does not run on a folder of root's") { Where = path, Why = $"this is run by root, and {place} is root's", Next = $"install -d -m 700 -o postgres -g postgres '{path}' # then the same again: what is restored gets the owner of the folder" };
    }
}
