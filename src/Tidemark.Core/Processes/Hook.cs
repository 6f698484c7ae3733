namespace Tidemark.Processes;

/// <summary>Runs a command of the user's through /bin/sh; what it prints goes where its caller says.</summary>
internal static class Hook
{
    /// <exception cref="Fault">The command ended with another exit code than 0.</exception>
    public static async Task RunAsync(string name, string command, IReadOnlyDictionary<string, string> environment, Action<string> onLine, string left, CancellationToken token)
    {
        await using var child = ChildProcess.Start(new ChildCommand("/bin/sh", ["-c", command]) { Environment = environment }, onLine);
        child.Input.Close();
        await using var stop = token.Register(child.Kill);
        using (var output = new StreamReader(child.Output))
            while (await output.ReadLineAsync(token) is { } line) onLine(line);
        var exit = await child.WaitAsync(token);
        if (exit == 0) return;
        throw new Fault(FaultCode.Failed, $"the {name} hook failed with exit code {exit}")
        {
            Where = command,
            Why = child.ErrorText.Length > 0 ? child.ErrorText : null,
            Left = left,
            Next = "mend the command, then restore again",
        };
    }
}
