-- Purpose: add up calls, from slices where they are true and from rows elsewhere.   Reversible: drop function.

create function public.get_slow_query_ms()
returns double precision
language sql immutable parallel safe security invoker set search_path = ''
as $$ select 1000::double precision $$;
comment on function public.get_slow_query_ms is 'A query that took longer is slow, as in lib/contracts/database-performance-report.ts. Slices count by it: when it changes, they are made anew.';
revoke execute on function public.get_slow_query_ms from public, anon, authenticated;
grant execute on function public.get_slow_query_ms to service_role;

-- A call is several rows here, one for each dimension, where number is the sample: null for an answer from a cache, and for what was
-- not measured.
create function public.build_call_rows(
  p_lane       text,    -- ai | database
  p_condition  text,    -- on m, a row of the lane's table
  p_key        text,    -- expression on m: what is added up apart, such as the hour
  p_dimensions text[]   -- as in call_sums
)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return format(
    $query$
      select
        n.key, d.dimension, d.value, case when not n.is_cached then d.number end as number, n.is_flagged, n.is_cached, n.tokens,
        n.cost_usd, case when not n.is_cached then n.duration end as duration
      from (%1$s where %2$s) as n
      cross join lateral unnest(n.dimensions, n.names, n.numbers) as d (dimension, value, number)
      where d.dimension = any (%3$L::text[]) and (d.dimension not in ('query', 'rows') or not n.is_cached)
    $query$,
    case p_lane
      when 'ai' then format(
        $source$
          select
            %s as key, m.duration::double precision as duration, not m.success as is_flagged, m.cache_hit as is_cached,
            m.tokens, m.cost_usd, array['all', 'model', 'endpoint'] as dimensions,
            array['', coalesce(m.model, 'unknown'), coalesce(m.endpoint, 'unknown')] as names,
            array[m.duration, m.duration, m.duration]::double precision[] as numbers
          from public.ai_performance_metrics as m
        $source$,
        p_key
      )
      else format(
        $source$
          select
            %s as key, m.duration::double precision as duration, m.duration > public.get_slow_query_ms() as is_flagged,
            m.cached as is_cached, null::bigint as tokens, null::numeric as cost_usd,
            array['all', 'query', 'rows'] as dimensions, array['', m.query, m.query] as names,
            array[m.duration, m.duration, m.rows]::double precision[] as numbers
          from public.database_performance_metrics as m
        $source$,
        p_key
      )
    end,
    p_condition, p_dimensions
  );
end
$$;
comment on function public.build_call_rows is 'The SQL query of (key, dimension, value, number, is_flagged, is_cached, tokens, cost_usd, duration) over rows.';
revoke execute on function public.build_call_rows from public, anon, authenticated;
grant execute on function public.build_call_rows to service_role;

create function public.build_call_tally(p_lane text, p_condition text, p_key text, p_dimensions text[])
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select format(
    $query$
      select
        r.key, r.dimension, r.value, count(*) as count, count(*) filter (where r.is_flagged) as flagged,
        count(*) filter (where r.is_cached) as cached, sum(r.tokens) as tokens, sum(r.cost_usd) as cost_usd,
        max(r.duration) as longest, count(r.number) as sampled, count(r.number) - count(b.bucket) as zero,
        coalesce(sum(('1e' || 12 * b.bucket)::numeric), 0) as fine,
        coalesce(sum(('1e' || 12 * (b.bucket / 16))::numeric), 0) as coarse
      from (%s) as r
      cross join lateral (select public.to_vital_bucket(r.number)) as b (bucket)
      group by r.key, r.dimension, r.value
    $query$,
    public.build_call_rows(p_lane, p_condition, p_key, p_dimensions)
  )
$$;
comment on function public.build_call_tally is 'The SQL query of (key, dimension, value, count, flagged, cached, tokens, cost_usd, longest, sampled, zero, fine, coarse) over rows, as call_sums has them.';
revoke execute on function public.build_call_tally from public, anon, authenticated;
grant execute on function public.build_call_tally to service_role;

