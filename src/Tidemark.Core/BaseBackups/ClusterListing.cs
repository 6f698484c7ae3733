using System.Runtime.CompilerServices;
using Tidemark.Postgres.Data;

namespace Tidemark.BaseBackups;

/// <summary>Everything that a backup takes of a cluster: folders before what they hold, in no other order. Never all of it in memory.</summary>
/// <remarks>Without pg_control: that is read on its own, last, by <see cref="ControlFileReader"/>.</remarks>
internal sealed class ClusterListing(IClusterFiles files, BackupSelection selection)
{
    /// <summary>PostgreSQL's own folders are five deep. Over SQL a link shows as a folder, and may lead back to where it lies.</summary>
    private const int Deepest = 16;

    /// <summary>What is left out without a word is not given; what is <see cref="EntryFate.Refused"/> is, for someone to be told.</summary>
    /// <exception cref="Fault">8: folders within folders without an end.</exception>
    public async IAsyncEnumerable<(ClusterEntry Entry, EntryFate Fate)> WalkAsync([EnumeratorCancellation] CancellationToken token)
    {
        var folders = new Stack<string>([""]);
        while (folders.TryPop(out var folder))
        {
            if (folder.AsSpan().Count('/') >= Deepest) throw Endless(folder);
            foreach (var (entry, fate) in selection.Decide(await files.FolderAsync(folder, token)))
            {
                if (fate == EntryFate.LeftOut || entry.Path == ControlFile.Path) continue;
                yield return (entry, fate);
                if (fate == EntryFate.Copied && entry.Kind != ClusterEntryKind.File) folders.Push(entry.Path);
                if (entry.Path == ClusterFolder.Wal) foreach (var within in await WithinWalAsync(token)) yield return (within, EntryFate.KeptEmpty);
            }
        }
    }

    /// <summary>The folders that are kept within one whose content is not.</summary>
    private async Task<IEnumerable<ClusterEntry>> WithinWalAsync(CancellationToken token) =>
        (await files.FolderAsync(ClusterFolder.Wal, token)).Where(entry => entry.Kind != ClusterEntryKind.File && ClusterFolder.IsKeptEmpty(entry.Path));

    private static Fault Endless(string folder) => new(FaultCode.Store, "folders lie within folders without an end")
    {
        Where = folder,
        Why = $"more than {Deepest} levels: perhaps a symbolic link leads back to where it lies",
        Next = "remove that link from the data folder: it is none of PostgreSQL's",
    };
}
