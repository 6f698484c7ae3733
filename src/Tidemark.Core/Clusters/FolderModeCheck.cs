using Tidemark.Dumps;
using Tidemark.Files;
using Tidemark.Processes;

namespace Tidemark.Clusters;

/// <summary>Whether the folder and what is in it are their owner's only, and whether that is us.</summary>
internal static class FolderModeCheck
{
    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;

    private static readonly CheckSubject Subject = new("folder-mode", "who else may read or write BACKUP_DIR", FaultCode.Store);

    public static Task<Check> LookAsync(string folder, IReadOnlyList<DumpEntry> backups) => Subject.LookAsync(() =>
    {
        if (FileFacts.Of(folder) is not { } root) return Task.FromResult(Subject.Ok("it is not there yet, and will be made for its owner only"));
        var files = backups.SelectMany(entry => entry.Copies).Where(copy => copy.Store.Folder == folder).SelectMany(copy => new[] { copy.Path, copy.Store.PathOf(DumpName.ManifestOf(copy.Key)) });
        return Task.FromResult(Judge(folder, root.Permissions, [.. files.Where(file => FileFacts.Of(file) is { } facts && (facts.Permissions & Others) != 0)], root.Owner, Posix.Geteuid()));
    });

    /// <param name="root">The folder.</param>
    /// <param name="mode">Its rights.</param>
    /// <param name="open">Files in it that others may read or write.</param>
    /// <param name="owner">The user whose it is.</param>
    /// <param name="us">The user that we are.</param>
    public static Check Judge(string root, UnixFileMode mode, IReadOnlyList<string> open, uint owner, uint us)
    {
        var mend = $"chmod -R go= {ShellWord.Quote(root)}";
        if ((mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0) return Subject.Warn($"others may write into {root}, and so put dumps there that a restore would run", mend);
        if ((mode & Others) != 0 && open.Count > 0) return Subject.Warn($"others may read {open.Count} files there, such as {open[0]}", mend);
        if ((mode & Others) != 0) return Subject.Warn($"others may look into {root}: its files are closed to them, their names are not", mend);
        if (us == 0 && owner != 0) return Subject.Ok($"nobody but its owner, user {owner}; what root makes there becomes theirs");
        return owner != us
            ? Subject.Warn($"{root} belongs to user {owner}, this is user {us}: what one writes, the other may be unable to purge", $"as user {owner} from now on, or: chown -R {us} {ShellWord.Quote(root)}")
            : Subject.Ok("nobody but its owner");
    }
}
