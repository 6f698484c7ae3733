using System.Collections.Concurrent;

namespace Tidemark.Storage.S3;

/// <summary>The memory of parts that have gone, for those that come. The shared pool keeps an array for each thread that ever gave one back: several times as much.</summary>
internal sealed class PartBuffers
{
    private readonly ConcurrentBag<byte[]> free = [];

    public byte[] Take(int size)
    {
        // A smaller one is of no use any more: parts only grow.
        while (free.TryTake(out var bytes))
            if (bytes.Length == size) return bytes;
        return GC.AllocateUninitializedArray<byte>(size);
    }

    public void Give(byte[] bytes) => free.Add(bytes);
}
