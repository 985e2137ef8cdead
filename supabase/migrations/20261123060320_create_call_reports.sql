-- Purpose: the AI and the database report, each in one answer of one moment.   Reversible: drop function.
-- Common to both: [p_from, p_to) in ms. Latencies (ms, nearest-rank) are those of what no cache answered. Of at most p_exact_max calls
-- each percentile is a measured one, from rows; of more it is within 1 % of that, from histograms. All else is always exact.

create function public.to_histogram_figure(p_value double precision)
returns double precision
language sql immutable parallel safe security invoker set search_path = ''
as $$
  select case when p_value > 0 then round(p_value::numeric, 4 - floor(log(p_value))::integer)::double precision else p_value end
$$;
comment on function public.to_histogram_figure is 'A value from a histogram in the digits that mean anything: five.';
revoke execute on function public.to_histogram_figure from public, anon, authenticated;
grant execute on function public.to_histogram_figure to service_role;

-- What the calls of a range come to: kind is all, before (the range of the same length before it), point (value is the position of
-- the bucket, from 1) or one of p_dimensions. Percentiles that nobody asks for are null.
create function public.build_call_figures(
  p_project_id integer,
  p_lane       text,      -- ai | database
  p_from       bigint,
  p_to         bigint,
  p_bounds     bigint[],  -- of the points, as get_time_bounds gives them
  p_dimensions text[],    -- as in call_sums, without all
  p_condition  text,      -- as build_call_cells has it
  p_exact_max  integer
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_count  bigint;
  v_before text;
  v_cut    bigint[] := p_bounds;
begin
  v_before := format(
    $query$
      select
        'before' as kind, '' as value, sum(c.count)::bigint as count, sum(c.flagged)::bigint as flagged,
        sum(c.cached)::bigint as cached, coalesce(sum(c.tokens), 0)::bigint as tokens,
        sum(c.cost_usd)::double precision as cost_usd, null::double precision as longest,
        null::double precision as p50, null::double precision as p95, null::double precision as p99
      from (%s) as c
    $query$,
    public.build_call_cells(p_project_id, p_lane, p_from - (p_to - p_from), p_from, null, '{all}', p_condition)
  );
  execute format(
    'select count(*) from (
       select from public.%I as m where m.project_id = $1 and m.timestamp >= $2 and m.timestamp < $3 limit $4 + 1
     ) as few',
    p_lane || '_performance_metrics'
  ) into v_count using p_project_id, p_from, p_to, p_exact_max;

  if v_count <= p_exact_max then
    return format(
      $query$
        with row as materialized (%s)
        select
          s.kind, s.value, s.count, s.flagged, s.cached, s.tokens, s.cost_usd, s.longest,
          s.quantiles[1] as p50, s.quantiles[2] as p95, s.quantiles[3] as p99
        from (
          select
            k.kind, k.value, count(*) as count, count(*) filter (where r.is_flagged) as flagged,
            count(*) filter (where r.is_cached) as cached, coalesce(sum(r.tokens), 0) as tokens,
            sum(r.cost_usd)::double precision as cost_usd, max(r.duration) as longest,
            percentile_disc(array[0.5, 0.95, 0.99]) within group (order by r.number) as quantiles
          from row as r
          cross join lateral (
            select r.dimension, r.value
            union all
            select 'point', r.key::text where r.dimension = 'all'
          ) as k (kind, value)
          group by k.kind, k.value
        ) as s
        union all
        %s
      $query$,
      public.build_call_rows(
        p_lane,
        format(
          'm.project_id = %s and m.timestamp >= %s and m.timestamp < %s and %s', p_project_id, p_from, p_to, p_condition
        ),
        format('width_bucket(m.timestamp, %L::bigint[])', p_bounds), 'all'::text || p_dimensions
      ),
      v_before
    );
  end if;

  -- Nothing beyond the range counts, though the first and the last bucket reach further.
  v_cut[1] := p_from;
  v_cut[cardinality(v_cut)] := p_to;
  return format(
    $query$
      with
      point as materialized (
        select
          c.position, sum(c.count) as count, sum(c.flagged) as flagged, sum(c.cached) as cached, sum(c.tokens) as tokens,
          sum(c.cost_usd) as cost_usd, max(c.longest) as longest, sum(c.sampled) as sampled, sum(c.zero) as zero,
          sum(c.fine) as fine, sum(c.coarse) as coarse
        from (%1$s) as c
        group by c.position
      ),
      held as (
        select
          'point' as kind, p.position::text as value, p.count, p.flagged, p.cached, p.tokens, p.cost_usd, p.longest, p.sampled,
          p.zero, p.fine, p.coarse
        from point as p
        union all
        select
          'all', '', sum(p.count), sum(p.flagged), sum(p.cached), sum(p.tokens), sum(p.cost_usd), max(p.longest), sum(p.sampled),
          sum(p.zero), sum(p.fine), sum(p.coarse)
        from point as p
        union all
        select
          c.dimension, c.value, sum(c.count), sum(c.flagged), sum(c.cached), sum(c.tokens), sum(c.cost_usd), max(c.longest),
          sum(c.sampled), sum(c.zero), sum(c.fine), sum(c.coarse)
        from (%2$s) as c
        group by c.dimension, c.value
      )
      select
        h.kind, h.value, h.count::bigint, h.flagged::bigint, h.cached::bigint, coalesce(h.tokens, 0)::bigint as tokens,
        h.cost_usd::double precision, h.longest,
        case when h.kind <> 'point' then public.to_histogram_figure(
          public.get_histogram_value(h.fine, h.coarse, h.zero::bigint, h.sampled::bigint, 0.5)
        ) end as p50,
        case when h.kind <> 'rows' then public.to_histogram_figure(
          public.get_histogram_value(h.fine, h.coarse, h.zero::bigint, h.sampled::bigint, 0.95)
        ) end as p95,
        case when h.kind = 'all' then public.to_histogram_figure(
          public.get_histogram_value(h.fine, h.coarse, h.zero::bigint, h.sampled::bigint, 0.99)
        ) end as p99
      from held as h
      union all
      %3$s
    $query$,
    public.build_call_cells(p_project_id, p_lane, p_from, p_to, v_cut, '{all}', p_condition),
    public.build_call_cells(p_project_id, p_lane, p_from, p_to, null, p_dimensions, p_condition),
    v_before
  );
