namespace Tidemark.Configuration;

/// <summary>Gathers all that is wrong, so that it is put right in one go.</summary>
internal sealed class ConfigurationFaults
{
    private readonly List<string> faults = [];

    public IReadOnlyList<string> All => faults;

    public void Add(string fault) => faults.Add(fault);

    /// <summary>A value that cannot be used; a secret one is not shown.</summary>
    public void Add(Setting setting, string value, string origin, string why) =>
        faults.Add($"{setting.Variable} {(setting.Secret ? "(a secret)" : $"'{value}'")} ({(origin == SettingsFile.FileName ? $"{origin}, {setting.Name}" : origin)}): {why}");

    /// <exception cref="Fault"><see cref="FaultCode.Configuration"/> (6), one line each.</exception>
    public void ThrowIfAny(string where)
    {
        if (AsOne(where) is { } fault)
            throw fault;
    }

    /// <summary>All of them as one; null when there is none.</summary>
    public Fault? AsOne(string where) => faults.Count == 0 ? null
        : new Fault(FaultCode.Configuration, faults.Count == 1 ? faults[0] : $"{faults.Count} faults in the configuration:\n" + string.Join('\n', faults.Select(fault => "- " + fault)))
        {
            Where = where,
            Next = "tidemark config check # after each correction, until it says OK",
        };
}
