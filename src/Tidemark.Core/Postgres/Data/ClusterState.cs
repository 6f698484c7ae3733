namespace Tidemark.Postgres.Data;

/// <summary>What the server was doing when it last wrote pg_control (DBState).</summary>
internal enum ClusterState
{
    StartingUp = 0,
    ShutDown = 1,
    ShutDownInRecovery = 2,
    ShuttingDown = 3,
    InCrashRecovery = 4,
    InArchiveRecovery = 5,
    InProduction = 6,
}
