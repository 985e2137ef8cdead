-- Purpose: what AI calls took and cost, one row per call.   Reversible: drop table.
-- Width, order of columns and the missing foreign key: as in user_events.
create table public.ai_performance_metrics (
  timestamp  bigint not null check (timestamp between -62135596800000 and 253402300799999),
  created_at timestamptz not null default now(),
  project_id integer not null,
  tokens     integer check (tokens >= 0),
  success    boolean not null default true,
  cache_hit  boolean not null default false,
  actor_id   uuid not null,
  id         uuid not null,
  user_id    uuid,
  request_id text,
  endpoint   text,
  model      text,
  duration   numeric check (duration >= 0 and duration < 'Infinity'),
  cost_usd   numeric check (cost_usd >= 0 and cost_usd < 'Infinity'),
  error      text,
  ip         text,
  primary key (project_id, timestamp, actor_id, id)
) partition by range (timestamp);
create table public.ai_performance_metrics_default partition of public.ai_performance_metrics default;

comment on table public.ai_performance_metrics is 'Calls to AI models. Partitioned by month of timestamp (UTC).';
comment on column public.ai_performance_metrics.timestamp is 'Unix ms of the start of the call.';
comment on column public.ai_performance_metrics.actor_id is 'Actor of the user on whose behalf it was; the nil uuid without one.';
comment on column public.ai_performance_metrics.duration is 'Milliseconds.';
comment on column public.ai_performance_metrics.tokens is 'Input and output together. Null when the provider did not say.';

comment on index public.ai_performance_metrics_pkey is 'Calls of one project in a range: totals, latency, models, endpoints. And: is this row a retry?';

alter table public.ai_performance_metrics enable row level security;
alter table public.ai_performance_metrics_default enable row level security;
revoke all on table public.ai_performance_metrics from public, anon, authenticated, service_role;
revoke all on table public.ai_performance_metrics_default from public, anon, authenticated, service_role;
grant select on table public.ai_performance_metrics to authenticated;
grant select, insert, update, delete on table public.ai_performance_metrics to service_role;
create policy ai_performance_metrics_select_authenticated on public.ai_performance_metrics for select to authenticated
  using (project_id = any ((select public.get_member_project_ids())::integer[]));
create policy ai_performance_metrics_all_service_role on public.ai_performance_metrics for all to service_role
  using (true) with check (true);
