using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Tidemark.AspNetCore;

/// <summary>HEAD is answered as GET is, without its body, which the server leaves away by itself.</summary>
internal static class HeadRequests
{
    private const string Mark = "tidemark:head", Endless = "/events";

    public static void Use(WebApplication app) => app.Use((context, next) =>
    {
        if (!HttpMethods.IsHead(context.Request.Method) || context.Request.Path.Value!.EndsWith(Endless, StringComparison.Ordinal)) return next(context);
        context.Items[Mark] = true;
        context.Request.Method = HttpMethods.Get;
        return next(context);
    });

    /// <summary>Whether only the head of the answer is wanted: what costs much need not be done.</summary>
    public static bool Is(HttpContext context) => context.Items.ContainsKey(Mark);
}
