using Tidemark.Dumps;
using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Clusters;

/// <summary>Whether pg_dumpall can read roles and tablespaces, which lie beside every dump.</summary>
internal static class GlobalsCheck
{
    private static readonly CheckSubject Subject = new("globals", "read roles and tablespaces", FaultCode.AccessDenied);

    public static Task<Check> LookAsync(ProbedServer? server, ClientTools? tools, CancellationToken token) => Subject.LookAsync(server, async connected => tools is null
        ? Subject.NotLookedAt("there are no clients that suit the server")
        : Judge(await GlobalsDump.ReadAsync(tools, connected.Address, connected.Superuser, token), connected.Superuser, connected.Address));

    /// <remarks>A backup is taken without them too, with a gap in its manifest.</remarks>
    public static Check Judge(ChildResult said, bool superuser, DatabaseAddress address) =>
        said.ExitCode != 0 ? Subject.Warn($"pg_dumpall ended with {said.ExitCode}: {said.ErrorText.ReplaceLineEndings(" ")}", $"pg_dumpall --globals-only{(superuser ? "" : " --no-role-passwords")} --dbname={ShellWord.Quote(address.ToOpenUrl())}")
        : Subject.Ok(superuser ? "with their passwords" : "without their passwords, which only a superuser can read: after a disaster they are set anew");
}
