using Tidemark.Bench.Server;

namespace Tidemark.Bench.Machine;

/// <summary>What the figures hold for. Neither its name nor a path of the machine is told.</summary>
internal sealed record MachineFacts
{
    public required string Processor { get; init; }

    public required int Cores { get; init; }

    public required long MemoryBytes { get; init; }

    public required string System { get; init; }

    public required string Kernel { get; init; }

    public required string FileSystem { get; init; }

    public required string Postgres { get; init; }

    public required string PostgresSettings { get; init; }

    public required string Tidemark { get; init; }

    public required string Gzip { get; init; }

    public static MachineFacts Of(BenchPrograms programs, ScratchServer server, Workplace workplace) => new()
    {
        Processor = ProcFolder.Value("/proc/cpuinfo", "model name") ?? "unknown",
        Cores = Environment.ProcessorCount,
        MemoryBytes = long.Parse(ProcFolder.Value("/proc/meminfo", "MemTotal")!.Split(' ')[0]) * 1024,
        System = global::System.Runtime.InteropServices.RuntimeInformation.OSDescription,
        Kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        FileSystem = workplace.FileSystem,
        Postgres = server.Scalar<string>("postgres", "show server_version"),
        PostgresSettings = ScratchServer.SettingsInWords,
        Tidemark = Shell.Output(programs.Tidemark, ["--version"]).Trim() + (Commit(programs) is { } commit ? $" ({commit})" : ""),
        Gzip = Shell.Output("gzip", ["--version"]).Split('\n')[0],
    };

    /// <summary>Null: of a file that was not built here nothing says it.</summary>
    private static string? Commit(BenchPrograms programs) => !programs.Tidemark.StartsWith(programs.Repository, StringComparison.Ordinal) ? null
        : Shell.Try("git", ["-C", programs.Repository, "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"])?.Trim();
}
