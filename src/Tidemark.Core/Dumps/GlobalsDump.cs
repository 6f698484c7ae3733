using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Dumps;

/// <summary>Roles and tablespaces, which no dump of one database holds: pg_dumpall --globals-only, in a file beside the dump.</summary>
internal static class GlobalsDump
{
    /// <summary>Bytes of such a file: half a million roles.</summary>
    public const int Ceiling = 256 << 20;

    /// <summary>The text, with the gap that it leaves; or the gap that explains why there is none.</summary>
    public static async Task<(byte[]? Text, IReadOnlyList<CoverageGap> Gaps)> TakeAsync(ClientTools tools, DatabaseAddress address, bool superuser, CancellationToken token)
    {
        ChildResult result;
        try
        {
            result = await ReadAsync(tools, address, superuser, token);
        }
        catch (Fault missing) when (missing.Code == FaultCode.NoClient)
        {
            // Whoever sets BACKUP_PGDUMP_PATH to a script of his own need not have pg_dumpall beside it.
            return (null, [new CoverageGap("globals", "roles and tablespaces", $"there is no pg_dumpall to read them: {missing.Where}")]);
        }
        if (result.ExitCode != 0)
            return (null, [new CoverageGap("globals", "roles and tablespaces", $"pg_dumpall could not read them: {result.ErrorText.ReplaceLineEndings(" ")}")]);
        return (System.Text.Encoding.UTF8.GetBytes(result.Output), superuser ? [] : [new CoverageGap("role-passwords", "all roles", "only a superuser can read password hashes; the roles were written without them")]);
    }

    /// <summary>What pg_dumpall says of them.</summary>
    public static Task<ChildResult> ReadAsync(ClientTools tools, DatabaseAddress address, bool superuser, CancellationToken token)
    {
        // Password hashes can be read by superusers only (pg_authid).
        string[] arguments = ["--globals-only", "--no-password", $"--dbname={address.ToConninfo()}", .. superuser ? Array.Empty<string>() : ["--no-role-passwords"]];
        return ChildProcess.CaptureAsync(new ChildCommand(tools.PgDumpAll, arguments) { Environment = address.ChildEnvironment() }, token);
    }
}
