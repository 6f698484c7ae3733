using Tidemark.Codecs.Age;
using Tidemark.Storage;

namespace Tidemark.Repositories;

/// <summary>The identities that lie wrapped in stores, as far as the user's keys open them.</summary>
/// <param name="Identities">Each once.</param>
/// <param name="Unread">A sentence for each store that could not be asked: the key may be there.</param>
internal sealed record RingKeys(IReadOnlyList<AgeIdentity> Identities, IReadOnlyList<string> Unread)
{
    public static async Task<RingKeys> ReadAsync(IReadOnlyList<IObjectStore> stores, UserKeys user, CancellationToken token)
    {
        var (identities, unread) = (new List<AgeIdentity>(), new List<string>());
        foreach (var store in stores)
            try
            {
                var ring = await KeyRing.ReadAsync(store, user, token);
                identities.AddRange(ring.Keys.Select(key => key.Opened?.Identity).OfType<AgeIdentity>());
                unread.AddRange(ring.Unread);
            }
            catch (Fault dead) when (dead.Code == FaultCode.Store)
            {
                // The key may lie in another.
                unread.Add(dead.InOneLine);
            }
        return new RingKeys([.. identities.DistinctBy(identity => identity.ToString())], unread);
    }
}
