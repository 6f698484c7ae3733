namespace Tidemark.Processes;

/// <summary>Runs a command of the user's through /bin/sh; what it prints goes where its caller says.</summary>
internal static class Hook
{
    private static readonly TimeSpan AfterWords = TimeSpan.FromSeconds(1);

    /// <param name="name">What the hook is called in messages.</param>
    /// <param name="command">For /bin/sh -c.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="environment">Added to our own.</param>
    /// <param name="mask">Over all that it prints and over the command itself: it is given a password.</param>
    /// <param name="onLine">Gets each line that it prints.</param>
    /// <param name="left">What its failure leaves behind, in words.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="Fault">The command ended with another exit code than 0.</exception>
    public static async Task RunAsync(string name, string command, string folder, IReadOnlyDictionary<string, string> environment, SecretMask mask, Action<string> onLine, string left, CancellationToken token)
    {
        // Its messages are for people, in their own language: the LC_ALL=C of our other children is taken back (empty counts as not set).
        var own = new Dictionary<string, string>(environment) { ["LC_ALL"] = Environment.GetEnvironmentVariable("LC_ALL") ?? "" };
        await using var child = ChildProcess.Start(new ChildCommand("/bin/sh", ["-c", command]) { Environment = own, WorkingFolder = folder }, Tell);
        child.Input.Close();
        await using var stop = token.Register(child.Kill);
        var reading = ReadAsync(child.Output, Tell);
        var exit = await child.ExitAsync(token);
        // A hook that starts the application leaves it with our pipes: its end is the shell's end, not the application's.
        await Task.WhenAny(Task.WhenAll(reading, child.Drained), Task.Delay(AfterWords, token));
        token.ThrowIfCancellationRequested();
        if (exit == 0) return;
        throw new Fault(FaultCode.Failed, $"the {name} hook failed with exit code {exit}")
        {
            Where = mask.Hide(command),
            Why = child.ErrorText.Length > 0 ? mask.Hide(child.ErrorText) : null,
            Left = left,
            Next = "mend the command, then restore again",
        };

        static async Task ReadAsync(Stream output, Action<string> tell)
        {
            using var lines = new StreamReader(output);
            while (await lines.ReadLineAsync(CancellationToken.None) is { } line) tell(line);
        }

        void Tell(string line) => onLine(mask.Hide(line));
    }
}
