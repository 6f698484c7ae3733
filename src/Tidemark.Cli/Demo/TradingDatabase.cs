namespace Tidemark.Cli.Demo;

/// <summary>A small brokerage: made in SQL on the server, with a fixed seed.</summary>
internal static class TradingDatabase
{
    public const string Name = "trading";

    public const string Create = """
        create type side as enum ('buy', 'sell');
        create type order_status as enum ('open', 'filled', 'cancelled');
        create table instruments (
            id int primary key, symbol text not null unique, name text not null, currency char(3) not null, last_price numeric(12,2) not null check (last_price > 0));
        create table accounts (
            id int generated always as identity primary key, number text not null unique, holder text not null, country char(2) not null,
            opened_on date not null, balance numeric(14,2) not null default 0);
        create table cash_movements (
            id bigint generated always as identity primary key, account_id int not null references accounts, amount numeric(14,2) not null, booked_at timestamptz not null);
        create table orders (
            id bigint generated always as identity primary key, account_id int not null references accounts, instrument_id int not null references instruments,
            side side not null, quantity int not null check (quantity > 0), limit_price numeric(12,2) not null, status order_status not null, placed_at timestamptz not null);
        create table trades (
            id bigint generated always as identity primary key, order_id bigint not null references orders, quantity int not null, price numeric(12,2) not null,
            value numeric(16,2) generated always as (quantity * price) stored, executed_at timestamptz not null);
        create view positions as
            select o.account_id, i.symbol, sum(case o.side when 'buy' then t.quantity else -t.quantity end) as quantity, sum(t.value) as turnover
              from trades t join orders o on o.id = t.order_id join instruments i on i.id = o.instrument_id
             group by o.account_id, i.symbol;
        create index orders_by_account on orders (account_id, placed_at);
        create index trades_by_order on trades (order_id);
        comment on table trades is 'every execution; the books are made from this';

        select setseed(0.1729);
        insert into instruments select n, s[1], s[2], s[3], s[4]::numeric from unnest(array[
            'ADYEN|Adyen|EUR|1412.60', 'AIR|Airbus|EUR|163.42', 'ASML|ASML Holding|EUR|702.10', 'AZN|AstraZeneca|GBP|118.34', 'BAS|BASF|EUR|46.88', 'BP|BP|GBP|4.61',
            'DTE|Deutsche Telekom|EUR|28.95', 'HSBA|HSBC|GBP|7.12', 'INGA|ING Group|EUR|15.77', 'MC|LVMH|EUR|618.20', 'NESN|Nestlé|CHF|83.54', 'NOVO|Novo Nordisk|DKK|612.40',
            'OR|L''Oréal|EUR|371.05', 'PHIA|Philips|EUR|25.31', 'ROG|Roche|CHF|271.90', 'SAN|Santander|EUR|4.73', 'SAP|SAP|EUR|214.35', 'SHELL|Shell|EUR|31.02',
            'SIE|Siemens|EUR|181.66', 'UBSG|UBS|CHF|27.85', 'ULVR|Unilever|GBP|46.19', 'VOW3|Volkswagen|EUR|96.12'
            ]) with ordinality as line(text, n), string_to_array(text, '|') s;
        insert into accounts (number, holder, country, opened_on)
            select 'NL' || lpad((4711 * n % 1000003)::text, 7, '0'),
                   (array['Anna','Bram','Chiara','Daan','Elif','Femke','Gijs','Hanna','Ines','Jonas','Karim','Lotte','Mila','Noor','Otto','Priya'])[1 + (random() * 15)::int] || ' ' ||
                   (array['de Vries','Jansen','Rossi','Yılmaz','Müller','Dubois','Okafor','Novák','Silva','Kowalska','van Dijk','Ó Briain','Sørensen','Patel'])[1 + (random() * 13)::int],
                   (array['NL','NL','NL','DE','BE','FR','IT','DK'])[1 + (random() * 7)::int], current_date - (random() * 3000)::int
              from generate_series(1, 2000) n;
        insert into cash_movements (account_id, amount, booked_at)
            select 1 + (random() * 1999)::int, round((random() * 9000 + 50)::numeric, 2), now() - random() * interval '700 days' from generate_series(1, 12000);
        update accounts a set balance = coalesce((select sum(amount) from cash_movements m where m.account_id = a.id), 0);
        insert into orders (account_id, instrument_id, side, quantity, limit_price, status, placed_at)
            select 1 + (random() * 1999)::int, i.id, (array['buy','buy','sell'])[1 + (random() * 2)::int]::side, 1 + (random() * 199)::int,
                   round(i.last_price * (0.9 + random() * 0.2)::numeric, 2), (array['filled','filled','filled','cancelled'])[1 + (random() * 3)::int]::order_status,
                   now() - interval '1 hour' - random() * interval '600 days'
              from (select 1 + (random() * 21)::int as pick from generate_series(1, 30000)) picked join instruments i on i.id = picked.pick;
        insert into trades (order_id, quantity, price, executed_at)
            select id, quantity, limit_price, placed_at + random() * interval '5 minutes' from orders where status = 'filled' order by id;
        analyze;
        """;

    /// <summary>What the customers do in the minutes after the backup.</summary>
    public const string LifeGoesOn = """
        select setseed(0.4242);
        insert into orders (account_id, instrument_id, side, quantity, limit_price, status, placed_at)
            select 1 + (random() * 1999)::int, 1 + (random() * 21)::int, 'buy', 1 + (random() * 99)::int, 100, 'open', clock_timestamp() from generate_series(1, 240);
        """;
}
