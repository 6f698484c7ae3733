using Amazon.Runtime;
using Amazon.S3;

namespace Tidemark.Storage.S3;

/// <summary>Opens the SDK's client for a bucket.</summary>
internal static class S3Clients
{
    private static readonly TimeSpan Connecting = TimeSpan.FromSeconds(8);

    public static AmazonS3Client Open(S3Options options)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.PathStyle,
            AuthenticationRegion = options.Region,
            // Once, at once: for a pooled connection that the server has closed, and for a clock that is wrong, which the SDK then allows for.
            // All longer patience is Retry's alone: tries of the SDK within tries of ours would multiply, and a dead endpoint take half an hour.
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = 1,
            ConnectTimeout = Connecting,
            // S3Request ends what is silent; a time limit for the whole would end what is only large, or slow.
            Timeout = Timeout.InfiniteTimeSpan,
            // Below 85,000 bytes: larger ones are collected late.
            BufferSize = 64 * 1024,
            // Newer checksums are refused by older compatibles; the body's SHA-256 is signed all the same.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is null) config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        else config.ServiceURL = options.Endpoint.ToString();
        return options switch
        {
            { AccessKey: { } access, SecretKey: { } secret, SessionToken: { } session } => new AmazonS3Client(new SessionAWSCredentials(access, secret, session), config),
            { AccessKey: { } access, SecretKey: { } secret } => new AmazonS3Client(new BasicAWSCredentials(access, secret), config),
            _ => new AmazonS3Client(config),
        };
    }
}
