using System.Text.RegularExpressions;

namespace Tidemark.Standbys;

/// <summary>The name of a standby. All that is made for it carries the name, so that it can be found and removed.</summary>
internal static partial class StandbyName
{
    /// <summary>Of the tables whose one row travels from the primary to each standby; on both sides.</summary>
    public const string Schema = "tidemark_standby";

    /// <summary>Of publication, slot and subscription.</summary>
    public static string ObjectOf(string name) => "tidemark_" + name;

    /// <exception cref="Fault">2: it is no name of one.</exception>
    public static string Checked(string name) => Pattern().IsMatch(name) ? name
        : throw new Fault(FaultCode.Usage, $"\"{name}\" is no name for a standby")
        {
            Why = "slots are named after it: a small letter first, then at most 39 small letters, digits and _",
            Next = "tidemark standby create west --target env:STANDBY_URL",
        };

    [GeneratedRegex("^[a-z][a-z0-9_]{0,39}$")]
    private static partial Regex Pattern();
}
