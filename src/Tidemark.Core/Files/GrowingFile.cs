using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>A file that is written from its start on, and made durable as it grows; others may read it meanwhile.</summary>
/// <remarks>A write or an fsync that fails is final, as with <see cref="DurableFile"/>: what was not durable then never is called so.</remarks>
internal sealed class GrowingFile : IDisposable
{
    private readonly SafeFileHandle file;
    private Fault? failure;

    private GrowingFile(SafeFileHandle file, string path) => (this.file, Path) = (file, path);

    public string Path { get; private set; }

    /// <summary>Bytes in the file, whoever wrote them.</summary>
    public long Length => RandomAccess.GetLength(file);

    /// <summary>Opens the file of that name, or makes it, durably, for its owner only.</summary>
    public static GrowingFile Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        var folder = System.IO.Path.GetDirectoryName(path)!;
        PrivateFolder.Ensure(folder);
        var file = FolderOwner.OpenFile(path, OpenFlags.ReadWrite) ?? throw FileFault.Last("open a file", path);
        try
        {
            PrivateFolder.Sync(folder);
            return new GrowingFile(file, path);
        }
        catch (Fault)
        {
            file.Dispose();
            throw;
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (failure is not null) throw failure;
        try
        {
            RandomAccess.Write(file, bytes, offset);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw failure = FileFault.Of(error.HResult, "write", Path, left: "what was durable before is still there", inner: error);
        }
    }

    /// <summary>As many bytes as there are; 0 at the end.</summary>
    public int Read(long offset, Span<byte> into) => RandomAccess.Read(file, into, offset);

    /// <summary>What was written before is on the disk when it returns.</summary>
    public void Sync()
    {
        if (failure is not null) throw failure;
        if (Posix.Fsync(file) != 0) throw failure = FileFault.Last("make the file durable (fsync)", Path, left: "what was durable before is still there");
    }

    /// <summary>Cuts what lies behind that length.</summary>
    public void Cut(long length)
    {
        if (failure is not null) throw failure;
        if (Posix.Ftruncate(file, length) != 0) throw failure = FileFault.Last("cut a file", Path, left: "what was durable before is still there");
    }

    /// <summary>Durable, then under that name, durably; in the same folder, where it replaces what has that name.</summary>
    public void Rename(string name)
    {
        Sync();
        var folder = System.IO.Path.GetDirectoryName(Path)!;
        var to = System.IO.Path.Combine(folder, name);
        if (Posix.Rename(Path, to) != 0) throw failure = FileFault.Last("rename a file", Path, left: "it has its old name");
        Path = to;
        PrivateFolder.Sync(folder, left: "it has its new name, which may not survive a power cut");
    }

    public void Dispose() => file.Dispose();
}
