-- Purpose: the figures of the performance report.   Reversible: drop function.
-- Common to all: [p_from, p_to) in ms; p_filters may hold route, device and country; marked bots are left out unless
-- p_include_bots. A row is a navigation, so a navigation gives each vital at most one sample; null is no sample, 0 is one.
-- Figures are those of hard navigations: soft ones are not comparable, and their TTFB is no measurement at all.
-- Percentiles are nearest-rank (percentile_disc: the smallest sample that at least q of all samples do not exceed). So every
-- figure is a sample that was really measured, "p75 is good" says exactly "at least 75 % of the navigations were good", and
-- a histogram can come within its error of the same figure, which it cannot of an interpolated one.

-- One row per vital, also for one without samples. p_thresholds: { "lcp": [good, needs improvement], … }, bounds inclusive.
create function public.get_vital_summaries(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_thresholds   jsonb,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns table (
  vital             text,
  p50               double precision,
  p75               double precision,
  p90               double precision,
  p95               double precision,
  p99               double precision,
  count             bigint,
  good              bigint,
  needs_improvement bigint,
  poor              bigint
)
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
  with
  navigation as materialized (
    select
      m.lcp::double precision, m.inp::double precision, m.cls::double precision,
      m.fcp::double precision, m.ttfb::double precision
    from public.performance_metrics as m
    where
      m.project_id = p_project_id
      and m.timestamp >= p_from
      and m.timestamp < p_to
      and m.navigation_type is distinct from 'soft-navigation'
      and (p_include_bots or m.bot_reasons is null)
      and (p_filters ->> 'route' is null or m.route = p_filters ->> 'route')
      and (p_filters ->> 'device' is null or m.device = p_filters ->> 'device')
      and (p_filters ->> 'country' is null or m.country = p_filters ->> 'country')
  ),
  threshold as (
    select
      t.vital,
      (t.bounds ->> 0)::double precision as good_max,
      (t.bounds ->> 1)::double precision as needs_improvement_max
    from jsonb_each(p_thresholds) as t (vital, bounds)
  )
  select
    t.vital, s.q[1], s.q[2], s.q[3], s.q[4], s.q[5], s.count, s.good, s.count - s.good - s.poor, s.poor
  from threshold as t
  -- one sort per vital over its own column, instead of one over five times as many rows
  cross join lateral (
    select
      percentile_disc(array[0.5, 0.75, 0.9, 0.95, 0.99]) within group (order by x.value) as q,
      count(x.value) as count,
      count(*) filter (where x.value <= t.good_max) as good,
      count(*) filter (where x.value > t.needs_improvement_max) as poor
    from navigation as n
    cross join lateral (
      select case t.vital
        when 'lcp' then n.lcp when 'inp' then n.inp when 'cls' then n.cls when 'fcp' then n.fcp when 'ttfb' then n.ttfb
      end
    ) as x (value)
  ) as s
$$;

comment on function public.get_vital_summaries is
  'Nearest-rank percentiles, sample count and classes of each web vital over the hard navigations in [p_from, p_to).';
revoke execute on function public.get_vital_summaries from public, anon, authenticated;
grant execute on function public.get_vital_summaries to service_role;

-- { "lcp": [{ start, p75, count }], … }: one point per local hour or day, empty ones with p75 null and count 0.
create function public.get_vital_series(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_bucket       text,    -- hour | day
  p_timezone     text,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
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
      percentile_disc(0.75) within group (order by m.lcp::double precision)  as lcp,
      percentile_disc(0.75) within group (order by m.inp::double precision)  as inp,
      percentile_disc(0.75) within group (order by m.cls::double precision)  as cls,
      percentile_disc(0.75) within group (order by m.fcp::double precision)  as fcp,
      percentile_disc(0.75) within group (order by m.ttfb::double precision) as ttfb,
      count(m.lcp)  as lcp_count,
      count(m.inp)  as inp_count,
      count(m.cls)  as cls_count,
      count(m.fcp)  as fcp_count,
      count(m.ttfb) as ttfb_count
    from public.performance_metrics as m
    where
      m.project_id = p_project_id
      and m.timestamp >= p_from
      and m.timestamp < p_to
      and m.navigation_type is distinct from 'soft-navigation'
      and (p_include_bots or m.bot_reasons is null)
      and (p_filters ->> 'route' is null or m.route = p_filters ->> 'route')
      and (p_filters ->> 'device' is null or m.device = p_filters ->> 'device')
      and (p_filters ->> 'country' is null or m.country = p_filters ->> 'country')
    group by 1
  ),
  -- materialized, or it would be computed once per vital
  point as materialized (
    select b.start_ms, t.*
    from bounds
    cross join lateral unnest(trim_array(bounds.instants, 1)) with ordinality as b (start_ms, position)
    left join tally as t on t.position = b.position
  )
  select jsonb_object_agg(v.vital, s.points)
  from unnest(array['lcp', 'inp', 'cls', 'fcp', 'ttfb']) as v (vital)
  cross join lateral (
    select
      jsonb_agg(
        case v.vital
          when 'lcp' then jsonb_build_object('start', p.start_ms, 'p75', p.lcp, 'count', coalesce(p.lcp_count, 0))
          when 'inp' then jsonb_build_object('start', p.start_ms, 'p75', p.inp, 'count', coalesce(p.inp_count, 0))
          when 'cls' then jsonb_build_object('start', p.start_ms, 'p75', p.cls, 'count', coalesce(p.cls_count, 0))
          when 'fcp' then jsonb_build_object('start', p.start_ms, 'p75', p.fcp, 'count', coalesce(p.fcp_count, 0))
          else jsonb_build_object('start', p.start_ms, 'p75', p.ttfb, 'count', coalesce(p.ttfb_count, 0))
        end
        order by p.start_ms
      ) as points
    from point as p
  ) as s
$$;

comment on function public.get_vital_series is
  'p75 and sample count of each web vital per local hour or day, empty buckets included, as a jsonb object of arrays.';
revoke execute on function public.get_vital_series from public, anon, authenticated;
grant execute on function public.get_vital_series to service_role;

-- p75 and samples of each vital by route, the routes with most navigations first. Rows without a route belong to none.
create function public.get_vital_routes(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_limit        integer default 100
)
returns table (
  route      text,
  count      bigint,
  lcp        double precision,
  lcp_count  bigint,
  inp        double precision,
  inp_count  bigint,
  cls        double precision,
  cls_count  bigint,
  fcp        double precision,
  fcp_count  bigint,
  ttfb       double precision,
  ttfb_count bigint
)
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
  select
    m.route,
    count(*) as count,
    percentile_disc(0.75) within group (order by m.lcp::double precision),
    count(m.lcp),
    percentile_disc(0.75) within group (order by m.inp::double precision),
    count(m.inp),
    percentile_disc(0.75) within group (order by m.cls::double precision),
    count(m.cls),
    percentile_disc(0.75) within group (order by m.fcp::double precision),
    count(m.fcp),
    percentile_disc(0.75) within group (order by m.ttfb::double precision),
    count(m.ttfb)
  from public.performance_metrics as m
  where
    m.project_id = p_project_id
    and m.timestamp >= p_from
    and m.timestamp < p_to
    and m.route is not null
    and m.navigation_type is distinct from 'soft-navigation'
    -- a row of custom metrics alone is no navigation
    and (m.navigation_type is not null or coalesce(m.lcp, m.inp, m.cls, m.fcp, m.ttfb) is not null)
    and (p_include_bots or m.bot_reasons is null)
    and (p_filters ->> 'route' is null or m.route = p_filters ->> 'route')
    and (p_filters ->> 'device' is null or m.device = p_filters ->> 'device')
    and (p_filters ->> 'country' is null or m.country = p_filters ->> 'country')
  group by m.route
  order by count(*) desc, m.route
  limit p_limit
$$;

comment on function public.get_vital_routes is 'p75 and sample count of each web vital by route, over hard navigations.';
revoke execute on function public.get_vital_routes from public, anon, authenticated;
grant execute on function public.get_vital_routes to service_role;

-- Navigations by kind. A row of custom metrics alone is no navigation.
create function public.get_navigation_counts(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns table (hard bigint, soft bigint)
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
  select
    count(*) filter (where m.navigation_type is distinct from 'soft-navigation'),
    count(*) filter (where m.navigation_type = 'soft-navigation')
  from public.performance_metrics as m
  where
    m.project_id = p_project_id
    and m.timestamp >= p_from
    and m.timestamp < p_to
    and (m.navigation_type is not null or coalesce(m.lcp, m.inp, m.cls, m.fcp, m.ttfb) is not null)
    and (p_include_bots or m.bot_reasons is null)
    and (p_filters ->> 'route' is null or m.route = p_filters ->> 'route')
    and (p_filters ->> 'device' is null or m.device = p_filters ->> 'device')
    and (p_filters ->> 'country' is null or m.country = p_filters ->> 'country')
$$;

comment on function public.get_navigation_counts is 'Hard and soft navigations in [p_from, p_to).';
revoke execute on function public.get_navigation_counts from public, anon, authenticated;
grant execute on function public.get_navigation_counts to service_role;

-- Metrics that product code reports by name, whatever the navigation; most samples first, ties by name.
create function public.get_custom_metrics(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_limit        integer default 100
)
returns table (name text, count bigint, p50 double precision, p75 double precision, p95 double precision)
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
  with
  sample as (
    select c.name, c.value::double precision as value
    from public.performance_metrics as m
    cross join lateral jsonb_each_text(m.custom) as c (name, value)
    where
      m.project_id = p_project_id
      and m.timestamp >= p_from
      and m.timestamp < p_to
      and (p_include_bots or m.bot_reasons is null)
      and (p_filters ->> 'route' is null or m.route = p_filters ->> 'route')
      and (p_filters ->> 'device' is null or m.device = p_filters ->> 'device')
      and (p_filters ->> 'country' is null or m.country = p_filters ->> 'country')
  ),
  summary as (
    select
      s.name,
      count(*) as count,
      percentile_disc(array[0.5, 0.75, 0.95]) within group (order by s.value) as q
    from sample as s
    group by s.name
  )
  select s.name, s.count, s.q[1], s.q[2], s.q[3]
  from summary as s
  order by s.count desc, s.name
  limit p_limit
$$;

comment on function public.get_custom_metrics is 'Sample count and nearest-rank percentiles of each custom metric.';
revoke execute on function public.get_custom_metrics from public, anon, authenticated;
grant execute on function public.get_custom_metrics to service_role;
