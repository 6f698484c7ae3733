using Tidemark.Codecs;
using Tidemark.Dumps;
using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Restores;

/// <summary>Feeds a dump to pg_restore or psql through a pipe, and collects the errors they went past.</summary>
/// <remarks>
/// Through a pipe, so that the death of this process is the end of the restore: pg_restore fails on a cut archive, and psql
/// never sees the COMMIT that we send last. Given the file itself, both would go on and commit on their own.
/// </remarks>
internal sealed class DumpFeed(RestorePlan plan, RestoreOptions options, StoredForm form)
{
    /// <summary>True: stop at the first error and leave the target as it was.</summary>
    private bool AllOrNothing => plan.TargetExists;

    public async Task<FeedResult> RunAsync(DatabaseAddress target, Action<long> read, CancellationToken token)
    {
        var errors = new RestoreErrorReader();
        var command = new ChildCommand(form == StoredForm.Archive ? plan.Client.PgRestore : plan.Client.Psql, [.. form == StoredForm.Archive ? ArchiveArguments() : TextArguments(), $"--dbname={target.ToConninfo()}"])
        { Environment = target.ChildEnvironment() };
        await using var child = ChildProcess.Start(command, errors.Line);
        // psql talks on stdout (SELECT setval …): it is read away, so that it never blocks.
        var talk = child.Output.CopyToAsync(Stream.Null, token);
        await using var stop = token.Register(child.Kill);
        var cut = await Task.Factory.StartNew(() => Pump(child, read, token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await talk;
        var exit = await child.WaitAsync(token);
        token.ThrowIfCancellationRequested();
        return new FeedResult(exit, errors.Complete(), errors.Count, errors.Broken ?? (cut ? child.ErrorText : null), child.ErrorText);
    }

    private List<string> ArchiveArguments()
    {
        List<string> arguments = ["--format=custom", "--no-password"];
        if (plan.Mode == RestoreMode.InPlace) arguments.AddRange(["--clean", "--if-exists"]);
        if (AllOrNothing) arguments.Add("--single-transaction");
        if (options.NoOwner) arguments.AddRange(["--no-owner", "--no-privileges"]);
        if (plan.MissingTablespaces.Count > 0) arguments.Add("--no-tablespaces");
        return arguments;
    }

    private List<string> TextArguments() =>
        ["--no-psqlrc", "--quiet", "--no-password", "--file=-", "--set=VERBOSITY=verbose", "--set=ECHO=errors", $"--set=ON_ERROR_STOP={(AllOrNothing ? "1" : "0")}"];

    /// <summary>Returns true when the child stopped reading before the end.</summary>
    private bool Pump(ChildProcess child, Action<long> read, CancellationToken token)
    {
        using var file = File.OpenRead(options.Source.Path);
        using var counted = new HashingStream(file);
        using var text = form == StoredForm.Gzip ? Gzip.Decompress(counted) : counted;
        var buffer = new byte[128 * 1024];
        var transaction = AllOrNothing && form != StoredForm.Archive;
        try
        {
            if (transaction) child.Input.Write("BEGIN;\n"u8);
            int got;
            while ((got = text.Read(buffer)) > 0)
            {
                token.ThrowIfCancellationRequested();
                child.Input.Write(buffer, 0, got);
                read(counted.Moved);
            }
            if (transaction) child.Input.Write("\nCOMMIT;\n"u8);
            child.Input.Close();
            return false;
        }
        catch (IOException)
        {
            // The child has ended; its exit code and messages tell why, and they are looked at by whoever called.
            return true;
        }
    }
}

/// <summary>What the child left behind.</summary>
/// <param name="ExitCode">0, or 1 to 3 with errors.</param>
/// <param name="Errors">At most the first thousand.</param>
/// <param name="ErrorCount">All of them.</param>
/// <param name="Broken">Why the child did not get to the end; null when it did.</param>
/// <param name="LastWords">The end of its standard error.</param>
internal sealed record FeedResult(int ExitCode, IReadOnlyList<RestoreError> Errors, int ErrorCount, string? Broken, string LastWords);
