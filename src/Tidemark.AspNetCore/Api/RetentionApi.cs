using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tidemark.AspNetCore.Access;
using Tidemark.AspNetCore.Requests;
using Tidemark.Hosting;
using Tidemark.Runs;

namespace Tidemark.AspNetCore.Api;

/// <summary>Retention: what stays and what goes, and its doing.</summary>
internal static class RetentionApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/db/retention", Show).Needs(Right.View, "showRetention", "Show what stays and what goes now, each with its reasons; nothing is removed.", 503).Produces<PruneDocument>();
        routes.MapPost("/db/prune", Enqueue).Needs(Right.Delete, "enqueuePrune", "Ask for what no rule of retention keeps to be removed.", 422, 429).Produces<TaskDocument>(202);
    }

    private static async Task<IResult> Show(HttpContext context, [FromServices] Workbench workbench) =>
        TypedResults.Json(PruneDocument.Of(await RetentionOutlook.LookAsync(workbench, workbench.RecorderFor(Asked.Actor(context)), null, context.RequestAborted)), ApiJson.Default.PruneDocument);

    private static JsonHttpResult<TaskDocument> Enqueue(HttpContext context, [FromServices] Workbench workbench, [FromServices] TaskBoard board)
    {
        var wanted = new TaskRequest { Kind = RunKind.Prune.Name, Database = RetentionOutlook.EveryDatabase };
        return BackupsApi.Accepted(context, board.Enqueue(wanted, Asked.Actor(context), Asked.Key(context, wanted, workbench.Clock)).Id, board);
    }
}
