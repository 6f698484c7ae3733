using System.Globalization;
using Tidemark.Postgres;
using Tidemark.Processes;
using Tidemark.Restores;

namespace Tidemark.Clusters;

/// <summary>Databases that swaps have kept: room on the server that nobody may need any more.</summary>
internal static class KeptDatabasesCheck
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromDays(7);

    private static readonly CheckSubject Subject = new("kept-databases", "databases kept by swaps", FaultCode.Failed);

    public static Task<Check> LookAsync(string stateFolder, ProbedServer? server, TimeProvider clock, CancellationToken token) => Subject.LookAsync(server, async connected =>
    {
        var system = await connected.Connection.SystemIdentifierAsync(token);
        List<KeptDatabase> kept = [];
        foreach (var swap in new SwapJournal(stateFolder).Standing().Where(swap => swap.SystemIdentifier == system))
            if (await DatabaseFactsReader.ReadAsync(connected.Connection, connected.Version, swap.Kept, token) is { } facts && facts.Oid == swap.OldOid)
                kept.Add(new(swap.Kept, facts.Size, clock.GetUtcNow() - swap.At, swap.Database == connected.Address.Database));
        return Judge(kept);
    });

    public static Check Judge(IReadOnlyList<KeptDatabase> kept)
    {
        if (kept.Count == 0) return Subject.Ok("none");
        var found = string.Join(", ", kept.Select(database => $"{database.Name} ({(database.Size is { } size ? string.Create(CultureInfo.InvariantCulture, $"{size / 1e6:0.0} MB") : "size not known")}, {Ages.InWords(database.Age)} old)"));
        var oldest = kept.MaxBy(database => database.Age)!;
        return oldest.Age <= LongEnough ? Subject.Ok(found)
            : Subject.Warn(found, oldest.CanBeForgotten ? $"when nobody needs it: tidemark undo --forget --confirm {ShellWord.Quote(oldest.Name)}" : $"when nobody needs it: DROP DATABASE {SqlText.Identifier(oldest.Name)};");
    }
}

/// <param name="Name">As it is called now.</param>
/// <param name="Size">Bytes; null where the role may not ask.</param>
/// <param name="Age">Since the swap.</param>
/// <param name="CanBeForgotten">It is of the configured database, so that <c>undo --forget</c> drops it.</param>
internal sealed record KeptDatabase(string Name, long? Size, TimeSpan Age, bool CanBeForgotten);
