using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Deploy;

public sealed class UnitFileTests
{
    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_the_unit()
    {
        using var scratch = new Scratch();
        // It wants the program in its place.
        await Bystander.PutProgramAsync(scratch.Folder);
        var unit = await File.ReadAllTextAsync(Path.Combine(Workshop.Repository, "deploy", "tidemark.service"), TestContext.Current.CancellationToken);
        Assert.Equal("", await VerifyAsync(unit.Replace("/usr/local/bin/tidemark", scratch["tidemark"], StringComparison.Ordinal)));
        Assert.NotEqual("", await VerifyAsync(unit.Replace("/usr/local/bin/tidemark", scratch["tidemark"], StringComparison.Ordinal).Replace("Restart=on-failure", "Restart=perhaps", StringComparison.Ordinal)));

        async Task<string> VerifyAsync(string text)
        {
            await File.WriteAllTextAsync(scratch["tidemark.service"], text, TestContext.Current.CancellationToken);
            var said = await Bystander.RunAsync(scratch.Folder, new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, TimeSpan.FromMinutes(1), "systemd-analyze", "verify", "--man=no", scratch["tidemark.service"]);
            return said.Output + said.Errors;
        }
    }
}
