namespace Tidemark.Bench.BaseRaces;

internal enum BaseRaceName
{
    Full,
    Sql,
    Increment,
    Restore,
    Delta,
}

internal static class BaseRaceNames
{
    public static string Called(this BaseRaceName name) => $"base-{name.ToString().ToLowerInvariant()}";
}
