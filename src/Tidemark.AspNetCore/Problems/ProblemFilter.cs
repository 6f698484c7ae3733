using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Tidemark.AspNetCore.Problems;

/// <summary>The edge: every failure of a route becomes a problem document, once and here, without a stack trace.</summary>
internal sealed partial class ProblemFilter(ILogger<ProblemFilter> log) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        SecurityHeaders.Set(http.Response);
        try
        {
            // A parameter of the query that could not be read.
            if (http.Response.StatusCode == StatusCodes.Status400BadRequest) throw new Fault(FaultCode.Usage, "a parameter cannot be read") { Where = http.Request.QueryString.Value, Next = "see /openapi/v1.json" };
            return await next(context);
        }
        catch (Exception gone) when (http.RequestAborted.IsCancellationRequested && gone is OperationCanceledException or IOException or BadHttpRequestException)
        {
            return Results.Empty;
        }
#pragma warning disable CA1031 // The edge: whatever it is, the asker gets a document, and the log the whole of it.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            if (http.Response.HasStarted)
            {
                // What was sent so far must not look whole.
                Broken(http.Request.Path, (failed as Fault)?.InOneLine ?? failed.Message);
                http.Abort();
                return Results.Empty;
            }
            http.Response.Clear();
            await Problem.WriteAsync(http, FaultOf(failed));
            return Results.Empty;
        }
    }

    private Fault FaultOf(Exception failed)
    {
        switch (failed)
        {
            case Fault fault:
                return fault;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new Fault(FaultCode.TooLarge, "the request is too large", failed) { Next = "send less" };
            case BadHttpRequestException bad:
                return new Fault(FaultCode.Usage, "the request cannot be read", bad) { Why = bad.Message, Next = "see /openapi/v1.json" };
            case NpgsqlException lost:
                return new Fault(FaultCode.Unreachable, "the database server cannot be asked", lost) { Why = (lost as PostgresException)?.MessageText ?? lost.InnerException?.Message ?? lost.Message, Next = "tidemark doctor" };
            case IOException or UnauthorizedAccessException:
                Unforeseen(failed);
                return new Fault(FaultCode.Store, "a file or folder could not be used", failed) { Next = "tidemark doctor" };
            default:
                Unforeseen(failed);
                return new Fault(FaultCode.Failed, "this was not foreseen: please report it as a bug", failed) { Why = "the log of the service has the whole of it", Left = "not known; what a run left is repaired and told by the next start", Next = "tidemark runs list" };
        }
    }

    [LoggerMessage(LogLevel.Error, "an answer failed")]
    private partial void Unforeseen(Exception failed);

    [LoggerMessage(LogLevel.Warning, "the answer to {Path} broke off: {Why}")]
    private partial void Broken(string path, string why);
}
