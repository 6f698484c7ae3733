using System.Buffers;
using System.Threading.Channels;

namespace Tidemark.Dumps;

/// <summary>Reads a stream once and gives every chunk to several takers, each on a thread of its own, in bounded memory.</summary>
/// <remarks>The slowest taker sets the pace. At most 16 chunks of 128 KiB wait for each taker.</remarks>
internal static class DumpTee
{
    private const int ChunkSize = 128 * 1024;
    private const int Waiting = 16;

    /// <summary>Returns the number of bytes read. The first failure of a taker stops the reading and is thrown.</summary>
    /// <param name="source">Read to its end with blocking reads; it must end when the child that feeds it is killed.</param>
    /// <param name="takers">Called with chunks in order; never from two threads at once.</param>
    /// <param name="abort">Called when a taker failed: makes a read that waits for more come to an end.</param>
    /// <param name="token">Stops between two chunks.</param>
    public static async Task<long> RunAsync(Stream source, IReadOnlyList<Action<ReadOnlyMemory<byte>>> takers, Action abort, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        await using var aborting = stop.Token.Register(abort);
        var lanes = takers.Select(_ => Channel.CreateBounded<Chunk>(new BoundedChannelOptions(Waiting) { SingleReader = true, SingleWriter = true })).ToArray();
        var taking = takers.Select((take, i) => OnThread(() => Take(lanes[i].Reader, take, stop))).ToArray();
        var reading = OnThread(() => Read(source, lanes, stop.Token));
        await Task.WhenAll([reading, .. taking]).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        // A taker's failure is the cause; the reader's cancellation only its consequence.
        foreach (var task in taking.Where(task => task.IsFaulted)) await task;
        token.ThrowIfCancellationRequested();
        return await reading;
    }

    private static long Read(Stream source, Channel<Chunk>[] lanes, CancellationToken stop)
    {
        long total = 0;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var chunk = new Chunk(lanes.Length);
                chunk.Length = source.ReadAtLeast(chunk.Buffer, ChunkSize / 2, throwOnEndOfStream: false);
                total += chunk.Length;
                if (chunk.Length == 0) return total;
                foreach (var lane in lanes)
                    if (!lane.Writer.TryWrite(chunk)) lane.Writer.WriteAsync(chunk, stop).AsTask().GetAwaiter().GetResult();
            }
            return total;
        }
        finally
        {
            foreach (var lane in lanes) lane.Writer.TryComplete();
        }
    }

    private static long Take(ChannelReader<Chunk> lane, Action<ReadOnlyMemory<byte>> take, CancellationTokenSource stop)
    {
        try
        {
            while (lane.TryRead(out var chunk) || (lane.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() && lane.TryRead(out chunk)))
            {
                take(chunk.Buffer.AsMemory(0, chunk.Length));
                chunk.Release();
            }
            return 0;
        }
        catch
        {
            stop.Cancel();
            throw;
        }
    }

    private static Task<long> OnThread(Func<long> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private sealed class Chunk(int takers)
    {
        private int left = takers;

        public byte[] Buffer { get; } = ArrayPool<byte>.Shared.Rent(ChunkSize);

        public int Length { get; set; }

        public void Release()
        {
            if (Interlocked.Decrement(ref left) == 0) ArrayPool<byte>.Shared.Return(Buffer);
        }
    }
}
