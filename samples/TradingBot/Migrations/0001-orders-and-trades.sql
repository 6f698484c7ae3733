create table orders (
    id bigint generated always as identity primary key,
    account text not null,
    symbol text not null,
    side text not null check (side in ('buy', 'sell')),
    price numeric(18, 4) not null check (price > 0),
    quantity numeric(18, 4) not null check (quantity > 0),
    remaining numeric(18, 4) not null check (remaining >= 0),
    placed_at timestamptz not null default now()
);
create index orders_open on orders (symbol, side, price, id) where remaining > 0;

create table trades (
    id bigint generated always as identity primary key,
    buy_order bigint not null references orders (id),
    sell_order bigint not null references orders (id),
    symbol text not null,
    price numeric(18, 4) not null,
    quantity numeric(18, 4) not null,
    traded_at timestamptz not null default now()
);
