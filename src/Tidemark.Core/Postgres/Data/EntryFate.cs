namespace Tidemark.Postgres.Data;

/// <summary>What a backup does with something in a data directory.</summary>
internal enum EntryFate
{
    /// <summary>A file is copied; a folder is laid, and what lies in it is looked at.</summary>
    Copied,

    /// <summary>A folder that is laid without its content.</summary>
    KeptEmpty,

    /// <summary>It means nothing to another server.</summary>
    LeftOut,

    /// <summary>It is no part of the cluster and cannot be copied: left out, and told.</summary>
    Refused,
}
