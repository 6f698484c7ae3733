using System.Diagnostics;
using Npgsql;

namespace Tidemark.EndToEnd.Support;

/// <summary>A real, throw-away PostgreSQL server: TCP on 127.0.0.1 and a Unix socket; superuser `postgres`, UTF8, C.UTF-8.</summary>
/// <remarks>Servers of one major are copies of one initdb, so they share the system identifier. They run without fsync.</remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    private static int _databases;
    private readonly string _home;
    private readonly ServerOptions _options;
    private Process? _process;

    private PostgresServer(int major, string home, ServerOptions options)
    {
        Major = major;
        Programs = PostgresPrograms.Folder(major);
        _home = home;
        _options = options;
    }

    public int Major { get; }

    /// <summary>The folder of the server's own programs (of 14 and 16: no clients).</summary>
    public string Programs { get; }

    /// <summary>A folder with pg_dump, pg_restore, psql … of the server's major, or of the next one that has them.</summary>
    public string Clients => PostgresPrograms.Clients(Major);

    public int Port { get; private set; }

    public string DataFolder => Path.Combine(_home, "data");

    public string SocketFolder => _home;

    public int ProcessId => (_process ?? throw new InvalidOperationException("the server does not run")).Id;

    public string? Password => _options.Password;

    /// <summary>Everything the server said since it was first started.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private string LogFile => Path.Combine(_home, "log");

    public static async Task<PostgresServer> StartAsync(int major, ServerOptions? options = null)
    {
        var server = new PostgresServer(major, Workshop.NewPath($"pg{major}"), options ?? new ServerOptions());
        try
        {
            await server.MakeAsync();
            await server.StartAsync();
            if (server.Password is { } password)
            {
                await server.ExecuteAsync("postgres", $"ALTER ROLE postgres PASSWORD '{password.Replace("'", "''", StringComparison.Ordinal)}'");
            }
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>A copy that follows this server by streaming, until <see cref="PromoteAsync"/>.</summary>
    public async Task<PostgresServer> StandbyAsync()
    {
        var standby = new PostgresServer(Major, Workshop.NewPath($"pg{Major}"), _options);
        try
        {
            await ChildProcess.OutputAsync("mkdir", ["-m", "755", standby._home], asServerUser: true);
            await ChildProcess.OutputAsync(Path.Combine(Clients, "pg_basebackup"), ["-D", standby.DataFolder, "-d", SocketUrl(), "--checkpoint=fast", "--no-sync", "--write-recovery-conf", "--wal-method=stream"], asServerUser: true);
            await ChildProcess.OutputAsync("sed", ["-i", $"s|^unix_socket_directories.*|unix_socket_directories = '{standby._home}'|", Path.Combine(standby.DataFolder, "postgresql.conf")], asServerUser: true);
            await standby.StartAsync();
        }
        catch
        {
            await standby.DisposeAsync();
            throw;
        }

        return standby;
    }

    /// <summary>A cold copy of its data folder: it is stopped for that.</summary>
    public async Task CopyAsync(string to)
    {
        await StopAsync();
        await ChildProcess.OutputAsync("cp", ["-a", "--reflink=auto", DataFolder, to], asServerUser: true);
        await StartAsync();
    }

    /// <summary>Ends its being a standby: it writes a timeline of its own.</summary>
    public Task PromoteAsync() => ExecuteAsync("postgres", "select pg_promote(wait => true)");

    /// <summary>What an application would have in DATABASE_URL, by TCP.</summary>
    public string Url(string database = "postgres")
    {
        var password = Password is null ? "" : ":" + Uri.EscapeDataString(Password);
        return $"postgresql://postgres{password}@127.0.0.1:{Port}/{Uri.EscapeDataString(database)}";
    }

    /// <summary>The same by the Unix socket, where no password is asked for.</summary>
    public string SocketUrl(string database = "postgres") =>
        $"postgresql://postgres@{Uri.EscapeDataString(SocketFolder)}:{Port}/{Uri.EscapeDataString(database)}";

    /// <summary>A connection of its own (not pooled, so that a test can drop or rename the database afterwards).</summary>
    public async Task<NpgsqlConnection> OpenAsync(string database = "postgres")
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = SocketFolder,
            Port = Port,
            Username = "postgres",
            Database = database,
            Pooling = false,
            CommandTimeout = 300,
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync();
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        return connection;
    }

    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row; default when there is no row or it is NULL.</summary>
    public async Task<T?> ScalarAsync<T>(string database, string sql)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>Makes an empty database and returns its name, which begins with the stem (any characters) and is unique in this run.</summary>
    public async Task<string> CreateDatabaseAsync(string stem = "db")
    {
        var name = $"{stem}_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {Quote(name)} TEMPLATE template0");
        return name;
    }

    public static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Starts it (again), on the same port where that is still free.</summary>
    public async Task StartAsync()
    {
        // Another program may take the free port before the server does: then with another one.
        for (var attempt = 1; ; attempt++)
        {
            Port = Ports.Free(Port);
            if (await TryStartAsync())
            {
                return;
            }

            if (attempt == 5 || !Log.Contains("could not bind", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"PostgreSQL {Major} did not start: {Log}");
            }
        }
    }

    /// <summary>Stops it in an orderly way, open sessions ended; the data stays for <see cref="StartAsync()"/>.</summary>
    public Task StopAsync() => EndAsync(Signals.Interrupt);

    /// <summary>A crash: the server and every process of its are gone at once.</summary>
    public async Task CrashAsync()
    {
        if (_process is not { } process)
        {
            return;
        }

        // Stopped first, so that it starts nobody more. Each of its processes leads a group of its own, and one that is busy outlives it for a while.
        Signals.ToProcess(process.Id, Signals.Stop);
        var children = Signals.Below(process.Id).ToList();
        foreach (var child in children)
        {
            Signals.ToProcess(child, Signals.Kill);
        }

        await EndAsync(Signals.Kill);
        // Until the last one is gone its shared memory is in use, and the server would not start.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (children.Exists(child => Directory.Exists($"/proc/{child}")))
        {
            await Task.Delay(5, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(Signals.Quit);
        await RemoveSharedMemoryAsync();
        if (Directory.Exists(_home))
        {
            Directory.Delete(_home, recursive: true);
        }
    }

    private async Task MakeAsync()
    {
        var template = _options.DataFrom ?? await InitdbTemplate.FolderAsync(Major, _options.SegmentMegabytes);
        await ChildProcess.OutputAsync("mkdir", ["-m", "755", _home], asServerUser: true);
        await ChildProcess.OutputAsync("cp", ["-a", "--reflink=auto", template, DataFolder], asServerUser: true);

        var settings = new Dictionary<string, string>
        {
            ["listen_addresses"] = "127.0.0.1",
            ["unix_socket_directories"] = SocketFolder,
            ["fsync"] = "off",
            ["wal_level"] = "replica",
            ["max_wal_senders"] = "10",
            ["log_line_prefix"] = "%m [%p] %q%a %d ",
            ["hot_standby"] = _options.Recovers ? "off" : "on",
        };
        foreach (var (name, value) in _options.Settings)
        {
            settings[name] = value;
        }

        await File.AppendAllLinesAsync(
            Path.Combine(DataFolder, "postgresql.conf"),
            settings.Select(line => $"{line.Key} = '{line.Value.Replace("'", "''", StringComparison.Ordinal)}'"));
        if (_options.Recovers)
        {
            await ChildProcess.OutputAsync("touch", [Path.Combine(DataFolder, "recovery.signal")], asServerUser: true);
        }

        var tcp = Password is null ? "trust" : "scram-sha-256";
        await File.WriteAllLinesAsync(
            Path.Combine(DataFolder, "pg_hba.conf"),
            ["local all all trust", "local replication all trust", $"host all all 127.0.0.1/32 {tcp}", $"host replication all 127.0.0.1/32 {tcp}"]);
    }

    private async Task<bool> TryStartAsync()
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >> \"$LOG\" 2>&1 < /dev/null", Path.Combine(Programs, "postgres"), "-D", DataFolder, "-p", $"{Port}"])
        {
            WorkingDirectory = _home,
        };
        start.Environment["LOG"] = LogFile;
        start.Environment["LC_ALL"] = "C.UTF-8";

        // On QUIT the server removes its socket and shared memory by itself, at once.
        _process = await ChildProcess.StartAsync(start, deathSignal: "QUIT", asServerUser: true);
        while (!await SaysReadyAsync())
        {
            if (_process.HasExited)
            {
                _process.Dispose();
                _process = null;
                return false;
            }

            await Task.Delay(20);
        }

        return true;
    }

    /// <summary>The server keeps its state in the eighth line of postmaster.pid; the first one tells whether it is of this server or of one before.</summary>
    private async Task<bool> SaysReadyAsync()
    {
        var file = Path.Combine(DataFolder, "postmaster.pid");
        try
        {
            var lines = await File.ReadAllLinesAsync(file);
            return lines.Length >= 8 && lines[0] == $"{ProcessId}" && lines[7].Trim() == "ready";
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task EndAsync(int signal)
    {
        if (_process is not { } process)
        {
            return;
        }

        _process = null;
        using (process)
        {
            Signals.ToProcess(process.Id, signal);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Signals.ToGroup(process.Id, Signals.Kill);
                await process.WaitForExitAsync();
            }
        }
    }

    /// <summary>A server that was killed leaves a small System V segment behind; its number is the last word of line seven.</summary>
    private async Task RemoveSharedMemoryAsync()
    {
        var file = Path.Combine(DataFolder, "postmaster.pid");
        if (File.Exists(file) && File.ReadLines(file).ElementAtOrDefault(6)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [.., var segment])
        {
            await ChildProcess.OutputAsync("sh", ["-c", "ipcrm -m \"$0\" 2> /dev/null || true", segment]);
        }
    }
}
