-- What happens to the system itself; Tidemark writes its heartbeats here.
create table system_events (
    id bigint generated always as identity primary key,
    event_type text not null,
    message text not null,
    created_at timestamptz not null default now()
);
create index system_events_by_time on system_events (created_at);
