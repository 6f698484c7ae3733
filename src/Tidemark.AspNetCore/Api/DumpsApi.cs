using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore.Api;

/// <summary>Backups of databases.</summary>
internal static class DumpsApi
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/db/backup", Enqueue).WithName("enqueueBackup").WithSummary("Ask for a backup.");

    private static Accepted<TaskDocument> Enqueue(BackupAsked? asked, TaskBoard board, HttpContext context)
    {
        var run = board.Enqueue(new TaskRequest { Kind = "backup", Database = asked?.Database, Format = asked?.Format, Label = asked?.Label }, "api");
        return TypedResults.Accepted($"{context.Request.PathBase}{context.Request.Path.Value![..^"/db/backup".Length]}/tasks/{run.Id}", TaskDocument.Of(run, null));
    }
}

/// <summary>Body of POST /db/backup; all of it may be left out.</summary>
internal sealed record BackupAsked(string? Database, string? Format, string? Label);
