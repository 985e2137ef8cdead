-- Purpose: the performance report from histograms.   Reversible: drop function.
-- Common to all: [p_from, p_to) in ms; filters as build_vital_filter has them; hard navigations, or soft ones when p_is_soft. Counts and
-- classes are exact, percentiles within 1 % of the nearest-rank ones. A histogram is given as { digits, length }: the decimal digits
-- of its number (12 per bucket, highest first) without the zeros at the end, and how many there were with them.

create function public.get_vital_overview(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_bucket       text,    -- hour | day; null for no series
  p_timezone     text,
  p_is_soft      boolean default false,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
as $$
declare
  v_bounds bigint[] := case when p_bucket is not null then public.get_time_bounds(p_from, p_to, p_bucket, p_timezone) end;
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      cell as materialized (
        select
          c.position, c.is_soft, c.vital, sum(c.count)::bigint as count, sum(c.good)::bigint as good,
          sum(c.poor)::bigint as poor, sum(c.zero)::bigint as zero, sum(c.fine) as fine, sum(c.coarse) as coarse
        from (%s) as c
        group by c.position, c.is_soft, c.vital
      ),
      vital as (select t.vital from public.get_vital_thresholds() as t),
      point as (
        select
          v.vital,
          jsonb_agg(
            jsonb_build_object(
              'start', b.start_ms, 'count', coalesce(c.count, 0),
              'p75', public.get_histogram_value(c.fine, c.coarse, c.zero, c.count, 0.75)
            )
            order by b.start_ms
          ) as points
        from vital as v
        cross join lateral unnest(trim_array($1, 1)) with ordinality as b (start_ms, position)
        left join cell as c on c.position = b.position and c.vital = v.vital and c.is_soft = $2
        group by v.vital
      ),
      total as (
        select
          v.vital, coalesce(sum(c.count), 0) as count, coalesce(sum(c.good), 0) as good, coalesce(sum(c.poor), 0) as poor,
          coalesce(sum(c.zero), 0) as zero, coalesce(sum(c.fine), 0)::text as digits
        from vital as v
        left join cell as c on c.vital = v.vital and c.is_soft = $2
        group by v.vital
      )
      select jsonb_build_object(
        'hard', coalesce((select sum(c.count) from cell as c where c.vital = 'navigation' and not c.is_soft), 0),
        'soft', coalesce((select sum(c.count) from cell as c where c.vital = 'navigation' and c.is_soft), 0),
        'series', (select jsonb_object_agg(p.vital, p.points) from point as p),
        'vitals', (
          select jsonb_object_agg(t.vital, jsonb_build_object(
            'count', t.count, 'good', t.good, 'poor', t.poor, 'zero', t.zero,
            'digits', rtrim(t.digits, '0'), 'length', length(t.digits)
          ))
          from total as t
        )
      )
    $query$,
    public.build_vital_cells(p_project_id, p_from, p_to, v_bounds, p_filters, p_include_bots, '{all}')
  ) into v_answer using v_bounds, p_is_soft;
  return v_answer;
end
$$;
comment on function public.get_vital_overview is '{ hard, soft, vitals: { lcp: { count, good, poor, zero, digits, length } … }, series: { lcp: [{ start, p75, count }] … } or null }: navigations of both kinds, each vital over the range, and p75 per local hour or day, empty ones included.';
revoke execute on function public.get_vital_overview from public, anon, authenticated;
grant execute on function public.get_vital_overview to service_role;

create function public.get_vital_breakdowns(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_dimensions   text[],  -- as in vital_histograms
  p_is_soft      boolean default false,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_limit        integer default 50 -- values of each dimension; of routes twice as many
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
as $$
declare
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      cell as materialized (
        select
          c.dimension, c.value, c.vital, sum(c.count)::bigint as count, sum(c.good)::bigint as good,
          sum(c.poor)::bigint as poor, sum(c.zero)::bigint as zero, sum(c.fine) as fine, sum(c.coarse) as coarse
        from (%s) as c
        where c.is_soft = $1
        group by c.dimension, c.value, c.vital
      ),
      shown as (
        select n.dimension, n.value, n.count
        from (
          select c.*, row_number() over (partition by c.dimension order by c.count desc, c.value) as place
          from cell as c
          where c.vital = 'navigation'
        ) as n
        where n.place <= $2 * case when n.dimension = 'route' then 2 else 1 end
      )
      select coalesce(jsonb_agg(r.shown order by r.dimension, r.count desc, r.value), '[]')
      from (
        select
          s.dimension, s.value, s.count,
          jsonb_build_object('dimension', s.dimension, 'value', s.value, 'count', s.count) || coalesce(
            jsonb_object_agg(c.vital, jsonb_build_object(
              'count', c.count, 'good', c.good, 'poor', c.poor,
              'p75', public.get_histogram_value(c.fine, c.coarse, c.zero, c.count, 0.75)
            )) filter (where c.vital is not null),
            '{}'
          ) as shown
        from shown as s
        left join cell as c on c.dimension = s.dimension and c.value = s.value and c.vital <> 'navigation'
        group by s.dimension, s.value, s.count
      ) as r
    $query$,
    public.build_vital_cells(p_project_id, p_from, p_to, null, p_filters, p_include_bots, p_dimensions)
  ) into v_answer using p_is_soft, p_limit;
  return v_answer;
