using Microsoft.Data.Sqlite;

namespace Tidemark.Journal;

/// <summary>What the journal says of past runs, read without making or changing anything.</summary>
internal sealed record RunHistory
{
    /// <summary>The latest of each kind and database, of those that have ended.</summary>
    public IReadOnlyList<RunRow> LastEnded { get; private init; } = [];

    /// <summary>As above, of those that succeeded.</summary>
    public IReadOnlyList<RunRow> LastSucceeded { get; private init; } = [];

    public IReadOnlyList<RunRow> Running { get; private init; } = [];

    /// <summary>The latest restores that succeeded, newest first.</summary>
    public IReadOnlyList<RunRow> Restores { get; private init; } = [];

    /// <summary>Why the journal that is there cannot be read.</summary>
    public string? Finding { get; private init; }

    /// <summary>Empty where there is no journal.</summary>
    public static RunHistory Read(string stateFolder)
    {
        if (!File.Exists(RunJournal.PathIn(stateFolder))) return new RunHistory();
        try
        {
            using var journal = RunJournal.OpenToRead(stateFolder);
            return new RunHistory { LastEnded = journal.LastOfEach("state <> 'running'"), LastSucceeded = journal.LastOfEach("state = 'succeeded'"), Running = journal.Running(), Restores = journal.Restores(50) };
        }
        catch (Exception unreadable) when (unreadable is SqliteException or FormatException or InvalidOperationException)
        {
            return new RunHistory { Finding = $"{RunJournal.PathIn(stateFolder)}: {unreadable.Message}" };
        }
    }
}
