namespace Tidemark.Dumps.Plain;

/// <summary>Where statements name roles, by grammar alone: what else bears the same name, or stands in a string, is none.</summary>
/// <remarks>
/// The statements are those in which pg_dump (13 to 18) names roles: GRANT and REVOKE, ALTER DEFAULT PRIVILEGES around them, SET SESSION
/// AUTHORIZATION before them, CREATE and DROP of POLICY and USER MAPPING. It quotes every name that is also a reserved word.
/// </remarks>
internal sealed class RolePlaces
{
    private readonly List<RolePlace> found = [];
    private readonly List<TextRange> unread = [];

    private RolePlaces()
    {
    }

    /// <summary>In the order of the text.</summary>
    public IReadOnlyList<RolePlace> Found => found;

    /// <summary>Statements of another shape: whether they name a role, nobody knows.</summary>
    public IReadOnlyList<TextRange> Unread => unread;

    public static RolePlaces In(ReadOnlySpan<byte> sql)
    {
        var places = new RolePlaces();
        var tokens = new SqlTokens(sql);
        while (true)
        {
            while (tokens.Take(";"u8)) { }
            var (start, before) = (tokens.At, places.found.Count);
            var ahead = tokens;
            if (ahead.Next().IsEnd) return places;
            if (places.Statement(ref tokens) && AtEnd(tokens)) continue;
            places.found.RemoveRange(before, places.found.Count - before);
            ToEnd(ref tokens);
            places.unread.Add(new TextRange(start, tokens.At - start));
        }
    }

    private bool Statement(ref SqlTokens tokens)
    {
        if (tokens.Take("grant"u8)) return Privileges(ref tokens, "to"u8);
        if (tokens.Take("revoke"u8)) return Privileges(ref tokens, "from"u8);
        if (tokens.Take("alter"u8)) return tokens.Take("default"u8) && tokens.Take("privileges"u8) && DefaultPrivileges(ref tokens);
        if (tokens.Take("set"u8)) return tokens.Take("session"u8) && tokens.Take("authorization"u8) && Role(ref tokens);
        if (tokens.Take("reset"u8)) return tokens.Take("session"u8) && tokens.Take("authorization"u8);
        if (tokens.Take("create"u8)) return tokens.Take("policy"u8) ? Policy(ref tokens) : UserMapping(ref tokens);
        if (!tokens.Take("drop"u8)) return false;
        if (!tokens.Take("policy"u8)) return UserMapping(ref tokens);
        ToEnd(ref tokens);
        return true;
    }

    private bool Privileges(ref SqlTokens tokens, ReadOnlySpan<byte> keyword)
    {
        if (!Find(ref tokens, keyword) || !Roles(ref tokens)) return false;
        if (tokens.Take("with"u8) && !(tokens.Take("grant"u8) && tokens.Take("option"u8))) return false;
        return !tokens.Take("granted"u8) || (tokens.Take("by"u8) && Role(ref tokens));
    }

    private bool DefaultPrivileges(ref SqlTokens tokens)
    {
        if (!tokens.Take("for"u8) || !(tokens.Take("role"u8) || tokens.Take("user"u8)) || !Roles(ref tokens)) return false;
        if (tokens.Take("in"u8) && !(tokens.Take("schema"u8) && tokens.Next().IsName)) return false;
        return tokens.Take("grant"u8) ? Privileges(ref tokens, "to"u8) : tokens.Take("revoke"u8) && Privileges(ref tokens, "from"u8);
    }

    /// <summary>TO comes before the expressions, which stand in parentheses.</summary>
    private bool Policy(ref SqlTokens tokens)
    {
        var ahead = tokens;
        if (Find(ref ahead, "to"u8))
        {
            tokens = ahead;
            if (!Roles(ref tokens)) return false;
        }
        ToEnd(ref tokens);
        return true;
    }

    private bool UserMapping(ref SqlTokens tokens)
    {
        if (!tokens.Take("user"u8) || !tokens.Take("mapping"u8)) return false;
        if (tokens.Take("if"u8))
        {
            tokens.Take("not"u8);
            tokens.Take("exists"u8);
        }
        if (!tokens.Take("for"u8) || !Role(ref tokens) || !tokens.Take("server"u8)) return false;
        ToEnd(ref tokens);
        return true;
    }

    private bool Roles(ref SqlTokens tokens)
    {
        do
        {
            tokens.Take("group"u8);
            if (!Role(ref tokens)) return false;
        }
        while (tokens.Take(","u8));
        return true;
    }

    private bool Role(ref SqlTokens tokens)
    {
        var token = tokens.Next();
        if (!token.IsName && !token.IsString) return false;
        if (!NamedRoles.StandsForAnother(token)) found.Add(new RolePlace(tokens.At - token.Text.Length, token.Text.Length, token.Value()));
        return true;
    }

    /// <summary>Past the keyword, if it stands outside parentheses in this statement.</summary>
    private static bool Find(ref SqlTokens tokens, ReadOnlySpan<byte> keyword)
    {
        var depth = 0;
        while (!AtEnd(tokens))
        {
            var token = tokens.Next();
            depth += token.Text[0] switch { (byte)'(' => 1, (byte)')' => -1, _ => 0 };
            if (depth == 0 && token.Is(keyword)) return true;
        }
        return false;
    }

    private static bool AtEnd(SqlTokens tokens)
    {
        var next = tokens.Next();
        return next.IsEnd || next.Is(";"u8);
    }

    private static void ToEnd(ref SqlTokens tokens)
    {
        while (!AtEnd(tokens)) tokens.Next();
    }
}

/// <summary>One name of a role.</summary>
/// <param name="Start">Index of its first byte, or of its quote.</param>
/// <param name="Length">Bytes, quotes included.</param>
/// <param name="Name">As the server takes it.</param>
internal readonly record struct RolePlace(int Start, int Length, string Name);
