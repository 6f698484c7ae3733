using Tidemark.BaseBackups.Maps;
using Tidemark.Postgres.Data;
using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups;

/// <summary>What one worker copies at a time.</summary>
internal abstract class CopyPiece
{
    /// <summary>Bytes: over SQL one short statement, and many of one large file.</summary>
    public const int Longest = 4 * 1024 * 1024;

    public abstract Task RunAsync(PieceCopier copier, CancellationToken token);
}

/// <summary>A stretch of one file.</summary>
/// <param name="file">Which.</param>
/// <param name="offset">At the start of a page, and of an extent.</param>
/// <param name="before">Of each of its extents where the backup before has it; empty: it had no such file.</param>
internal sealed class FileStretch(ClusterEntry file, long offset, ReadOnlyMemory<PageRun> before) : CopyPiece
{
    private readonly TaskCompletionSource<CopiedStretch?> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Path => file.Path;

    public long Offset => offset;

    public PageRun Before(int extent) => extent < before.Length ? before.Span[extent] : default;

    public int Length { get; } = (int)Math.Min(Longest, file.Length - offset);

    /// <summary>Null: the file is gone.</summary>
    public Task<CopiedStretch?> Done => done.Task;

    public override async Task RunAsync(PieceCopier copier, CancellationToken token) => done.SetResult(await copier.CopyAsync(this, token));
}

/// <param name="Length">Bytes that there were; fewer than asked for where the file ends by now.</param>
/// <param name="Runs">Of their pages.</param>
internal sealed record CopiedStretch(int Length, IReadOnlyList<PageRun> Runs);

/// <summary>Small files that are read and stored together, each whole.</summary>
internal sealed class FileBundle : CopyPiece
{
    /// <summary>Bytes: a file that is longer has extents of its own.</summary>
    public const int LargestFile = 32 * 1024;

    private readonly TaskCompletionSource<IReadOnlyList<MappedFile?>> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ClusterEntry> files = [];
    private readonly List<MappedFile?> before = [];
    private long length;

    public IReadOnlyList<ClusterEntry> Files => files;

    /// <summary>Of each file what the backup before says; null: it had none.</summary>
    public IReadOnlyList<MappedFile?> Before => before;

    public bool HasRoomFor(ClusterEntry file) => files.Count < Bundle.MostFiles && length + file.Length <= Extent.Largest;

    /// <returns>What becomes of it; null: it is gone.</returns>
    public Task<MappedFile?> Add(ClusterEntry file, MappedFile? earlier)
    {
        var at = files.Count;
        files.Add(file);
        before.Add(earlier);
        length += file.Length;
        return OneAsync(at);
    }

    public override async Task RunAsync(PieceCopier copier, CancellationToken token) => done.SetResult(await copier.CopyAsync(this, token));

    private async Task<MappedFile?> OneAsync(int at) => (await done.Task)[at];
}
