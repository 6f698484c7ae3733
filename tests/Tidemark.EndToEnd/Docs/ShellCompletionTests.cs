using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Docs;

/// <summary>TAB, pressed in real shells on a terminal.</summary>
public sealed class ShellCompletionTests(Servers servers) : IAsyncLifetime
{
    private Shop shop = null!;
    private string id = "";

    public async ValueTask InitializeAsync()
    {
        shop = await Shop.OpenAsync(await servers.OfAsync(15), "shop:1");
        id = await shop.BackUpAsync();
        // From here on there is no server: whoever asks one fails.
        shop.Program.With("DATABASE_URL", "postgresql://postgres@127.0.0.1:1/none").With("TERM", "xterm").With("PATH", $"{shop.Folder}:/usr/local/bin:/usr/bin:/bin");
        await Bystander.PutProgramAsync(shop.Folder, "case $1 in complete|completion) ;; *) echo \"GOT[$*]END\"; exit ;; esac\n");
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    public async Task A_line_is_written_by_its_first_letters_and_TAB(string shell)
    {
        Assert.Equal("restore latest --swap --dry-run", await TypeAsync(shell, "tidemark rest\\tlat\\t--sw\\t--dr\\t"));
        Assert.Equal($"show {id} --json", await TypeAsync(shell, $"tidemark sho\\t{id[..6]}\\t--js\\t"));
        Assert.Equal("backup --format sql.gz", await TypeAsync(shell, "tidemark back\\t--form\\tsq\\t"));
        Assert.Equal("backup --format=sql.gz", await TypeAsync(shell, "tidemark back\\t--format=sq\\t"));
    }

    [Fact]
    public async Task Zsh_shows_the_backups_with_what_they_are() =>
        Assert.Contains($"{id}  -- {shop.Database}, ", await TypeAsync("zsh", "tidemark restore \\t", $"*{id}*--*{shop.Database}*good*"), StringComparison.Ordinal);

    [Fact]
    public async Task Fish_offers_commands_options_databases_and_backups_with_what_they_are()
    {
        Assert.StartsWith("restore\tGet a database back", await FishAsync("tidemark rest"), StringComparison.Ordinal);
        Assert.Equal("--format=sql.gz\n", await FishAsync("tidemark backup --format=sq"));
        Assert.Equal($"{shop.Database}\t1 backup\n", await FishAsync("tidemark list --database "));
        Assert.Equal($"{shop.Database}\t1 backup\nall\tevery database of the server\n", await FishAsync("tidemark backup --database "));
        Assert.Matches($"^latest\tthe newest good one\n{id}\t{shop.Database}, .*, good\n$", await FishAsync("tidemark restore "));
        // Where nothing of ours fits, a file may be meant.
        Assert.StartsWith($"{shop.Folder}/backups/", await FishAsync($"tidemark restore {shop.Folder}/back"), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        shop.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> FishAsync(string line) =>
        (await Bystander.RunAsync(shop.Folder, shop.Program.Environment, TimeSpan.FromMinutes(2), "fish", "--no-config", "-c", $"tidemark completion fish | source; complete -C '{line}'")).Ends().Output;

    /// <summary>Types into a shell on a terminal of its own (zsh brings the terminal).</summary>
    /// <returns>The arguments that the shell called tidemark with, or, with a pattern, what it showed.</returns>
    private async Task<string> TypeAsync(string shell, string keys, string? shows = null)
    {
        // The prompt is put together so that the line which sets it does not look like it.
        var (command, setting) = shell == "bash"
            ? ("bash --norc --noprofile -i", "PS1='REA''DY> '; . <(tidemark completion bash)")
            : ("zsh -f -i", "PS1='REA''DY> '; autoload -Uz compinit; compinit -u -D; . <(tidemark completion zsh)");
        var driver = $$"""
            zmodload zsh/zpty
            zpty shell {{command}}
            zpty -w shell "{{setting}}"
            zpty -r shell shown '*READY> *'
            zpty -w -n shell $'{{keys}}'
            {{(shows is null ? "zpty -w -n shell $'\\n'" : "")}}
            zpty -r shell shown '{{shows ?? "*GOT*END*"}}'
            print -r -- "$shown"
            zpty -d shell
            """;
        var said = (await Bystander.RunAsync(shop.Folder, shop.Program.Environment, TimeSpan.FromMinutes(2), "zsh", "-f", "-c", driver)).Ends().Output;
        return shows is null ? said[(said.IndexOf("GOT[", StringComparison.Ordinal) + 4)..said.IndexOf("]END", StringComparison.Ordinal)].TrimEnd() : said;
    }
}
