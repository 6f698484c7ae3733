namespace Tidemark.Postgres;

/// <summary>The client programs of one PostgreSQL installation, found together; a path may be overridden by a setting.</summary>
internal sealed record ClientTools
{
    public required ServerVersion Version { get; init; }

    public required string PgDump { get; init; }

    public required string PgRestore { get; init; }

    public required string Psql { get; init; }

    public required string PgDumpAll { get; init; }

    public string Folder => Path.GetDirectoryName(PgDump)!;
}
