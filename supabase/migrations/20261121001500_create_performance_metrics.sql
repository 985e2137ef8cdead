-- Purpose: how pages felt, one row per navigation.   Reversible: drop table.
-- Width, order of columns and the missing foreign key: as in user_events. NaN is above Infinity in Postgres, so that
-- "below Infinity" refuses both.
create table public.performance_metrics (
  timestamp       bigint not null check (timestamp between -62135596800000 and 253402300799999),
  created_at      timestamptz not null default now(),
  project_id      integer not null,
  lcp_seq         smallint,
  inp_seq         smallint,
  cls_seq         smallint,
  fcp_seq         smallint,
  ttfb_seq        smallint,
  fid_seq         smallint,
  gpc             boolean not null default false,
  actor_id        uuid not null,
  id              uuid not null,
  user_id         uuid,
  visitor_id      uuid,
  session_id      text,
  route           text,
  navigation_type text,
  lcp             numeric check (lcp >= 0 and lcp < 'Infinity'),
  inp             numeric check (inp >= 0 and inp < 'Infinity'),
  cls             numeric check (cls >= 0 and cls < 'Infinity'),
  fcp             numeric check (fcp >= 0 and fcp < 'Infinity'),
  ttfb            numeric check (ttfb >= 0 and ttfb < 'Infinity'),
  fid             numeric check (fid >= 0 and fid < 'Infinity'),
  connection      text,
  device          text,
  browser         text,
  os              text,
  country         text,
  release         text,
  bot_reasons     text[],
  attribution     jsonb check (jsonb_typeof(attribution) = 'object'),
  custom          jsonb check (
    jsonb_typeof(custom) = 'object' and not jsonb_path_exists(custom, '$.* ? (@.type() != "number")')
  ),
  custom_seqs     jsonb,
  user_agent      text,
  ip              text,
  primary key (project_id, timestamp, actor_id, id)
) partition by range (timestamp);
create table public.performance_metrics_default partition of public.performance_metrics default;

comment on table public.performance_metrics is 'Web vitals and custom metrics, one row per navigation: later values of the same navigation merge into it. Partitioned by month of timestamp (UTC).';
comment on column public.performance_metrics.id is 'The navigation, named by the browser.';
comment on column public.performance_metrics.timestamp is 'Unix ms of the start of the navigation by the browser''s clock.';
comment on column public.performance_metrics.lcp is 'Largest Contentful Paint, ms. Null means not known; 0 would be a measurement.';
comment on column public.performance_metrics.cls is 'Cumulative Layout Shift, no unit. 0 is a real 0.';
comment on column public.performance_metrics.fid is 'First Input Delay, ms: accepted in imports, never shown. INP replaced it in March 2024.';
comment on column public.performance_metrics.lcp_seq is 'Sequence number of the send that brought lcp: a later send replaces it, an earlier one that comes late does not. Null exactly when lcp is. The other *_seq alike.';
comment on column public.performance_metrics.navigation_type is 'As the browser reports it; soft-navigation is a segment of its own.';
comment on column public.performance_metrics.attribution is 'By metric: what caused the stored value.';
comment on column public.performance_metrics.custom is 'By name: custom metrics, numbers.';
comment on column public.performance_metrics.custom_seqs is 'By name: sequence number of the send that brought the custom metric.';

comment on index public.performance_metrics_pkey is 'Navigations of one project in a range: percentiles, series, routes. And: is this navigation known?';

alter table public.performance_metrics enable row level security;
alter table public.performance_metrics_default enable row level security;
revoke all on table public.performance_metrics from public, anon, authenticated, service_role;
revoke all on table public.performance_metrics_default from public, anon, authenticated, service_role;
grant select on table public.performance_metrics to authenticated;
grant select, insert, update, delete on table public.performance_metrics to service_role;
create policy performance_metrics_select_authenticated on public.performance_metrics for select to authenticated
  using (project_id = any ((select public.get_member_project_ids())::integer[]));
create policy performance_metrics_all_service_role on public.performance_metrics for all to service_role
  using (true) with check (true);
