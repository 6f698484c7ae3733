namespace Tidemark.Journal;

/// <summary>What is remembered of a schedule for one database. The runs themselves say what it has done.</summary>
/// <param name="Name">Of the schedule.</param>
/// <param name="Database">Which.</param>
/// <param name="Since">Nothing before this was missed: nobody had asked for it, or it was asked for otherwise.</param>
/// <param name="SettledAt">The latest time of the schedule that was passed over on purpose; null: none.</param>
internal sealed record ScheduleRow(string Name, string Database, DateTimeOffset Since, DateTimeOffset? SettledAt);
