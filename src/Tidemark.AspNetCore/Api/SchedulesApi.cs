using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tidemark.AspNetCore.Access;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore.Api;

/// <summary>What runs by itself, and when.</summary>
internal static class SchedulesApi
{
    private const int Fires = 5;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/schedules", List).Needs(Right.View, "listSchedules", "Show the schedules in words, with the next five runs and the last one of each.").Produces<SchedulesDocument>();

    private static JsonHttpResult<SchedulesDocument> List([FromServices] Workbench workbench) => TypedResults.Json(SchedulesDocument.Of(workbench, Fires), ApiJson.Default.SchedulesDocument);
}
