using System.Net;
using Tidemark.Storage;
using Tidemark.Storage.S3;
using Tidemark.Storage.Sftp;
using AmazonS3Exception = Amazon.S3.AmazonS3Exception;

namespace Tidemark.Tests.Storage.S3;

public sealed class S3ObjectStoreTests
{
    private const string Mark = "x-amz-meta-tidemark-write";
    private static readonly byte[] Bytes = "some bytes"u8.ToArray();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_key_that_is_taken_by_the_put_whose_answer_was_lost_is_ones_own(bool ours)
    {
        string? mark = null;
        using var bucket = new FakeBucket((context, _) =>
        {
            if (context.Request.HttpMethod == "HEAD")
            {
                context.Response.AddHeader("Last-Modified", "Mon, 23 Nov 2026 00:00:00 GMT");
                context.Response.AddHeader(Mark, ours ? mark! : "of another");
            }
            else if (mark is null)
            {
                mark = context.Request.Headers[Mark];
                context.Response.StatusCode = 500;
            }
            else
            {
                context.Response.StatusCode = 412;
                return Error("PreconditionFailed");
            }
            return "";
        });
        await using var store = bucket.Store();
        Assert.Equal(ours, await store.PutAsync("key", Bytes, PutMode.IfAbsent, Token));
        Assert.Equal(["PUT", "PUT", "HEAD"], bucket.Asked);
    }

