namespace Tidemark.Schedules;

/// <summary>What is to be done about a schedule now.</summary>
internal enum ScheduleStep
{
    /// <summary>Nothing before <see cref="SchedulePlan.At"/>.</summary>
    Wait,

    /// <summary>Ask for a run.</summary>
    Begin,

    /// <summary>Pass this time over, and tell.</summary>
    Skip,
}
