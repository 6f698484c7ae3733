namespace Tidemark.AspNetCore.Access;

/// <summary>What one may do over HTTP. To download and to restore are rights of their own: the one gives all data away, the other may replace it.</summary>
internal enum Right
{
    /// <summary>Backups, tasks and the state of the databases, but no data.</summary>
    View,

    BackUp,

    /// <summary>Tell a task to stop.</summary>
    Cancel,

    /// <summary>Pin and unpin.</summary>
    Pin,

    Restore,

    Download,

    /// <summary>Remove a backup before its time.</summary>
    Delete,
}
