using System.Text.RegularExpressions;
using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Standbys;

/// <summary>The subscription, as the standby has it.</summary>
/// <param name="Exists">It is there.</param>
/// <param name="IsEnabled">It is meant to work.</param>
/// <param name="IsWorking">A worker applies changes at this moment.</param>
/// <param name="Failures">Since the standby counts them; null: before 15 it does not.</param>
/// <param name="Conflicts">By kind, from 18 on.</param>
/// <param name="Beat">When the newest row that came was written, on the primary's clock.</param>
/// <param name="Tables">How far each is.</param>
internal sealed partial record SubscriptionLook(bool Exists, bool IsEnabled, bool IsWorking, long? Failures, string Conflicts, DateTimeOffset? Beat, IReadOnlyList<FollowedTable> Tables)
{
    public static async Task<SubscriptionLook> ReadAsync(StandbyRecord record, NpgsqlConnection standby, CancellationToken token)
    {
        var (version, name) = (DatabaseConnection.Version(standby), SqlText.Literal(record.Object));
        var state = await standby.ScalarAsync<string?>($"select case when subenabled then 'enabled' else 'disabled' end from pg_subscription where subname = {name} and subdbid = (select oid from pg_database where datname = current_database())", token);
        var working = await standby.ScalarAsync<bool>($"select exists (select from pg_stat_subscription where subname = {name} and relid is null and pid is not null)", token);
        var failures = version.Major < 15 ? (long?)null : await standby.ScalarAsync<long>($"select coalesce(sum(apply_error_count + sync_error_count), 0)::bigint from pg_stat_subscription_stats where subname = {name}", token);
        var conflicts = version.Major < 18 ? "" : await standby.ScalarAsync<string?>($"select string_agg(replace(substr(key, 7), '_', ' ') || ': ' || value, ', ') from pg_stat_subscription_stats s, jsonb_each_text(to_jsonb(s)) where subname = {name} and key like 'confl\\_%' and value::bigint > 0", token) ?? "";
        return new SubscriptionLook(state is not null, state == "enabled", working, failures, conflicts, await BeatAsync(record, standby, token), await TablesAsync(name, standby, token));
    }

    /// <summary>Null: none has come.</summary>
    public static async Task<DateTimeOffset?> BeatAsync(StandbyRecord record, NpgsqlConnection standby, CancellationToken token) =>
        await standby.ScalarAsync<bool>($"select to_regclass({SqlText.Literal(PrimarySide.BeatTableOf(record.Id))}) is not null", token)
            && await standby.ScalarAsync<DateTime>($"select max(beaten_at) from {PrimarySide.BeatTableOf(record.Id)}", token) is { Ticks: > 0 } at ? new DateTimeOffset(at) : null;

    /// <summary>The last error that replication wrote into the standby's log, where we may read that.</summary>
    public static async Task<string?> LastErrorAsync(StandbyRecord record, NpgsqlConnection standby, CancellationToken token)
    {
        try
        {
            var tail = await standby.ScalarAsync<string?>("""
                select convert_from(pg_read_binary_file(name, greatest(size - 65536, 0), 65536), 'SQL_ASCII') from (select name, (pg_stat_file(name)).size from (select pg_current_logfile() as name) n where name is not null) f
                """, token);
            if (tail is null) return null;
            // The context of an error names the origin, or the table whose copy failed; the error stands before it.
            var lines = tail.Split('\n');
            for (var at = lines.Length - 1; at > 0; at--)
                if (lines[at].Contains($"\"pg_{record.SubscriptionOid}\"", StringComparison.Ordinal))
                    for (var above = at; above >= 0 && above > at - 4; above--)
                        if (Message().Match(lines[above]) is { Success: true } error) return error.Groups[1].Value.Trim();
            return null;
        }
        catch (PostgresException denied) when (denied.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedFile)
        {
            return null;
        }
    }

    private static async Task<IReadOnlyList<FollowedTable>> TablesAsync(string name, NpgsqlConnection standby, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"""
            select format('%I.%I', nspname, relname), case srsubstate when 'i' then 'waiting' when 'd' then 'copying' when 'f' then 'copied' when 's' then 'catching up' else 'following' end
              from pg_subscription_rel join pg_subscription s on s.oid = srsubid join pg_class c on c.oid = srrelid join pg_namespace n on n.oid = relnamespace
             where subname = {name} and subdbid = (select oid from pg_database where datname = current_database()) and nspname <> '{StandbyName.Schema}' order by 1
            """, standby);
        var tables = new List<FollowedTable>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token)) tables.Add(new FollowedTable(reader.GetString(0), reader.GetString(1)));
        return tables;
    }

    [GeneratedRegex("ERROR:(.*)$")]
    private static partial Regex Message();
}
