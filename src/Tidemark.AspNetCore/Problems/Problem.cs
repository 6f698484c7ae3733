using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore.Problems;

/// <summary>A failure as HTTP tells it (RFC 9457).</summary>
/// <param name="Type">urn:tidemark: and the code.</param>
/// <param name="Title">What went wrong.</param>
/// <param name="Status">Of the answer.</param>
/// <param name="Detail">What, where and why in one line.</param>
/// <param name="Code">As the command line says it; frozen.</param>
/// <param name="Where">The thing it happened to.</param>
/// <param name="Why">Known facts only.</param>
/// <param name="Left">What state is left behind.</param>
/// <param name="Next">One next action.</param>
internal sealed record Problem(string Type, string Title, int Status, string Detail, string Code, string? Where, string? Why, string Left, string? Next)
{
    private const string ContentType = "application/problem+json";

    /// <summary>Seconds to wait where it is only that too much is going on.</summary>
    private const string Patience = "10";

    public static Problem Of(Fault fault, Func<string, string> masked)
    {
        string Said(string text) => HttpWords.Of(masked(text));
        string? Masked(string? text) => text is null ? null : Said(text);
        return new($"urn:tidemark:{fault.Code.Name}", Said(fault.What), ProblemStatus.Of(fault.Code), Said(fault.InOneLine), fault.Code.Name, Masked(fault.Where), Masked(fault.Why), Said(fault.Left), Masked(fault.Next));
    }

    /// <param name="context">Its answer has not begun.</param>
    /// <param name="fault">What failed.</param>
    /// <param name="status">Null: as the table says.</param>
    public static async Task WriteAsync(HttpContext context, Fault fault, int? status = null)
    {
        var problem = Of(fault, context.RequestServices.GetRequiredService<Workbench>().Mask.Hide);
        if (status is { } given) problem = problem with { Status = given };
        context.Response.StatusCode = problem.Status;
        context.Response.ContentType = ContentType;
        SecurityHeaders.Set(context.Response);
        if (problem.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = Patience;
        await JsonSerializer.SerializeAsync(context.Response.Body, problem, ApiJson.Default.Problem, context.RequestAborted);
    }
}
