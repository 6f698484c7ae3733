using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>Exclusive use of something, for as long as this object lives; the kernel lets go when the process dies, however it dies.</summary>
/// <remarks>The file itself stays: removing it would let two processes lock two files of one name.</remarks>
internal sealed class FileLock : IDisposable
{
    private readonly SafeFileHandle file;

    private FileLock(SafeFileHandle file, string path)
    {
        this.file = file;
        Path = path;
    }

    public string Path { get; }

    /// <summary>Takes the lock or says who has it: <see cref="FaultCode.Locked"/> (11); <c>what</c> begins the sentence "… is in use".</summary>
    public static FileLock Acquire(string path, string what, TimeProvider time) =>
        TryAcquire(path, time) ?? throw new Fault(FaultCode.Locked, $"{what} is in use by another process")
        {
            Where = path,
            Why = Holder(path) is { Length: > 0 } holder ? holder : "its holder has not written who it is",
            Next = "wait until it has ended, or end it; the lock goes with the process",
        };

    /// <summary>Null when another holder, in this process or any other, has it.</summary>
    public static FileLock? TryAcquire(string path, TimeProvider time)
    {
        path = System.IO.Path.GetFullPath(path);
        PrivateFolder.Ensure(System.IO.Path.GetDirectoryName(path)!);
        var file = FolderOwner.OpenFile(path, OpenFlags.ReadWrite)
            ?? throw FileFault.Last("open a lock file", path);
        if (!WholeFileLock.Try(file, path))
        {
            file.Dispose();
            return null;
        }

        var taken = new FileLock(file, path);
        taken.WriteHolder(LockHolder.Line(time.GetUtcNow()));
        return taken;
    }

    /// <summary>As <see cref="TryAcquire"/>, before what somebody left is swept. Null also where another machine may still be at work: its lock need not be seen from here.</summary>
    public static FileLock? TryTakeOver(string path, TimeProvider time) => LockHolder.MayLiveElsewhere(Holder(path), time.GetUtcNow()) ? null : TryAcquire(path, time);

    /// <summary>Who wrote itself into the lock file last; null when unreadable. On one machine only the lock itself says whether it still holds.</summary>
    public static string? Holder(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (file.IsClosed)
            return;
        WriteHolder("");

        WholeFileLock.Release(file);
        file.Dispose();
    }

    /// <remarks>A full disk must not keep anyone from taking a lock: the text is for messages only.</remarks>
    private void WriteHolder(string text)
    {
        try
        {
            _ = Posix.Fchmod(file, 0b110_000_000);
            _ = Posix.Ftruncate(file, 0);
            RandomAccess.Write(file, Encoding.UTF8.GetBytes(text), 0);
        }
        catch (IOException)
        {
            // See the remark.
        }
    }
}
