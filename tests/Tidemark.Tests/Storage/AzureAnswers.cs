using System.Net;
using System.Net.Sockets;
using Tidemark.Storage.Azure;

namespace Tidemark.Tests.Storage;

/// <summary>Answers as Azure does, with what a test wants to be answered.</summary>
internal sealed class AzureAnswers : IAsyncDisposable
{
    public const string AccountKey = "c2VjcmV0IG9mIGFuIGFjY291bnQ=";

    private readonly HttpListener listener = new();
    private readonly Task serving;

    public AzureAnswers(Func<HttpListenerRequest, HttpListenerResponse, Task> answer)
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Endpoint = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/account";
        }
        listener.Prefixes.Add(Endpoint + "/");
        listener.Start();
        serving = ServeAsync(answer);
    }

    public string Endpoint { get; }

    public AzureBlobObjectStore Store(string? connectionString = null) => new(new AzureOptions { Container = "box", ConnectionString = connectionString ?? $"AccountName=account;AccountKey={AccountKey};BlobEndpoint={Endpoint}" });

    public static Task RefuseAsync(HttpListenerResponse response, int status, string code, string words)
    {
        response.StatusCode = status;
        response.Headers["x-ms-error-code"] = code;
        response.ContentType = "application/xml";
        return response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{words}</Message></Error>")).AsTask();
    }

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
    }

    private async Task ServeAsync(Func<HttpListenerRequest, HttpListenerResponse, Task> answer)
    {
        while (true)
        {
            HttpListenerContext request;
            try
            {
                request = await listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            try
            {
                await request.Request.InputStream.CopyToAsync(Stream.Null);
                request.Response.Headers["ETag"] = "\"0x1\"";
                request.Response.Headers["Last-Modified"] = "Thu, 01 Jan 2026 00:00:00 GMT";
                await answer(request.Request, request.Response);
                request.Response.Close();
            }
            catch (Exception broken) when (broken is ObjectDisposedException or HttpListenerException or IOException)
            {
                // The answer was broken off, as the test wanted, or whoever asked has gone.
            }
        }
    }
}
