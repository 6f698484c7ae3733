using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Drills.Checks;

/// <summary>Whether every role that owns something, or is granted something, is on the server.</summary>
internal static class RoleCheck
{
    private const string Name = "roles";

    /// <param name="connection">To the restored database.</param>
    /// <param name="roles">That the dump names.</param>
    /// <param name="rolesAreMade">All of them were made; else the server has the roles that it has.</param>
    /// <param name="token">Cancels.</param>
    public static async Task<DrillCheck> RunAsync(NpgsqlConnection connection, IReadOnlyList<string> roles, bool rolesAreMade, CancellationToken token)
    {
        var there = await connection.RoleNamesAsync(token);
        var missing = roles.Where(role => !there.Contains(role)).ToList();
        if (missing.Count == 0) return DrillCheck.Passed(Name, $"{roles.Count}", $"{roles.Count}");
        var named = $"missing on the server: {string.Join(", ", missing)}";
        return rolesAreMade ? DrillCheck.Failed(Name, $"{roles.Count}", $"{roles.Count - missing.Count}", named)
            : DrillCheck.Remark(Name, $"{named}; what they own belongs to the role that restored, and their grants are not there");
    }
}