end
$$;
comment on function public.get_vital_breakdowns is '[{ dimension, value, count, lcp: { count, good, poor, p75 } … }]: the values of each dimension with most navigations first; a vital without samples is absent.';
revoke execute on function public.get_vital_breakdowns from public, anon, authenticated;
grant execute on function public.get_vital_breakdowns to service_role;

create function public.get_custom_histograms(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_limit        integer default 100
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
as $$
declare
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      cell as materialized (
        select
          c.value, c.vital, sum(c.count)::bigint as count, sum(c.zero)::bigint as zero, sum(c.fine)::text as digits
        from (%s) as c
        group by c.value, c.vital
      ),
      shown as (
        select c.value, sum(c.count) as count
        from cell as c
        group by c.value
        order by sum(c.count) desc, c.value
        limit $1
      )
      select coalesce(jsonb_agg(r.shown order by r.count desc, r.value), '[]')
      from (
        select
          s.value, s.count,
          jsonb_build_object('name', s.value, 'count', s.count) || jsonb_object_agg(c.vital, jsonb_build_object(
            'count', c.count, 'zero', c.zero, 'digits', rtrim(c.digits, '0'), 'length', length(c.digits)
          )) as shown
        from shown as s
        join cell as c using (value)
        group by s.value, s.count
      ) as r
    $query$,
    public.build_vital_cells(p_project_id, p_from, p_to, null, p_filters, p_include_bots, '{custom}')
  ) into v_answer using p_limit;
  return v_answer;
end
$$;
comment on function public.get_custom_histograms is '[{ name, count, positive, negative }]: each custom metric as { count, zero, digits, length } of its values from 0 on and of its negative ones without their sign, whatever the navigation; most samples first.';
revoke execute on function public.get_custom_histograms from public, anon, authenticated;
grant execute on function public.get_custom_histograms to service_role;

create function public.get_release_histograms(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_releases     text[],  -- whose histograms are given; the list of releases has all
  p_is_soft      boolean default false,
  p_filters      jsonb default '{}', -- release means nothing
  p_include_bots boolean default false,
  p_limit        integer default 50, -- releases, the newest; of routes twice as many, those with most navigations
  p_vitals       text[] default null -- null for all
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
as $$
declare
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      cell as materialized (
        select
          case when c.dimension = 'release' then c.value else c.value::jsonb ->> 0 end as release,
          case when c.dimension = 'release_route' then c.value::jsonb ->> 1 end as route,
          c.vital, sum(c.count)::bigint as count, sum(c.zero)::bigint as zero, min(c.first_ms) as first_ms,
          max(c.last_ms) as last_ms, sum(c.fine) as fine
        from (%s) as c
        where c.is_soft = $1
        group by 1, 2, 3
      ),
      release as (
        select c.release, c.first_ms, c.last_ms, c.count
        from cell as c
        where c.vital = 'navigation' and c.route is null
        order by c.first_ms desc, c.release
        limit $2
      ),
      compared as (
        select coalesce($3, array(select r.release from release as r order by r.first_ms desc, r.release limit 2)) as releases
      ),
      route as (
        select c.route
        from cell as c
        cross join compared
        where c.vital = 'navigation' and c.route is not null and c.release = any (compared.releases)
        group by c.route
        order by sum(c.count) desc, c.route
        limit $2 * 2
      ),
      histogram as (
        select c.release, c.route, c.vital, c.count, c.zero, c.fine::text as digits
        from cell as c
        cross join compared
        where c.release = any (compared.releases)
          and (c.route is null or c.route in (select route.route from route))
          and c.vital <> 'navigation' and ($4 is null or c.vital = any ($4))
      )
      select jsonb_build_object(
        'releases', (
          select coalesce(jsonb_agg(jsonb_build_object(
            'release', r.release, 'first_ms', r.first_ms, 'last_ms', r.last_ms, 'count', r.count
          ) order by r.first_ms desc, r.release), '[]')
          from release as r
        ),
        'histograms', (
          select coalesce(jsonb_agg(jsonb_build_object(
            'release', h.release, 'route', h.route, 'vital', h.vital, 'count', h.count, 'zero', h.zero,
            'digits', rtrim(h.digits, '0'), 'length', length(h.digits)
          )), '[]')
          from histogram as h
        )
      )
    $query$,
    public.build_vital_cells(
      p_project_id, p_from, p_to, null, p_filters - 'release', p_include_bots, '{release,release_route}'
    )
  ) into v_answer using p_is_soft, p_limit, p_releases, p_vitals;
  return v_answer;
end
$$;
comment on function public.get_release_histograms is '{ releases: [{ release, first_ms, last_ms, count }], histograms: [{ release, route, vital, count, zero, digits, length }] }: releases by their first navigation, newest first, and the vitals of those compared (null: the newest two), over all routes (route null) and for each.';
revoke execute on function public.get_release_histograms from public, anon, authenticated;
grant execute on function public.get_release_histograms to service_role;
