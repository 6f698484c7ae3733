namespace Tidemark.Drills.Evidence;

/// <summary>Somewhere else that reports go to.</summary>
internal interface IEvidencePlace
{
    /// <summary>wiki or webhook; what is noted of it is noted under this.</summary>
    string Name { get; }

    /// <summary>Brings all that it has not. What it has already is brought again where nothing is known of that: it must not matter.</summary>
    /// <param name="folder">The reports.</param>
    /// <param name="after">The number of the last one that it is known to have; 0: none.</param>
    /// <param name="taken">Told of the number that it has from now on, with all before it.</param>
    /// <param name="token">Cancels; what began then ends by itself soon.</param>
    /// <exception cref="Fault">It does not take them.</exception>
    Task BringAsync(EvidenceFolder folder, int after, Action<int> taken, CancellationToken token);
}
