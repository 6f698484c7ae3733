using System.Runtime.InteropServices;

namespace Tidemark.Files;

/// <summary>Small documents, written or removed as a whole.</summary>
internal sealed partial class DurableFile
{
    /// <summary>Readers see the whole old document or the whole new one, after a power cut as well. Unless told to replace, an old one is a fault (5).</summary>
    public static void WriteWhole(string path, ReadOnlySpan<byte> bytes, bool replace)
    {
        path = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(path)!;
        using var document = Create(folder);
        document.Stream.Write(bytes);
        if (!replace)
        {
            document.Publish(path);
            return;
        }

        document.Replace(path, folder);
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
