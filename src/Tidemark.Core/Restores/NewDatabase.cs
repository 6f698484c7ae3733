using System.Security.Cryptography;
using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>The database that a restore makes: created with a mark, finished or dropped; what is left by a kill is known by the mark and swept.</summary>
internal sealed class NewDatabase(RestoreOptions options, RestorePlan plan, string stateFolder)
{
    private RestoreRecord? record;

    public async Task CreateAsync(string runId, CancellationToken token)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(options.Address, token);
        record = new RestoreRecord(runId, await connection.SystemIdentifierAsync(token), plan.Target)
        {
            Server = options.Address.Places[0].ToString(),
            ConnectionLimit = RandomNumberGenerator.GetInt32(RestoreRecord.LeastMark, int.MaxValue),
        };
        var like = options.Source.Manifest?.DatabaseFacts ?? await DatabaseFactsReader.ReadAsync(connection, plan.Server, options.Address.Database, token);
        record.Write(stateFolder);
        try
        {
            await connection.ExecuteAsync($"{DatabaseCreation.Statement(plan.Target, like, plan.Server)} connection limit {record.ConnectionLimit}", token);
            await connection.ExecuteAsync($"comment on database {SqlText.Identifier(plan.Target)} is {SqlText.Literal(record.Marker)}", token);
        }
        catch (Exception failed)
        {
            await TryDropAsync();
            throw failed is PostgresException refused && !token.IsCancellationRequested ? NotMade(refused) : failed;
        }
    }

    /// <summary>The rows are in: the database gets its properties, and is no longer one that a later start would sweep.</summary>
    /// <remarks>In a swap they are those of the live database already now, so that hooks find the settings they will work with.</remarks>
    /// <returns>Properties that the role may not give it; the rows are safe all the same.</returns>
    public async Task<IReadOnlyList<string>> FinishAsync(CancellationToken token)
    {
        List<string> refused = [];
        await using (var connection = await MaintenanceConnection.OpenAsync(options.Address, token))
        {
            var live = plan.Mode == RestoreMode.Swap ? await DatabaseFactsReader.ReadAsync(connection, plan.Server, plan.Live!, token) : null;
            var facts = live ?? (options.Source.Manifest?.DatabaseFacts is { } dumped ? RenamedRole.In(dumped, plan.RenamedRoles) : null);
            // A copy beside the live database is not production; one that takes the place of a lost one is.
            if (facts is not null && (plan.Mode != RestoreMode.Swap || live is not null))
                facts = facts with { Settings = [.. facts.Settings.Where(setting => !setting.Name.Equals("tidemark.environment", StringComparison.OrdinalIgnoreCase))] };
            var roles = await connection.RoleNamesAsync(token);
            await using (var transaction = await connection.BeginTransactionAsync(token))
            {
                await connection.ExecuteAsync($"alter database {SqlText.Identifier(plan.Target)} connection limit -1", token);
                await connection.ExecuteAsync($"comment on database {SqlText.Identifier(plan.Target)} is null", token);
                await transaction.CommitAsync(token);
            }
            record!.Remove(stateFolder);
            // The owner last: who gives the database away may not change it any more.
            var statements = facts is not null && (live is not null || !options.NoOwner) ? DatabaseProperties.Statements(plan.Target, facts, roles).ToList() : [];
            foreach (var statement in statements.OrderBy(statement => statement.Contains(" owner to ", StringComparison.Ordinal)))
                try
                {
                    await connection.ExecuteAsync(statement, token);
                }
                catch (PostgresException denied)
                {
                    refused.Add($"a property of the database: {denied.MessageText} (in: {statement})");
                }
        }
        return refused;
    }

    /// <summary>False: it could not be dropped now; the next start does it.</summary>
    public async Task<bool> TryDropAsync()
    {
        try
        {
            await using var connection = await MaintenanceConnection.OpenAsync(options.Address, CancellationToken.None);
            await record!.DropAsync(connection, CancellationToken.None);
            record.Remove(stateFolder);
            return true;
        }
        catch (Exception broken) when (broken is Fault or NpgsqlException or IOException)
        {
            return false;
        }
    }

    private Fault NotMade(PostgresException refused) => new(refused.SqlState == PostgresErrorCodes.DiskFull ? FaultCode.DiskFull : FaultCode.Failed, $"database \"{plan.Target}\" could not be made", refused)
    {
        Where = options.Address.ToString(),
        Why = refused.MessageText,
        Next = refused.MessageText.Contains("locale", StringComparison.Ordinal) ? "install the locale on the server, or create a database yourself and use --to-database" : "mend the cause above, then restore again",
    };
}
