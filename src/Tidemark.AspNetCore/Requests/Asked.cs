using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tidemark.Hosting;
using Tidemark.Journal;

namespace Tidemark.AspNetCore.Requests;

/// <summary>What every request brings: who asks, a small body, a key that makes it one of its kind.</summary>
internal static class Asked
{
    /// <summary>Of a body that describes something; files are another matter.</summary>
    public const int LargestBody = 64 * 1024;

    private const int LongestKey = 200;

    /// <summary>The name that runs are recorded under.</summary>
    public static string Actor(HttpContext context) => context.User.Identity?.Name is { Length: > 0 } name ? name : "http";

    /// <summary>The body as JSON; where there is none, null.</summary>
    /// <exception cref="Fault">2: it cannot be read; too-large.</exception>
    public static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        var request = context.Request;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = LargestBody;
        if (request.ContentLength > LargestBody) throw new Fault(FaultCode.TooLarge, "the body is too large") { Why = $"it may have {LargestBody} bytes", Next = "send less" };
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
        if (body.Length == 0) return null;
        if (!request.HasJsonContentType()) throw Unreadable($"Content-Type is {request.ContentType ?? "not given"}, not application/json");
        try
        {
            return JsonSerializer.Deserialize(body.GetBuffer().AsSpan(0, (int)body.Length), type);
        }
        catch (JsonException wrong)
        {
            throw Unreadable(wrong.Message);
        }
    }

    /// <summary>A number from the query, between 1 and what a list may hold.</summary>
    public static int Limit(int? asked, int standard = 100, int most = 1000) =>
        asked is null ? standard : asked is >= 1 && asked <= most ? asked.Value : throw new Fault(FaultCode.Usage, $"limit is a number from 1 to {most}") { Where = $"limit={asked}", Next = "ask again with one of them" };

    /// <summary>Null where no Idempotency-Key came.</summary>
    /// <param name="context">The request.</param>
    /// <param name="wanted">What is asked for; a file by its hash.</param>
    /// <param name="clock">Keys are kept for a time.</param>
    /// <exception cref="Fault">2: it is no key.</exception>
    public static RequestKey? Key(HttpContext context, TaskRequest wanted, TimeProvider clock)
    {
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0) return null;
        if (key.Length > LongestKey || key.Any(letter => letter is < ' ' or > '~')) throw new Fault(FaultCode.Usage, $"an Idempotency-Key has 1 to {LongestKey} characters of ASCII") { Next = "send a UUID" };
        return new RequestKey(Actor(context), key, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(wanted, TaskJson.Default.TaskRequest)))), clock.GetUtcNow());
    }

    /// <summary>Where a task is shown: under the same prefix and path base that the request came by.</summary>
    public static string TaskAddress(HttpRequest request, string id)
    {
        var path = request.Path.Value!;
        return $"{request.PathBase}{path[..path.LastIndexOf("/db/", StringComparison.Ordinal)]}/tasks/{id}";
    }

    private static Fault Unreadable(string why) => new(FaultCode.Usage, "the body cannot be read") { Why = why, Next = "send a JSON object as /openapi/v1.json shows it" };
}
