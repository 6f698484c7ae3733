using Tidemark.Cli.Commands;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;

namespace Tidemark.Tests.Teaching;

public sealed class UsageFaultTests
{
    [Theory]
    [InlineData("restroe latest", "\"restroe\" is not known; did you mean restore?", "tidemark restore latest")]
    [InlineData("bakcup --label x", "did you mean backup?", "tidemark backup --label x")]
    [InlineData("rest latest", "did you mean restore?", "tidemark restore latest")]
    [InlineData("list --databse shop", "\"--databse\" is not known; did you mean --database?", "tidemark list --database shop")]
    [InlineData("list --databse=shop", "did you mean --database?", "tidemark list --database=shop")]
    [InlineData("restore --databse shop latest", "did you mean --database?", "tidemark restore --database shop latest")]
    [InlineData("verify --al", "did you mean --all?", "tidemark verify --all")]
    [InlineData("show latest --jsno", "did you mean --json?", "tidemark show latest --json")]
    [InlineData("run list", "\"run\" is not known; did you mean runs?", "tidemark runs list")]
    [InlineData("run list --json", "\"run\" is not known; did you mean runs?", "tidemark runs list --json")]
    [InlineData("mirror list", "\"mirror\" is not known here", "tidemark --help")]
    [InlineData("cron list", "here it is schedule list", "tidemark schedule list --help")]
    [InlineData("help", "\"help\" is an option here", "tidemark --help")]
    [InlineData("help restore", "\"help\" is an option here", "tidemark restore --help")]
    [InlineData("help runs list", "\"help\" is an option here", "tidemark runs list --help")]
    [InlineData("help nonsense", "\"help\" is an option here", "tidemark --help")]
    [InlineData("version", "\"version\" is an option here", "tidemark --version")]
    [InlineData("history", "here it is runs list", "tidemark runs list --help")]
    [InlineData("log", "here it is runs list", "tidemark runs list --help")]
    [InlineData("restore", "tidemark restore needs BACKUP", "tidemark restore latest")]
    [InlineData("pin latest", "tidemark pin needs --reason REASON", "tidemark pin latest --reason \"before the migration\"")]
    [InlineData("pin", "tidemark pin needs ID", "tidemark pin latest --reason \"before the migration\"")]
    [InlineData("pin latest --reason", "--reason needs a value", "tidemark pin --help")]
    [InlineData("backup --label", "--label needs a value", "tidemark backup --help")]
    [InlineData("backup --label a --label b", "--label is given 2 times, and takes one value", "tidemark backup --help")]
    [InlineData("runs list --limit x", "\"x\" is no whole number: --limit", "tidemark runs list --help")]
    [InlineData("runs list --limit", "--limit needs a value", "tidemark runs list --help")]
    [InlineData("xyzzy", "\"xyzzy\" is not known here", "tidemark --help")]
    [InlineData("complet-e", "did you mean completion?", "tidemark completion")]
    [InlineData("list --nonsense", "\"--nonsense\" is not known here", "tidemark list --help")]
    [InlineData("list shop", "\"shop\" is one word too many for tidemark list", "tidemark list --help")]
    [InlineData("stanza-create", "\"stanza-create\" is a word of pgBackRest", "tidemark backup --help")]
    [InlineData("snapshots", "\"snapshots\" is a word of restic", "tidemark list --help")]
    [InlineData("backup --type full", "--type is pgBackRest's word; here it is --kind", "tidemark backup --kind dump")]
    [InlineData("backup --type=incr", "a dump, of one database, is always a full backup; base backups", "tidemark backup --kind dump")]
    public async Task A_line_that_cannot_be_meant_is_answered_with_the_one_that_can(string line, string what, string next)
    {
        var (exit, said) = await TypedLine.RunAsync(line.Split(' '));
        Assert.Equal(2, exit);
        Assert.Contains(what, said, StringComparison.Ordinal);
        Assert.EndsWith($"next   {next}\n", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("heartbeat --message --strange --nonsense")]
    [InlineData("show -- --odd-name --nonsense")]
    public async Task What_is_a_value_is_not_taken_for_a_misspelt_option(string line)
    {
        var (_, said) = await TypedLine.RunAsync(line.Split(' '));
        Assert.Contains("--nonsense", said, StringComparison.Ordinal);
        Assert.DoesNotContain("\"--strange\"", said, StringComparison.Ordinal);
        Assert.DoesNotContain("\"--odd-name\"", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_word_of_another_tool_leads_to_a_command_of_ours_and_is_none_itself()
    {
        var ours = CommandTree.Build(Terminal.OfWriter(TextWriter.Null, new Dictionary<string, string>(), "/")).Subcommands.Where(command => !command.Hidden).Select(command => command.Name).ToHashSet();
        Assert.All(ForeignWord.All, word => Assert.Contains(word.Ours.Split(' ')[0], ours));
        Assert.DoesNotContain(ForeignWord.All, word => ours.Contains(word.Word));
        Assert.Equal(ForeignWord.All.Count, ForeignWord.All.DistinctBy(word => word.Word).Count());
    }

    [Theory]
    [InlineData("restore", "restore", 0)]
    [InlineData("restroe", "restore", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "list", 4)]
    [InlineData("ca", "abc", 3)]
    public void The_distance_of_two_words_is_the_edits_between_them(string a, string b, int edits) => Assert.Equal((edits, edits), (Spelling.Distance(a, b), Spelling.Distance(b, a)));

    [Fact]
    public void Of_two_words_equally_near_none_is_guessed()
    {
        Assert.Null(Spelling.Nearest("lest", ["list", "lost"]));
        Assert.Equal("list", Spelling.Nearest("liist", ["list", "lost"]));
    }
}
