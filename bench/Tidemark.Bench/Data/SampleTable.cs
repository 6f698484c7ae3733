using System.Text;

namespace Tidemark.Bench.Data;

/// <summary>One table of the sample and how its rows look as COPY text.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">What stands in the brackets of CREATE TABLE.</param>
/// <param name="Keys">What is made after the rows are in, as pg_restore does it.</param>
/// <param name="RowsPerPortion">So many that a portion of all tables is some 16 MB.</param>
/// <param name="Row">Appends one row with its line end; the number counts from 1.</param>
internal sealed record SampleTable(string Name, string Columns, string Keys, int RowsPerPortion, Action<StringBuilder, Chance, long> Row);
