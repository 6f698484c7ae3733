using System.Runtime.CompilerServices;
using Tidemark.BaseBackups.Maps;
using Tidemark.Postgres.Data;
using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups;

/// <summary>Everything that a backup takes of a cluster, in the order of its map (<see cref="MapOrder"/>). Never all of it in memory.</summary>
/// <remarks>Without pg_control: that is read on its own, last, by <see cref="ControlFileReader"/>.</remarks>
internal sealed class ClusterListing(IClusterFiles files, BackupSelection selection)
{
    /// <summary>PostgreSQL's own folders are five deep. Over SQL a link shows as a folder, and may lead back to where it lies.</summary>
    private const int Deepest = 16;

    /// <summary>What is left out without a word is not given; what is <see cref="EntryFate.Refused"/> is, for someone to be told.</summary>
    /// <exception cref="Fault">8: folders within folders without an end.</exception>
    public async IAsyncEnumerable<(ClusterEntry Entry, EntryFate Fate)> WalkAsync([EnumeratorCancellation] CancellationToken token)
    {
        // The path of what lies in a folder comes after that of the folder, so the next in order is always known.
        var folders = new PriorityQueue<string, byte[]>(ByBytes);
        folders.Enqueue("", []);
        while (folders.TryDequeue(out var folder, out _))
        {
            if (folder.AsSpan().Count('/') >= Deepest) throw Endless(folder);
            var listed = folder == ClusterFolder.Wal ? await WithinWalAsync(token) : selection.Decide(await files.FolderAsync(folder, token));
            foreach (var (entry, fate) in listed.OrderBy(one => PathText.ToBytes(one.Entry.Path), ByBytes))
            {
                if (fate == EntryFate.LeftOut || entry.Path == ControlFile.Path) continue;
                yield return (entry, fate);
                if (entry.Path == ClusterFolder.Wal || (fate == EntryFate.Copied && entry.Kind != ClusterEntryKind.File)) folders.Enqueue(entry.Path, PathText.ToBytes(entry.Path));
            }
        }
    }

    private static readonly Comparer<byte[]> ByBytes = Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other));

    /// <summary>The folders that are kept within one whose content is not.</summary>
    private async Task<IEnumerable<(ClusterEntry Entry, EntryFate Fate)>> WithinWalAsync(CancellationToken token) =>
        (await files.FolderAsync(ClusterFolder.Wal, token)).Where(entry => entry.Kind != ClusterEntryKind.File && ClusterFolder.IsKeptEmpty(entry.Path)).Select(entry => (entry, EntryFate.KeptEmpty));

    private static Fault Endless(string folder) => new(FaultCode.Store, "folders lie within folders without an end")
    {
        Where = folder,
        Why = $"more than {Deepest} levels: perhaps a symbolic link leads back to where it lies",
        Next = "remove that link from the data folder: it is none of PostgreSQL's",
    };
}
