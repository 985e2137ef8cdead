-- Purpose: what the collecting processes counted, by minute.   Reversible: drop table.
create table public.ingest_minutes (
  minute_ms   bigint not null check (minute_ms % 60000 = 0),
  project_id  integer not null,
  instance_id text not null check (instance_id <> ''),
  counts      jsonb not null default '{}' check (jsonb_typeof(counts) = 'object'),
  lag_ms      jsonb not null default '{}' check (jsonb_typeof(lag_ms) = 'object'),
  batch_rows  jsonb not null default '{}' check (jsonb_typeof(batch_rows) = 'object'),
  primary key (project_id, minute_ms, instance_id)
);
comment on table public.ingest_minutes is 'What became of what was sent: one row per project, minute and collecting process, with figures that count from the minute''s start. Kept for 30 days.';
comment on column public.ingest_minutes.minute_ms is 'Unix ms of the minute''s start, by the process''s clock.';
comment on column public.ingest_minutes.project_id is '0 for what could be tied to no project, such as an unknown key.';
comment on column public.ingest_minutes.instance_id is 'The process: a new one at each start.';
comment on column public.ingest_minutes.counts is 'By name: how many. Names with a dot are parts: rejected.<reason>, bot.<reason>, refused.<reason>.';
comment on column public.ingest_minutes.lag_ms is 'Histogram of ms from happening to commit: bucket to count; bucket 0 is below 1, bucket n holds [1.02^(n-1), 1.02^n).';
comment on column public.ingest_minutes.batch_rows is 'Histogram of rows per transaction, with the same buckets.';
comment on index public.ingest_minutes_pkey is 'The minutes of one project in a range.';

alter table public.ingest_minutes enable row level security;
revoke all on table public.ingest_minutes from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.ingest_minutes to service_role;
create policy ingest_minutes_all_service_role on public.ingest_minutes for all to service_role using (true) with check (true);

create function public.set_ingest_minutes(
  p_rows jsonb -- array of {project_id, minute_ms, instance_id, counts, lag_ms, batch_rows}
)
returns void
language sql volatile security invoker set search_path = ''
as $$
  insert into public.ingest_minutes as held (project_id, minute_ms, instance_id, counts, lag_ms, batch_rows)
  select
    sent.project_id, sent.minute_ms, sent.instance_id,
    coalesce(sent.counts, '{}'), coalesce(sent.lag_ms, '{}'), coalesce(sent.batch_rows, '{}')
  from jsonb_to_recordset(p_rows) as sent (
    project_id integer, minute_ms bigint, instance_id text, counts jsonb, lag_ms jsonb, batch_rows jsonb
  )
  order by sent.project_id, sent.minute_ms, sent.instance_id
  on conflict (project_id, minute_ms, instance_id) do update
    set counts = excluded.counts, lag_ms = excluded.lag_ms, batch_rows = excluded.batch_rows
$$;
comment on function public.set_ingest_minutes is 'Writes what one process counted: figures of whole minutes, which replace the earlier ones. Writing twice changes nothing.';
revoke execute on function public.set_ingest_minutes from public, anon, authenticated;
grant execute on function public.set_ingest_minutes to service_role;

create function public.get_ingest_minutes(
  p_project_id integer,
  p_from       bigint, -- ms, inclusive
  p_to         bigint  -- ms, exclusive
)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  with
  held as materialized (
    select minute.*
    from public.ingest_minutes as minute
    where minute.project_id = p_project_id and minute.minute_ms >= p_from and minute.minute_ms < p_to
  ),
  -- Over all processes.
  named as (
    select held.minute_ms, figure.key as name, sum(figure.value::numeric) as value
    from held
    cross join jsonb_each_text(held.counts) as figure
    group by held.minute_ms, figure.key
  ),
  minutes as (
    select named.minute_ms, jsonb_object_agg(named.name, named.value) as counts
    from named
    group by named.minute_ms
  ),
  lags as (
    select figure.key as bucket, sum(figure.value::numeric) as value
    from held
    cross join jsonb_each_text(held.lag_ms) as figure
    group by figure.key
  ),
  batches as (
    select figure.key as bucket, sum(figure.value::numeric) as value
    from held
    cross join jsonb_each_text(held.batch_rows) as figure
    group by figure.key
  )
  select jsonb_build_object(
    'minutes', coalesce(
      (select jsonb_agg(jsonb_build_object('minute_ms', m.minute_ms, 'counts', m.counts) order by m.minute_ms) from minutes as m),
      '[]'
    ),
    'lag_ms', coalesce((select jsonb_object_agg(lags.bucket, lags.value) from lags), '{}'),
    'batch_rows', coalesce((select jsonb_object_agg(batches.bucket, batches.value) from batches), '{}'),
    'instances', (select count(distinct held.instance_id) from held)
  )
$$;
comment on function public.get_ingest_minutes is 'What all processes counted of a project in [p_from, p_to), as one object: {"minutes": [{minute_ms, counts}], "lag_ms", "batch_rows", "instances"}. Quiet minutes are left out; histograms are merged over the range.';
revoke execute on function public.get_ingest_minutes from public, anon, authenticated;
grant execute on function public.get_ingest_minutes to service_role;
