using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Wal;

namespace Tidemark.Cli.Commands;

internal static class WalPushCommand
{
    public static Command Build(Terminal terminal)
    {
        var path = new Argument<string>("path") { Description = "%p: the file, relative to the data directory or absolute" };
        var name = new Argument<string?>("name") { Description = "%f: its name, where the path does not end in it", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("push", "Store one file of WAL: what archive_command calls. Exit 0: every store has it.") { path, name };
        command.SetAction(async (parsed, token) =>
        {
            var file = Path.GetFullPath(parsed.GetValue(path)!, terminal.Folder);
            var called = parsed.GetValue(name) ?? Path.GetFileName(file);
            var meant = WalFileName.Parse(called) ?? throw new Fault(FaultCode.Usage, "PostgreSQL archives no file of this name") { Where = called, Next = "archive_command = 'tidemark wal push %p' # in postgresql.conf" };
            var session = WalCommand.Open(terminal, DataFolder.Around(file, terminal.Folder));
            using var encoding = new WalEncoding(session.Keys);
            var report = await new WalPushRunner(session.Stores.Objects, encoding, session.State, session.Clock, terminal.Remark).RunAsync(file, meant, terminal.Folder, token);
            if (terminal.Json) CliJson.Write(terminal.Output, new WalPushDocument($"{report.Name}", report.WasThere, report.Ahead), CliJson.Default.WalPushDocument);
            return 0;
        });
        return command.Teach(CommandGroup.SetUp, ("tidemark wal push --help", "in postgresql.conf: archive_command = 'tidemark wal push %p'"));
    }
}
