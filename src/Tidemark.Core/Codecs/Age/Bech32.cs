namespace Tidemark.Codecs.Age;

/// <summary>Bech32 (BIP 173) of whole bytes, as age writes its keys; no limit on the length.</summary>
internal static class Bech32
{
    private const string Charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int ChecksumLength = 6;

    private static readonly uint[] Generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

    /// <summary>Lower case.</summary>
    public static string Encode(string prefix, ReadOnlySpan<byte> bytes)
    {
        var groups = Regroup(bytes, 8, 5, pad: true)!;
        var checksum = Polymod([.. Expanded(prefix), .. groups, .. new byte[ChecksumLength]]) ^ 1;
        var letters = groups.Concat(Enumerable.Range(0, ChecksumLength).Select(at => (byte)(checksum >> (5 * (ChecksumLength - 1 - at)) & 31)));
        return prefix + "1" + string.Concat(letters.Select(group => Charset[group]));
    }

    /// <summary>The prefix in lower case and the bytes; null when it is no Bech32 or its checksum is wrong.</summary>
    public static (string Prefix, byte[] Bytes)? Decode(string text)
    {
        var lower = text.ToLowerInvariant();
        if (text.Any(char.IsAsciiLetterLower) && text.Any(char.IsAsciiLetterUpper)) return null;
        var separator = lower.LastIndexOf('1');
        if (separator < 1 || lower.Length - separator - 1 < ChecksumLength || lower.Any(letter => letter is < '!' or > '~')) return null;
        var groups = lower[(separator + 1)..].Select(letter => Charset.IndexOf(letter, StringComparison.Ordinal)).ToArray();
        if (groups.Contains(-1)) return null;
        var data = groups.Select(group => (byte)group).ToArray();
        var prefix = lower[..separator];
        if (Polymod([.. Expanded(prefix), .. data]) != 1) return null;
        return Regroup(data.AsSpan(..^ChecksumLength), 5, 8, pad: false) is { } bytes ? (prefix, bytes) : null;
    }

    private static IEnumerable<byte> Expanded(string prefix) => [.. prefix.Select(letter => (byte)(letter >> 5)), 0, .. prefix.Select(letter => (byte)(letter & 31))];

    private static uint Polymod(IEnumerable<byte> values)
    {
        uint sum = 1;
        foreach (var value in values)
        {
            var top = sum >> 25;
            sum = (sum & 0x1ffffff) << 5 ^ value;
            for (var bit = 0; bit < Generator.Length; bit++)
                if ((top >> bit & 1) == 1) sum ^= Generator[bit];
        }
        return sum;
    }

    /// <summary>Null when, without padding, bits are left over that are not zero or would have made another group.</summary>
    private static byte[]? Regroup(ReadOnlySpan<byte> groups, int from, int to, bool pad)
    {
        var (collected, bits, regrouped) = (0, 0, new List<byte>());
        foreach (var group in groups)
        {
            collected = (collected << from | group) & 0xfff;
            for (bits += from; bits >= to;) regrouped.Add((byte)(collected >> (bits -= to) & (1 << to) - 1));
        }
        var rest = collected << (to - bits) & (1 << to) - 1;
        if (pad && bits > 0) regrouped.Add((byte)rest);
        return pad || (bits < from && rest == 0) ? [.. regrouped] : null;
    }
}
