-- Purpose: how the application's database queries behave, one row per query.   Reversible: drop table.
-- Width, order of columns and the missing foreign key: as in user_events.
create table public.database_performance_metrics (
  timestamp  bigint not null check (timestamp between -62135596800000 and 253402300799999),
  created_at timestamptz not null default now(),
  project_id integer not null,
  rows       integer check (rows >= 0),
  cached     boolean not null default false,
  actor_id   uuid not null,
  id         uuid not null,
  user_id    uuid,
  query      text not null check (query <> ''),
  duration   numeric not null check (duration >= 0 and duration < 'Infinity'),
  ip         text,
  primary key (project_id, timestamp, actor_id, id)
) partition by range (timestamp);
create table public.database_performance_metrics_default partition of public.database_performance_metrics default;

comment on table public.database_performance_metrics is 'Queries of the application. Partitioned by month of timestamp (UTC).';
comment on column public.database_performance_metrics.timestamp is 'Unix ms of the start of the query.';
comment on column public.database_performance_metrics.actor_id is 'Actor of the user on whose behalf it was; the nil uuid without one.';
comment on column public.database_performance_metrics.query is 'Normalised text, without literals.';
comment on column public.database_performance_metrics.duration is 'Milliseconds.';

comment on index public.database_performance_metrics_pkey is 'Queries of one project in a range: totals, latency, slowest. And: is this row a retry?';

alter table public.database_performance_metrics enable row level security;
alter table public.database_performance_metrics_default enable row level security;
revoke all on table public.database_performance_metrics from public, anon, authenticated, service_role;
revoke all on table public.database_performance_metrics_default from public, anon, authenticated, service_role;
grant select on table public.database_performance_metrics to authenticated;
grant select, insert, update, delete on table public.database_performance_metrics to service_role;
create policy database_performance_metrics_select_authenticated on public.database_performance_metrics
  for select to authenticated
  using (project_id = any ((select public.get_member_project_ids())::integer[]));
create policy database_performance_metrics_all_service_role on public.database_performance_metrics for all to service_role
  using (true) with check (true);
