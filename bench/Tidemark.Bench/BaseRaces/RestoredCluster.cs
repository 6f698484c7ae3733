using Npgsql;
using Tidemark.Bench.Machine;
using Tidemark.Bench.Server;

namespace Tidemark.Bench.BaseRaces;

/// <summary>A data folder that a contender restored: started, compared with the server that was backed up, stopped.</summary>
internal static class RestoredCluster
{
    /// <param name="programs">Of the server.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="expected">The content of the server that was backed up.</param>
    /// <returns>What is wrong; null: nothing.</returns>
    public static string? Flaw(BenchPrograms programs, string data, string expected)
    {
        var log = data + ".log";
        try
        {
            Start(programs, data, log);
        }
        catch (BenchFailure failed)
        {
            return $"it did not start: {failed.Message} {(File.Exists(log) ? File.ReadAllText(log)[^Math.Min(300, (int)new FileInfo(log).Length)..] : "")}";
        }
        try
        {
            var found = ClusterContent.Of(database => Open(data, database));
            return found == expected ? null : $"it holds {found} and not {expected}";
        }
        finally
        {
            Stop(programs, data, "immediate");
        }
    }

    /// <summary>As the server's user, by a socket in its own folder, with nothing archived; until recovery has ended.</summary>
    public static void Start(BenchPrograms programs, string data, string log)
    {
        Control(programs, "start", "-D", data, "-l", log, "-w", "-t", "300", "-o", $"-c archive_mode=off -c listen_addresses= -c unix_socket_directories={data} -c shared_buffers=512MB");
        using var pause = new ManualResetEventSlim();
        while (IsRecovering(data)) pause.Wait(100);
    }

    public static void Stop(BenchPrograms programs, string data, string how) => Control(programs, "stop", "-D", data, "-m", how, "-w");

    private static bool IsRecovering(string data)
    {
        using var connection = Open(data, "postgres");
        using var command = new NpgsqlCommand("select pg_is_in_recovery()", connection);
        return (bool)command.ExecuteScalar()!;
    }

    private static NpgsqlConnection Open(string data, string database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder { Host = data, Username = "postgres", Database = database, Pooling = false, CommandTimeout = 0 }.ConnectionString);
        connection.Open();
        return connection;
    }

    private static void Control(BenchPrograms programs, params string[] arguments)
    {
        var (program, command) = ServerUser.Command(programs.Of("pg_ctl"), arguments);
        Shell.Output(program, command);
    }
}
