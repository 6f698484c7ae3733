namespace Tidemark.Notifications;

/// <summary>How urgent it is. The numbers stand in the journal.</summary>
internal enum Severity
{
    /// <summary>Too near to be over; it opens nothing. So nobody hears of every crossing of a line.</summary>
    Lingering = 0,

    /// <summary>Look at it today.</summary>
    Warning = 1,

    /// <summary>Look at it now.</summary>
    Critical = 2,
}
