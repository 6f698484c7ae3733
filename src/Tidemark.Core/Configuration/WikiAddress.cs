using System.Text.RegularExpressions;

namespace Tidemark.Configuration;

/// <summary>A git repository as it is configured: where it is, as whom it is asked, and on which branch.</summary>
/// <param name="Place">An absolute path, or an address without a password.</param>
/// <param name="User">Of an address over HTTP; null: git finds out by itself, as for its user.</param>
/// <param name="Password">Of that user.</param>
/// <param name="Branch">Null: the repository's own.</param>
internal sealed partial record WikiAddress(string Place, string? User, string? Password, string? Branch)
{
    private static readonly string[] Schemes = ["https", "http", "ssh", "git"];

    /// <param name="text">A path, https://user:password@host/path, ssh://user@host/path or user@host:path; then #BRANCH.</param>
    /// <param name="projectRoot">Where a path that is not absolute begins.</param>
    /// <exception cref="Fault"><see cref="FaultCode.Configuration"/> (6); it does not show the address, which may hold a password.</exception>
    public static WikiAddress Parse(string text, string projectRoot)
    {
        var mark = text.LastIndexOf('#');
        var (place, branch) = (mark < 0 ? text : text[..mark], mark < 0 ? null : text[(mark + 1)..]);
        if (branch is not null && !BranchName().IsMatch(branch)) throw Unusable("after # comes the name of a branch: letters, digits and . _ / -");
        if (place.Length == 0 || place[0] == '-' || place.Any(char.IsControl)) throw Unusable("it is neither a path nor an address");
        if (!place.Contains("://", StringComparison.Ordinal)) return new WikiAddress(HostAndPath().IsMatch(place) ? place : Path.GetFullPath(place, projectRoot), null, null, branch);
        if (!Uri.TryCreate(place, UriKind.Absolute, out var address) || !Schemes.Contains(address.Scheme) || address.Host.Length == 0) throw Unusable($"an address begins with {string.Join(", ", Schemes.Select(scheme => $"{scheme}://"))}; a path needs nothing before it");
        if (address.UserInfo.Length == 0 || address.Scheme == "ssh" && !address.UserInfo.Contains(':')) return new WikiAddress(place, null, null, branch);
        if (address.Scheme is not ("https" or "http")) throw Unusable("a password is sent over HTTPS only; over SSH a key is used");
        var login = address.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString).ToList();
        return new WikiAddress(new UriBuilder(address) { UserName = "", Password = "" }.Uri.AbsoluteUri, login[0], login.ElementAtOrDefault(1) ?? "", branch);
    }

    private static Fault Unusable(string why) => new(FaultCode.Configuration, "BACKUP_DRILL_WIKI is no git repository") { Why = why, Next = "BACKUP_DRILL_WIKI=/srv/git/wiki.git, or https://host/wiki.git, or git@host:wiki.git#branch" };

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9._/-]*$")]
    private static partial Regex BranchName();

    /// <summary>host:path and user@host:path, as ssh has them.</summary>
    [GeneratedRegex("^[^/:]+:.")]
    private static partial Regex HostAndPath();
}
