using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Hosting;
using Tidemark.Journal;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

/// <summary>Stops a run of whatever process, or takes one out of the queue, and waits until that is so.</summary>
internal static class RunsCancelCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200), Patience = TimeSpan.FromMinutes(2);

    public static Command Build(Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "id, or unique beginning of one" };
        var command = new Command("cancel", "Stop a backup, restore or verification that runs, or one that waits for its turn.") { id };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            var run = Find(session, parsed.GetValue(id)!);
            var ended = TakeOut(session, run) ?? await StopAsync(session, Find(session, run.Id), token);
            if (terminal.Json) CliJson.Write(terminal.Output, RunDocument.Of(ended), CliJson.Default.RunDocument);
            if (ended.State != RunState.Cancelled)
                throw new Fault(FaultCode.Failed, $"the run ended before it could be stopped: {ended.State}") { Where = ended.Id, Left = "what it did stands", Next = $"tidemark runs show {ended.Id}" };
            terminal.Say($"run {ended.Id} is cancelled: {(ended.QueuedAt == ended.StartedAt ? "it had not begun, and nothing was changed" : RunKind.Named(ended.Kind)?.LeftWhenStopped)}");
            return 0;
        });
        return command.Teach(CommandGroup.EveryDay, ("tidemark runs cancel 20261123", "the run whose id begins so; tidemark runs list shows them"));
    }

    /// <summary>Null: it does not wait any more.</summary>
    private static RunRow? TakeOut(Session session, RunRow run)
    {
        if (run.State != RunState.Queued) return null;
        var taken = run with { State = RunState.Cancelled, FinishedAt = session.Clock.GetUtcNow(), ErrorCode = FaultCode.Stopped.Name, Error = $"{session.Recorder.Actor} asked for it to stop before it began" };
        using var journal = RunJournal.Open(session.State);
        return journal.EndQueued(taken) ? taken : null;
    }

    private static async Task<RunRow> StopAsync(Session session, RunRow run, CancellationToken token)
    {
        if (run.State != RunState.Running)
            throw new Fault(FaultCode.NotFound, $"this run has ended: {run.State}") { Where = run.Id, Next = "tidemark runs list --state running" };
        if (RunKind.Named(run.Kind)?.LeftWhenStopped is null)
            throw new Fault(FaultCode.Usage, $"a run of kind {run.Kind} does not stop half-way") { Where = run.Id, Why = "backup, restore and verify do", Next = $"tidemark runs show {run.Id}" };
        if (RunContext.IsOver(session.State, run.Id, session.Clock))
            throw new Fault(FaultCode.NotFound, "the process of this run is gone") { Where = run.Id, Why = "it was killed; the next backup, restore or verify marks it interrupted and removes what it left", Next = "tidemark backup" };
        StopRequest.Write(session.State, run.Id, session.Recorder.Actor);
        session.Terminal.Remark($"run {run.Id} is asked to stop");
        using var timer = new PeriodicTimer(Look, session.Clock);
        var begun = session.Clock.GetTimestamp();
        while (await timer.WaitForNextTickAsync(token))
        {
            var now = Find(session, run.Id);
            if (now.State != RunState.Running) return now;
            if (RunContext.IsOver(session.State, run.Id, session.Clock) && Find(session, run.Id) is { State: not RunState.Running } over) return over;
            if (session.Clock.GetElapsedTime(begun) > Patience) break;
        }
        throw new Fault(FaultCode.Failed, $"the run has not stopped within {Ages.InWords(Patience)}") { Where = run.Id, Left = "it was asked to stop, and may do so yet", Next = $"tidemark runs show {run.Id}" };
    }

    private static RunRow Find(Session session, string wanted)
    {
        using var journal = JournalReader.Open(session.State);
        return RunChoice.Find(journal, wanted);
    }
}
