namespace Tidemark.Configuration;

/// <summary>What a reading of the configuration gives: the options to work by, and the values to show.</summary>
internal sealed record TidemarkSettings(TidemarkOptions Options, IReadOnlyList<SettingValue> Values);
