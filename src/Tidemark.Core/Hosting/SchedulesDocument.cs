namespace Tidemark.Cli.Output;

/// <summary>What the service does by itself.</summary>
/// <param name="At">The moment.</param>
/// <param name="SaidBy">Where the schedules were said; "default" where nobody did.</param>
/// <param name="Followed">Whether a service runs here that follows them.</param>
/// <param name="Schedules">Each of them.</param>
internal sealed record SchedulesDocument(DateTimeOffset At, string SaidBy, bool Followed, IReadOnlyList<ScheduleDocument> Schedules);
