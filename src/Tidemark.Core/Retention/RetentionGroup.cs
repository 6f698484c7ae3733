namespace Tidemark.Retention;

/// <summary>The dumps of one database of one server, or the adopted ones of a database, which do not tell their server.</summary>
/// <param name="Database">Its name.</param>
/// <param name="SystemIdentifier">Of the server; null where it is not known.</param>
/// <param name="Adopted">Made by somebody else.</param>
/// <param name="Decisions">Newest first.</param>
/// <param name="Remarks">What an operator should know of them, in sentences.</param>
internal sealed record RetentionGroup(string Database, string? SystemIdentifier, bool Adopted, IReadOnlyList<RetentionDecision> Decisions, IReadOnlyList<string> Remarks)
{
    /// <summary>Where they lie, where there are several stores; else null.</summary>
    public string? Store { get; init; }

    public IEnumerable<RetentionDecision> Stays => Decisions.Where(decision => decision.Expiry is null);

    public IEnumerable<RetentionDecision> Goes => Decisions.Where(decision => decision.Expiry is not null);

    public string InWords => $"\"{Database}\"" + (Adopted ? ", adopted" : SystemIdentifier is null ? "" : $" of server {SystemIdentifier}") + (Store is null ? "" : $", in {Store}");

    /// <summary>The moments that one can come back to, oldest first: now, and when what goes is gone.</summary>
    public IReadOnlyList<DateTimeOffset> RecoveryPoints(bool after) =>
        [.. Decisions.Where(decision => decision.Item.IsGood && !(after && decision.Expiry is not null)).Select(decision => decision.Entry.Time).Order()];
}
