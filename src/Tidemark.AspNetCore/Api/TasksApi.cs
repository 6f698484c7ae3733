using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tidemark.AspNetCore.Access;
using Tidemark.AspNetCore.Requests;
using Tidemark.Hosting;
using Tidemark.Journal;
using Tidemark.Runs;

namespace Tidemark.AspNetCore.Api;

/// <summary>Tasks: what was asked for, and what became of it.</summary>
internal static class TasksApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/tasks", List).Needs(Right.View, "listTasks", "Show the latest tasks, newest first, whoever asked for them.", 400).Produces<TasksDocument>();
        routes.MapGet("/tasks/{id}", Show).Needs(Right.View, "showTask", "Show one task.", 404).Produces<TaskDocument>();
        routes.MapGet("/tasks/{id}/events", TaskEvents.Follow).Needs(Right.View, "followTask", "Follow one task until it has ended, as server-sent events.", 404, 429).Produces(200, contentType: TaskEvents.ContentType);
        routes.MapPost("/tasks/{id}/cancel", Cancel).Needs(Right.Cancel, "cancelTask", "Ask a task of this service to stop.", 404, 409).Produces<TaskDocument>(202);
        routes.MapDelete("/tasks/{id}", Cancel).Needs(Right.Cancel, "deleteTask", "The same as cancel.", 404, 409).Produces<TaskDocument>(202);
    }

    public static RunRow Find(TaskBoard board, string id) =>
        board.Find(id) ?? throw new Fault(FaultCode.NotFound, "there is no such task") { Where = id, Next = "GET /tasks" };

    private static JsonHttpResult<TasksDocument> List(int? limit, string? database, string? kind, string? state, [FromServices] Workbench workbench, [FromServices] TaskBoard board)
    {
        var filter = new RunFilter(database, OneOf("kind", kind, RunKind.All.Select(one => one.Name)), OneOf("state", state, RunState.All), Asked.Limit(limit));
        using var journal = JournalReader.Open(workbench.State);
        return TypedResults.Json(new TasksDocument([.. (journal?.Runs(filter) ?? []).Select(run => TaskDocument.Of(run, board.ProgressOf(run.Id)))]), ApiJson.Default.TasksDocument);
    }

    private static JsonHttpResult<TaskDocument> Show(string id, [FromServices] TaskBoard board) => TypedResults.Json(Whole(board, Find(board, id)), ApiJson.Default.TaskDocument);

    private static JsonHttpResult<TaskDocument> Cancel(string id, HttpContext context, [FromServices] TaskBoard board, [FromServices] UploadFolder uploads)
    {
        var task = Find(board, id);
        if (!board.Cancel(id, Asked.Actor(context)))
            throw new Fault(FaultCode.Refused, TaskDocument.Of(task, null).HasEnded ? "this task has ended" : "this task does not run in this service") { Where = id, Why = $"it is {task.State}", Next = $"GET /tasks/{id}" };
        uploads.TrySweep();
        return TypedResults.Json(TaskDocument.Of(Find(board, id), board.ProgressOf(id)), ApiJson.Default.TaskDocument, statusCode: StatusCodes.Status202Accepted);
    }

    /// <summary>With all that is known of it.</summary>
    public static TaskDocument Whole(TaskBoard board, RunRow run) => TaskDocument.Of(run, board.ProgressOf(run.Id), board.KeptBy(run));

    private static string? OneOf(string name, string? given, IEnumerable<string> known) => given is null || known.Contains(given) ? given
        : throw new Fault(FaultCode.Usage, $"there is no such {name}") { Where = $"{name}={given}", Why = $"it is one of {string.Join(", ", known)}", Next = "ask again with one of them" };
}
