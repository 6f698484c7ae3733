using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>Files of lines that only grow: the audit trail.</summary>
internal sealed partial class DurableFile
{
    /// <summary>Adds one line (UTF-8, without its newline) by a single write, durably. Lines of several processes never mix.</summary>
    /// <remarks>A half line that a power cut left is closed off first; a line that finds the disk full is taken back whole.</remarks>
    /// <param name="path">Made when missing.</param>
    /// <param name="line">Without its newline.</param>
    /// <param name="fullAt">Bytes that the file may have with the line in it, unless it would be its only one.</param>
    /// <param name="aside">Gives a full file its other name: the first, the second … proposal, in the same folder. Without it, or where it cannot be renamed, the file just grows.</param>
    public static void AppendLine(string path, string line, long fullAt = long.MaxValue, Func<int, string>? aside = null)
    {
        if (line.Contains('\n'))
            throw new ArgumentException("one line only", nameof(line));

        path = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(path)!;
        PrivateFolder.Ensure(folder);
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        using var file = OpenLocked(path, length => length > 0 && length + bytes.Length > fullAt, aside);

        var before = RandomAccess.GetLength(file);
        if (before == 0)
        {
            if (Posix.Fchmod(file, OwnerOnly) != 0)
                throw FileFault.Last("make the file private (mode 0600)", path);
            PrivateFolder.Sync(folder);
        }

        if (EndsInHalfLine(file, before)) bytes = [(byte)'\n', .. bytes];
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

    /// <summary>The file that has this name while its lock is held: another process may have put one aside while we waited for it.</summary>
    private static SafeFileHandle OpenLocked(string path, Func<long, bool> isFull, Func<int, string>? aside)
    {
        while (true)
        {
            RegularFile.RequireOwn(path, "a file of lines");
            var file = FolderOwner.OpenFile(path, OpenFlags.ReadWrite | OpenFlags.Append)
                ?? throw FileFault.Last("open a file to add a line", path);
            try
            {
                WholeFileLock.Wait(file, path);
                if (aside is not null && IsNamed(file, path) && isFull(RandomAccess.GetLength(file))) PutAside(path, ref aside);
                if (IsNamed(file, path)) return file;
            }
            catch
            {
                file.Dispose();
                throw;
            }
            file.Dispose();
        }
    }

    private static bool IsNamed(SafeFileHandle file, string path) => FileFacts.Of(path) is { } named && FileFacts.Of(file, path) is var open && (named.Device, named.Number) == (open.Device, open.Number);

    /// <summary>Tried once: a line that must be written goes into a file that is too long rather than nowhere.</summary>
    private static void PutAside(string path, ref Func<int, string>? aside)
    {
        var name = aside!;
        aside = null;
        try
        {
            for (var number = 1; !TryRename(path, name(number));) number++;
        }
        catch (Fault)
        {
            // The same folder takes the next line, or that says what is wrong with it.
        }
    }

    private static bool EndsInHalfLine(SafeFileHandle file, long length)
    {
        Span<byte> last = stackalloc byte[1];
        return length > 0 && RandomAccess.Read(file, last, length - 1) == 1 && last[0] != (byte)'\n';
    }
}
