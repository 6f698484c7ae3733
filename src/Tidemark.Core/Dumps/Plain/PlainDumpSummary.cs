namespace Tidemark.Dumps.Plain;

/// <summary>What a plain SQL dump holds, found by one reading of all its bytes.</summary>
internal sealed record PlainDumpSummary
{
    /// <summary>In order of first appearance; a table whose COPY block is empty is listed with 0.</summary>
    public required IReadOnlyList<TableRows> Tables { get; init; }

    /// <summary>Tables that the dump makes and holds neither a COPY block nor an INSERT for, in order; parents of partitions left out.</summary>
    public required IReadOnlyList<string> TablesWithoutData { get; init; }

    /// <summary>pg_dump's closing comment stands after the last statement. Of a cluster dump, the closing comment of pg_dumpall is meant.</summary>
    public required bool TrailerSeen { get; init; }

    /// <summary>Null, or where the text stops in the middle of something.</summary>
    public required string? OpenEnd { get; init; }

    /// <summary>Made by pg_dumpall: several databases, roles, tablespaces.</summary>
    public required bool IsClusterDump { get; init; }

    /// <summary>False for binary files: a NUL byte anywhere, or an opening that no SQL script has.</summary>
    public required bool LooksLikeSql { get; init; }

    /// <summary>The first 20 in order of appearance; <see cref="ForbiddenCount"/> tells all.</summary>
    public required IReadOnlyList<ForbiddenStatement> Forbidden { get; init; }

    public required long ForbiddenCount { get; init; }

    /// <summary>A byte order mark and the lines <c>\restrict key</c> and <c>\unrestrict key</c>, without their newlines: whoever feeds psql leaves them out.</summary>
    public required IReadOnlyList<TextRange> NotForPsql { get; init; }

    /// <summary>SQL statements that reached their semicolon.</summary>
    public required long Statements { get; init; }

    public required long LargeObjects { get; init; }

    public required long Bytes { get; init; }

    /// <summary>As in the first header: <c>15.18 (Debian 15.18-0+deb12u1)</c>.</summary>
    public required string? DumpedByVersion { get; init; }

    public required string? DumpedFromVersion { get; init; }

    /// <summary>Roles that owners, grants, policies and SET name, in order of appearance; PUBLIC and the like left out. Best effort.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    public required IReadOnlyList<string> Extensions { get; init; }

    /// <summary>How many of each kind it makes, by pg_dump's own words: TABLE, INDEX, FK CONSTRAINT, … Empty where somebody else wrote it.</summary>
    public IReadOnlyDictionary<string, long> Objects { get; init; } = new Dictionary<string, long>();
}
