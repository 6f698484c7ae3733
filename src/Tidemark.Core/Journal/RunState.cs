namespace Tidemark.Journal;

/// <summary>What a run has come to. The words are frozen.</summary>
internal static class RunState
{
    /// <summary>Asked for, and waiting for what runs before it.</summary>
    public const string Queued = "queued";

    public const string Running = "running", Succeeded = "succeeded", Failed = "failed";

    /// <summary>Somebody asked it to stop.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Its process ended without a word; marked by the next start.</summary>
    public const string Interrupted = "interrupted";

    public static readonly IReadOnlyList<string> All = [Queued, Running, Succeeded, Failed, Cancelled, Interrupted];
}
