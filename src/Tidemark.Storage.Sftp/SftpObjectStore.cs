using System.Runtime.CompilerServices;
using Renci.SshNet.Common;
using Renci.SshNet.Sftp;

namespace Tidemark.Storage.Sftp;

/// <summary>A folder on a server with SFTP. Objects are files under their key; what is in the making lies in <c>.tidemark/uploads</c>; names that begin with a dot are no objects.</summary>
internal sealed class SftpObjectStore(SftpOptions options) : IObjectStore
{
    private readonly SftpConnection connection = new(options);

    public string Address { get; } = options.Address.ToString();

    public StoreTraits Traits { get; } = new(ConditionalPut: true, ConditionalMove: true, ObjectLock: false);

    public Task<StoredObject?> FindAsync(string key, CancellationToken token)
    {
        StoreFault.Checked(this, key);
        return connection.AskAsync(key, again: true, root => root.Look(key) is { IsRegularFile: true } file ? Found(key, file) : null, token);
    }

    /// <remarks>Links, FIFOs and the like are no objects: a link may lead anywhere, and opening a FIFO might never end.</remarks>
    public async IAsyncEnumerable<StoredObject> ListAsync(KeyRange which, Action<UnseenObjects> unseen, [EnumeratorCancellation] CancellationToken token)
    {
        // Only the folder that the prefix leads into is read, not all there is.
        var start = which.Prefix.LastIndexOf('/') is var slash and >= 0 ? StoreFault.Checked(this, which.Prefix[..slash]) : "";
        var todo = new Stack<string>([start]);
        while (todo.TryPop(out var folder))
        {
            foreach (var entry in await EntriesAsync(folder, folder == start, unseen, token))
            {
                var key = folder.Length == 0 ? entry.Name : folder + "/" + entry.Name;
                if (entry.Name[0] == '.' || entry.Name == "lost+found") continue;
                if (entry.IsDirectory) Deeper(key);
                else if (!which.Holds(key)) continue;
                else if (entry.IsRegularFile) yield return Found(key, entry);
                else unseen(new UnseenObjects(key, $"{key} is {(entry.IsSymbolicLink ? "a symbolic link" : "a FIFO, socket or device")} with the name of an object: it is passed over", IsNameOnly: entry.IsSymbolicLink));
            }
        }

        void Deeper(string key)
        {
            if (which.MayHold(key)) todo.Push(key);
        }
    }

    public async Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token)
    {
        StoreFault.Checked(this, key);
        var (file, from) = await connection.AskAsync(
            key,
            again: true,
            root =>
            {
                if (root.Look(key) is not { IsRegularFile: true }) throw StoreFault.NoSuchObject(this, key);
                var opened = root.Client.OpenRead(root.PathOf(key));
                opened.Seek(offset, SeekOrigin.Begin);
                return (opened, root);
            },
            token);
        var reading = new SftpReading(file, failed => connection.FaultAsync(failed, from, key, "nothing was changed"));
        return length is { } wanted ? new RangeStream(reading, wanted) : reading;
    }

    public async Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token)
    {
        await using var upload = await BeginUploadAsync(key, token);
        await upload.WriteAsync(bytes, token);
        return await upload.CompleteAsync(mode, token);
    }

    public async Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token)
    {
        StoreFault.Checked(this, key);
        var root = await connection.AskAsync(
            key,
            again: true,
            root =>
            {
                root.MakeUploads();
                return root;
            },
            token);
        return new SftpUpload(connection, root, key);
    }

    public Task<bool> MoveAsync(string from, string to, CancellationToken token)
    {
        StoreFault.Checked(this, from);
        StoreFault.Checked(this, to);
        return connection.AskAsync(to, again: false, root => root.Look(from) is { IsRegularFile: true } ? root.TryRename(from, to) : throw StoreFault.NoSuchObject(this, from), token);
    }

    public Task<bool> DeleteAsync(string key, CancellationToken token)
    {
        StoreFault.Checked(this, key);
        // Not again: it would say of what it removed itself that there was none.
        return connection.AskAsync(key, again: false, root => root.Remove(key), token);
    }

    /// <remarks>The server does not say who still writes: a living upload has a young file, as every byte renews its time.</remarks>
    public Task<int> SweepUploadsAsync(string prefix, DateTimeOffset begunBefore, CancellationToken token) => connection.AskAsync(
        SftpRoot.Uploads,
        again: true,
        root => (root.List(SftpRoot.Uploads) ?? []).Count(file => file.IsRegularFile && SftpUploadName.IsFor(file.Name, prefix) && file.LastWriteTimeUtc < begunBefore.UtcDateTime && root.Remove($"{SftpRoot.Uploads}/{file.Name}")),
        token);

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private Task<IReadOnlyList<ISftpFile>> EntriesAsync(string folder, bool isStart, Action<UnseenObjects> unseen, CancellationToken token) => connection.AskAsync(
        folder,
        again: true,
        root =>
        {
            try
            {
                if (isStart && folder.Length > 0 && root.Look(folder) is null) return [];
                return root.List(folder) ?? [];
            }
            catch (SftpException closed) when (!isStart)
            {
                unseen(new UnseenObjects(folder + "/", $"the folder {folder} cannot be read ({closed.Message}): backups in it are neither listed nor verified nor purged"));
                return [];
            }
        },
        token);

    private static StoredObject Found(string key, ISftpFile file) => new(key, file.Length, new DateTimeOffset(DateTime.SpecifyKind(file.LastWriteTimeUtc, DateTimeKind.Utc), TimeSpan.Zero));
}
