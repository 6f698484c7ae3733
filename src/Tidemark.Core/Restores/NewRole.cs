using Tidemark.Dumps.Plain;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>A role that a restore makes first: bare, and then given what the globals beside the dump say of it.</summary>
/// <param name="Name">Without quotes.</param>
/// <param name="FromGlobals">False: nothing is known of it but its name.</param>
internal sealed record NewRole(string Name, bool FromGlobals)
{
    /// <summary>In the order in which they are given; what is refused is told, and hinders nothing else.</summary>
    public IReadOnlyList<RoleGift> Gifts { get; init; } = [];

    /// <summary>What it had and will not have here, each with the reason.</summary>
    public IReadOnlyList<string> Lacks { get; init; } = [];

    public override string ToString() => !FromGlobals ? $"{Name} (without login, password, attributes and memberships: no globals file tells them)"
        : Gifts.Count == 0 ? $"{Name} (without login)" : $"{Name} ({string.Join(", ", Gifts.Select(gift => gift.What))})";

    /// <param name="names">Roles to make.</param>
    /// <param name="globals">Null: there is no file, or not one that can be read.</param>
    /// <param name="present">Roles that the server has. They may become members of a new one and the other way round; else they are not touched.</param>
    /// <param name="server">From 16 on memberships have options.</param>
    public static IReadOnlyList<NewRole> Plan(IReadOnlyList<string> names, GlobalRoles? globals, IReadOnlySet<string> present, ServerVersion server)
    {
        var made = names.ToHashSet(StringComparer.Ordinal);
        return [.. names.Select(name => globals?.Find(name) is { } role ? Of(role, [.. globals.Memberships], made, present, server) : new NewRole(name, false))];
    }

    private static NewRole Of(GlobalRole role, List<GlobalMembership> memberships, HashSet<string> made, IReadOnlySet<string> present, ServerVersion server)
    {
        List<RoleGift> gifts = [.. RoleGift.Of(role)];
        List<string> lacks = role.Unread == 0 ? [] : [$"{role.Unread} statements of the globals that are not read"];
        if (role.Attributes.Contains("LOGIN") && !role.Attributes.Any(attribute => attribute.StartsWith("PASSWORD ", StringComparison.Ordinal)))
            lacks.Add("a password: the globals hold none");
        for (var i = 0; i < memberships.Count; i++)
        {
            var membership = memberships[i];
            // Between two new roles it is a matter of the member.
            if (membership.Member != role.Name && (membership.Role != role.Name || made.Contains(membership.Member))) continue;
            var (other, what) = membership.Member == role.Name ? (membership.Role, $"member of {membership.Role}") : (membership.Member, $"with {membership.Member} as a member");
            if (!made.Contains(other) && !present.Contains(other)) lacks.Add($"{what}: there is no such role here");
            else if (server.Major < 16 && (membership.Inherit == false || membership.Set == false)) lacks.Add($"{what}: this server cannot restrict what it gives");
            else gifts.Add(RoleGift.Of(membership, what, i + 1, server, membership.Grantor is { } grantor && (made.Contains(grantor) || present.Contains(grantor))));
        }
        return new NewRole(role.Name, true) { Gifts = gifts, Lacks = lacks };
    }
}
