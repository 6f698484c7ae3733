using System.Diagnostics;
using System.Text.RegularExpressions;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Repositories;

/// <summary>A copy of a store in another place, and an environment with stock tools and nothing else.</summary>
internal sealed partial class RescueFolder : IDisposable
{
    private static readonly string[] Tools = ["sh", "find", "awk", "sed", "sort", "grep", "cat", "dirname", "mktemp", "rm", "sha256sum", "gzip", "age"];

    private readonly Scratch scratch = new("rescue");
    private readonly Shop shop;
    private readonly string shell;

    /// <param name="shop">Whose backups are copied.</param>
    /// <param name="shell">dash, or busybox, which then is every tool that it has.</param>
    public RescueFolder(Shop shop, string shell)
    {
        (this.shop, this.shell) = (shop, shell);
        Directory.CreateDirectory(scratch["bin"]);
        foreach (var tool in Tools) File.CreateSymbolicLink(scratch["bin", tool], shell == "busybox" && tool is not ("age" or "gzip") ? "/bin/busybox" : Find(tool == "sh" ? "dash" : tool));
        foreach (var tool in (string[])["psql", "pg_restore"]) File.CreateSymbolicLink(scratch["bin", tool], Path.Combine(shop.Server.Clients, tool));
        Copy(Path.Combine(shop.Folder, "backups"), Store);
    }

    public string Store => scratch["copy"];

    public string this[string name] => scratch[name];

    /// <summary>Where restore.sh keeps what it must not leave behind.</summary>
    public string Temporary => Directory.CreateDirectory(scratch["tmp"]).FullName;

    /// <summary>With a terminal on which this is typed, a line for each time that it is asked for: age takes a passphrase from nowhere else.</summary>
    public async Task<ProgramResult> TypeAsync(string line, int times, params string[] arguments)
    {
        var command = string.Join(' ', Words(arguments).Prepend("exec env").Select((word, at) => at == 0 ? word : $"'{word}'"));
        var start = new ProcessStartInfo("script", ["--quiet", "--return", "--command", command, "/dev/null"]) { WorkingDirectory = scratch.Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        await using var running = new RunningProgram(await ChildProcess.StartAsync(start), "script");
        await running.WriteAsync(string.Concat(Enumerable.Repeat(line + "\n", times)));
        return await running.EndAsync();
    }

    public Task<ProgramResult> RunAsync(params string[] arguments) => Bystander.RunAsync(scratch.Folder, new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, TimeSpan.FromMinutes(2),
        "env", [.. Words(arguments)]);

    /// <summary>An empty database, by its URL.</summary>
    public async Task<(string Name, string Url)> TargetAsync()
    {
        var name = await shop.Server.CreateDatabaseAsync("rescued");
        return (name, shop.Server.Url(name));
    }

    /// <summary>A new key file; its public half.</summary>
    public async Task<string> KeyAsync(string name)
    {
        await ChildProcess.OutputAsync("age-keygen", ["-o", scratch[name]]);
        return (await ChildProcess.OutputAsync("age-keygen", ["-y", scratch[name]])).Trim();
    }

    /// <summary>Every backup as it lies there when it is encrypted; age itself does it.</summary>
    public async Task EncryptAsync(string recipient)
    {
        foreach (var manifest in Directory.GetFiles(Store, "*.json", SearchOption.AllDirectories).Where(file => !file.Contains("/.tidemark/", StringComparison.Ordinal)))
        {
            var file = manifest[..^".json".Length];
            if (!File.Exists(file)) continue;
            foreach (var plain in (string[])[file, manifest, Stem().Replace(file, "") + ".globals.sql"])
                await ChildProcess.OutputAsync("age", ["-r", recipient, "-o", plain + ".age", plain]);
            File.Delete(file);
            File.Delete(Stem().Replace(file, "") + ".globals.sql");
            var sum = (await ChildProcess.OutputAsync("sha256sum", [file + ".age"]))[..64];
            var text = await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken);
            text = Size().Replace(Sum().Replace(text, $"  \"sha256\": \"{sum}\""), $"  \"size\": {new FileInfo(file + ".age").Length}");
            await File.WriteAllTextAsync(manifest, text, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The one file of the copy that ends so.</summary>
    public string FileOf(string ending) => Directory.GetFiles(Store, "*" + ending, SearchOption.AllDirectories).Single(file => !file.Contains("globals", StringComparison.Ordinal));

    public void Dispose() => scratch.Dispose();

    /// <summary>For env.</summary>
    private IEnumerable<string> Words(string[] arguments) => ["-i", $"PATH={scratch["bin"]}", $"HOME={scratch.Folder}", $"XDG_RUNTIME_DIR={Temporary}", scratch["bin", "sh"], Path.Combine(Store, "restore.sh"), .. arguments];

    private static string Find(string tool) => Path.Combine(((string[])["/usr/bin", "/bin"]).FirstOrDefault(folder => File.Exists(Path.Combine(folder, tool))) ?? Skipped(tool), tool);

    private static string Skipped(string tool)
    {
        Assert.Skip($"{tool} is not installed");
        return "";
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.GetDirectories(from).Where(folder => Path.GetFileName(folder) != ".tidemark")) Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
    }

    [GeneratedRegex(@"(\.dump|\.sql\.gz|\.sql)$")]
    private static partial Regex Stem();

    [GeneratedRegex("^  \"sha256\": \"[0-9a-f]{64}\"", RegexOptions.Multiline)]
    private static partial Regex Sum();

    [GeneratedRegex("""^  "size": \d+""", RegexOptions.Multiline)]
    private static partial Regex Size();
}
