using System.Diagnostics;

namespace Tidemark.Tests.Support;

/// <summary>The zstd program: the second source for what we make of its format.</summary>
public static class StockZstd
{
    public static byte[] Run(byte[] input, params string[] arguments)
    {
        using var program = Process.Start(new ProcessStartInfo("zstd", ["-q", "-c", .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var fed = Task.Run(() =>
        {
            program.StandardInput.BaseStream.Write(input);
            program.StandardInput.Close();
        });
        var complained = program.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        program.StandardOutput.BaseStream.CopyTo(output);
        program.WaitForExit();
        fed.Wait();
        return program.ExitCode == 0 ? output.ToArray() : throw new InvalidOperationException(complained.Result);
    }
}
