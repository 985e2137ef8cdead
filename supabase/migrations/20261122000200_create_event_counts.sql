-- Purpose: how often what happened, by hour, so that totals need no raw rows.   Reversible: drop table.
create table public.event_counts (
  hour       bigint not null,
  row_count  bigint not null,
  project_id integer not null,
  bot        boolean not null,
  kind       text not null check (kind in ('event', 'conversion')),
  name       text not null,
  step       text not null default '',
  primary key (project_id, hour, kind, name, step, bot)
)
-- Folding updates the same few rows of the current hour; room on the page keeps that out of the index.
with (fillfactor = 70);
comment on table public.event_counts is 'Rows of user_events and conversions by hour and name. Together with event_count_deltas it equals a recount at every moment; alone it lags behind. Raw rows that are purged for their age stay counted.';
comment on column public.event_counts.hour is 'Unix ms of the beginning of the hour (UTC) in which it happened.';
comment on column public.event_counts.name is 'Of an event its name, of a conversion the funnel.';
comment on column public.event_counts.step is 'Of a conversion the step; empty for an event.';
comment on column public.event_counts.bot is 'Whether the rows are marked as bots.';
comment on index public.event_counts_pkey is 'Totals of one project in a range.';

alter table public.event_counts enable row level security;
revoke all on table public.event_counts from public, anon, authenticated, service_role;
grant select on table public.event_counts to authenticated;
grant select, insert, update, delete on table public.event_counts to service_role;
create policy event_counts_select_authenticated on public.event_counts for select to authenticated
  using (project_id = any ((select public.get_member_project_ids())::integer[]));
create policy event_counts_all_service_role on public.event_counts for all to service_role using (true) with check (true);

-- Every batch of an hour adds to the same few counts: if each updated them there, one would wait for the other. So a batch
-- leaves its differences here, and fold_event_counts adds them up later. No index: nothing is ever looked up.
create table public.event_count_deltas (
  hour       bigint not null,
  row_count  bigint not null,
  project_id integer not null,
  bot        boolean not null,
  kind       text not null,
  name       text not null,
  step       text not null default ''
);
comment on table public.event_count_deltas is 'Differences to event_counts that are not folded into it yet. Written in the transaction that adds, erases or changes the raw rows; row_count is negative where rows went away.';

alter table public.event_count_deltas enable row level security;
revoke all on table public.event_count_deltas from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.event_count_deltas to service_role;
create policy event_count_deltas_all_service_role on public.event_count_deltas for all to service_role
  using (true) with check (true);
