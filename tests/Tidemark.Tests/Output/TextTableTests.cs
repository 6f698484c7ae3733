using Tidemark.Cli.Output;

namespace Tidemark.Tests.Output;

public sealed class TextTableTests
{
    [Fact]
    public void Columns_are_as_wide_as_what_a_terminal_shows_and_nothing_moves_its_cursor()
    {
        using var written = new StringWriter();
        var table = new TextTable("name", "state", "file");
        table.Add(new Cell("shop"), new Cell("good", Shade.Green), new Cell("a"));
        table.Add(new Cell("日本"), new Cell("damaged", Shade.Yellow), new Cell("b\e[2Jc"));
        table.Add(new Cell("größe 2"), new Cell(""), new Cell("d"));
        table.Write(Terminal.OfWriter(written, new Dictionary<string, string>(), "/"));
        Assert.Equal("""
            name     state    file
            shop     good     a
            日本     damaged  b?[2Jc
            größe 2           d

            """, written.ToString());
    }
}
