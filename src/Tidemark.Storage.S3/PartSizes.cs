namespace Tidemark.Storage.S3;

/// <summary>How large each part of an upload is, whose whole size nobody knows, and how many may be in memory.</summary>
/// <remarks>
/// S3 allows 10,000 parts. They double after every 1,000, up to 1 GiB, which makes room for 4.3 TB. Parts on their way and the one being filled take
/// at most 96 MiB as long as the object is below 58 GB; then twice a part: 128 MiB to 125 GB, 256 MiB to 260 GB, 512 MiB to 530 GB, 1 GiB to 1 TB, 2 GiB beyond.
/// </remarks>
internal static class PartSizes
{
    public const int First = 8 * 1024 * 1024, MostParts = 10_000, MostInFlight = 4;

    private const int PartsOfASize = 1_000, Memory = 96 * 1024 * 1024;

    /// <param name="before">How many parts there are already.</param>
    public static int After(int before) => First << Math.Min(before / PartsOfASize, 7);

    /// <summary>How many parts of this size may be on their way while another one is filled.</summary>
    public static int InFlight(int size) => Math.Clamp((Memory / size) - 1, 1, MostInFlight);
}
