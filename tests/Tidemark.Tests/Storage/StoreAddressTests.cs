using Tidemark.Storage;

namespace Tidemark.Tests.Storage;

public sealed class StoreAddressTests
{
    [Theory]
    [InlineData("s3://bucket")]
    [InlineData("s3://bucket/a/b")]
    [InlineData("s3://bucket?lock=30d")]
    [InlineData("s3://bucket/a?storage-class=STANDARD_IA&sse=aws:kms&lock=12h&lock-mode=compliance&path-style=false")]
    [InlineData("azblob://container/prefix")]
    [InlineData("sftp://user@host:2222/path")]
    [InlineData("backups")]
    [InlineData("/var/backups?lock=30d")]
    public void What_is_read_is_written_the_same_way(string text) => Assert.Equal(text, StoreAddress.Parse(text).ToString());

    [Fact]
    public void Options_of_a_bucket_are_no_part_of_its_prefix()
    {
        var address = StoreAddress.Parse("s3://bucket/prefix/?path-style=true&lock=30d&sse=AES256&storage-class=GLACIER_IR");
        Assert.Equal(("bucket", "prefix/"), (address.Host, address.Prefix));
        Assert.Equal(new BucketOptions { StorageClass = "GLACIER_IR", ServerSideEncryption = "AES256", Lock = new ObjectLock(new Duration(TimeSpan.FromDays(30)), ObjectLockMode.Governance), PathStyle = true }, address.Bucket);
        Assert.Equal(ObjectLockMode.Compliance, StoreAddress.Parse("s3://bucket?lock=1d&lock-mode=compliance").Bucket.Lock!.Mode);
        Assert.Equal(BucketOptions.None, StoreAddress.Parse("s3://bucket/prefix").Bucket);
    }

    [Fact]
    public void Elsewhere_a_question_mark_is_a_character()
    {
        Assert.Equal((StoreKind.Folder, "what?lock=30d", BucketOptions.None), (StoreAddress.Parse("what?lock=30d").Kind, StoreAddress.Parse("what?lock=30d").Path, StoreAddress.Parse("what?lock=30d").Bucket));
        Assert.Equal("path?a", StoreAddress.Parse("sftp://user@host/path?a").Path);
    }

    [Theory]
    [InlineData("s3://bucket?colour=red", "there is no option colour")]
    [InlineData("s3://bucket?Lock=30d", "there is no option Lock")]
    [InlineData("s3://bucket?", "options read ?name=value")]
    [InlineData("s3://bucket?lock", "not 'lock'")]
    [InlineData("s3://bucket?lock=", "not 'lock='")]
    [InlineData("s3://bucket?lock=1d&lock=2d", "said twice")]
    [InlineData("s3://bucket?lock=30", "such as 30d")]
    [InlineData("s3://bucket?lock=0d", "such as 30d")]
    [InlineData("s3://bucket?lock=40000d", "such as 30d")]
    [InlineData("s3://bucket?lock-mode=governance", "nothing without lock")]
    [InlineData("s3://bucket?lock=1d&lock-mode=legal", "governance or compliance")]
    [InlineData("s3://bucket?sse=aes256", "AES256 or aws:kms")]
    [InlineData("s3://bucket?storage-class=standard", "STANDARD_IA")]
    [InlineData("s3://bucket?path-style=yes", "true or false")]
    public void What_cannot_be_meant_is_said(string text, string why) => Assert.Contains(why, Assert.Throws<FormatException>(() => StoreAddress.Parse(text)).Message, StringComparison.Ordinal);
}
