using Tidemark.Codecs;
using Tidemark.Dumps;
using Tidemark.Processes;

namespace Tidemark.Restores;

/// <summary>Feeds a dump to pg_restore or psql through a pipe, and classifies the errors they went past.</summary>
/// <remarks>
/// Through a pipe, so that the death of this process is the end of the restore: pg_restore fails on a cut archive, and psql
/// never sees the COMMIT that we send last. Given the file itself, both would go on and commit on their own.
/// </remarks>
internal sealed class DumpFeed(RestoreOptions options, RestorePlan plan, OpenDump dump, DumpKnowledge known, UseList? list)
{
    // A script that says COMMIT would end our transaction in the middle: the foreign key that is checked at each commit, and
    // satisfied only by our last words, makes such a COMMIT fail. The name is what people then read.
    private static readonly byte[] First = """
        CREATE TEMP TABLE tidemark_whole (id int PRIMARY KEY) ON COMMIT DROP;
        CREATE TEMP TABLE tidemark_part (id int CONSTRAINT "the script ends the transaction itself" REFERENCES tidemark_whole DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP;
        INSERT INTO tidemark_part VALUES (1);

        """u8.ToArray();

    private static readonly byte[] Last = "\nINSERT INTO pg_temp.tidemark_whole VALUES (1);\nCOMMIT;\n"u8.ToArray();

    private bool Archive => plan.Form == StoredForm.Archive;

    /// <summary>True: stop at the first error and leave the target as it was.</summary>
    private bool AllOrNothing => plan.TargetExists;

