using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>A folder tree that nobody uses yet: everything in it gets the mode and owner that it is to have. It is durable as a whole once <see cref="Sync"/> returned.</summary>
/// <param name="owner">Whose everything becomes; null: whoever we are.</param>
/// <param name="mends">What has a name already is used or taken away; else a name that is taken is refused.</param>
internal sealed class NewTree((uint User, uint Group)? owner, bool mends = false) : IDisposable
{
    public const string Half = "what was written so far";

    private readonly List<string> folders = [];
    private readonly DiskSync disks = new();

    /// <summary>A folder that is there already, and empty or mended, gets the mode and owner too. The first one may be a symbolic link to it.</summary>
    public void MakeFolder(string path, int mode)
    {
        // What is in a folder that a link leads to may be somebody else's.
        if (mends && folders.Count > 0 && FileFacts.Of(path, ofLink: true) is { IsFolder: false }) Removal.Of(path);
        if (Posix.Mkdir(path, (uint)mode) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.Exists || FileFacts.Of(path) is not { IsFolder: true }) throw FileFault.Of(errno, "make a folder", path, Half);
        }
        if (Posix.Chmod(path, (uint)mode) != 0) throw FileFault.Last("set the mode of a folder", path, Half);
        Own(path);
        lock (folders)
        {
            folders.Add(path);
            disks.Cover(path);
        }
    }

    public void MakeLink(string path, string target)
    {
        if (mends) Removal.Of(path);
        if (Posix.Symlink(target, path) != 0) throw FileFault.Last("make a symbolic link", path, Half);
        Own(path);
    }

    /// <summary>Written from its start to its end.</summary>
    public NewFile MakeFile(string path, int mode)
    {
        if (mends) Removal.Of(path);
        return new NewFile(Open(path, OpenFlags.WriteOnly | OpenFlags.Exclusive, mode), path);
    }

    /// <summary>What is there under this name is kept where it is right. A file of several names is left to the others.</summary>
    public MendedFile MendFile(string path, int mode, long length)
    {
        if (mends && FileFacts.Of(path, ofLink: true) is { } there && there is not { IsRegular: true, Links: 1 }) Removal.Of(path);
        return new MendedFile(Open(path, OpenFlags.ReadWrite | (mends ? 0 : OpenFlags.Exclusive), mode), path, length, disks);
    }

    public void WriteFile(string path, int mode, ReadOnlySpan<byte> bytes)
    {
        using var file = MakeFile(path, mode);
        file.Write(bytes);
        file.Finish();
    }

    /// <summary>After all. Of the folders the deepest first.</summary>
    public void Sync()
    {
        disks.Sync();
        foreach (var folder in folders.Distinct().OrderByDescending(path => path.Length)) PrivateFolder.Sync(folder, Half);
        if (folders is [var top, ..] && Path.GetDirectoryName(top) is { } above) PrivateFolder.Sync(above, Half);
    }

    public void Dispose() => disks.Dispose();

    private SafeFileHandle Open(string path, OpenFlags flags, int mode)
    {
        var file = Posix.Open(path, flags | OpenFlags.Create | OpenFlags.NoFollow, (uint)mode) ?? throw FileFault.Last("make a file", path, Half);
        if (Posix.Fchmod(file, (uint)mode) == 0 && (owner is not { } other || Posix.Fchown(file, other.User, other.Group) == 0)) return file;
        var fault = FileFault.Last("set the mode and owner of a file", path, Half);
        file.Dispose();
        throw fault;
    }

    private void Own(string path)
    {
        if (owner is { } other && Posix.Lchown(path, other.User, other.Group) != 0) throw FileFault.Last("give something to its owner", path, Half);
    }
}

/// <summary>A file of a <see cref="NewTree"/>, written from its start to its end.</summary>
internal sealed class NewFile(SafeFileHandle file, string path) : IDisposable
{
    private readonly PendingStream stream = new(file, path);

    /// <summary>Write only; its errors are <see cref="Fault"/>s (15 disk full, 8 store).</summary>
    public Stream Stream => stream;

    public void Write(ReadOnlySpan<byte> bytes) => stream.Write(bytes);

    /// <summary>Its bytes are on the disk when it returns.</summary>
    public void Finish()
    {
        if (stream.Failure is { } failure) throw failure;
        if (Posix.Fsync(file) != 0) throw stream.Fail(FileFault.Last("make a file durable (fsync)", path, NewTree.Half));
    }

    public void Dispose() => file.Dispose();
}
