using Tidemark.Files;

namespace Tidemark.Dumps;

/// <summary>Reads what a dump folder holds; nothing but the folder itself is asked.</summary>
internal sealed class DumpCatalog(DumpFolder folder)
{
    private static readonly string[] DumpEndings = [".dump", ".sql.gz", ".sql"];

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = false, AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>Newest first.</summary>
    public IReadOnlyList<DumpEntry> All() => Look().Entries;

    /// <summary>What is there, and what could not be looked at: a part that is closed to us hides no other.</summary>
    /// <exception cref="Fault">8: the folder itself is none.</exception>
    public DumpListing Look()
    {
        for (var part = folder.Root; part is not null; part = Path.GetDirectoryName(part))
            if (File.Exists(part)) throw new Fault(FaultCode.Store, "the backup folder is no folder") { Where = folder.Root, Why = $"{part} is a file", Next = "set BACKUP_DIR to a folder" };
        if (!Directory.Exists(folder.Root)) return new DumpListing([], []);
        var (entries, unseen) = (new List<DumpEntry>(), new List<string>());
        var root = new DirectoryInfo(folder.Root);
        var todo = new Stack<DirectoryInfo>([root]);
        while (todo.TryPop(out var next))
        {
            FileSystemInfo[] found;
            try
            {
                found = next.GetFileSystemInfos("*", Everything);
            }
            catch (DirectoryNotFoundException) when (next != root)
            {
                continue;
            }
            catch (Exception closed) when (next != root && closed is UnauthorizedAccessException or IOException)
            {
                unseen.Add($"the folder {folder.KeyOf(next.FullName)} cannot be read ({closed.Message}): backups in it are neither listed nor verified nor purged");
                continue;
            }
            // A mark counts whatever it is. A link is no dump and no folder of ours: it may lead anywhere.
            var marks = found.Select(one => one.Name).Where(name => name.EndsWith(".check.json", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
            found = [.. found.Where(one => !one.Attributes.HasFlag(FileAttributes.ReparsePoint))];
            var files = found.OfType<FileInfo>().Where(file => IsOurs(file, unseen)).ToDictionary(file => file.Name, StringComparer.Ordinal);
            foreach (var file in files.Values)
                if (IsDump(file.Name)) entries.Add(Read(file.FullName, file, files.ContainsKey(file.Name + ".json"), marks.Contains(file.Name + ".check.json")));
                else if (file.Name.EndsWith(".json", StringComparison.Ordinal) && IsDump(file.Name[..^5]) && !files.ContainsKey(file.Name[..^5]))
                    entries.Add(Read(file.FullName[..^5], null, true, marks.Contains(file.Name[..^5] + ".check.json")));
            foreach (var deeper in found.OfType<DirectoryInfo>().Where(deeper => deeper.Name[0] != '.' && deeper.Name != "lost+found")) todo.Push(deeper);
        }
        return new DumpListing([.. entries.OrderByDescending(entry => entry.Time).ThenBy(entry => entry.Key, StringComparer.Ordinal)], unseen);
    }

    /// <summary>One file, in the folder or anywhere else.</summary>
    public DumpEntry OfFile(string path)
    {
        path = Path.GetFullPath(path);
        return Read(path, new FileInfo(path) is { Exists: true } file ? file : null, File.Exists(DumpFolder.ManifestOf(path)), FileFacts.IsThere(DumpFolder.MarkOf(path)));
    }

    /// <summary>The dumps with a manifest, readable or not, that have this one's name but for its endings: they have its id, and might have its globals.</summary>
    /// <exception cref="Fault">8: its folder cannot be read.</exception>
    public IReadOnlyList<DumpEntry> NamesakesOf(DumpEntry entry)
    {
        try
        {
            return [.. Directory.EnumerateFiles(Path.GetDirectoryName(entry.Path)!, "*.json").Select(manifest => manifest[..^5])
                .Where(other => other != entry.Path && IsDump(Path.GetFileName(other)) && DumpName.Stem(folder.KeyOf(other)) == DumpName.Stem(entry.Key)).Select(OfFile)];
        }
        catch (Exception closed) when (closed is UnauthorizedAccessException or IOException)
        {
            throw new Fault(FaultCode.Store, "could not look at what lies beside a dump", closed) { Where = entry.Path, Why = closed.Message, Next = "tidemark list" };
        }
    }

    /// <summary>A FIFO or a device that has the name of a dump is none, and opening it might never end.</summary>
    private bool IsOurs(FileInfo file, List<string> unseen)
    {
        if (!IsDump(file.Name) || FileFacts.Of(file.FullName) is not { IsRegular: false } other) return true;
        unseen.Add($"{folder.KeyOf(file.FullName)} is {other.Kind} with the name of a dump: it is passed over");
        return false;
    }

    private static bool IsDump(string name) =>
        name[0] != '.' && DumpEndings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)) && !name.EndsWith(".globals.sql", StringComparison.Ordinal);

    private DumpEntry Read(string path, FileInfo? file, bool hasManifest, bool hasMark)
    {
        var key = folder.KeyOf(path);
        var inside = !key.StartsWith("../", StringComparison.Ordinal);
        var (manifest, finding) = hasManifest ? ManifestReading.Manifest(path, inside ? key : null) : (null, null);
        var mark = hasMark ? ManifestReading.Mark(path) : null;
        return new DumpEntry
        {
            Id = manifest?.Id ?? DumpName.Id(key),
            Key = key,
            Path = path,
            Size = file?.Length ?? manifest?.Size ?? 0,
            Manifest = manifest,
            Mark = mark,
            Finding = finding,
            Time = manifest?.RecoveryPoint ?? FileFacts.Of(file?.FullName ?? DumpFolder.ManifestOf(path))?.Written ?? DateTimeOffset.UnixEpoch,
            State = finding is not null ? DumpState.Damaged : StateOf(file, manifest, mark),
        };
    }

    private static DumpState StateOf(FileInfo? file, DumpManifest? manifest, CheckMark? mark) => (file, manifest, mark) switch
    {
        (null, _, _) => DumpState.Missing,
        (_, null, _) => DumpState.Foreign,
        (_, _, { Passed: false }) => DumpState.Damaged,
        _ when file.Length != manifest.Size => DumpState.Damaged,
        // To verify a dump without rows again does not give it any.
        _ when manifest.Gaps.Any(gap => gap.Kind == CoverageGap.NoData) => DumpState.Unchecked,
        _ when manifest.Check == DumpManifest.FullCheck || mark is { Passed: true } => DumpState.Good,
        _ => DumpState.Unchecked,
    };
}

/// <summary>What a look into the dump folder found.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Unseen">A sentence for each part that could not be looked at. Nothing may be concluded from what is missing there.</param>
internal sealed record DumpListing(IReadOnlyList<DumpEntry> Entries, IReadOnlyList<string> Unseen);
