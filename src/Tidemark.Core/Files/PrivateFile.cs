namespace Tidemark.Files;

/// <summary>Files that grow, readable by their owner only: logs, and what SQLite keeps.</summary>
internal static class PrivateFile
{
    /// <summary>Opens for appending; made with mode 0600 when missing. Nothing is promised about power cuts.</summary>
    public static Stream OpenAppend(string path)
    {
        var file = Posix.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append | OpenFlags.NoFollow, 0b110_000_000) ?? throw FileFault.Last("open a file", path);
        return new FileStream(file, FileAccess.Write, bufferSize: 0);
    }
}
