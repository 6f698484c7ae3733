using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Tidemark.AspNetCore.Problems;

/// <summary>What fails in <c>tidemark serve</c> outside of our routes: there is none such, or who asks could not be found out.</summary>
internal static class HostProblems
{
    public static void Use(WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = context => Problem.WriteAsync(context, context.Features.Get<IExceptionHandlerFeature>()?.Error as Fault
                ?? new Fault(FaultCode.Failed, "this was not foreseen: please report it as a bug") { Why = "the log of the service has the whole of it", Next = "tidemark doctor" }),
        });
        app.UseStatusCodePages(pages => pages.HttpContext.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => Problem.WriteAsync(pages.HttpContext, new Fault(FaultCode.NotFound, "there is no such address") { Where = pages.HttpContext.Request.Path, Next = "GET /openapi/v1.json" }),
            StatusCodes.Status405MethodNotAllowed => Problem.WriteAsync(pages.HttpContext, new Fault(FaultCode.Usage, "this address does not know this method") { Where = $"{pages.HttpContext.Request.Method} {pages.HttpContext.Request.Path}", Next = "GET /openapi/v1.json" }, StatusCodes.Status405MethodNotAllowed),
            StatusCodes.Status415UnsupportedMediaType => Problem.WriteAsync(pages.HttpContext, new Fault(FaultCode.Usage, "this address does not take a body of this type") { Where = $"Content-Type: {pages.HttpContext.Request.ContentType ?? "none"}", Next = "send Content-Type: application/json" }, StatusCodes.Status415UnsupportedMediaType),
            _ => Task.CompletedTask,
        });
    }
}
