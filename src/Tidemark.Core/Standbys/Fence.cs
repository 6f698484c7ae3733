using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Standbys;

/// <summary>Keeps applications from writing to an old primary. Replication goes on.</summary>
internal sealed class Fence(NpgsqlConnection primary, string database, TimeProvider clock)
{
    private const string Others = "pid <> pg_backend_pid() and backend_type = 'client backend' and datname = current_database()";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>New transactions are read only, and sessions that began before are gone.</summary>
    /// <exception cref="Fault">A session does not end.</exception>
    public async Task CloseAsync(CancellationToken token)
    {
        await primary.ExecuteAsync($"alter database {SqlText.Identifier(database)} set default_transaction_read_only = on", token);
        var before = await primary.ColumnAsync($"select pid::text from pg_stat_activity where {Others}", token);
        if (before.Count == 0) return;
        var pids = string.Join(", ", before);
        await primary.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where {Others} and pid in ({pids})", token);
        for (var begun = clock.GetTimestamp(); await primary.ScalarAsync<long>($"select count(*) from pg_stat_activity where {Others} and pid in ({pids})", token) > 0;)
        {
            if (clock.GetElapsedTime(begun) > Patience) throw new Fault(FaultCode.Failed, "sessions of the primary do not end") { Where = $"pid {pids}", Next = "end them there, then promote again" };
            await Task.Delay(TimeSpan.FromMilliseconds(50), clock, token);
        }
    }

    public Task OpenAsync(CancellationToken token) => primary.ExecuteAsync($"alter database {SqlText.Identifier(database)} reset default_transaction_read_only", token);
}
