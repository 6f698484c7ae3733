namespace Tidemark.Journal;

/// <summary>What the journal says of past runs, read without making or changing anything.</summary>
internal sealed record RunHistory
{
    /// <summary>The latest of each kind and database, of those that came to an end: one that somebody stopped says nothing of how it stands.</summary>
    public IReadOnlyList<RunRow> LastEnded { get; private init; } = [];

    /// <summary>As above, of those that succeeded.</summary>
    public IReadOnlyList<RunRow> LastSucceeded { get; private init; } = [];

    public IReadOnlyList<RunRow> Running { get; private init; } = [];

    /// <summary>How long the parts of the latest restores and drills took.</summary>
    public IReadOnlyList<MeasuredPhase> Phases { get; private init; } = [];

    /// <summary>Why the journal that is there cannot be read.</summary>
    public string? Finding { get; private init; }

    /// <summary>Empty where there is no journal.</summary>
    public static RunHistory Read(string stateFolder)
    {
        try
        {
            using var journal = JournalReader.Open(stateFolder);
            return journal is null ? new RunHistory() : new RunHistory
            {
                LastEnded = journal.LastOfEach("state not in ('queued', 'running', 'cancelled')"),
                LastSucceeded = journal.LastOfEach("state = 'succeeded'"),
                Running = journal.Runs(new RunFilter(null, null, RunState.Running, int.MaxValue)),
                Phases = journal.Phases(),
            };
        }
        catch (Fault unreadable)
        {
            return new RunHistory { Finding = $"{unreadable.Where}: {unreadable.Why ?? unreadable.What}" };
        }
        catch (FormatException unreadable)
        {
            return new RunHistory { Finding = $"{Path.Combine(stateFolder, RunJournal.FileName)}: {unreadable.Message}" };
        }
    }
}
