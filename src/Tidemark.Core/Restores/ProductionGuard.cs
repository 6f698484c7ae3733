using Npgsql;
using Tidemark.Configuration;
using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Restores;

/// <summary>Armed on production: no existing database is restored over or swapped without --force and --confirm with its name.</summary>
/// <remarks>--force lifts this guard and nothing else.</remarks>
internal sealed record ProductionGuard
{
    /// <summary>Begins the verdict where somebody said production.</summary>
    public const string Armed = "armed by ";

    private ProductionGuard(string verdict, Fault? refusal) => (Verdict, Refusal) = (verdict, refusal);

    public string Verdict { get; }

    public Fault? Refusal { get; }

    /// <param name="threatened">The existing database that would be replaced or restored over; null when none is.</param>
    /// <param name="saidBy">The setting that says production; null when none does.</param>
    /// <param name="serverSays">The server's own tidemark.environment for that database.</param>
    /// <param name="force">--force</param>
    /// <param name="confirm">--confirm</param>
    public static ProductionGuard Judge(string? threatened, string? saidBy, string? serverSays, bool force, string? confirm)
    {
        var armedBy = saidBy ?? (ProductionWords.Include(serverSays) ? $"the server: tidemark.environment = {serverSays!.Trim()}" : null);
        if (armedBy is null) return new("not armed (not production)", null);
        if (threatened is null) return new($"{Armed}{armedBy}; no existing database is touched", null);
        if (force && confirm == threatened) return new($"{Armed}{armedBy}; lifted by --force --confirm {threatened}", null);
        return new($"{Armed}{armedBy}; refuses", new Fault(FaultCode.Refused, $"the production guard protects database \"{threatened}\"")
        {
            Where = armedBy,
            Why = !force ? "--force was not given" : confirm is null ? "--confirm was not given" : $"--confirm says \"{confirm}\"",
            Next = $"if you mean it: add --force --confirm {ShellWord.Quote(threatened)}",
        });
    }

    /// <summary>tidemark.environment as the server has it for these databases, or for all: wherever it says production, it does.</summary>
    /// <remarks>Each layer is asked for itself: a session takes only the topmost, and a PGOPTIONS or a role's own setting would hide what lies below.</remarks>
    public static async Task<string?> ServerSaysAsync(NpgsqlConnection connection, DatabaseAddress address, IEnumerable<string> databases, CancellationToken token)
    {
        List<string?> said = [.. await connection.ColumnAsync($"""
            select substr(c, strpos(c, '=') + 1) from pg_db_role_setting s, unnest(s.setconfig) c
             where (s.setdatabase in (select oid from pg_database where datname in ({string.Join(", ", databases.Select(SqlText.Literal))}))
                    or (s.setdatabase = 0 and s.setrole in (0, (select oid from pg_roles where rolname = current_user))))
               and lower(split_part(c, '=', 1)) = 'tidemark.environment'
            """, token)];
        // Superusers, and whom they let, see the server's files under all that.
        if (await connection.ScalarAsync<bool>("select has_table_privilege('pg_file_settings', 'select') and has_function_privilege('pg_show_all_file_settings()', 'execute')", token))
            said.AddRange(await connection.ColumnAsync("select setting from pg_file_settings where applied and setting is not null and lower(name) = 'tidemark.environment'", token));
        const string InEffect = "select current_setting('tidemark.environment', true)";
        said.Add(await connection.ScalarAsync<string?>(InEffect, token));
        if (address.Keyword("options")?.Replace("\\", "", StringComparison.Ordinal).Contains("tidemark", StringComparison.OrdinalIgnoreCase) == true)
        {
            // A blank, not nothing: without options of its own, Npgsql would take PGOPTIONS.
            await using var without = await MaintenanceConnection.OpenAsync(address.With("options", " "), token);
            said.Add(await without.ScalarAsync<string?>(InEffect, token));
        }
        return said.Where(word => !string.IsNullOrWhiteSpace(word)).OrderByDescending(ProductionWords.Include).FirstOrDefault();
    }
}
