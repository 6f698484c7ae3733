using Tidemark.Notifications;

namespace Tidemark.Hosting;

/// <summary>Whether base backups are damaged; pure.</summary>
internal static class BaseConditions
{
    public static Survey Of(IReadOnlyList<BaseStanding> bases) => new()
    {
        LookedAt = new HashSet<string>([Cause.BaseDamaged]),
        Conditions = [.. bases.Where(one => one.Damaged.Count > 0).Select(Damaged)],
    };

    private static Condition Damaged(BaseStanding one) => new()
    {
        Database = "",
        Cause = Cause.BaseDamaged,
        Place = one.Store,
        Severity = one.Newest is null ? Severity.Critical : Severity.Warning,
        Text = $"{string.Join(", ", one.Damaged)} cannot be relied on; {(one.Newest is { } newest ? $"the newest good base backup is {newest.Id}" : "no good base backup is left there")}",
        Next = "tidemark backup --kind base",
    };
}
