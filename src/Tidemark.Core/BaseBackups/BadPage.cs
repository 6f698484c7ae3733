using Tidemark.Postgres.Data;

namespace Tidemark.BaseBackups;

/// <summary>A page of the server's that is damaged on its disk.</summary>
/// <param name="Path">The file, from the data folder.</param>
/// <param name="Block">Counted over all files of the relation's fork, as the server's messages have it.</param>
/// <param name="Verdict">What is wrong with it.</param>
internal sealed record BadPage(string Path, uint Block, PageVerdict Verdict)
{
    public override string ToString() => $"{Path}, block {Block}: {Verdict.Why}";
}
