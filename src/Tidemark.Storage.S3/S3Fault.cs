using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace Tidemark.Storage.S3;

/// <summary>What a bucket answers, told as a <see cref="Fault"/>.</summary>
internal static class S3Fault
{
    public static bool Knows(Exception failed) => failed is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TimeoutException;

    /// <summary>412, or 409 when another upload of the same key won at this moment.</summary>
    public static bool IsTaken(AmazonS3Exception answer) => answer.StatusCode is HttpStatusCode.PreconditionFailed || answer.ErrorCode is "ConditionalRequestConflict";

    public static Fault Of(Exception failed, string address, string key)
    {
        if (failed is AmazonClientException && failed.Message.StartsWith("Failed to resolve AWS credentials", StringComparison.Ordinal))
            return new Fault(FaultCode.Configuration, "nothing says with which key the object store is reached", failed) { Where = address, Why = "neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY nor a profile nor a role of this machine", Next = "export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…" };
        var answer = failed as AmazonServiceException;
        var full = answer?.ErrorCode is "QuotaExceeded" or "InsufficientCapacity" or "XMinioStorageFull" || answer?.StatusCode == HttpStatusCode.InsufficientStorage;
        return new Fault(full ? FaultCode.DiskFull : FaultCode.Store, answer switch
        {
            _ when full => "the object store is full, or the quota is used up",
            { ErrorCode: "NoSuchBucket" } => "there is no such bucket",
            { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } => "the object store refuses access",
            { ErrorCode: "SlowDown" } or { StatusCode: HttpStatusCode.ServiceUnavailable } => "the object store is overloaded, and was so at every try",
            null => "the object store cannot be reached",
            _ => "the object store answered with an error",
        }, failed)
        {
            Where = $"{key} in {address}",
            Why = answer is { ErrorCode: { Length: > 0 } code } ? $"{code}: {answer.Message} (HTTP {(int)answer.StatusCode})" : failed.InnerException?.Message ?? failed.Message,
            Left = "no object was made or changed under that name",
            Next = answer switch
            {
                { ErrorCode: "RequestTimeTooSkewed" } => "set this machine's clock: timedatectl",
                { ErrorCode: "NoSuchBucket" } => "create the bucket, or correct its name",
                { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } => "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the rights of that key",
                null => "check AWS_ENDPOINT_URL and the network, then try again",
                _ => "try again; if it repeats, ask whoever runs the store",
            },
        };
    }
}
