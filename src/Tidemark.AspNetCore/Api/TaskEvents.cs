using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore.Api;

/// <summary>A task as it goes on: an event <c>task</c> with its document whenever that has changed, the last one when it has ended. Runs of other processes too, by the journal.</summary>
internal static class TaskEvents
{
    public const string ContentType = "text/event-stream";

    private const int MostFollowers = 50;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>Proxies end connections that say nothing for a minute or so.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private static int followers;

    public static async Task<IResult> Follow(string id, HttpContext context, [FromServices] TaskBoard board, [FromServices] Workbench workbench)
    {
        var task = TasksApi.Find(board, id);
        if (Interlocked.Increment(ref followers) > MostFollowers)
        {
            Interlocked.Decrement(ref followers);
            throw new Fault(FaultCode.TooMany, "too many follow tasks already") { Why = $"{MostFollowers} do", Next = $"GET /tasks/{id}" };
        }
        try
        {
            // A service that stops does not wait for those who watch.
            var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            context.Response.ContentType = ContentType;
            context.Response.Headers["X-Accel-Buffering"] = "no";
            await FollowAsync(TasksApi.Whole(board, task), context.Response, board, workbench.Clock, either.Token);
        }
        catch (OperationCanceledException)
        {
            // Nobody looks any more.
        }
        finally
        {
            Interlocked.Decrement(ref followers);
        }
        return Results.Empty;
    }

    private static async Task FollowAsync(TaskDocument task, HttpResponse response, TaskBoard board, TimeProvider clock, CancellationToken token)
    {
        var told = clock.GetTimestamp();
        await TellAsync(task);
        while (!task.HasEnded)
        {
            await Task.Delay(Look, clock, token);
            var now = TasksApi.Whole(board, TasksApi.Find(board, task.Id));
            if (now != task) await TellAsync(now);
            else if (clock.GetElapsedTime(told) > Silence) await WriteAsync(":\n\n");
            task = now;
        }

        Task TellAsync(TaskDocument document) => WriteAsync($"event: task\ndata: {JsonSerializer.Serialize(document, ApiJson.Default.TaskDocument)}\n\n");

        async Task WriteAsync(string text)
        {
            told = clock.GetTimestamp();
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), token);
            await response.Body.FlushAsync(token);
        }
    }
}
