using System.Globalization;
using Npgsql;
using Tidemark.BaseBackups;
using Tidemark.Files;
using Tidemark.Postgres;
using Tidemark.Postgres.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>A server that runs on a restored folder, as its own files, /proc and, if it lets us in, itself tell of it.</summary>
/// <param name="folder">The data directory.</param>
internal sealed class RestoredServer(string folder)
{
    private const int PortLine = 3, SocketLine = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Null: none runs, or it has only just been started.</summary>
    public int? ProcessId => Lines() is [var first, ..] && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var process) && FileFacts.IsThere($"/proc/{process}") ? process : null;

    public int? Port => Lines() is { Length: > PortLine } lines && int.TryParse(lines[PortLine], NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;

    /// <summary>The segment that its startup process replays, which is in that process's title; null: it has none now.</summary>
    public WalSegmentName? Replays()
    {
        if (ProcessId is not { } server) return null;
        try
        {
            foreach (var child in File.ReadAllText($"/proc/{server}/task/{server}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var title = File.ReadAllText($"/proc/{child}/cmdline");
                var at = title.IndexOf("startup recovering ", StringComparison.Ordinal);
                if (at >= 0 && title.Length >= at + 43 && WalSegmentName.TryParse(title.AsSpan(at + 19, 24), out var name)) return name;
            }
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // A process that has ended since it was listed, or a kernel that does not list them: then the log alone tells.
        }
        return null;
    }

    /// <summary>What it says of its replay; null: it lets nobody in of whom we know.</summary>
    /// <param name="known">How the server that was backed up is reached: the roles are the same.</param>
    /// <param name="token">Ends it.</param>
    public Task<ReplayedTo?> AskAsync(DatabaseAddress? known, CancellationToken token) => AskAsync(known, Entries(known), async (connection, stop) =>
    {
        var reached = await connection.ScalarAsync<string?>("select pg_last_wal_replay_lsn()::text", stop);
        await using var command = new NpgsqlCommand("select pg_last_xact_replay_timestamp()", connection);
        return new ReplayedTo(reached is not null && Lsn.TryParse(reached, out var place) ? place : null, await command.ExecuteScalarAsync(stop) is DateTime time ? new DateTimeOffset(time) : null);
    }, token);

    /// <summary>Text that was sorted by other rules than it has; null: it lets nobody in of whom we know.</summary>
    public async Task<IReadOnlyList<ChangedCollation>?> ChangedCollationsAsync(DatabaseAddress? known, IReadOnlyList<BaseCollation> taken, CancellationToken token)
    {
        if (await AskAsync(known, Entries(known), (connection, stop) => RestoredCollations.DefaultsAsync(connection, taken, stop), token) is not { } defaults) return null;
        var all = defaults.Changed.ToList();
        foreach (var database in defaults.Databases) all.AddRange(await AskAsync(known, [database], RestoredCollations.NamedAsync, token) ?? []);
        return all;
    }

    private static string[] Entries(DatabaseAddress? known) => [.. known is null ? [] : (string[])[known.Database], "postgres"];

    private async Task<T?> AskAsync<T>(DatabaseAddress? known, IReadOnlyList<string> databases, Func<NpgsqlConnection, CancellationToken, Task<T>> ask, CancellationToken token)
        where T : class
    {
        if (Lines() is not { Length: > SocketLine } lines) return null;
        foreach (var host in (string[])[lines[SocketLine].Trim(), "127.0.0.1"])
            foreach (var database in databases)
                try
                {
                    using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
                    limit.CancelAfter(Patience);
                    await using var connection = await DatabaseConnection.OpenAsync(Address(host, lines[PortLine].Trim(), database, known), limit.Token);
                    return await ask(connection, limit.Token);
                }
                catch (Exception closed) when (closed is Fault or NpgsqlException or OperationCanceledException && !token.IsCancellationRequested)
                {
                    // Another way in is tried, and in the end its log tells enough.
                }
        return null;
    }

    private static DatabaseAddress Address(string host, string port, string database, DatabaseAddress? known)
    {
        var words = new Dictionary<string, string> { ["PGHOST"] = host, ["PGPORT"] = port, ["PGDATABASE"] = database, ["PGUSER"] = known?.User ?? "postgres" };
        if (known?.Password is { } password) words["PGPASSWORD"] = password;
        return DatabaseAddress.Parse("", words, "postgres");
    }

    private string[] Lines()
    {
        try
        {
            return File.ReadAllLines(Path.Combine(folder, "postmaster.pid"));
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

/// <param name="Reached">The end of what was replayed; null: it replays nothing any more.</param>
/// <param name="LastCommit">That it has.</param>
internal sealed record ReplayedTo(Lsn? Reached, DateTimeOffset? LastCommit);
