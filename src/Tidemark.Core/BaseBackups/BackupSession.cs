using System.Text;
using Npgsql;
using Tidemark.Postgres;
using Tidemark.Postgres.Data;
using Tidemark.Postgres.Wal;

namespace Tidemark.BaseBackups;

/// <summary>One backup of a live server, from its start to its end on one SQL session, on a primary or a standby.</summary>
/// <remarks>
/// The server forgets the backup when the session ends: whatever becomes of us, nothing is left running there. Nothing is written into its
/// data folder. It does not wait for its archiver at the end: that all WAL arrived is for the caller to prove.
/// </remarks>
internal sealed class BackupSession : IAsyncDisposable
{
    private const int LongestLabel = 1000;

    private readonly NpgsqlConnection _connection;
    private readonly DatabaseAddress _address;

    private BackupSession(NpgsqlConnection connection, DatabaseAddress address, ClusterFacts facts) => (_connection, _address, Facts) = (connection, address, facts);

    public ClusterFacts Facts { get; }

    private bool IsOld => Facts.Version.Major < BackupGrants.FirstWithNewNames;

    /// <exception cref="Fault">7: no connection, or the role may not. 5: a pooler stands between.</exception>
    public static async Task<BackupSession> OpenAsync(DatabaseAddress address, CancellationToken token)
    {
        var connection = await DatabaseConnection.OpenAsync(address, token);
        try
        {
            await connection.ExecuteAsync("set search_path = pg_catalog", token);
            await RefusePoolerAsync(connection, address, token);
            return new BackupSession(connection, address, await ClusterFactsReader.ReadAsync(connection, token));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for a checkpoint: at once, or (<paramref name="fast"/> false) spread over minutes, as the server's own are.</summary>
    public async Task<BackupStart> StartAsync(string label, bool fast, CancellationToken token)
    {
        if (label.Length > LongestLabel || label.AsSpan().ContainsAnyExceptInRange(' ', '~')) throw new ArgumentException("up to 1000 letters that every encoding has, on one line", nameof(label));
        // Until 14 the third argument is "exclusive", and true unless it is given.
        var call = IsOld ? "pg_start_backup($1, $2, false)" : "pg_backup_start($1, $2)";
        return await AskAsync($"select lsn::text, {Clock} from {call} as lsn", "start", [label, fast], reader => new BackupStart(Lsn.Parse(reader.GetString(0)), Time(reader, 1)), token);
    }

    public async Task<BackupEnd> StopAsync(CancellationToken token)
    {
        var asked = await AskAsync($"select {Clock}", "end", [], reader => Time(reader, 0), token);
        // As the bytes that they are: a path in the map need not be of the database's encoding.
        var call = IsOld ? "pg_stop_backup(false, false)" : "pg_backup_stop(false)";
        var (stop, label, map) = await AskAsync($"select lsn::text, convert_to(labelfile, 'SQL_ASCII'), convert_to(spcmapfile, 'SQL_ASCII') from {call}", "end", [],
            reader => (Lsn.Parse(reader.GetString(0)), reader.GetFieldValue<byte[]>(1), reader.IsDBNull(2) ? [] : reader.GetFieldValue<byte[]>(2)), token);
        var parsed = BackupLabel.Parse(Encoding.UTF8.GetString(label));
        var timeline = parsed.FromStandby
            ? await AskAsync("select min_recovery_end_timeline from pg_control_recovery()", "end", [], reader => new TimelineId((uint)reader.GetInt32(0)), token)
            : parsed.Timeline ?? throw new FormatException("a backup_label of a primary without its timeline");
        return new BackupEnd(stop, timeline, asked, parsed, label, map);
    }

    /// <summary>Whether the server's data folder can be read here, as files: empty, or why not.</summary>
    public Task<string> ObjectionToLocalAsync(CancellationToken token) => LocalCluster.ObjectionAsync(_connection, Facts, token);

    /// <summary>Ends the session; a backup that was not ended is forgotten by the server.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>Microseconds since 1970, by the server's clock.</summary>
    private const string Clock = "(extract(epoch from clock_timestamp()) * 1000000)::bigint";

    private static DateTimeOffset Time(NpgsqlDataReader reader, int column) => DateTimeOffset.UnixEpoch.AddTicks(reader.GetInt64(column) * TimeSpan.TicksPerMicrosecond);

    /// <summary>A pooler makes up the process that it names at the start; the server names its own when it is asked.</summary>
    private static async Task RefusePoolerAsync(NpgsqlConnection connection, DatabaseAddress address, CancellationToken token)
    {
        if (await connection.ScalarAsync<int>("select pg_backend_pid()", token) == connection.ProcessID) return;
        throw new Fault(FaultCode.Refused, "a connection pooler stands before the server")
        {
            Where = address.ToString(),
            Why = "a backup begins and ends on one session of the server, and a pooler may take it away in between",
            Next = "set the server's own host and port in DATABASE_URL, not the pooler's",
        };
    }

    private async Task<T> AskAsync<T>(string sql, string doing, object[] values, Func<NpgsqlDataReader, T> read, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, _connection) { CommandTimeout = 0 };
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        try
        {
            await using var reader = await command.ExecuteReaderAsync(token);
            await reader.ReadAsync(token);
            return read(reader);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new Fault(FaultCode.AccessDenied, $"the role may not {doing} a backup", refused)
            {
                Where = _address.ToString(),
                Why = refused.MessageText,
                Next = "run as a superuser: " + string.Join("; ", BackupGrants.Statements(_address.User, Facts.Version.Major)),
            };
        }
        catch (PostgresException refused) when (refused.SqlState != PostgresErrorCodes.QueryCanceled && !LostSession.Is(refused))
        {
            throw new Fault(FaultCode.Refused, $"the server did not {doing} the backup", refused) { Where = _address.ToString(), Why = refused.MessageText, Next = refused.Hint ?? "see the server's log" };
        }
        catch (NpgsqlException lost) when (LostSession.Is(lost))
        {
            throw new Fault(FaultCode.Unreachable, $"the session was lost before the server could {doing} the backup", lost)
            {
                Where = _address.ToString(),
                Why = lost.InnerException?.Message ?? lost.Message,
                Left = "the server has forgotten the backup",
                Next = "see the server's log, then take the backup again",
                Transient = true,
            };
        }
    }
}
