using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tidemark.EndToEnd.Support;

/// <summary>The program under test, as a user has it: a file, arguments, an environment; exit code and two streams come back.</summary>
public sealed class TidemarkProgram(string folder)
{
    /// <summary>TIDEMARK_BIN, else what was built last: the native file or the plain build.</summary>
    public static string File { get; } = Find();

    /// <summary>The working folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>All that the program gets: nothing of the test's own environment goes through.</summary>
    public Dictionary<string, string> Environment { get; } = new()
    {
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
        ["HOME"] = folder,
    };

    /// <summary>In this folder, with DATABASE_URL, BACKUP_DIR (the folder `backups` in it) and the server's own clients first on the PATH.</summary>
    public static TidemarkProgram For(PostgresServer server, string database, string folder)
    {
        ArgumentNullException.ThrowIfNull(server);
        var program = new TidemarkProgram(folder);
        program.Environment["PATH"] = server.Clients + ":" + program.Environment["PATH"];
        program.Environment["DATABASE_URL"] = server.Url(database);
        program.Environment["BACKUP_DIR"] = Path.Combine(folder, "backups");
        return program;
    }

    /// <summary>Sets or (null) removes a variable.</summary>
    public TidemarkProgram With(string variable, string? value)
    {
        if (value is null)
        {
            Environment.Remove(variable);
        }
        else
        {
            Environment[variable] = value;
        }

        return this;
    }

    /// <summary>Backups go to this place.</summary>
    public TidemarkProgram With(StorePlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        foreach (var (name, value) in place.Variables) Environment[name] = value;
        Environment["BACKUP_DIR"] = place.Address;
        return this;
    }

    /// <summary>Its clock is wrong: "-2d", "+2h"; null: it is right again.</summary>
    public TidemarkProgram WithClock(string? wrongBy) => With("FAKETIME", wrongBy).With("FAKETIME_DONT_FAKE_MONOTONIC", wrongBy is null ? null : "1")
        .With("LD_PRELOAD", wrongBy is null ? null : Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu").Select(folder => Path.Combine(folder, "faketime", "libfaketime.so.1")).First(System.IO.File.Exists));

    public Task<ProgramResult> RunAsync(params string[] arguments) => RunAsync(arguments, input: null);

    /// <summary>Runs it to its end; after the timeout (2 minutes) it is killed with all that it started, and that is an exception.</summary>
    public async Task<ProgramResult> RunAsync(string[] arguments, string? input, TimeSpan? timeout = null)
    {
        await using var running = await StartAsync(arguments);
        await running.WriteAsync(input);
        return await running.EndAsync(timeout);
    }

    /// <summary>Starts it and comes back at once, for tests that watch it, talk to it or kill it.</summary>
    public async Task<RunningProgram> StartAsync(params string[] arguments)
    {
        var managed = File.EndsWith(".dll", StringComparison.Ordinal);
        return await StartOtherAsync(managed ? "dotnet" : File, managed ? [File, .. arguments] : arguments);
    }

    /// <summary>Another program in the same folder, with the same environment.</summary>
    public async Task<RunningProgram> StartOtherAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return new RunningProgram(await ChildProcess.StartAsync(start), string.Join(' ', [Path.GetFileName(program), .. arguments]));
    }

    private static string Find()
    {
        if (System.Environment.GetEnvironmentVariable("TIDEMARK_BIN") is { Length: > 0 } given)
        {
            return Path.GetFullPath(given);
        }

        var artifacts = Path.Combine(Workshop.Repository, "artifacts");
        var processor = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        string[] candidates =
        [
            Path.Combine(artifacts, "publish", "Tidemark.Cli", $"release_linux-{processor}", "tidemark"),
            Path.Combine(artifacts, "bin", "Tidemark.Cli", "debug", "tidemark.dll"),
        ];
        return candidates.Where(System.IO.File.Exists).MaxBy(System.IO.File.GetLastWriteTimeUtc)
            ?? throw new InvalidOperationException("the program was not built: make build");
    }
}
