using System.Text.RegularExpressions;
using Tidemark.Configuration;
using Tidemark.Files;

namespace Tidemark.Drills.Evidence;

/// <summary>Reports in a git repository: all files of the evidence in the folder <c>drills</c>, and <c>Drills.md</c>, a page that leads to them.</summary>
/// <remarks>
/// Each time anew: what is there is fetched, what is missing or was changed is put on top, and pushed. Nothing of ours is kept in between, so one that is killed leaves nothing to trip over,
/// and whatever the last one did not bring is brought by this one. Who has pushed meanwhile is built upon.
/// </remarks>
/// <param name="address">See <see cref="WikiAddress"/>.</param>
/// <param name="projectRoot">Where a path begins that is not absolute.</param>
/// <param name="searchPath">PATH, for git.</param>
/// <param name="stateFolder">Works in a folder of it.</param>
internal sealed partial class GitWiki(SecretSource address, string projectRoot, string? searchPath, string stateFolder) : IEvidencePlace
{
    private const string Folder = "drills/", Index = "Drills.md";
    private const int Tries = 5;

    public string Name => "wiki";

    public async Task BringAsync(EvidenceFolder folder, int after, Action<int> taken, CancellationToken token)
    {
        var program = Git.Find(searchPath) ?? throw new Fault(FaultCode.NoClient, "git is not installed here") { Where = "PATH", Why = "reports are pushed to BACKUP_DRILL_WIKI by git", Next = "install git, or unset BACKUP_DRILL_WIKI" };
        var wiki = WikiAddress.Parse(address.Read(), projectRoot);
        var work = Path.Combine(stateFolder, "drill-wiki.git");
        var reports = folder.Reports();
        try
        {
            for (var tries = 1; ; tries++)
            {
                Removal.Of(work);
                if (await PushedAsync(wiki, new Git(program, work, wiki), folder, reports, token)) break;
                if (tries == Tries) throw new Fault(FaultCode.Store, $"others pushed first, {Tries} times in a row") { Where = wiki.Place };
            }
        }
        finally
        {
            Removal.Of(work);
        }
        taken(reports[^1].Number);
    }

    private static async Task<bool> PushedAsync(WikiAddress wiki, Git git, EvidenceFolder folder, IReadOnlyList<EvidenceFile> reports, CancellationToken token)
    {
        await git.CloneAsync(token);
        var branch = wiki.Branch is null ? await git.DoAsync(["symbolic-ref", "HEAD"], token) : $"refs/heads/{wiki.Branch}";
        if (wiki.Branch is not null && (await git.DoAsync(["ls-remote", "--", wiki.Place, branch], token)).Length > 0) await git.DoAsync(["fetch", "--quiet", "--depth", "1", "--no-tags", "--", wiki.Place, $"+{branch}:{branch}"], token);
        var parent = await git.DoAsync(["for-each-ref", "--format=%(objectname)", branch], token);
        if (parent.Length > 0)
        {
            var theirs = (await git.DoAsync(["ls-tree", "-z", "--name-only", "--full-tree", parent, Folder], token)).Split('\0').Select(EvidenceFile.Of).OfType<EvidenceFile>();
            if (theirs.FirstOrDefault(file => reports.Any(own => own.Number == file.Number && own.RunId != file.RunId)) is { } foreign)
                throw new Fault(FaultCode.Store, "there are reports of other drills in this repository") { Where = wiki.Place, Why = $"{foreign.Name} has the number of one of ours", Left = "nothing was pushed", Next = "give each machine a branch of its own: BACKUP_DRILL_WIKI=ADDRESS#BRANCH" };
            await git.DoAsync(["read-tree", parent], token);
        }
        var files = Files(folder);
        var blobs = (await git.DoAsync(["hash-object", "-w", "--no-filters", "--stdin-paths"], token, string.Concat(files.Select(file => $"{file}\n")))).Split('\n');
        var index = await git.DoAsync(["hash-object", "-w", "--stdin"], token, WikiIndex.Of(reports));
        await git.DoAsync(["update-index", "--index-info"], token, string.Concat(files.Zip(blobs, (file, blob) => $"100644 {blob}\t{Folder}{Path.GetFileName(file)}\n").Append($"100644 {index}\t{Index}\n")));
        var tree = await git.DoAsync(["write-tree"], token);
        // All of it is there: the one before was killed between its push and its note.
        if (parent.Length > 0 && tree == await git.DoAsync(["rev-parse", $"{parent}^{{tree}}"], token)) return true;
        var commit = await git.DoAsync(["commit-tree", tree, .. parent.Length > 0 ? new[] { "-p", parent } : [], "-m", $"Drills up to {reports[^1].Number}"], token);
        return await git.PushAsync(commit, branch, token);
    }

    private static List<string> Files(EvidenceFolder folder) => [.. Directory.GetFiles(folder.Path).Where(file => OfEvidence().IsMatch(Path.GetFileName(file))).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"^(\d{6,9}-[0-9a-z-]+\.(json|json\.sig|md|html)|drill-key\.[0-9a-f]+\.pem)$")]
    private static partial Regex OfEvidence();
}