-- A text because the plan, which slices and which stretches of rows, is found first and stands in it as literals.
create function public.build_call_cells(
  p_project_id integer,
  p_lane       text,
  p_from       bigint,                      -- ms, inclusive
  p_to         bigint,                      -- ms, exclusive
  p_bounds     bigint[],                    -- ascending instants: each cell lies between two of them; null for one position, 1
  p_dimensions text[],
  p_condition  text default 'true'          -- on m; with any other no slice is read
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_bounds bigint[] := coalesce(p_bounds, array[-9223372036854775807]);
  v_first  bigint;
  v_days   bigint[] := '{}';
  v_hours  bigint[] := '{}';
  v_gaps   text;    -- condition of what no slice covers
begin
  -- A dropped partition takes its rows without a trigger; its days lie before the first row there is.
  execute format(
    'select m.timestamp from public.%I as m where m.project_id = $1 order by m.timestamp limit 1', p_lane || '_performance_metrics'
  ) into v_first using p_project_id;
  p_from := greatest(p_from, public.to_slice_start(coalesce(v_first, p_to), 24));

  if p_condition = 'true' then
    v_days := array(
      select s.start_ms
      from public.call_slices as s
      where s.project_id = p_project_id and s.lane = p_lane and s.hour_count = 24
        and s.start_ms >= p_from and s.start_ms <= p_to - 86400000
        and width_bucket(s.start_ms, v_bounds) = width_bucket(s.start_ms + 86399999, v_bounds)
        and not exists (
          select from public.call_marks as mark
          where mark.project_id = p_project_id and mark.lane = p_lane
            and mark.hour_ms >= s.start_ms and mark.hour_ms < s.start_ms + 86400000
        )
    );
    v_hours := array(
      select s.start_ms
      from public.call_slices as s
      where s.project_id = p_project_id and s.lane = p_lane and s.hour_count = 1
        and s.start_ms >= p_from and s.start_ms <= p_to - 3600000
        and (not s.is_thin or p_dimensions = '{all}')
        and width_bucket(s.start_ms, v_bounds) = width_bucket(s.start_ms + 3599999, v_bounds)
        and public.to_slice_start(s.start_ms, 24) <> all (v_days)
        and not exists (
          select from public.call_marks as mark
          where mark.project_id = p_project_id and mark.lane = p_lane and mark.hour_ms = s.start_ms
        )
    );
  end if;

  select string_agg(format('m.timestamp >= %s and m.timestamp < %s', g.from_ms, g.to_ms), ' or ' order by g.from_ms)
  into v_gaps
  from (
    select lag(covered.to_ms, 1, p_from) over (order by covered.from_ms) as from_ms, covered.from_ms as to_ms
    from (
      select day.start_ms as from_ms, day.start_ms + 86400000 as to_ms from unnest(v_days) as day (start_ms)
      union all
      select hour.start_ms, hour.start_ms + 3600000 from unnest(v_hours) as hour (start_ms)
      union all
      select p_to, p_to
    ) as covered
  ) as g
  where g.from_ms < g.to_ms;

  return format(
    $query$
      select
        width_bucket(held.start_ms, %1$L::bigint[]) as position, held.dimension, held.value, held.count::bigint,
        held.flagged::bigint, held.cached::bigint, held.tokens, held.cost_usd, held.longest, held.sampled::bigint,
        held.zero::bigint, held.fine, held.coarse
      from public.call_sums as held
      where held.project_id = %2$s and held.lane = %3$L and held.hour_count = 24 and held.dimension = any (%4$L::text[])
        and held.start_ms = any (%5$L::bigint[])
      union all
      select
        width_bucket(held.start_ms, %1$L::bigint[]), held.dimension, held.value, held.count,
        held.flagged, held.cached, held.tokens, held.cost_usd, held.longest, held.sampled, held.zero, held.fine, held.coarse
      from public.call_sums as held
      where held.project_id = %2$s and held.lane = %3$L and held.hour_count = 1 and held.dimension = any (%4$L::text[])
        and held.start_ms = any (%6$L::bigint[])
      union all
      %7$s
    $query$,
    v_bounds, p_project_id, p_lane, p_dimensions, v_days, v_hours,
    public.build_call_tally(
      p_lane, format('m.project_id = %s and (%s) and %s', p_project_id, coalesce(v_gaps, 'false'), p_condition),
      format('width_bucket(m.timestamp, %L::bigint[])', v_bounds), p_dimensions
    )
  );
end
$$;
comment on function public.build_call_cells is 'The SQL query of (position, dimension, value, count, flagged, cached, tokens, cost_usd, longest, sampled, zero, fine, coarse): parts that add up to the calls in [p_from, p_to) that pass. Position k lies between bounds k and k + 1. Complete at every moment.';
revoke execute on function public.build_call_cells from public, anon, authenticated;
grant execute on function public.build_call_cells to service_role;