end
$$;
comment on function public.build_call_figures is 'The SQL query of (kind, value, count, flagged, cached, tokens, cost_usd, longest, p50, p95, p99) over the calls of a range.';
revoke execute on function public.build_call_figures from public, anon, authenticated;
grant execute on function public.build_call_figures to service_role;

-- { summary, previous, series, models, endpoints }. Costs are sums of what was reported, null when no call reported one. Models and
-- endpoints with most calls first; calls that named none are one group, unknown.
create function public.get_ai_report(
  p_project_id integer,
  p_from       bigint,
  p_to         bigint,
  p_bucket     text,    -- hour | day
  p_timezone   text,
  p_filters    jsonb default '{}', -- only a segment means something
  p_limit      integer default 50,
  p_exact_max  integer default 10000
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
set work_mem = '64MB'
as $$
declare
  v_bounds    bigint[] := public.get_time_bounds(p_from, p_to, p_bucket, p_timezone);
  v_is_narrow boolean := coalesce(p_filters -> 'segment', 'null') <> 'null';
  v_actors    uuid[]; -- of the segment, asked once for all parts of the answer
  v_answer    jsonb;
begin
  if v_is_narrow then
    v_actors := array(select each.actor_id from public.get_segment_actors(p_project_id, p_filters) as each (actor_id));
  end if;
  execute format(
    $query$
      with
      figure as materialized (%s),
      shown as (
        select
          f.kind, f.value, f.count,
          jsonb_build_object(
            'name', f.value, 'requests', f.count, 'errors', f.flagged, 'cache_hits', f.cached, 'tokens', f.tokens,
            'cost_usd', f.cost_usd, 'p50', f.p50, 'p95', f.p95
          ) as item,
          row_number() over (partition by f.kind order by f.count desc, f.value) as place
        from figure as f
        where f.kind in ('model', 'endpoint')
      ),
      summary as (
        select
          k.kind,
          jsonb_build_object(
            'requests', coalesce(f.count, 0), 'errors', coalesce(f.flagged, 0), 'cache_hits', coalesce(f.cached, 0),
            'tokens', coalesce(f.tokens, 0), 'cost_usd', f.cost_usd, 'p50', f.p50, 'p95', f.p95, 'p99', f.p99
          ) as item
        from (values ('all'), ('before')) as k (kind)
        left join figure as f on f.kind = k.kind
      )
      select jsonb_build_object(
        'summary', (select s.item from summary as s where s.kind = 'all'),
        'previous', (select s.item - array['p50', 'p95', 'p99'] from summary as s where s.kind = 'before'),
        'series', (
          select jsonb_agg(
            jsonb_build_object(
              'start', b.start_ms, 'requests', coalesce(f.count, 0), 'errors', coalesce(f.flagged, 0), 'p95', f.p95,
              'costUsd', f.cost_usd
            )
            order by b.start_ms
          )
          from unnest(trim_array($1, 1)) with ordinality as b (start_ms, position)
          left join figure as f on f.kind = 'point' and f.value = b.position::text
        ),
        'models', (
          select coalesce(jsonb_agg(s.item order by s.place), '[]') from shown as s where s.kind = 'model' and s.place <= $2
        ),
        'endpoints', (
          select coalesce(jsonb_agg(s.item order by s.place), '[]') from shown as s where s.kind = 'endpoint' and s.place <= $2
        )
      )
    $query$,
    public.build_call_figures(
      p_project_id, 'ai', p_from, p_to, v_bounds, '{model,endpoint}',
      case when v_is_narrow then 'm.actor_id = any ($3)' else 'true' end,
      p_exact_max
    )
  ) into v_answer using v_bounds, p_limit, v_actors;
  return v_answer;
end
$$;
comment on function public.get_ai_report is 'Calls, errors, cache hits, tokens, cost and latency of the AI calls in [p_from, p_to), by bucket, model and endpoint, and in the range before.';
revoke execute on function public.get_ai_report from public, anon, authenticated;
grant execute on function public.get_ai_report to service_role;

-- { summary, previous, series, slowest }. Slowest are the queries with the highest p95 of the times they really ran: count is their
-- number, rows the median of what they gave.
create function public.get_database_report(
  p_project_id integer,
  p_from       bigint,
  p_to         bigint,
  p_bucket     text,    -- hour | day
  p_timezone   text,
  p_limit      integer default 50,
  p_exact_max  integer default 10000
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
set work_mem = '64MB'
as $$
declare
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_bucket, p_timezone);
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      figure as materialized (%s),
      slowest as (
        select f.* from figure as f where f.kind = 'query' order by f.p95 desc, f.value limit $2
      ),
      summary as (
        select
          k.kind,
          jsonb_build_object(
            'queries', coalesce(f.count, 0), 'slow', coalesce(f.flagged, 0), 'cached', coalesce(f.cached, 0),
            'p50', f.p50, 'p95', f.p95, 'p99', f.p99
          ) as item
        from (values ('all'), ('before')) as k (kind)
        left join figure as f on f.kind = k.kind
      )
      select jsonb_build_object(
        'summary', (select s.item from summary as s where s.kind = 'all'),
        'previous', (select s.item - array['p50', 'p95', 'p99'] from summary as s where s.kind = 'before'),
        'series', (
          select jsonb_agg(
            jsonb_build_object(
              'start', b.start_ms, 'queries', coalesce(f.count, 0), 'slow', coalesce(f.flagged, 0), 'p95', f.p95
            )
            order by b.start_ms
          )
          from unnest(trim_array($1, 1)) with ordinality as b (start_ms, position)
          left join figure as f on f.kind = 'point' and f.value = b.position::text
        ),
        'slowest', (
          select coalesce(
            jsonb_agg(
              jsonb_build_object(
                'query', s.value, 'count', s.count, 'p50', s.p50, 'p95', s.p95, 'max', s.longest,
                'rows', round(given.p50)::integer
              )
              order by s.p95 desc, s.value
            ),
            '[]'
          )
          from slowest as s
          left join figure as given on given.kind = 'rows' and given.value = s.value
        )
      )
    $query$,
    public.build_call_figures(p_project_id, 'database', p_from, p_to, v_bounds, '{query,rows}', 'true', p_exact_max)
  ) into v_answer using v_bounds, p_limit;
  return v_answer;
end
$$;
comment on function public.get_database_report is 'Queries, slow and cached ones, and latency in [p_from, p_to), by bucket and by query, and in the range before.';
revoke execute on function public.get_database_report from public, anon, authenticated;
grant execute on function public.get_database_report to service_role;

-- What these took the place of.
drop function public.get_ai_summary(integer, bigint, bigint);
drop function public.get_ai_series(integer, bigint, bigint, text, text);
drop function public.get_ai_groups(integer, bigint, bigint, text, integer);
drop function public.get_database_summary(integer, bigint, bigint, double precision);
drop function public.get_database_series(integer, bigint, bigint, double precision, text, text);
drop function public.get_slowest_queries(integer, bigint, bigint, integer);
