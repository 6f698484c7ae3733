using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>Ends a restore that waits for somebody else's lock. It would wait without limit, and behind it everybody who wants the table.</summary>
/// <remarks>Not by lock_timeout: pg_restore and the text of pg_dump both begin with SET lock_timeout = 0.</remarks>
internal sealed class LockWatch : IAsyncDisposable
{
    /// <summary>In seconds.</summary>
    private const int Patience = 10;

    private readonly CancellationTokenSource over = new();
    private readonly Task<IReadOnlyList<string>> watching;

    private LockWatch(DatabaseAddress address) => watching = WatchAsync(address, over.Token);

    /// <param name="address">As the restore connects, with an application_name that nobody else has.</param>
    public static LockWatch Begin(DatabaseAddress address) => new(address);

    /// <summary>To be called when the restore has ended. Who held the locks for which it was ended; empty when it was not.</summary>
    public async Task<IReadOnlyList<string>> EndAsync()
    {
        await over.CancelAsync();
        return await watching;
    }

    private static async Task<IReadOnlyList<string>> WatchAsync(DatabaseAddress address, CancellationToken token)
    {
        var restore = $"pg_stat_activity w where w.datname = {SqlText.Literal(address.Database)} and w.application_name = {SqlText.Literal(address.Keyword("application_name")!)} and w.wait_event_type = 'Lock'";
        try
        {
            await using var connection = await MaintenanceConnection.OpenAsync(address.With("application_name", "tidemark"), token);
            for (var waited = 0; ; waited++)
            {
                // The server paces the loop.
                await connection.ExecuteAsync("select pg_sleep(1)", token);
                var holders = await connection.ColumnAsync($"""
                    select distinct coalesce(concat(b.usename, ' from ' || nullif(b.application_name, ''), ' (pid ' || b.pid, ', ' || coalesce(b.state, b.backend_type), ')'), 'a prepared transaction')
                      from (select unnest(pg_blocking_pids(w.pid)) pid from {restore}) held left join pg_stat_activity b using (pid) where held.pid = 0 or b.pid is not null
                    """, token);
                if (holders.Count == 0) waited = -1;
                if (waited < Patience - 1) continue;
                await connection.ExecuteAsync($"select pg_terminate_backend(w.pid) from {restore}", token);
                return holders;
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or Fault or NpgsqlException)
        {
            // The restore came to its end; or the server is in trouble, which the restore then tells in its own words.
            return [];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await watching;
        over.Dispose();
    }
}
