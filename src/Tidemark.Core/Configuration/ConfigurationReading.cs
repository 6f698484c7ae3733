namespace Tidemark.Configuration;

/// <summary>What a reading of the configuration found, right or wrong: for those who tell about it. To work by, there is <see cref="TidemarkSettings"/>.</summary>
/// <param name="Options">What could be read; nothing, or zero, where a value is faulty.</param>
/// <param name="Values">What to show, secrets masked.</param>
/// <param name="Faults">A sentence for each thing that is wrong.</param>
/// <param name="Files">The .env and tidemark.json that were read, as absolute paths.</param>
/// <param name="SecretFiles">Files that hold a password or a key.</param>
internal sealed record ConfigurationReading(
    TidemarkOptions Options,
    IReadOnlyList<SettingValue> Values,
    IReadOnlyList<string> Faults,
    IReadOnlyList<string> Files,
    IReadOnlyList<string> SecretFiles)
{
    /// <summary>All faults as one; null when there is none.</summary>
    public Fault? Fault { get; init; }

    /// <summary>False when a setting of retention is faulty: what the options say of it is then not what was meant.</summary>
    public bool RetentionIsKnown { get; init; } = true;
}
