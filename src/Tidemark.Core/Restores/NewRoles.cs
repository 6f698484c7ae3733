using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>Makes the roles that the dump names and the server lacks, so that owners and grants come back. What is there is never altered.</summary>
internal sealed class NewRoles(RestoreOptions options, RestorePlan plan)
{
    public const string Lacking = "without login, password, attributes and memberships";

    public static IEnumerable<Fault> Refusals(RestoreOptions options, RestoreFacts facts, IReadOnlyList<string> created)
    {
        if (!options.CreateRoles) yield break;
        if (options.Source.Manifest is null)
            yield return new Fault(FaultCode.Refused, "which roles this file names is not known: it has no manifest") { Where = options.Source.Path, Next = "tidemark adopt, or create the roles yourself, or --no-owner" };
        if (created.Count > 0 && !facts.MayCreateRoles)
            yield return new Fault(FaultCode.AccessDenied, "the role may not create roles") { Where = options.Address.ToString(), Next = $"ALTER ROLE {SqlText.Identifier(options.Address.User)} CREATEROLE; (as a superuser)" };
    }

    /// <summary>All or none.</summary>
    public async Task CreateAsync(Action<string> log, CancellationToken token)
    {
        if (plan.CreatedRoles.Count == 0) return;
        await using var connection = await MaintenanceConnection.OpenAsync(options.Address, token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        foreach (var role in plan.CreatedRoles) await connection.ExecuteAsync($"create role {SqlText.Identifier(role)} nologin", token);
        await transaction.CommitAsync(token);
        foreach (var role in plan.CreatedRoles) log($"created role \"{role}\", {Lacking}");
    }

    /// <summary>After a failure: those that own and may do nothing go again; the others belong to what was left standing.</summary>
    public async Task DropUnusedAsync()
    {
        try
        {
            await using var connection = await MaintenanceConnection.OpenAsync(options.Address, CancellationToken.None);
            foreach (var role in plan.CreatedRoles)
                try
                {
                    await connection.ExecuteAsync($"drop role {SqlText.Identifier(role)}", CancellationToken.None);
                }
                catch (PostgresException used) when (used.SqlState == PostgresErrorCodes.DependentObjectsStillExist)
                {
                    // A database that stands beside needs it.
                }
        }
        catch (Exception unreachable) when (unreachable is Fault or NpgsqlException)
        {
            // The failure itself is told; a role without login that owns nothing hurts nobody.
        }
    }
}
