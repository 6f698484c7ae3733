namespace Tidemark.Cli.Output;

/// <param name="File">Its name.</param>
/// <param name="Found">False: proven not to be there.</param>
internal sealed record WalFetchDocument(string File, bool Found);
