-- One of every kind of object that a database can hold (PostgreSQL 13 to 18). Run by psql as a superuser; may be run for several databases of one server.
DO $$ BEGIN CREATE ROLE kind_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE "kind ""odd"", Reader"; EXCEPTION WHEN duplicate_object THEN NULL; END $$;

CREATE EXTENSION hstore;
CREATE EXTENSION citext WITH SCHEMA public;
CREATE EXTENSION file_fdw;
CREATE EXTENSION postgres_fdw;

CREATE SCHEMA trade AUTHORIZATION kind_owner;
CREATE SCHEMA "Odd ""schema"", with
a newline";
COMMENT ON SCHEMA trade IS 'it''s a comment; with
a newline';

CREATE TYPE trade.side AS ENUM ('buy', 'sell''', 'none;');
CREATE TYPE trade.money AS (amount numeric(20,4), currency char(3));
CREATE TYPE trade.price_range AS RANGE (subtype = numeric);
CREATE DOMAIN trade.positive AS numeric CHECK (VALUE > 0);
CREATE COLLATION trade.posix (locale = 'C');

CREATE FUNCTION trade.fee(trade.money) RETURNS numeric LANGUAGE sql IMMUTABLE AS $_$ SELECT ($1).amount * 0.01 $_$;
CREATE FUNCTION trade.touch() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN NEW.note := coalesce(NEW.note, '$$;'); RETURN NEW; END $body$;
CREATE PROCEDURE trade.nothing() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE trade.total(numeric) (SFUNC = numeric_add, STYPE = numeric, INITCOND = '0');
CREATE FUNCTION trade.same(trade.money, trade.money) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).amount = ($2).amount';
CREATE OPERATOR trade.~= (LEFTARG = trade.money, RIGHTARG = trade.money, FUNCTION = trade.same);
CREATE CAST (trade.money AS numeric) WITH FUNCTION trade.fee(trade.money);

CREATE SEQUENCE trade.ticket START 100 INCREMENT 7 CYCLE MAXVALUE 1000;
SELECT nextval('trade.ticket'), nextval('trade.ticket');
CREATE SEQUENCE trade.never_called;

CREATE TABLE trade.orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ticket int DEFAULT nextval('trade.ticket') UNIQUE,
    side trade.side NOT NULL,
    price trade.money,
    quantity trade.positive,
    band trade.price_range,
    tags text[],
    grid int[][],
    doc jsonb,
    raw bytea,
    name citext,
    pairs hstore,
    note text COLLATE trade.posix,
    placed timestamptz DEFAULT '2024-02-29 23:59:59.123456+00',
    span interval,
    doubled numeric GENERATED ALWAYS AS (quantity * 2) STORED,
    EXCLUDE USING gist (band WITH &&) WHERE (side = 'buy'));
INSERT INTO trade.orders (side, price, quantity, tags, grid, doc, raw, name, pairs, note, span)
SELECT (ARRAY['buy', 'sell''', 'none;']::trade.side[])[1 + i % 3], ROW(i * 1.5, 'EUR')::trade.money, i,
       ARRAY['a', E'b\\"', NULL, E'\n', ''], ARRAY[[i, 2], [3, NULL]], jsonb_build_object('k', E'v;\t"''', 'i', i), decode(md5(i::text), 'hex'), 'Name ' || i, hstore('k"', i::text),
       (ARRAY[E'\\.', E'a\\.\nb', E'tab\tand\r\n', E'\\N', NULL, '', E'-- PostgreSQL database dump complete', E'\b\f\v\x01', 'é中😀'])[1 + i % 9], make_interval(mins => i)
  FROM generate_series(1, 90) i;
ALTER SEQUENCE trade.orders_id_seq INCREMENT 3;
ALTER TABLE trade.orders OWNER TO kind_owner;
CREATE TRIGGER touched BEFORE INSERT OR UPDATE OF note ON trade.orders FOR EACH ROW WHEN (NEW.note IS NULL) EXECUTE FUNCTION trade.touch();
CREATE INDEX orders_by_name ON trade.orders USING btree (lower(note) DESC NULLS LAST, id) WHERE quantity > 5;
CREATE STATISTICS trade.together (dependencies) ON side, quantity FROM trade.orders;
ALTER TABLE trade.orders ALTER COLUMN note SET STATISTICS 500, ALTER COLUMN raw SET STORAGE EXTERNAL, SET (fillfactor = 70);
CLUSTER trade.orders USING orders_pkey;
COMMENT ON TABLE trade.orders IS E'one\ntwo \\ three';
COMMENT ON COLUMN trade.orders.note IS 'a ''column''';

