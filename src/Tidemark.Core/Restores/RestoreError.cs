namespace Tidemark.Restores;

/// <summary>How much an error that the restore went past matters.</summary>
internal enum ErrorClass
{
    /// <summary>What the statement wanted is there anyway, or was left out on request.</summary>
    Benign,

    /// <summary>Something other than rows is missing: the database is there, but not equal.</summary>
    Missing,

    /// <summary>Rows are missing.</summary>
    Data,
}

/// <summary>One error that pg_restore or psql reported.</summary>
/// <param name="SqlState">Five characters; null where the program does not tell (pg_restore never does).</param>
/// <param name="Message">The server's words.</param>
/// <param name="Statement">The first line of the statement, where known.</param>
internal sealed record RestoreError(string? SqlState, string Message, string? Statement)
{
    /// <summary>The reason that --no-owner settles.</summary>
    public const string RoleMissing = "an owner or a grant: the role is missing";

    /// <summary>It kept something of the target from being dropped, so that it could not be made again.</summary>
    public bool Drops => Statement is { } statement && (statement.StartsWith("DROP ", StringComparison.Ordinal) || statement.StartsWith("ALTER ", StringComparison.Ordinal) && statement.Contains(" DROP ", StringComparison.Ordinal));

    /// <summary>Why it is benign, or what it left out, in a few words.</summary>
    public (ErrorClass Class, string Reason) Classify(bool noOwner)
    {
        var statement = Statement ?? "";
        if (statement.StartsWith("COPY ", StringComparison.OrdinalIgnoreCase) || statement.StartsWith("INSERT ", StringComparison.OrdinalIgnoreCase) || Message.Contains("COPY failed for table", StringComparison.Ordinal))
            return (ErrorClass.Data, "rows were not loaded");
        if (statement.Contains("lowrite", StringComparison.Ordinal) || statement.Contains("lo_create", StringComparison.Ordinal)) return (ErrorClass.Data, "a large object was not loaded");
        if (statement.StartsWith("CREATE SCHEMA public", StringComparison.Ordinal) && Is("42P06", "already exists")) return (ErrorClass.Benign, "schema public exists in every new database");
        if (statement.StartsWith("CREATE EXTENSION", StringComparison.Ordinal) && Is("42710", "already exists")) return (ErrorClass.Benign, "the extension is there already");
        if (statement.StartsWith("COMMENT ON EXTENSION", StringComparison.Ordinal) && Is("42501", "must be owner")) return (ErrorClass.Benign, "the comment on an extension that a superuser owns");
        // A newer client sets parameters that an older server does not know; each such SET is for the client's own session.
        if (statement.StartsWith("SET ", StringComparison.Ordinal) && Is("42704", "unrecognized configuration parameter")) return (ErrorClass.Benign, "a session setting that this server does not know");
        if (statement.StartsWith("SET default_tablespace", StringComparison.Ordinal)) return (ErrorClass.Benign, "the tablespace is missing; the table went to the default one");
        if (noOwner && Is("42704", "role ") && Message.Contains("does not exist", StringComparison.Ordinal)) return (ErrorClass.Benign, "a role is missing, as allowed by --no-owner");
        if (Is("42704", "role ") && Message.Contains("role ", StringComparison.Ordinal)) return (ErrorClass.Missing, RoleMissing);
        return (ErrorClass.Missing, "the statement had no effect");
    }

    // pg_restore prints no SQLSTATE. Its words are matched instead: in another lc_messages a benign error is then listed as a
    // missing one, which is the safe way to be wrong.
    private bool Is(string sqlState, string words) => SqlState == sqlState || (SqlState is null && Message.Contains(words, StringComparison.Ordinal));

    public override string ToString() => Statement is null ? Message : $"{Message} (in: {Statement})";
}
