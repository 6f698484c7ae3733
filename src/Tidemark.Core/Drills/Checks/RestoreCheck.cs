using Tidemark.Restores;

namespace Tidemark.Drills.Checks;

/// <summary>What the restore had to leave out.</summary>
internal static class RestoreCheck
{
    private const string Name = "restore";

    /// <param name="missing">A sentence for each.</param>
    /// <param name="rolesAreMade">Else they may be missing.</param>
    /// <exception cref="Fault"><see cref="FaultCode.Configuration"/> (6): the server lacks an extension that the database needs.</exception>
    public static DrillCheck Of(IReadOnlyList<string> missing, bool rolesAreMade)
    {
        if (missing.Count == 0) return DrillCheck.Passed(Name, "every statement took effect", "every statement took effect");
        if (missing.FirstOrDefault(one => one.Contains(" is not available", StringComparison.Ordinal) || one.Contains("could not open extension control file", StringComparison.Ordinal)) is { } extension)
            throw new Fault(FaultCode.Configuration, "the server of the drill lacks an extension that the database needs") { Why = extension, Next = "install it on this machine, or drill on a server that has it: tidemark drill run --target URL" };
        var named = string.Join("; ", missing.Take(10)) + (missing.Count > 10 ? $"; and {missing.Count - 10} more" : "");
        return !rolesAreMade && missing.All(one => one.StartsWith(RestoreError.RoleMissing, StringComparison.Ordinal)) ? DrillCheck.Remark(Name, named)
            : DrillCheck.Failed(Name, "every statement took effect", $"{missing.Count} did not", named);
    }
}
