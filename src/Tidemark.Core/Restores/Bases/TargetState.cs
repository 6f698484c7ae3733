namespace Tidemark.Restores.Bases;

/// <summary>What a restore finds where it is to write.</summary>
internal enum TargetState
{
    /// <summary>Nothing, or an empty folder.</summary>
    Free,

    /// <summary>The half work of a restore that was killed or failed: it is gone on with.</summary>
    Unfinished,

    /// <summary>Something that will be renamed.</summary>
    Aside,

    /// <summary>A data directory that will be mended.</summary>
    Old,
}
