using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Tidemark.AspNetCore.Access;
using Tidemark.AspNetCore.Requests;
using Tidemark.BaseBackups;
using Tidemark.Dumps;
using Tidemark.Hosting;
using Tidemark.Repositories;
using Tidemark.Restores;
using Tidemark.Retention;
using Tidemark.Runs;

namespace Tidemark.AspNetCore.Api;

/// <summary>Backups: made, listed, shown, held, removed.</summary>
internal static class BackupsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/db/backup", Enqueue).Needs(Right.BackUp, "enqueueBackup", "Ask for a backup.", 400, 404, 422, 429).Accepts<BackupAsked>(true, "application/json").Produces<TaskDocument>(202);
        routes.MapGet("/db/backups", List).Needs(Right.View, "listBackups", "Show the backups, newest first.", 400, 503).Produces<BackupListDocument>();
        routes.MapGet("/db/backups/{id}", Show).Needs(Right.View, "showBackup", "Show one backup, by its id, file name, unique prefix, or latest.", 400, 404, 503).Produces<BackupDocument>();
        routes.MapGet("/db/backups/{id}/download", Download.SendAsync).Needs(Right.Download, "downloadBackup", "Fetch the file as it is stored; one range of it may be asked for.", 404, 416, 503).Produces(200, contentType: Download.ContentType).Produces(206, contentType: Download.ContentType);
        routes.MapPost("/db/backups/{id}/verify", Verify).Needs(Right.BackUp, "enqueueVerify", "Ask for one backup to be read again from end to end.", 400, 404, 422, 429, 503).Produces<TaskDocument>(202);
        routes.MapPut("/db/backups/{id}/pin", Pin).Needs(Right.Pin, "pinBackup", "Never let this backup expire.", 400, 404, 409).Accepts<PinAsked>("application/json").Produces<PinDocument>();
        routes.MapDelete("/db/backups/{id}/pin", Unpin).Needs(Right.Pin, "unpinBackup", "Take the pin off.", 404, 409).Produces<PinDocument>();
        routes.MapDelete("/db/backups/{id}", Delete).Needs(Right.Delete, "deleteBackup", "Remove one backup before its time; never the last good one, the last proven one, or a pinned one. A base backup expires: it is swept when the grace time is over.", 400, 404, 409, 503).Produces(204);
    }

    public static Task<DumpEntry> FindAsync(Workbench workbench, string id, CancellationToken token) => workbench.Choice.FindStoredAsync(id, workbench.Options.Database?.Database, token);

    private static async Task<IResult> Enqueue(HttpContext context, [FromServices] Workbench workbench, [FromServices] TaskBoard board)
    {
        var asked = await Asked.ReadAsync(context, ApiJson.Default.BackupAsked);
        // What would fail later fails now.
        if (asked?.Format is { } format) DumpFormats.Parse(format);
        if (asked?.Label is { } label) DumpName.CheckedLabel(label);
        if (asked?.Kind is { } kind and not ("dump" or "base")) throw new Fault(FaultCode.Usage, "there is no such kind of backup") { Where = kind, Why = "it is dump or base", Next = "ask again without it" };
        if (asked is { Kind: "base" } && (asked.Database ?? asked.Format) is not null) throw new Fault(FaultCode.Usage, "a base backup is of the whole server, and has no other form") { Next = "ask again without database and format" };
        var wanted = asked?.Kind == "base" ? new TaskRequest { Kind = RunKind.BaseBackup.Name, Database = IncarnationFolder.DefaultCluster, Label = asked.Label }
            : new TaskRequest { Kind = "backup", Database = asked?.Database, Format = asked?.Format, Label = asked?.Label };
        var once = Asked.Key(context, wanted, workbench.Clock);
        if (once is not null && board.Earlier(once) is { } earlier) return Accepted(context, earlier.Id, board);
        if (wanted.Kind == RunKind.Backup.Name && asked?.Database is { } database) await RequireAsync(database, workbench, context.RequestAborted);
        return Accepted(context, board.Enqueue(wanted, Asked.Actor(context), once).Id, board);
    }

    /// <summary>A database that its server does not know would fail when its turn has come. Where the server cannot be asked now, it may be there by then.</summary>
    private static async Task RequireAsync(string database, Workbench workbench, CancellationToken token)
    {
        try
        {
            if (await ServerDatabases.HasAsync(workbench.Database, database, token)) return;
        }
        catch (Exception unknown) when (unknown is NpgsqlException || (unknown is Fault fault && fault.Code != FaultCode.NoDatabase))
        {
            return;
        }
        throw new Fault(FaultCode.NotFound, $"there is no database \"{database}\"") { Where = workbench.Database.ToString(), Why = "its server does not know it", Next = "GET /status" };
    }

    public static JsonHttpResult<TaskDocument> Accepted(HttpContext context, string id, TaskBoard board)
    {
        context.Response.Headers.Location = Asked.TaskAddress(context.Request, id);
        return TypedResults.Json(TaskDocument.Of(TasksApi.Find(board, id), board.ProgressOf(id)), ApiJson.Default.TaskDocument, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> List(int? limit, int? offset, string? database, [FromServices] Workbench workbench, CancellationToken token)
    {
        var most = Asked.Limit(limit);
        if (offset < 0) throw new Fault(FaultCode.Usage, "offset is a number from 0 on") { Where = $"offset={offset}", Next = "ask again without it" };
        var ((all, parts), unseen) = (await workbench.Stores.LookAsync(token), new List<string>());
        unseen.AddRange(parts);
        // A base backup is of no database.
        var bases = database is null ? await new BaseChoice(workbench, unseen.Add).ListAsync(token) : [];
        var entries = all.Where(entry => database is null || entry.Database == database).Select(entry => (entry.Time, Entry: (DumpEntry?)entry, Base: (StoredBackup?)null))
            .Concat(bases.Select(one => (Time: one.RecoveryPoint ?? default, Entry: (DumpEntry?)null, Base: (StoredBackup?)one))).OrderByDescending(one => one.Time).ToList();
        var shown = new List<BackupDocument>();
        foreach (var (_, entry, one) in entries.Skip(offset ?? 0).Take(most)) shown.Add(entry is not null ? await BackupDocument.OfAsync(entry, token) : BaseDocuments.Of(one!, workbench.Clock.GetUtcNow()));
        return TypedResults.Json(new BackupListDocument(shown, entries.Count, unseen), ApiJson.Default.BackupListDocument);
    }

    private static async Task<IResult> Show(string id, [FromServices] Workbench workbench, CancellationToken token) =>
        await BaseAsync(workbench, id, token) is { } found ? TypedResults.Json(BaseDocuments.Of(found, workbench.Clock.GetUtcNow()), ApiJson.Default.BackupDocument) : TypedResults.Json(await BackupDocument.OfAsync(await FindAsync(workbench, id, token), token), ApiJson.Default.BackupDocument);

    private static async Task<IResult> Verify(string id, HttpContext context, [FromServices] Workbench workbench, [FromServices] TaskBoard board)
    {
        var once = Asked.Key(context, new TaskRequest { Kind = RunKind.Verify.Name, Source = id }, workbench.Clock);
        if (once is not null && board.Earlier(once) is { } earlier) return Accepted(context, earlier.Id, board);
        var wanted = await TaskVerify.RequestAsync(workbench, id, context.RequestAborted);
        return Accepted(context, board.Enqueue(wanted, Asked.Actor(context), once).Id, board);
    }

    private static async Task<IResult> Pin(string id, HttpContext context, [FromServices] Workbench workbench, CancellationToken token)
    {
        var asked = await Asked.ReadAsync(context, ApiJson.Default.PinAsked);
        DateTimeOffset? until = asked?.Until is { } end ? PinEnd.Parse(end, workbench.Clock.GetUtcNow()) : null;
        if (await BaseAsync(workbench, id, token) is { } found) return TypedResults.Json(PinDocument.Of(await BaseRunOf(context, workbench).PinAsync(found, asked?.Reason ?? "", until, token)), ApiJson.Default.PinDocument);
        var entry = await FindAsync(workbench, id, token);
        return TypedResults.Json(PinDocument.Of(await RunOf(context, workbench).PinAsync(entry, asked?.Reason ?? "", until, token)), ApiJson.Default.PinDocument);
    }

    private static async Task<IResult> Unpin(string id, HttpContext context, [FromServices] Workbench workbench, CancellationToken token) =>
        await BaseAsync(workbench, id, token) is { } found ? TypedResults.Json(PinDocument.Of(await BaseRunOf(context, workbench).UnpinAsync(found, token)), ApiJson.Default.PinDocument) : TypedResults.Json(PinDocument.Of(await RunOf(context, workbench).UnpinAsync(await FindAsync(workbench, id, token), token)), ApiJson.Default.PinDocument);

    /// <summary>Null: a dump is meant. One of several stores is enough to know one by.</summary>
    private static Task<StoredBackup?> BaseAsync(Workbench workbench, string id, CancellationToken token) => BaseChoice.MayBeId(id) ? new BaseChoice(workbench, _ => { }).FindAsync(id, token) : Task.FromResult<StoredBackup?>(null);

    private static BasePinRun BaseRunOf(HttpContext context, Workbench workbench) => new(workbench.RecorderFor(Asked.Actor(context)), workbench.State, workbench.Options.SweepGrace, workbench.Clock);

    private static PinRun RunOf(HttpContext context, Workbench workbench) => new(workbench.RecorderFor(Asked.Actor(context)), new PinRunner(workbench.Stores, workbench.Clock));

    private static async Task<IResult> Delete(string id, string? reason, HttpContext context, [FromServices] Workbench workbench, CancellationToken token)
    {
        var (actor, recorder) = (Asked.Actor(context), workbench.RecorderFor(Asked.Actor(context)));
        var why = string.IsNullOrWhiteSpace(reason) ? $"{actor} asked for it" : $"{actor} asked for it: {reason.Trim()}";
        if (await BaseAsync(workbench, id, token) is { } found) await workbench.PruneOfBases(recorder).RemoveAsync(found, why, token);
        else await workbench.PruneOfDumps(recorder).RemoveAsync(await FindAsync(workbench, id, token), await workbench.Stores.LookEachAsync(token), why, token);
        return TypedResults.NoContent();
    }
}
