using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Dumps;
using Tidemark.Hosting;
using Tidemark.Retention;

namespace Tidemark.Cli.Commands;

internal static class ShowCommand
{
    public static Command Build(Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "id, file name, unique prefix, path, or latest" }.Completes(LiveValue.Backups);
        var database = new Option<string?>("--database") { Description = "for latest: of which database" }.Completes(LiveValue.Databases);
        var command = new Command("show", "Show everything that is known of one backup.") { id, database };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            if (await session.FindBaseAsync(parsed.GetValue(id)!, token) is { } found)
            {
                BaseText.Tell(terminal, found, found.Entry.Refs?.Parent is null ? [] : await session.BasesAsync(token), session.Clock.GetUtcNow());
                if (terminal.Json && found.Entry.Manifest is { } manifest) CliJson.Write(terminal.Output, manifest, CliJson.Default.BaseManifest);
                else if (terminal.Json) CliJson.Write(terminal.Output, BaseDocuments.Of(found, session.Clock.GetUtcNow()), CliJson.Default.BackupDocument);
                return 0;
            }
            var entry = await SealedManifest.IfOpenAsync(await session.Choice.FindAsync(parsed.GetValue(id)!, parsed.GetValue(database) ?? session.Options.Database?.Database, terminal.Folder, token), session.Keys, terminal.Remark, token);
            if (terminal.Json && entry.Manifest is not null) CliJson.Write(terminal.Output, ShownSettings.Of(entry.Manifest) with { Check = BackupDocument.CheckOf(entry) }, CliJson.Default.DumpManifest);
            else if (terminal.Json) CliJson.Write(terminal.Output, await BackupDocument.OfAsync(entry, token), CliJson.Default.BackupDocument);
            else Tell(terminal, entry, await Pins.OfAsync(entry, token), session.Stores.All.Count);
            return 0;
        });
        return command.Teach(CommandGroup.Look,
            ("tidemark show latest", "where it lies, what it holds, what it leaves out"),
            ("tidemark show latest --json", "its manifest"));
    }

    private static void Tell(Terminal terminal, DumpEntry entry, PinMark? pinned, int stores)
    {
        terminal.Say($"backup {entry.Id}  {BackupDocument.StateOf(entry)}");
        terminal.Say($"  file            {entry.Path} ({Sizes.InWords(entry.Size)})");
        if (stores > 1) foreach (var copy in entry.Copies) terminal.Say($"  copy            {copy.Path} ({BackupDocument.StateOf(copy)})");
        if (entry.Manifest is { Recipients: { Count: > 0 } recipients }) terminal.Say($"  encrypted to    {string.Join(", ", recipients)}");
        if (entry.Mark is { } mark) terminal.Say($"  last verified   {mark.CheckedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z: {(mark.Passed ? "whole" : string.Join("; ", mark.Findings))}");
        if (pinned is { } pin) terminal.Say($"  pinned          {PinText.Of(pin)}");
        if (entry.Finding is not null)
        {
            terminal.Say($"  damaged         {entry.Finding}");
            terminal.Say($"  try next        move {entry.Store.PathOf(DumpName.ManifestOf(entry.Key))} away; then, if the dump is there: tidemark adopt");
            return;
        }
        if (entry.Manifest is not { } manifest)
        {
            terminal.Say("  manifest        none: somebody else put this file here");
            terminal.Say("  try next        tidemark adopt");
            return;
        }
        terminal.Say($"  database        {manifest.Database}{(manifest.Label is null ? "" : $", label {manifest.Label}")}");
        terminal.Say($"  recovery point  {manifest.RecoveryPoint.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z");
        terminal.Say($"  check           {manifest.Check}");
        terminal.Say($"  sha256          {manifest.Sha256}");
        terminal.Say($"  versions        server {manifest.ServerVersion ?? "?"}, pg_dump {manifest.ClientVersion ?? "?"}");
        if (manifest.DatabaseFacts is { } facts) terminal.Say($"  made as         encoding {facts.Encoding}, collate {facts.Collate}, ctype {facts.Ctype}, provider {facts.Provider}{(facts.Locale is null ? "" : $" {facts.Locale}")}");
        if (manifest.Globals is not null) terminal.Say($"  globals         {manifest.Globals}");
        if (manifest.Roles.Count > 0) terminal.Say($"  roles named     {string.Join(", ", manifest.Roles)}");
        foreach (var gap in manifest.Gaps) terminal.Say($"  not in the dump {gap.Kind} {gap.Object}: {gap.Why}");
        foreach (var warning in manifest.Warnings) terminal.Say($"  warning         {warning}");
        terminal.Say($"  rows            {manifest.Rows.Sum(table => table.Rows)} in {Sizes.Count(manifest.Rows.Count, "table")}{(manifest.LargeObjects > 0 ? $", {Sizes.Count(manifest.LargeObjects, "large object")}" : "")}");
        foreach (var table in manifest.Rows) terminal.Say($"    {table.Rows,12}  {table}");
    }
}
