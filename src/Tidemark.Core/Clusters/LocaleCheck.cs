using Tidemark.Postgres;

namespace Tidemark.Clusters;

/// <summary>Encoding and collation: what makes a restored database sort or read otherwise.</summary>
internal static class LocaleCheck
{
    private static readonly CheckSubject Subject = new("locale", "encoding and collation", FaultCode.Failed);

    public static Task<Check> LookAsync(ProbedServer? server, CancellationToken token) => Subject.LookAsync(server, async connected =>
        // The function came with 15, as did the version in pg_database.
        Judge(connected.Facts, connected.Version.Major < 15 ? null : await connected.Connection.ScalarAsync<string?>($"select pg_database_collation_actual_version({connected.Facts.Oid})", token)));

    /// <param name="facts">Of the database.</param>
    /// <param name="actual">The collation's version as the server's system has it now; null where it has none or does not say.</param>
    public static Check Judge(DatabaseFacts facts, string? actual)
    {
        var found = $"{facts.Encoding}, collate {facts.Collate}, ctype {facts.Ctype}, provider {facts.Provider}{(facts.Locale is null ? "" : $" {facts.Locale}")}";
        var name = SqlText.Identifier(facts.Name);
        if (facts.CollationVersion is { } made && actual is not null && made != actual)
            return Subject.Warn($"{found}; made with version {made} of the collation, the system has {actual}: indexes on text may be wrong", $"REINDEX DATABASE {name};\nALTER DATABASE {name} REFRESH COLLATION VERSION;");
        return facts.Encoding == "SQL_ASCII" ? Subject.Warn($"{found}: bytes are stored unchecked, so the dump restores into another SQL_ASCII database only", "find out which encoding the text really has before you need it elsewhere: tidemark restore latest --to-database trial")
            : Subject.Ok(found);
    }
}
