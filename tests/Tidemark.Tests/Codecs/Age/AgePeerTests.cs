using System.Diagnostics;
using Tidemark.Codecs.Age;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Codecs.Age;

/// <summary>The program <c>age</c> itself, both ways.</summary>
public sealed class AgePeerTests
{
    private readonly AgeIdentity[] keys = [AgeIdentity.Generate(), AgeIdentity.Generate(), AgeIdentity.Generate()];

    [Fact]
    public void Age_opens_what_we_wrote_with_each_of_three_keys()
    {
        using var folder = WithKeys();
        foreach (var size in AgeFile.Sizes)
        {
            File.WriteAllBytes(folder["ours.age"], AgeFile.Encrypt(AgeFile.Plain(size), [.. keys.Select(key => key.Recipient)]));
            for (var at = 0; at < keys.Length; at++)
            {
                // Given --output, age makes no file for nothing.
                Run("sh", "-c", $"age --decrypt --identity {folder[$"key{at}"]} {folder["ours.age"]} > {folder["plain"]}");
                Assert.Equal(AgeFile.Plain(size), File.ReadAllBytes(folder["plain"]));
            }
        }
    }

    [Fact]
    public void We_open_what_age_wrote_for_three_keys()
    {
        using var folder = WithKeys();
        foreach (var size in AgeFile.Sizes)
        {
            File.WriteAllBytes(folder["plain"], AgeFile.Plain(size));
            Run("age", [.. keys.SelectMany(key => new[] { "--recipient", $"{key}" }), "--output", folder["theirs.age"], folder["plain"]]);
            Assert.All(keys, key => Assert.Equal(AgeFile.Plain(size), AgeFile.Decrypt(File.ReadAllBytes(folder["theirs.age"]), key)));
        }
    }

    [Fact]
    public void Age_keygen_and_we_agree_on_keys()
    {
        using var folder = WithKeys();
        Assert.Equal($"{keys[0]}", Run("age-keygen", "-y", folder["key0"]).Trim());
        Run("age-keygen", "-o", folder["theirs"]);
        Assert.Equal(Run("age-keygen", "-y", folder["theirs"]).Trim(), $"{Assert.Single(AgeIdentity.ParseFile(File.ReadAllText(folder["theirs"])))}");
    }

    [Fact]
    public void Passphrases_open_both_ways()
    {
        // age asks on a terminal only: script(1) gives it one.
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script (Debian's bsdutils) is not installed: age takes passphrases on a terminal only");
        using var folder = WithKeys();
        File.WriteAllBytes(folder["ours.age"], AgeFile.Encrypt(AgeFile.Plain(70_000), new AgePassphrase("open sesame")));
        Typed(folder, $"age --decrypt --output {folder["plain"]} {folder["ours.age"]}", 1);
        Assert.Equal(AgeFile.Plain(70_000), File.ReadAllBytes(folder["plain"]));
        Typed(folder, $"age --passphrase --output {folder["theirs.age"]} {folder["plain"]}", 2);
        Assert.Equal(AgeFile.Plain(70_000), AgeFile.Decrypt(File.ReadAllBytes(folder["theirs.age"]), new AgePassphrase("open sesame")));
    }

    private TempFolder WithKeys()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/age"), "age is not installed: nobody can be asked for a second opinion");
        var folder = new TempFolder();
        for (var at = 0; at < keys.Length; at++) folder.Write($"key{at}", keys[at].ToSecretText() + "\n");
        return folder;
    }

    private static void Typed(TempFolder folder, string command, int times) =>
        Run("sh", "-c", $"yes 'open sesame' | head -n {times} | script --quiet --return --command '{command}' {folder["typescript"]}");

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {errors.Result} {output}");
        return output;
    }
}
