using Tidemark.Postgres.Data;

namespace Tidemark.BaseBackups;

/// <summary>The files of a live cluster, read from its disk or over SQL. One caller at a time: each worker has its own.</summary>
/// <remarks>Paths begin at the data folder, with '/'. All move while they are read: what went away or became shorter is no fault, and what became longer is not asked for.</remarks>
internal interface IClusterFiles : IAsyncDisposable
{
    /// <summary>What a folder holds; the data folder itself is "". Nothing: it is empty, or gone.</summary>
    Task<IReadOnlyList<ClusterEntry>> FolderAsync(string folder, CancellationToken token);

    /// <summary>Reads from a place in a file on. Over SQL each call is one statement: cheap by a few megabytes, and no more, for a statement that runs holds back VACUUM.</summary>
    /// <returns>The bytes there were, fewer than asked for only at the file's end; null: the file is gone.</returns>
    /// <exception cref="Fault">8: it is there and cannot be read.</exception>
    Task<int?> ReadAsync(string path, long offset, Memory<byte> into, CancellationToken token);

    /// <summary>Reads small files whole, one behind the other without gaps, none further than it was long when it was listed.</summary>
    /// <param name="files">Their lengths together fit.</param>
    /// <param name="into">Filled from its start.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>For each file how many bytes it gave; null: it is gone.</returns>
    Task<IReadOnlyList<int?>> ReadWholeAsync(IReadOnlyList<ClusterEntry> files, Memory<byte> into, CancellationToken token);
}
