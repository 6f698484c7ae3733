namespace Tidemark.Dumps;

/// <summary>A dump as its store shows it: a file with a manifest, or one that somebody else put there.</summary>
internal sealed record DumpEntry
{
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);

    public required string Id { get; init; }

    public required DumpStore Store { get; init; }

    public required string Key { get; init; }

    /// <summary>Where people find it: the path of a file, or an address.</summary>
    public string Path => Store.PathOf(Key);

    /// <summary>A file that somebody named, which lies in none of our stores.</summary>
    public bool IsOutside { get; init; }

    public required long Size { get; init; }

    /// <summary>Null for a foreign file, and where it cannot be relied on.</summary>
    public DumpManifest? Manifest { get; init; }

    /// <summary>What lies beside it.</summary>
    public DumpMarks Marks { get; init; }

    /// <summary>The same bytes in all stores, this one included, in the order of the stores. Only a look into all of them knows the others.</summary>
    public IReadOnlyList<DumpEntry> Copies { get => field ?? [this]; init; }

    public bool IsEncrypted => Key.EndsWith(DumpName.Sealed, StringComparison.Ordinal);

    /// <summary>What the latest <c>verify</c> found, if there was one.</summary>
    public CheckMark? Mark { get; init; }

    /// <summary>Why the manifest that is there cannot be relied on; it then counts as none, and the dump as damaged.</summary>
    public string? Finding { get; init; }

    public required DumpState State { get; init; }

    /// <summary>How a command line names it: by its id; a foreign file, and one outside of all stores, by its path.</summary>
    public string Handle => Manifest is null || IsOutside ? Path : Id;

    public string? Database => Manifest?.Database;

    /// <summary>Somebody else made it: neither its server nor what it leaves out is known.</summary>
    public bool IsAdopted => Manifest?.Gaps.Any(gap => gap.Kind == CoverageGap.Adopted) ?? false;

    /// <summary>For a foreign file its own time of writing: it does not know better.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>It was taken under a clock that ran ahead (more than an hour): it must not pass for the newest.</summary>
    public bool IsAhead(DateTimeOffset now) => IsAhead(Time, now);

    public static bool IsAhead(DateTimeOffset time, DateTimeOffset now) => time - now > Skew;
}

/// <summary>Only <see cref="Good"/> is ever <c>latest</c>, or counts for retention.</summary>
internal enum DumpState
{
    /// <summary>Read in full and found whole, when it was made or by the latest verify.</summary>
    Good,

    /// <summary>Made with --no-check and not verified since; or adopted without the data of all its tables.</summary>
    Unchecked,

    /// <summary>No manifest.</summary>
    Foreign,

    /// <summary>Verify failed, its size is not what the manifest says, or the manifest cannot be relied on.</summary>
    Damaged,

    /// <summary>A manifest whose file is gone.</summary>
    Missing,
}
