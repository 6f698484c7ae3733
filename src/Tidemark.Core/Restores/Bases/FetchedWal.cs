using Tidemark.Files;
using Tidemark.Postgres.Data;
using Tidemark.Processes;
using Tidemark.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>WAL that the server fetches itself: the plan and the settings of <c>wal fetch</c>, within pg_wal, which neither backups nor PostgreSQL's checks look into.</summary>
/// <param name="call">How it calls us.</param>
/// <param name="plan">What it may have.</param>
/// <param name="role">A standby follows whatever comes, without a plan.</param>
internal sealed class FetchedWal(FetchCall call, WalPlan plan, RestoredRole role)
{
    public const string Folder = $"{ClusterFolder.Wal}/tidemark-recovery";

    private const string Plan = $"{Folder}/plan.json", Settings = $"{Folder}/settings", Proof = $"{Folder}/proof";

    private const int Private = 0b110_000_000, PrivateFolder = 0b111_000_000;

    /// <summary>For postgresql.conf. The paths are those of the data directory, in which PostgreSQL runs it.</summary>
    public string RestoreCommand => string.Join(' ', [.. Words(role == RestoredRole.Standby ? [] : ["--plan", Plan]).Select(word => ShellWord.Quote(word).Replace("%", "%%", StringComparison.Ordinal)), "%f", "%p"]);

    public void Write(NewTree tree, string folder)
    {
        tree.MakeFolder(Path.Combine(folder, Folder), PrivateFolder);
        tree.WriteFile(Path.Combine(folder, Settings), Private, call.WriteSettings());
        tree.WriteFile(Path.Combine(folder, Plan), Private, plan.Write());
    }

    /// <summary>One real fetch, as the user that the server will run as: that program, settings, keys and store are there for him.</summary>
    /// <exception cref="Fault">5: they are not.</exception>
    public async Task ProveAsync(string folder, OsUser user, CancellationToken token)
    {
        var name = $"{plan.NameOf(plan.SegmentSize.NumberAt(plan.Start))}";
        var command = user.Bare(folder, [.. Words(["--plan", Plan]), "--patience", "30s", name, Proof]);
        var result = await ChildProcess.CaptureAsync(command, token);
        var proof = Path.Combine(folder, Proof);
        var length = FileFacts.Of(proof)?.Length;
        Removal.Of(proof);
        if (result.ExitCode == 0 && length == plan.SegmentSize.Bytes) return;
        throw new Fault(FaultCode.Refused, "the server could not fetch its WAL")
        {
            Where = $"{string.Join(' ', Words([]).Select(ShellWord.Quote))} {name}, tried as {user}",
            Why = result.ExitCode == 0 ? $"{length} bytes came" : $"exit code {result.ExitCode}: {result.ErrorText.Trim()}",
            Next = "--wal local # lays the WAL into pg_wal beforehand; or let this user run the program and read what its settings name",
        };
    }

    private IEnumerable<string> Words(string[] more) => [.. call.Program, "wal", "fetch", "--settings", Settings, .. more];
}
