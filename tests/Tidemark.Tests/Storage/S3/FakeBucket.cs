using System.Net;
using Tidemark.Storage.S3;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Storage.S3;

/// <summary>An S3 server that answers what a test says, for what no real one can be brought to: an error after it was done, and headers as they came.</summary>
internal sealed class FakeBucket : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Func<HttpListenerContext, string, string> answer;

    /// <param name="answer">Is given the request and its body; sets status and headers, and returns the body.</param>
    public FakeBucket(Func<HttpListenerContext, string, string> answer)
    {
        this.answer = answer;
        // Another process may take the port in between; then another one is tried.
        for (var tries = 0; ; tries++)
        {
            using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                Endpoint = new Uri($"http://localhost:{((IPEndPoint)probe.LocalEndpoint).Port}/");
            }
            try
            {
                listener.Prefixes.Clear();
                listener.Prefixes.Add(Endpoint.ToString());
                listener.Start();
                break;
            }
            catch (HttpListenerException) when (tries < 5)
            {
            }
        }
        _ = Task.Run(ServeAsync);
    }

    public Uri Endpoint { get; }

    /// <summary>Method and query of each.</summary>
    public List<string> Asked { get; } = [];

    public S3ObjectStore Store(Func<S3Options, S3Options>? more = null)
    {
        var options = new S3Options { Bucket = "bucket", Endpoint = Endpoint, PathStyle = true, AccessKey = "a", SecretKey = "s" };
        return new S3ObjectStore(more is null ? options : more(options), new JumpingClock());
    }

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            _ = Task.Run(() => Answer(context));
        }
    }

    private void Answer(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        var body = reader.ReadToEnd();
        lock (Asked)
        {
            Asked.Add(context.Request.HttpMethod + context.Request.Url!.Query);
            var text = System.Text.Encoding.UTF8.GetBytes(answer(context, body));
            context.Response.ContentLength64 = text.Length;
            if (context.Request.HttpMethod != "HEAD") context.Response.OutputStream.Write(text);
            context.Response.Close();
        }
    }
}
