using System.Runtime.InteropServices;
using Tidemark.Files;

namespace Tidemark.Dumps;

/// <summary>A stored dump while it is read: opened once for all that is done with it, and locked, so that retention leaves it alone.</summary>
/// <remarks>Where the file system knows no locks, the one open file still has its bytes after its name is gone.</remarks>
internal sealed class OpenDump : IDisposable
{
    private readonly FileStream file;

    private OpenDump(FileStream file) => this.file = file;

    /// <exception cref="Fault">It cannot be opened, or it is gone.</exception>
    public static OpenDump Open(string path)
    {
        var file = RegularFile.OpenForReading(path);
        _ = WholeFileLock.WaitShared(file.SafeFileHandle);
        if (File.Exists(path)) return new OpenDump(file);
        file.Dispose();
        throw new Fault(FaultCode.NotFound, "the dump was removed just now") { Where = path, Next = "tidemark list" };
    }

    /// <summary>The bytes from the first one on. One reading at a time; closing it leaves the dump open.</summary>
    public Stream FromStart()
    {
        file.Position = 0;
        return file;
    }

    /// <summary>Removes the file unless somebody reads it: then a fault, 11. False when there is none.</summary>
    /// <param name="path">The dump.</param>
    /// <param name="last">Asked once nobody else can open the dump any more; what it throws keeps the dump.</param>
    public static bool Remove(string path, Action last)
    {
        using var file = Posix.Open(path, OpenFlags.ReadWrite | OpenFlags.NoFollow);
        if (file is not null ? !WholeFileLock.Try(file, path) : IsRead(path))
            throw new Fault(FaultCode.Locked, "it is being restored or verified") { Where = path, Next = "none: the next backup removes it" };
        last();
        return DurableFile.Remove(path);
    }

    /// <summary>Of one that we may not write to. Its removal tells why, if there is a why.</summary>
    private static bool IsRead(string path)
    {
        // Whoever opens it after this still has its bytes once its name is gone.
        using var file = Posix.Open(path, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        if (file is not null) return WholeFileLock.IsTaken(file, path);
        return Marshal.GetLastPInvokeError() == Errno.NotFound ? false : throw FileFault.Last("ask whether somebody reads a dump", path);
    }

    public void Dispose() => file.Dispose();
}
