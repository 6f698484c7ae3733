using Tidemark.Standbys;

namespace Tidemark.Cli.Output;

/// <summary>Standbys for people.</summary>
internal static class StandbyText
{
    public static void Plan(Terminal terminal, StandbyPlan plan)
    {
        terminal.Say($"standby {plan.Name}: {Sizes.Count(plan.Tables, "table")}, {Sizes.InWords(plan.Bytes)}");
        terminal.Say($"  from {plan.Primary}");
        terminal.Say($"  to   {plan.Standby}");
        foreach (var step in plan.Steps) terminal.Say($"  - {step}");
        Lines(terminal, "does not travel:", plan.Gaps);
        Lines(terminal, "warnings:", plan.Warnings);
        Lines(terminal, plan.Obstacles.Count == 0 ? "nothing is in the way" : "in the way:", plan.Obstacles.Select(obstacle => obstacle.ToString()));
    }

    public static void Dropped(Terminal terminal, StandbyDropped dropped)
    {
        Lines(terminal, dropped.Removed.Count == 0 ? "nothing was there to remove" : "removed:", dropped.Removed);
        Lines(terminal, dropped.Left.Count == 0 ? "nothing of it is left" : "left:", dropped.Left);
        if (!dropped.Whole) terminal.Say($"again, when the other side can be reached: tidemark standby drop {dropped.Name}; when it is gone for good: tidemark standby drop {dropped.Name} --gone");
    }

    private static void Lines(Terminal terminal, string title, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count == 0 && title.EndsWith(':')) return;
        terminal.Say(title);
        foreach (var line in all) terminal.Say($"  - {line}");
    }
}
