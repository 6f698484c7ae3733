using System.Runtime.InteropServices;
using Tidemark.Telemetry;

namespace Tidemark.Drills;

/// <summary>Where the drill was done: times are of this machine, and of this kind of server.</summary>
internal sealed record DrillEnvironment
{
    public required string Server { get; init; }

    /// <summary>PostgreSQL's.</summary>
    public required string ServerVersion { get; init; }

    public string Machine { get; init; } = global::System.Environment.MachineName;

    public string System { get; init; } = RuntimeInformation.OSDescription;

    public int Processors { get; init; } = global::System.Environment.ProcessorCount;

    public string Tidemark { get; init; } = Instruments.Version;
}
