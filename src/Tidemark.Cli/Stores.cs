using Tidemark.Hosting;
using Tidemark.Storage;
using Tidemark.Storage.Azure;
using Tidemark.Storage.S3;
using Tidemark.Storage.Sftp;

namespace Tidemark.Cli;

/// <summary>The kinds of stores that this program knows.</summary>
internal static class Stores
{
    public static readonly StoreOpeners Kinds = All();

    private static StoreOpeners All()
    {
        var kinds = new StoreOpeners();
        kinds.Add(StoreKind.S3, S3Opener.Open);
        kinds.Add(StoreKind.AzureBlob, AzureOpener.Open);
        kinds.Add(StoreKind.Sftp, SftpOpener.Open);
        return kinds;
    }
}
