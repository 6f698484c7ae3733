using Tidemark.Standbys;

namespace Tidemark.Cli.Output;

/// <summary>Every standby that is known here.</summary>
internal sealed record StandbysDocument(IReadOnlyList<StandbyReport> Standbys);
