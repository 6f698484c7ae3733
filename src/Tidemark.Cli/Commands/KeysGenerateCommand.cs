using System.CommandLine;
using System.Globalization;
using System.Text;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Codecs.Age;
using Tidemark.Files;
using Tidemark.Processes;

namespace Tidemark.Cli.Commands;

internal static class KeysGenerateCommand
{
    public static Command Build(Terminal terminal)
    {
        var file = new Argument<string?>("file") { Description = "the new identity file, mode 0600; without it the key goes to stdout, for a password store", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("generate", "Make a new key. Its public half is all that the host that writes backups needs.") { file };
        command.SetAction(parsed =>
        {
            var identity = AgeIdentity.Generate();
            var text = $"# created: {TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}\n# public key: {identity.Recipient}\n{identity.ToSecretText()}\n";
            if (parsed.GetValue(file) is not { } named)
            {
                if (terminal.Json) throw new Fault(FaultCode.Usage, "with --json the new key needs a file") { Why = "the document would hold the secret itself", Next = "tidemark keys generate --json key.txt" };
                terminal.Output.Write(text);
                terminal.Remark($"public key: {identity.Recipient}");
                return 0;
            }
            var path = Path.GetFullPath(named, terminal.Folder);
            DurableFile.WriteWhole(path, Encoding.ASCII.GetBytes(text), replace: false);
            terminal.Say($"made {path}");
            terminal.Say($"  public key      {identity.Recipient}");
            terminal.Say($"  to encrypt      export BACKUP_ENCRYPT_TO={identity.Recipient}  # where backups are written");
            terminal.Say($"  to open         export BACKUP_IDENTITY={ShellWord.Quote(path)}  # where they are verified and restored");
            terminal.Remark("keep copies of the file away from the host that writes: without it nobody opens the backups, not even we");
            if (terminal.Json) CliJson.Write(terminal.Output, new GeneratedKeyDocument(path, $"{identity.Recipient}"), CliJson.Default.GeneratedKeyDocument);
            return 0;
        });
        return command.Teach(CommandGroup.SetUp,
            ("tidemark keys generate tidemark-key.txt", "a new key in a new file, and what to set"),
            ("tidemark keys generate spare-key.txt", "another, to be kept in another place"));
    }
}
