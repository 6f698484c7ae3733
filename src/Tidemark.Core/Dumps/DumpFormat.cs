namespace Tidemark.Dumps;

/// <summary>The two forms a dump is kept in; each is what a stock tool reads.</summary>
internal enum DumpFormat
{
    /// <summary>pg_dump -Fc, read by pg_restore. Layout: dated.</summary>
    Custom,

    /// <summary>Plain SQL, gzipped, read by gunzip and psql. Layout: flat.</summary>
    SqlGz,
}

internal static class DumpFormats
{
    public static string Name(this DumpFormat format) => format == DumpFormat.Custom ? "custom" : "sql.gz";

    public static string Extension(this DumpFormat format) => format == DumpFormat.Custom ? ".dump" : ".sql.gz";

    public static DumpFormat Parse(string name) => name switch
    {
        "custom" => DumpFormat.Custom,
        "sql.gz" => DumpFormat.SqlGz,
        _ => throw new Fault(FaultCode.Usage, $"\"{name}\" is not a format") { Where = $"--format {name}", Next = "use custom or sql.gz" },
    };
}
