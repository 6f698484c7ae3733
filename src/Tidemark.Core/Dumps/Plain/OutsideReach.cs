namespace Tidemark.Dumps.Plain;

/// <summary>Tells the statements and psql commands that act on more than the database they run in.</summary>
internal static class OutsideReach
{
    /// <summary>So much of a psql command is kept to be judged; of one that is as long, the end may be missing.</summary>
    public const int LongestLine = 256;

    /// <summary>Why the statement acts outside, or null. COPY is judged by <see cref="CopyStatement"/>.</summary>
    public static string? Of(SqlToken verb, SqlTokens rest)
    {
        if (verb.Is("create"u8) || verb.Is("drop"u8) || verb.Is("alter"u8))
        {
            if (verb.Is("alter"u8) && rest.Take("system"u8))
                return "changes the server's settings";
            return OfObject(rest);
        }
        if (verb.Is("comment"u8) || verb.Is("security"u8))
            return rest.Find("on"u8) ? OfObject(rest) : null;
        if (verb.Is("grant"u8) || verb.Is("revoke"u8))
            return !rest.Find("on"u8) ? "changes who is a member of a role" : rest.Take("parameter"u8) ? "changes the server's settings" : OfObject(rest);
        return null;
    }

    /// <summary>Why the line <c>\command …</c> may not run, or null for <c>\restrict key</c> and <c>\unrestrict key</c>.</summary>
    /// <param name="line">Up to <see cref="LongestLine"/> bytes of it.</param>
    /// <param name="inStatement">It stands in the midst of a statement.</param>
    public static string? OfPsqlCommand(ReadOnlySpan<byte> line, bool inStatement)
    {
        const string Why = "a psql command";
        var space = line.IndexOfAny((byte)' ', (byte)'\t');
        if (space < 0 || inStatement || line.Length >= LongestLine || !(line[..space].SequenceEqual("\\restrict"u8) || line[..space].SequenceEqual("\\unrestrict"u8)))
            return Why;
        // The key is letters and digits; a second backslash would begin another command.
        foreach (var b in line[space..].Trim(" \t\r"u8))
            if (SqlBytes.Kinds[b] > SqlBytes.Digit)
                return Why;
        return null;
    }

    private static string? OfObject(SqlTokens rest)
    {
        if (rest.Take("database"u8))
            return "acts on a database as a whole";
        if (rest.Take("tablespace"u8))
            return "acts on a tablespace, which all databases share";
        // A user mapping belongs to a foreign server of this database.
        if (rest.Take("role"u8) || rest.Take("group"u8) || (rest.Take("user"u8) && !rest.Take("mapping"u8)))
            return "acts on a role, which all databases share";
        return null;
    }
}
