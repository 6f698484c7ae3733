using Tidemark.Postgres.Data;
using Tidemark.Postgres.Wal;

namespace Tidemark.Tests.Postgres.Data;

public sealed class BackupLabelTests
{
    [Fact]
    public void A_label_is_read_and_lines_of_later_versions_are_passed_over()
    {
        var label = BackupLabel.Parse("""
            START WAL LOCATION: 16/B3000028 (file 0000000A00000016000000B3)
            CHECKPOINT LOCATION: 16/B3000060
            BACKUP METHOD: streamed
            BACKUP FROM: standby
            START TIME: 2026-11-23 14:00:00 UTC
            LABEL: of: the shop
            START TIMELINE: 10
            INCREMENTAL FROM LSN: 16/2000028
            A LINE OF 19: yes

            """);
        Assert.Equal(new BackupLabel(Lsn.Parse("16/B3000028"), "0000000A00000016000000B3", Lsn.Parse("16/B3000060"), new TimelineId(10), true, "of: the shop"), label);
        Assert.Throws<FormatException>(() => BackupLabel.Parse("CHECKPOINT LOCATION: 16/B3000060\n"));
    }

    [Theory]
    [InlineData(13, "16400 /a\\\nb\\c d\n16401 /e\n")]
    [InlineData(14, "16400 /a\\\nb\\\\c d\n16401 /e\n")]
    public void A_tablespace_map_is_read_and_written_as_the_version_has_it(int major, string text)
    {
        (uint, string)[] entries = [(16400, "/a\nb\\c d"), (16401, "/e")];
        Assert.Equal(entries, TablespaceMap.Parse(text, major));
        Assert.Equal(text, TablespaceMap.Write(entries, major));
        Assert.Empty(TablespaceMap.Parse("", major));
        Assert.Throws<FormatException>(() => TablespaceMap.Parse("nowhere\n", major));
    }
}
