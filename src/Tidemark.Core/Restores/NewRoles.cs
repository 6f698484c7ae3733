using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>Makes the roles that the dump names and the server lacks, so that owners and grants come back. Roles that are there are never altered.</summary>
internal sealed class NewRoles(RestoreOptions options, RestorePlan plan)
{
    public static IEnumerable<Fault> Refusals(RestoreOptions options, RestoreFacts facts, IReadOnlyList<NewRole> created)
    {
        if (!options.CreateRoles) yield break;
        if (options.Source.Manifest is null)
            yield return new Fault(FaultCode.Refused, "which roles this file names is not known: it has no manifest") { Where = options.Source.Path, Next = "tidemark adopt, or create the roles yourself, or --no-owner" };
        if (created.Count > 0 && !facts.MayCreateRoles)
            yield return new Fault(FaultCode.AccessDenied, "the role may not create roles") { Where = options.Address.ToString(), Next = $"ALTER ROLE {SqlText.Identifier(options.Address.User)} CREATEROLE; (as a superuser)" };
    }

    public static IEnumerable<string> Warnings(IReadOnlyList<NewRole> created, string? globalsUnreadable)
    {
        if (created.Count > 0 && globalsUnreadable is not null) yield return $"what the missing roles were is not known: {globalsUnreadable}";
        foreach (var role in created)
            foreach (var lacking in role.Lacks) yield return $"role {role.Name} will lack {lacking}";
    }

    public Task<IReadOnlyList<CreatedRole>> CreateAsync(Action<string> log, CancellationToken token) => CreateAsync(options.Address, plan.CreatedRoles, log, token);

    /// <summary>All roles or none. What one may not be given is told and left out.</summary>
    public static async Task<IReadOnlyList<CreatedRole>> CreateAsync(DatabaseAddress server, IReadOnlyList<NewRole> roles, Action<string> log, CancellationToken token)
    {
        if (roles.Count == 0) return [];
        var lacks = roles.ToDictionary(role => role.Name, role => role.Lacks.ToList(), StringComparer.Ordinal);
        await using (var connection = await MaintenanceConnection.OpenAsync(server, token))
        {
            await using var transaction = await connection.BeginTransactionAsync(token);
            foreach (var role in roles) await connection.ExecuteAsync($"create role {SqlText.Identifier(role.Name)} nologin", token);
            foreach (var (role, gift) in roles.SelectMany(role => role.Gifts.Select(gift => (role, gift))).OrderBy(one => one.gift.Order))
                if (await RefusalAsync(connection, transaction, gift, token) is { } why) lacks[role.Name].Add($"{gift.What}: {why}");
            await transaction.CommitAsync(token);
        }
        List<CreatedRole> created = [.. roles.Select(role => new CreatedRole(role.Name, role.FromGlobals, lacks[role.Name]))];
        foreach (var role in created) log($"created role \"{role.Name}\"{(!role.FromGlobals ? ", bare" : role.Lacks.Count == 0 ? "" : $", without {string.Join("; ", role.Lacks)}")}");
        return created;
    }

    private static async Task<string?> RefusalAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, RoleGift gift, CancellationToken token)
    {
        string? why = null;
        foreach (var sql in new[] { gift.Sql, gift.Otherwise }.OfType<string>())
        {
            await transaction.SaveAsync("gift", token);
            try
            {
                await connection.ExecuteAsync(sql, token);
                return null;
            }
            catch (PostgresException refused)
            {
                await transaction.RollbackAsync("gift", token);
                why = refused.MessageText;
            }
        }
        return why;
    }

    /// <summary>After a failure: those that own and may do nothing go again; the others belong to what was left standing.</summary>
    public async Task DropUnusedAsync()
    {
        try
        {
            await DropUnusedAsync(options.Address, [.. plan.CreatedRoles.Select(role => role.Name)]);
        }
        catch (Exception unreachable) when (unreachable is Fault or NpgsqlException)
        {
            // The failure itself is told; a role without login that owns nothing hurts nobody.
        }
    }

    /// <returns>Those that are still used.</returns>
    public static async Task<IReadOnlyList<string>> DropUnusedAsync(DatabaseAddress server, IReadOnlyList<string> roles)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(server, CancellationToken.None);
        // One that granted a membership goes after those that it was granted to.
        var left = roles.ToList();
        for (var before = left.Count + 1; left.Count < before;)
        {
            before = left.Count;
            foreach (var role in left.ToList())
                if (await TryDropAsync(connection, role)) left.Remove(role);
        }
        return left;
    }

    private static async Task<bool> TryDropAsync(NpgsqlConnection connection, string role)
    {
        try
        {
            await connection.ExecuteAsync($"drop role if exists {SqlText.Identifier(role)}", CancellationToken.None);
            return true;
        }
        catch (PostgresException used) when (used.SqlState == PostgresErrorCodes.DependentObjectsStillExist)
        {
            // A database that stands beside needs it.
            return false;
        }
    }
}
