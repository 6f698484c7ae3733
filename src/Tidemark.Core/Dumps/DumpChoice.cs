using Tidemark.Files;
using Tidemark.Processes;
using Tidemark.Repositories;

namespace Tidemark.Dumps;

/// <summary>Finds the dump that a user means by id, file name, key, unique prefix, path, or <c>latest</c>; tells what was passed over, and why.</summary>
internal sealed class DumpChoice(DumpStores stores, TimeProvider clock, Action<string> tell)
{
    /// <param name="wanted">What the user typed.</param>
    /// <param name="database">For <c>latest</c>: the database that is meant; null when only one has dumps here.</param>
    /// <param name="workingFolder">Relative paths are tried from here.</param>
    /// <param name="token">Cancels.</param>
    public async Task<DumpEntry> FindAsync(string wanted, string? database, string workingFolder, CancellationToken token)
    {
        if (wanted != "latest" && File.Exists(Path.Combine(workingFolder, wanted))) return await OfFileAsync(Path.GetFullPath(wanted, workingFolder), token);
        return await FindStoredAsync(wanted, database, token);
    }

    /// <summary>As <see cref="FindAsync"/>, but never a file of this machine that lies in no store.</summary>
    public async Task<DumpEntry> FindStoredAsync(string wanted, string? database, CancellationToken token)
    {
        if (wanted != "latest") RefuseClimbing(wanted);
        var (all, unseen) = await stores.LookAsync(token);
        foreach (var part in unseen) tell(part);
        return wanted == "latest" ? Latest(all, database) : Named(all, wanted);
    }

    /// <summary>A file: one of ours where it lies in one of our folders, else anybody's.</summary>
    private async Task<DumpEntry> OfFileAsync(string path, CancellationToken token)
    {
        RegularFile.Require(path);
        // It may be a link; what belongs to a dump lies where the dump does.
        path = Posix.Realpath(path) ?? path;
        foreach (var store in stores.All)
            if (store.Folder is not null && !IsInState(path) && Posix.Realpath(store.Folder) is { } folder && Path.GetRelativePath(folder, path) is var key && !key.StartsWith("..", StringComparison.Ordinal))
                return await new DumpCatalog(store).OfKeyAsync(key, outside: false, token);
        return await new DumpCatalog(DumpStore.OfFolder(Path.GetDirectoryName(path)!)).OfKeyAsync(Path.GetFileName(path), outside: true, token);
    }

    /// <summary>What was sent to be restored lies in the state folder, which lies in the store: it is none of its dumps.</summary>
    private bool IsInState(string path) => Posix.Realpath(stores.State) is { } state && !Path.GetRelativePath(state, path).StartsWith("..", StringComparison.Ordinal);

    /// <summary>The first copy whose bytes can be opened, with all that is known of it: one store that is away keeps nobody from restoring out of another.</summary>
    /// <exception cref="Fault">What the first copy said. 9: no key opens it.</exception>
    public async Task<DumpEntry> ReadableAsync(DumpEntry entry, RepositoryKeys keys, CancellationToken token)
    {
        Fault? first = null;
        foreach (var copy in entry.Copies.OrderBy(copy => copy.State))
        {
            try
            {
                if (copy.State == DumpState.Missing) continue;
                await using var open = await OpenDump.OpenAsync(copy, keys, token);
                return await SealedManifest.WithAsync(copy, keys, token);
            }
            catch (Fault unreadable) when (unreadable.Code != FaultCode.Keys)
            {
                if (entry.Copies.Count > 1) tell($"{copy.Path} cannot be read, another copy is tried: {unreadable.InOneLine}");
                first ??= unreadable;
            }
        }
        return first is null ? entry : throw first;
    }

