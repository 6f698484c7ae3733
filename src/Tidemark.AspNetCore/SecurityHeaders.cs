using Microsoft.AspNetCore.Http;

namespace Tidemark.AspNetCore;

/// <summary>What browsers are told of every answer: nothing of it is kept, framed, guessed at or run.</summary>
internal static class SecurityHeaders
{
    public static void Set(HttpResponse response)
    {
        var headers = response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
    }
}
