using Npgsql;
using Tidemark.Journal;
using Tidemark.Restores;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>Databases whose backups failed, that exist no longer, of which nothing is kept and for which nobody asks: no success will ever end what is told of them, so this does.</summary>
internal sealed class GoneDatabases(Workbench workbench)
{
    /// <returns>Their names.</returns>
    public async Task<IReadOnlyList<string>> EndAsync(CancellationToken token)
    {
        var gone = new List<string>();
        foreach (var database in Suspects())
        {
            if (await IsThereAsync(database, token) || workbench.HasBackups(database)) continue;
            End(database);
            gone.Add(database);
        }
        return gone;
    }

    private IReadOnlyList<string> Suspects()
    {
        using var journal = JournalReader.Open(workbench.State);
        if (journal is null || workbench.Options.Database is not { } configured) return [];
        var failing = RunHistory.Read(workbench.State).LastEnded.Where(run => run.Kind == RunKind.Backup.Name && run.State != RunState.Succeeded && run.ErrorCode != FaultCode.NoSuchDatabase.Name).Select(run => run.Database);
        var told = journal.OpenNotices().Where(notice => notice.Kind == RunKind.Backup.Name).Select(notice => notice.Database);
        return [.. failing.Concat(told).Except(workbench.Options.Schedules.SelectMany(schedule => schedule.Databases).Append(configured.Database))];
    }

    /// <summary>Also where nobody can say.</summary>
    private async Task<bool> IsThereAsync(string database, CancellationToken token)
    {
        try
        {
            return await ServerDatabases.HasAsync(workbench.Database, database, token);
        }
        catch (Exception unknown) when (unknown is Fault or NpgsqlException)
        {
            return true;
        }
    }

    private void End(string database)
    {
        var now = workbench.Clock.GetUtcNow();
        using var journal = RunJournal.Open(workbench.State);
        journal.EndNotices(new RunRow
        {
            Id = RunRecorder.NewId(RunKind.Backup, now),
            Kind = RunKind.Backup.Name,
            Database = database,
            Actor = "service",
            StartedAt = now,
            FinishedAt = now,
            State = RunState.Failed,
            ErrorCode = FaultCode.NoSuchDatabase.Name,
            Error = "the database does not exist any more, and no backup of it is kept: nothing is told of it from here on",
        });
    }
}
