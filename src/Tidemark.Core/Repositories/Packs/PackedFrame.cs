namespace Tidemark.Repositories.Packs;

/// <summary>A frame that is ready for a pack.</summary>
/// <param name="Content">What it is.</param>
/// <param name="Raw">Bytes that come out of it.</param>
/// <param name="Hash">Of these.</param>
/// <param name="Bytes">Belong to the encoder, until it makes the next.</param>
internal readonly record struct PackedFrame(FrameContent Content, int Raw, ContentHash Hash, ReadOnlyMemory<byte> Bytes);
