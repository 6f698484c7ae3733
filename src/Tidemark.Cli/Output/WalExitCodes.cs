namespace Tidemark.Cli.Output;

/// <summary>What PostgreSQL makes of the exit codes of its commands: of a restore_command, 1 to 125 mean that the archive has ended, and above that recovery stops; of an archive_command, above 125 the archiver itself ends.</summary>
internal static class WalExitCodes
{
    /// <summary>What <c>wal fetch</c> alone returns for a miss that is proven; no failure has this number.</summary>
    public const int ProvenMiss = 1000;

    private const int EndOfArchive = 1, Stop = 126, Failed = 1;

    /// <summary>Of any command line, one that cannot be read included.</summary>
    public static int Of(IEnumerable<string> args, int exitCode) => args.Where(arg => !arg.StartsWith('-')).Take(2).ToList() switch
    {
        ["wal", "fetch"] => exitCode switch { 0 => 0, ProvenMiss => EndOfArchive, _ => Stop },
        ["wal", "push"] => exitCode is >= 0 and <= 125 ? exitCode : Failed,
        _ => exitCode,
    };
}
