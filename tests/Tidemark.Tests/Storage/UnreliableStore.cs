using System.Runtime.CompilerServices;
using Tidemark.Storage;

namespace Tidemark.Tests.Storage;

/// <summary>A store behind a bad line: the request is lost, or it is done and the answer lost, or a download breaks.</summary>
internal sealed class UnreliableStore(IObjectStore inner) : IObjectStore
{
    private int calls;

    /// <summary>By operation and key, at each call, which is numbered from 1.</summary>
    public Func<string, string, int, Loss> Weather { get; set; } = (_, _, _) => Loss.None;

    /// <summary>By operation and key: what an opening or a put waits for.</summary>
    public Func<string, string, CancellationToken, Task> Hold { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>Downloads break after so many bytes.</summary>
    public int BreakAfter { get; set; } = int.MaxValue;

    /// <summary>At its end.</summary>
    public bool ListingBreaks { get; set; }

    /// <summary>A listing that begins so tells that it does not see all.</summary>
    public string? Hidden { get; set; }

    public List<(string Operation, string Key, long Offset)> Asked { get; } = [];

    public string Address => inner.Address;

    public StoreTraits Traits => inner.Traits;

    public static Fault Lost() => new(FaultCode.Store, "the line is bad") { Why = "connection reset", Transient = true };

    public Task<StoredObject?> FindAsync(string key, CancellationToken token) => ThroughAsync("find", key, () => inner.FindAsync(key, token));

    public async IAsyncEnumerable<StoredObject> ListAsync(KeyRange which, Action<UnseenObjects> unseen, [EnumeratorCancellation] CancellationToken token)
    {
        if (which.Prefix == Hidden) unseen(new UnseenObjects(Hidden, "a folder cannot be read"));
        await foreach (var found in inner.ListAsync(which, unseen, token)) yield return found;
        if (ListingBreaks) throw Lost();
    }

    public async Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token)
    {
        await Hold("open", key, token);
        return new Breaking(await ThroughAsync("open", key, () => inner.OpenAsync(key, offset, length, token), offset), BreakAfter);
    }

    public async Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token)
    {
        await Hold("put", key, token);
        return await ThroughAsync("put", key, () => inner.PutAsync(key, bytes, mode, token));
    }

    public Task SettleAsync(string key, CancellationToken token) => ThroughAsync("settle", key, async () =>
    {
        await inner.SettleAsync(key, token);
        return true;
    });

    public Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token) => ThroughAsync("begin", key, () => inner.BeginUploadAsync(key, token));

    public Task<bool> MoveAsync(string from, string to, CancellationToken token) => ThroughAsync("move", from, () => inner.MoveAsync(from, to, token));

    public Task<bool> DeleteAsync(string key, CancellationToken token) => ThroughAsync("delete", key, () => inner.DeleteAsync(key, token));

    public Task<int> SweepUploadsAsync(string prefix, DateTimeOffset begunBefore, CancellationToken token) => ThroughAsync("sweep", prefix, () => inner.SweepUploadsAsync(prefix, begunBefore, token));

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task<T> ThroughAsync<T>(string operation, string key, Func<Task<T>> act, long offset = 0)
    {
        int number;
        lock (Asked)
        {
            Asked.Add((operation, key, offset));
            number = ++calls;
        }
        var loss = Weather(operation, key, number);
        if (loss == Loss.Request) throw Lost();
        var answer = await act();
        return loss == Loss.Answer ? throw Lost() : answer;
    }

    private sealed class Breaking(Stream inner, int after) : ForwardStream(inner)
    {
        private int left = after;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (left == 0) throw Lost();
            var got = await Inner.ReadAsync(buffer[..Math.Min(buffer.Length, left)], cancellationToken);
            left -= got;
            return got;
        }
    }
}

internal enum Loss
{
    None,
    Request,
    Answer,
}
