using Npgsql;
using Tidemark.Postgres;
using Tidemark.Restores;

namespace Tidemark.Standbys;

/// <summary>Removes a standby: all that was made for it, on both sides, also when one of them is gone. It may be run again.</summary>
/// <remarks>A database that was there before, empty, keeps the tables that were laid into it; a promoted one is nobody's standby, and stays.</remarks>
internal sealed class StandbyDropRunner(StandbyBook book, TimeProvider clock)
{
    /// <param name="record">Which.</param>
    /// <param name="sides">Its databases.</param>
    /// <param name="keepDatabase">Also when it was made for it.</param>
    /// <param name="gone">A side that cannot be reached is gone for good.</param>
    /// <param name="token">Cancels between two steps.</param>
    public async Task<StandbyDropped> RunAsync(StandbyRecord record, StandbySides sides, bool keepDatabase, bool gone, CancellationToken token)
    {
        using var single = book.Lock(record.Id, clock);
        var promoted = record.Phase == StandbyPhase.Promoted;
        if (!promoted) book.Write(record = record with { Phase = StandbyPhase.Dropping });
        List<string> removed = [], left = [];

        // The subscription first: without it, nobody takes up the slot again.
        var standby = await TryAsync("standby", sides.Standby, left, async () =>
        {
            await using (var connection = await TryOpenAsync(sides.Standby, token))
                if (connection is not null)
                {
                    var side = new StandbySide(record, connection);
                    record = record with { SubscriptionOid = await side.OidAsync(token) ?? record.SubscriptionOid };
                    if (await side.RemoveAsync(token)) removed.Add($"subscription {record.Object} on the standby");
                    if (await PrimarySide.DropBeatsAsync(connection, record.Id, token)) removed.Add($"table {StandbyName.Schema}.{record.Id} on the standby");
                }
            await DropRehearsalAsync(record, sides.Standby, removed, token);
            if (!promoted && !keepDatabase && record.MadeDatabase) await DropDatabaseAsync(record, sides.Standby, removed, left, token);
        });
        var primary = await TryAsync("primary", sides.Primary, left, async () =>
        {
            await using var connection = await DatabaseConnection.OpenAsync(sides.Primary, token);
            removed.AddRange(await new PrimarySide(record, connection).RemoveAsync(whole: true, clock, token));
        });

        if (!promoted && (!record.MadeDatabase || keepDatabase) && standby) left.Add($"the tables in database \"{sides.Standby.Database}\", with the rows that had come");
        var whole = (standby && primary) || gone;
        if (whole) book.Remove(record);
        return new StandbyDropped(record.Id, whole, removed, left);
    }

    /// <summary>What a killed rehearsal left.</summary>
    private static async Task DropRehearsalAsync(StandbyRecord record, DatabaseAddress standby, List<string> removed, CancellationToken token)
    {
        if (record.Rehearsal is not { } copy) return;
        await using var connection = await MaintenanceConnection.OpenAsync(standby, token);
        if (!(await connection.DatabaseNamesAsync(token)).Contains(copy)) return;
        await connection.ExecuteAsync($"drop database {SqlText.Identifier(copy)} with (force)", token);
        removed.Add($"database \"{copy}\" of a rehearsal on the standby");
    }

    private static async Task DropDatabaseAsync(StandbyRecord record, DatabaseAddress standby, List<string> removed, List<string> left, CancellationToken token)
    {
        await using (var connection = await MaintenanceConnection.OpenAsync(standby, token))
            if ((await connection.DatabaseNamesAsync(token)).Contains(standby.Database))
            {
                await connection.ExecuteAsync($"drop database {SqlText.Identifier(standby.Database)} with (force)", token);
                removed.Add($"database \"{standby.Database}\" on the standby");
            }
        if (record.MadeRoles.Count == 0) return;
        var used = await NewRoles.DropUnusedAsync(standby, record.MadeRoles);
        removed.AddRange(record.MadeRoles.Except(used).Select(role => $"role {role} on the standby"));
        left.AddRange(used.Select(role => $"role {role} on the standby, which something else uses by now"));
    }

    /// <summary>Null: the database is not there.</summary>
    private static async Task<NpgsqlConnection?> TryOpenAsync(DatabaseAddress address, CancellationToken token)
    {
        try
        {
            return await DatabaseConnection.OpenAsync(address, token);
        }
        catch (Fault none) when (none.Code == FaultCode.NoSuchDatabase)
        {
            return null;
        }
    }

    private static async Task<bool> TryAsync(string side, DatabaseAddress address, List<string> left, Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (Fault unreachable) when (unreachable.Code == FaultCode.Unreachable || unreachable.Code == FaultCode.NoSuchDatabase || unreachable.Code == FaultCode.AccessDenied)
        {
            left.Add($"all that is on the {side}, which cannot be reached: {unreachable.InOneLine}");
            return false;
        }
        catch (Exception failed) when (failed is NpgsqlException or TimeoutException)
        {
            left.Add($"some of what is on the {side} ({address}): {(failed as PostgresException)?.MessageText ?? failed.Message}");
            return false;
        }
    }
}

/// <summary>What was removed, and what not.</summary>
/// <param name="Name">Of the standby.</param>
/// <param name="Whole">Nothing more is known of it here.</param>
/// <param name="Removed">Each with its side.</param>
/// <param name="Left">Each with the reason.</param>
internal sealed record StandbyDropped(string Name, bool Whole, IReadOnlyList<string> Removed, IReadOnlyList<string> Left);
