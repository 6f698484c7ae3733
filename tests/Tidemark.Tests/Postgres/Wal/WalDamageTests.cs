using System.Buffers.Binary;
using CsCheck;
using Tidemark.Postgres.Wal;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Postgres.Wal;

public sealed class WalDamageTests
{
    private static readonly Lazy<WalSample> Old = new(() => WalSample.Of(13)), New = new(() => WalSample.Of(18));

    [Fact]
    public void Whatever_is_done_to_the_bytes_it_reads_only_what_was_written_and_ends_with_a_reason() =>
        Gen.Select(Gen.Bool, Gen.Int[0, (2 << 20) - 1], Gen.Int[0, 5], Gen.Byte.Array[4, 2000]).Sample(
            (old, at, how, noise) =>
            {
                var sample = old ? Old.Value : New.Value;
                var bytes = sample.Bytes.ToArray();
                Damage(bytes, at, how, noise);
                var lines = WalLines.Of([bytes], 1 << 16).ToList();
                var told = lines.Count > 0 && (lines[^1].StartsWith("invalid", StringComparison.Ordinal) || lines[^1].StartsWith("the log ends", StringComparison.Ordinal));
                var read = told ? lines[..^1] : lines;
                // Behind the last record nothing is read, and padding says nothing: then all is as it was.
                return read.SequenceEqual(sample.Dump.Take(read.Count)) && (told || read.Count == sample.Dump.Count);
            },
            iter: 250);

    [Fact]
    public void A_record_of_any_content_under_a_right_checksum_does_no_harm() =>
        Gen.Select(Gen.Bool, Gen.Int[0, 800], Gen.Int[0, 200], Gen.Byte.Array[1, 12]).Sample(
            (old, which, offset, content) =>
            {
                var sample = old ? Old.Value : New.Value;
                var bytes = sample.Segment(0);
                var at = WalSample.Size.OffsetOf(Lsn.Parse(sample.Dump[which % 300].Split(' ')[0]));
                var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
                if (at % 8192 + length > 8192) return true;
                var record = bytes.AsSpan(at, length);
                var where = 24 + offset % Math.Max(1, length - 24);
                content.AsSpan(0, Math.Min(content.Length, length - where)).CopyTo(record[where..]);
                WalPages.Seal(record);
                var reader = new WalRecordReader();
                reader.Feed(bytes);
                var records = 0;
                while (reader.TryRead(out var read))
                {
                    records++;
                    _ = WalLandmark.Of(read);
                    _ = WalTransactionEnd.Of(read);
                }
                return records >= which % 300;
            },
            iter: 2000);

    private static void Damage(byte[] bytes, int at, int how, byte[] noise)
    {
        var rest = bytes.AsSpan(at);
        var some = rest[..Math.Min(rest.Length, noise.Length)];
        switch (how)
        {
            case 0: bytes[at] ^= (byte)(1 << (noise[0] & 7)); break;
            case 1: some.Clear(); break;
            case 2: noise.AsSpan(0, some.Length).CopyTo(some); break;
            case 3: rest.Clear(); break;
            // A page of another place.
            case 4: bytes.AsSpan(noise[0] * 8192, 8192).CopyTo(bytes.AsSpan(at / 8192 * 8192)); break;
            // The lengths at the heads of records and pages.
            default: noise.AsSpan(0, 4).CopyTo(bytes.AsSpan(at / 8 * 8)); break;
        }
    }
}
