using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Standbys;

/// <summary>What a standby needs on the primary: a table to measure with, a publication, a slot. All can be made again and removed again.</summary>
internal sealed class PrimarySide(StandbyRecord record, NpgsqlConnection connection)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private string BeatTable => BeatTableOf(record.Id);

    public static string BeatTableOf(string name) => SqlText.Identifier(StandbyName.Schema, name);

    /// <summary>On both sides.</summary>
    public static string BeatTableStatement(string name) =>
        $"create schema if not exists {StandbyName.Schema}; create table if not exists {BeatTableOf(name)} (id int primary key, beaten_at timestamptz not null)";

    /// <summary>Tables by name, not all of them: one that comes later without a primary key would no longer let its rows be updated.</summary>
    /// <param name="tables">Quoted.</param>
    /// <param name="token">Cancels.</param>
    public async Task PublishAsync(IReadOnlyList<string> tables, CancellationToken token)
    {
        await connection.ExecuteAsync(BeatTableStatement(record.Id), token);
        if (await connection.ScalarAsync<bool>($"select exists (select from pg_publication where pubname = {SqlText.Literal(record.Object)})", token)) return;
        await connection.ExecuteAsync($"create publication {SqlText.Identifier(record.Object)} for table {string.Join(", ", tables.Prepend(BeatTable))}", token);
    }

    /// <summary>From here on the primary keeps WAL for the standby.</summary>
    public async Task MakeSlotAsync(Action<string> tell, CancellationToken token)
    {
        if (await connection.ScalarAsync<bool>($"select exists (select from pg_replication_slots where slot_name = {SqlText.Literal(record.Object)})", token)) return;
        // A slot begins where no transaction is under way that began before it.
        if (await connection.ScalarAsync<string?>("select string_agg(pid::text, ', ') from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid() and xact_start < now() - interval '10 s'", token) is { } pids)
            tell($"the slot waits for transactions that are under way on the primary (pid {pids})");
        await connection.ExecuteAsync($"select pg_create_logical_replication_slot({SqlText.Literal(record.Object)}, 'pgoutput')", token);
    }

    /// <summary>Writes the row that travels.</summary>
    /// <returns>What it says, by the primary's clock.</returns>
    public async Task<DateTimeOffset> BeatAsync(CancellationToken token) =>
        new(await connection.ScalarAsync<DateTime>($"insert into {BeatTable} values (1, clock_timestamp()) on conflict (id) do update set beaten_at = excluded.beaten_at returning beaten_at", token));

    /// <summary>Removes all of it. Returns a sentence for each.</summary>
    /// <param name="whole">False: the slots only.</param>
    /// <param name="clock">Of the patience with a slot that is in use.</param>
    /// <param name="token">Cancels.</param>
    public async Task<IReadOnlyList<string>> RemoveAsync(bool whole, TimeProvider clock, CancellationToken token)
    {
        List<string> told = [];
        foreach (var slot in await SlotsAsync(token))
        {
            await DropSlotAsync(slot, clock, token);
            told.Add($"slot {slot} on the primary");
        }
        if (!whole) return told;
        if (await connection.ScalarAsync<bool>($"select exists (select from pg_publication where pubname = {SqlText.Literal(record.Object)})", token))
        {
            await connection.ExecuteAsync($"drop publication if exists {SqlText.Identifier(record.Object)}", token);
            told.Add($"publication {record.Object} on the primary");
        }
        if (await DropBeatsAsync(connection, record.Id, token)) told.Add($"table {StandbyName.Schema}.{record.Id} on the primary");
        return told;
    }

    /// <summary>The table, and its schema when no other standby has one there.</summary>
    public static async Task<bool> DropBeatsAsync(NpgsqlConnection connection, string name, CancellationToken token)
    {
        var was = await connection.ScalarAsync<bool>($"select to_regclass({SqlText.Literal(BeatTableOf(name))}) is not null", token);
        await connection.ExecuteAsync($"drop table if exists {BeatTableOf(name)}", token);
        if (await connection.ScalarAsync<bool>($"select exists (select from pg_namespace n where nspname = '{StandbyName.Schema}' and not exists (select from pg_class where relnamespace = n.oid))", token))
            await connection.ExecuteAsync($"drop schema if exists {StandbyName.Schema}", token);
        return was;
    }

    /// <summary>Ours, and those of the copies of single tables, which the standby's server names: pg_SUBSCRIPTION_sync_TABLE_SYSTEM.</summary>
    private Task<IReadOnlyList<string>> SlotsAsync(CancellationToken token)
    {
        var subscription = record.SubscriptionOid is { } oid ? $"{oid}" : "[0-9]+";
        var copies = record.TargetSystem is { } system ? $"or (database = current_database() and slot_name ~ '^pg_{subscription}_sync_[0-9]+_{system}$'{(record.SubscriptionOid is null ? " and not active" : "")})" : "";
        return connection.ColumnAsync($"select slot_name::text from pg_replication_slots where slot_name = {SqlText.Literal(record.Object)} {copies}", token);
    }

    private async Task DropSlotAsync(string slot, TimeProvider clock, CancellationToken token)
    {
        for (var begun = clock.GetTimestamp(); ;)
            try
            {
                // Its sender is the standby's, which is told to stop before, or is gone without having said so.
                await connection.ExecuteAsync($"select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = {SqlText.Literal(slot)} and active_pid is not null", token);
                await connection.ExecuteAsync($"select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = {SqlText.Literal(slot)}", token);
                return;
            }
            catch (PostgresException used) when (used.SqlState is PostgresErrorCodes.ObjectInUse or PostgresErrorCodes.UndefinedObject && clock.GetElapsedTime(begun) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), clock, token);
            }
    }
}
