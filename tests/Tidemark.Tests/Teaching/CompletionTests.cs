using Tidemark.Cli.Commands;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Teaching;

public sealed class CompletionTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Theory]
    [InlineData("resto", "restore")]
    [InlineData("restore --to", "--to-database")]
    [InlineData("backup --format ", "custom sql.gz")]
    [InlineData("backup --format s", "sql.gz")]
    [InlineData("backup --format=c", "--format=custom")]
    [InlineData("backup --format = c", "custom")]
    [InlineData("backup --format =", "custom sql.gz")]
    [InlineData("backup --label resto", "")]
    [InlineData("backup --label x --for", "--format")]
    [InlineData("completion ", "bash zsh fish")]
    [InlineData("completion bash ", "")]
    [InlineData("--jso", "--json")]
    [InlineData("list --jso", "--json")]
    [InlineData("verify --all lat", "latest")]
    [InlineData("verify lat", "latest")]
    [InlineData("restore -- --to", "")]
    [InlineData("compl", "completion")]
    [InlineData("nonsense resto", "")]
    public async Task A_line_goes_on_with_what_fits(string line, string expected)
    {
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), (await AskAsync(line)).Said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(found => found.Split('\t')[0]));
    }

    [Fact]
    public void Every_option_for_a_database_completes_the_databases_that_have_backups()
    {
        var tree = CommandTree.Build(Terminal.OfWriter(TextWriter.Null, new Dictionary<string, string>(), "/"));
        Assert.Empty(ManPage.Leaves(tree).SelectMany(command => command.Options.Where(option => option.Name == "--database" && ValueSource.Of(option)?.Live is not (LiveValue.Databases or LiveValue.DatabasesOrAll)).Select(_ => command.FullName())));
    }

    [Fact]
    public async Task A_dump_of_somebody_else_is_offered_for_adoption_and_a_name_that_breaks_lines_is_not()
    {
        folder.Write("backups/by hand.dump", "PGDMP");
        folder.Write("backups/odd\nname.dump", "PGDMP");
        Assert.Equal(["by hand.dump"], (await AskAsync("adopt ")).Said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(found => found.Split('\t')[0]));
    }

    [Fact]
    public async Task A_keypress_runs_nothing_that_the_configuration_says_and_writes_nothing()
    {
        var mark = folder["mark"];
        folder.Write(".env", $"DATABASE_URL=command:touch {mark}\nBACKUP_DIR=backups\n");
        folder.Write("backups/by-hand.dump", "PGDMP");
        var before = Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Order();
        Assert.Contains("by-hand.dump", (await AskAsync("adopt ")).Said, StringComparison.Ordinal);
        Assert.StartsWith("latest\t", (await AskAsync("restore ", ("DATABASE_URL", $"command:touch {mark}"))).Said, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Order());
    }

    [Fact]
    public async Task What_is_wrong_is_not_told_at_a_keypress()
    {
        Assert.Equal((1, ""), await AskAsync("restore ", ("BACKUP_RETENTION_DAYS", "nonsense")));
        folder.Write("backups", "a file where the folder should be");
        Assert.Equal((1, ""), await AskAsync("restore "));
    }

    public void Dispose() => folder.Dispose();

    /// <remarks>The line is cut at spaces; what follows the last one is the word being typed.</remarks>
    private Task<(int ExitCode, string Said)> AskAsync(string line, params (string Name, string Value)[] environment) => TypedLine.RunAsync(["complete", "--", .. line.Split(' ')], folder.Path, environment);
}
