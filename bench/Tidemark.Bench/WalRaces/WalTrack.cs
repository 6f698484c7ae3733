using Tidemark.Bench.Machine;
using Tidemark.Bench.Measuring;
using Tidemark.Bench.Races;
using Tidemark.Bench.Server;

namespace Tidemark.Bench.WalRaces;

/// <summary>What all contenders share: the server, its WAL, the programs.</summary>
internal sealed class WalTrack(BenchPrograms programs, ScratchServer server, WalSource source, Workplace workplace)
{
    private const int NameLength = 24;

    public BenchPrograms Programs => programs;

    public ScratchServer Server => server;

    public WalSource Source => source;

    public string NewPlace(string name = "place") => workplace.NewPlace(name);

    public Dictionary<string, string> Environment(string place) => new()
    {
        ["PATH"] = $"{programs.Postgres}:/usr/local/bin:/usr/bin:/bin",
        ["HOME"] = place,
        ["LC_ALL"] = "C.UTF-8",
        ["TIDEMARK"] = programs.Tidemark,
        ["BACKUP_DIR"] = Path.Combine(place, "store"),
    };

    /// <summary>One process for each segment, one after another, each by a shell, as the server does it; what comes after each stands for what the server does with the file.</summary>
    /// <param name="place">Where the names and the data folder are.</param>
    /// <param name="data">The working folder.</param>
    /// <param name="environment">All that the command gets.</param>
    /// <param name="command">With <c>%f</c>.</param>
    /// <param name="after">With <c>$f</c>.</param>
    public static Launch Each(string place, string data, IReadOnlyDictionary<string, string> environment, string command, string after) => new()
    {
        Name = command,
        Program = "/bin/sh",
        Arguments = ["-c", $"while read -r f; do sh -c \"{command.Replace("%f", "$f", StringComparison.Ordinal)}\" < /dev/null && {after} || exit 1; done < {place}/names"],
        Environment = environment,
        Folder = data,
    };

    /// <summary>Whether a file of an archive is a whole segment: its name, and a hash after it. Ours is SHA-256, pgBackRest's SHA-1.</summary>
    public static bool IsSegment(string file) => Path.GetFileName(file) is { Length: NameLength + 65 } or { Length: NameLength + 41 + 4 };

    /// <summary>Whether each segment is stored once, and unpacks to the server's bytes: by zstd and cmp.</summary>
    /// <param name="folder">Of the archive.</param>
    /// <param name="also">What is missing there may lie in this one as it is.</param>
    public Proof Stored(string folder, string? also = null)
    {
        var stored = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => IsSegment(file.Name)).ToLookup(file => file.Name[..NameLength]);
        foreach (var name in source.Names)
            switch (stored[name].ToList())
            {
                case [] when also is not null && IsSame(Path.Combine(also, name), name):
                case [var file] when Shell.Try("bash", ["-o", "pipefail", "-c", "zstd -q -d -c -- \"$1\" | cmp -s - \"$2\"", "-", file.FullName, source.FileOf(name)]) is not null:
                    break;
                case var others:
                    return new Proof(0, $"{name} is stored {others.Count} times, or not as the server wrote it");
            }
        return new Proof(source.Names.Sum(name => stored[name].Sum(file => file.Length)), null);
    }

    /// <summary>Whether each segment lies in the folder as the server wrote it.</summary>
    public Proof Raw(string folder) =>
        new(0, source.Names.FirstOrDefault(name => !IsSame(Path.Combine(folder, name), name)) is { } wrong ? $"{wrong} is missing, or not as the server wrote it" : null);

    private bool IsSame(string file, string name) => Shell.Try("cmp", ["-s", file, source.FileOf(name)]) is not null;
}
