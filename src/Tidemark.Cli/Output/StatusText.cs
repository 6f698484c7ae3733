using Tidemark.Hosting;
using Tidemark.Protection;

namespace Tidemark.Cli.Output;

/// <summary>How one database is protected, for people: recovery, proof, the last backup, what is kept, what to type.</summary>
internal static class StatusText
{
    public static void Add(TextTable table, DatabaseProtection one, IReadOnlyList<KeptDatabase> kept, string? next, DateTimeOffset now, bool tellServer)
    {
        var name = one.Facts.Database + (tellServer ? $" (server {one.Facts.Server ?? "unknown"})" : "");
        void Row(string what, string state, Shade shade, string words)
        {
            table.Add(new Cell(name), new Cell(what), new Cell(state, shade), new Cell(words));
            name = "";
        }

        void Line(string what, ProtectionLine line)
        {
            Row(what, Word(line.State), ShadeOf(line.State), line.Words[0]);
            foreach (var more in line.Words.Skip(1)) Row("", "", Shade.None, more);
        }

        Line("recovery", one.Recovery);
        Line("proof", one.Proof);
        if (one.RecoveryPoint is not null) Row("restore", "", Shade.None, one.Facts.Forecast?.InWords ?? "how long it takes was never measured: tidemark drill run");
        if (one.Facts.LastBackup is { } run)
            Row("backup", run.State, run.State == "succeeded" ? Shade.None : Shade.Yellow, $"{Ages.InWords(now - (run.FinishedAt ?? run.StartedAt))} ago{(run.Error is { } error ? $": {error.ReplaceLineEndings(" ")}" : "")}");
        foreach (var database in kept)
            Row("kept", "", Shade.None, $"{database.Swap.Kept}, {(database.Bytes is { } bytes ? Sizes.InWords(bytes) : "size unknown")}, for {Ages.InWords(now - database.Swap.At)}");
        if (next is not null) Row("next", "", Shade.None, next);
    }

    /// <summary>The log is the cluster's: it stands below all databases.</summary>
    public static void Add(TextTable table, IReadOnlyList<WalStanding> wal, IReadOnlyList<BaseStanding> bases, DateTimeOffset now)
    {
        foreach (var (one, number) in wal.Select((one, number) => (one, number))) table.Add(new Cell(number == 0 ? "WAL" : ""), new Cell("reach"), new Cell(""), new Cell($"{one.Known.Store}: {one.Words}"));
        if (wal.Count > 0) table.Add(new Cell(""), new Cell(""), new Cell(""), new Cell(bases.Count > 0 ? WalStanding.Beside : WalStanding.Alone));
        foreach (var (one, number) in bases.Select((one, number) => (one, number)))
            foreach (var (words, line) in one.Words(now).Select((words, line) => (words, line)))
                table.Add(new Cell(number + line == 0 ? "server" : ""), new Cell(line == 0 ? "base backups" : ""), new Cell(one.Damaged.Count > 0 ? "damaged" : one.Newest is null ? "none" : "", one.Damaged.Count > 0 || one.Newest is null ? Shade.Red : Shade.None), new Cell(line == 0 ? $"{one.Store}: {words}" : words));
    }

    private static string Word(ProtectionState state) => state == ProtectionState.AtRisk ? "at risk" : state.ToString().ToLowerInvariant();

    private static Shade ShadeOf(ProtectionState state) => state switch
    {
        ProtectionState.Protected => Shade.Green,
        ProtectionState.Unproven or ProtectionState.AtRisk => Shade.Yellow,
        _ => Shade.Red,
    };
}
