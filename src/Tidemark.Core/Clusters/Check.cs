namespace Tidemark.Clusters;

/// <summary>One line of <c>doctor</c>.</summary>
/// <param name="Id">Stable: scripts go by it.</param>
/// <param name="State">How it went.</param>
/// <param name="What">What was looked at.</param>
/// <param name="Found">What was found; when not looked at, why.</param>
/// <param name="Next">The one next action, as something to type where that is possible; for <see cref="CheckState.Warn"/> and <see cref="CheckState.Fail"/> only.</param>
/// <param name="Code">What a failure is; null otherwise.</param>
internal sealed record Check(string Id, CheckState State, string What, string Found, string? Next, FaultCode? Code)
{
    /// <summary>That of the first check that failed, 0 when none did.</summary>
    public static int ExitCode(IEnumerable<Check> checks) => checks.FirstOrDefault(check => check.State == CheckState.Fail)?.Code?.ExitCode ?? 0;
}

internal enum CheckState
{
    Ok,

    /// <summary>Backups work; something will hurt later.</summary>
    Warn,

    /// <summary>A backup would fail, or be worth nothing.</summary>
    Fail,

    /// <summary>Something that it needs has failed.</summary>
    NotLookedAt,
}
