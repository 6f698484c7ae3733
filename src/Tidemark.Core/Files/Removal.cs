namespace Tidemark.Files;

/// <summary>Takes away what is in the way.</summary>
internal static class Removal
{
    /// <summary>Whatever has this name, a folder with all that is in it; of a symbolic link the link alone. Nothing is promised about power cuts.</summary>
    /// <exception cref="Fault">8.</exception>
    public static void Of(string path)
    {
        if (FileFacts.Of(path, ofLink: true) is not { } there) return;
        try
        {
            // Links within are removed, and not followed.
            if (there.IsFolder) Directory.Delete(path, recursive: true);
            else if (Posix.Unlink(path) != 0) throw FileFault.Last("remove a file", path, Some);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileFault.Of(error is UnauthorizedAccessException ? Errno.AccessDenied : error.HResult & 0xffff, "remove a folder", path, Some, error);
        }
    }

    private const string Some = "what was not removed yet";
}
