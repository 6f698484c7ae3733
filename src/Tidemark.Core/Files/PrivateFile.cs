namespace Tidemark.Files;

/// <summary>Files that grow, readable by their owner only: logs, and what SQLite keeps.</summary>
internal static class PrivateFile
{
    private const uint OwnerOnly = 0b110_000_000;

    /// <summary>Opens for appending; made with mode 0600 when missing. Nothing is promised about power cuts.</summary>
    public static Stream OpenAppend(string path)
    {
        var file = FolderOwner.OpenFile(path, OpenFlags.WriteOnly | OpenFlags.Append) ?? throw FileFault.Last("open a file", path);

        // open(2) takes the umask away even from the owner's bits.
        if (Posix.Fchmod(file, OwnerOnly) != 0)
        {
            var fault = FileFault.Last("make a file private (mode 0600)", path);
            file.Dispose();
            throw fault;
        }

        return new FileStream(file, FileAccess.Write, bufferSize: 0);
    }
}
