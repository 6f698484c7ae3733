using System.Collections.Concurrent;
using Tidemark.EndToEnd.Support;

[assembly: AssemblyFixture(typeof(Servers))]

namespace Tidemark.EndToEnd.Support;

/// <summary>One server of each major for the whole test run, started when a test first asks for it. Tests make databases of their own.</summary>
public sealed class Servers : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, Lazy<Task<PostgresServer>>> _servers = new();

    /// <summary>The majors to run a test with, as theory data.</summary>
    public static TheoryData<int> AllMajors => [.. PostgresPrograms.AllMajors];

    public Task<PostgresServer> OfAsync(int major)
    {
        // Skips the test here, so that a skip is not kept as the server's fate.
        _ = PostgresPrograms.Folder(major);
        return _servers.GetOrAdd(major, m => new Lazy<Task<PostgresServer>>(() => PostgresServer.StartAsync(m))).Value;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values.Where(server => server.Value.IsCompletedSuccessfully))
        {
            await (await server.Value).DisposeAsync();
        }

        Workshop.Clear();
    }
}
