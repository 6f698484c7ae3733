using Npgsql;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

/// <summary>The steps of a swap that the server can be made to wait in.</summary>
public enum SwapStage
{
    /// <summary>The record is written; the old database is being closed.</summary>
    Closing,

    /// <summary>The old database is closed; one of its sessions does not end.</summary>
    EndingSessions,

    /// <summary>In the transaction, both renames done.</summary>
    Renaming,

    /// <summary>COMMIT is on the server's disk, and its answer is not given.</summary>
    Committing,
}

/// <summary>Makes a server wait at one step of a swap, by locks and stopped processes, not by time.</summary>
internal sealed class Pause(PostgresServer server, string database, SwapStage stage) : IAsyncDisposable
{
    private NpgsqlConnection? holder;
    private int stopped;

    public async Task BeginAsync()
    {
        if (stage is SwapStage.Closing or SwapStage.Renaming)
        {
            holder = await server.OpenAsync();
            await ExecuteAsync($"BEGIN; LOCK TABLE {(stage == SwapStage.Closing ? "pg_database" : "pg_db_role_setting")} IN SHARE MODE");
            return;
        }

        // A session whose process stands still does not hear that it is to end.
        holder = await server.OpenAsync(database);
        stopped = holder.ProcessID;
        Signals.ToProcess(stopped, Signals.Stop);
    }

    /// <summary>Waits until the program waits there.</summary>
    public async Task ReachedAsync()
    {
        if (stage is SwapStage.Closing or SwapStage.Renaming)
        {
            await Until.TrueAsync(() => server.ScalarAsync<bool>("postgres", "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'tidemark' AND wait_event_type = 'Lock')"));
            return;
        }

        await Until.TrueAsync(() => server.ScalarAsync<bool>("postgres", $"SELECT NOT datallowconn AND EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'tidemark' AND query LIKE '%pg_sleep%') FROM pg_database WHERE datname = {Shop.Quoted(database)}"));
        if (stage == SwapStage.EndingSessions) return;

        // From here on each COMMIT waits for a standby that there is not.
        await server.ExecuteAsync("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        await server.ExecuteAsync("postgres", "SELECT pg_reload_conf()");
        await Until.TrueAsync(async () => await server.ScalarAsync<string>("postgres", "SHOW synchronous_standby_names") == "nobody");
        Signals.ToProcess(stopped, Signals.Continue);
        stopped = 0;
        await Until.TrueAsync(() => server.ScalarAsync<bool>("postgres", "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'tidemark' AND wait_event = 'SyncRep')"));
    }

    public async Task EndAsync()
    {
        if (stopped != 0) Signals.ToProcess(stopped, Signals.Continue);
        stopped = 0;
        if (holder is not null) await holder.DisposeAsync();
        holder = null;
        if (stage != SwapStage.Committing) return;
        await server.ExecuteAsync("postgres", "ALTER SYSTEM RESET synchronous_standby_names");
        await server.ExecuteAsync("postgres", "SELECT pg_reload_conf()");
        await Until.TrueAsync(async () => await server.ScalarAsync<string>("postgres", "SHOW synchronous_standby_names") == "");
    }

    public async ValueTask DisposeAsync() => await EndAsync();

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, holder);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
