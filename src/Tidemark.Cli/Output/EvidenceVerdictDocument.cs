namespace Tidemark.Cli.Output;

/// <param name="Whole">Nothing was changed, and none is missing.</param>
/// <param name="Reports">How many were looked at.</param>
/// <param name="Keys">Ids of those whose signatures count.</param>
/// <param name="Findings">A sentence each.</param>
internal sealed record EvidenceVerdictDocument(bool Whole, int Reports, IReadOnlyList<string> Keys, IReadOnlyList<string> Findings);
