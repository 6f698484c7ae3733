using System.Collections.Concurrent;
using Tidemark.Storage;

namespace Tidemark.Repositories.Packs;

/// <summary>Brings packs into a store, several at a time, within bounded memory: there are so many buffers of 34 MiB, and who wants to fill another waits. The first fault ends all.</summary>
internal sealed class PackUploads : IAsyncDisposable
{
    /// <summary>Bytes of memory that one buffer takes: a pack, its last frame and its index.</summary>
    public const int BufferSize = OpenPack.Target + (2 * 1024 * 1024);

    private readonly IObjectStore store;
    private readonly PackFolder folder;
    private readonly RepositoryKeys keys;
    private readonly SemaphoreSlim free;
    private readonly CancellationTokenSource stop;
    private readonly ConcurrentBag<MemoryStream> buffers = [];
    private readonly ConcurrentDictionary<Task, bool> running = new();
    private readonly ConcurrentDictionary<string, SealedPack> sent = new(StringComparer.Ordinal);
    private Exception? failure;

    /// <param name="store">Where to.</param>
    /// <param name="folder">Of these packs.</param>
    /// <param name="keys">Encrypt them, where they are set.</param>
    /// <param name="buffers">At least one more than there are <see cref="PackWriter"/>s: each fills one while others travel.</param>
    /// <param name="token">Ends all.</param>
    public PackUploads(IObjectStore store, PackFolder folder, RepositoryKeys keys, int buffers, CancellationToken token)
    {
        (this.store, this.folder, this.keys) = (store, folder, keys);
        free = new SemaphoreSlim(buffers);
        stop = CancellationTokenSource.CreateLinkedTokenSource(token);
    }

    /// <summary>Bytes that were stored so far, packs that had been there included.</summary>
    public long Stored => sent.Values.Sum(pack => pack.Size);

    /// <exception cref="Fault">What ended the uploads.</exception>
    public async Task<OpenPack> BeginAsync(int pageSize, CancellationToken token)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, token);
        try
        {
            await free.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (failure is not null)
        {
            // What is told is why, and not that others stopped for it.
        }
        if (failure is { } why) throw Again(why);
        return new OpenPack(buffers.TryTake(out var used) ? used : new MemoryStream(BufferSize), keys, pageSize);
    }

    /// <summary>Seals it and brings it into the store, in the background; its promise is kept as soon as it is sealed.</summary>
    public void Send(OpenPack pack)
    {
        var task = Task.Run(() => SendAsync(pack), CancellationToken.None);
        running[task] = true;
        _ = task.ContinueWith(done => running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>All that was sent is in the store. Each pack once, in no order.</summary>
    /// <exception cref="Fault">The first that happened.</exception>
    public async Task<IReadOnlyCollection<SealedPack>> CompleteAsync()
    {
        await Task.WhenAll(running.Keys);
        if (failure is { } why) throw Again(why);
        return [.. sent.Values];
    }

    /// <summary>What is on its way is stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running.Keys);
        stop.Dispose();
        free.Dispose();
    }

    private async Task SendAsync(OpenPack pack)
    {
        try
        {
            stop.Token.ThrowIfCancellationRequested();
            var made = pack.Seal();
            pack.Promise.Keep(made);
            if (!await store.PutAsync(folder.Key(made.Id), pack.Buffer.GetBuffer().AsMemory(0, (int)pack.Buffer.Length), PutMode.IfAbsent, stop.Token)) await RequireSameAsync(made);
            sent[made.Id] = made;
            buffers.Add(pack.Buffer);
            free.Release();
        }
        catch (Exception fault)
        {
            // Its buffer is not given back: nobody begins another.
            Interlocked.CompareExchange(ref failure, fault, null);
            pack.Promise.Break(fault);
            await stop.CancelAsync();
        }
        finally
        {
            pack.Dispose();
        }
    }

    /// <summary>The same bytes were written before: by a run that was killed, or by another host. What is there must be whole.</summary>
    private async Task RequireSameAsync(SealedPack made)
    {
        var there = await store.FindAsync(folder.Key(made.Id), stop.Token);
        if (there?.Size != made.Size)
            throw new Fault(FaultCode.Verification, "the store holds a damaged pack under the name of one that was to be written")
            {
                Where = $"{folder.Key(made.Id)} in {store.Address}",
                Why = there is null ? "it is listed, and is not there" : $"it has {there.Size} bytes, and should have {made.Size}",
                Next = $"tidemark store check {store.Address}",
            };
    }

    /// <summary>The same fault comes out at every place that waits; a thrown one is never thrown twice.</summary>
    private static Exception Again(Exception why) => why switch
    {
        Fault fault => new Fault(fault.Code, fault.What, fault) { Where = fault.Where, Why = fault.Why, Left = fault.Left, Next = fault.Next, Transient = fault.Transient },
        OperationCanceledException => new OperationCanceledException(why.Message, why),
        _ => new InvalidOperationException("a pack could not be sealed", why),
    };
}
