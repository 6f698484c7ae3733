using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Tidemark.Storage.S3;

namespace Tidemark.Tests.Storage.S3;

public sealed class S3FaultTests
{
    [Theory]
    [InlineData("SlowDown", HttpStatusCode.ServiceUnavailable, true)]
    [InlineData("ServiceUnavailable", HttpStatusCode.ServiceUnavailable, true)]
    [InlineData("InternalError", HttpStatusCode.InternalServerError, true)]
    [InlineData("", HttpStatusCode.BadGateway, true)]
    [InlineData("RequestTimeout", HttpStatusCode.BadRequest, true)]
    [InlineData("", HttpStatusCode.TooManyRequests, true)]
    [InlineData("AccessDenied", HttpStatusCode.Forbidden, false)]
    [InlineData("SignatureDoesNotMatch", HttpStatusCode.Forbidden, false)]
    [InlineData("NoSuchBucket", HttpStatusCode.NotFound, false)]
    [InlineData("InvalidArgument", HttpStatusCode.BadRequest, false)]
    [InlineData("NotImplemented", HttpStatusCode.NotImplemented, false)]
    [InlineData("QuotaExceeded", HttpStatusCode.Forbidden, false)]
    [InlineData("XMinioStorageFull", HttpStatusCode.InsufficientStorage, false)]
    [InlineData("", HttpStatusCode.InsufficientStorage, false)]
    public void What_may_pass_is_said_to(string code, HttpStatusCode status, bool transient) =>
        Assert.Equal(transient, S3Fault.Of(new AmazonS3Exception("words", ErrorType.Unknown, code, "id", status), "s3://bucket", "key").Transient);

    [Fact]
    public void A_lost_connection_and_silence_may_pass_and_a_false_certificate_may_not()
    {
        Assert.True(S3Fault.Of(new HttpRequestException(HttpRequestError.ConnectionError), "s3://bucket", "key").Transient);
        Assert.True(S3Fault.Of(new IOException("reset"), "s3://bucket", "key").Transient);
        Assert.True(S3Fault.Of(new TimeoutException("no answer within 20 s"), "s3://bucket", "key") is { Transient: true, Why: "no answer within 20 s" });
        Assert.True(S3Fault.Of(new AmazonClientException("reading", new IOException("reset")), "s3://bucket", "key").Transient);
        Assert.False(S3Fault.Of(new HttpRequestException(HttpRequestError.SecureConnectionError), "s3://bucket", "key").Transient);
        Assert.False(S3Fault.Of(new AmazonClientException("no such method"), "s3://bucket", "key").Transient);
    }

    /// <summary>The sentences of Amazon, Ceph and MinIO.</summary>
    [Theory]
    [InlineData("Access Denied because object protected by object lock.")]
    [InlineData("forbidden by object lock")]
    [InlineData("Object is WORM protected and cannot be overwritten")]
    public void A_removal_that_a_lock_forbids_is_told_as_that(string words)
    {
        var fault = S3Fault.Of(new AmazonS3Exception(words, ErrorType.Unknown, "AccessDenied", "id", HttpStatusCode.Forbidden), "s3://bucket", "key");
        Assert.Equal((FaultCode.ObjectLocked, "the object is locked against removal", false), (fault.Code, fault.What, fault.Transient));
    }
}
