using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Tidemark.AspNetCore.Problems;

namespace Tidemark.AspNetCore;

/// <summary>How much one address may ask of <c>tidemark serve</c>. An application that embeds Tidemark has limits of its own: <c>MapTidemark().RequireRateLimiting(…)</c>.</summary>
internal static class RequestRates
{
    public const int AtOnce = 1000, EachSecond = 50;

    /// <summary>Monitors ask often, and must always hear.</summary>
    private static readonly string[] Free = ["/health", "/metrics"];

    public static void Limit(RateLimiterOptions options)
    {
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Free.Any(path => context.Request.Path.StartsWithSegments(path))
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter(context.Connection.RemoteIpAddress?.ToString() ?? "", _ => new TokenBucketRateLimiterOptions { TokenLimit = AtOnce, TokensPerPeriod = EachSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1) }));
        options.OnRejected = async (rejected, _) => await Problem.WriteAsync(rejected.HttpContext,
            new Fault(FaultCode.TooMany, "too many requests from this address") { Why = $"{AtOnce} at once and {EachSecond} a second are answered", Next = "ask again more slowly" });
    }
}
