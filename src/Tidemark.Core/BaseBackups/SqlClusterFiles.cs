using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Npgsql;
using Tidemark.Postgres;
using Tidemark.Postgres.Data;

namespace Tidemark.BaseBackups;

/// <summary>A data folder read over SQL, by functions that every server has.</summary>
/// <remarks>Each call is one short statement, for a statement that runs holds back VACUUM. Modes are those of the data folder; links cannot be told from what they lead to.</remarks>
internal sealed class SqlClusterFiles : IClusterFiles
{
    /// <summary>Larger rows are slower (PERFORMANCE.md): the server copies each one several times.</summary>
    private const int RowBytes = 256 << 10;

    private readonly NpgsqlConnection _connection;
    private readonly ClusterFacts _facts;

    private SqlClusterFiles(NpgsqlConnection connection, ClusterFacts facts) => (_connection, _facts) = (connection, facts);

    /// <param name="address">Where the backup's session went.</param>
    /// <param name="facts">What that session was told.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="Fault">7: no connection, or one to another server than the session's.</exception>
    public static async Task<SqlClusterFiles> OpenAsync(DatabaseAddress address, ClusterFacts facts, CancellationToken token)
    {
        var connection = await DatabaseConnection.OpenAsync(address, token);
        try
        {
            await connection.ExecuteAsync("set search_path = pg_catalog; set client_min_messages = error", token);
            var reached = await connection.ScalarAsync<string>("select system_identifier || ' ' || (extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint from pg_control_system()", token);
            if (reached != string.Create(CultureInfo.InvariantCulture, $"{unchecked((long)facts.SystemIdentifier)} {facts.Started}")) throw Elsewhere(address);
            return new SqlClusterFiles(connection, facts);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public Task<IReadOnlyList<ClusterEntry>> FolderAsync(string folder, CancellationToken token) => ToldAsync<IReadOnlyList<ClusterEntry>>(folder, async () =>
    {
        var place = PathText(folder.Length == 0 ? "." : folder);
        // The name as its bytes: it need not be of the database's encoding.
        await using var command = new NpgsqlCommand($"""
            select convert_to(name, 'SQL_ASCII'), s.size, (extract(epoch from s.modification) * 1000000)::bigint, s.isdir
              from pg_ls_dir({place}, true, false) as name, lateral pg_stat_file({place} || '/' || name, true) as s
            """, _connection) { CommandTimeout = 0 };
        List<ClusterEntry> entries = [];
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            // Gone since its name was read.
            if (reader.IsDBNull(1)) continue;
            var bytes = reader.GetFieldValue<byte[]>(0);
            var name = Encoding.UTF8.GetString(bytes);
            var kind = !Utf8.IsValid(bytes) ? ClusterEntryKind.Special : reader.GetBoolean(3) ? ClusterEntryKind.Folder : ClusterEntryKind.File;
            entries.Add(new ClusterEntry(
                folder.Length == 0 ? name : $"{folder}/{name}", kind, kind == ClusterEntryKind.File ? reader.GetInt64(1) : 0,
                kind == ClusterEntryKind.Folder ? _facts.FolderMode : _facts.FileMode, DateTimeOffset.UnixEpoch.AddTicks(reader.GetInt64(2) * TimeSpan.TicksPerMicrosecond)));
        }
        return entries;
    });

    public Task<int?> ReadAsync(string path, long offset, Memory<byte> into, CancellationToken token) => ToldAsync(path, async () =>
    {
        var rows = (into.Length + RowBytes - 1) / RowBytes;
        var read = 0;
        var gone = false;
        await foreach (var (row, length) in RowsAsync(string.Create(CultureInfo.InvariantCulture, $"""
            select pg_read_binary_file({PathText(path)}, {offset} + row * {RowBytes}, least({RowBytes}, {into.Length} - row * {RowBytes}), true)
              from generate_series(0::bigint, {rows - 1}) as row
            """), index => into[(index * RowBytes)..Math.Min((index + 1) * RowBytes, into.Length)], token))
        {
            if (row == 0) gone = length is null;
            // Behind a short row was the end of the file when it was read, whatever there is by now.
            if (read == row * RowBytes) read += length ?? 0;
        }
        return gone ? null : (int?)read;
    });

    public Task<IReadOnlyList<int?>> ReadWholeAsync(IReadOnlyList<ClusterEntry> files, Memory<byte> into, CancellationToken token) => ToldAsync<IReadOnlyList<int?>>(files.Count == 0 ? "" : files[0].Path, async () =>
    {
        var lengths = new int?[files.Count];
        if (files.Count == 0) return lengths;
        var at = 0;
        var list = string.Join(", ", files.Select(file => string.Create(CultureInfo.InvariantCulture, $"({PathText(file.Path)}, {file.Length})")));
        await foreach (var (row, length) in RowsAsync($"select pg_read_binary_file(path, 0, length, true) from (values {list}) as files (path, length)", index => into.Slice(at, (int)files[index].Length), token))
        {
            lengths[row] = length;
            at += length ?? 0;
        }
        return lengths;
    });

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>Rows of one bytea each, as binary COPY sends them: a header of 19 bytes; for each row the number of columns and the length, or -1 for null; -1 in place of the number ends it.</summary>
    private async IAsyncEnumerable<(int Row, int? Length)> RowsAsync(string select, Func<int, Memory<byte>> place, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        const int header = 19, rowHeader = 6;
        var head = new byte[header];
        await using var stream = await _connection.BeginRawBinaryCopyAsync($"copy ({select}) to stdout (format binary)", token);
        await stream.ReadExactlyAsync(head, token);
        await stream.ReadExactlyAsync(head.AsMemory(0, (int)BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(header - sizeof(int)))), token);
        for (var row = 0; ; row++)
        {
            await stream.ReadExactlyAsync(head.AsMemory(0, sizeof(short)), token);
            if (BinaryPrimitives.ReadInt16BigEndian(head) < 0) break;
            await stream.ReadExactlyAsync(head.AsMemory(sizeof(short), rowHeader - sizeof(short)), token);
            int? length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(sizeof(short))) is >= 0 and var bytes ? bytes : null;
            if (length is { } given) await stream.ReadExactlyAsync(place(row)[..given], token);
            yield return (row, length);
        }
        // The end that the server tells is read, so that an error at the last moment is not lost.
        while (await stream.ReadAsync(head, token) > 0)
        {
        }
    }

    /// <summary>As SQL: what every encoding has, as it is; all else as the bytes of the file's name, whatever the database's encoding.</summary>
    private static string PathText(string path) => Ascii.IsValid(path) ? $"{SqlText.Literal(path)}::text" : $"convert_from('\\x{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(path))}'::bytea, 'SQL_ASCII')";

    private async Task<T> ToldAsync<T>(string path, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        // The same code stands for a file that the server itself may not open.
        catch (PostgresException refused) when (refused is { SqlState: PostgresErrorCodes.InsufficientPrivilege, Routine: "aclcheck_error" })
        {
            throw new Fault(FaultCode.AccessDenied, "the server does not let us read the cluster's files", refused)
            {
                Where = path,
                Why = refused.MessageText,
                Next = "run as a superuser: " + string.Join("; ", BackupGrants.Statements(_connection.UserName ?? "", _facts.Version.Major)),
            };
        }
        catch (PostgresException broken) when (broken.SqlState != PostgresErrorCodes.QueryCanceled && !LostSession.Is(broken))
        {
            // On a standby replay may cancel a statement that is in its way.
            throw new Fault(FaultCode.Store, "the server cannot read a file of the cluster", broken) { Where = path, Why = broken.MessageText, Next = "see the server's log", Transient = broken.IsTransient };
        }
        catch (NpgsqlException lost) when (LostSession.Is(lost))
        {
            throw new Fault(FaultCode.Unreachable, "the connection was lost while the cluster's files were read", lost) { Where = path, Why = lost.InnerException?.Message ?? lost.Message, Next = "see the server's log, then take the backup again", Transient = true };
        }
    }

    private static Fault Elsewhere(DatabaseAddress address) => new(FaultCode.Unreachable, "a second connection reached another server than the backup's session")
    {
        Where = address.ToString(),
        Why = "several servers answer at this address, or the server was started again",
        Next = "name one server in DATABASE_URL",
    };
}
