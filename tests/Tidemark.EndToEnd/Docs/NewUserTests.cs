using System.Text.RegularExpressions;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Docs;

/// <summary>Somebody with a database, a fresh home, and no more than the README asks for.</summary>
public sealed partial class NewUserTests(Servers servers)
{
    /// <summary>What every Debian has, then what the README names. No compiler, no Node, no other shell.</summary>
    private static readonly string[] Tools = ["sh", "bash", "env", "cat", "date", "dirname", "find", "flock", "ls", "mkdir", "mktemp", "mv", "readlink", "rm", "sed", "setsid", "touch", "uname", "git", "make", "dotnet"];

    [Fact]
    public async Task The_first_lines_of_the_README_work_in_a_fresh_copy_on_a_machine_with_nothing_else()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        using var scratch = new Scratch("new-user");
        var machine = await MachineAsync(shop, scratch);

        var first = FirstBlock().Match(await File.ReadAllTextAsync(scratch["copy", "README.md"], TestContext.Current.CancellationToken)).Groups[1].Value;
        Assert.Contains("export DATABASE_URL=postgresql://user@host/database\n", first, StringComparison.Ordinal);
        var typed = first.Replace("postgresql://user@host/database", shop.Server.Url(shop.Database), StringComparison.Ordinal);
        var result = await Bystander.RunAsync(scratch["copy"], machine, TimeSpan.FromMinutes(10), "/bin/sh", "-eux", "-c", typed);
        result.Ends();

        var restored = (await shop.DatabasesAsync()).Single(name => name.StartsWith(shop.Database + "_restored_", StringComparison.Ordinal));
        Assert.Equal((1, 1), (await shop.VersionAsync(), await shop.VersionAsync(restored)));
        var help = (await Bystander.RunAsync(scratch["copy"], machine, TimeSpan.FromMinutes(2), "./tidemark", "--help")).Ends();
        Assert.Contains("tidemark restore latest", help.Output, StringComparison.Ordinal);
        Assert.Equal("", help.Errors);
    }

    /// <summary>A copy of what git would clone, a home, and a PATH of links to the tools.</summary>
    private static async Task<Dictionary<string, string>> MachineAsync(Shop shop, Scratch scratch)
    {
        foreach (var folder in (string[])["copy", "home", "bin"]) Directory.CreateDirectory(scratch[folder]);
        var here = new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin", ["HOME"] = scratch["home"] };
        (await Bystander.RunAsync(Workshop.Repository, here, TimeSpan.FromMinutes(1), "/bin/sh", "-euc",
            "git -c safe.directory='*' ls-files -z --cached --others --exclude-standard | tar -c --null --ignore-failed-read -T - 2> /dev/null | tar -x -C \"$1\"", "sh", scratch["copy"])).Ends();
        foreach (var tool in Tools)
            File.CreateSymbolicLink(scratch["bin", tool], ((string[])["/usr/local/bin", "/usr/bin", "/bin"]).Select(folder => Path.Combine(folder, tool)).First(File.Exists));

        // Where this machine gets its packages from is not the matter; those that are here already are not fetched again.
        var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (File.Exists(Path.Combine(user, ".nuget/NuGet/NuGet.Config")))
        {
            Directory.CreateDirectory(scratch["home", ".nuget", "NuGet"]);
            File.Copy(Path.Combine(user, ".nuget/NuGet/NuGet.Config"), scratch["home", ".nuget", "NuGet", "NuGet.Config"]);
        }
        return new Dictionary<string, string>
        {
            ["PATH"] = $"{scratch["bin"]}:{shop.Server.Clients}",
            ["HOME"] = scratch["home"],
            ["NUGET_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set ? set : Path.Combine(user, ".nuget", "packages"),
        };
    }

    [GeneratedRegex(@"<!-- tried by NewUserTests -->\n```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex FirstBlock();
}
