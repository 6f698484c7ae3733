using System.CommandLine;
using Npgsql;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Processes;

namespace Tidemark.Cli.Commands;

/// <summary>All commands, and the one place where a failure becomes text and an exit code.</summary>
internal static class CommandTree
{
    public static RootCommand Build(Terminal terminal) => Rooted(terminal,
    [
        BackupCommand.Build(terminal),
        StatusCommand.Build(terminal),
        ListCommand.Build(terminal),
        ShowCommand.Build(terminal),
        VerifyCommand.Build(terminal),
        AdoptCommand.Build(terminal),
        CopyCommand.Build(terminal),
        PruneCommand.Build(terminal),
        PinCommand.Build(terminal),
        UnpinCommand.Build(terminal),
        RestoreCommand.Build(terminal),
        UndoCommand.Build(terminal),
        DrillCommand.Build(terminal),
        StandbyCommand.Build(terminal),
        DownloadCommand.Build(terminal),
        HeartbeatCommand.Build(terminal),
        WalCommand.Build(terminal),
        ClusterCommand.Build(terminal),
        RunsCommand.Build(terminal),
        ScheduleCommand.Build(terminal),
        DoctorCommand.Build(terminal),
        ConfigCommand.Build(terminal),
        ServeCommand.Build(terminal),
        TokenCommand.Build(terminal),
        MetricsCommand.Build(terminal),
        NotifyCommand.Build(terminal),
        StoreCommand.Build(terminal),
        KeysCommand.Build(terminal),
        DemoCommand.Build(terminal),
        CompletionCommand.Build(terminal),
        CompletionCommand.BuildComplete(terminal),
        ManCommand.Build(terminal),
    ]);

    /// <summary>PostgreSQL calls these two once a segment of WAL: for them alone the other commands are not made.</summary>
    private static RootCommand BuildFor(string[] args, Terminal terminal) =>
        args is ["wal", "push" or "fetch", ..] && !args.Any(word => word is "--help" or "-h" or "-?") ? Rooted(terminal, [WalCommand.Build(terminal)]) : Build(terminal);

    private static RootCommand Rooted(Terminal terminal, IReadOnlyList<Command> commands)
    {
        var root = new RootCommand("Tidemark backs up PostgreSQL databases and gets them back without hurting what is there.")
        {
            new Option<bool>("--json") { Description = "one JSON document on stdout; all talk goes to stderr", Recursive = true },
        };
        foreach (var command in commands) root.Add(command);
        root.Teach(CommandGroup.BackUp,
            ("export DATABASE_URL=postgresql://user@host/database", "which database"),
            ("tidemark backup", "a checked backup of it"),
            ("tidemark restore latest", "into a new database; yours is not touched"));
        HelpPage.Become(root, terminal);
        return root;
    }

    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken token)
    {
        var root = BuildFor(args, terminal);
        var exitCode = await DoAsync(root, args, terminal, token);
        try
        {
            await terminal.EndAsync();
        }
#pragma warning disable CA1031 // What was done is done: whatever keeps its end from being told changes no exit code.
        catch (Exception untold)
#pragma warning restore CA1031
        {
            terminal.Remark($"warning: {(untold as Fault)?.InOneLine ?? untold.Message}");
        }
        return WalExitCodes.Of(args, exitCode, [.. root.Subcommands.Select(command => command.Name)]);
    }

    private static async Task<int> DoAsync(RootCommand root, string[] args, Terminal terminal, CancellationToken token)
    {
        try
        {
            var parsed = root.Parse(args);
            if (parsed.Action is not HelpPage)
            {
                if (parsed.Errors.Count > 0 && parsed.UnmatchedTokens.Count == 0 && parsed.CommandResult.Command is { Action: null } && !terminal.Json)
                {
                    new HelpPage(terminal).Invoke(parsed);
                    // Nothing was done: a script that lost its word for a command must not take that for success.
                    return FaultCode.Usage.ExitCode;
                }
                if (UsageFault.Of(parsed, args) is { } wrong) throw wrong;
            }
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, token);
        }
        // Once we were told to stop, a connection that breaks is ours being closed.
        catch (Exception stopped) when (token.IsCancellationRequested && (stopped is OperationCanceledException or NpgsqlException || (stopped as Fault)?.Code == FaultCode.Unreachable))
        {
            return FaultText.Tell(terminal, new Fault(FaultCode.Interrupted, "interrupted") { Left = "what was not finished has been removed; earlier backups and existing databases are as they were" });
        }
        catch (Fault fault)
        {
            return FaultText.Tell(terminal, fault);
        }
        catch (Exception failed) when (OutsideFault.Of(failed, $"tidemark {string.Join(' ', args.Select(ShellWord.Quote))}") is { } told)
        {
            return FaultText.Tell(terminal, told);
        }
#pragma warning disable CA1031 // The edge: whatever it is, a person gets an exit code and words, a program its document.
        catch (Exception unforeseen)
#pragma warning restore CA1031
        {
            return FaultText.Tell(terminal, new Fault(FaultCode.Failed, "this was not foreseen: please report it as a bug", unforeseen) { Why = unforeseen.ToString(), Left = "not known; what a run left is repaired and told by the next start", Next = "tidemark list" });
        }
    }
}
