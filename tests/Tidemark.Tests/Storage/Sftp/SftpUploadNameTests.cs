using Tidemark.Storage.Sftp;

namespace Tidemark.Tests.Storage.Sftp;

public sealed class SftpUploadNameTests
{
    [Theory]
    [InlineData("shop/2026/11/23/backup-20261123T020000Z.dump", "shop/2026/11/23/backup-20261123T020000Z.dump", true)]
    [InlineData("shop/2026/11/23/backup-20261123T020000Z.dump", "shop/", true)]
    [InlineData("shop/2026/11/23/backup-20261123T020000Z.dump", "", true)]
    [InlineData("shop/2026/11/23/backup-20261123T020000Z.dump", "crm/2026/11/23/backup-20261123T020000Z.dump", false)]
    [InlineData("shop/2026/11/23/backup-20261123T020000Z.dump", "shop/2026/11/23/backup-20261123T020001Z.dump", false)]
    [InlineData("größe 100%.sql.gz", "größe", true)]
    public void A_sweep_after_one_key_finds_its_upload_and_no_other(string key, string prefix, bool found) => Assert.Equal(found, SftpUploadName.IsFor(SftpUploadName.Of(key), prefix));

    [Fact]
    public void A_name_holds_no_slash_ends_within_what_file_systems_take_and_is_another_each_time()
    {
        var key = string.Concat(Enumerable.Repeat("ü/", 200));
        var name = SftpUploadName.Of(key);
        Assert.DoesNotContain('/', name);
        Assert.InRange(name.Length, 1, 255);
        Assert.True(SftpUploadName.IsFor(name, key));
        Assert.NotEqual(name, SftpUploadName.Of(key));
        Assert.False(SftpUploadName.IsFor("notes.txt", ""));
    }
}
