using Tidemark.Journal;

namespace Tidemark.Runs;

/// <summary>The run that somebody means by an id, its unique beginning, or <c>latest</c>.</summary>
internal static class RunChoice
{
    /// <param name="journal">Null when no run was ever recorded.</param>
    /// <param name="wanted">What was typed.</param>
    /// <exception cref="Fault">4: there is none; 2: there are several.</exception>
    public static RunRow Find(JournalReader? journal, string wanted)
    {
        const int several = 5;
        var found = journal is null ? [] : wanted == "latest" ? journal.Runs(new RunFilter(null, null, null, 1)) : journal.Named(wanted, several + 1);
        return found.Count switch
        {
            1 => found[0],
            0 => throw new Fault(FaultCode.NotFound, journal is null ? "no run has been recorded yet" : "there is no such run") { Where = wanted, Next = "tidemark runs list" },
            _ => throw new Fault(FaultCode.Ambiguous, "several runs begin so") { Where = wanted, Why = string.Join(", ", found.Take(several).Select(run => run.Id)) + (found.Count > several ? ", …" : ""), Next = $"tidemark runs show {found[0].Id}" },
        };
    }
}
