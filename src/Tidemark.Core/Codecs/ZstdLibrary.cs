using Microsoft.Win32.SafeHandles;

namespace Tidemark.Codecs;

/// <summary>Says how to get libzstd where it is missing.</summary>
internal static class ZstdLibrary
{
    public static T Made<T>(Func<T> make)
        where T : SafeHandleZeroOrMinusOneIsInvalid
    {
        try
        {
            return make() is { IsInvalid: false } made ? made : throw new InsufficientMemoryException("libzstd found no memory for a context");
        }
        catch (DllNotFoundException missing)
        {
            throw new Fault(FaultCode.Configuration, "the library libzstd is not on this machine", missing) { Where = "libzstd.so.1", Why = missing.Message, Next = "apt-get install libzstd1" };
        }
    }
}
