using System.Security.Cryptography;
using Tidemark.Files;

namespace Tidemark.Clusters;

/// <summary>Writes a small file the way a dump is written, reads it back and removes it, with all that had to be made for it.</summary>
internal static class FolderProbe
{
    private const int Bytes = 64 * 1024;

    /// <returns>Whether the folder was there before.</returns>
    /// <exception cref="Fault">8 or 15: what would keep a backup from being written. Nothing is left of the attempt.</exception>
    public static bool Run(string folder)
    {
        var existed = Directory.Exists(folder);
        var uploads = Path.Combine(folder, ".tidemark", "uploads");
        var missing = Missing(uploads).ToList();
        try
        {
            PrivateFolder.Ensure(uploads);
            // What a doctor left that was killed at the wrong moment.
            PendingFiles.Sweep(folder);
            PendingFiles.Sweep(uploads);
            WriteAndRead(folder, uploads);
        }
        finally
        {
            foreach (var made in missing.Where(Directory.Exists)) RemoveEmpty(made);
        }
        return existed;
    }

    /// <summary>Folders on the way to this one that are not there yet, the deepest first.</summary>
    private static IEnumerable<string> Missing(string path)
    {
        for (var part = Path.GetFullPath(path); part is not null && !Path.Exists(part); part = Path.GetDirectoryName(part)) yield return part;
    }

    private static void WriteAndRead(string folder, string uploads)
    {
        var bytes = RandomNumberGenerator.GetBytes(Bytes);
        using var probe = DurableFile.Create(uploads);
        probe.Stream.Write(bytes);
        // Opened before it has its name: another doctor may sweep that away.
        using var written = File.OpenRead(probe.PendingPath);
        var final = Path.Combine(folder, $"probe-{Guid.NewGuid():N}{DurableFile.PendingSuffix}");
        try
        {
            probe.Publish(final);
            var read = new byte[Bytes];
            if (written.ReadAtLeast(read, Bytes, throwOnEndOfStream: false) != Bytes || !read.AsSpan().SequenceEqual(bytes))
                throw new Fault(FaultCode.Store, "what was written is not what is read back") { Where = folder, Next = "look into the kernel log (dmesg) for a failing disk, and choose another folder" };
        }
        finally
        {
            DurableFile.Remove(final);
        }
    }

    private static void RemoveEmpty(string path)
    {
        try
        {
            Directory.Delete(path);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // A backup has begun there meanwhile.
        }
    }
}
