using System.Globalization;
using Tidemark.Processes;

namespace Tidemark.Restores.Bases;

/// <summary>Runs programs as the user that a restored server will run as: the owner of its folder.</summary>
/// <param name="Owner">Null: whoever we are.</param>
internal sealed record OsUser((uint User, uint Group)? Owner)
{
    private const string UsualPath = "/usr/local/bin:/usr/bin:/bin";

    /// <summary>With his groups, and our environment.</summary>
    public ChildCommand Command(string folder, params IReadOnlyList<string> words)
    {
        string[] whole = [.. Switch(), .. words];
        return new ChildCommand(whole[0], whole[1..]) { WorkingFolder = folder };
    }

    /// <summary>With next to no environment, as of a service.</summary>
    public ChildCommand Bare(string folder, params IReadOnlyList<string> words) => Command(folder, ["env", "-i", $"PATH={UsualPath}", $"HOME={Known?[5] ?? folder}", .. words]);

    /// <summary>For people: his name, or his number.</summary>
    public override string ToString() => Owner is null ? Environment.UserName : Known?[0] ?? Owner.Value.User.ToString(CultureInfo.InvariantCulture);

    private string[]? Known => Owner is not { } owner ? null
        : File.ReadLines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length > 6 && fields[2] == owner.User.ToString(CultureInfo.InvariantCulture));

    private string[] Switch() => Owner is not { } owner ? []
        : ["setpriv", $"--reuid={owner.User}", $"--regid={owner.Group}", Known is null ? "--clear-groups" : "--init-groups", "--"];
}
