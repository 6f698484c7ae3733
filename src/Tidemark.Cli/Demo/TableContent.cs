namespace Tidemark.Cli.Demo;

/// <summary>What a table or view holds: how many rows, and one hash over all of them in any order.</summary>
internal sealed record TableContent(string Name, long Rows, string Hash);

/// <summary>One table at two moments; null where it did not exist.</summary>
internal sealed record TableComparison(string Name, TableContent? Then, TableContent? Now)
{
    public bool Same => Then is not null && Then == Now;
}
