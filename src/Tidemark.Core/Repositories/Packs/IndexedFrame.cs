namespace Tidemark.Repositories.Packs;

/// <summary>A frame as the index of its pack tells it.</summary>
/// <param name="Content">What it is.</param>
/// <param name="Offset">Within the pack, before any encryption.</param>
/// <param name="Stored">Bytes of the frame.</param>
/// <param name="Raw">Bytes that come out of it.</param>
/// <param name="Hash">Of these.</param>
internal sealed record IndexedFrame(FrameContent Content, long Offset, int Stored, int Raw, ContentHash Hash);