    /// <returns>Errors that leave every row in place.</returns>
    /// <exception cref="Fault">Rows are missing, or the child did not come to the end.</exception>
    public async Task<IReadOnlyList<ClassifiedError>> RunAsync(Action<long> read, CancellationToken token)
    {
        var errors = new RestoreErrorReader();
        var target = options.Address.WithDatabase(plan.Target);
        if (AllOrNothing) target = target.With("application_name", $"tidemark {Guid.NewGuid():N}");
        var command = new ChildCommand(Archive ? plan.Client.PgRestore : plan.Client.Psql, [.. Archive ? ArchiveArguments() : TextArguments(), $"--dbname={target.ToConninfo()}"])
        { Environment = target.ChildEnvironment() };
        await using var locks = AllOrNothing ? LockWatch.Begin(target) : null;
        await using var child = ChildProcess.Start(command, errors.Line);
        // psql talks on stdout (SELECT setval …): it is read away, so that it never blocks.
        var talk = child.Output.CopyToAsync(Stream.Null, token);
        await using var stop = token.Register(child.Kill);
        await using (var reading = await dump.FromStartAsync(token))
            await Task.Factory.StartNew(() => Pump(child, reading, read, token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await talk;
        var exit = await child.WaitAsync(token);
        token.ThrowIfCancellationRequested();
        if (locks is not null && await locks.EndAsync() is { Count: > 0 } holders) throw Blocked(holders);
        var classified = errors.Complete().Select(error => ClassifiedError.Of(error, options.NoOwner)).ToList();
        var ended = exit == 0 || (Archive && !AllOrNothing && exit == 1 && errors.WentToTheEnd);
        if (ended && errors.Broken is null && classified.All(error => error.Class != ErrorClass.Data)) return classified;
        throw Failed(classified, errors.Broken ?? (child.ErrorText.Length > 0 ? child.ErrorText : $"{command.Name} ended with exit code {exit}"), child.ErrorText);
    }

    private List<string> ArchiveArguments()
    {
        List<string> arguments = ["--format=custom", "--no-password"];
        if (list is not null) arguments.Add($"--use-list={list.Path}");
        if (plan.Mode == RestoreMode.InPlace && plan.Part?.Asked.Content != PartContent.DataOnly) arguments.AddRange(["--clean", "--if-exists"]);
        if (AllOrNothing) arguments.Add("--single-transaction");
        if (options.NoOwner) arguments.AddRange(["--no-owner", "--no-privileges"]);
        if (plan.MissingTablespaces.Count > 0) arguments.Add("--no-tablespaces");
        return arguments;
    }

    private List<string> TextArguments() =>
    [
        "--no-psqlrc", "--quiet", "--no-password", "--file=-", "--set=VERBOSITY=verbose", "--set=ECHO=errors",
        .. AllOrNothing ? (string[])["--set=ON_ERROR_STOP=1", "--set=AUTOCOMMIT=off"] : ["--set=ON_ERROR_STOP=0"],
    ];

    private void Pump(ChildProcess child, DumpReading reading, Action<long> read, CancellationToken token)
    {
        using var whole = plan.Form == StoredForm.Gzip ? Gzip.Decompress(reading.Plain) : reading.Plain;
        using var text = new OmittingStream(whole, known.NotForPsql);
        var (next, held) = (new byte[128 * 1024], new byte[128 * 1024]);
        var framed = AllOrNothing && !Archive;
        if (plan.RestrictsPsql && !TryWrite(child, RestrictedPsql.FirstLine())) return;
        if (framed && !TryWrite(child, First)) return;
        if (Archive && options.RenamedRoles.Count > 0 && !TryRename(child, text)) return;
        // The last piece is held back until all bytes are known to be those that were read before: without it nothing is committed.
        int got, waiting = 0;
        while ((got = text.ReadAtLeast(next, next.Length, throwOnEndOfStream: false)) > 0)
        {
            token.ThrowIfCancellationRequested();
            if (!TryWrite(child, held.AsSpan(0, waiting))) return;
            (next, held, waiting) = (held, next, got);
            read(reading.Moved);
        }
        if (reading.Sha256() != known.Sha256) throw Exchanged();
        if (!TryWrite(child, held.AsSpan(0, waiting))) return;
        if (framed && !TryWrite(child, Last)) return;
        try
        {
            child.Input.Close();
        }
        catch (IOException)
        {
            // As in TryWrite.
        }
    }

    private Fault Exchanged() => new(FaultCode.Verification, "the dump was exchanged while it was restored")
    {
        Where = options.Source.Path,
        Why = "its bytes are not those that were checked before",
        Left = plan.TargetExists ? "the target is as it was: the transaction was rolled back" : "the new database is dropped again; no other was touched",
        Next = "tidemark verify, then restore again",
    };

    /// <summary>False when the child has ended: its exit code and messages tell why.</summary>
    private static bool TryWrite(ChildProcess child, ReadOnlySpan<byte> bytes)
    {
        try
        {
            child.Input.Write(bytes);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Everything up to the first row, with other roles in it. False when the child has ended.</summary>
    private bool TryRename(ChildProcess child, Stream archive)
    {
        try
        {
            // Not closed: the rest of the archive follows.
            var head = new BufferedStream(child.Input, 128 * 1024);
            ArchiveContents.Copy(archive, head, new ArchiveRoles(options.NewNames));
            head.Flush();
            return true;
        }
        catch (IOException ended) when (ended is not EndOfStreamException)
        {
            return false;
        }
    }

    private Fault Blocked(IReadOnlyList<string> holders) => new(FaultCode.Failed, "the restore waited for locks that others hold, and was ended so that nobody waits behind it")
    {
        Where = $"database \"{plan.Target}\"",
        Why = $"locks are held by {string.Join("; ", holders)}",
        Left = "the target is as it was: the transaction was rolled back",
        Next = plan.Mode == RestoreMode.InPlace ? $"stop the application, or let the swap end its sessions: tidemark restore {ShellWord.Quote(options.Source.Handle)} --swap" : "end these sessions, then restore again",
    };

    /// <summary>What stands in the way is a table that others hold on to, or one with partitions.</summary>
    private string WithoutDropping() => plan.Part is null ? $"{RestoreLine.Of(options, RestoreLine.Swap)} # drops nothing: the old database is kept"
        : $"{RestoreLine.Of(options)} # beside, to copy from; or drop by hand what is named above, then restore again";

    private Fault Failed(IReadOnlyList<ClassifiedError> errors, string broken, string lastWords)
    {
        var fatal = errors.FirstOrDefault(error => error.Class == ErrorClass.Data) ?? errors.FirstOrDefault(error => error.Class != ErrorClass.Benign);
        if (plan.RestrictsPsql && RestrictedPsql.Refused(broken))
            return new Fault(FaultCode.Refused, "the script hides a command for psql, which was not run")
            {
                Where = options.Source.Path,
                Why = broken,
                Left = plan.TargetExists ? "the target is as it was: the transaction was rolled back" : "the new database was dropped again; what the script's SQL did elsewhere, as this role may, is not known",
                Next = $"look at the script before you trust it: {(plan.Form == StoredForm.Gzip ? "zless" : "less")} {ShellWord.Quote(options.Source.Path)}",
            };
        var full = errors.Any(error => error.Error.SqlState == "53100") || lastWords.Contains("No space left on device", StringComparison.Ordinal);
        return new Fault(full ? FaultCode.DiskFull : FaultCode.Failed, fatal is null ? "the restore broke off" : "the restore met an error that it must not go past")
        {
            Where = $"database \"{plan.Target}\"",
            Why = fatal?.Error.ToString() ?? broken,
            Left = plan.TargetExists ? "the target is as it was: the transaction was rolled back" : "the new database was dropped again; no other was touched",
            Next = plan.Mode == RestoreMode.InPlace && fatal?.Error.Drops == true ? WithoutDropping() : "mend the cause above, then restore again",
        };
    }
}
