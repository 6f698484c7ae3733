namespace Tidemark.Restores;

/// <summary>A role that was made, and what it had where the dump comes from and lacks here, each with the reason.</summary>
/// <param name="Name">Without quotes.</param>
/// <param name="FromGlobals">False: it is bare.</param>
/// <param name="Lacks">Not a matter of the database, and so of the restore's outcome.</param>
internal sealed record CreatedRole(string Name, bool FromGlobals, IReadOnlyList<string> Lacks);
