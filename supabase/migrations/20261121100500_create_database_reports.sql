-- Purpose: the figures of the database performance report.   Reversible: drop function.
-- Common to all: [p_from, p_to) in ms; slow = longer than p_slow_ms. Latencies (ms, nearest-rank) are those of the queries
-- that ran: an answer from the cache says nothing about the database.

create function public.get_database_summary(p_project_id integer, p_from bigint, p_to bigint, p_slow_ms double precision)
returns table (
  queries bigint,
  slow    bigint,
  cached  bigint,
  p50     double precision,
  p95     double precision,
  p99     double precision
)
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
  select s.queries, s.slow, s.cached, s.q[1], s.q[2], s.q[3]
  from (
    select
      count(*) as queries,
      count(*) filter (where m.duration > p_slow_ms) as slow,
      count(*) filter (where m.cached) as cached,
      percentile_disc(array[0.5, 0.95, 0.99]) within group (order by m.duration::double precision)
        filter (where not m.cached) as q
    from public.database_performance_metrics as m
    where m.project_id = p_project_id and m.timestamp >= p_from and m.timestamp < p_to
  ) as s
$$;

comment on function public.get_database_summary is 'Queries, slow and cached ones, and latency in [p_from, p_to).';
revoke execute on function public.get_database_summary from public, anon, authenticated;
grant execute on function public.get_database_summary to service_role;

-- [{ start, queries, slow, p95 }]: one point per local hour or day, empty ones with zeros and null.
create function public.get_database_series(
  p_project_id integer,
  p_from       bigint,
  p_to         bigint,
  p_slow_ms    double precision,
  p_bucket     text,
  p_timezone   text
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
  with
  bounds as (
    select public.get_time_bounds(p_from, p_to, p_bucket, p_timezone) as instants
  ),
  tally as (
    select
      width_bucket(m.timestamp, (select instants from bounds)) as position,
      count(*) as queries,
      count(*) filter (where m.duration > p_slow_ms) as slow,
      percentile_disc(0.95) within group (order by m.duration::double precision) filter (where not m.cached) as p95
    from public.database_performance_metrics as m
    where m.project_id = p_project_id and m.timestamp >= p_from and m.timestamp < p_to
    group by 1
  )
  select
    jsonb_agg(
      jsonb_build_object(
        'start', b.start_ms, 'queries', coalesce(t.queries, 0), 'slow', coalesce(t.slow, 0), 'p95', t.p95
      )
      order by b.start_ms
    )
  from bounds
  cross join lateral unnest(trim_array(bounds.instants, 1)) with ordinality as b (start_ms, position)
  left join tally as t on t.position = b.position
$$;

comment on function public.get_database_series is 'Queries, slow ones and p95 per local hour or day as a jsonb array, empty buckets included.';
revoke execute on function public.get_database_series from public, anon, authenticated;
grant execute on function public.get_database_series to service_role;

-- The queries with the highest p95, over the times they really ran: count is their number, rows the median of what they gave.
create function public.get_slowest_queries(
  p_project_id integer,
  p_from       bigint,
  p_to         bigint,
  p_limit      integer default 50
)
returns table (
  query text,
  count bigint,
  p50   double precision,
  p95   double precision,
  max   double precision,
  rows  integer
)
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
  select s.query, s.count, s.q[1], s.q[2], s.max, s.rows
  from (
    select
      m.query,
      count(*) as count,
      percentile_disc(array[0.5, 0.95]) within group (order by m.duration::double precision) as q,
      max(m.duration)::double precision as max,
      percentile_disc(0.5) within group (order by m.rows) as rows
    from public.database_performance_metrics as m
    where
      m.project_id = p_project_id
      and m.timestamp >= p_from
      and m.timestamp < p_to
      and not m.cached
    group by m.query
  ) as s
  order by s.q[2] desc, s.query
  limit p_limit
$$;

comment on function public.get_slowest_queries is 'Queries by p95 of the times they ran, cached answers left out.';
revoke execute on function public.get_slowest_queries from public, anon, authenticated;
grant execute on function public.get_slowest_queries to service_role;
