namespace Tidemark.Journal;

internal sealed partial class RunJournal
{
    /// <summary>Decides and writes with nobody in between: of two programs at once, the second sees what the first has told.</summary>
    /// <param name="decide">From the open incidents and the open notices: what becomes of them, each with what is to be told of it.</param>
    /// <returns>What was written.</returns>
    public IReadOnlyList<IncidentRow> ChangeIncidents(Func<IReadOnlyList<IncidentRow>, IReadOnlyList<NoticeRow>, IReadOnlyList<(IncidentRow Incident, IReadOnlyList<DeliveryRow> Deliveries)>> decide) => Guarded(() =>
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var written = new List<IncidentRow>();
        foreach (var (incident, deliveries) in decide(IncidentBook.Open(connection), Outbox.Open(connection)))
        {
            var id = IncidentBook.Write(connection, incident);
            foreach (var delivery in deliveries) IncidentBook.Write(connection, delivery with { Incident = id });
            written.Add(incident with { Id = id });
        }
        transaction.Commit();
        return written;
    });

    /// <summary>What no channel has taken yet, in the order in which it was made.</summary>
    public IReadOnlyList<DeliveryRow> Waiting() => Guarded(() => IncidentBook.Waiting(connection));

    /// <summary>Takes one for sending. False when somebody else has it, or it is not its time.</summary>
    public bool Claim(string delivery, DateTimeOffset now, DateTimeOffset until) => Guarded(() => IncidentBook.Claim(connection, delivery, now, until));

    public void Deliver(string delivery, DateTimeOffset at) => Guarded(() => Done(() => IncidentBook.Deliver(connection, delivery, at)));

    public void Postpone(string delivery, string error, DateTimeOffset next) => Guarded(() => Done(() => IncidentBook.Postpone(connection, delivery, error, next)));

    private static bool Done(Action write)
    {
        write();
        return true;
    }
}
