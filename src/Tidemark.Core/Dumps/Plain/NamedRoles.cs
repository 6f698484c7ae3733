namespace Tidemark.Dumps.Plain;

/// <summary>The roles that a dump's statements name, each once, in order of appearance. Best effort.</summary>
internal sealed class NamedRoles
{
    private readonly OrderedNames _names = new();

    public IReadOnlyList<string> Names => _names.Names;

    public void Read(SqlToken verb, SqlTokens rest)
    {
        if (verb.Is("alter"u8))
            Alter(rest);
        else if (verb.Is("grant"u8))
            List(rest, "to"u8);
        else if (verb.Is("revoke"u8))
            List(rest, "from"u8);
        else if (verb.Is("create"u8))
            Create(rest);
        else if (verb.Is("set"u8))
            Set(rest);
    }

    private void Alter(SqlTokens rest)
    {
        if (rest.Take("default"u8))
        {
            if (rest.Find("for"u8) && (rest.Take("role"u8) || rest.Take("user"u8)))
                Roles(ref rest);
            var grant = rest;
            if (grant.Find("grant"u8))
                List(grant, "to"u8);
            else if (rest.Find("revoke"u8))
                List(rest, "from"u8);
            return;
        }
        while (rest.Find("owner"u8))
            if (rest.Take("to"u8))
                Roles(ref rest);
    }

    private void Create(SqlTokens rest)
    {
        if (rest.Take("policy"u8))
            List(rest, "to"u8);
        else if (rest.Take("schema"u8))
            List(rest, "authorization"u8);
        else if (rest.Take("user"u8) && rest.Take("mapping"u8))
            List(rest, "for"u8);
    }

    private void Set(SqlTokens rest)
    {
        _ = rest.Take("session"u8) || rest.Take("local"u8);
        if (rest.Take("authorization"u8) || rest.Take("role"u8))
            Roles(ref rest);
    }

    private void List(SqlTokens rest, ReadOnlySpan<byte> keyword)
    {
        if (rest.Find(keyword))
            Roles(ref rest);
    }

    private void Roles(ref SqlTokens rest)
    {
        do
        {
            var token = rest.Next();
            if ((token.IsName || token.IsString) && !StandsForAnother(token))
                _names.Add(token.Value());
        }
        while (rest.Take(","u8));
    }

    public static bool StandsForAnother(SqlToken token) => token.Is("public"u8) || token.Is("current_user"u8) || token.Is("session_user"u8)
        || token.Is("current_role"u8) || token.Is("user"u8) || token.Is("default"u8) || token.Is("none"u8);
}
