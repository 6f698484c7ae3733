using Tidemark.Storage;

namespace Tidemark.Repositories;

/// <summary>Whether the configured key opens what a store holds. Only the headers are read: that the rest is whole is for <c>verify</c>.</summary>
internal static class KeyCheck
{
    /// <summary>Far more than a header for a hundred recipients.</summary>
    private const int HeaderLength = 64 * 1024;

    /// <exception cref="Fault"><see cref="FaultCode.KeyUnusable"/> (9): the same of every object, so it is said once.</exception>
    public static async Task<IReadOnlyList<KeyVerdict>> RunAsync(IObjectStore store, SealedObjects objects, RepositoryKeys keys, CancellationToken token)
    {
        var verdicts = new List<KeyVerdict>();
        foreach (var stored in objects.All)
        {
            await using var header = await store.OpenAsync(stored.Key, 0, HeaderLength, token);
            verdicts.Add(new KeyVerdict(stored.Key, await ClosedAsync(header, stored)));
        }
        return verdicts;

        async Task<Fault?> ClosedAsync(Stream header, SealedObject stored)
        {
            try
            {
                await using var opened = await keys.OpenAsync(header, stored.Key, stored.Note?.Recipients ?? [], token);
                return null;
            }
            catch (Fault closed) when (closed.Code == FaultCode.Keys || closed.Code == FaultCode.Verification)
            {
                return closed;
            }
        }
    }
}

/// <param name="Key">Of the object.</param>
/// <param name="Closed">Why it does not open; null: it does.</param>
internal sealed record KeyVerdict(string Key, Fault? Closed);
