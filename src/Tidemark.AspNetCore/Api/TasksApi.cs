using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore.Api;

/// <summary>Tasks: what was asked for, and what became of it.</summary>
internal static class TasksApi
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/tasks/{id}", Show).WithName("showTask").WithSummary("Show one task.");

    private static Results<Ok<TaskDocument>, NotFound> Show(string id, TaskBoard board) =>
        board.Find(id) is { } run ? TypedResults.Ok(TaskDocument.Of(run, board.ProgressOf(id))) : TypedResults.NotFound();
}
