using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Docs;

/// <summary>What `make install` does with the file that `make build` made; the program under test stands for that file.</summary>
public sealed class InstallTests
{
    private static readonly Dictionary<string, string> Machine = new() { ["PATH"] = "/usr/local/bin:/usr/bin:/bin", ["HOME"] = "/nowhere", ["TERM"] = "dumb" };

    [Fact]
    public async Task What_is_installed_runs_is_found_by_man_and_completed_by_each_shell_without_being_asked()
    {
        using var scratch = new Scratch();
        var program = await Bystander.PutProgramAsync(scratch.Folder);
        await RunAsync(Path.Combine(Workshop.Repository, "build", "install"), program, scratch["prefix"]);
        Assert.Equal(["bin/tidemark", "share/bash-completion/completions/tidemark", "share/fish/vendor_completions.d/tidemark.fish", "share/man/man1/tidemark.1", "share/zsh/site-functions/_tidemark"],
            Directory.GetFiles(scratch["prefix"], "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(scratch["prefix"], file)).Order(StringComparer.Ordinal));

        Assert.Matches(@"^\d+\.\d+\.\d+\s*$", await RunAsync(scratch["prefix", "bin", "tidemark"], "--version"));
        Assert.Contains("back up PostgreSQL databases", await RunAsync("groff", "-man", "-Tascii", scratch["prefix", "share", "man", "man1", "tidemark.1"]), StringComparison.Ordinal);
        Assert.Contains("_tidemark tidemark", await RunAsync("bash", "--norc", "-c", $". '{scratch["prefix", "share", "bash-completion", "completions", "tidemark"]}'; complete -p tidemark"), StringComparison.Ordinal);
        Assert.Equal("_tidemark\n", await RunAsync("zsh", "-f", "-c", $"fpath=('{scratch["prefix", "share", "zsh", "site-functions"]}' $fpath); autoload -Uz compinit; compinit -u -D; print $_comps[tidemark]"));
        Assert.StartsWith("restore\t", await RunAsync("fish", "--no-config", "-c", $"set PATH {scratch["prefix", "bin"]} $PATH; source {scratch["prefix", "share", "fish", "vendor_completions.d", "tidemark.fish"]}; complete -C 'tidemark rest'"), StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string file, params string[] arguments) =>
        (await Bystander.RunAsync("/", Machine, TimeSpan.FromMinutes(2), file, arguments)).Ends().Output;
}
