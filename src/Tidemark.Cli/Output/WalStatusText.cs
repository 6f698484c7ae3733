using Tidemark.Wal;

namespace Tidemark.Cli.Output;

/// <summary>Where the server is, and what of its log each store holds, for people.</summary>
internal static class WalStatusText
{
    public static void Tell(Terminal terminal, WalServer? server, IReadOnlyList<WalStatus> stores, TimeSpan? objective)
    {
        var table = new TextTable("", "", "", "");
        if (server is not null)
        {
            table.Add(new Cell("server"), new Cell($"{server.Flushed}"), new Cell(server.Standby ? "standby" : "primary"), new Cell($"timeline {server.Timeline.Value}, segments of {server.SegmentSize}"));
            foreach (var slot in server.Slots)
                table.Add(new Cell(""), new Cell("slot"), new Cell(slot.State ?? "unused", slot.State is "unreserved" or "lost" ? Shade.Red : Shade.None),
                    new Cell($"{slot.Name} holds back {Sizes.InWords(slot.HeldBytes ?? 0)}{(slot.Active ? "" : ", nobody reads it")}"));
        }
        foreach (var one in stores) Add(table, one, server, objective);
        table.Write(terminal);
    }

    private static void Add(TextTable table, WalStatus one, WalServer? server, TimeSpan? objective)
    {
        var late = objective is { } most && !(one.Behind <= most);
        table.Add(new Cell("store"), new Cell($"{one.End}"), new Cell(late ? "behind" : "reached", late ? Shade.Red : Shade.Green), new Cell($"{one.Address}: {Lag(one, server, late ? objective : null)}"));
        if (one.Newest is { } newest) table.Add(new Cell(""), new Cell("newest"), new Cell(""), new Cell($"{newest.Key[(newest.Key.LastIndexOf('/') + 1)..].Split('.')[0]}, written {newest.Written.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"));
        foreach (var timeline in one.Coverage.Timelines)
        {
            var which = new Cell($"timeline {timeline.Timeline.Value}");
            foreach (var range in timeline.Ranges)
                table.Add(new Cell(""), which, new Cell("unbroken"), new Cell($"{range.Start} to {range.End}{Times(one.Moments.GetValueOrDefault(range))}"));
            foreach (var gap in timeline.Gaps) table.Add(new Cell(""), which, new Cell("gap", one.Arriving.Contains(gap) ? Shade.Yellow : Shade.Red), new Cell($"{gap}{(one.Arriving.Contains(gap) ? ", perhaps still under way" : "")}"));
            foreach (var at in timeline.Breaks) table.Add(new Cell(""), which, new Cell("minimal", Shade.Red), new Cell($"{at}: wal_level was minimal from here on; no recovery gets past it, and what follows needs a base backup of its own"));
            foreach (var conflict in timeline.Conflicts)
                table.Add(new Cell(""), which, new Cell("conflict", Shade.Red), new Cell(conflict.At is { } at ? $"{at}: a receiver saw the server write another history from here on; until {new WalKeys(one.Incarnation).OfConflict(timeline.Timeline, at)} is removed, nothing from {conflict.Segment} on counts" : $"{conflict.Segment}: {string.Join(", ", conflict.Sha256.Select(hash => hash[..12]))}; nothing from here on can be recovered"));
            if (timeline.LacksHistory) table.Add(new Cell(""), which, new Cell("no history", Shade.Yellow), new Cell($"{timeline.Timeline.HistoryFileName} is missing: what was before it cannot be reached from it"));
        }
    }

    private static string Lag(WalStatus one, WalServer? server, TimeSpan? breached)
    {
        if (one.LagBytes == 0) return one.HasGap ? $"nothing is missing from {one.Start} on; what was backed up before that gets no further than its gap" : "nothing is missing";
        var lag = one.LagBytes is { } bytes ? $"{Sizes.InWords(bytes)} behind the server" : server is null ? "the server cannot be asked" : $"nothing that leads to timeline {server.Timeline.Value} is here";
        var age = one.Behind is { } behind ? $"; the newest that is here is {Ages.InWords(behind)} old" : "";
        return lag + age + (breached is { } most ? $", the objective is {Ages.InWords(most)}" : "");
    }

    private static string Times(WalMoments? moments) => moments switch
    {
        { First: { } first, Last: { } last } => $", commits {first.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z to {last.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z",
        null => "",
        _ => ", no commit found",
    };
}
