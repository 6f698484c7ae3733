using Tidemark.Storage;

namespace Tidemark.Configuration;

internal sealed partial class ConfigurationReader
{
    private List<StoreAddress> ReadStores()
    {
        var setting = SettingCatalogue.BackupDir;
        var (text, origin) = layers.Get(setting);
        var stores = new List<StoreAddress>();
        foreach (var one in text!.Split(',', StringSplitOptions.TrimEntries))
        {
            try
            {
                var address = one.Length > 0 ? StoreAddress.Parse(one) : throw new FormatException("between two commas nothing is named");
                stores.Add(address.Kind == StoreKind.Folder ? address with { Path = AbsolutePath(address.Path) } : address);
            }
            catch (FormatException unreadable)
            {
                faults.Add(setting, one, origin, unreadable.Message);
            }
        }
        if (stores.GroupBy(store => store.ToString()).FirstOrDefault(same => same.Count() > 1) is { } twice) faults.Add(setting, text, origin, $"{twice.Key} is named twice");
        if (stores.Count == 0) stores.Add(new StoreAddress(StoreKind.Folder, "", AbsolutePath(setting.Default!)));
        values.Add(new(setting.Name, string.Join(", ", stores), origin));
        return stores;
    }
}
