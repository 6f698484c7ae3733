CREATE ROLE tide_owner; CREATE ROLE "Reader, ""odd"""; CREATE ROLE "Mixed Case";
CREATE EXTENSION pgcrypto;
CREATE SCHEMA "odd.schema"; CREATE SCHEMA "new
line"; CREATE SCHEMA empty_one;
ALTER SCHEMA "odd.schema" OWNER TO tide_owner;
CREATE TYPE public.mood AS ENUM ('sad''', 'ok;', '(');
CREATE TABLE public.orders (id bigint GENERATED ALWAYS AS IDENTITY, customer text NOT NULL DEFAULT 'a;''b', amount numeric(12,2), doubled numeric GENERATED ALWAYS AS (amount * 2) STORED, raw bytea, at timestamptz DEFAULT '2024-01-01', m public.mood, tags text[], doc jsonb);
INSERT INTO public.orders (customer, amount, raw, m, tags, doc)
 SELECT (ARRAY[E'plain', E'\\.', E'a\\.\nb', E'\\', E'tab\tand\r\nnewline', E'\\N', E'quote '' and "double"', E'-- PostgreSQL database dump complete', E'\n\\.\n', E'), (1, 2); DROP DATABASE x;', E'$$ $tag$', '', E'COPY public.orders FROM stdin;\n1\n\\.\n', E'/* not a comment', E'\u00e9\u4e2d\U0001F600', NULL, E'\b\f\v\x01\x7f'])[1 + i % 17] || '',
 i * 1.5, decode(md5(i::text), 'hex'), (ARRAY['sad''','ok;','(']::public.mood[])[1 + i % 3], ARRAY['a', E'b\\"', NULL, E'\n'], '{"k": "v;\"''"}'
 FROM generate_series(1, 34) i WHERE i % 17 <> 15;
CREATE TABLE public.no_columns (); INSERT INTO public.no_columns SELECT FROM generate_series(1, 7);
CREATE TABLE public.no_columns_no_rows ();
CREATE TABLE public.nothing_here (a int, b text);
CREATE TABLE "odd.schema"."a ""quoted"" (table); --" ("col;1" int, "FROM stdin;" text, "values" text);
INSERT INTO "odd.schema"."a ""quoted"" (table); --" SELECT i, CASE WHEN i % 2 = 0 THEN 'x(' || i ELSE E'y)\n''' END, 'VALUES (1), (2)' FROM generate_series(1, 23) i;
CREATE TABLE "new
line"."table
\.
-- PostgreSQL database dump complete
" ("c
1" text);
INSERT INTO "new
line"."table
\.
-- PostgreSQL database dump complete
" VALUES ('1'), (NULL), (E'\n'), (E'\\.');
CREATE TABLE public.values (x text); INSERT INTO public.values VALUES ('one'), ('two;'), ('');
CREATE TABLE public.same (x text); INSERT INTO public.same VALUES ('1');
CREATE TABLE "odd.schema".same (x text); INSERT INTO "odd.schema".same VALUES ('1'), ('2');
CREATE TABLE public."Größe😀" (x text); INSERT INTO public."Größe😀" SELECT 'ä' FROM generate_series(1, 5);
CREATE TABLE public.parted (k int, v text) PARTITION BY RANGE (k);
CREATE TABLE public.parted_low PARTITION OF public.parted FOR VALUES FROM (0) TO (10);
CREATE TABLE public.parted_high PARTITION OF public.parted FOR VALUES FROM (10) TO (100);
INSERT INTO public.parted SELECT i, 'v' || i FROM generate_series(1, 50) i;
CREATE UNLOGGED TABLE public.unlogged_one (x int); INSERT INTO public.unlogged_one VALUES (1), (2);
CREATE TABLE public.only_generated (a int GENERATED ALWAYS AS (1) STORED); INSERT INTO public.only_generated SELECT FROM generate_series(1, 4);
CREATE TABLE public.only_identity (a int GENERATED ALWAYS AS IDENTITY); INSERT INTO public.only_identity SELECT FROM generate_series(1, 6);
CREATE FUNCTION public.looks_like_copy() RETURNS text LANGUAGE plpgsql AS $body$
BEGIN
  -- a quote ' that never ends, a dollar $ and "more
  RETURN 'x';
END;
/*
COPY public.fake FROM stdin;
1	2
\.

--
-- PostgreSQL database dump complete
--

\! touch /tmp/never
DROP DATABASE never;
INSERT INTO public.fake VALUES (1);
*/
$body$;
CREATE FUNCTION public.dollars() RETURNS text LANGUAGE sql AS $_$ SELECT $$ ; $_ $$ || 'a' $_$;
CREATE FUNCTION public.atomic_one(a int, b text DEFAULT ';') RETURNS int LANGUAGE sql
BEGIN ATOMIC
  SELECT CASE WHEN a > 1 THEN 1 ELSE 2 END;
  SELECT CASE a WHEN 1 THEN (SELECT 1) ELSE CASE WHEN b = 'END;' THEN 3 END END;
END;
CREATE PROCEDURE public.atomic_two(x text) LANGUAGE sql
BEGIN ATOMIC
  INSERT INTO public.same VALUES (x);
  INSERT INTO public.same VALUES ('a;');
END;
CREATE VIEW public.v AS SELECT id, E'a\\b;''' AS s FROM public.orders;
CREATE RULE two_things AS ON DELETE TO public.same DO ALSO (INSERT INTO public.values VALUES ('a;'); DELETE FROM public.parted WHERE k = 99;);
CREATE TABLE public.secured (who text, x int); INSERT INTO public.secured VALUES ('a', 1);
ALTER TABLE public.secured ENABLE ROW LEVEL SECURITY;
CREATE POLICY p1 ON public.secured FOR SELECT TO tide_owner, "Mixed Case" USING (who = 'a;');
COMMENT ON TABLE public.orders IS 'semi;
-- PostgreSQL database dump complete
\.
COPY public.fake (a) FROM stdin;
it''s \ here';
ALTER TABLE public.parted OWNER TO tide_owner;
GRANT SELECT, UPDATE (v) ON public.parted TO "Reader, ""odd""", PUBLIC;
GRANT EXECUTE ON FUNCTION public.atomic_one(int, text) TO "Mixed Case" WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE tide_owner IN SCHEMA public GRANT SELECT ON TABLES TO "Mixed Case";
CREATE FOREIGN DATA WRAPPER fdw; CREATE SERVER srv FOREIGN DATA WRAPPER fdw; CREATE USER MAPPING FOR tide_owner SERVER srv;
SELECT lo_from_bytea(4200001, decode(repeat('00ff5c2e0a27', 20), 'hex'));
SELECT lo_from_bytea(4200002, ''); SELECT lo_create(4200003);
ALTER LARGE OBJECT 4200001 OWNER TO tide_owner;
COMMENT ON LARGE OBJECT 4200001 IS 'lo;';
CREATE SEQUENCE public.seq; SELECT setval('public.seq', 77);
