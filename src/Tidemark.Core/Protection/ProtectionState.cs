namespace Tidemark.Protection;

/// <summary>How well a database is protected. The worse, the greater.</summary>
internal enum ProtectionState
{
    /// <summary>Inside every objective that is set.</summary>
    Protected,

    /// <summary>No drill has proven it.</summary>
    Unproven,

    /// <summary>80 % of an objective is used, the last run did not succeed, or a part of the backup folder cannot be read.</summary>
    AtRisk,

    /// <summary>Over an objective; or what should be restorable is not.</summary>
    Exposed,

    /// <summary>Nobody has ever reported.</summary>
    Unknown,
}
