using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tidemark.AspNetCore.Access;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore.Api;

/// <summary>How well each database is protected.</summary>
internal static class StatusApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/status", Show).Needs(Right.View, "showStatus", "Show how well each database is protected, the worst first.", 404, 503).Produces<StatusDocument>();

    private static async Task<IResult> Show(string? database, [FromServices] Workbench workbench, CancellationToken token)
    {
        var (report, kept, next, remarks, wal, bases) = await StatusReading.ReadAsync(workbench, database, token);
        if (database is not null && report.Databases.Count == 0) throw await workbench.NothingOfAsync(database, token);
        return TypedResults.Json(StatusDocument.Of(report, workbench.Stores.Address, workbench.Options.Objectives, kept, next, remarks, wal, bases), ApiJson.Default.StatusDocument);
    }
}
