namespace Tidemark.Postgres;

/// <summary>The statements that give a database another one's properties: what a dump does not hold and a rename does not move.</summary>
internal static class DatabaseProperties
{
    // A list setting is stored as it must be written; every other value is one literal (pg_dump's variable_is_guc_list_quote, 13 to 18).
    private static readonly HashSet<string> Lists = ["search_path", "temp_tablespaces", "session_preload_libraries", "shared_preload_libraries", "local_preload_libraries", "unix_socket_directories", "DateStyle"];

    // What a database can be granted (13 to 18); the word stands in SQL as it is, and comes from a file.
    private static readonly HashSet<string> Privileges = ["CONNECT", "CREATE", "TEMPORARY"];

    /// <param name="database">The database to change.</param>
    /// <param name="facts">Whose properties to give it.</param>
    /// <param name="present">Roles that exist on this server; what concerns others is left out.</param>
    public static IEnumerable<string> Statements(string database, DatabaseFacts facts, IReadOnlySet<string> present)
    {
        var name = SqlText.Identifier(database);
        if (present.Contains(facts.Owner)) yield return $"alter database {name} owner to {SqlText.Identifier(facts.Owner)}";
        yield return $"alter database {name} connection limit {facts.ConnectionLimit}";
        yield return $"comment on database {name} is {(facts.Comment is null ? "null" : SqlText.Literal(facts.Comment))}";
        yield return $"alter database {name} reset all";
        foreach (var setting in facts.Settings.Where(setting => setting.Role is null || present.Contains(setting.Role)))
            yield return $"alter {(setting.Role is null ? $"database {name}" : $"role {SqlText.Identifier(setting.Role)} in database {name}")} set {Name(setting.Name)} to {Value(setting)}";
        if (facts.Grants is null) yield break;
        yield return $"revoke all on database {name} from public";
        foreach (var grant in facts.Grants.Where(grant => Privileges.Contains(grant.Privilege) && (grant.Grantee is null || present.Contains(grant.Grantee))))
            yield return $"grant {grant.Privilege} on database {name} to {(grant.Grantee is null ? "public" : SqlText.Identifier(grant.Grantee))}{(grant.Grantable ? " with grant option" : "")}";
    }

    private static string Name(string setting) => string.Join('.', setting.Split('.').Select(SqlText.Identifier));

    private static string Value(DatabaseSetting setting) =>
        !Lists.Contains(setting.Name) ? SqlText.Literal(setting.Value) : setting.Value.Length == 0 ? "''" : string.Join(", ", ListItems(setting.Value).Select(SqlText.Literal));

    /// <summary>Splits <c>"$user", public</c> at commas outside double quotes, and takes the quotes off.</summary>
    private static IEnumerable<string> ListItems(string value)
    {
        var item = new System.Text.StringBuilder();
        var quoted = false;
        for (var i = 0; i < value.Length; i++)
            if (value[i] == '"' && quoted && i + 1 < value.Length && value[i + 1] == '"') item.Append(value[i++]);
            else if (value[i] == '"') quoted = !quoted;
            else if (value[i] == ',' && !quoted)
            {
                yield return item.ToString();
                item.Clear();
            }
            else if (quoted || value[i] != ' ') item.Append(value[i]);
        yield return item.ToString();
    }
}
