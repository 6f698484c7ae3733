using Tidemark.Bench.Measuring;

namespace Tidemark.Bench.Races;

/// <summary>Contenders that do the same, taking turns; what each turn left is looked at.</summary>
internal sealed record ProvenRace
{
    public required string Name { get; init; }

    public required IReadOnlyList<ProvenContender> Contenders { get; init; }

    public required IReadOnlyList<RacePair> Pairs { get; init; }

    /// <summary>The files that they read: put into the page cache before each run.</summary>
    public required Func<IEnumerable<string>> Reads { get; init; }

    /// <summary>The folders of all turns stay until the race is over. Files that are made soon after many were removed cost ext4 up to ten times the CPU: whoever comes next would pay for it.</summary>
    public bool KeepsPlaces { get; init; }
}

/// <param name="Name">Its command line.</param>
/// <param name="Launch">Prepares the folder that it gets, which vanishes afterwards, and says what to start.</param>
/// <param name="Prove">Looks at what it left in that folder after each run.</param>
internal sealed record ProvenContender(string Name, Func<string, Launch> Launch, Func<string, Proof> Prove)
{
    /// <summary>Looks closer, and only after the run that is not measured; null: there is nothing more to be seen.</summary>
    public Func<string, string?>? ProveOnce { get; init; }
}

/// <param name="Bytes">Of what it stored; 0: it stores nothing.</param>
/// <param name="Wrong">Null: it is what it should be.</param>
internal sealed record Proof(long Bytes, string? Wrong);

/// <param name="Ours">Index of our contender.</param>
/// <param name="Peer">Index of the one it is set against.</param>
/// <param name="Target">What was asked for, in the measure of the race's table; null: nothing was.</param>
internal sealed record RacePair(int Ours, int Peer, double? Target);

/// <param name="Race">What was raced.</param>
/// <param name="Samples">Of each contender, one a round.</param>
/// <param name="Wrong">Of each contender: the first thing that was wrong in what it left; null: nothing was.</param>
internal sealed record ProvenResult(ProvenRace Race, IReadOnlyList<IReadOnlyList<Sample>> Samples, IReadOnlyList<string?> Wrong)
{
    /// <summary>Why a pair says nothing: what one of them left was wrong.</summary>
    public string? VoidOf(RacePair pair) => new[] { pair.Ours, pair.Peer }.Where(index => Wrong[index] is not null).Select(index => $"{Race.Contenders[index].Name}: {Wrong[index]}").FirstOrDefault();
}
