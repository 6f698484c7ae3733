using Tidemark.Bench.Data;

namespace Tidemark.Bench.BaseRaces;

/// <summary>Spoils 1 % of a data folder's bytes, the same every time: stretches of 128 KiB of its large files, spread evenly; and every fortieth small file is gone.</summary>
internal static class Damage
{
    private const int Stretch = 128 * 1024, Every = 100 * Stretch, SmallFile = 32 * 1024, FilesApart = 40;

    public static void Do(string data)
    {
        var noise = new byte[Stretch];
        var chance = new Chance(4711);
        for (var i = 0; i < Stretch; i++) noise[i] = (byte)chance.Below(256);
        var (left, small) = (0L, 0);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(data, "base"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var length = new FileInfo(file).Length;
            if (length <= SmallFile)
            {
                // Whatever has its first number in the name is a table: 'PG_VERSION' and the maps stay.
                if (char.IsAsciiDigit(Path.GetFileName(file)[0]) && ++small % FilesApart == 0) File.Delete(file);
                continue;
            }
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Write);
            for (; left < length; left += Every)
            {
                stream.Position = Math.Min(left, length - Stretch);
                if (stream.Position >= 0) stream.Write(noise);
            }
            left -= length;
        }
    }
}
