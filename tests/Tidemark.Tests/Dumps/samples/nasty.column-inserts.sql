--
-- PostgreSQL database dump
--

\restrict zID4CGgSe8Ys1lYnK08SVhXBDZqlpjIzCaihRHvZGuC6vjMg94ak0oXiBPCql1E

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: empty_one; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA empty_one;


ALTER SCHEMA empty_one OWNER TO postgres;

--
-- Name: new line; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA "new
line";


ALTER SCHEMA "new
line" OWNER TO postgres;

--
-- Name: odd.schema; Type: SCHEMA; Schema: -; Owner: tide_owner
--

CREATE SCHEMA "odd.schema";


ALTER SCHEMA "odd.schema" OWNER TO tide_owner;

--
-- Name: pgcrypto; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;


--
-- Name: EXTENSION pgcrypto; Type: COMMENT; Schema: -; Owner: 
--

COMMENT ON EXTENSION pgcrypto IS 'cryptographic functions';


--
-- Name: mood; Type: TYPE; Schema: public; Owner: postgres
--

CREATE TYPE public.mood AS ENUM (
    'sad''',
    'ok;',
    '('
);


ALTER TYPE public.mood OWNER TO postgres;

--
-- Name: atomic_one(integer, text); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.atomic_one(a integer, b text DEFAULT ';'::text) RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN (a > 1) THEN 1
             ELSE 2
         END AS "case";
 SELECT
         CASE a
             WHEN 1 THEN ( SELECT 1)
             ELSE
             CASE
                 WHEN (b = 'END;'::text) THEN 3
                 ELSE NULL::integer
             END
         END AS "case";
END;


ALTER FUNCTION public.atomic_one(a integer, b text) OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: same; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.same (
    x text
);


ALTER TABLE public.same OWNER TO postgres;

--
-- Name: atomic_two(text); Type: PROCEDURE; Schema: public; Owner: postgres
--

CREATE PROCEDURE public.atomic_two(IN x text)
    LANGUAGE sql
    BEGIN ATOMIC
 INSERT INTO public.same (x)
   VALUES (atomic_two.x);
 INSERT INTO public.same (x)
   VALUES ('a;'::text);
END;


ALTER PROCEDURE public.atomic_two(IN x text) OWNER TO postgres;

