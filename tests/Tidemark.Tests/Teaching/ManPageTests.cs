using System.Diagnostics;
using Tidemark.Cli.Commands;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Configuration;

namespace Tidemark.Tests.Teaching;

public sealed class ManPageTests
{
    [Fact]
    public async Task Groff_has_nothing_to_warn_of_and_shows_every_command_option_setting_and_example()
    {
        var tree = CommandTree.Build(Terminal.OfWriter(TextWriter.Null, new Dictionary<string, string>(), "/"));
        var (shown, warnings) = await GroffAsync(ManPage.Of(tree, "1.2.3"));
        Assert.Equal("", warnings);
        Assert.Contains("tidemark 1.2.3", shown, StringComparison.Ordinal);
        foreach (var command in ManPage.Leaves(tree))
        {
            Assert.Contains(command.FullName(), shown, StringComparison.Ordinal);
            Assert.All(command.Shown(), option => Assert.Contains(option.Label(), shown, StringComparison.Ordinal));
            // A hyphen instead of a minus, or a curly quote, could not be pasted.
            Assert.All(Lesson.Of(command)?.Examples ?? [], example => Assert.Contains(example.Line, shown, StringComparison.Ordinal));
        }
        Assert.All(SettingCatalogue.All, setting => Assert.Contains(setting.Variable, shown, StringComparison.Ordinal));
        Assert.DoesNotContain("tidemark complete ", shown, StringComparison.Ordinal);
    }

    /// <summary>As a terminal shows it, without bold type; lines wide enough that nothing is broken.</summary>
    private static async Task<(string Shown, string Warnings)> GroffAsync(string page)
    {
        var start = new ProcessStartInfo("groff", ["-man", "-ww", "-Tutf8", "-rLL=400n", "-P-c", "-P-b", "-P-u", "-P-o"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var groff = Process.Start(start)!;
        var shown = groff.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var warnings = groff.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await groff.StandardInput.WriteAsync(page);
        groff.StandardInput.Close();
        return (await shown, await warnings);
    }
}
