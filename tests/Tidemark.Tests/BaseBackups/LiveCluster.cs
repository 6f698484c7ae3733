using System.Security.Cryptography;
using Tidemark.BaseBackups;
using Tidemark.EndToEnd.Support;
using Tidemark.Postgres;
using Tidemark.Postgres.Data;
using Tidemark.Tests.Postgres.Replication;

namespace Tidemark.Tests.BaseBackups;

/// <summary>A server with one thing of each kind that a backup must tell apart.</summary>
internal sealed class LiveCluster(PostgresServer server) : IAsyncDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public PostgresServer Server => server;

    public DatabaseAddress Address => Streaming.Address(server.Url());

    /// <summary>Quiet: nothing is written unless a test does.</summary>
    public static async Task<LiveCluster> StartAsync(int major)
    {
        var settings = new Dictionary<string, string>
        {
            ["autovacuum"] = "off",
            ["bgwriter_lru_maxpages"] = "0",
            ["checkpoint_timeout"] = "1d",
            ["max_prepared_transactions"] = "2",
            ["wal_keep_size"] = "1GB",
        };
        if (major >= 15) settings["allow_in_place_tablespaces"] = "on";
        return new LiveCluster(await PostgresServer.StartAsync(major, new ServerOptions { Settings = settings }));
    }

    /// <summary>Tables logged and not, a prepared transaction, tablespaces outside, inside and (since 15) in place, and files that only share a name with PostgreSQL's.</summary>
    public async Task FurnishAsync()
    {
        foreach (var space in (string[])[Outside("outside"), Path.Combine(server.DataFolder, "spaces/inside")])
        {
            await ChildProcess.OutputAsync("mkdir", ["-p", space], asServerUser: true);
            await server.ExecuteAsync("postgres", $"create tablespace {Path.GetFileName(space)} location '{space}'");
            await server.ExecuteAsync("postgres", $"create table in_{Path.GetFileName(space)} tablespace {Path.GetFileName(space)} as select i, repeat('x', 200) from generate_series(1, 5000) i");
        }
        if (server.Major >= 15)
        {
            await server.ExecuteAsync("postgres", "create tablespace in_place location ''");
            await server.ExecuteAsync("postgres", "create table in_in_place tablespace in_place as select 1");
        }
        await server.ExecuteAsync("postgres", "create table logged as select i, md5(i::text) from generate_series(1, 20000) i; create unlogged table fleeting as select 1; create index on fleeting ((1)); create table empty (i int)");
        await server.ExecuteAsync("postgres", "begin; insert into empty values (1); prepare transaction 'left open'");
        await server.ExecuteAsync("postgres", "vacuum (analyze)");
        await ChildProcess.OutputAsync("sh", ["-c", "cd \"$0\" && mkdir -p mine/pg_wal mine/empty && echo kept > mine/pg_wal/1 && echo kept > mine/postmaster.pid && echo kept > 'mine/a b'\"'\"'c\u00e9' && mkdir -p base/pgsql_tmp && echo gone > base/pgsql_tmp/pgsql_tmp1.0 && chmod 600 mine/postmaster.pid", server.DataFolder], asServerUser: true);
        await server.ExecuteAsync("postgres", "checkpoint");
    }

    public string Outside(string name) => Path.Combine(Path.GetDirectoryName(server.DataFolder)!, name);

    public async Task<IClusterFiles> FilesAsync(ClusterFacts facts, bool overSql, DatabaseAddress? address = null) =>
        overSql ? await SqlClusterFiles.OpenAsync(address ?? Address, facts, Token) : new LocalClusterFiles(facts.DataFolder);

    /// <summary>All that a backup takes: path to length and hash; a folder has none.</summary>
    public static async Task<SortedDictionary<string, (long Length, string? Hash)>> TakeAsync(IClusterFiles files, ClusterFacts facts)
    {
        var taken = new SortedDictionary<string, (long, string?)>(StringComparer.Ordinal);
        List<ClusterEntry> small = [];
        await foreach (var (entry, fate) in new ClusterListing(files, new BackupSelection(facts.VersionFolder, facts.TablespacesInside)).WalkAsync(Token))
        {
            Assert.NotEqual(EntryFate.Refused, fate);
            if (entry.Kind != ClusterEntryKind.File) taken[entry.Path] = (0, null);
            else if (entry.Length < 20_000) small.Add(entry);
            else taken[entry.Path] = await HashAsync(files, entry);
        }
        foreach (var bundle in small.Chunk(10))
        {
            var buffer = new byte[bundle.Sum(entry => entry.Length)];
            var lengths = await files.ReadWholeAsync(bundle, buffer, Token);
            var at = 0;
            for (var i = 0; i < bundle.Length; i++)
            {
                taken[bundle[i].Path] = (lengths[i]!.Value, Hash(buffer.AsSpan(at, lengths[i]!.Value)));
                at += lengths[i]!.Value;
            }
        }
        var (control, _) = await ControlFileReader.ReadAsync(files, Token);
        taken[ControlFile.Path] = (control.Length, Hash(control));
        return taken;
    }

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static async Task<(long, string?)> HashAsync(IClusterFiles files, ClusterEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Not a multiple of a row over SQL.
        var buffer = new byte[700_000];
        var length = 0L;
        while (length < entry.Length)
        {
            var read = (await files.ReadAsync(entry.Path, length, buffer.AsMemory(0, (int)Math.Min(buffer.Length, entry.Length - length)), Token))!.Value;
            hash.AppendData(buffer.AsSpan(0, read));
            length += read;
        }
        return (length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
