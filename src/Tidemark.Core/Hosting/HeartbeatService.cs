using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tidemark.Configuration;
using Tidemark.Heartbeats;
using Tidemark.Postgres;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>Writes heartbeats where there is a table for them, and looks for those of everybody.</summary>
internal sealed partial class HeartbeatService(Workbench workbench, HeartbeatWatch watch, ILogger<HeartbeatService> log) : BackgroundService
{
    private bool missing, unseen;

    private HeartbeatOptions Options => workbench.Options.Heartbeat;

    /// <summary>Three looks within the limit, so that one that fails is no alarm.</summary>
    private TimeSpan Period => new[] { TimeSpan.FromMinutes(1), Options.Interval, Options.Limit / 3 }.Min();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (workbench.Options.Database is not { } address) return;
        DateTimeOffset? written = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = workbench.Clock.GetUtcNow();
            var exists = await LookAsync(address, stoppingToken);
            // Either way: a clock that was put back must not silence us.
            if (exists && (written is null || (now - written.Value).Duration() >= Options.Interval))
            {
                written = now;
                await WriteAsync(address, stoppingToken);
            }
            await Task.Delay(Period, workbench.Clock, stoppingToken);
        }
    }

    /// <returns>Whether there is a table to write to; where that cannot be known, what was known last.</returns>
    private async Task<bool> LookAsync(DatabaseAddress address, CancellationToken token)
    {
        try
        {
            var sighting = await HeartbeatReader.ReadAsync(address, Options, token);
            if (unseen) Seen(address.Database);
            unseen = false;
            watch.See(sighting, workbench.Clock.GetUtcNow());
            if (!sighting.Exists && !missing) NoTable(Options.Table, address.Database);
            missing = !sighting.Exists;
        }
#pragma warning disable CA1031 // As below.
        catch (Exception failed) when (!token.IsCancellationRequested)
#pragma warning restore CA1031
        {
            var why = (failed as Fault)?.InOneLine ?? failed.Message;
            watch.Fail(why);
            if (!unseen) Unseen(address.Database, why);
            unseen = true;
        }
        return watch.Exists == true;
    }

    /// <summary>What fails is a failed run, and people hear of it when no heartbeat has come for long.</summary>
    private async Task WriteAsync(DatabaseAddress address, CancellationToken token)
    {
        try
        {
            await workbench.Recorder.RecordMomentAsync(RunKind.Heartbeat, address.Database, new RunDetails { Server = address.Places[0].ToString() },
                () => HeartbeatRunner.RunAsync(address, Options, "TEST", "Heartbeat", create: false, token));
            watch.See(new HeartbeatSighting(true, TimeSpan.Zero), workbench.Clock.GetUtcNow());
        }
#pragma warning disable CA1031 // A turn that fails is told; the next one is a minute away.
        catch (Exception failed) when (!token.IsCancellationRequested)
#pragma warning restore CA1031
        {
            NotWritten((failed as Fault)?.InOneLine ?? failed.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "no heartbeats are written: there is no table {Table} in \"{Database}\"; this makes it: tidemark heartbeat --create-table")]
    private partial void NoTable(string table, string database);

    [LoggerMessage(LogLevel.Error, "the server of \"{Database}\" cannot be asked for heartbeats: {Why}")]
    private partial void Unseen(string database, string why);

    [LoggerMessage(LogLevel.Information, "the server of \"{Database}\" can be asked again")]
    private partial void Seen(string database);

    [LoggerMessage(LogLevel.Error, "the heartbeat was not written: {Why}")]
    private partial void NotWritten(string why);
}
