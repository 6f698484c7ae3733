using System.Diagnostics;
using Npgsql;
using Tidemark.Bench.Machine;

namespace Tidemark.Bench.Server;

/// <summary>A throw-away PostgreSQL: Unix socket only, an unprivileged user, fsync as PostgreSQL has it by default.</summary>
/// <remarks>No autovacuum and no checkpoint by time, so that the server works only for who is measured.</remarks>
internal sealed class ScratchServer : IDisposable
{
    private static readonly string[] Settings = ["shared_buffers = 512MB", "maintenance_work_mem = 256MB", "max_wal_size = 8GB", "checkpoint_timeout = 1h", "autovacuum = off"];
    private readonly Process process;

    private ScratchServer(Process process, string socket)
    {
        this.process = process;
        Socket = socket;
    }

    public static string SettingsInWords => string.Join(", ", Settings.Select(setting => setting.Replace(" = ", "=", StringComparison.Ordinal))) + ", fsync=on";

    public int ProcessId => process.Id;

    /// <summary>The folder of its socket; the port is PostgreSQL's own.</summary>
    public string Socket { get; }

    /// <summary>The data directory.</summary>
    public string Data => Path.Combine(Socket, "data");

    /// <param name="programs">Where initdb and postgres are.</param>
    /// <param name="folder">In which it makes a folder of its own.</param>
    /// <param name="token">Ends the wait.</param>
    /// <param name="more">Settings besides those that every scratch server has.</param>
    public static ScratchServer Start(string programs, string folder, CancellationToken token, params string[] more)
    {
        var home = Path.Combine(folder, "server");
        var data = Path.Combine(home, "data");
        var user = ServerUser.Switch();
        string Run(params string[] command) => user.Length == 0 ? Shell.Output(command[0], command[1..]) : Shell.Output("setpriv", [.. user, .. command]);
        // Its group gets as far as the socket, not into the data folder.
        Run("mkdir", "-m", "710", home);
        Run(Path.Combine(programs, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums");
        File.AppendAllLines(Path.Combine(data, "postgresql.conf"), [.. Settings, .. more, "listen_addresses = ''", $"unix_socket_directories = '{home}'"]);

        // Of its own session, so that ^C reaches it last; stopped by the kernel should this process be killed.
        var start = new ProcessStartInfo("setpriv", [.. user, "--pdeathsig", "QUIT", "setsid", "sh", "-c", "exec \"$0\" -D \"$1\" > \"$1/../log\" 2>&1 < /dev/null", Path.Combine(programs, "postgres"), data]) { WorkingDirectory = "/" };
        start.Environment["LC_ALL"] = "C.UTF-8";
        var server = new ScratchServer(Process.Start(start)!, home);
        try
        {
            server.AwaitReady(data, token);
        }
        catch
        {
            server.Dispose();
            throw;
        }
        return server;
    }

    /// <summary>A connection of its own: nothing may stay open when a database is dropped.</summary>
    public NpgsqlConnection Open(string database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder { Host = Socket, Username = "postgres", Database = database, Pooling = false, CommandTimeout = 0 }.ConnectionString);
        connection.Open();
        return connection;
    }

    public void Execute(string database, string sql)
    {
        using var connection = Open(database);
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public T Scalar<T>(string database, string sql)
    {
        using var connection = Open(database);
        using var command = new NpgsqlCommand(sql, connection);
        return (T)command.ExecuteScalar()!;
    }

    public void Dispose()
    {
        if (!process.HasExited) Signals.Interrupt(process.Id);
        process.WaitForExit();
        process.Dispose();
    }

    /// <summary>The server keeps its state in the eighth line of postmaster.pid.</summary>
    private void AwaitReady(string data, CancellationToken token)
    {
        var file = Path.Combine(data, "postmaster.pid");
        while (!(File.Exists(file) && File.ReadAllLines(file) is { Length: >= 8 } lines && lines[7].Trim() == "ready"))
        {
            if (process.HasExited) throw new BenchFailure($"PostgreSQL did not start: {File.ReadAllText(Path.Combine(data, "..", "log")).Trim()}");
            token.WaitHandle.WaitOne(20);
            token.ThrowIfCancellationRequested();
        }
    }
}
