using System.Globalization;
using Tidemark.Dumps;

namespace Tidemark.Notifications;

/// <summary>Whether there is a store, and room in it; pure.</summary>
internal static class StoreConditions
{
    private const double Near = 0.88, Filling = 0.9, Full = 0.98;

    /// <param name="looks">Each store, as a look into it went.</param>
    public static IEnumerable<Condition> Unreachable(IEnumerable<StoreListing> looks) =>
        looks.Where(look => look.IsClosed).Select(look => Unreachable(look.Store.Address, string.Join("; ", look.Unseen)));

    public static Condition Unreachable(string store, string why) =>
        new() { Database = "", Cause = Cause.StoreUnreachable, Place = store, Severity = Severity.Critical, Text = why, Next = "tidemark doctor" };

    /// <param name="folder">The store.</param>
    /// <param name="used">Of its file system, from 0 to 1.</param>
    public static Condition? Room(string folder, double used) => used <= Near ? null : new Condition
    {
        Database = "",
        Cause = Cause.StoreFilling,
        Place = folder,
        Severity = used > Full ? Severity.Critical : used > Filling ? Severity.Warning : Severity.Lingering,
        Text = string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(used * 100)} % of the file system under {folder} is used: a backup that finds no room fails"),
        Next = "tidemark prune --dry-run",
    };
}