--
-- Name: dollars(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.dollars() RETURNS text
    LANGUAGE sql
    AS $_X$ SELECT $$ ; $_ $$ || 'a' $_X$;


ALTER FUNCTION public.dollars() OWNER TO postgres;

--
-- Name: looks_like_copy(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.looks_like_copy() RETURNS text
    LANGUAGE plpgsql
    AS $_$
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
$_$;


ALTER FUNCTION public.looks_like_copy() OWNER TO postgres;

--
-- Name: fdw; Type: FOREIGN DATA WRAPPER; Schema: -; Owner: postgres
--

CREATE FOREIGN DATA WRAPPER fdw;


ALTER FOREIGN DATA WRAPPER fdw OWNER TO postgres;

--
-- Name: srv; Type: SERVER; Schema: -; Owner: postgres
--

CREATE SERVER srv FOREIGN DATA WRAPPER fdw;


ALTER SERVER srv OWNER TO postgres;

--
-- Name: USER MAPPING tide_owner SERVER srv; Type: USER MAPPING; Schema: -; Owner: postgres
--

CREATE USER MAPPING FOR tide_owner SERVER srv;


--
-- Name: table \. -- PostgreSQL database dump complete ; Type: TABLE; Schema: new line; Owner: postgres
--

CREATE TABLE "new
line"."table
\.
-- PostgreSQL database dump complete
" (
    "c
1" text
);


ALTER TABLE "new
line"."table
\.
-- PostgreSQL database dump complete
" OWNER TO postgres;

--
-- Name: a "quoted" (table); --; Type: TABLE; Schema: odd.schema; Owner: postgres
--

CREATE TABLE "odd.schema"."a ""quoted"" (table); --" (
    "col;1" integer,
    "FROM stdin;" text,
    "values" text
);


ALTER TABLE "odd.schema"."a ""quoted"" (table); --" OWNER TO postgres;

--
-- Name: same; Type: TABLE; Schema: odd.schema; Owner: postgres
--

CREATE TABLE "odd.schema".same (
    x text
);


ALTER TABLE "odd.schema".same OWNER TO postgres;

--
-- Name: Größe😀; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public."Größe😀" (
    x text
);


ALTER TABLE public."Größe😀" OWNER TO postgres;

--
-- Name: no_columns; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.no_columns (
);


ALTER TABLE public.no_columns OWNER TO postgres;

--
-- Name: no_columns_no_rows; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.no_columns_no_rows (
);


ALTER TABLE public.no_columns_no_rows OWNER TO postgres;

--
-- Name: nothing_here; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.nothing_here (
    a integer,
    b text
);


ALTER TABLE public.nothing_here OWNER TO postgres;

--
-- Name: only_generated; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.only_generated (
    a integer GENERATED ALWAYS AS (1) STORED
);


ALTER TABLE public.only_generated OWNER TO postgres;

--
-- Name: only_identity; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.only_identity (
    a integer NOT NULL
);


ALTER TABLE public.only_identity OWNER TO postgres;

--
-- Name: only_identity_a_seq; Type: SEQUENCE; Schema: public; Owner: postgres
--

ALTER TABLE public.only_identity ALTER COLUMN a ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.only_identity_a_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: orders; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.orders (
    id bigint NOT NULL,
    customer text DEFAULT 'a;''b'::text NOT NULL,
    amount numeric(12,2),
    doubled numeric GENERATED ALWAYS AS ((amount * (2)::numeric)) STORED,
    raw bytea,
    at timestamp with time zone DEFAULT '2024-01-01 00:00:00+00'::timestamp with time zone,
    m public.mood,
    tags text[],
    doc jsonb
);


ALTER TABLE public.orders OWNER TO postgres;

--
-- Name: TABLE orders; Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON TABLE public.orders IS 'semi;
-- PostgreSQL database dump complete
\.
COPY public.fake (a) FROM stdin;
it''s \ here';


--
-- Name: orders_id_seq; Type: SEQUENCE; Schema: public; Owner: postgres
--

ALTER TABLE public.orders ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.orders_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: parted; Type: TABLE; Schema: public; Owner: tide_owner
--

CREATE TABLE public.parted (
    k integer,
    v text
)
PARTITION BY RANGE (k);


ALTER TABLE public.parted OWNER TO tide_owner;

--
-- Name: parted_high; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.parted_high (
    k integer,
    v text
);


ALTER TABLE public.parted_high OWNER TO postgres;

--
-- Name: parted_low; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.parted_low (
    k integer,
    v text
);


ALTER TABLE public.parted_low OWNER TO postgres;

--
-- Name: secured; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.secured (
    who text,
    x integer
);


ALTER TABLE public.secured OWNER TO postgres;

--
-- Name: seq; Type: SEQUENCE; Schema: public; Owner: postgres
--

CREATE SEQUENCE public.seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE public.seq OWNER TO postgres;

--
-- Name: unlogged_one; Type: TABLE; Schema: public; Owner: postgres
--

CREATE UNLOGGED TABLE public.unlogged_one (
    x integer
);


ALTER TABLE public.unlogged_one OWNER TO postgres;

--
-- Name: v; Type: VIEW; Schema: public; Owner: postgres
--

CREATE VIEW public.v AS
 SELECT orders.id,
    'a\b;'''::text AS s
   FROM public.orders;


ALTER TABLE public.v OWNER TO postgres;

--
-- Name: values; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public."values" (
    x text
);


ALTER TABLE public."values" OWNER TO postgres;

--
-- Name: parted_high; Type: TABLE ATTACH; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.parted ATTACH PARTITION public.parted_high FOR VALUES FROM (10) TO (100);


--
-- Name: parted_low; Type: TABLE ATTACH; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.parted ATTACH PARTITION public.parted_low FOR VALUES FROM (0) TO (10);


--
-- Name: 4200001; Type: BLOB; Schema: -; Owner: tide_owner
--

SELECT pg_catalog.lo_create('4200001');


ALTER LARGE OBJECT 4200001 OWNER TO tide_owner;

--
-- Name: LARGE OBJECT 4200001; Type: COMMENT; Schema: -; Owner: tide_owner
--

COMMENT ON LARGE OBJECT 4200001 IS 'lo;';


--
-- Name: 4200002; Type: BLOB; Schema: -; Owner: postgres
--

SELECT pg_catalog.lo_create('4200002');


ALTER LARGE OBJECT 4200002 OWNER TO postgres;

--
-- Name: 4200003; Type: BLOB; Schema: -; Owner: postgres
--

SELECT pg_catalog.lo_create('4200003');


ALTER LARGE OBJECT 4200003 OWNER TO postgres;

--
-- Data for Name: table \. -- PostgreSQL database dump complete ; Type: TABLE DATA; Schema: new line; Owner: postgres
--

INSERT INTO "new
line"."table
\.
-- PostgreSQL database dump complete
" ("c
1") VALUES ('1');
INSERT INTO "new
line"."table
\.
-- PostgreSQL database dump complete
" ("c
1") VALUES (NULL);
INSERT INTO "new
line"."table
\.
-- PostgreSQL database dump complete
" ("c
1") VALUES ('
');
INSERT INTO "new
line"."table
\.
-- PostgreSQL database dump complete
" ("c
1") VALUES ('\.');


--
-- Data for Name: a "quoted" (table); --; Type: TABLE DATA; Schema: odd.schema; Owner: postgres
--

INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (1, 'y)
''', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (2, 'x(2', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (3, 'y)
''', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (4, 'x(4', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (5, 'y)
''', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (6, 'x(6', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (7, 'y)
''', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (8, 'x(8', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (9, 'y)
''', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (10, 'x(10', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (11, 'y)
''', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (12, 'x(12', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (13, 'y)
''', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (14, 'x(14', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (15, 'y)
''', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (16, 'x(16', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (17, 'y)
''', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (18, 'x(18', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (19, 'y)
''', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (20, 'x(20', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (21, 'y)
''', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (22, 'x(22', 'VALUES (1), (2)');
INSERT INTO "odd.schema"."a ""quoted"" (table); --" ("col;1", "FROM stdin;", "values") VALUES (23, 'y)
''', 'VALUES (1), (2)');


--
-- Data for Name: same; Type: TABLE DATA; Schema: odd.schema; Owner: postgres
--

INSERT INTO "odd.schema".same (x) VALUES ('1');
INSERT INTO "odd.schema".same (x) VALUES ('2');


--
-- Data for Name: Größe😀; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public."Größe😀" (x) VALUES ('ä');
INSERT INTO public."Größe😀" (x) VALUES ('ä');
INSERT INTO public."Größe😀" (x) VALUES ('ä');
INSERT INTO public."Größe😀" (x) VALUES ('ä');
INSERT INTO public."Größe😀" (x) VALUES ('ä');


--
-- Data for Name: no_columns; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.no_columns DEFAULT VALUES;
INSERT INTO public.no_columns DEFAULT VALUES;
INSERT INTO public.no_columns DEFAULT VALUES;
INSERT INTO public.no_columns DEFAULT VALUES;
INSERT INTO public.no_columns DEFAULT VALUES;
INSERT INTO public.no_columns DEFAULT VALUES;
INSERT INTO public.no_columns DEFAULT VALUES;


--
-- Data for Name: no_columns_no_rows; Type: TABLE DATA; Schema: public; Owner: postgres
--



--
-- Data for Name: nothing_here; Type: TABLE DATA; Schema: public; Owner: postgres
--



--
-- Data for Name: only_generated; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.only_generated DEFAULT VALUES;
INSERT INTO public.only_generated DEFAULT VALUES;
INSERT INTO public.only_generated DEFAULT VALUES;
INSERT INTO public.only_generated DEFAULT VALUES;


--
-- Data for Name: only_identity; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.only_identity (a) OVERRIDING SYSTEM VALUE VALUES (1);
INSERT INTO public.only_identity (a) OVERRIDING SYSTEM VALUE VALUES (2);
INSERT INTO public.only_identity (a) OVERRIDING SYSTEM VALUE VALUES (3);
INSERT INTO public.only_identity (a) OVERRIDING SYSTEM VALUE VALUES (4);
INSERT INTO public.only_identity (a) OVERRIDING SYSTEM VALUE VALUES (5);
INSERT INTO public.only_identity (a) OVERRIDING SYSTEM VALUE VALUES (6);


--
-- Data for Name: orders; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (1, '\.', 1.50, '\xc4ca4238a0b923820dcc509a6f75849b', '2024-01-01 00:00:00+00', 'ok;', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (2, 'a\.
b', 3.00, '\xc81e728d9d4c2f636f067f89cc14862c', '2024-01-01 00:00:00+00', '(', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (3, '\', 4.50, '\xeccbc87e4b5ce2fe28308fd9f2a7baf3', '2024-01-01 00:00:00+00', 'sad''', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (4, 'tab	and
newline', 6.00, '\xa87ff679a2f3e71d9181a67b7542122c', '2024-01-01 00:00:00+00', 'ok;', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (5, '\N', 7.50, '\xe4da3b7fbbce2345d7772b0674a318d5', '2024-01-01 00:00:00+00', '(', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (6, 'quote '' and "double"', 9.00, '\x1679091c5a880faf6fb5e6087eb1b2dc', '2024-01-01 00:00:00+00', 'sad''', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (7, '-- PostgreSQL database dump complete', 10.50, '\x8f14e45fceea167a5a36dedd4bea2543', '2024-01-01 00:00:00+00', 'ok;', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (8, '
\.
', 12.00, '\xc9f0f895fb98ab9159f51fd0297e236d', '2024-01-01 00:00:00+00', '(', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (9, '), (1, 2); DROP DATABASE x;', 13.50, '\x45c48cce2e2d7fbdea1afc51c7c6ad26', '2024-01-01 00:00:00+00', 'sad''', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (10, '$$ $tag$', 15.00, '\xd3d9446802a44259755d38e6d163e820', '2024-01-01 00:00:00+00', 'ok;', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (11, '', 16.50, '\x6512bd43d9caa6e02c990b0a82652dca', '2024-01-01 00:00:00+00', '(', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (12, 'COPY public.orders FROM stdin;
1
\.
', 18.00, '\xc20ad4d76fe97759aa27a0c99bff6710', '2024-01-01 00:00:00+00', 'sad''', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (13, '/* not a comment', 19.50, '\xc51ce410c124a10e0db5e4b97fc2af39', '2024-01-01 00:00:00+00', 'ok;', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (14, 'é中😀', 21.00, '\xaab3238922bcc25a6f606eb525ffdc56', '2024-01-01 00:00:00+00', '(', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (15, 'v', 24.00, '\xc74d97b01eae257e44aa9d5bade97baf', '2024-01-01 00:00:00+00', 'ok;', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (16, 'plain', 25.50, '\x70efdf2ec9b086079795c442636b55fb', '2024-01-01 00:00:00+00', '(', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (17, '\.', 27.00, '\x6f4922f45568161a8cdf4ad2299f6d23', '2024-01-01 00:00:00+00', 'sad''', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (18, 'a\.
b', 28.50, '\x1f0e3dad99908345f7439f8ffabdffc4', '2024-01-01 00:00:00+00', 'ok;', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (19, '\', 30.00, '\x98f13708210194c475687be6106a3b84', '2024-01-01 00:00:00+00', '(', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (20, 'tab	and
newline', 31.50, '\x3c59dc048e8850243be8079a5c74d079', '2024-01-01 00:00:00+00', 'sad''', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (21, '\N', 33.00, '\xb6d767d2f8ed5d21a44b0e5886680cb9', '2024-01-01 00:00:00+00', 'ok;', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (22, 'quote '' and "double"', 34.50, '\x37693cfc748049e45d87b8c7d8b9aacd', '2024-01-01 00:00:00+00', '(', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (23, '-- PostgreSQL database dump complete', 36.00, '\x1ff1de774005f8da13f42943881c655f', '2024-01-01 00:00:00+00', 'sad''', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (24, '
\.
', 37.50, '\x8e296a067a37563370ded05f5a3bf3ec', '2024-01-01 00:00:00+00', 'ok;', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (25, '), (1, 2); DROP DATABASE x;', 39.00, '\x4e732ced3463d06de0ca9a15b6153677', '2024-01-01 00:00:00+00', '(', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (26, '$$ $tag$', 40.50, '\x02e74f10e0327ad868d138f2b4fdd6f0', '2024-01-01 00:00:00+00', 'sad''', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (27, '', 42.00, '\x33e75ff09dd601bbe69f351039152189', '2024-01-01 00:00:00+00', 'ok;', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (28, 'COPY public.orders FROM stdin;
1
\.
', 43.50, '\x6ea9ab1baa0efb9e19094440c317e21b', '2024-01-01 00:00:00+00', '(', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (29, '/* not a comment', 45.00, '\x34173cb38f07f89ddbebc2ac9128303f', '2024-01-01 00:00:00+00', 'sad''', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (30, 'é中😀', 46.50, '\xc16a5320fa475530d9583c34fd356ef5', '2024-01-01 00:00:00+00', 'ok;', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (31, 'v', 49.50, '\x182be0c5cdcd5072bb1864cdee4d3d6e', '2024-01-01 00:00:00+00', 'sad''', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');
INSERT INTO public.orders (id, customer, amount, raw, at, m, tags, doc) OVERRIDING SYSTEM VALUE VALUES (32, 'plain', 51.00, '\xe369853df766fa44e1ed0ff613f563bd', '2024-01-01 00:00:00+00', 'ok;', '{a,"b\\\"",NULL,"
"}', '{"k": "v;\"''"}');


--
-- Data for Name: parted_high; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.parted_high (k, v) VALUES (10, 'v10');
INSERT INTO public.parted_high (k, v) VALUES (11, 'v11');
INSERT INTO public.parted_high (k, v) VALUES (12, 'v12');
INSERT INTO public.parted_high (k, v) VALUES (13, 'v13');
INSERT INTO public.parted_high (k, v) VALUES (14, 'v14');
INSERT INTO public.parted_high (k, v) VALUES (15, 'v15');
INSERT INTO public.parted_high (k, v) VALUES (16, 'v16');
INSERT INTO public.parted_high (k, v) VALUES (17, 'v17');
INSERT INTO public.parted_high (k, v) VALUES (18, 'v18');
INSERT INTO public.parted_high (k, v) VALUES (19, 'v19');
INSERT INTO public.parted_high (k, v) VALUES (20, 'v20');
INSERT INTO public.parted_high (k, v) VALUES (21, 'v21');
INSERT INTO public.parted_high (k, v) VALUES (22, 'v22');
INSERT INTO public.parted_high (k, v) VALUES (23, 'v23');
INSERT INTO public.parted_high (k, v) VALUES (24, 'v24');
INSERT INTO public.parted_high (k, v) VALUES (25, 'v25');
INSERT INTO public.parted_high (k, v) VALUES (26, 'v26');
INSERT INTO public.parted_high (k, v) VALUES (27, 'v27');
INSERT INTO public.parted_high (k, v) VALUES (28, 'v28');
INSERT INTO public.parted_high (k, v) VALUES (29, 'v29');
INSERT INTO public.parted_high (k, v) VALUES (30, 'v30');
INSERT INTO public.parted_high (k, v) VALUES (31, 'v31');
INSERT INTO public.parted_high (k, v) VALUES (32, 'v32');
INSERT INTO public.parted_high (k, v) VALUES (33, 'v33');
INSERT INTO public.parted_high (k, v) VALUES (34, 'v34');
INSERT INTO public.parted_high (k, v) VALUES (35, 'v35');
INSERT INTO public.parted_high (k, v) VALUES (36, 'v36');
INSERT INTO public.parted_high (k, v) VALUES (37, 'v37');
INSERT INTO public.parted_high (k, v) VALUES (38, 'v38');
INSERT INTO public.parted_high (k, v) VALUES (39, 'v39');
INSERT INTO public.parted_high (k, v) VALUES (40, 'v40');
INSERT INTO public.parted_high (k, v) VALUES (41, 'v41');
INSERT INTO public.parted_high (k, v) VALUES (42, 'v42');
INSERT INTO public.parted_high (k, v) VALUES (43, 'v43');
INSERT INTO public.parted_high (k, v) VALUES (44, 'v44');
INSERT INTO public.parted_high (k, v) VALUES (45, 'v45');
INSERT INTO public.parted_high (k, v) VALUES (46, 'v46');
INSERT INTO public.parted_high (k, v) VALUES (47, 'v47');
INSERT INTO public.parted_high (k, v) VALUES (48, 'v48');
INSERT INTO public.parted_high (k, v) VALUES (49, 'v49');
INSERT INTO public.parted_high (k, v) VALUES (50, 'v50');


--
-- Data for Name: parted_low; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.parted_low (k, v) VALUES (1, 'v1');
INSERT INTO public.parted_low (k, v) VALUES (2, 'v2');
INSERT INTO public.parted_low (k, v) VALUES (3, 'v3');
INSERT INTO public.parted_low (k, v) VALUES (4, 'v4');
INSERT INTO public.parted_low (k, v) VALUES (5, 'v5');
INSERT INTO public.parted_low (k, v) VALUES (6, 'v6');
INSERT INTO public.parted_low (k, v) VALUES (7, 'v7');
INSERT INTO public.parted_low (k, v) VALUES (8, 'v8');
INSERT INTO public.parted_low (k, v) VALUES (9, 'v9');


--
-- Data for Name: same; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.same (x) VALUES ('1');


--
-- Data for Name: secured; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.secured (who, x) VALUES ('a', 1);


--
-- Data for Name: unlogged_one; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.unlogged_one (x) VALUES (1);
INSERT INTO public.unlogged_one (x) VALUES (2);


--
-- Data for Name: values; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public."values" (x) VALUES ('one');
INSERT INTO public."values" (x) VALUES ('two;');
INSERT INTO public."values" (x) VALUES ('');


--
-- Name: only_identity_a_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('public.only_identity_a_seq', 6, true);


--
-- Name: orders_id_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('public.orders_id_seq', 32, true);


--
-- Name: seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('public.seq', 77, true);


--
-- Data for Name: BLOBS; Type: BLOBS; Schema: -; Owner: -
--

BEGIN;

SELECT pg_catalog.lo_open('4200001', 131072);
SELECT pg_catalog.lowrite(0, '\x00ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a2700ff5c2e0a27');
SELECT pg_catalog.lo_close(0);

SELECT pg_catalog.lo_open('4200002', 131072);
SELECT pg_catalog.lo_close(0);

SELECT pg_catalog.lo_open('4200003', 131072);
SELECT pg_catalog.lo_close(0);

COMMIT;

--
-- Name: same two_things; Type: RULE; Schema: public; Owner: postgres
--

CREATE RULE two_things AS
    ON DELETE TO public.same DO ( INSERT INTO public."values" (x)
  VALUES ('a;'::text);
 DELETE FROM public.parted
  WHERE (parted.k = 99);
);


--
-- Name: secured p1; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY p1 ON public.secured FOR SELECT TO tide_owner, "Mixed Case" USING ((who = 'a;'::text));


--
-- Name: secured; Type: ROW SECURITY; Schema: public; Owner: postgres
--

ALTER TABLE public.secured ENABLE ROW LEVEL SECURITY;

--
-- Name: FUNCTION atomic_one(a integer, b text); Type: ACL; Schema: public; Owner: postgres
--

GRANT ALL ON FUNCTION public.atomic_one(a integer, b text) TO "Mixed Case" WITH GRANT OPTION;


--
-- Name: TABLE parted; Type: ACL; Schema: public; Owner: tide_owner
--

GRANT SELECT ON TABLE public.parted TO "Reader, ""odd""";
GRANT SELECT ON TABLE public.parted TO PUBLIC;


--
-- Name: COLUMN parted.v; Type: ACL; Schema: public; Owner: tide_owner
--

GRANT UPDATE(v) ON TABLE public.parted TO "Reader, ""odd""";
GRANT UPDATE(v) ON TABLE public.parted TO PUBLIC;


--
-- Name: DEFAULT PRIVILEGES FOR TABLES; Type: DEFAULT ACL; Schema: public; Owner: tide_owner
--

ALTER DEFAULT PRIVILEGES FOR ROLE tide_owner IN SCHEMA public GRANT SELECT ON TABLES  TO "Mixed Case";


--
-- PostgreSQL database dump complete
--

\unrestrict zID4CGgSe8Ys1lYnK08SVhXBDZqlpjIzCaihRHvZGuC6vjMg94ak0oXiBPCql1E

