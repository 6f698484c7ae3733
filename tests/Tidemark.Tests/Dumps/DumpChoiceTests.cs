using System.Text.Json;
using Tidemark.Dumps;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Dumps;

public sealed class DumpChoiceTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    private readonly TempFolder folder = new();

    [Fact]
    public void Latest_of_two_servers_with_a_database_of_one_name_is_not_guessed()
    {
        Put("a.dump", 3, "111");
        Put("b.dump", 2, "222");
        Put("c.dump", 1, "222");
        var fault = Assert.Throws<Fault>(() => Latest());
        Assert.Equal(FaultCode.Ambiguous, fault.Code);
        Assert.Contains(DumpName.Id("a.dump"), fault.Why, StringComparison.Ordinal);
        Assert.Contains(DumpName.Id("c.dump"), fault.Why, StringComparison.Ordinal);
        Assert.DoesNotContain(DumpName.Id("b.dump"), fault.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void An_adopted_dump_is_latest_only_where_there_is_no_good_one_of_ours()
    {
        Put("adopted.dump", 0, null);
        Assert.Equal("adopted.dump", Latest().Key);
        Put("ours.dump", 5, "111");
        Assert.Equal("ours.dump", Latest().Key);
    }

    public void Dispose() => folder.Dispose();

    private DumpEntry Latest() => new DumpChoice(new DumpFolder(folder.Path)).Find("latest", "shop", folder.Path);

    private void Put(string key, double days, string? server)
    {
        folder.Write(key, "x");
        var time = Now.AddDays(-days);
        var manifest = new DumpManifest
        {
            Id = DumpName.Id(key),
            Database = "shop",
            File = key,
            Format = "custom",
            Size = 1,
            Sha256 = "",
            ContentSha256 = "",
            DumpedBytes = 1,
            StartedAt = time,
            RecoveryPoint = time,
            FinishedAt = time,
            Check = "full",
            SystemIdentifier = server,
            Gaps = server is null ? [new CoverageGap(CoverageGap.Adopted, key, "")] : [],
        };
        folder.Write(key + ".json", JsonSerializer.Serialize(manifest, DumpJson.Default.DumpManifest));
    }
}
