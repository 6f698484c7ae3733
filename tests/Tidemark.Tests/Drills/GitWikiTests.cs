using System.Text;
using Tidemark.Configuration;
using Tidemark.Drills.Evidence;
using Tidemark.Processes;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Drills;

/// <summary>With the git of this machine and a bare repository of the test's own.</summary>
public sealed class GitWikiTests : IDisposable
{
    private readonly TempFolder folder = new();
    private int runs;

    private EvidenceFolder Reports => new(folder["drills"]);

    private string Bare => folder["wiki.git"];

    [Fact]
    public async Task An_empty_repository_gets_all_reports_on_its_own_branch_and_a_clone_verifies()
    {
        await GitAsync("init", "--quiet", "--bare", "-b", "pages", Bare);
        Write(2);
        Assert.Equal(2, await BringAsync());
        var clone = await CloneAsync();
        Assert.Equal(Directory.GetFiles(Reports.Path).Select(Path.GetFileName).Order(), Directory.GetFiles(Path.Combine(clone, "drills")).Select(Path.GetFileName).Order());
        Assert.Empty(new EvidenceCheck(Reports.Keys()).OfFolder(new EvidenceFolder(Path.Combine(clone, "drills")), null).Findings);
        var index = await File.ReadAllTextAsync(Path.Combine(clone, "Drills.md"), TestContext.Current.CancellationToken);
        Assert.Contains("| [2](drills/000002-run-2.md) | 1970-01-01 00:00:09Z | passed | shop | 1a2b3c4d5e6f | not measured | 1 s |", index, StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(Path.Combine(clone, "drills"), "*.md"), page => Assert.Contains($"(drills/{Path.GetFileName(page)})", index, StringComparison.Ordinal));

        // What is there already is no commit; what was changed there is set right.
        await BringAsync();
        Assert.Equal("1", await CountAsync());
        await ChangeAsync(clone, "drills/000001-run-1.md", "forged");
        await BringAsync();
        Assert.Equal(File.ReadAllText(Reports.At("000001-run-1.md")), await GitAsync("--git-dir", Bare, "show", "pages:drills/000001-run-1.md"));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Who_pushed_first_is_built_upon_and_a_branch_can_be_named()
    {
        var clone = await FilledAsync();
        Write(1);
        // Somebody pushes between our look and our push, twice.
        var path = Wrapper($"""
            case " $* " in *" push "*) n=$(ls {folder.Path}/pushed* 2>/dev/null | wc -l)
            if [ $n -lt 2 ]; then touch {folder.Path}/pushed$n; unset GIT_INDEX_FILE; git -C {clone} commit --quiet --allow-empty -m other$n && git -C {clone} push --quiet; fi;; esac
            """);
        await BringAsync(path);
        Assert.Equal("Drills up to 1\nother1\nother0\nfirst\n", await GitAsync("--git-dir", Bare, "log", "--format=%s", "main"));
        Assert.Equal("a page\n", await GitAsync("--git-dir", Bare, "show", "main:Home.md"));

        await BringAsync(address: Bare + "#proof/a");
        await BringAsync(address: Bare + "#proof/a");
        Assert.Equal("Drills up to 1\n", await GitAsync("--git-dir", Bare, "log", "--format=%s", "proof/a"));
        Write(1);
        await BringAsync(address: Bare + "#proof/a");
        Assert.Equal("Drills up to 2\nDrills up to 1\n", await GitAsync("--git-dir", Bare, "log", "--format=%s", "proof/a"));
    }

    [Fact]
    public async Task Hooks_and_settings_of_the_user_do_no_harm_and_a_refusal_is_told()
    {
        await FilledAsync();
        Write(1);
        var hooks = Directory.CreateDirectory(folder["hooks"]).FullName;
        foreach (var hook in new[] { "pre-push", "pre-commit", "commit-msg", "post-commit" }) Script(Path.Combine(hooks, hook), "exit 1");
        var config = folder.Write("gitconfig", $"[core]\n hooksPath = {hooks}\n autocrlf = true\n[commit]\n gpgSign = true\n[push]\n gpgSign = true\n followTags = true\n[user]\n useConfigOnly = true\n");
        var path = Wrapper($"export GIT_CONFIG_GLOBAL={config}");
        await BringAsync(path);
        Assert.Equal(File.ReadAllText(Reports.At("000001-run-1.md")), await GitAsync("--git-dir", Bare, "show", "main:drills/000001-run-1.md"));

        Write(1);
        Script(Path.Combine(Bare, "hooks", "pre-receive"), "echo not on a Sunday >&2; exit 1");
        var refused = await Assert.ThrowsAsync<Fault>(() => BringAsync());
        Assert.Contains("not on a Sunday", refused.Why, StringComparison.Ordinal);
        AssertNothingIsLeft();
        File.Delete(Path.Combine(Bare, "hooks", "pre-receive"));
        await BringAsync(path);
        Assert.Equal("3", await CountAsync("main"));
    }

    [Fact]
    public async Task Reports_of_another_machine_are_not_mixed_with_ours()
    {
        await FilledAsync();
        Write(1);
        await BringAsync();
        Directory.Delete(Reports.Path, recursive: true);
        File.Delete(folder[EvidenceWriter.HeadFile]);
        Write(1);
        var before = await CountAsync("main");
        Assert.Contains("000001-run-1.json", (await Assert.ThrowsAsync<Fault>(() => BringAsync())).Why, StringComparison.Ordinal);
        Assert.Equal(before, await CountAsync("main"));
    }

    [Fact]
    public async Task A_remote_that_never_answers_is_left_when_there_is_no_more_time()
    {
        Write(1);
        await using var web = new WebListener { Answer = _ => null };
        using var limit = new CancellationTokenSource();
        var bringing = BringAsync(address: $"{web.Address}/wiki.git", token: limit.Token);
        await web.UntilAsync(_ => true);
        await limit.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bringing);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_password_reaches_the_server_and_neither_a_command_line_nor_a_message()
    {
        const string mark = "pass/word xyzzy";
        Write(1);
        await using var web = new WebListener { Answer = request => request.Headers.ContainsKey("Authorization") ? new WebReply(403, "no") : new WebReply(401, "who?", "WWW-Authenticate: Basic realm=\"wiki\"") };
        var trace = folder["trace"];
        var path = Wrapper($"export GIT_TRACE={trace}; echo \"$@\" >> {trace}");
        var refused = await Assert.ThrowsAsync<Fault>(() => BringAsync(path, $"http://bot:{Uri.EscapeDataString(mark)}@{web.Address["http://".Length..]}/wiki.git"));
        Assert.Equal($"bot:{mark}", Encoding.UTF8.GetString(Convert.FromBase64String(web.Requests.Single(request => request.Headers.ContainsKey("Authorization")).Headers["Authorization"]["Basic ".Length..])));
        Assert.Contains("403", refused.Why, StringComparison.Ordinal);
        foreach (var text in new[] { refused.ToString(), refused.InOneLine, await File.ReadAllTextAsync(trace, TestContext.Current.CancellationToken) })
            Assert.DoesNotContain("xyzzy", text, StringComparison.Ordinal);
        Assert.Contains("git-remote-http", await File.ReadAllTextAsync(trace, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private void Write(int count)
    {
        for (var i = 0; i < count; i++) new EvidenceWriter(folder.Path, Reports).Write(SampleReport.Of($"run-{++runs}"));
    }

    private async Task<int> BringAsync(string? path = null, string? address = null, CancellationToken? token = null)
    {
        var taken = 0;
        var wiki = new GitWiki(new SecretSource(address ?? Bare, folder.Path, new Dictionary<string, string>()), folder.Path, path ?? Environment.GetEnvironmentVariable("PATH"), folder.Path);
        await wiki.BringAsync(Reports, 0, number => taken = number, token ?? TestContext.Current.CancellationToken);
        return taken;
    }

    /// <summary>A PATH whose git does this first.</summary>
    private string Wrapper(string script)
    {
        var place = Directory.CreateDirectory(folder["bin"]).FullName;
        Script(Path.Combine(place, "git"), $"{script}\nexec {Git.Find(Environment.GetEnvironmentVariable("PATH"))} \"$@\"");
        return place;
    }

    private static void Script(string path, string text)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<string> FilledAsync()
    {
        await GitAsync("init", "--quiet", "--bare", "-b", "main", Bare);
        var clone = await CloneAsync();
        await ChangeAsync(clone, "Home.md", "a page\n", "first");
        return clone;
    }

    private async Task<string> CloneAsync()
    {
        var clone = folder[$"clone-{Guid.NewGuid():N}"];
        await GitAsync("clone", "--quiet", Bare, clone);
        await GitAsync("-C", clone, "config", "user.email", "somebody@example.com");
        await GitAsync("-C", clone, "config", "user.name", "somebody");
        return clone;
    }

    private static async Task ChangeAsync(string clone, string file, string text, string message = "changed")
    {
        File.WriteAllText(Path.Combine(clone, file), text);
        await GitAsync("-C", clone, "add", "-A");
        await GitAsync("-C", clone, "commit", "--quiet", "-m", message);
        await GitAsync("-C", clone, "push", "--quiet", "origin", "HEAD");
    }

    private async Task<string> CountAsync(string branch = "pages") => (await GitAsync("--git-dir", Bare, "rev-list", "--count", branch)).Trim();

    private void AssertNothingIsLeft() => Assert.False(Directory.Exists(folder["drill-wiki.git"]));

    private static async Task<string> GitAsync(params string[] arguments)
    {
        var result = await ChildProcess.CaptureAsync(new ChildCommand("git", arguments), TestContext.Current.CancellationToken);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {result.ErrorText}");
    }
}
