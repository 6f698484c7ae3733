using System.Runtime.CompilerServices;
using Tidemark.Files;

namespace Tidemark.Storage.Local;

/// <summary>A folder. Objects are files under their key; what is in the making lies in <c>.tidemark/uploads</c>; names that begin with a dot are no objects.</summary>
internal sealed class LocalObjectStore(string root) : IObjectStore
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    public string Address { get; } = Path.GetFullPath(root);

    public StoreTraits Traits { get; } = new(ConditionalPut: true, ConditionalMove: true, ObjectLock: false);

    private string Uploads => Path.Combine(Address, ".tidemark", "uploads");

    public Task<StoredObject?> FindAsync(string key, CancellationToken token)
    {
        var path = PathOf(key);
        return Task.FromResult(FileFacts.Find(path) is { IsRegular: true } facts ? new StoredObject(key, new FileInfo(path).Length, facts.Written) : null);
    }

    /// <remarks>Links, FIFOs and the like are no objects: a link may lead anywhere, and opening a FIFO might never end.</remarks>
    public async IAsyncEnumerable<StoredObject> ListAsync(KeyRange which, Action<UnseenObjects> unseen, [EnumeratorCancellation] CancellationToken token)
    {
        await Task.CompletedTask;
        if (!IsThere()) yield break;
        // Only the folder that the prefix leads into is read, not all there is.
        var start = which.Prefix.LastIndexOf('/') is var slash and >= 0 ? which.Prefix[..slash] : "";
        var todo = new Stack<string>([start]);
        while (todo.TryPop(out var folder))
        {
            token.ThrowIfCancellationRequested();
            foreach (var entry in Look(folder, folder == start, unseen))
            {
                var key = folder.Length == 0 ? entry.Name : folder + "/" + entry.Name;
                if (entry.Name[0] == '.' || entry.Name == "lost+found") continue;
                if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint)) Unseen(key, "a symbolic link", isNameOnly: true);
                else if (entry is DirectoryInfo) Deeper(key);
                else if (which.Holds(key) && FileFacts.Of(entry.FullName) is { } facts)
                    if (!facts.IsRegular) Unseen(key, facts.Kind, isNameOnly: false);
                    else yield return new StoredObject(key, ((FileInfo)entry).Length, facts.Written);
            }
        }

        void Unseen(string key, string kind, bool isNameOnly)
        {
            if (which.Holds(key)) unseen(new UnseenObjects(key, $"{key} is {kind} with the name of a dump: it is passed over", isNameOnly));
        }

        void Deeper(string key)
        {
            Unseen(key, "a folder", isNameOnly: true);
            if (which.MayHold(key)) todo.Push(key);
        }
    }

    public Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token)
    {
        var path = PathOf(key);
        if (FileFacts.Find(path) is null) throw StoreFault.NoSuchObject(this, key);
        var file = RegularFile.OpenForReading(path);
        file.Position = Math.Min(offset, file.Length);
        var read = new LocalStream(file, path);
        return Task.FromResult<Stream>(length is { } wanted ? new RangeStream(read, wanted) : read);
    }

    public async Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token)
    {
        await using var upload = await BeginUploadAsync(key, token);
        await upload.WriteAsync(bytes, token);
        return await upload.CompleteAsync(mode, token);
    }

    public Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token) => Task.FromResult<IObjectUpload>(new LocalUpload(DurableFile.Create(Uploads), PathOf(key)));

    public Task<bool> MoveAsync(string from, string to, CancellationToken token)
    {
        var (old, path) = (PathOf(from), PathOf(to));
        if (FileFacts.Find(old) is null) throw StoreFault.NoSuchObject(this, from);
        return Task.FromResult(DurableFile.TryRename(old, path));
    }

    public Task<bool> DeleteAsync(string key, CancellationToken token) => Task.FromResult(DurableFile.Remove(PathOf(key)));

    /// <remarks>A living writer holds a lock on its file, so the moment does not matter here.</remarks>
    public Task<int> SweepUploadsAsync(string prefix, DateTimeOffset begunBefore, CancellationToken token) => Task.FromResult(PendingFiles.Sweep(Uploads).Count);

    /// <remarks>Each folder on the way: its own name may be as young as the object's.</remarks>
    public Task SettleAsync(string key, CancellationToken token)
    {
        for (var folder = Path.GetDirectoryName(PathOf(key))!; ; folder = Path.GetDirectoryName(folder)!)
        {
            PrivateFolder.Sync(folder);
            if (folder.Length <= Address.Length) return Task.CompletedTask;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>False where nothing was ever kept.</summary>
    private bool IsThere()
    {
        HeldFolders.Require(Address);
        for (var part = Address; part is not null; part = Path.GetDirectoryName(part))
            if (File.Exists(part)) throw new Fault(FaultCode.Store, "the backup folder is no folder") { Where = Address, Why = $"{part} is a file", Next = "set BACKUP_DIR to a folder" };
        return Directory.Exists(Address);
    }

    private FileSystemInfo[] Look(string folder, bool isStart, Action<UnseenObjects> unseen)
    {
        try
        {
            return new DirectoryInfo(folder.Length == 0 ? Address : PathOf(folder)).GetFileSystemInfos("*", Everything);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception closed) when (closed is UnauthorizedAccessException or IOException)
        {
            if (isStart) throw new Fault(FaultCode.Store, "the backup folder cannot be read", closed) { Where = Path.Combine(Address, folder), Why = closed.Message, Next = $"ls -ld '{Path.Combine(Address, folder)}' # and who runs this" };
            unseen(new UnseenObjects(folder + "/", $"the folder {folder} cannot be read ({closed.Message}): backups in it are neither listed nor verified nor purged"));
            return [];
        }
    }

    private string PathOf(string key)
    {
        HeldFolders.Require(Address);
        return StorePath.Resolve(Address, key);
    }

    private sealed class LocalUpload(DurableFile file, string path) : IObjectUpload
    {
        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token) => file.Stream.WriteAsync(bytes, token);

        public Task<bool> CompleteAsync(PutMode mode, CancellationToken token) => Task.Run(() =>
        {
            if (mode == PutMode.IfAbsent) return file.TryPublish(path);
            file.Replace(path);
            return true;
        }, token);

        public ValueTask DisposeAsync()
        {
            file.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
