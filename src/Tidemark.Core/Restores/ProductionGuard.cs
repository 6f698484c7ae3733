using Npgsql;
using Tidemark.Configuration;
using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Restores;

/// <summary>Armed on production: no existing database is restored over or swapped without --force and --confirm with its name.</summary>
/// <remarks>--force lifts this guard and nothing else.</remarks>
internal sealed record ProductionGuard
{
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
        if (threatened is null) return new($"armed by {armedBy}; no existing database is touched", null);
        if (force && confirm == threatened) return new($"armed by {armedBy}; lifted by --force --confirm {threatened}", null);
        return new($"armed by {armedBy}; refuses", new Fault(FaultCode.Refused, $"the production guard protects database \"{threatened}\"")
        {
            Where = armedBy,
            Why = !force ? "--force was not given" : confirm is null ? "--confirm was not given" : $"--confirm says \"{confirm}\"",
            Next = $"if you mean it: add --force --confirm {ShellWord.Quote(threatened)}",
        });
    }

    /// <summary>tidemark.environment as the server has it for a database, or for all: wherever it says production, it does.</summary>
    public static Task<string?> ServerSaysAsync(NpgsqlConnection connection, string database, CancellationToken token) => connection.ScalarAsync<string?>($"""
        select said from (
            select substr(c, strpos(c, '=') + 1) from pg_db_role_setting s, unnest(s.setconfig) c
             where s.setdatabase = (select oid from pg_database where datname = {SqlText.Literal(database)}) and lower(split_part(c, '=', 1)) = 'tidemark.environment'
            union all select current_setting('tidemark.environment', true)) x (said)
         where said <> '' order by lower(trim(said)) in ({string.Join(", ", ProductionWords.All.Select(SqlText.Literal))}) desc limit 1
        """, token);
}
