using System.Text;

namespace Tidemark.Cli.Teaching;

/// <summary>Lays text out in 80 columns.</summary>
internal sealed class HelpText
{
    public const int Width = 80;
    private readonly StringBuilder text = new();

    public void Paragraph(string words) => Hang("", 0, words);

    public void Heading(string words)
    {
        text.Append('\n').Append(words).Append('\n');
    }

    /// <summary>A line that is typed: never broken.</summary>
    public void Line(string line) => text.Append("  ").Append(line).Append('\n');

    public void Below(string words) => Hang("", 6, words);

    /// <summary>Two columns; a label too wide for the first one has a line of its own.</summary>
    /// <param name="rows">Label and description.</param>
    /// <param name="column">Where the second column begins, counted from 0.</param>
    public void Rows(IEnumerable<(string Label, string Words)> rows, int column)
    {
        foreach (var (label, words) in rows)
            if (label.Length + 4 <= column) Hang("  " + label, column, words);
            else
            {
                Line(label);
                Hang("", column, words);
            }
    }

    public override string ToString() => text.ToString();

    private void Hang(string first, int column, string words)
    {
        var line = new StringBuilder(first.PadRight(column));
        var empty = true;
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!empty && line.Length + 1 + word.Length > Width)
            {
                text.Append(line).Append('\n');
                line.Clear().Append(' ', column);
                empty = true;
            }
            if (!empty) line.Append(' ');
            line.Append(word);
            empty = false;
        }
        text.Append(line.ToString().TrimEnd()).Append('\n');
    }
}
