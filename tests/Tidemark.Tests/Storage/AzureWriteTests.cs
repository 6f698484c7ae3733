using System.Net;
using Tidemark.Storage;

namespace Tidemark.Tests.Storage;

public sealed class AzureWriteTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_put_whose_answer_was_lost_is_not_told_that_its_own_object_is_in_the_way(bool ours)
    {
        var puts = 0;
        var mark = "of somebody else";
        await using var azure = new AzureAnswers(async (request, response) =>
        {
            if (request.HttpMethod == "HEAD")
            {
                response.Headers["x-ms-meta-tidemarkwrite"] = mark;
                return;
            }
            if (ours) mark = request.Headers["x-ms-meta-tidemarkwrite"]!;
            if (++puts == 1)
            {
                response.ContentLength64 = 2;
                await response.OutputStream.WriteAsync(new byte[1], Token);
                response.Abort();
            }
            else await AzureAnswers.RefuseAsync(response, 409, "BlobAlreadyExists", "The specified blob already exists.");
        });
        await using var store = azure.Store();

        Assert.Equal(ours, await store.PutAsync("object", new byte[3], PutMode.IfAbsent, Token));
        Assert.Equal(2, puts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_whose_blocks_another_one_took_away_has_not_won(bool ifAbsent)
    {
        await using var azure = new AzureAnswers(async (request, response) =>
        {
            if (request.HttpMethod == "HEAD") response.Headers["x-ms-meta-tidemarkwrite"] = "of somebody else";
            else if (request.RawUrl!.Contains("comp=blocklist", StringComparison.Ordinal)) await AzureAnswers.RefuseAsync(response, 400, "InvalidBlockList", "The specified block list is invalid.");
            else response.StatusCode = (int)HttpStatusCode.Created;
        });
        await using var store = azure.Store();
        await using var upload = await store.BeginUploadAsync("object", Token);
        await upload.WriteAsync(new byte[9_000_000], Token);

        if (ifAbsent)
        {
            Assert.False(await upload.CompleteAsync(ifAbsent ? PutMode.IfAbsent : PutMode.Replace, Token));
        }
        else
        {
            var fault = await Assert.ThrowsAsync<Fault>(() => upload.CompleteAsync(ifAbsent ? PutMode.IfAbsent : PutMode.Replace, Token));
            Assert.Contains("another upload", fault.What, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_block_that_fails_ends_the_upload_long_before_its_end()
    {
        await using var azure = new AzureAnswers((request, response) => AzureAnswers.RefuseAsync(response, 403, "AuthorizationPermissionMismatch", "This request is not authorized to perform this operation using this permission."));
        await using var store = azure.Store();
        await using var upload = await store.BeginUploadAsync("object", Token);

        var fault = await Assert.ThrowsAsync<Fault>(async () =>
        {
            for (var piece = 0; piece < 100; piece++) await upload.WriteAsync(new byte[8_388_608], Token);
        });

        Assert.Equal(FaultCode.Store, fault.Code);
    }

    [Fact]
    public async Task Whoever_cancels_an_upload_does_not_wait_for_its_blocks()
    {
        var (arrived, released) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        await using var azure = new AzureAnswers(async (request, response) =>
        {
            arrived.TrySetResult();
            await released.Task;
            response.StatusCode = (int)HttpStatusCode.Created;
        });
        await using var store = azure.Store();
        await using var upload = await store.BeginUploadAsync("object", Token);
        await upload.WriteAsync(new byte[9_000_000], Token);
        using var cancelled = new CancellationTokenSource();
        var completing = upload.CompleteAsync(PutMode.IfAbsent, cancelled.Token);
        await arrived.Task;
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => completing.WaitAsync(TimeSpan.FromSeconds(10), Token));
        released.SetResult();
    }

    [Fact]
    public async Task A_body_that_breaks_off_again_and_again_is_read_on_from_where_it_broke()
    {
        var bytes = StoreTrial.Bytes(200_000);
        var ranges = new List<string?>();
        await using var azure = new AzureAnswers(async (request, response) =>
        {
            ranges.Add(request.Headers["Range"] ?? request.Headers["x-ms-range"]);
            var from = ranges[^1] is { } range ? int.Parse(range.Split('=', '-')[1], System.Globalization.CultureInfo.InvariantCulture) : 0;
            response.StatusCode = ranges[^1] is null ? 200 : 206;
            response.ContentLength64 = bytes.Length - from;
            response.Headers["Content-Range"] = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
            var piece = Math.Min(20_000, bytes.Length - from);
            await response.OutputStream.WriteAsync(bytes.AsMemory(from, piece), Token);
            if (from + piece < bytes.Length) response.Abort();
        });
        await using var store = azure.Store();

        await using var stream = await store.OpenAsync("object", 0, null, Token);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read, Token);

        Assert.True(read.ToArray().AsSpan().SequenceEqual(bytes));
        Assert.Equal(10, ranges.Count);
    }

    [Fact]
    public async Task Folders_of_a_hierarchical_namespace_are_no_objects()
    {
        await using var azure = new AzureAnswers(async (request, response) =>
        {
            const string Properties = "<Properties><Last-Modified>Thu, 01 Jan 2026 00:00:00 GMT</Last-Modified><Etag>0x1</Etag><Content-Length>0</Content-Length><BlobType>BlockBlob</BlobType></Properties>";
            response.ContentType = "application/xml";
            await response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ContainerName=\"box\"><Blobs><Blob><Name>folder</Name>{Properties}<Metadata><hdi_isfolder>true</hdi_isfolder></Metadata></Blob><Blob><Name>folder/a＼b</Name>{Properties}</Blob></Blobs><NextMarker /></EnumerationResults>"), Token);
        });
        await using var store = azure.Store();

        var keys = new List<string>();
        await foreach (var found in store.ListAsync("", _ => { }, Token)) keys.Add(found.Key);

        Assert.Equal(["folder/a\\b"], keys);
    }
}
