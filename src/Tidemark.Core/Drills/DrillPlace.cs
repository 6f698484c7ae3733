using Tidemark.Postgres;

namespace Tidemark.Drills;

/// <summary>Where a drill restores: nothing of it is left when it is disposed.</summary>
internal abstract class DrillPlace : IAsyncDisposable
{
    /// <summary>The server, with a database that is there.</summary>
    public abstract DatabaseAddress Server { get; }

    /// <summary>In words.</summary>
    public abstract string Words { get; }

    /// <summary>Where the restore keeps its own notes.</summary>
    public abstract string State { get; }

    /// <summary>Nobody else uses the server: roles may be made on it.</summary>
    public abstract bool IsPrivate { get; }

    /// <summary>The name of the database to be made.</summary>
    public required string Database { get; init; }

    public DatabaseAddress Restored => Server.WithDatabase(Database);

    public abstract ValueTask DisposeAsync();
}
