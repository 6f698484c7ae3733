using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Clusters;

/// <summary>Whether PostgreSQL's own programs come in as well: they read certificates, pass files and host names by themselves.</summary>
internal static class ClientConnectionCheck
{
    private static readonly CheckSubject Subject = new("client-connection", "log in by psql, as pg_dump does", FaultCode.Unreachable);

    public static Task<Check> LookAsync(ProbedServer? server, ClientTools? tools, CancellationToken token) => Subject.LookAsync(server, async connected =>
    {
        if (tools is null) return Subject.NotLookedAt("there are no clients that suit the server");
        var said = await ChildProcess.CaptureAsync(new ChildCommand(tools.Psql, ["--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--no-align", "--command=select 1", $"--dbname={connected.Address.ToConninfo()}"])
        { Environment = connected.Address.ChildEnvironment() }, token);
        return Judge(said, connected.Address);
    });

    public static Check Judge(ChildResult said, DatabaseAddress address) => said is { ExitCode: 0 } && said.Output.Trim() == "1" ? Subject.Ok("it comes in")
        : Subject.Fail($"psql ended with {said.ExitCode}: {said.ErrorText.ReplaceLineEndings(" ")}", $"psql {ShellWord.Quote(address.ToOpenUrl())}");
}
