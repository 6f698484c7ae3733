using Tidemark.Postgres;

namespace Tidemark.BaseBackups;

/// <summary>What a role that is no superuser needs to take a base backup over SQL. Function rights hold in the database that they were given in.</summary>
/// <remarks>Such a role can read every byte of the cluster, password hashes included.</remarks>
internal static class BackupGrants
{
    public static IReadOnlyList<string> Statements(string role, int major)
    {
        var name = SqlText.Identifier(role);
        return [.. Functions(major).Select(function => $"grant execute on function {function} to {name}"), $"grant {Settings} to {name}"];
    }

    /// <summary>A role that reads all settings: where the data folder is, among them.</summary>
    public const string Settings = "pg_read_all_settings";

    /// <summary>With their arguments, as SQL wants them written.</summary>
    public static IReadOnlyList<string> Functions(int major) =>
    [
        .. new[]
        {
            major < FirstWithNewNames ? "pg_start_backup(text, boolean, boolean)" : "pg_backup_start(text, boolean)",
            major < FirstWithNewNames ? "pg_stop_backup(boolean, boolean)" : "pg_backup_stop(boolean)",
            "pg_switch_wal()",
            "pg_read_binary_file(text, bigint, bigint, boolean)",
            "pg_ls_dir(text, boolean, boolean)",
            "pg_stat_file(text, boolean)",
        }.Select(function => $"pg_catalog.{function}"),
    ];

    /// <summary>15 has no exclusive backups any more, and other names for the two ends.</summary>
    public const int FirstWithNewNames = 15;
}
