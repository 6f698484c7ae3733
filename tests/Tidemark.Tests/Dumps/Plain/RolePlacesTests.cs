using System.Text;
using Tidemark.Dumps.Plain;

namespace Tidemark.Tests.Dumps.Plain;

public sealed class RolePlacesTests
{
    [Theory]
    [InlineData("GRANT ALL ON TABLE app.app TO app;", "app")]
    [InlineData("GRANT SELECT(app),UPDATE(\"to\") ON TABLE public.app TO app WITH GRANT OPTION;", "app")]
    [InlineData("REVOKE ALL ON FUNCTION app.app(app app.app) FROM PUBLIC;\nREVOKE GRANT OPTION FOR ALL ON LARGE OBJECT 5 FROM \"App 2\";", "App 2")]
    [InlineData("SET SESSION AUTHORIZATION app;\nGRANT SELECT ON SEQUENCE app.s TO \"x\"\"y\" GRANTED BY app;\nRESET SESSION AUTHORIZATION;\n", "app|x\"y|app")]
    [InlineData("GRANT USAGE ON SCHEMA \"from\" TO GROUP app, APP;", "app|app")]
    [InlineData("ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA app GRANT SELECT,INSERT ON TABLES  TO reader WITH GRANT OPTION;", "app|reader")]
    [InlineData("ALTER DEFAULT PRIVILEGES FOR ROLE app REVOKE ALL ON FUNCTIONS  FROM PUBLIC;", "app")]
    [InlineData("CREATE POLICY app ON app.app AS RESTRICTIVE FOR UPDATE TO app, \"App 2\" USING ((app = 'app; TO app'::text)) WITH CHECK ((app > 0));\n", "app|App 2")]
    [InlineData("CREATE POLICY app ON public.app USING ((app IN ( SELECT app FROM app)));", "")]
    [InlineData("CREATE USER MAPPING FOR app SERVER app OPTIONS (\n    \"user\" 'app'\n);\n", "app")]
    [InlineData("DROP USER MAPPING IF EXISTS FOR app SERVER app;", "app")]
    [InlineData("CREATE POLICY app ON public.app USING (((app)::interval day to second > app));", "")]
    [InlineData("DROP POLICY app ON app.app;\n", "")]
    [InlineData("CREATE USER MAPPING FOR public SERVER app;", "")]
    public void A_role_is_found_where_the_grammar_wants_one_and_nowhere_else(string sql, string names)
    {
        var bytes = Encoding.UTF8.GetBytes(sql);
        var places = RolePlaces.In(bytes);
        Assert.Equal(names, string.Join('|', places.Found.Select(place => place.Name)));
        Assert.Empty(places.Unread);
        Assert.All(places.Found, place => Assert.Contains(Encoding.UTF8.GetString(bytes, place.Start, place.Length).Trim('"').Replace("\"\"", "\"", StringComparison.Ordinal), new[] { place.Name, place.Name.ToUpperInvariant() }));
    }

    [Theory]
    [InlineData("GRANT app;")]
    [InlineData("GRANT SELECT ON TABLE x TO app WITH SUGAR;")]
    [InlineData("REASSIGN OWNED BY app TO other;")]
    [InlineData("ALTER DEFAULT PRIVILEGES IN SCHEMA x GRANT SELECT ON TABLES TO app;")]
    public void Another_shape_is_told_apart_and_what_follows_is_read(string sql)
    {
        var places = RolePlaces.In(Encoding.UTF8.GetBytes(sql + " GRANT SELECT ON TABLE x TO reader;"));
        Assert.Equal("reader", Assert.Single(places.Found).Name);
        Assert.Single(places.Unread);
    }
}
