using System.CommandLine;
using System.CommandLine.Help;
using Npgsql;
using Tidemark.Cli.Output;

namespace Tidemark.Cli.Commands;

/// <summary>All commands, and the one place where a failure becomes text and an exit code.</summary>
internal static class CommandTree
{
    public static RootCommand Build(Terminal terminal)
    {
        var root = new RootCommand("""
            Tidemark backs up PostgreSQL databases and gets them back, and knows at every moment how much is safe.

            Start with:
              export DATABASE_URL=postgresql://user@host/database
              tidemark backup
              tidemark restore latest
            """)
        {
            BackupCommand.Build(terminal),
            ListCommand.Build(terminal),
            ShowCommand.Build(terminal),
            VerifyCommand.Build(terminal),
            AdoptCommand.Build(terminal),
            RestoreCommand.Build(terminal),
            UndoCommand.Build(terminal),
            HeartbeatCommand.Build(terminal),
            StoreCommand.Build(terminal),
            DemoCommand.Build(terminal),
            new Option<bool>("--json") { Description = "one JSON document on stdout; all talk goes to stderr", Recursive = true },
        };
        return root;
    }

    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken token)
    {
        try
        {
            var parsed = Build(terminal).Parse(args);
            if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
                throw new Fault(FaultCode.Usage, parsed.UnmatchedTokens.Count > 0 ? $"\"{parsed.UnmatchedTokens[0]}\" is not known here" : parsed.Errors[0].Message) { Where = $"tidemark {string.Join(' ', args)}", Next = $"tidemark {parsed.CommandResult.Command.Name switch { "tidemark" => "", var name => name + " " }}--help" };
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, token);
        }
        catch (Fault fault)
        {
            return FaultText.Tell(terminal, fault);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return FaultText.Tell(terminal, new Fault(FaultCode.Interrupted, "interrupted") { Left = "what was not finished has been removed; earlier backups and existing databases are as they were" });
        }
        catch (PostgresException refused)
        {
            return FaultText.Tell(terminal, new Fault(FaultCode.Failed, "the server refused a statement", refused) { Why = $"{refused.MessageText} ({refused.SqlState})", Left = "see above", Next = "check the rights of the role" });
        }
        catch (NpgsqlException broken)
        {
            return FaultText.Tell(terminal, new Fault(FaultCode.Unreachable, "the connection to the server broke", broken) { Why = broken.InnerException?.Message ?? broken.Message, Left = "see above", Next = "check that the server runs, then try again" });
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            return FaultText.Tell(terminal, new Fault(FaultCode.Store, "a file or folder could not be used", broken) { Why = broken.Message, Left = "see above", Next = "check the permissions of the folder" });
        }
#pragma warning disable CA1031 // The edge: whatever it is, a person gets an exit code and words, a program its document.
        catch (Exception unforeseen)
#pragma warning restore CA1031
        {
            return FaultText.Tell(terminal, new Fault(FaultCode.Failed, "this was not foreseen: please report it as a bug", unforeseen) { Why = unforeseen.ToString(), Left = "not known; what a run left is repaired and told by the next start", Next = "tidemark list" });
        }
    }
}
