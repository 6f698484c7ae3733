using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>A role of the dump, and the one of this server that takes over what it owned and was granted.</summary>
/// <param name="From">As the dump's server stored it, without quotes.</param>
/// <param name="To">The same here.</param>
internal sealed record RenamedRole(string From, string To)
{
    /// <summary>Reads <c>old=new</c>; exact, letter case included. With quotes as in SQL where a name holds <c>=</c>: <c>"a=b"=new</c>.</summary>
    /// <exception cref="Fault">2: it is something else.</exception>
    public static RenamedRole Parse(string typed)
    {
        var rest = typed;
        var from = Name(ref rest);
        if (from is { Length: > 0 } && rest.StartsWith('='))
        {
            rest = rest[1..];
            if (Name(ref rest, last: true) is { Length: > 0 } to && rest.Length == 0) return new RenamedRole(from, to);
        }
        throw new Fault(FaultCode.Usage, "this does not say which role takes the place of which") { Where = $"--map-role {typed}", Next = "--map-role old=new, or with quotes where a name holds = or a quote: --map-role '\"a=b\"=new'" };
    }

    /// <exception cref="Fault">2: one role is mapped twice.</exception>
    public static IReadOnlyList<RenamedRole> ParseAll(IEnumerable<string> typed)
    {
        List<RenamedRole> renamed = [.. typed.Select(Parse)];
        if (renamed.GroupBy(role => role.From).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new Fault(FaultCode.Usage, $"role \"{twice.Key}\" is mapped twice") { Where = "--map-role", Next = "name each role of the dump once" };
        return renamed;
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public string Typed => $"{SqlText.Identifier(From)}={SqlText.Identifier(To)}";

    public override string ToString() => $"{From} to {To}";

    /// <summary>What the database itself says of roles, with these names.</summary>
    public static DatabaseFacts In(DatabaseFacts facts, IReadOnlyList<RenamedRole> renamed)
    {
        string Now(string role) => renamed.FirstOrDefault(one => one.From == role)?.To ?? role;
        return facts with
        {
            Owner = Now(facts.Owner),
            Grants = facts.Grants is null ? null : [.. facts.Grants.Select(grant => grant.Grantee is null ? grant : grant with { Grantee = Now(grant.Grantee) })],
            Settings = [.. facts.Settings.Select(setting => setting.Role is null ? setting : setting with { Role = Now(setting.Role) })],
        };
    }

    private static string? Name(ref string rest, bool last = false)
    {
        if (!rest.StartsWith('"'))
        {
            var end = last ? rest.Length : Math.Max(0, rest.IndexOf('=', StringComparison.Ordinal));
            var plain = rest[..end];
            rest = rest[end..];
            return plain;
        }
        var name = new System.Text.StringBuilder();
        for (var at = 1; at < rest.Length; at++)
        {
            if (rest[at] != '"') name.Append(rest[at]);
            else if (at + 1 < rest.Length && rest[at + 1] == '"') name.Append(rest[at++]);
            else
            {
                rest = rest[(at + 1)..];
                return name.ToString();
            }
        }
        return null;
    }
}
