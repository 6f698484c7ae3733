using Tidemark.Restores;

namespace Tidemark.Cli.Output;

/// <summary>What of a dump comes and what does not, for a plan and for a report.</summary>
internal static class PartText
{
    private const int Most = 20;

    public static void Tell(Terminal terminal, PartPlan part)
    {
        terminal.Say($"  only            {part.Asked}");
        if (part.AlsoMade.Count > 0) terminal.Say($"  also made       {string.Join(", ", part.AlsoMade)}: needed, without their rows");
        foreach (var left in part.LeftOut.Take(Most)) terminal.Say($"  left out        {left}");
        if (part.LeftOut.Count > Most) terminal.Say($"  left out        and {part.LeftOut.Count - Most} more (--json lists all)");
    }
}
