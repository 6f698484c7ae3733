using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>Finds out how far a swap came that was ended in the middle, and leaves it either done or not begun.</summary>
internal sealed class SwapSettlement(DatabaseAddress address, SwapJournal journal)
{
    /// <summary>Null when this server is not the one, or does not say.</summary>
    public async Task<SettledSwap?> SettleAsync(SwapRecord record, CancellationToken token)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(address, token);
        if (await connection.SystemIdentifierAsync(token) != record.SystemIdentifier) return null;
        var (old, restored) = (await NameAsync(connection, record.OldOid, token), await NameAsync(connection, record.NewOid, token));
        if (old == record.Kept && restored == record.Database)
        {
            journal.Write(record with { Phase = SwapPhase.Swapped });
            return new SettledSwap(true, record.Undoes is null
                ? $"completed the record of a swap whose run was ended: \"{record.Database}\" is the restored database, the old one is kept as \"{record.Kept}\""
                : $"completed the record of an undo whose run was ended: \"{record.Database}\" is again the database that it was, the restored one is kept as \"{record.Kept}\"");
        }
        // A copy of the server has the same system identifier: there the record must not be taken for settled.
        if (old != record.Database || (restored != record.NewName && address.Places[0].ToString() != record.Server)) return null;
        if (record.OldAllowedConnections) await connection.ExecuteAsync($"alter database {SqlText.Identifier(record.Database)} allow_connections true", token);
        journal.Remove(record);
        return new SettledSwap(false, $"{(record.Undoes is null ? "a swap" : "an undo")} of \"{record.Database}\" was ended before its renames: the database is as it was and takes connections"
            + (restored is null ? "" : record.Undoes is null ? $"; the restored copy is still \"{restored}\"" : $"; the kept one is still \"{restored}\""));
    }

    /// <summary>As <see cref="SettleAsync"/>; null also when the server cannot be asked or the journal cannot be written: then the next start does it.</summary>
    public async Task<SettledSwap?> TrySettleAsync(SwapRecord record, CancellationToken token)
    {
        try
        {
            return await SettleAsync(record, token);
        }
        catch (Exception broken) when (broken is Fault or NpgsqlException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Task<string?> NameAsync(NpgsqlConnection connection, uint oid, CancellationToken token) =>
        connection.ScalarAsync<string?>($"select datname::text from pg_database where oid = {oid}", token);
}

/// <summary>How a broken swap ended after all, in a sentence.</summary>
internal sealed record SettledSwap(bool Swapped, string Told);
