namespace Tidemark.Cli.Teaching;

/// <summary>What each exit code means, for the man page and the pages in docs. They do not change between versions.</summary>
internal static class ExitCodes
{
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (0, "done"),
        (1, "failed; the message says what state is left"),
        (2, "wrong usage, or several things fit"),
        (3, "partly done: see the list"),
        (4, "not found"),
        (5, "refused by a guard"),
        (6, "configuration, or a program that is missing"),
        (7, "database unreachable, or access denied"),
        (8, "the backup folder cannot be used"),
        (9, "the key is missing, or is not the one"),
        (10, "verification failed"),
        (11, "locked: the same is already running"),
        (12, "an objective is breached (status)"),
        (13, "failed, and the target was changed"),
        (14, "restored, but not checked"),
        (15, "disk full"),
        (130, "interrupted"),
    ];
}
