using Tidemark.Dumps.Plain;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>One thing that a new role is given.</summary>
/// <param name="What">In words; no password.</param>
/// <param name="Sql">The statement.</param>
/// <param name="Otherwise">What to try when it is refused; null: nothing.</param>
/// <param name="Order">What can be given only when all roles are there comes later, in the order of the globals.</param>
internal sealed record RoleGift(string What, string Sql, string? Otherwise = null, int Order = 0)
{
    /// <summary>One statement each: one that is refused takes no other with it.</summary>
    public static IEnumerable<RoleGift> Of(GlobalRole role)
    {
        var name = SqlText.Identifier(role.Name);
        foreach (var attribute in role.Attributes) yield return new RoleGift(Words(attribute), $"alter role {name} with {attribute}");
        foreach (var setting in role.Settings) yield return new RoleGift($"setting {setting.Split(" TO ")[0].Replace(" . ", ".", StringComparison.Ordinal)}", $"alter role {name} set {setting}");
        if (role.Comment is { } comment) yield return new RoleGift("comment", $"comment on role {name} is {comment}");
    }

    public static RoleGift Of(GlobalMembership membership, string what, int order, ServerVersion server, bool knowsGrantor)
    {
        var grant = $"grant {SqlText.Identifier(membership.Role)} to {SqlText.Identifier(membership.Member)}{Options(membership, server)}";
        // Who granted it first may lack the right to do so here: then it is we who grant it.
        return knowsGrantor ? new RoleGift(what, $"{grant} granted by {SqlText.Identifier(membership.Grantor!)}", grant, order) : new RoleGift(what, grant, Order: order);
    }

    private static string Options(GlobalMembership membership, ServerVersion server)
    {
        if (server.Major < 16) return membership.Admin ? " with admin option" : "";
        var options = new[] { ("admin", membership.Admin ? true : (bool?)null), ("inherit", membership.Inherit), ("set", membership.Set) };
        var said = string.Join(", ", options.Where(option => option.Item2 is not null).Select(option => $"{option.Item1} {(option.Item2 == true ? "true" : "false")}"));
        return said.Length == 0 ? "" : " with " + said;
    }

    private static string Words(string attribute) => attribute.StartsWith("PASSWORD ", StringComparison.Ordinal) ? "PASSWORD" : attribute;
}
