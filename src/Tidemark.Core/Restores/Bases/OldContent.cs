namespace Tidemark.Restores.Bases;

/// <summary>What becomes of what is in the folder already.</summary>
internal enum OldContent
{
    /// <summary>Nothing may be there.</summary>
    Refused,

    /// <summary>It is renamed.</summary>
    MovedAside,

    /// <summary>It is a data directory of the same cluster, and is brought to what the backup holds: only what differs is written.</summary>
    Mended,
}
