using System.Globalization;
using Tidemark.Repositories;
using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups;

/// <summary>The keys of one incarnation's base backups. What lies under them is written once: <c>intent</c> first, <c>manifest</c> last.</summary>
internal sealed class BaseKeys(IncarnationFolder incarnation)
{
    public const string Intent = "intent", Refs = "refs", Manifest = "manifest", Marks = "marks/";

    public IncarnationFolder Incarnation => incarnation;

    /// <summary>Begins the keys of everything of base backups but their packs.</summary>
    public string All => $"{incarnation.Key}bases/";

    /// <summary>Begins the notes of sweepers: packs that are about to be removed.</summary>
    public string Doomed => $"{incarnation.Key}volatile/doomed/";

    /// <summary>Begins the notes of sweepers: packs that nothing needed when they looked.</summary>
    public string Unneeded => $"{incarnation.Key}volatile/unneeded/";

    /// <summary>Of the sweeper that is at work.</summary>
    public string SweepLease => $"{incarnation.Key}volatile/leases/sweep";

    /// <summary>Written over and over, to read the store's clock.</summary>
    public string Clock => $"{incarnation.Key}volatile/leases/clock";

    public PackFolder Packs => new(incarnation.Key);

    public string Of(BaseId id, string name) => $"{All}{id}/{name}";

    /// <param name="id">Whose.</param>
    /// <param name="time">When it was made; the same mark may be made again later.</param>
    /// <param name="kind">Lower-case letters.</param>
    public string OfMark(BaseId id, DateTimeOffset time, string kind) => Of(id, $"{Marks}{time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'.'ffffff'Z'", CultureInfo.InvariantCulture)}-{kind}");

    /// <summary>What a key says; null: it is none of these.</summary>
    public (BaseId Id, string Name)? Parse(string key) =>
        key.StartsWith(All, StringComparison.Ordinal) && key[All.Length..] is var rest && rest.IndexOf('/') is > 0 and var slash && BaseId.TryParse(rest[..slash], out var id) ? (id, rest[(slash + 1)..]) : null;
}
