using Tidemark.Bench.Measuring;

namespace Tidemark.Bench.BaseRaces.Tools;

/// <summary>One that takes backups and restores them. Each call says what to start; what has to be there before is made by the call, off the clock.</summary>
internal interface IBackupTool
{
    /// <summary>The tool and the manner, for the table.</summary>
    string Name { get; }

    /// <summary>A full backup into a repository that is made in this folder.</summary>
    Launch Backup(string place);

    /// <summary>Of what the repository holds for it.</summary>
    long Stored(string place);

    /// <summary>The newest backup, into <see cref="DataIn"/>.</summary>
    /// <param name="repository">Where it was taken into.</param>
    /// <param name="place">A folder, empty or with what an earlier restore left there.</param>
    Launch Restore(string repository, string place);

    /// <summary>Where the restored data folder is, ready to be started.</summary>
    string DataIn(string place);
}

/// <summary>One that can do with less where something is there.</summary>
internal interface IThriftyTool : IBackupTool
{
    /// <summary>Into a repository with a full backup.</summary>
    Launch Increment(string repository, string place);

    /// <summary>Over a data folder that it restored, and that was damaged.</summary>
    Launch Mend(string repository, string place);
}
