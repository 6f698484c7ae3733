using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>A file that may be there already, and is brought to what it is to be: compared, and written only where it differs. Reading may be done by many threads.</summary>
internal sealed class MendedFile : IDisposable
{
    private readonly SafeFileHandle file;
    private readonly string path;

    internal MendedFile(SafeFileHandle file, string path) => (this.file, this.path, There) = (file, path, FileFacts.Of(file, path).Length);

    /// <summary>Bytes that it had when it was opened.</summary>
    public long There { get; }

    /// <summary>To be compared only; null where no regular file of one name is.</summary>
    public static MendedFile? Look(string path) =>
        FileFacts.Of(path, ofLink: true) is { IsRegular: true, Links: 1 } && Posix.Open(path, OpenFlags.ReadOnly | OpenFlags.NoFollow) is { } file ? new MendedFile(file, path) : null;

    /// <summary>False: it does not have all of them.</summary>
    public bool TryRead(Span<byte> to, long at)
    {
        if (at + to.Length > There) return false;
        try
        {
            while (to.Length > 0)
            {
                var count = RandomAccess.Read(file, to, at);
                if (count == 0) return false;
                to = to[count..];
                at += count;
            }
            return true;
        }
        catch (IOException)
        {
            // A block that the disk does not give back is one that differs: writing it anew is its mending.
            return false;
        }
    }

    /// <summary>Whether exactly these bytes stand there.</summary>
    public bool Holds(ReadOnlySpan<byte> bytes, long at)
    {
        if (at + bytes.Length > There) return false;
        var there = new byte[bytes.Length];
        return TryRead(there, at) && bytes.SequenceEqual(there);
    }

    public void Write(ReadOnlySpan<byte> bytes, long at)
    {
        try
        {
            RandomAccess.Write(file, bytes, at);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileFault.Of(error.HResult, "write", path, NewTree.Half, error);
        }
    }

    /// <summary>It has this length, and its bytes are on the disk, when it returns: those too that were there, whoever wrote them.</summary>
    public void Finish(long length)
    {
        if (There > length && Posix.Ftruncate(file, length) != 0) throw FileFault.Last("cut a file", path, NewTree.Half);
        if (Posix.Fsync(file) != 0) throw FileFault.Last("make a file durable (fsync)", path, NewTree.Half);
    }

    public void Dispose() => file.Dispose();
}
