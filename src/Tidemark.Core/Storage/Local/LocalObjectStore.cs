using System.Runtime.CompilerServices;
using Tidemark.Files;

namespace Tidemark.Storage.Local;

/// <summary>A folder. Objects are files under their key; what is in the making lies in <c>.tidemark/uploads</c>; names that begin with a dot are no objects.</summary>
internal sealed class LocalObjectStore(string root) : IObjectStore
{
    private static readonly EnumerationOptions Plain = new() { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

    public string Address { get; } = Path.GetFullPath(root);

    public StoreTraits Traits { get; } = new(ConditionalPut: true, ObjectLock: false);

    private string Uploads => Path.Combine(Address, ".tidemark", "uploads");

    public Task<StoredObject?> FindAsync(string key, CancellationToken token)
    {
        var file = new FileInfo(PathOf(key));
        return Task.FromResult(file.Exists ? Found(key, file) : null);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken token)
    {
        await Task.CompletedTask;
        // Only the folder that the prefix leads into is read, not all there is.
        var start = prefix.LastIndexOf('/') is var slash and >= 0 ? prefix[..slash] : "";
        var todo = new Stack<string>([start]);
        while (todo.TryPop(out var folder))
        {
            token.ThrowIfCancellationRequested();
            var path = new DirectoryInfo(folder.Length == 0 ? Address : PathOf(folder));
            if (!path.Exists) continue;
            foreach (var entry in path.EnumerateFileSystemInfos("*", Plain).Where(entry => entry.Name[0] != '.'))
            {
                var key = folder.Length == 0 ? entry.Name : folder + "/" + entry.Name;
                if (entry is DirectoryInfo && ((key + "/").StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(key + "/", StringComparison.Ordinal))) todo.Push(key);
                else if (entry is FileInfo file && key.StartsWith(prefix, StringComparison.Ordinal)) yield return Found(key, file);
            }
        }
    }

    public Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token)
    {
        var path = PathOf(key);
        if (FileFacts.Find(path) is null) throw StoreFault.NoSuchObject(this, key);
        var file = RegularFile.OpenForReading(path);
        file.Position = Math.Min(offset, file.Length);
        return Task.FromResult<Stream>(length is { } wanted ? new RangeStream(file, wanted) : file);
    }

    public async Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token)
    {
        await using var upload = await BeginUploadAsync(key, token);
        await upload.WriteAsync(bytes, token);
        return await upload.CompleteAsync(mode, token);
    }

    public Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token) => Task.FromResult<IObjectUpload>(new LocalUpload(DurableFile.Create(Uploads), PathOf(key)));

    public Task<bool> DeleteAsync(string key, CancellationToken token) => Task.FromResult(DurableFile.Remove(PathOf(key)));

    /// <remarks>A living writer holds a lock on its file, so the moment does not matter here.</remarks>
    public Task<int> SweepUploadsAsync(DateTimeOffset begunBefore, CancellationToken token) => Task.FromResult(PendingFiles.Sweep(Uploads).Count);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static StoredObject Found(string key, FileInfo file) => new(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));

    private string PathOf(string key) => StorePath.Resolve(Address, key);

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
