using Tidemark.BaseBackups;
using Tidemark.Hosting;

namespace Tidemark.Cli.Commands;

/// <summary>The base backups that a command sees.</summary>
internal static class SessionBases
{
    /// <summary>Of all stores; one that cannot be looked at is told, and hides no other.</summary>
    public static Task<IReadOnlyList<StoredBackup>> BasesAsync(this Session session, CancellationToken token) => session.Bases().ListAsync(token);

    /// <summary>The one that is meant; null: no base backup is.</summary>
    /// <exception cref="Fault">2: several begin so.</exception>
    public static Task<StoredBackup?> FindBaseAsync(this Session session, string wanted, CancellationToken token) => session.Bases().FindAsync(wanted, token);

    private static BaseChoice Bases(this Session session) => new(session.Workbench, told => session.Terminal.Remark($"warning: {told}"));
}
