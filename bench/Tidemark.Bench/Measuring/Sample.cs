namespace Tidemark.Bench.Measuring;

/// <summary>One run of one contender. Seconds and bytes.</summary>
internal sealed record Sample
{
    public required double Wall { get; init; }

    /// <summary>CPU of the command with everything it started.</summary>
    public required double User { get; init; }

    public required double System { get; init; }

    /// <summary>CPU of the server meanwhile, all its processes.</summary>
    public required double Server { get; init; }

    /// <summary>CPU of everything else on the machine meanwhile, the kernel's write-back included: noise.</summary>
    public required double Others { get; init; }

    /// <summary>Highest resident memory of the command's own process; null when it ended before it could be looked at.</summary>
    public required long? OwnPeak { get; init; }

    /// <summary>The same of the biggest process among those it started.</summary>
    public required long? ChildPeak { get; init; }

    public required string? BiggestChild { get; init; }

    /// <summary>Size of the dump that it wrote.</summary>
    public long Stored { get; init; }

    public double Cpu => User + System;
}
