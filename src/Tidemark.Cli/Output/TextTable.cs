using System.Text;
using Spectre.Console;

namespace Tidemark.Cli.Output;

/// <summary>Rows of text under headings, in columns as wide as what stands in them; the last column is as wide as it likes.</summary>
/// <remarks>Spectre's own table takes most of the time of a long list.</remarks>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<Cell[]> rows = [];

    public void Add(params Cell[] cells) => rows.Add(cells);

    public void Write(Terminal terminal)
    {
        if (terminal.Json) return;
        var shaded = terminal.OutputConsole.Profile.Capabilities is { Ansi: true, ColorSystem: not ColorSystem.NoColors };
        Cell[] heading = [.. headings.Select(text => new Cell(text))];
        var widths = Enumerable.Range(0, heading.Length - 1).Select(column => rows.Append(heading).Max(row => row[column].Width)).ToArray();
        var text = new StringBuilder();
        foreach (var row in headings.All(name => name.Length == 0) ? rows : rows.Prepend(heading))
        {
            for (var column = 0; column < row.Length; column++)
            {
                var cell = row[column];
                text.Append(shaded ? cell.Shaded : cell.Text);
                if (column < widths.Length) text.Append(' ', widths[column] - cell.Width + 2);
            }
            text.Append('\n');
        }
        terminal.Output.Write(text);
    }
}

/// <summary>What stands in one column of one row.</summary>
/// <param name="text">Control characters are shown as '?'.</param>
/// <param name="shade">On terminals that have colours.</param>
internal readonly struct Cell(string text, Shade shade = Shade.None)
{
    public string Text { get; } = Terminal.Printable(text);

    /// <summary>Columns on a terminal: wide characters take two.</summary>
    public int Width => Ascii.IsValid(Text) ? Text.Length : Text.GetCellWidth();

    public string Shaded => shade switch
    {
        Shade.Green => $"\e[32m{Text}\e[0m",
        Shade.Yellow => $"\e[33m{Text}\e[0m",
        Shade.Red => $"\e[31m{Text}\e[0m",
        _ => Text,
    };
}

internal enum Shade
{
    None,
    Green,
    Yellow,
    Red,
}
