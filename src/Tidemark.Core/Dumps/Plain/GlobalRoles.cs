namespace Tidemark.Dumps.Plain;

/// <summary>The roles of a server, as <c>pg_dumpall --globals-only</c> (13 to 18) writes them.</summary>
internal sealed class GlobalRoles
{
    private readonly Dictionary<string, GlobalRole> roles = new(StringComparer.Ordinal);
    private readonly List<GlobalMembership> memberships = [];

    private GlobalRoles()
    {
    }

    /// <summary>In the order of the file, which is one in which they can be granted.</summary>
    public IReadOnlyList<GlobalMembership> Memberships => memberships;

    /// <summary>Null when the file makes no such role.</summary>
    public GlobalRole? Find(string name) => roles.GetValueOrDefault(name);

    /// <summary>Null when the text stops in the middle of a statement: what it says last is then not to be trusted.</summary>
    public static GlobalRoles? Read(ReadOnlySpan<byte> text)
    {
        var found = new GlobalRoles();
        var lexer = new SqlLexer();
        for (var at = 0; at < text.Length;)
        {
            at = lexer.Read(text, at, out var part);
            if (part == SqlPart.Statement) found.Statement(new SqlTokens(lexer.Text(text, at - 1, part)));
        }
        lexer.Passed(text);
        return lexer.OpenEnd() is null ? found : null;
    }

    private void Statement(SqlTokens rest)
    {
        if (rest.Take("create"u8) && rest.Take("role"u8))
        {
            var made = rest.Next().Value();
            roles.TryAdd(made, new GlobalRole(made));
        }
        else if (rest.Take("alter"u8) && rest.Take("role"u8)) Change(rest, Altered);
        else if (rest.Take("comment"u8) && rest.Take("on"u8) && rest.Take("role"u8)) Change(rest, Commented);
        else if (rest.Take("security"u8) && rest.Find("role"u8)) Change(rest, (role, _) => role with { Unread = role.Unread + 1 });
        else if (rest.Take("grant"u8)) Membership(rest);
    }

    private delegate GlobalRole Changed(GlobalRole role, SqlTokens rest);

    private void Change(SqlTokens rest, Changed changed)
    {
        if (roles.GetValueOrDefault(rest.Next().Value()) is { } role) roles[role.Name] = changed(role, rest);
    }

    private static GlobalRole Altered(GlobalRole role, SqlTokens rest)
    {
        if (rest.Take("with"u8)) return Attributes(rest) is { } attributes ? role with { Attributes = attributes } : role with { Unread = role.Unread + 1 };
        // IN DATABASE is said of a database, and kept with its other properties.
        if (rest.Take("in"u8)) return role;
        return rest.Take("set"u8) && Setting(rest) is { } setting ? role with { Settings = [.. role.Settings, setting] } : role with { Unread = role.Unread + 1 };
    }

    private static GlobalRole Commented(GlobalRole role, SqlTokens rest) => rest.Take("is"u8) ? role with { Comment = Literal(ref rest) } : role;

    /// <summary>Null when there is one that is not known: better to say so than to guess.</summary>
    private static List<string>? Attributes(SqlTokens rest)
    {
        var found = new List<string>();
        for (var token = rest.Next(); !token.IsEnd; token = rest.Next())
        {
            var word = token.Value().ToUpperInvariant();
            switch (word)
            {
                case "SUPERUSER" or "CREATEROLE" or "CREATEDB" or "LOGIN" or "REPLICATION" or "BYPASSRLS" or "NOINHERIT":
                    found.Add(word);
                    break;
                case "NOSUPERUSER" or "NOCREATEROLE" or "NOCREATEDB" or "NOLOGIN" or "NOREPLICATION" or "NOBYPASSRLS" or "INHERIT":
                    // As every new role is. To say so again may take rights that are not needed otherwise.
                    break;
                case "CONNECTION" when rest.Take("limit"u8):
                    found.Add($"CONNECTION LIMIT {(rest.Take("-"u8) ? "-" : "")}{rest.Next().Value()}");
                    break;
                case "PASSWORD" when Literal(ref rest) is { } password:
                    found.Add($"PASSWORD {password}");
                    break;
                case "VALID" when rest.Take("until"u8) && Literal(ref rest) is { } end:
                    found.Add($"VALID UNTIL {end}");
                    break;
                default:
                    return null;
            }
        }
        return found;
    }

    /// <summary>One name and its values, written again token by token: nothing else gets into the statement.</summary>
    private static string? Setting(SqlTokens rest)
    {
        var written = new List<string>();
        bool valued = false, whole = false;
        for (var token = rest.Next(); !token.IsEnd; token = rest.Next())
        {
            if (!valued && token.Is("to"u8)) valued = true;
            else if (token.IsName || token.IsString || SqlBytes.Kinds[token.Text[0]] == SqlBytes.Digit) whole = valued;
            else if (token.Text[0] is not ((byte)'.' or (byte)',' or (byte)'-')) return null;
            // E'…' is two tokens, and one only when nothing stands between them.
            if (token.IsString && written is [.., "E"]) written[^1] += SqlBytes.Decode(token.Text);
            else written.Add(SqlBytes.Decode(token.Text));
        }
        return whole ? string.Join(' ', written) : null;
    }

    private static string? Literal(ref SqlTokens rest)
    {
        var escapes = rest.Take("e"u8);
        var token = rest.Next();
        return token.IsString ? (escapes ? "E" : "") + SqlBytes.Decode(token.Text) : null;
    }

    private void Membership(SqlTokens rest)
    {
        var role = rest.Next();
        if (!role.IsName || !rest.Take("to"u8)) return;
        var (name, member) = (role.Value(), rest.Next().Value());
        bool admin = false;
        bool? inherit = null, set = null;
        if (rest.Take("with"u8))
            do
            {
                var option = rest.Next();
                var given = !rest.Take("false"u8);
                if (given) _ = rest.Take("option"u8) || rest.Take("true"u8);
                if (option.Is("admin"u8)) admin = given;
                else if (option.Is("inherit"u8)) inherit = given;
                else if (option.Is("set"u8)) set = given;
            }
            while (rest.Take(","u8));
        memberships.Add(new GlobalMembership(name, member, admin, inherit, set, rest.Take("granted"u8) && rest.Take("by"u8) ? rest.Next().Value() : null));
    }
}
