using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tidemark.Schedules;

/// <summary>How much later than its time a run begins: the same again after a restart, another on each machine and at each time.</summary>
internal static class RunJitter
{
    public static TimeSpan Of(TimeSpan most, string schedule, string host, DateTimeOffset due)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{host}\n{schedule}\n{due.UtcTicks}")));
        return TimeSpan.FromSeconds(Math.Floor(most.TotalSeconds * (BinaryPrimitives.ReadUInt32BigEndian(hash) / (double)uint.MaxValue)));
    }
}
