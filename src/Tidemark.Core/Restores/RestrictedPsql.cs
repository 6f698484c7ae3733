using System.Security.Cryptography;
using System.Text;
using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Restores;

/// <summary>psql's restricted mode: after <c>\restrict KEY</c> it refuses every backslash command until <c>\unrestrict KEY</c>.</summary>
/// <remarks>
/// It came with 13.22, 14.19, 15.14, 16.10, 17.6 and 18 (CVE-2025-8714). psql is asked, not its version: 13.23 has it, but runs the
/// command in <c>\unrestrict `command`</c>.
/// </remarks>
internal static class RestrictedPsql
{
    /// <summary>The line that closes psql, with a key that no dump can know.</summary>
    public static byte[] FirstLine() => Encoding.ASCII.GetBytes($"\\restrict {RandomNumberGenerator.GetHexString(32, lowercase: true)}\n");

    /// <summary>Whether psql says that it met a command that it does not run in this mode, or a key that does not fit.</summary>
    public static bool Refused(string message) => message.Contains("commands are restricted", StringComparison.Ordinal) || message.Contains("\\unrestrict:", StringComparison.Ordinal);

    /// <summary>True when a script cannot get out of the restricted mode of this psql.</summary>
    /// <param name="psql">The program.</param>
    /// <param name="address">Any database: psql does nothing without one.</param>
    /// <param name="token">Stops asking.</param>
    public static async Task<bool> HoldsAsync(string psql, DatabaseAddress address, CancellationToken token)
    {
        const string TriesToGetOut = @"\unrestrict `echo key`", Out = "out";
        var command = new ChildCommand(psql, ["--no-psqlrc", "--quiet", "--no-password", @"--command=\restrict key", $"--command={TriesToGetOut}", $@"--command=\echo {Out}", $"--dbname={address.ToConninfo()}"])
        { Environment = address.ChildEnvironment() };
        var said = await ChildProcess.CaptureAsync(command, token);
        // Words of its own prove that it came so far as to refuse; a psql that could not connect is silent too.
        return !said.Output.Contains(Out, StringComparison.Ordinal) && said.ErrorText.Contains("restricted", StringComparison.Ordinal);
    }
}
