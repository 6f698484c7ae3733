using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Drills.Evidence;
using Tidemark.Drills.MonthPacks;

namespace Tidemark.Cli.Commands;

/// <summary>Drills, and the reports that they leave.</summary>
internal static class DrillCommand
{
    public static Command Build(Terminal terminal) =>
        new Command("drill", "Rehearse a restore, check what comes back, measure how long it takes, and keep signed evidence of it.") { DrillRunCommand.Build(terminal), BuildList(terminal), BuildShow(terminal), BuildVerify(terminal), DrillPackCommand.Build(terminal) }
            .Teach(CommandGroup.GetBack, ("tidemark drill run", "a random backup comes back on a private server, is checked, and is removed"));

    private static Command BuildList(Terminal terminal)
    {
        var command = new Command("list", "Show the reports of all drills, newest first.");
        command.SetAction(_ =>
        {
            var folder = Session.Open(terminal).Workbench.Evidence;
            var reports = folder.Reports().Reverse().Select(file => (file.Path, Document: Read(file))).ToList();
            if (terminal.Json) CliJson.Write(terminal.Output, new DrillsDocument([.. reports.Select(one => DrillLine.Of(one.Path, one.Document))]), CliJson.Default.DrillsDocument);
            else if (reports.Count == 0) terminal.Say($"no drill has been reported in {folder.Path} yet; the first one: tidemark drill run");
            else DrillText.Table(terminal, [.. reports.Select(one => one.Document)]);
            return 0;
        });
        return command.Teach(CommandGroup.GetBack, ("tidemark drill list", "every drill: when, of what, how it ended, and the times it took"));
    }

    private static Command BuildShow(Terminal terminal)
    {
        var which = new Argument<string>("report") { Description = "number, id of the run, unique beginning of one, or latest (default)", DefaultValueFactory = _ => "latest" };
        var command = new Command("show", "Show one report.") { which };
        command.SetAction(parsed =>
        {
            var file = Find(Session.Open(terminal).Workbench.Evidence, parsed.GetValue(which)!);
            var document = Read(file);
            if (terminal.Json) CliJson.Write(terminal.Output, document, EvidenceJson.Default.EvidenceDocument);
            DrillText.Tell(terminal, document.Report, file.Path);
            return 0;
        });
        return command.Teach(CommandGroup.GetBack, ("tidemark drill show latest", "the newest report: each check, each phase with its time, and where it lies"));
    }

    private static Command BuildVerify(Terminal terminal)
    {
        var path = new Argument<string?>("path") { Description = "a report, a folder of them (default: that of this machine), or the archive of a month", Arity = ArgumentArity.ZeroOrOne };
        var keys = new Option<string[]>("--key") { Description = "the public key that must have signed them (default: this machine's own; where there is none, those that lie beside the reports, or in the archive; may be given again)", HelpName = "FILE" };
        var command = new Command("verify", "Check reports against the public key, offline: that none was changed, and that none is missing.") { path, keys };
        command.SetAction(parsed =>
        {
            var session = Session.Open(terminal);
            var own = session.Workbench.Evidence;
            var place = parsed.GetValue(path) is { } given ? Path.GetFullPath(given, terminal.Folder) : own.Path;
            var (single, folder) = File.Exists(place) ? (place, new EvidenceFolder(Path.GetDirectoryName(place)!)) : (null, new EvidenceFolder(place));
            if (single is null && !Directory.Exists(place)) throw new Fault(FaultCode.NotFound, "there is no such report, and no such folder") { Where = place, Next = "tidemark drill list" };
            var isOwn = folder.Path == own.Path;
            var pack = single is not null && EvidenceFile.Of(single) is null ? new MonthPackCheck(single) : null;
            var trusted = Trusted(session, folder, isOwn, pack, [.. (parsed.GetValue(keys) ?? []).Select(key => Path.GetFullPath(key, terminal.Folder))]);
            var verdict = pack is not null ? pack.Judge(trusted) : single is null ? new EvidenceCheck(trusted).OfFolder(folder, isOwn ? EvidenceWriter.Noted(session.State) : null) : new EvidenceCheck(trusted).OfFile(single);
            if (terminal.Json) CliJson.Write(terminal.Output, new EvidenceVerdictDocument(verdict.Findings.Count == 0, verdict.Reports, [.. trusted.Select(key => key.Id)], verdict.Findings), CliJson.Default.EvidenceVerdictDocument);
            foreach (var finding in verdict.Findings) terminal.Say($"WRONG  {finding}");
            if (verdict.Findings.Count == 0) terminal.Say($"whole: {(pack is null ? "" : "every file of the archive, and in it ")}{Sizes.Count(verdict.Reports, "report")}, signed by {string.Join(", ", trusted.Select(key => key.Id))}{(single is null ? ", none is missing between the first and the last" : "")}");
            return verdict.Findings.Count == 0 ? 0 : FaultCode.Verification.ExitCode;
        });
        return command.Teach(CommandGroup.GetBack,
            ("tidemark drill verify", "every report of this machine, and that none is missing"));
    }

    private static IReadOnlyList<EvidenceIdentity> Trusted(Session session, EvidenceFolder folder, bool isOwn, MonthPackCheck? pack, IReadOnlyList<string> given)
    {
        if (given.Count > 0) return [.. given.Select(EvidenceIdentity.Read)];
        using var own = isOwn ? EvidenceKey.Find(session.State) : null;
        if (own is not null) return [own.Identity];
        var beside = pack?.Keys() ?? folder.Keys();
        if (beside.Count == 0) throw new Fault(FaultCode.Keys, "there is no public key to verify with") { Where = folder.Path, Why = "none lies beside the reports, and --key was not given", Next = "tidemark drill verify FOLDER --key drill-key.….pem" };
        session.Terminal.Remark($"the key lies {(pack is null ? "beside the reports" : "in the archive")}, where whoever changes them can change it too; compare its id with the one that you know: {string.Join(", ", beside.Select(key => key.Id))} (or give --key)");
        return beside;
    }

    private static EvidenceFile Find(EvidenceFolder folder, string wanted)
    {
        var all = folder.Reports();
        var found = wanted == "latest" ? all.TakeLast(1).ToList() : [.. all.Where(file => file.Number.ToString() == wanted || file.RunId.StartsWith(wanted, StringComparison.Ordinal) || file.Name == wanted)];
        return found.Count switch
        {
            1 => found[0],
            0 => throw new Fault(FaultCode.NotFound, all.Count == 0 ? "no drill has been reported yet" : "there is no such report") { Where = folder.Path, Next = all.Count == 0 ? "tidemark drill run" : "tidemark drill list" },
            _ => throw new Fault(FaultCode.Ambiguous, "several reports begin so") { Where = wanted, Why = string.Join(", ", found.Take(5).Select(file => file.RunId)), Next = "tidemark drill list" },
        };
    }

    private static EvidenceDocument Read(EvidenceFile file)
    {
        try
        {
            return EvidenceDocument.Parse(File.ReadAllBytes(file.Path));
        }
        catch (InvalidDataException unreadable)
        {
            throw new Fault(FaultCode.Verification, "a report cannot be read", unreadable) { Where = file.Path, Why = unreadable.Message, Next = "tidemark drill verify" };
        }
    }
}
