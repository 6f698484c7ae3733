using System.Globalization;
using Tidemark.BaseBackups;

namespace Tidemark.Restores.Bases;

/// <summary>Where tablespaces come: where they were. What is there is never overwritten.</summary>
/// <param name="ByPath">From the path under pg_tblspc to the folder outside.</param>
internal sealed record TablespaceTargets(IReadOnlyDictionary<string, string> ByPath)
{
    /// <exception cref="Fault">5: something is there.</exception>
    public static TablespaceTargets Look(BaseManifest manifest)
    {
        var outside = manifest.Tablespaces.Where(space => space.Path is not null).ToDictionary(space => string.Create(CultureInfo.InvariantCulture, $"pg_tblspc/{space.Oid}"), space => space.Path!);
        if (outside.Values.FirstOrDefault(TargetFolder.IsTaken) is { } taken)
            throw new Fault(FaultCode.Refused, "a tablespace is to come where something is already") { Where = taken, Why = "tablespaces are restored to where they were, and nothing is overwritten", Next = $"mv '{taken}' '{taken}.before' # or restore on a machine where nothing is there" };
        return new TablespaceTargets(outside);
    }
}
