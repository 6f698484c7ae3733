using System.Globalization;
using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Protection;

/// <summary>Asks the server which kept databases are still there, and how large they are; for a moment only, since a server that is down is when people ask.</summary>
internal static class KeptDatabaseReader
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <returns>Those that are there or may be, and why their sizes are not known.</returns>
    public static async Task<(IReadOnlyList<KeptDatabase> Kept, string? Remark)> MeasureAsync(DatabaseAddress? address, IReadOnlyList<KeptDatabase> recorded, CancellationToken token)
    {
        if (recorded.Count == 0) return ([], null);
        if (address is null) return (recorded, "sizes of kept databases are not known: DATABASE_URL is not set");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(Patience);
        try
        {
            return (await AskAsync(address, recorded, patience.Token), null);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return (recorded, $"sizes of kept databases are not known: the server did not answer within {Patience.TotalSeconds} s");
        }
        catch (Exception unknown) when (unknown is Fault or NpgsqlException)
        {
            return (recorded, $"sizes of kept databases are not known: {unknown.Message}{((unknown as Fault)?.Why is { } why ? $": {why}" : "")}");
        }
    }

    private static async Task<IReadOnlyList<KeptDatabase>> AskAsync(DatabaseAddress address, IReadOnlyList<KeptDatabase> recorded, CancellationToken token)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(address, token);
        var server = await connection.SystemIdentifierAsync(token);
        var kept = new List<KeptDatabase>();
        foreach (var one in recorded)
        {
            if (one.Swap.SystemIdentifier != server)
            {
                kept.Add(one);
                continue;
            }
            // By OID and name: either alone may be another database's by now.
            var found = await connection.ScalarAsync<string?>($"""
                select coalesce((case when has_database_privilege(oid, 'connect') or pg_has_role('pg_read_all_stats', 'member') then pg_database_size(oid) end)::text, '')
                  from pg_database where oid = {one.Swap.OldOid} and datname = {SqlText.Literal(one.Swap.Kept)}
                """, token);
            if (found is not null) kept.Add(one with { Bytes = long.TryParse(found, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null });
        }
        return kept;
    }
}