CREATE TABLE trade.fills (order_id bigint REFERENCES trade.orders ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, at timestamptz NOT NULL, quantity numeric, PRIMARY KEY (at, order_id)) PARTITION BY RANGE (at);
CREATE TABLE trade.fills_2024 PARTITION OF trade.fills FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY HASH (order_id);
CREATE TABLE trade.fills_2024_0 PARTITION OF trade.fills_2024 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE trade.fills_2024_1 PARTITION OF trade.fills_2024 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE trade.fills_rest PARTITION OF trade.fills DEFAULT;
INSERT INTO trade.fills SELECT i, timestamptz '2024-06-01' + make_interval(days => i * 5), i FROM generate_series(1, 90) i;

CREATE TABLE trade.parent (a int, b text); CREATE TABLE trade.child (c int) INHERITS (trade.parent);
INSERT INTO trade.parent VALUES (1, 'p'); INSERT INTO trade.child VALUES (2, 'c', 3);
CREATE UNLOGGED TABLE trade.scratch AS SELECT i FROM generate_series(1, 12) i;
CREATE TABLE trade.no_columns (); INSERT INTO trade.no_columns SELECT FROM generate_series(1, 4);
CREATE TABLE trade.dropped (a int, gone int, b int); INSERT INTO trade.dropped VALUES (1, 2, 3); ALTER TABLE trade.dropped DROP COLUMN gone;

CREATE VIEW trade.open_orders WITH (security_barrier) AS SELECT id, side FROM trade.orders WHERE quantity > 10 WITH LOCAL CHECK OPTION;
CREATE MATERIALIZED VIEW trade.volumes AS SELECT side, sum(quantity) AS volume FROM trade.orders GROUP BY side;
CREATE UNIQUE INDEX ON trade.volumes (side);
CREATE MATERIALIZED VIEW trade.never_filled AS SELECT 1 AS x WITH NO DATA;
CREATE RULE nothing AS ON DELETE TO trade.parent DO INSTEAD NOTHING;

CREATE TABLE trade.secured (who name, x int); INSERT INTO trade.secured VALUES ('a', 1), ('b', 2);
ALTER TABLE trade.secured ENABLE ROW LEVEL SECURITY; ALTER TABLE trade.secured FORCE ROW LEVEL SECURITY;
CREATE POLICY "own; rows" ON trade.secured FOR SELECT TO kind_owner, "kind ""odd"", Reader" USING (who = current_user);

CREATE TABLE "Odd ""schema"", with
a newline"."Table; ""quoted""
second line" ("Col 1" int, "col""2" text, "select" text);
INSERT INTO "Odd ""schema"", with
a newline"."Table; ""quoted""
second line" SELECT i, 'x' || i, E'y\n' FROM generate_series(1, 17) i;
CREATE TABLE trade."aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffg63" ("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffh63" int);
INSERT INTO trade."aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffg63" VALUES (63);
CREATE TABLE trade."Größe ÄÖ" ("naïve ☃" text); INSERT INTO trade."Größe ÄÖ" VALUES ('ß');

CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE trade.outside (line text) SERVER files OPTIONS (filename '/nowhere/at-all.csv', format 'csv');
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'nowhere.invalid', dbname 'it''s');
CREATE USER MAPPING FOR kind_owner SERVER elsewhere OPTIONS (user 'u', password_required 'false');
CREATE FOREIGN TABLE trade.remote (a int) SERVER elsewhere;

CREATE PUBLICATION orders_out FOR TABLE trade.orders, trade.parent WITH (publish = 'insert,update');
CREATE FUNCTION trade.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watching ON ddl_command_end WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION trade.watch();
CREATE TEXT SEARCH DICTIONARY trade.plain (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION trade.words (COPY = simple);

SELECT lo_from_bytea(71001, decode(repeat('00ff5c2e0a27', 500), 'hex')), lo_from_bytea(71002, ''), lo_create(71003);
ALTER LARGE OBJECT 71001 OWNER TO kind_owner;
GRANT SELECT ON LARGE OBJECT 71002 TO "kind ""odd"", Reader";
COMMENT ON LARGE OBJECT 71001 IS 'large;';

GRANT USAGE ON SCHEMA trade TO "kind ""odd"", Reader";
GRANT SELECT, UPDATE (note) ON trade.orders TO "kind ""odd"", Reader" WITH GRANT OPTION;
REVOKE EXECUTE ON FUNCTION trade.fee(trade.money) FROM PUBLIC;
GRANT USAGE ON TYPE trade.side TO kind_owner;
GRANT USAGE ON FOREIGN SERVER files TO kind_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE kind_owner IN SCHEMA trade GRANT SELECT ON TABLES TO "kind ""odd"", Reader";
