using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Tidemark.Configuration;

/// <summary>A secret that is kept elsewhere: <c>env:NAME</c>, <c>file:PATH</c> (relative to the project root) or <c>command:…</c> (for /bin/sh -c).</summary>
internal static class SecretReference
{
    /// <summary>A password store may ask a network service, but must not hang a backup.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static bool IsReference(string value) => Split(value).Kind is "env" or "file" or "command";

    public static bool IsCommand(string value) => Split(value).Kind == "command";

    /// <summary>The file of a <c>file:</c> reference, absolute; null for all else.</summary>
    public static string? FileOf(string value, string projectRoot) => Split(value) is ("file", var what) ? Path.GetFullPath(what, projectRoot) : null;

    /// <summary>The secret without its trailing newline. What is no reference is given back as it is.</summary>
    /// <exception cref="Fault"><see cref="FaultCode.Configuration"/> (6); it shows the reference, never the secret.</exception>
    public static string Resolve(string value, string projectRoot, IReadOnlyDictionary<string, string> environment)
    {
        if (!IsReference(value)) return value;
        var secret = Encoding.UTF8.GetString(ResolveBytes(value, projectRoot, environment)).TrimStart('\uFEFF').TrimEnd('\n', '\r');
        return secret.Length > 0 ? secret : throw Unresolved(value, "it gives nothing");
    }

    /// <summary>All that a reference leads to, unchanged: a key file may be binary.</summary>
    /// <exception cref="Fault"><see cref="FaultCode.Configuration"/> (6); it shows the reference, never the secret.</exception>
    public static byte[] ResolveBytes(string reference, string projectRoot, IReadOnlyDictionary<string, string> environment)
    {
        var (kind, what) = Split(reference);
        return kind switch
        {
            "env" => Encoding.UTF8.GetBytes(environment.GetValueOrDefault(what) ?? throw Unresolved(reference, $"the variable {what} is not set")),
            "file" => ReadFile(reference, Path.Combine(projectRoot, what)),
            "command" => Run(reference, what, projectRoot, environment),
            _ => throw new ArgumentException("this is no reference", nameof(reference)),
        };
    }

    private static (string Kind, string What) Split(string value)
    {
        var colon = value.IndexOf(':');
        return colon < 0 ? ("", value) : (value[..colon], value[(colon + 1)..].Trim());
    }

    private static byte[] ReadFile(string reference, string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unresolved(reference, error.Message);
        }
    }

    /// <remarks>What the command says on stderr goes to ours: it may hold part of a secret, so it is not kept.</remarks>
    private static byte[] Run(string reference, string command, string folder, IReadOnlyDictionary<string, string> environment)
    {
        ProcessStartInfo start = new("/bin/sh", ["-c", command]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            using var read = new MemoryStream();
            var output = process.StandardOutput.BaseStream.CopyToAsync(read);
            if (!process.WaitForExit(Patience) || !output.Wait(Patience))
            {
                process.Kill(entireProcessTree: true);
                throw Unresolved(reference, $"it has not ended after {Patience.TotalSeconds} s");
            }

            return process.ExitCode == 0 ? read.ToArray() : throw Unresolved(reference, $"it ended with exit code {process.ExitCode}");
        }
        catch (Win32Exception error)
        {
            throw Unresolved(reference, error.Message);
        }
    }

    private static Fault Unresolved(string reference, string why) => new(FaultCode.Configuration, $"the secret reference '{reference}' leads to nothing") { Why = why };
}
