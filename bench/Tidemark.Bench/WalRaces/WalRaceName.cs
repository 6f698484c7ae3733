namespace Tidemark.Bench.WalRaces;

internal enum WalRaceName
{
    Receive,
    Push,
    Fetch,
}

internal static class WalRaceNames
{
    public static string Called(this WalRaceName name) => $"wal-{name.ToString().ToLowerInvariant()}";
}
