using System.Runtime.InteropServices;
using Tidemark.Files;
using Tidemark.Postgres.Data;

namespace Tidemark.BaseBackups;

/// <summary>A data folder on this machine, read beside the server that writes it.</summary>
internal sealed class LocalClusterFiles(string dataFolder) : IClusterFiles
{
    public Task<IReadOnlyList<ClusterEntry>> FolderAsync(string folder, CancellationToken token)
    {
        List<ClusterEntry> entries = [];
        try
        {
            foreach (var name in Directory.EnumerateFileSystemEntries(Path.Combine(dataFolder, folder)).Select(path => Path.GetFileName(path)))
            {
                token.ThrowIfCancellationRequested();
                if (Look(folder.Length == 0 ? name : $"{folder}/{name}") is { } entry) entries.Add(entry);
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Dropped since the folder above was listed.
        }
        catch (UnauthorizedAccessException)
        {
            throw Unreadable(folder, Errno.AccessDenied);
        }
        catch (IOException broken)
        {
            throw Unreadable(folder, broken.HResult, broken);
        }
        return Task.FromResult<IReadOnlyList<ClusterEntry>>(entries);
    }

    public async Task<int?> ReadAsync(string path, long offset, Memory<byte> into, CancellationToken token)
    {
        using var file = Posix.Open(Path.Combine(dataFolder, path), OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        if (file is null) return Marshal.GetLastPInvokeError() is Errno.NotFound or Errno.NotAFolder ? null : throw Unreadable(path, Marshal.GetLastPInvokeError());
        var read = 0;
        try
        {
            while (read < into.Length && await RandomAccess.ReadAsync(file, into[read..], offset + read, token) is > 0 and var more) read += more;
        }
        catch (IOException broken)
        {
            throw Unreadable(path, broken.HResult, broken);
        }
        return read;
    }

    public async Task<IReadOnlyList<int?>> ReadWholeAsync(IReadOnlyList<ClusterEntry> files, Memory<byte> into, CancellationToken token)
    {
        var lengths = new int?[files.Count];
        for (var i = 0; i < files.Count; i++)
        {
            lengths[i] = await ReadAsync(files[i].Path, 0, into[..(int)files[i].Length], token);
            into = into[(lengths[i] ?? 0)..];
        }
        return lengths;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A link to a file is that file; where any other link leads to is only said.</summary>
    private ClusterEntry? Look(string path)
    {
        var full = Path.Combine(dataFolder, path);
        if (FileFacts.Of(full, ofLink: true) is not { } facts) return Marshal.GetLastPInvokeError() is Errno.NotFound or Errno.NotAFolder ? Undecodable(path) : throw Unreadable(path, Marshal.GetLastPInvokeError());
        var target = facts.IsLink ? new FileInfo(full).LinkTarget : null;
        if (facts.IsLink && FileFacts.Of(full) is { IsRegular: true } file) facts = file;
        var kind = facts.IsRegular ? ClusterEntryKind.File : facts.IsFolder ? ClusterEntryKind.Folder : facts.IsLink ? ClusterEntryKind.Link : ClusterEntryKind.Special;
        return new ClusterEntry(path, kind, facts.IsRegular ? facts.Length : 0, facts.Permissions, facts.Written) { Target = target };
    }

    /// <summary>.NET puts this letter where a name is no UTF-8; such a name leads nowhere.</summary>
    private static ClusterEntry? Undecodable(string path) => path.Contains('\uFFFD') ? new ClusterEntry(path, ClusterEntryKind.Special, 0, default, default) : null;

    private static Fault Unreadable(string path, int errno, Exception? inner = null) => FileFault.Of(errno, "read the cluster's files", path, inner: inner);
}
