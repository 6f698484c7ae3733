using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tidemark.AspNetCore.Access;
using Tidemark.AspNetCore.Requests;
using Tidemark.Hosting;
using Tidemark.Restores;
using Tidemark.Runs;

namespace Tidemark.AspNetCore.Api;

/// <summary>Restores: of a backup by its name, or of a file that comes with the request.</summary>
internal static class RestoresApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/db/restore", Enqueue).Needs(Right.Restore, "enqueueRestore", "Ask for a restore: of a backup by its id or file name (JSON), or of a file (multipart/form-data, field file).", 400, 404, 409, 413, 422, 429, 503, 507)
            .Accepts<RestoreAsked>(true, "application/json", "multipart/form-data").Produces<TaskDocument>(202);

    private static async Task<IResult> Enqueue(HttpContext context, [FromServices] Workbench workbench, [FromServices] TaskBoard board, [FromServices] UploadReader reader)
    {
        using var upload = UploadReader.IsForm(context.Request) ? await reader.ReadAsync(context) : null;
        var asked = upload is not null ? RestoreAsked.Of(upload.Fields) : await Asked.ReadAsync(context, ApiJson.Default.RestoreAsked) ?? new RestoreAsked(null, null, null, null, null, false, null);
        var wanted = asked.AsTask(upload?.File.Path);
        // The same file sent again has another path here.
        var once = Asked.Key(context, wanted with { Upload = upload?.Sha256 }, workbench.Clock);
        // Asked again, it is answered as the first time, whatever would be refused by now.
        if (once is not null && board.Earlier(once) is { } earlier) return BackupsApi.Accepted(context, earlier.Id, board);
        await RefuseAsync(wanted, Asked.Actor(context), workbench, context.RequestAborted);
        return BackupsApi.Accepted(context, board.Enqueue(wanted, Asked.Actor(context), once).Id, board);
    }

    /// <summary>What the restore would refuse when its turn has come is refused now, and recorded as its refusal.</summary>
    private static async Task RefuseAsync(TaskRequest wanted, string actor, Workbench workbench, CancellationToken token)
    {
        var options = await TaskRestore.OptionsAsync(workbench, wanted, token);
        var plan = await workbench.Restores.PlanAsync(options, token);
        if (Refusal(plan, wanted) is not { } refused) return;
        await workbench.RecorderFor(actor).RecordFailureAsync(RunKind.Restore, workbench.Database.Database, () => Task.FromException<bool>(refused));
    }

    private static Fault? Refusal(RestorePlan plan, TaskRequest wanted) => plan.Refusals.Count > 0 ? plan.Refusals[0]
        : plan is { Mode: RestoreMode.Swap, LiveExists: true, Live: { } live } && wanted.Confirm != live ? new Fault(FaultCode.Refused, $"a swap puts the backup in the place of database \"{live}\"")
        {
            Where = plan.Guard,
            Why = wanted.Confirm is null ? "confirm was not given" : $"confirm says \"{wanted.Confirm}\"",
            Next = $"if you mean it: send it again with \"confirm\": \"{live}\"; the old database is kept, and tidemark undo brings it back",
        }
        : plan.IsProduction && wanted.Reason is null ? new Fault(FaultCode.Refused, "a restore on production needs a reason") { Where = plan.Guard, Why = "reason was not given", Next = "send it again with a reason" }
        : null;
}
