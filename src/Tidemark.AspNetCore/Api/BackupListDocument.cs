using Tidemark.Hosting;

namespace Tidemark.AspNetCore.Api;

/// <param name="Backups">Newest first, from the offset on.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Unseen">Parts of the stores that could not be looked at, a sentence each.</param>
internal sealed record BackupListDocument(IReadOnlyList<BackupDocument> Backups, int Total, IReadOnlyList<string> Unseen);
