using Tidemark.EndToEnd.Support;
using Tidemark.Tests.Postgres.Replication;

[assembly: AssemblyFixture(typeof(RealServers))]

namespace Tidemark.Tests.Postgres.Replication;

/// <summary>Removes, at the end of the run, the folder that real servers lay in.</summary>
public sealed class RealServers : IDisposable
{
    public void Dispose() => Workshop.Clear();
}
