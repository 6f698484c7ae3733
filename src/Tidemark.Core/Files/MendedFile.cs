using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>A file that may be there already, and is brought to what it is to be: compared, and written only where it differs. Reading may be done by many threads.</summary>
internal sealed class MendedFile : IDisposable
{
    private readonly SafeFileHandle file;
    private readonly string path;
    private readonly bool isSyncedLater;
    private readonly DirectWriter? direct;

    /// <param name="file">Open to read and write; to be compared only, to read.</param>
    /// <param name="path">Its own.</param>
    /// <param name="length">That it is to have.</param>
    /// <param name="disks">Sync what is on them later; null: nothing is written.</param>
    internal MendedFile(SafeFileHandle file, string path, long length = 0, DiskSync? disks = null)
    {
        var facts = FileFacts.Of(file, path);
        (this.file, this.path, There, isSyncedLater) = (file, path, facts.Length, disks?.Covers(facts.Device) == true);
        if (There > 0 || length < DirectWriter.Least || DirectWriter.Open(path) is not { } past) return;
        // In one piece where there is room for one; where the file system cannot, it grows as it is written.
        if (Posix.Fallocate(file, 0, 0, length) != 0 && Marshal.GetLastPInvokeError() == Errno.NoSpace)
        {
            past.Dispose();
            throw FileFault.Of(Errno.NoSpace, "make room for a file", path, NewTree.Half);
        }
        direct = past;
    }

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

    /// <summary>A new file is written from its start to its end.</summary>
    public void Write(ReadOnlySpan<byte> bytes, long at)
    {
        if (direct is null) WriteCached(bytes, at);
        else if (!direct.Write(bytes)) throw FileFault.Last("write", path, NewTree.Half);
    }

    private void WriteCached(ReadOnlySpan<byte> bytes, long at)
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

    /// <summary>It has this length, and its bytes are on the disk, when it returns, or else when the tree was synced: those too that were there, whoever wrote them.</summary>
    public void Finish(long length)
    {
        if (direct is not null)
        {
            if (!direct.Finish(out var rest)) throw FileFault.Last("write", path, NewTree.Half);
            WriteCached(rest, direct.At);
        }
        if (There > length && Posix.Ftruncate(file, length) != 0) throw FileFault.Last("cut a file", path, NewTree.Half);
        if (!isSyncedLater && Posix.Fsync(file) != 0) throw FileFault.Last("make a file durable (fsync)", path, NewTree.Half);
    }

    public void Dispose()
    {
        direct?.Dispose();
        file.Dispose();
    }
}
