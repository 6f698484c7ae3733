using System.Net;
using System.Xml;
using Amazon.Runtime;
using Amazon.S3;

namespace Tidemark.Storage.S3;

/// <summary>What a bucket answers, told as a <see cref="Fault"/>.</summary>
internal static class S3Fault
{
    public static bool Knows(Exception failed) => failed is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TimeoutException or XmlException;

    /// <summary>412, or 409 when another upload of the same key won at this moment.</summary>
    public static bool IsTaken(AmazonS3Exception answer) => answer.StatusCode is HttpStatusCode.PreconditionFailed || answer.ErrorCode is "ConditionalRequestConflict";

    /// <summary>The upload was completed or given up before.</summary>
    public static bool IsGone(AmazonS3Exception answer) => answer.ErrorCode == "NoSuchUpload" && answer.StatusCode == HttpStatusCode.NotFound;

    public static Fault Of(Exception failed, string address, string key)
    {
        if (failed is AmazonClientException && failed.Message.StartsWith("Failed to resolve AWS credentials", StringComparison.Ordinal))
            return new Fault(FaultCode.Configuration, "nothing says with which key the object store is reached", failed) { Where = address, Why = "neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY nor a profile nor a role of this machine", Next = "export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…" };
        // A request that got no answer has no status.
        var answer = failed as AmazonServiceException is { StatusCode: not 0 } said ? said : null;
        var full = answer?.ErrorCode is "QuotaExceeded" or "InsufficientCapacity" or "XMinioStorageFull" || answer?.StatusCode == HttpStatusCode.InsufficientStorage;
        var locked = answer is { StatusCode: HttpStatusCode.Forbidden } && SaysLocked(answer);
        return new Fault(full ? FaultCode.DiskFull : locked ? FaultCode.ObjectLocked : FaultCode.Store, answer switch
        {
            _ when full => "the object store is full, or the quota is used up",
            _ when locked => "the object is locked against removal",
            { ErrorCode: "NoSuchBucket" } => "there is no such bucket",
            { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } => "the object store refuses access",
            { ErrorCode: "SlowDown" } or { StatusCode: HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests } => "the object store is overloaded",
            _ when failed is XmlException or AmazonUnmarshallingException => "the answer of the object store cannot be read",
            null => "the object store cannot be reached",
            _ => "the object store answered with an error",
        }, failed)
        {
            Where = key.Length == 0 ? address : $"{key} in {address}",
            Why = answer is { ErrorCode: { Length: > 0 } code } ? $"{code}: {answer.Message} (HTTP {(int)answer.StatusCode})" : failed is TimeoutException ? failed.Message : failed.InnerException?.Message ?? failed.Message,
            Left = answer is null ? "an object that was being written is there whole, or not at all" : "no object was made or changed under that name",
            Next = answer switch
            {
                _ when locked => "wait until the lock ends, or use a key that may bypass it",
                { ErrorCode: "RequestTimeTooSkewed" } => "set this machine's clock: timedatectl",
                { ErrorCode: "NoSuchBucket" } => "create the bucket, or correct its name",
                { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } => "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the rights of that key",
                null => "check AWS_ENDPOINT_URL and the network, then try again",
                _ => "try again; if it repeats, ask whoever runs the store",
            },
            Transient = !full && (answer is null ? MayPass(failed) : MayPass(answer)),
        };
    }

    private static bool MayPass(AmazonServiceException answer) => answer is AmazonUnmarshallingException || answer.ErrorCode is "SlowDown" or "RequestTimeout" or "Throttling" or "ThrottlingException"
        || answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        || (answer.StatusCode >= HttpStatusCode.InternalServerError && answer.StatusCode is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported));

    /// <summary>A certificate that is not trusted stays so; a name may be found a moment later.</summary>
    private static bool MayPass(Exception failed) => failed is not HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
        && (failed is HttpRequestException or IOException or TimeoutException or XmlException || failed.InnerException is HttpRequestException or IOException or TimeoutException);

    /// <remarks>Amazon and its compatibles answer AccessDenied to it, as to a missing right: only the sentence differs.</remarks>
    private static bool SaysLocked(AmazonServiceException answer) => answer.Message is { } said
        && (said.Contains("object lock", StringComparison.OrdinalIgnoreCase) || said.Contains("WORM", StringComparison.Ordinal) || said.Contains("retention", StringComparison.OrdinalIgnoreCase));
}
