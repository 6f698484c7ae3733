namespace Tidemark.Dumps;

/// <summary>The small documents that lie beside a dump.</summary>
[Flags]
internal enum DumpMarks
{
    None = 0,

    /// <summary>What the latest verify found.</summary>
    Check = 1,

    Pin = 2,

    /// <summary>What a drill proved.</summary>
    Proof = 4,
}
