using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>A new file that gets its final name only when it is whole and on the disk.</summary>
/// <remarks>
/// Its life: pending (0600, created anew, no symbolic link followed, locked so that a sweep leaves it alone) → written → fsync → renamed,
/// never over an existing name → folder fsync. Disposed before that, or killed: nothing stands under the final name.
/// A write or an fsync that fails is final: the kernel may have dropped the pages, so a second fsync would lie.
/// </remarks>
internal sealed partial class DurableFile : IDisposable
{
    /// <summary>Ends the name of each file that is not published yet: listings leave such names out, <see cref="PendingFiles"/> sweeps them.</summary>
    public const string PendingSuffix = ".pending";

    private const uint OwnerOnly = 0b110_000_000;

    private readonly SafeFileHandle file;
    private readonly PendingStream stream;
    private bool ended;

    private DurableFile(SafeFileHandle file, string pendingPath)
    {
        this.file = file;
        PendingPath = pendingPath;
        stream = new PendingStream(file, pendingPath);
    }

    /// <summary>Where the bytes lie until they are published; they may be read there, to check them.</summary>
    public string PendingPath { get; }

    /// <summary>Bytes written so far.</summary>
    public long Length => stream.Length;

    /// <summary>Write only, from the start to the end, unbuffered; its errors are <see cref="Fault"/>s (15 disk full, 8 store).</summary>
    public Stream Stream => stream;

    /// <summary>Whether a name is one that only we give: a process's number, 32 hex digits, and the suffix.</summary>
    public static bool IsPending(string path) =>
        Path.GetFileName(path).Split('-') is [var process, var rest] && process.Length > 0 && process.All(char.IsAsciiDigit)
        && rest.Length == 32 + PendingSuffix.Length && rest.EndsWith(PendingSuffix, StringComparison.Ordinal) && rest.AsSpan(0, 32).IndexOfAnyExcept(System.Buffers.SearchValues.Create("0123456789abcdef")) < 0;

    /// <param name="pendingFolder">Made when missing. Must lie on the same file system as the final name.</param>
    public static DurableFile Create(string pendingFolder) => Create(pendingFolder, staysOurs: false);

    private static DurableFile Create(string pendingFolder, bool staysOurs)
    {
        PrivateFolder.Ensure(pendingFolder);
        while (true)
        {
            var path = Path.Combine(Path.GetFullPath(pendingFolder), $"{Environment.ProcessId}-{Guid.NewGuid():N}{PendingSuffix}");
            if (TryCreate(path, staysOurs) is { } created)
                return created;
        }
    }

    private static DurableFile? TryCreate(string path, bool staysOurs)
    {
        var flags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow;
        var file = (staysOurs ? Posix.Open(path, flags, OwnerOnly) : FolderOwner.OpenFile(path, flags))
            ?? throw FileFault.Last("create a file", path);

        var created = new DurableFile(file, path);
        try
        {
            // A sweep may have taken the new file before it was locked: then another one is made.
            if (WholeFileLock.Try(file, path) && File.Exists(path))
                return Posix.Fchmod(file, OwnerOnly) == 0 ? created : throw FileFault.Last("make the file private (mode 0600)", path);
        }
        catch (Fault)
        {
            created.Dispose();
            throw;
        }

        file.Dispose();
        return null;
    }

    /// <summary>Publishes under the final name, or returns false when that name is taken; the file is then still pending, under its own name.</summary>
    public bool TryPublish(string finalPath)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        MakeDurable();
        var folder = Path.GetDirectoryName(Path.GetFullPath(finalPath))!;
        PrivateFolder.Ensure(folder);
        if (!NoReplaceRename.Try(PendingPath, finalPath))
            return false;

        ended = true;
        file.Dispose();
        try
        {
            PrivateFolder.Sync(folder, left: "the file was taken away again");
        }
        catch (Fault)
        {
            // Its name might not survive a power cut, so it must not be seen by anyone as a file that will.
            _ = Posix.Unlink(finalPath);
            throw;
        }

        return true;
    }

    /// <summary>As <see cref="TryPublish"/>; a name that is taken is a fault (5).</summary>
    public void Publish(string finalPath)
    {
        if (!TryPublish(finalPath))
            throw new Fault(FaultCode.Refused, "a file of this name exists, and nothing is overwritten") { Where = finalPath, Next = $"ls -l '{finalPath}'" };
    }

    /// <summary>As <see cref="Publish"/>, off the caller's thread: fsync of a large file takes seconds. Cancellation counts until it begins.</summary>
    public Task PublishAsync(string finalPath, CancellationToken cancellation) => Task.Run(() => Publish(finalPath), cancellation);

    /// <summary>Deletes the file unless it was published.</summary>
    public void Dispose()
    {
        if (ended)
            return;
        ended = true;
        _ = Posix.Unlink(PendingPath);
        file.Dispose();
    }

    private void MakeDurable()
    {
        if (stream.Failure is { } failure)
            throw failure;
        if (Posix.Fsync(file) != 0)
            throw stream.Fail(FileFault.Last("make the file durable (fsync)", PendingPath));
    }
}
