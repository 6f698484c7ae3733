using System.CommandLine;
using System.Text.RegularExpressions;
using Tidemark.Cli.Commands;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Configuration;

namespace Tidemark.Tests.Architecture;

/// <summary>The parts of the pages that are made from commands and settings. `make docs` writes them, by this test with TIDEMARK_WRITE_DOCS=1.</summary>
public sealed partial class GeneratedPartTests
{
    private static readonly RootCommand Tree = CommandTree.Build(Terminal.OfWriter(TextWriter.Null, new Dictionary<string, string>(), "/"));
    private static readonly bool Write = Environment.GetEnvironmentVariable("TIDEMARK_WRITE_DOCS") == "1";

    /// <summary>Of commands that cannot be typed and waited for.</summary>
    private static readonly Dictionary<string, string> OwnTests = new() { ["tidemark serve"] = "ServeTests", ["tidemark wal receive"] = "WalReceiveTests", ["tidemark drill pack"] = "EvidencePlacesTests", ["tidemark notify test"] = "NoticeTests", ["tidemark runs cancel"] = "RunsCancelTests", ["tidemark wal status"] = "WalStatusTests", ["tidemark cluster upgrade"] = "BaseRetentionTests", ["tidemark standby create"] = "StandbyCreateTests", ["tidemark standby status"] = "StandbyStatusTests", ["tidemark standby promote"] = "StandbyPromoteTests", ["tidemark standby rehearse"] = "StandbyPromoteTests", ["tidemark standby drop"] = "StandbyDropTests" };

    [Fact]
    public void Every_generated_part_says_what_the_program_says()
    {
        var parts = 0;
        List<string> stale = [];
        foreach (var page in Checkout.Pages)
        {
            var text = Parts().Replace(page.Text, part =>
            {
                parts++;
                var made = Made(part.Groups[1].Value);
                if (made != part.Groups[2].Value) stale.Add($"{page.Path}: {part.Groups[1].Value}");
                return $"<!-- generated: {part.Groups[1].Value} -->\n{made}<!-- /generated -->";
            });
            if (Write && text != page.Text) File.WriteAllText(Path.Combine(Checkout.Root, page.Path.TrimStart('/')), text);
        }
        Assert.True(parts > 10, "the marks are not found any more");
        if (!Write) Assert.True(stale.Count == 0, $"make docs: these are not up to date: {string.Join(", ", stale)}");
    }

    [Fact]
    public void Every_command_has_its_part_on_the_page_of_commands() =>
        Assert.Equal(ManPage.Leaves(Tree).Select(command => command.FullName()[9..]).Append("exit codes").Order(StringComparer.Ordinal),
            Parts().Matches(Checkout.Read("docs/cli.md")).Select(part => part.Groups[1].Value).Order(StringComparer.Ordinal));

    private static string Made(string name) => name switch
    {
        "settings" => Table("variable | tidemark.json | default | meaning",
            SettingCatalogue.All.Select(setting => $"`{setting.Variable}` | `{setting.Name}` | {(setting.Default is null ? "" : $"`{setting.Default}`")} | {setting.Meaning}{(setting.Secret ? "; a secret, never shown" : "")}")),
        "exit codes" => Table("code | meaning", ExitCodes.All.Select(row => $"{row.Code} | {row.Meaning}")),
        _ => OfCommand(ManPage.Leaves(Tree).SingleOrDefault(command => command.FullName() == "tidemark " + name) ?? throw new InvalidOperationException($"there is no command {name}")),
    };

    private static string OfCommand(Command command)
    {
        var rows = command.Arguments.Where(argument => !argument.Hidden).Select(argument => (Label: argument.Label(), Words: argument.Description!))
            .Concat(command.Shown().Select(option => (Label: option.Label(), Words: option.Words()))).Select(row => $"`{Cell(row.Label)}` | {Cell(row.Words)}").ToList();
        var examples = Lesson.Of(command)?.Examples ?? [];
        var width = examples.Select(example => example.Line.Length).DefaultIfEmpty(0).Max();
        var lines = examples.Select(example => $"{example.Line.PadRight(width)}  # {example.Does}\n");
        return $"{(rows.Count > 0 ? Table("argument or option | ", rows) + "\n" : "")}<!-- tried{(OwnTests.TryGetValue(command.FullName(), out var tests) ? $" by {tests}" : "")} -->\n```sh\n{string.Concat(lines)}```\n";
    }

    private static string Table(string head, IEnumerable<string> rows)
    {
        var columns = head.Count(letter => letter == '|') + 1;
        return string.Concat(rows.Prepend(string.Join("|", Enumerable.Repeat("---", columns))).Prepend(head).Select((row, index) => index == 1 ? $"|{row}|\n" : $"| {row.TrimEnd()} |\n"));
    }

    /// <summary>What Markdown would take for something else.</summary>
    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "\\<", StringComparison.Ordinal);

    [GeneratedRegex(@"^<!-- generated: (.+?) -->\n(.*?)<!-- /generated -->$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Parts();
}
