using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Standbys;

/// <summary>The subscription, on the standby.</summary>
internal sealed class StandbySide(StandbyRecord record, NpgsqlConnection connection)
{
    // The password reaches the server in a parameter, and the statement that holds it is put together there: the log of the server
    // shows neither, also not when the statement fails, since its error is caught and only its first line said again.
    private const string Subscribe = """
        do $tidemark$
        begin
          execute current_setting('tidemark.subscribe');
        exception when others then
          raise exception using message = sqlerrm, errcode = sqlstate;
        end $tidemark$
        """;

    /// <summary>Whether the primary can be reached from here; nothing is left of the trial.</summary>
    /// <returns>Null: it can.</returns>
    public static async Task<string?> TryReachAsync(NpgsqlConnection connection, DatabaseAddress primary, CancellationToken token)
    {
        await using var transaction = await connection.BeginTransactionAsync(token);
        try
        {
            await SubscribeAsync(connection, $"create subscription tidemark_trial_of_connection connection {SqlText.Literal(primary.ToSecretConninfo())} publication tidemark_trial with (connect = true, enabled = false, create_slot = false, copy_data = false, slot_name = none)", token);
            return null;
        }
        catch (PostgresException refused)
        {
            return refused.MessageText.ReplaceLineEndings(" ");
        }
        finally
        {
            await transaction.RollbackAsync(CancellationToken.None);
        }
    }

    public async Task SubscribeAsync(DatabaseAddress primary, CancellationToken token)
    {
        if (await OidAsync(token) is not null) return;
        await connection.ExecuteAsync(PrimarySide.BeatTableStatement(record.Id), token);
        var streaming = DatabaseConnection.Version(connection).Major >= 14 ? ", streaming = true" : "";
        await SubscribeAsync(connection, $"create subscription {SqlText.Identifier(record.Object)} connection {SqlText.Literal(primary.ToSecretConninfo())} publication {SqlText.Identifier(record.Object)} with (create_slot = false, slot_name = {SqlText.Literal(record.Object)}, copy_data = true{streaming})", token);
    }

    /// <summary>Null: there is none.</summary>
    public async Task<long?> OidAsync(CancellationToken token) =>
        await connection.ScalarAsync<long>($"select oid::bigint from pg_subscription where subname = {SqlText.Literal(record.Object)} and subdbid = (select oid from pg_database where datname = current_database())", token) is > 0 and var oid ? oid : null;

    public Task SetEnabledAsync(bool enabled, CancellationToken token) => connection.ExecuteAsync($"alter subscription {SqlText.Identifier(record.Object)} {(enabled ? "enable" : "disable")}", token);

    /// <summary>Whether or not the primary is there: it is parted from its slot first, which is dropped on the primary.</summary>
    public async Task<bool> RemoveAsync(CancellationToken token)
    {
        if (await OidAsync(token) is null) return false;
        var name = SqlText.Identifier(record.Object);
        await connection.ExecuteAsync($"alter subscription {name} disable", token);
        await connection.ExecuteAsync($"alter subscription {name} set (slot_name = none)", token);
        await connection.ExecuteAsync($"drop subscription {name}", token);
        return true;
    }

    private static async Task SubscribeAsync(NpgsqlConnection connection, string statement, CancellationToken token)
    {
        // Whoever logs every statement with its parameters logs this one's too, unless a superuser says otherwise.
        // What it says of itself, as that there is no such publication, it says with the statement beside it.
        if (await connection.ScalarAsync<bool>("select rolsuper from pg_roles where rolname = current_user", token))
            await connection.ExecuteAsync("set log_statement = 'none'; set log_min_duration_statement = -1; set log_min_error_statement = 'panic'; set log_min_messages = 'panic'; set log_error_verbosity = 'terse'", token);
        await using (var command = new NpgsqlCommand("select set_config('tidemark.subscribe', $1, false)", connection) { Parameters = { new() { Value = statement } } })
            await command.ExecuteNonQueryAsync(token);
        try
        {
            await connection.ExecuteAsync(Subscribe, token);
        }
        finally
        {
            if (connection.FullState == System.Data.ConnectionState.Open && !token.IsCancellationRequested) await ForgetAsync(connection);
        }
    }

    /// <summary>Nobody else can read it, but a session may be looked at longer than this takes.</summary>
    private static async Task ForgetAsync(NpgsqlConnection connection)
    {
        try
        {
            await connection.ExecuteAsync("select set_config('tidemark.subscribe', '', false)", CancellationToken.None);
        }
        catch (PostgresException aborted) when (aborted.SqlState == PostgresErrorCodes.InFailedSqlTransaction)
        {
            // Rolled back with all the rest.
        }
    }
}
