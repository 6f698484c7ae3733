namespace Tidemark.Cli.Output;

/// <summary>What PostgreSQL makes of the exit codes of its commands: of a restore_command, 1 to 125 mean that the archive has ended, and above that recovery stops; of an archive_command, above 125 the archiver itself ends.</summary>
internal static class WalExitCodes
{
    /// <summary>What <c>wal fetch</c> alone returns for a miss that is proven; no failure has this number.</summary>
    public const int ProvenMiss = 1000;

    private const string Wal = "wal", Fetch = "fetch", Push = "push";

    private const int EndOfArchive = 1, Stop = 126, Failed = 1;

    /// <summary>Of any command line, one that cannot be read included: what may have been meant as a restore_command never ends a recovery by mistake.</summary>
    /// <param name="args">As typed.</param>
    /// <param name="exitCode">Ours.</param>
    /// <param name="commands">The words that may come first.</param>
    public static int Of(IReadOnlyList<string> args, int exitCode, IReadOnlyCollection<string> commands)
    {
        // An option of another place, or its value, may stand before the command.
        var words = args.SkipWhile(arg => !commands.Contains(arg)).ToList();
        // No command at all is named: a slip of the pen in its name.
        if (words.Count == 0) return exitCode != 0 && args.Contains(Fetch) ? Stop : exitCode;
        if (words[0] != Wal) return exitCode;
        return words.Skip(1).FirstOrDefault(word => word is Fetch or Push or "receive" or "status") switch
        {
            Push => exitCode is >= 0 and <= 125 ? exitCode : Failed,
            "receive" or "status" when !words.Contains(Fetch) => exitCode,
            _ => exitCode switch { 0 => 0, ProvenMiss => EndOfArchive, _ => Stop },
        };
    }
}
