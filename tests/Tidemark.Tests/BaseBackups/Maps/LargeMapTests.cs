using System.Globalization;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.BaseBackups.Maps;

/// <summary>The catalogue of a cluster that does not exist: 10 TiB, 42 million extents; a child in which one in a hundred changed; and both read.</summary>
public sealed class LargeMapTests
{
    private const int Files = 10 * 1024, Most = 300 * 1024;

    [Fact, Trait("takes", "minutes")]
    public async Task Ten_terabytes_and_an_increment_of_them_are_mapped_within_300_MiB()
    {
        using var folder = new TempFolder();
        using var probe = ProbeProcess.Start([], "large-map", folder.Path, $"{Files}", "97");
        var said = await probe.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await probe.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, probe.ExitCode);
        TestContext.Current.TestOutputHelper!.WriteLine(said);
        var last = said.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.StartsWith("read: ", last, StringComparison.Ordinal);
        Assert.InRange(int.Parse(last.Split(' ')[^2], CultureInfo.InvariantCulture), 1, Most);
    }
}
