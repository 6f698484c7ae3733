using Tidemark.Postgres;

namespace Tidemark.Clusters;

/// <summary>Whether the role may make the new database that a restore goes into.</summary>
internal static class RestoreRightsCheck
{
    private static readonly CheckSubject Subject = new("restore-rights", "make the database of a restore", FaultCode.AccessDenied);

    public static Task<Check> LookAsync(ProbedServer? server, CancellationToken token) => Subject.LookAsync(server, async connected =>
        Judge(await connected.Connection.ScalarAsync<bool>("select rolcreatedb or rolsuper from pg_roles where rolname = current_user", token), connected.Role));

    public static Check Judge(bool mayCreate, string role) => mayCreate ? Subject.Ok($"role \"{role}\" may make databases")
        : Subject.Warn($"role \"{role}\" may not make databases: backups work, a restore beside the live database does not", $"ALTER ROLE {SqlText.Identifier(role)} CREATEDB;");
}