    [Fact]
    public async Task A_part_that_is_refused_for_a_while_arrives()
    {
        var refusals = 5;
        using var bucket = new FakeBucket((context, _) => Multipart(context, part => part == "2" && refusals-- > 0));
        await UploadAsync(bucket.Store(), 20_000_000);
        Assert.Equal(6, bucket.Asked.Count(asked => asked.Contains("partNumber=2", StringComparison.Ordinal)));
        Assert.Equal(1, bucket.Asked.Count(asked => asked.Contains("partNumber=3", StringComparison.Ordinal)));
        Assert.DoesNotContain(bucket.Asked, asked => asked.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_part_that_is_always_refused_ends_the_upload_and_its_parts_are_given_up()
    {
        using var bucket = new FakeBucket((context, _) => Multipart(context, part => part == "2"));
        var fault = await Assert.ThrowsAsync<Fault>(() => UploadAsync(bucket.Store(), 20_000_000));
        Assert.Contains("SlowDown", fault.Why, StringComparison.Ordinal);
        Assert.Contains("DELETE?uploadId=id", bucket.Asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Completing_that_lost_its_answer_is_done(bool cut)
    {
        string? mark = null;
        var completed = 0;
        using var bucket = new FakeBucket((context, _) =>
        {
            mark ??= context.Request.Headers[Mark];
            if (context.Request.HttpMethod == "HEAD")
            {
                context.Response.AddHeader("Last-Modified", "Mon, 23 Nov 2026 00:00:00 GMT");
                context.Response.AddHeader(Mark, mark!);
                return "";
            }
            if (context.Request.HttpMethod != "POST" || context.Request.Url!.Query == "?uploads") return Multipart(context, _ => false);
            if (completed++ == 0) return cut ? "<?xml version=\"1.0\"?><CompleteMultipartUpl" : "";
            context.Response.StatusCode = 404;
            return Error("NoSuchUpload");
        });
        await UploadAsync(bucket.Store(), 20_000_000);
        Assert.Equal(cut ? 2 : 1, completed);
        Assert.Single(bucket.Asked, "HEAD");
    }

    [Fact]
    public async Task Class_encryption_and_lock_go_with_every_object()
    {
        var headers = new Dictionary<string, WebHeaderCollection>();
        using var bucket = new FakeBucket((context, _) =>
        {
            if (context.Request.HttpMethod is "PUT" or "POST") headers[context.Request.Url!.Query.Split('&')[0]] = new WebHeaderCollection { context.Request.Headers };
            return Multipart(context, _ => false);
        });
        var store = bucket.Store(options => options with { StorageClass = "STANDARD_IA", ServerSideEncryption = "aws:kms", Lock = new ObjectLock(new Duration(TimeSpan.FromDays(30)), ObjectLockMode.Compliance) });
        await store.PutAsync("key", Bytes, PutMode.Replace, Token);
        await UploadAsync(store, 9_000_000, letter: 'x');
        foreach (var query in (string[])["", "?uploads"])
        {
            var got = headers[query];
            Assert.Equal(("STANDARD_IA", "aws:kms", "COMPLIANCE"), (got["x-amz-storage-class"], got["x-amz-server-side-encryption"], got["x-amz-object-lock-mode"]));
            // The clock of the store stands at 1970.
            Assert.StartsWith("1970-01-31T00:00:00", got["x-amz-object-lock-retain-until-date"], StringComparison.Ordinal);
        }
        // printf 'some bytes' | openssl md5 -binary | base64; and of 8 MiB of x.
        Assert.Equal("nQVoRp0gbBrt8bcfEvR0vA==", headers[""]["Content-MD5"]);
        Assert.Equal("IFj7U/ZD/NWKjYOgVUI5Kw==", headers["?partNumber=1"]["Content-MD5"]);
    }

    [Fact]
    public async Task A_move_whose_old_name_has_gone_by_itself_is_done()
    {
        var copied = false;
        using var bucket = new FakeBucket((context, _) =>
        {
            if (context.Request.HttpMethod == "PUT")
            {
                copied = true;
                return "<?xml version=\"1.0\"?><CopyObjectResult><ETag>\"etag\"</ETag><LastModified>2026-11-23T00:00:00.000Z</LastModified></CopyObjectResult>";
            }
            context.Response.AddHeader("Last-Modified", "Mon, 23 Nov 2026 00:00:00 GMT");
            if (copied || context.Request.Url!.AbsolutePath.EndsWith("/to", StringComparison.Ordinal)) context.Response.StatusCode = 404;
            return "";
        });
        await using var store = bucket.Store();
        Assert.True(await store.MoveAsync("from", "to", Token));
        Assert.True(copied);
    }

    [Fact]
    public async Task An_upload_that_another_machine_swept_at_the_same_moment_is_no_failure()
    {
        using var bucket = new FakeBucket((context, _) =>
        {
            if (context.Request.HttpMethod == "GET") return $"<?xml version=\"1.0\"?><ListMultipartUploadsResult><Bucket>bucket</Bucket><IsTruncated>false</IsTruncated>{Begun("gone")}{Begun("there")}</ListMultipartUploadsResult>";
            context.Response.StatusCode = context.Request.QueryString["uploadId"] == "gone" ? 404 : 204;
            return context.Response.StatusCode == 404 ? Error("NoSuchUpload") : "";
        });
        await using var store = bucket.Store();
        Assert.Equal(1, await store.SweepUploadsAsync("", new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero), Token));
        Assert.Contains("DELETE?uploadId=there", bucket.Asked);

        static string Begun(string id) => $"<Upload><Key>key</Key><UploadId>{id}</UploadId><Initiated>2026-11-01T00:00:00.000Z</Initiated></Upload>";
    }

    [Fact]
    public async Task Whoever_cancels_an_upload_does_not_wait_for_its_parts()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var released = new ManualResetEventSlim();
        using var bucket = new FakeBucket((context, _) =>
        {
            if (context.Request.QueryString["partNumber"] == "1")
            {
                arrived.TrySetResult();
                released.Wait();
            }
            return Multipart(context, _ => false);
        });
        await using var store = bucket.Store();
        await using var upload = await store.BeginUploadAsync("key", Token);
        await upload.WriteAsync(new byte[9_000_000], Token);
        using var cancelled = new CancellationTokenSource();
        var completing = upload.CompleteAsync(PutMode.IfAbsent, cancelled.Token);
        await arrived.Task;
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => completing.WaitAsync(TimeSpan.FromSeconds(10), Token));
        released.Set();
    }

    [Fact]
    public async Task A_copy_in_parts_that_fails_says_why_also_where_it_cannot_be_given_up()
    {
        using var bucket = new FakeBucket((context, _) =>
        {
            if (context.Request.HttpMethod == "POST") return Multipart(context, _ => false);
            context.Response.StatusCode = context.Request.HttpMethod == "DELETE" ? 404 : 403;
            return Error(context.Request.HttpMethod == "DELETE" ? "NoSuchBucket" : "AccessDenied");
        });
        var options = new S3Options { Bucket = "bucket", Endpoint = bucket.Endpoint, PathStyle = true, AccessKey = "a", SecretKey = "s" };
        using var client = S3Clients.Open(options);
        var failed = await Assert.ThrowsAsync<AmazonS3Exception>(() => S3Copy.RunAsync(client, new S3Writing(options, TimeProvider.System), "from", "to", 6L << 30, () => { }, Token));
        Assert.Equal("AccessDenied", failed.ErrorCode);
    }

    [Fact]
    public void The_options_of_a_store_print_no_secret()
    {
        Assert.Equal("s3://bucket/prefix", $"{new S3Options { Bucket = "bucket", Prefix = "prefix/", AccessKey = "planted", SecretKey = "planted", SessionToken = "planted" }}");
        Assert.DoesNotContain("planted", $"{new SftpOptions { Address = StoreAddress.Parse("sftp://user@host/path"), SshFolder = "/", KnownHostsFile = "/", Passphrase = "planted" }}", StringComparison.Ordinal);
    }

    private static string Error(string code) => $"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>words</Message></Error>";

    private static string Multipart(HttpListenerContext context, Func<string, bool> refuses)
    {
        var (method, part) = (context.Request.HttpMethod, context.Request.QueryString["partNumber"]);
        if (part is not null && refuses(part))
        {
            context.Response.StatusCode = 503;
            return Error("SlowDown");
        }
        context.Response.AddHeader("ETag", "\"etag\"");
        if (method == "DELETE") context.Response.StatusCode = 204;
        if (method != "POST") return "";
        return context.Request.Url!.Query == "?uploads"
            ? "<?xml version=\"1.0\"?><InitiateMultipartUploadResult><Bucket>bucket</Bucket><Key>key</Key><UploadId>id</UploadId></InitiateMultipartUploadResult>"
            : "<?xml version=\"1.0\"?><CompleteMultipartUploadResult><Bucket>bucket</Bucket><Key>key</Key><ETag>etag-3</ETag></CompleteMultipartUploadResult>";
    }

    private static async Task UploadAsync(S3ObjectStore store, int size, char letter = 'a')
    {
        await using var opened = store;
        await using var upload = await store.BeginUploadAsync("key", Token);
        var bytes = new byte[size];
        Array.Fill(bytes, (byte)letter);
        await upload.WriteAsync(bytes, Token);
        Assert.True(await upload.CompleteAsync(PutMode.IfAbsent, Token));
    }
}
