namespace Tidemark.Runs;

/// <summary>What a run turned out to be about; see <see cref="Audit.AuditEvent"/> for each.</summary>
internal sealed record RunDetails
{
    /// <summary>Of a success: ok, partly, notChecked or skipped.</summary>
    public string Outcome { get; init; } = "ok";

    /// <summary>The work was done and found this: the run counts as failed, and its result is given all the same.</summary>
    public Fault? Finding { get; init; }

    public string? BackupId { get; init; }

    public string? File { get; init; }

    public string? Server { get; init; }

    public string? Mode { get; init; }

    public string? Target { get; init; }

    public string? Kept { get; init; }

    public bool? Force { get; init; }
}
