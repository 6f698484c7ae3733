using Tidemark.Bench.Measuring;

namespace Tidemark.Bench.WalRaces;

internal enum WalRaceName
{
    Receive,
    Push,
    Fetch,
}

/// <summary>Contenders that do the same with the same segments, taking turns.</summary>
internal sealed record WalRace
{
    public required WalRaceName Name { get; init; }

    public required IReadOnlyList<WalContender> Contenders { get; init; }

    public required IReadOnlyList<WalPair> Pairs { get; init; }

    /// <summary>What they read: put into the page cache before each run.</summary>
    public required IReadOnlyList<string> Reads { get; init; }

    public static string Called(WalRaceName name) => $"wal-{name.ToString().ToLowerInvariant()}";
}

/// <param name="Name">Its command line.</param>
/// <param name="Launch">Prepares the folder that it gets, which vanishes afterwards, and says what to start.</param>
/// <param name="Prove">Looks at what it left in that folder after each run.</param>
internal sealed record WalContender(string Name, Func<string, Launch> Launch, Func<string, Proof> Prove);

/// <param name="Bytes">Of what it stored; 0: it stores nothing.</param>
/// <param name="Wrong">Null: every segment is there, and its bytes are the server's.</param>
internal sealed record Proof(long Bytes, string? Wrong);

/// <param name="Ours">Index of our contender.</param>
/// <param name="Peer">Index of the one it is set against.</param>
/// <param name="AtLeast">How many times the peer's rate was asked for; null: nothing was.</param>
internal sealed record WalPair(int Ours, int Peer, double? AtLeast);

/// <param name="Race">What was raced.</param>
/// <param name="Samples">Of each contender, one a round.</param>
/// <param name="Wrong">Of each contender: the first thing that was wrong in what it left; null: nothing was.</param>
internal sealed record WalRaceResult(WalRace Race, IReadOnlyList<IReadOnlyList<Sample>> Samples, IReadOnlyList<string?> Wrong);
