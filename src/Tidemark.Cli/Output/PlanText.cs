using Tidemark.Restores;

namespace Tidemark.Cli.Output;

/// <summary>A restore's plan, as --dry-run prints it.</summary>
internal static class PlanText
{
    public static void Tell(Terminal terminal, RestoreOptions options, RestorePlan plan)
    {
        if (terminal.Json) CliJson.Write(terminal.Output, PlanDocument.Of(options.Source.Id, plan), CliJson.Default.PlanDocument);
        terminal.Say($"plan: restore backup {options.Source.Id} ({options.Source.Key})");
        if (options.Source.Manifest is { } manifest) terminal.Say($"  recovery point  {manifest.RecoveryPoint.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z");
        for (var i = 0; i < plan.Steps.Count; i++) terminal.Say($"  {i + 1}. {plan.Steps[i]}");
        terminal.Say($"  server          PostgreSQL {plan.Server}, restored with client {plan.Client.Version} ({plan.Client.Folder})");
        terminal.Say($"  size            dump {Sizes.InWords(plan.DumpSize)}{(plan.NeededBytes is { } needed ? $", database about {Sizes.InWords(needed)}" : "")}, free on the server {(plan.FreeBytes is { } free ? Sizes.InWords(free) : "not known from here")}");
        if (plan.Part is { } part) PartText.Tell(terminal, part);
        foreach (var session in plan.Sessions) terminal.Say($"  will be ended   {session}");
        if (plan.WrittenSince is not null) terminal.Say($"  would be lost   {plan.WrittenSince}");
        foreach (var warning in plan.Warnings) terminal.Say($"  warning         {warning}");
        terminal.Say($"  guard           {plan.Guard}");
        foreach (var refusal in plan.Refusals) FaultText.TellTalk(terminal, refusal);
        terminal.Say(plan.Refusals.Count == 0 ? "nothing was done (--dry-run)" : "nothing was done, and this restore would be refused");
    }
}