    private DumpEntry Latest(IReadOnlyList<DumpEntry> all, string? database)
    {
        var now = clock.GetUtcNow();
        // The order of the listing, newest first, but for those whose time is not to be believed.
        var good = all.Where(entry => entry.State == DumpState.Good && (database is null || entry.Database == database)).OrderBy(entry => entry.IsAhead(now)).ToList();
        var databases = good.Select(entry => entry.Database).Distinct().ToList();
        if (databases.Count > 1)
            throw new Fault(FaultCode.Ambiguous, "latest of which database?")
            {
                Where = stores.Address,
                Why = "there are good backups of " + string.Join(", ", databases.Order(StringComparer.Ordinal)),
                Next = "tidemark list # then name the backup by its id instead of latest",
            };
        // Somebody else's dump may leave out what it likes: it is only taken where there is no good one of ours.
        var made = good.Where(entry => !entry.IsAdopted).ToList();
        var servers = made.GroupBy(entry => entry.Manifest!.SystemIdentifier).Select(server => server.First()).ToList();
        if (servers.Count > 1)
            throw new Fault(FaultCode.Ambiguous, $"latest of which server's \"{servers[0].Database}\"?")
            {
                Where = stores.Address,
                Why = $"good backups of {servers.Count} servers are here; the newest of each: " + string.Join(", ", servers.Select(entry => $"{entry.Id} (server {entry.Manifest!.SystemIdentifier ?? "unknown"}, {entry.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z)")),
                Next = "tidemark list # then name the backup by its id; and give each server a BACKUP_DIR of its own",
            };
        var latest = made.FirstOrDefault() ?? good.FirstOrDefault() ?? throw new Fault(FaultCode.NotFound, database is null ? "there is no good backup" : $"there is no good backup of database \"{database}\"")
        {
            Where = stores.Address,
            Why = all.Count == 0 ? "no backup is there" : $"{(all.Count == 1 ? "1 dump is here, which is not" : $"{all.Count} dumps are here, of which none is")} checked and whole" + (database is null ? "" : " and of that database"),
            Next = all.Count == 0 ? "tidemark backup" : "tidemark list",
        };
        foreach (var ahead in good.Where(entry => entry.IsAhead(now) && entry.IsAdopted == latest.IsAdopted))
            tell($"{ahead.Key}: its recovery point, {ahead.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, lies in the future, so a clock was wrong; {(latest.IsAhead(now) ? "there is no other good one" : $"it is not taken for the latest, but can be named: {ahead.Id}")}");
        return latest;
    }

    private DumpEntry Named(IReadOnlyList<DumpEntry> all, string wanted)
    {
        var exact = all.Where(entry => entry.Copies.Any(copy => copy.Id == wanted || copy.Key == wanted || copy.Path == wanted || Path.GetFileName(copy.Key) == wanted)).ToList();
        var found = exact.Count > 0 ? exact : [.. all.Where(entry => entry.Id.StartsWith(wanted, StringComparison.Ordinal)
            || entry.Key.StartsWith(wanted, StringComparison.Ordinal) || Path.GetFileName(entry.Key).StartsWith(wanted, StringComparison.Ordinal))];
        return found.Count switch
        {
            1 => found[0],
            0 => throw new Fault(FaultCode.NotFound, $"there is no backup \"{wanted}\"")
            {
                Where = stores.Address,
                Why = $"{(all.Count == 1 ? "1 backup is" : $"{all.Count} backups are")} here; no id, file name or key begins with that, and no such file exists",
                Next = "tidemark list",
            },
            _ => throw new Fault(FaultCode.Ambiguous, $"\"{wanted}\" fits {found.Count} backups")
            {
                Where = stores.Address,
                Why = string.Join(", ", found.Take(5).Select(entry => $"{entry.Id} ({entry.Key})")) + (found.Count > 5 ? ", …" : ""),
                // Two endings of one name have one id between them.
                Next = found.Select(entry => entry.Id).Distinct().Count() == found.Count ? "tidemark list # then give more of the id" : $"tidemark list # then name it by its file: {ShellWord.Quote(found[0].Key)}",
            },
        };
    }

    private void RefuseClimbing(string wanted)
    {
        // A name that leads out of the store is refused as such, not as "not found": whoever sent it should know that it was seen.
        if (wanted.Split('/').Contains(".."))
            throw new Fault(FaultCode.OutsideStore, "this path leads out of the backup folder") { Where = $"\"{wanted}\"", Why = $"the backup folder is {stores.Address}", Next = "tidemark list # then name a backup by its id" };
    }
}
