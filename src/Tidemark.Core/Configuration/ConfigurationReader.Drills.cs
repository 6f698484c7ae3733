using Tidemark.Postgres;

namespace Tidemark.Configuration;

internal sealed partial class ConfigurationReader
{
    private DrillPolicy ReadDrills() => new()
    {
        Target = ReadDrillTarget(),
        Assertions = Shown(SettingCatalogue.DrillAssertions, AbsolutePath),
        Folder = Shown(SettingCatalogue.DrillFolder, AbsolutePath),
        Wiki = ReadDrillWiki(),
    };

    private SecretSource? ReadDrillWiki()
    {
        var setting = SettingCatalogue.DrillWiki;
        var (text, origin) = layers.Get(setting);
        if (text is not null && !SecretReference.IsReference(text))
        {
            try
            {
                _ = WikiAddress.Parse(text, root);
            }
            catch (Fault fault)
            {
                faults.Add(setting, text, origin, fault.Why!);
            }
        }
        return Secret(setting, said => said);
    }

    /// <summary>A plain address is looked at now; a reference when a drill needs it.</summary>
    private SecretSource? ReadDrillTarget()
    {
        var setting = SettingCatalogue.DrillTarget;
        var (text, origin) = layers.Get(setting);
        if (text is not null && !SecretReference.IsReference(text))
        {
            try
            {
                _ = DatabaseAddress.Parse(text, variables, System.Environment.UserName);
                if (origin.StartsWith("flag ", StringComparison.Ordinal) && DatabaseAddress.HoldsSecret(text))
                    faults.Add(setting, text, origin, "a password on a command line can be read by every user of the machine; use the variable, env:NAME or file:PATH");
            }
            catch (Fault fault)
            {
                faults.Add(setting, text, origin, $"{fault.What}: {fault.Why}");
            }
        }
        return Secret(setting, said => said);
    }
}
