using Tidemark.Bench.Machine;
using Tidemark.Bench.Measuring;
using Tidemark.Bench.Server;

namespace Tidemark.Bench.BaseRaces;

/// <summary>What all contenders share: the server, its cluster, the programs, and that all of them run as the server's user.</summary>
internal sealed class BaseTrack(BenchPrograms programs, ScratchServer server, ClusterSample sample, Workplace workplace)
{
    /// <summary>A script of ours stands between the server and who archives at the moment.</summary>
    private string ArchiveScript => Path.Combine(workplace.Folder, "archive");

    public BenchPrograms Programs => programs;

    public ScratchServer Server => server;

    public ClusterSample Sample => sample;

    /// <summary>The rows of the server: what every restored one must hold.</summary>
    public string Content { get; private set; } = "";

    /// <summary>Settings of the server that archives what it is told to.</summary>
    public static string[] ServerSettings(Workplace workplace) => ["wal_level = replica", "archive_mode = on", $"archive_command = '{Path.Combine(workplace.Folder, "archive")} %p %f any:pgbackrest'"];

    /// <summary>When it is as it will stay.</summary>
    public void ReadContent() => Content = ClusterContent.Of(server.Open);

    /// <summary>An empty folder that is the server user's.</summary>
    public string NewPlace(string name = "place")
    {
        var place = workplace.NewPlace(name);
        ServerUser.Give(place);
        return place;
    }

    /// <summary>From now on.</summary>
    /// <param name="command">Of a shell, with <c>$1</c>, the path of the segment within the data folder; null: nobody wants it.</param>
    public void ArchiveBy(string? command)
    {
        File.WriteAllText(ArchiveScript + ".new", $"#!/bin/sh\n{command ?? "exit 0"}\n");
        File.SetUnixFileMode(ArchiveScript + ".new", (UnixFileMode)Convert.ToInt32("755", 8));
        File.Move(ArchiveScript + ".new", ArchiveScript, overwrite: true);
    }

    /// <summary>The server has nothing left to write that was there before.</summary>
    public void Settle() => server.Execute("postgres", "checkpoint");

    public Dictionary<string, string> Environment(string home) => new()
    {
        ["PATH"] = $"{programs.Postgres}:/usr/local/bin:/usr/bin:/bin",
        ["HOME"] = home,
        ["LC_ALL"] = "C.UTF-8",
    };

    public static Launch Launch(string name, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string folder)
    {
        var (started, all) = ServerUser.Command(program, arguments);
        return new Launch { Name = name, Program = started, Arguments = all, Environment = environment, Folder = folder };
    }

    /// <summary>Off the clock.</summary>
    public static void Run(Launch launch) => Shell.Output(launch.Program, launch.Arguments, launch.Environment);

    public static long Bytes(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <returns>What is wrong with a restored data folder; null: nothing.</returns>
    public string? Flaw(string data) => RestoredCluster.Flaw(programs, data, Content);
}
