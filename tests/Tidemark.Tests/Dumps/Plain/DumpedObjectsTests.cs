using System.Text;
using Tidemark.Dumps.Plain;

namespace Tidemark.Tests.Dumps.Plain;

public sealed class DumpedObjectsTests
{
    [Fact]
    public void Objects_are_counted_by_pg_dumps_own_words_and_not_by_what_stands_in_rows_bodies_or_names()
    {
        const string text = """
            -- Name: orders; Type: TABLE; Schema: public; Owner: keeper
            CREATE TABLE public.orders (note text);
            -- Name: x; Type: VIEW; Schema: odd; Type: TABLE; Schema: public; Owner: -
            CREATE TABLE public."x; Type: VIEW; Schema: odd" (n int);
            -- Name: orders orders_pkey; Type: CONSTRAINT; Schema: public; Owner: keeper
            ALTER TABLE public.orders ADD PRIMARY KEY (note);
            -- Name: circle _RETURN; Type: RULE; Schema: public; Owner: keeper
            CREATE OR REPLACE VIEW public.circle AS SELECT 1 AS n;
            -- Name: orders keep; Type: RULE; Schema: public; Owner: keeper
            CREATE RULE keep AS ON DELETE TO public.orders DO INSTEAD NOTHING;
            -- Data for Name: orders; Type: TABLE DATA; Schema: public; Owner: keeper
            COPY public.orders (note) FROM stdin;
            -- Name: in a row; Type: TABLE; Schema: public; Owner: keeper
            \.
            CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$
            -- Name: in a body; Type: TABLE; Schema: public; Owner: keeper
            select 1 $$;

            """;
        var reader = new PlainDumpReader();
        reader.Read(Encoding.UTF8.GetBytes(text));
        Assert.Equal(new Dictionary<string, long> { ["TABLE"] = 2, ["CONSTRAINT"] = 1, ["RULE"] = 1 }, reader.Complete().Objects);
    }
}
