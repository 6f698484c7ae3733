namespace Tidemark.Postgres;

/// <summary>What CREATE DATABASE must be told to make an equal, empty database, and what lives beside it in the shared catalogues.</summary>
internal sealed record DatabaseFacts
{
    public required string Name { get; init; }

    public required uint Oid { get; init; }

    public required string Owner { get; init; }

    public required string Encoding { get; init; }

    public required string Collate { get; init; }

    public required string Ctype { get; init; }

    /// <summary>libc, icu or builtin (15 and later know more than libc).</summary>
    public required string Provider { get; init; }

    /// <summary>The ICU or builtin locale; null for libc.</summary>
    public string? Locale { get; init; }

    public string? IcuRules { get; init; }

    /// <summary>The collation version that the database was made with; a difference on the restoring machine means indexes to check.</summary>
    public string? CollationVersion { get; init; }

    public required int ConnectionLimit { get; init; }

    public required bool AllowsConnections { get; init; }

    public string? Comment { get; init; }

    /// <summary>Null where the defaults hold (no row in datacl).</summary>
    public IReadOnlyList<DatabaseGrant>? Grants { get; init; }

    /// <summary>ALTER DATABASE … [ROLE …] SET name = value.</summary>
    public IReadOnlyList<DatabaseSetting> Settings { get; init; } = [];

    /// <summary>Bytes, by pg_database_size; null where the role may not ask.</summary>
    public long? Size { get; init; }
}

/// <summary>One per-database setting; a role when it holds for that role in this database only.</summary>
internal sealed record DatabaseSetting(string? Role, string Name, string Value);

/// <summary>One privilege on the database; the grantee is null for PUBLIC.</summary>
internal sealed record DatabaseGrant(string? Grantee, string Privilege, bool Grantable);
