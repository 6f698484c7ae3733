using Tidemark.Dumps;
using Tidemark.Postgres;

namespace Tidemark.Clusters;

/// <summary>Whether row-level security would hide rows: pg_dump then stops rather than leave them out.</summary>
internal static class RowSecurityCheck
{
    private const int Named = 10;

    private static readonly CheckSubject Subject = new("row-security", "see every row", FaultCode.AccessDenied);

    public static Task<Check> LookAsync(ProbedServer? server, CancellationToken token) => Subject.LookAsync(server, async connected =>
        Judge(await ReadableTables.FilteredAsync(connected.Connection, token), connected.Role));

    public static Check Judge(IReadOnlyList<string> filtered, string role) => filtered.Count == 0 ? Subject.Ok($"no row-level security holds for role \"{role}\"")
        : Subject.Fail($"row-level security may hide rows of {string.Join(", ", filtered.Take(Named))}{(filtered.Count > Named ? $" and {filtered.Count - Named} more" : "")}: pg_dump would stop there",
            $"ALTER ROLE {SqlText.Identifier(role)} BYPASSRLS;\n-- as a superuser; pg_dump --enable-row-security would go on, with the visible rows only, and that is no backup");
}
