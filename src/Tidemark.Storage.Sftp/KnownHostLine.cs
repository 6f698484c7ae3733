using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Tidemark.Storage.Sftp;

/// <param name="Marker">Empty, @revoked, or another that begins with '@'.</param>
/// <param name="Hosts">Patterns with commas between, or one hashed name.</param>
/// <param name="KeyType">Such as ssh-ed25519.</param>
/// <param name="Key">As it goes over the wire.</param>
internal sealed record KnownHostLine(string Marker, string Hosts, string KeyType, byte[] Key)
{
    private const string Hashed = "|1|";

    /// <summary>Null for empty lines, remarks and what cannot be read: ssh passes over it as well.</summary>
    public static KnownHostLine? Parse(string line)
    {
        var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0][0] == '#') return null;
        var marker = words[0][0] == '@' ? words[0] : "";
        if (marker.Length > 0) words = words[1..];
        if (words.Length < 3) return null;
        var key = new byte[words[2].Length];
        if (!Convert.TryFromBase64String(words[2], key, out var length) || TypeOf(key.AsSpan(0, length)) != words[1]) return null;
        return new KnownHostLine(marker, words[0], words[1], key[..length]);
    }

    /// <summary>The first of the strings that a key is made of; null when it is none.</summary>
    public static string? TypeOf(ReadOnlySpan<byte> key)
    {
        if (key.Length < 4) return null;
        var length = BinaryPrimitives.ReadUInt32BigEndian(key);
        return length <= key.Length - 4 ? Encoding.ASCII.GetString(key.Slice(4, (int)length)) : null;
    }

    /// <param name="host">As <see cref="KnownHosts.NameOf"/> writes it.</param>
    public bool Names(string host)
    {
        if (Hosts.StartsWith(Hashed, StringComparison.Ordinal)) return IsHashOf(host);
        var named = false;
        foreach (var pattern in Hosts.Split(','))
        {
            var not = pattern.StartsWith('!');
            if (!Fits(not ? pattern.AsSpan(1) : pattern, host)) continue;
            if (not) return false;
            named = true;
        }
        return named;
    }

    private bool IsHashOf(string host)
    {
        var parts = Hosts[Hashed.Length..].Split('|');
        Span<byte> salt = stackalloc byte[64], hash = stackalloc byte[64];
        if (parts.Length != 2 || parts.Any(part => part.Length > 64) || !Convert.TryFromBase64String(parts[0], salt, out var salted) || !Convert.TryFromBase64String(parts[1], hash, out var hashed)) return false;
#pragma warning disable CA5350 // The file's format says SHA-1; it hides names and protects no key.
        return HMACSHA1.HashData(salt[..salted], Encoding.UTF8.GetBytes(host)).AsSpan().SequenceEqual(hash[..hashed]);
#pragma warning restore CA5350
    }

    /// <summary>'*' stands for any letters, '?' for one.</summary>
    private static bool Fits(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        if (pattern.IsEmpty) return name.IsEmpty;
        if (pattern[0] != '*') return !name.IsEmpty && (pattern[0] == '?' || pattern[0] == name[0]) && Fits(pattern[1..], name[1..]);
        for (var from = 0; from <= name.Length; from++)
            if (Fits(pattern[1..], name[from..])) return true;
        return false;
    }
}
