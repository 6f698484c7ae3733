using System.Runtime.InteropServices;

namespace Tidemark.Files;

/// <summary>Small documents, written or removed as a whole.</summary>
internal sealed partial class DurableFile
{
    /// <summary>Readers see the whole old document or the whole new one, after a power cut as well. Unless told to replace, an old one is a fault (5).</summary>
    public static void WriteWhole(string path, ReadOnlySpan<byte> bytes, bool replace)
    {
        path = Path.GetFullPath(path);
        using var document = Create(Path.GetDirectoryName(path)!);
        document.Stream.Write(bytes);
        if (!replace)
        {
            document.Publish(path);
            return;
        }

        document.Replace(path);
    }

    /// <summary>Publishes under the final name, over whatever file has it: readers see the whole old one or the whole new one.</summary>
    public void Replace(string finalPath)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        MakeDurable();
        var folder = Path.GetDirectoryName(Path.GetFullPath(finalPath))!;
        PrivateFolder.Ensure(folder);
        if (Posix.Rename(PendingPath, finalPath) != 0)
            throw FileFault.Last("replace a file", finalPath, left: "the old file, whole");
        ended = true;
        file.Dispose();
        PrivateFolder.Sync(folder, left: "the new file, which a power cut may turn back into the old one");
    }

    /// <summary>Removes a file for good; false when there is none.</summary>
    public static bool Remove(string path)
    {
        if (Posix.Unlink(path) != 0)
        {
            if (Marshal.GetLastPInvokeError() == Errno.NotFound)
                return false;
            throw FileFault.Last("remove a file", path);
        }

        PrivateFolder.Sync(Path.GetDirectoryName(Path.GetFullPath(path))!, left: "the file is gone, but a power cut may bring it back");
        return true;
    }
}
