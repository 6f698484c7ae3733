namespace Tidemark.Files;

/// <summary>Files that need not outlast a power cut.</summary>
internal sealed partial class DurableFile
{
    /// <summary>Readers see the whole old file or the whole new one, as with <see cref="WriteWhole"/>, but a power cut may leave half of it: for what is compared with its hash before it is used.</summary>
    public static void WriteUnsynced(string path, ReadOnlySpan<byte> bytes)
    {
        path = Path.GetFullPath(path);
        using var pending = Create(Path.GetDirectoryName(path)!);
        pending.Stream.Write(bytes);
        if (Posix.Rename(pending.PendingPath, path) != 0) throw FileFault.Last("rename a file", path);
        pending.ended = true;
        pending.file.Dispose();
    }
}
