namespace Tidemark.Storage;

/// <summary>A dumb place for named, immutable objects: a folder, a bucket, a server with SFTP.</summary>
/// <remarks>
/// What every store promises, and <see cref="StorePromises"/> tries on a real one:
/// an object is there whole or not at all, at every moment and after every kill; what was put can be read back at once, by every client;
/// listings are complete however many objects there are, and in no order; a write or a delete that failed says so.
/// Keys are relative, with '/' between their parts (<see cref="Files.StorePath.Objection"/>). All methods may be called from many threads at a time.
/// Failures are <see cref="Fault"/>s: 4 no such object, 5 a key that cannot be one, 8 the store, 15 it is full.
/// </remarks>
internal interface IObjectStore : IAsyncDisposable
{
    /// <summary>As a user writes it, without secrets: <c>s3://bucket/prefix</c>.</summary>
    string Address { get; }

    StoreTraits Traits { get; }

    /// <summary>Null when there is no such object.</summary>
    Task<StoredObject?> FindAsync(string key, CancellationToken token);

    /// <summary>All objects of such keys; pages are fetched as they are needed.</summary>
    /// <param name="which">A text is the beginning of the keys; empty for everything.</param>
    /// <param name="unseen">Told of each part that could not be looked at, where others can: nothing may be concluded from what is missing there.</param>
    /// <param name="token">Stops between two objects.</param>
    IAsyncEnumerable<StoredObject> ListAsync(KeyRange which, Action<UnseenObjects> unseen, CancellationToken token);

    /// <summary>The bytes from <paramref name="offset"/> on, to the end or <paramref name="length"/> of them. A range behind the end is empty.</summary>
    Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token);

    /// <summary>A small object, at once. False: one of this key is there, and <paramref name="mode"/> says to leave it.</summary>
    Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token);

    /// <summary>An object of any size, written piece by piece.</summary>
    Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token);

    /// <summary>Gives an object another key, without its bytes passing through here. False: that key is taken, and nothing was done.</summary>
    /// <remarks>Where the store knows no renaming it copies, then deletes: killed in between, both are there, each whole. See <see cref="StoreTraits.ConditionalMove"/>.</remarks>
    Task<bool> MoveAsync(string from, string to, CancellationToken token);

    /// <summary>False when there was none.</summary>
    Task<bool> DeleteAsync(string key, CancellationToken token);

    /// <summary>For who finds an object that it would have written: from here on a power cut does not take it away. Its writer may have been killed between giving it its name and making that durable.</summary>
    /// <remarks>Nothing is to be done where an object is durable before it can be seen.</remarks>
    Task SettleAsync(string key, CancellationToken token) => Task.CompletedTask;

    /// <summary>Removes what killed uploads left; says how many.</summary>
    /// <param name="prefix">Of the keys that they would have had. A store that does not know them sweeps by the moment alone, and leaves what a living writer of this machine holds.</param>
    /// <param name="begunBefore">By the store's clock.</param>
    /// <param name="token">Stops between two.</param>
    Task<int> SweepUploadsAsync(string prefix, DateTimeOffset begunBefore, CancellationToken token);
}

/// <summary>An object in the making. It is not there before <see cref="CompleteAsync"/>; disposed without it, it never was.</summary>
internal interface IObjectUpload : IAsyncDisposable
{
    /// <summary>In order, one at a time; the bytes may be reused when it returns.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token);

    /// <summary>False: an object of this key is there, and <paramref name="mode"/> says to leave it; this upload is then gone.</summary>
    Task<bool> CompleteAsync(PutMode mode, CancellationToken token);
}

/// <summary>What is done when an object of this key is there already.</summary>
internal enum PutMode
{
    /// <summary>The old one stays. Where <see cref="StoreTraits.ConditionalPut"/> is missing, two writers at the same moment may both believe to be first.</summary>
    IfAbsent,

    /// <summary>The new one takes its place; readers see the whole old or the whole new one.</summary>
    Replace,
}

/// <param name="Key">Relative, with '/' between its parts.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Written">By the store's clock.</param>
internal sealed record StoredObject(string Key, long Size, DateTimeOffset Written);

/// <summary>A part of a store that a listing could not look at.</summary>
/// <param name="Key">The object, or the beginning of the keys.</param>
/// <param name="Why">A sentence that names it.</param>
/// <param name="IsNameOnly">Nothing can be missing there: a link or a folder has the name, and is no object.</param>
internal sealed record UnseenObjects(string Key, string Why, bool IsNameOnly = false);

/// <summary>What not every store can do.</summary>
/// <param name="ConditionalPut"><see cref="PutMode.IfAbsent"/> holds against writers at the same moment.</param>
/// <param name="ConditionalMove"><see cref="IObjectStore.MoveAsync"/> leaves the key of another writer of the same moment alone.</param>
/// <param name="ObjectLock">Objects can be locked against removal until a day.</param>
internal sealed record StoreTraits(bool ConditionalPut, bool ConditionalMove, bool ObjectLock);
