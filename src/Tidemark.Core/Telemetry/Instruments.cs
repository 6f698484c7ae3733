using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace Tidemark.Telemetry;

/// <summary>Where a host's OpenTelemetry listens: the meter and the source of activities of this library. Who does not listen pays nothing.</summary>
internal static class Instruments
{
    /// <summary>Of both; frozen.</summary>
    public const string Name = "Tidemark";

    public static readonly string Version = typeof(Instruments).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static readonly ActivitySource Activities = new(Name, Version);

    public static readonly Meter Meter = new(Name, Version);
}
