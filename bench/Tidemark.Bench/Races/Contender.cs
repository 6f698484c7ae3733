using Tidemark.Bench.Measuring;

namespace Tidemark.Bench.Races;

/// <summary>One way to do a job.</summary>
/// <param name="Name">Its command line, with words in capitals for files.</param>
/// <param name="Launch">The command; it may write into the folder given, which vanishes afterwards.</param>
internal sealed record Contender(string Name, Func<string, Launch> Launch);
