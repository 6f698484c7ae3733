namespace Tidemark.AspNetCore.Access;

/// <summary>Who may do what: the one table. docs/http-api.md shows it.</summary>
internal static class Roles
{
    public const string Viewer = "viewer", Operator = "operator", Restorer = "restorer", Admin = "admin";

    /// <summary>The weakest first.</summary>
    public static IReadOnlyList<(string Role, IReadOnlyList<Right> Rights)> All { get; } =
    [
        (Viewer, [Right.View]),
        (Operator, [Right.View, Right.BackUp, Right.Cancel, Right.Pin]),
        (Restorer, [Right.View, Right.BackUp, Right.Cancel, Right.Pin, Right.Restore]),
        (Admin, Enum.GetValues<Right>()),
    ];

    /// <summary>Rights that a token may have beyond its role.</summary>
    public static IReadOnlyList<Right> Grantable { get; } = [Right.Download, Right.Restore];

    /// <summary>Of a role that this program does not know: none.</summary>
    public static IReadOnlyList<Right> RightsOf(string role, IEnumerable<string> also) =>
        All.FirstOrDefault(one => one.Role == role).Rights is { } rights ? [.. rights.Concat(Grantable.Where(right => also.Contains(NameOf(right)))).Distinct()] : [];

    public static string NameOf(Right right) => right.ToString().ToLowerInvariant();

    /// <summary>The weakest role that has it.</summary>
    public static string Needed(Right right) => All.First(one => one.Rights.Contains(right)).Role;
}
