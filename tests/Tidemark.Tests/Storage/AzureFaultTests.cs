using Azure;
using Tidemark.Storage.Azure;

namespace Tidemark.Tests.Storage;

public sealed class AzureFaultTests
{
    private const string Signature = "c2lnbmF0dXJlIG9mIGEgcmlnaHQ";

    private static readonly AzureOptions Options = new() { Container = "box", Prefix = "deep/", ConnectionString = $"AccountName=account;AccountKey={AzureAnswers.AccountKey}" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(404, "ContainerNotFound", 8, "there is no such container", "az storage container create --name box")]
    [InlineData(403, "AuthenticationFailed", 8, "the object store refuses access", "check the key or signature in AZURE_STORAGE_CONNECTION_STRING, its end and its rights")]
    [InlineData(401, "NoAuthenticationInformation", 8, "the object store refuses access", "check the key or signature in AZURE_STORAGE_CONNECTION_STRING, its end and its rights")]
    [InlineData(503, "ServerBusy", 8, "the object store is overloaded, and was so at every try", "try again; if it repeats, ask whoever runs the store")]
    [InlineData(507, "", 15, "the object store is full, or the quota is used up", "try again; if it repeats, ask whoever runs the store")]
    [InlineData(409, "BlobImmutableDueToPolicy", 8, "the object store answered with an error", "try again; if it repeats, ask whoever runs the store")]
    public void An_answer_is_told_with_what_to_do_next(int status, string code, int exit, string what, string next)
    {
        var fault = AzureFault.Of(new RequestFailedException(status, "These are the words.\nRequestId:1\nAnd more", code, null), Options, "a/b");

        Assert.Equal((exit, what, next), (fault.Code.ExitCode, fault.What, fault.Next));
        Assert.Equal("a/b in azblob://box/deep", fault.Where);
        Assert.Equal($"{(code.Length > 0 ? code + ": " : "")}These are the words. (HTTP {status})", fault.Why);
    }

    [Fact]
    public void Silence_is_told_apart_from_a_refused_connection()
    {
        var silent = AzureFault.Of(new AggregateException(new HttpRequestException("no"), new TaskCanceledException("late", new IOException("gone"))), Options, "a");
        var unconnected = AzureFault.Of(new AggregateException(new TaskCanceledException("late", new TimeoutException("connect"))), Options, "a");
        var refused = AzureFault.Of(new AggregateException(new RequestFailedException("no", new HttpRequestException("Connection refused (x)", new IOException("Connection refused")))), Options, "a");

        Assert.All([silent, unconnected, refused], fault => Assert.Equal("the object store cannot be reached", fault.What));
        Assert.Equal(["no answer in time, at every try", "no connection within 5 s, at every try", "Connection refused"], new[] { silent.Why, unconnected.Why, refused.Why });
    }

    [Fact]
    public void A_cancellation_of_the_caller_is_no_failure_of_the_store()
    {
        using var stop = new CancellationTokenSource();
        Assert.True(AzureFault.Knows(new TaskCanceledException("network"), stop.Token));
        stop.Cancel();
        Assert.False(AzureFault.Knows(new TaskCanceledException("caller"), stop.Token));
    }

    [Fact]
    public async Task A_404_of_somebody_else_does_not_say_that_there_is_no_object()
    {
        await using var proxy = new AzureAnswers((request, response) => AzureAnswers.RefuseAsync(response, 404, "NoSuchHost", "Not here"));
        await using var store = proxy.Store();

        Assert.Equal(FaultCode.Store, (await Assert.ThrowsAsync<Fault>(() => store.FindAsync("a", Token))).Code);
        Assert.Equal(FaultCode.Store, (await Assert.ThrowsAsync<Fault>(() => store.OpenAsync("a", 0, null, Token))).Code);
        Assert.Equal(FaultCode.Store, (await Assert.ThrowsAsync<Fault>(() => store.DeleteAsync("a", Token))).Code);
    }

    [Fact]
    public async Task A_clock_that_is_wrong_is_said_to_be_so()
    {
        await using var azure = new AzureAnswers(async (request, response) =>
        {
            response.StatusCode = 403;
            response.ContentType = "application/xml";
            response.Headers["x-ms-error-code"] = "AuthenticationFailed";
            await response.OutputStream.WriteAsync("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request.</Message><AuthenticationErrorDetail>Request date header too old: 'Thu, 01 Jan 2026 00:00:00 GMT'</AuthenticationErrorDetail></Error>"u8.ToArray(), Token);
        });
        await using var store = azure.Store();

        var fault = await Assert.ThrowsAsync<Fault>(() => store.PutAsync("a", new byte[1], Tidemark.Storage.PutMode.Replace, Token));

        Assert.Equal("set this machine's clock: timedatectl", fault.Next);
    }

    [Fact]
    public async Task No_secret_is_told_even_when_a_proxy_quotes_the_request()
    {
        var quoted = "";
        await using var proxy = new AzureAnswers(async (request, response) =>
        {
            response.StatusCode = 403;
            response.ContentType = "text/html";
            quoted = $"<html>refused: {request.RawUrl} {request.Headers["Authorization"]}</html>";
            await response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(quoted), Token);
        });
        await using var store = proxy.Store($"BlobEndpoint={proxy.Endpoint};SharedAccessSignature=sv=2024-01-01&sp=rw&sig={Signature}");

        var fault = await Assert.ThrowsAsync<Fault>(async () => await store.OpenAsync("a", 0, null, Token));

        Assert.Contains(Signature, quoted, StringComparison.Ordinal);
        Assert.DoesNotContain(Signature, $"{fault} {fault.InOneLine} {fault.Next}", StringComparison.Ordinal);
        Assert.Null(fault.InnerException);
    }

    [Theory]
    [InlineData("AccountName=account;AccountKey=c2VjcmV0IG9mIGFuIGFjY291bnQ")]
    [InlineData("c2VjcmV0IG9mIGFuIGFjY291bnQ")]
    [InlineData("AccountName=account;AccountKey=x;AccountKey=c2VjcmV0IG9mIGFuIGFjY291bnQ")]
    [InlineData("BlobEndpoint=c2VjcmV0IG9mIGFuIGFjY291bnQ")]
    [InlineData("BlobEndpoint=http://:99999/?sig=c2VjcmV0IG9mIGFuIGFjY291bnQ")]
    public void A_connection_string_that_cannot_be_read_is_not_quoted(string unreadable)
    {
        var fault = Assert.Throws<Fault>(() => new AzureBlobObjectStore(Options with { ConnectionString = unreadable }));

        Assert.Equal(6, fault.Code.ExitCode);
        Assert.DoesNotContain("c2VjcmV0", $"{fault} {fault.InOneLine} {fault.Next}", StringComparison.Ordinal);
    }

    [Fact]
    public void Options_print_no_secret() => Assert.Equal("azblob://box/deep", Options.ToString());
}
