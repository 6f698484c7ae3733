using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tidemark.Codecs;
using Tidemark.Codecs.Age;
using Tidemark.Files;
using Tidemark.Repositories;

namespace Tidemark.Dumps;

/// <summary>A stored dump while it is read. In a folder it is opened once for all that is done with it, and locked, so that retention leaves it alone.</summary>
/// <remarks>Where the file system knows no locks, the one open file still has its bytes after its name is gone.</remarks>
internal sealed class OpenDump : IAsyncDisposable
{
    private const int HeadLength = 4096;

    private readonly DumpEntry entry;
    private readonly RepositoryKeys keys;
    private readonly FileStream? file;
    private byte[] head = [];

    private OpenDump(DumpEntry entry, RepositoryKeys keys, FileStream? file) => (this.entry, this.keys, this.file) = (entry, keys, file);

    public DumpEntry Entry => entry;

    /// <summary>The first bytes of the dump, decrypted: at most 4 KiB.</summary>
    public ReadOnlySpan<byte> Head => head;

    /// <summary>Whether the stored bytes are an age file, whatever their name says.</summary>
    public bool IsEncrypted { get; private set; }

    /// <summary>What its first bytes say it is.</summary>
    /// <exception cref="Fault">10: none that we read.</exception>
    public StoredForm Form => DumpMagic.Detect(head, entry.Path);

    /// <exception cref="Fault">It cannot be opened, or it is gone; 9: it is encrypted, and not to a key that is here.</exception>
    public static async Task<OpenDump> OpenAsync(DumpEntry entry, RepositoryKeys keys, CancellationToken token)
    {
        var dump = new OpenDump(entry, keys, entry.Store.Folder is null ? null : OpenFile(entry.Path));
        try
        {
            dump.IsEncrypted = await dump.BeginsAsync(AgeHeader.FirstLine, token);
            await using var reading = await dump.FromStartAsync(token);
            var bytes = new byte[HeadLength];
            dump.head = bytes[..reading.Plain.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
            return dump;
        }
        catch (InvalidDataException damaged)
        {
            await dump.DisposeAsync();
            throw new Fault(FaultCode.Verification, "the dump is damaged", damaged) { Where = entry.Path, Why = damaged.Message, Next = "restore another backup: tidemark list" };
        }
        catch
        {
            await dump.DisposeAsync();
            throw;
        }
    }

    /// <summary>The bytes from the first one on. One reading at a time; closing it leaves the dump open.</summary>
    public async Task<DumpReading> FromStartAsync(CancellationToken token)
    {
        if (file is not null) file.Position = 0;
        var bytes = file ?? await entry.Store.Objects.OpenAsync(entry.Key, 0, null, token);
        var stored = new HashingStream(bytes);
        return new DumpReading(stored, IsEncrypted ? await keys.OpenAsync(stored, entry.Path, entry.Manifest?.Recipients ?? [], token) : stored, file is null ? bytes : null);
    }

    private async Task<bool> BeginsAsync(byte[] with, CancellationToken token)
    {
        await using var first = file is null ? await entry.Store.Objects.OpenAsync(entry.Key, 0, with.Length, token) : null;
        var bytes = new byte[with.Length];
        return await (first ?? file!).ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, token) == bytes.Length && bytes.AsSpan().SequenceEqual(with);
    }

    /// <summary>Keeps retention from removing it, where the store is a folder; null where it is not.</summary>
    public static IDisposable? HoldForReading(DumpEntry entry) => entry.Store.Folder is null ? null : OpenFile(entry.Path);

    /// <summary>Removes the file unless somebody reads it: then a fault, 11. False when there is none.</summary>
    /// <param name="entry">The dump.</param>
    /// <param name="last">Asked once nobody else can open the dump any more; what it throws keeps the dump.</param>
    /// <param name="token">Cancels.</param>
    public static async Task<bool> RemoveAsync(DumpEntry entry, Func<Task> last, CancellationToken token)
    {
        using var held = entry.Store.Folder is null ? null : Hold(entry.Path);
        await last();
        return await entry.Store.Objects.DeleteAsync(entry.Key, token);
    }

    public ValueTask DisposeAsync()
    {
        file?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static FileStream OpenFile(string path)
    {
        var file = RegularFile.OpenForReading(path);
        _ = WholeFileLock.WaitShared(file.SafeFileHandle);
        if (File.Exists(path)) return file;
        file.Dispose();
        throw new Fault(FaultCode.NotFound, "the dump was removed just now") { Where = path, Next = "tidemark list" };
    }

    private static SafeFileHandle? Hold(string path)
    {
        var file = Posix.Open(path, OpenFlags.ReadWrite | OpenFlags.NoFollow);
        if (file is not null ? WholeFileLock.Try(file, path) : !IsRead(path)) return file;
        file?.Dispose();
        throw new Fault(FaultCode.Locked, "it is being restored or verified") { Where = path, Next = "none: the next backup removes it" };
    }

    /// <summary>Of one that we may not write to. Its removal tells why, if there is a why.</summary>
    private static bool IsRead(string path)
    {
        // Whoever opens it after this still has its bytes once its name is gone.
        using var file = Posix.Open(path, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        if (file is not null) return WholeFileLock.IsTaken(file, path);
        return Marshal.GetLastPInvokeError() == Errno.NotFound ? false : throw FileFault.Last("ask whether somebody reads a dump", path);
    }
}
