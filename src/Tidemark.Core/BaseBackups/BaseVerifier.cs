using Tidemark.BaseBackups.Maps;
using Tidemark.Postgres.Data;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Repositories.Packs;
using Tidemark.Wal;

namespace Tidemark.BaseBackups;

/// <summary>Reads a base backup again: its whole map, every pack (its hash, each frame, the checksums of the pages that are its own), and all WAL that it needs.</summary>
internal sealed class BaseVerifier(StoredBackup backup, RepositoryKeys keys, TimeProvider clock)
{
    private const int ShownFiles = 5;

    private readonly BaseManifest manifest = backup.Entry.Manifest!;
    private readonly List<string> faults = [];

    /// <summary>Frames of each pack; none of one that is damaged.</summary>
    private readonly Dictionary<string, int> frames = new(StringComparer.Ordinal);
    private readonly NamedFrames named = new();
    private long bytes, pages, files;
    private int segments;

    /// <param name="backup">Which.</param>
    /// <param name="keys">Open it.</param>
    /// <param name="clock">Of the machine.</param>
    /// <param name="progress">Told how much was read.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="Fault">9: nothing configured opens it. 8: the store.</exception>
    public static async Task<BaseVerifyReport> RunAsync(StoredBackup backup, RepositoryKeys keys, TimeProvider clock, IProgress<BaseProgress> progress, CancellationToken token)
    {
        // What an earlier verification found is looked for again; documents that are damaged leave nothing to read.
        if (backup.Entry is { State: BaseState.Damaged, Manifest: null } or { Refs: null }) return new BaseVerifyReport(backup, 0, 0, 0, 0, 0, [backup.Entry.Why ?? "it has no refs"]);
        // What was sealed is asked for once more: the fault says which key it wants.
        if (backup.Entry.Manifest is null) backup = backup with { Entry = backup.Entry with { Manifest = (await backup.Bases.ReadManifestAsync(backup.Entry.Id, token)).Document } };
        return await new BaseVerifier(backup, keys, clock).RunAsync(progress, token);
    }

    private async Task<BaseVerifyReport> RunAsync(IProgress<BaseProgress> progress, CancellationToken token)
    {
        await TriedAsync(() => ReadMapAsync(token));
        await ReadPacksAsync(progress, token);
        if (named.AreBeyond(frames)) await TriedAsync(() => NameAffectedAsync(token));
        await TriedAsync(() => ReadWalAsync(token));
        return new BaseVerifyReport(backup, frames.Count, bytes, pages, files, segments, faults);
    }

    private async Task ReadPacksAsync(IProgress<BaseProgress> progress, CancellationToken token)
    {
        var (packs, refs) = (new List<(string Id, long Size)>(), backup.Entry.Refs!);
        await TriedAsync(() => backup.Bases.ReadPacksAsync(backup.Entry.Id, refs, (id, size) => packs.Add((id, size)), token));
        var look = new PageLook(manifest);
        using var decoder = new FrameDecoder();
        foreach (var (id, size) in packs)
        {
            frames[id] = 0;
            await TriedAsync(async () =>
            {
                var reader = await PackReader.ReadAllAsync(backup.Bases.Packs, id, size, keys, decoder, token);
                for (var frame = 0; frame < reader.Index.Frames.Count; frame++)
                {
                    var raw = await reader.ReadAsync(frame, token);
                    // Pages of an earlier backup that this one does not use may have been half written then: its WAL put them right.
                    if (named.Has(id, frame)) look.Take(reader.Index.Frames[frame].Content, raw);
                }
                frames[id] = reader.Index.Frames.Count;
            });
            bytes += size;
            progress.Report(new BaseProgress("reading", bytes, refs.PackBytes, 0));
        }
        pages = look.Pages;
        faults.AddRange(look.Faults);
    }

    private async Task ReadMapAsync(CancellationToken token)
    {
        await foreach (var item in ItemsAsync(token))
        {
            if (item is MappedFile) files++;
            named.Add(item);
        }
    }

    /// <summary>The files that name what no pack holds.</summary>
    private async Task NameAffectedAsync(CancellationToken token)
    {
        var (missing, relations, others) = (0L, new List<string>(), new List<string>());
        await foreach (var item in ItemsAsync(token))
        {
            if (NamedFrames.Places(item).All(place => frames.GetValueOrDefault(place.Pack) > place.Frame)) continue;
            missing++;
            if ((RelationFile.Parse(item.Path) is null ? others : relations) is { Count: < ShownFiles } affected && affected.LastOrDefault() != item.Path) affected.Add(item.Path);
        }
        // Relations first: of these somebody asks which table it is.
        var shown = relations.Concat(others).Take(ShownFiles).ToList();
        if (missing > 0) faults.Add($"of these files something is missing: {string.Join(", ", shown)}{(missing > shown.Count ? $" and {missing - shown.Count} more" : "")}");
    }

    private async IAsyncEnumerable<MapItem> ItemsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        using var shelf = backup.Bases.OpenShelf();
        await foreach (var item in new PageMapReader(shelf, manifest.BlockSize).ItemsAsync(manifest.MapLists.Select(list => list.Place()), token)) yield return item;
    }

    private async Task ReadWalAsync(CancellationToken token)
    {
        using var encoding = new WalEncoding(keys);
        var archive = new WalArchive(backup.Bases.Store, new WalKeys(backup.Bases.Keys.Incarnation), encoding);
        var size = new WalSegmentSize(manifest.WalSegmentBytes);
        if (await new WalProof(archive, size, clock).MissingAsync(manifest.Wal, token) is { } missing)
        {
            faults.Add($"of its WAL {missing} is missing in {archive.Address}");
            return;
        }
        var ((first, start), (last, stop)) = (manifest.Wal.Start.Place(), manifest.Wal.Stop.Place());
        var history = last == first ? new TimelineHistory(last, []) : TimelineHistory.Parse(last, (await archive.ReadNoteAsync(WalFileName.Parse(last.HistoryFileName)!, token))!);
        for (var number = size.NumberAt(start); number <= size.NumberBefore(stop); number++)
            await TriedAsync(async () =>
            {
                var name = WalSegmentName.Of(last == first ? last : history.At(size.StartOf(number)), number, size);
                await archive.ReadAsync((await archive.FindAsync(name, token))!, token);
                segments++;
            });
    }

    /// <summary>Damage is told, and the rest is looked at all the same.</summary>
    private async Task TriedAsync(Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (Fault damaged) when (damaged.Code == FaultCode.Verification)
        {
            faults.Add(damaged.InOneLine);
        }
    }
}
