namespace Tidemark.Storage;

/// <summary>A listing for those who read no names but of objects: what only bears the name of one hides nothing from them.</summary>
internal static class ObjectListing
{
    /// <param name="store">Which.</param>
    /// <param name="which">Empty for everything.</param>
    /// <param name="unseen">Told in a sentence of each part where objects may be that could not be looked at.</param>
    /// <param name="token">Stops between two objects.</param>
    public static IAsyncEnumerable<StoredObject> ListObjectsAsync(this IObjectStore store, KeyRange which, Action<string> unseen, CancellationToken token) =>
        store.ListAsync(which, part =>
        {
            if (!part.IsNameOnly) unseen(part.Why);
        }, token);
}
