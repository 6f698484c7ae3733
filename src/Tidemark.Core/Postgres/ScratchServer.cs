using System.Globalization;
using Tidemark.Files;
using Tidemark.Processes;

namespace Tidemark.Postgres;

/// <summary>A private PostgreSQL in a temporary folder: reached by a Unix socket only, never as root, gone when disposed or when this process dies.</summary>
/// <remarks>
/// 1. a folder of our own · 2. initdb · 3. the server, under a shell that waits for the end of its input: our death, however it comes,
/// closes that pipe, and the shell ends the server by its process id · 4. ready, when the server says so. It runs without fsync, unless asked.
/// </remarks>
internal sealed class ScratchServer : IAsyncDisposable
{
    private const string Ready = "database system is ready to accept connections";

    // Ctrl-C goes to the whole process group: the shell must outlive it, or nobody would end the server in an orderly way.
    private const string Keeper = """
        trap '' INT
        exec 3<&0
        "$@" < /dev/null 3<&- & server=$!
        (read -r _ <&3; kill -QUIT $server) & keeper=$!
        exec 3<&-
        wait $server; ended=$?
        kill $keeper
        exit $ended
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ScratchFolder folder;
    private readonly ServerUser? user;
    private readonly string programs;
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChildProcess? keeper;

    private ScratchServer(ScratchFolder folder, ServerUser? user, string programs, ServerVersion version) =>
        (this.folder, this.user, this.programs, Version) = (folder, user, programs, version);

    public ServerVersion Version { get; }

    /// <summary>Private to whoever started this; anything put here vanishes with the server.</summary>
    public string Folder => folder.Path;

    /// <summary>Of the server itself.</summary>
    public int ProcessId => int.Parse(File.ReadLines(Path.Combine(DataFolder, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>Its data directory.</summary>
    public string DataFolder => Path.Combine(Home, "data");

    private string Home => Path.Combine(folder.Path, "server");

    /// <exception cref="Fault">6: there are no server programs on this machine. 1: the server did not start.</exception>
    /// <param name="binaries">The programs of this machine.</param>
    /// <param name="options">Which of them, and how it shall work; null: the newest, fast and forgetful.</param>
    /// <param name="clock">Of its lock.</param>
    /// <param name="token">Cancels.</param>
    public static async Task<ScratchServer> StartAsync(PostgresBinaries binaries, TimeProvider clock, CancellationToken token, ScratchOptions? options = null)
    {
        var found = await binaries.FindServerAsync(options?.Like, token) ?? throw new Fault(FaultCode.Configuration, "there is no PostgreSQL server on this machine to start privately")
        {
            Where = "initdb and postgres, version 13 or later",
            Why = "they are in no installation folder and not on the PATH",
            Next = "make demo (fetches one into a cache, installs nothing), or install postgresql",
        };
        var server = new ScratchServer(ScratchFolder.Create(clock), ServerUser.Find(), found.Folder, found.Version);
        try
        {
            options?.Made(server.Folder);
            await server.MakeAsync(token);
            await server.RunAsync(options?.Durable == true ? [] : ["-c", "fsync=off", "-c", "full_page_writes=off"], token);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>One whose data directory somebody else makes, in <see cref="DataFolder"/>, before it is started.</summary>
    /// <param name="binaries">The programs of this machine.</param>
    /// <param name="major">Of the data directory.</param>
    /// <param name="clock">Of its lock.</param>
    /// <param name="made">Told of the folder before anything lies in it.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="Fault">6: there are no programs of this major.</exception>
    public static async Task<ScratchServer> PrepareAsync(PostgresBinaries binaries, int major, TimeProvider clock, Action<string> made, CancellationToken token)
    {
        var found = await binaries.FindServerAsync(major, token) ?? throw new Fault(FaultCode.NoClient, $"there is no PostgreSQL {major} on this machine to start privately") { Where = "pg_ctl and postgres", Why = "they are in no installation folder and not on the PATH", Next = $"install postgresql-{major}" };
        var server = new ScratchServer(ScratchFolder.Create(clock), ServerUser.Find(), found.Folder, found.Version);
        try
        {
            made(server.Folder);
            await server.MakeHomeAsync(token);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A place for files that belong to the data directory and lie outside of it.</summary>
    public string BesideData(string name) => Path.Combine(Home, name);

    /// <summary>Starts it on the folder that was made, with what its own settings say, but for what would reach outside; comes back when it takes writes.</summary>
    public async Task RecoverAsync(CancellationToken token)
    {
        var access = BesideData("access");
        await RequireAsync(AsServer(["/bin/sh", "-c", "echo 'local all all trust' > \"$0\"", access]), token);
        await RunAsync(["-c", $"data_directory={DataFolder}", "-c", $"hba_file={access}", "-c", "external_pid_file=", "-c", "ssl=off", "-c", "unix_socket_group=", "-c", "unix_socket_permissions=0777",
            // Its log may go anywhere, in any language; and what runs jobs by itself must not.
            "-c", "logging_collector=off", "-c", "log_destination=stderr", "-c", "log_min_messages=warning", "-c", "lc_messages=C", "-c", "archive_mode=off", "-c", "cron.launch_active_jobs=off"], token);
    }

    /// <summary>The superuser's address of a database.</summary>
    public DatabaseAddress Address(string database) =>
        DatabaseAddress.Parse("", new Dictionary<string, string> { ["PGHOST"] = Home, ["PGPORT"] = "5432", ["PGUSER"] = "postgres", ["PGDATABASE"] = database }, "postgres");

    public async ValueTask DisposeAsync()
    {
        if (keeper is not null)
        {
            keeper.Input.Close();
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await keeper.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                // The last resort comes with its disposal: SIGKILL.
            }
            await keeper.DisposeAsync();
        }
        folder.Dispose();
    }

    private async Task MakeAsync(CancellationToken token)
    {
        await MakeHomeAsync(token);
        await RequireAsync(AsServer([Path.Combine(programs, "initdb"), "-D", DataFolder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]), token);
    }

    private async Task MakeHomeAsync(CancellationToken token)
    {
        PrivateFolder.Ensure(Home);
        if (user is not null)
        {
            PrivateFolder.LetPass(folder.Path);
            await RequireAsync(new ChildCommand("chown", [$"{user.Uid}:{user.Gid}", Home]), token);
        }
    }

    private async Task RunAsync(IReadOnlyList<string> settings, CancellationToken token)
    {
        var command = AsServer(["/bin/sh", "-c", Keeper, "sh", Path.Combine(programs, "postgres"), "-D", DataFolder, "-p", "5432",
            "-c", "listen_addresses=", "-c", $"unix_socket_directories={Home}", "-c", "shared_buffers=64MB",
            // What a restored subscription would ask for must not come alive.
            "-c", "max_logical_replication_workers=0", .. settings]);
        keeper = ChildProcess.Start(command, line =>
        {
            if (line.Contains(Ready, StringComparison.Ordinal)) ready.TrySetResult();
        });
        var ended = keeper.WaitAsync(token);
        if (await Task.WhenAny(ready.Task, ended) == ready.Task) return;
        var exit = await ended;
        throw new Fault(FaultCode.Failed, "the private PostgreSQL server did not start") { Where = Home, Why = $"exit code {exit}: {keeper.ErrorText}", Next = "see the reason above; TMPDIR says where the server is made" };
    }

    private static async Task RequireAsync(ChildCommand command, CancellationToken token)
    {
        var result = await ChildProcess.CaptureAsync(command, token);
        if (result.ExitCode != 0)
            throw new Fault(FaultCode.Failed, "the private PostgreSQL server could not be made") { Where = string.Join(' ', [command.Name, .. command.Arguments]), Why = result.ErrorText, Next = "see the reason above; TMPDIR says where the server is made" };
    }

    private ChildCommand AsServer(string[] line)
    {
        string[] whole = [.. user?.Switch ?? [], .. line];
        return new ChildCommand(whole[0], whole[1..]) { WorkingFolder = Home };
    }
}

/// <summary>What is wanted of a private server.</summary>
internal sealed record ScratchOptions
{
    /// <summary>Programs of this major where they are here, else of the next newer.</summary>
    public ServerVersion? Like { get; init; }

    /// <summary>It writes as a server of the user's does: what is measured on it shall be true elsewhere.</summary>
    public bool Durable { get; init; }

    /// <summary>Told of the folder before anything lies in it.</summary>
    public Action<string> Made { get; init; } = _ => { };
}
