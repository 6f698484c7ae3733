using System.Text;
using Tidemark.Configuration;
using Tidemark.Processes;

namespace Tidemark.Drills.Evidence;

/// <summary>The git of this machine, at work in a repository of ours that has neither hooks nor a work tree.</summary>
/// <remarks>
/// How git reaches the other side stays the user's: proxy, certificates, keys, credential helpers. What else his configuration says changes nothing, since only such commands are used as it does not reach.
/// A password goes by the environment to a credential helper of one line: an address with it would stand on the command line of git's own children.
/// </remarks>
/// <param name="program">A full path.</param>
/// <param name="folder">Of the repository.</param>
/// <param name="wiki">The other side.</param>
internal sealed class Git(string program, string folder, WikiAddress wiki)
{
    private const string User = "TIDEMARK_WIKI_USER", Password = "TIDEMARK_WIKI_PASSWORD";

    private static readonly string[] NoHooksNoTidying = ["-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "push.gpgSign=false"];

    private static readonly string[] OwnCredentials = ["-c", "credential.helper=", "-c", $"credential.helper=!f() {{ test \"$1\" = get && printf 'username=%s\\npassword=%s\\n' \"${User}\" \"${Password}\"; }}; f"];

    /// <summary>Of a git that started us, as a hook does: they would lead ours to its repository.</summary>
    private static readonly string[] OfAnother = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_QUARANTINE_PATH", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT", "GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE", "GIT_TRACE", "GIT_TRACE_CURL", "GIT_CURL_VERBOSE"];

    /// <summary>[rejected]: it is no descendant of what is there. The others: it was one when the push began.</summary>
    private static readonly string[] OvertakenWords = ["[rejected]", "cannot lock ref", "failed to update ref", "incorrect old value"];

    private readonly SecretMask mask = new(new[] { wiki.Password, wiki.Password is null ? null : wiki.User }.OfType<string>());

    /// <summary>Null: there is none.</summary>
    /// <param name="searchPath">PATH.</param>
    public static string? Find(string? searchPath) => (searchPath ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Select(place => Path.Combine(place, "git")).FirstOrDefault(File.Exists);

    /// <summary>A bare repository with what the other side's own branch has.</summary>
    public Task CloneAsync(CancellationToken token) =>
        DoAsync([], ["clone", "--bare", "--quiet", "--no-local", "--depth", "1", "--single-branch", "--no-tags", "--template=", "--", wiki.Place, folder], "", token);

    /// <summary>What it prints, without the last line's end.</summary>
    /// <exception cref="Fault"><see cref="FaultCode.Store"/> (8), with what git said.</exception>
    public Task<string> DoAsync(string[] arguments, CancellationToken token, string input = "") => DoAsync(["--git-dir", folder], arguments, input, token);

    /// <summary>False: somebody else has pushed since this was looked at.</summary>
    /// <exception cref="Fault"><see cref="FaultCode.Store"/> (8): it is not taken, whatever is tried.</exception>
    public async Task<bool> PushAsync(string commit, string branch, CancellationToken token)
    {
        var (exit, output, errors) = await RunAsync(["--git-dir", folder], ["push", "--quiet", "--porcelain", "--no-verify", "--", wiki.Place, $"{commit}:{branch}"], "", token);
        if (exit == 0) return true;
        return OvertakenWords.Any(words => $"{output}\n{errors}".Contains(words, StringComparison.Ordinal)) ? false : throw Refused("push", errors);
    }

    private async Task<string> DoAsync(string[] place, string[] arguments, string input, CancellationToken token)
    {
        var (exit, output, errors) = await RunAsync(place, arguments, input, token);
        return exit == 0 ? output.TrimEnd('\n') : throw Refused(arguments[0], errors);
    }

    private async Task<(int Exit, string Output, string Errors)> RunAsync(string[] place, string[] arguments, string input, CancellationToken token)
    {
        await using var child = ChildProcess.Start(new ChildCommand(program, [.. NoHooksNoTidying, .. wiki.User is null ? [] : OwnCredentials, .. place, .. arguments]) { Environment = Variables(), Without = OfAnother });
        using var lines = new StreamReader(child.Output);
        var output = lines.ReadToEndAsync(token);
        try
        {
            await child.Input.WriteAsync(Encoding.UTF8.GetBytes(input), token);
            child.Input.Close();
        }
        catch (IOException)
        {
            // It has ended before it read all: its exit code tells.
        }
        return (await child.WaitAsync(token), await output, child.ErrorText);
    }

    /// <summary>Nobody is there who could answer a question.</summary>
    private Dictionary<string, string> Variables() => new()
    {
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["GIT_ASKPASS"] = "/bin/false",
        ["SSH_ASKPASS"] = "/bin/false",
        ["SSH_ASKPASS_REQUIRE"] = "force",
        ["GIT_ALLOW_PROTOCOL"] = "file:git:http:https:ssh",
        ["GIT_INDEX_FILE"] = Path.Combine(folder, "tidemark.index"),
        ["GIT_AUTHOR_NAME"] = "Tidemark",
        ["GIT_AUTHOR_EMAIL"] = $"tidemark@{Environment.MachineName}",
        ["GIT_COMMITTER_NAME"] = "Tidemark",
        ["GIT_COMMITTER_EMAIL"] = $"tidemark@{Environment.MachineName}",
        [User] = wiki.User ?? "",
        [Password] = wiki.Password ?? "",
    };

    private Fault Refused(string verb, string errors) => new(FaultCode.Store, $"git {verb} failed") { Where = wiki.Place, Why = errors.Length > 0 ? mask.Hide(errors) : "it did not say why", Next = "try the same address with git as this user" };
}
