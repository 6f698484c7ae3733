using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tidemark.Audit;
using Tidemark.Postgres;
using Tidemark.Standbys;

namespace Tidemark.Hosting;

/// <summary>Sends each standby a row every few seconds and sees it come; sets its sequences ahead and compares the schemas every half minute.</summary>
internal sealed partial class StandbyService(Workbench workbench, StandbyWatch watch, ILogger<StandbyService> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5), Patience = TimeSpan.FromSeconds(2), Whole = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, long> compared = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (workbench.Options.Database is not { } address) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            IReadOnlyList<StandbyRecord> records = workbench.Standbys.All();
            watch.Keep([.. records.Select(record => record.Id)]);
            // One that hangs keeps no other from being looked at.
            await Task.WhenAll(records.Select(record => LookAsync(record, address, stoppingToken)));
            await Task.Delay(Period, workbench.Clock, stoppingToken);
        }
    }

    private async Task LookAsync(StandbyRecord record, DatabaseAddress address, CancellationToken token)
    {
        try
        {
            var sides = StandbySides.Of(record, address, workbench.Options);
            bool whole;
            lock (compared) whole = !compared.TryGetValue(record.Id, out var last) || workbench.Clock.GetElapsedTime(last) >= Whole;
            var report = await new StandbyReader(workbench.Binaries, workbench.Clock).ReadAsync(record, sides, Patience, whole, token);
            if (report.Drift is not null)
                lock (compared) compared[record.Id] = workbench.Clock.GetTimestamp();
            Tell(report, watch.See(report, address.Database), address.Database);
            if (record is { GivesUp: true, Phase: StandbyPhase.Streaming } && report.HeldBytes > record.SlotLimit) await GiveUpAsync(record, sides, report.HeldBytes.Value, token);
        }
#pragma warning disable CA1031 // A look that fails is told; the next one is seconds away.
        catch (Exception failed) when (!token.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Unseen(record.Id, workbench.Mask.Hide((failed as Fault)?.InOneLine ?? failed.Message));
        }
    }

    private async Task GiveUpAsync(StandbyRecord record, StandbySides sides, long held, CancellationToken token)
    {
        await using var primary = await DatabaseConnection.OpenAsync(sides.Primary, token);
        await new PrimarySide(record, primary).RemoveAsync(whole: false, workbench.Clock, token);
        GivenUp(record.Id, held, record.SlotLimit);
        Audit("DB_STANDBY_GIVEN_UP", record.Id, sides.Primary.Database, $"its slot kept {held} bytes of WAL, and the limit is {record.SlotLimit}");
    }

    private void Tell(StandbyReport report, StandbyState? before, string database)
    {
        if (before == report.State || (before is null && report.State == StandbyState.Following)) return;
        var why = string.Join("; ", report.Troubles.Select(trouble => $"{trouble.What} ({trouble.Why})"));
        Changed(report.Name, report.State, why);
        if (report.State == StandbyState.Following) Audit("DB_STANDBY_FOLLOWING", report.Name, database, null);
        else if (report.State is StandbyState.Late or StandbyState.Broken or StandbyState.Unknown) Audit("DB_STANDBY_LATE", report.Name, database, why);
    }

    private void Audit(string action, string name, string database, string? reason) => workbench.Recorder.Count([new AuditEvent
    {
        At = workbench.Clock.GetUtcNow(),
        Action = action,
        Outcome = reason is null ? "ok" : "failed",
        Actor = workbench.Recorder.Actor,
        Database = database,
        Target = name,
        Reason = reason is null ? null : workbench.Mask.Hide(reason),
    }]);

    [LoggerMessage(LogLevel.Warning, "standby {Name} is {State}: {Why}")]
    private partial void Changed(string name, StandbyState state, string why);

    [LoggerMessage(LogLevel.Error, "standby {Name} was given up: its slot kept {Held} bytes of WAL, and the limit is {Limit}")]
    private partial void GivenUp(string name, long held, long limit);

    [LoggerMessage(LogLevel.Error, "standby {Name} cannot be looked at: {Why}")]
    private partial void Unseen(string name, string why);
}
