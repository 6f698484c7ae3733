using System.Collections.Concurrent;

namespace Tidemark.Storage;

/// <summary>What was asked of a store since the program began.</summary>
internal sealed class StoreMeter
{
    private readonly ConcurrentDictionary<string, (long Requests, long Failures)> operations = new(StringComparer.Ordinal);
    private long bytesUp, bytesDown;

    public long BytesUp => Interlocked.Read(ref bytesUp);

    public long BytesDown => Interlocked.Read(ref bytesDown);

    /// <summary>By name.</summary>
    public IReadOnlyList<StoreOperationCount> Operations => [.. operations.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new StoreOperationCount(entry.Key, entry.Value.Requests, entry.Value.Failures))];

    public void Up(long bytes) => Interlocked.Add(ref bytesUp, bytes);

    public void Down(long bytes) => Interlocked.Add(ref bytesDown, bytes);

    public void Count(string operation, bool failed) =>
        operations.AddOrUpdate(operation, _ => (1, failed ? 1 : 0), (_, before) => (before.Requests + 1, before.Failures + (failed ? 1 : 0)));
}

/// <param name="Operation">find, list, open, put, begin (an upload), upload, move, delete, sweep.</param>
/// <param name="Requests">Every try counts; a listing of many pages and an upload of many parts are one each.</param>
/// <param name="Failures">Of these.</param>
internal sealed record StoreOperationCount(string Operation, long Requests, long Failures);
