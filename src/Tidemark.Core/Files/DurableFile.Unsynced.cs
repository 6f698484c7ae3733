namespace Tidemark.Files;

/// <summary>Files that need not outlast a power cut.</summary>
internal sealed partial class DurableFile
{
    /// <summary>Readers see the whole old file or the whole new one, as with <see cref="Replace"/>, but a power cut may leave half of it: for what is believed until then only (<see cref="ThisBoot"/>), or made durable by who uses it.</summary>
    public void ReplaceUnsynced(string finalPath)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        if (stream.Failure is { } failure) throw failure;
        if (Posix.Rename(PendingPath, finalPath) != 0) throw FileFault.Last("rename a file", finalPath);
        ended = true;
        file.Dispose();
    }
}
