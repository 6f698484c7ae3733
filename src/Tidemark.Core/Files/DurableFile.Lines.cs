using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>Files of lines that only grow: the audit trail.</summary>
internal sealed partial class DurableFile
{
    /// <summary>Adds one line (UTF-8, without its newline) by a single write, durably. Lines of several processes never mix.</summary>
    /// <remarks>A half line that a power cut left is closed off first; a line that finds the disk full is taken back whole.</remarks>
    public static void AppendLine(string path, string line)
    {
        if (line.Contains('\n'))
            throw new ArgumentException("one line only", nameof(line));

        path = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(path)!;
        PrivateFolder.Ensure(folder);
        RegularFile.RequireOwn(path, "a file of lines");
        using var file = Posix.Open(path, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Append | OpenFlags.NoFollow, OwnerOnly)
            ?? throw FileFault.Last("open a file to add a line", path);
        WholeFileLock.Wait(file, path);

        var before = RandomAccess.GetLength(file);
        if (before == 0)
        {
            if (Posix.Fchmod(file, OwnerOnly) != 0)
                throw FileFault.Last("make the file private (mode 0600)", path);
            PrivateFolder.Sync(folder);
        }

        var bytes = Encoding.UTF8.GetBytes((EndsInHalfLine(file, before) ? "\n" : "") + line + "\n");
        var written = Posix.Write(file, bytes, bytes.Length);
        if (written != bytes.Length)
        {
            // A short write happens on a full disk only; the next one would say so.
            var fault = written < 0 ? FileFault.Last("add a line", path) : FileFault.Of(Errno.NoSpace, "add a line", path);
            _ = Posix.Ftruncate(file, before);
            throw fault;
        }

        if (Posix.Fsync(file) != 0)
            throw FileFault.Last("make a line durable (fsync)", path, left: "the line, which a power cut may take away");
    }

    private static bool EndsInHalfLine(SafeFileHandle file, long length)
    {
        Span<byte> last = stackalloc byte[1];
        return length > 0 && RandomAccess.Read(file, last, length - 1) == 1 && last[0] != (byte)'\n';
    }
}
