-- Purpose: what navigations of a range add up to, from slices where they are true and from rows elsewhere.   Reversible: drop function.
-- A text because the plan, which slices and which stretches of rows, is found first and stands in it as literals.
create function public.build_vital_cells(
  p_project_id   integer,
  p_from         bigint,    -- ms, inclusive
  p_to           bigint,    -- ms, exclusive
  p_bounds       bigint[],  -- ascending instants: each cell lies between two of them; null for one position, 1
  p_filters      jsonb,
  p_include_bots boolean,
  p_dimensions   text[]     -- as in vital_histograms
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_bounds    bigint[] := coalesce(p_bounds, array[-9223372036854775807]);
  -- Filters that narrow anything, by name.
  v_filters   jsonb := coalesce(jsonb_strip_nulls(p_filters), '{}') - array['now', 'event', 'referrer', 'utm_source'];
  v_names     text[] := array(select f.name from jsonb_object_keys(v_filters) as f (name) order by f.name);
  v_dimension text;    -- where slices have what is asked for
  v_value     text;
  v_first     bigint;
  v_days      bigint[] := '{}';
  v_hours     bigint[] := '{}';
  v_gaps      text;    -- condition of what no slice covers
begin
  -- A dropped partition takes its rows without a trigger; its days lie before the first row there is.
  select m.timestamp into v_first
  from public.performance_metrics as m
  where m.project_id = p_project_id
  order by m.timestamp
  limit 1;
  p_from := greatest(p_from, public.to_slice_start(coalesce(v_first, p_to), 24));

  if not p_include_bots and cardinality(v_names) = 0 then
    v_dimension := 'as asked';
  elsif not p_include_bots and p_dimensions = '{all}' then
    if v_names = '{release,route}' then
      v_dimension := 'release_route';
      v_value := jsonb_build_array(v_filters -> 'release', v_filters -> 'route')::text;
    elsif cardinality(v_names) = 1 and v_names <@ array['route', 'device', 'connection', 'country', 'browser', 'release'] then
      v_dimension := v_names[1];
      v_value := v_filters ->> v_names[1];
    end if;
  end if;

  if v_dimension is not null then
    v_days := array(
      select s.start_ms
      from public.vital_slices as s
      where s.project_id = p_project_id and s.hour_count = 24
        and s.start_ms >= p_from and s.start_ms <= p_to - 86400000
        and width_bucket(s.start_ms, v_bounds) = width_bucket(s.start_ms + 86399999, v_bounds)
        and not exists (
          select from public.vital_marks as mark
          where mark.project_id = p_project_id
            and mark.hour_ms >= s.start_ms and mark.hour_ms < s.start_ms + 86400000
        )
    );
    v_hours := array(
      select s.start_ms
      from public.vital_slices as s
      where s.project_id = p_project_id and s.hour_count = 1
        and s.start_ms >= p_from and s.start_ms <= p_to - 3600000
        and (not s.is_thin or (v_value is null and p_dimensions = '{all}'))
        and width_bucket(s.start_ms, v_bounds) = width_bucket(s.start_ms + 3599999, v_bounds)
        and public.to_slice_start(s.start_ms, 24) <> all (v_days)
        and not exists (
          select from public.vital_marks as mark
          where mark.project_id = p_project_id and mark.hour_ms = s.start_ms
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
        width_bucket(h.start_ms, %1$L::bigint[]) as position, h.is_soft, %2$s, v.vital,
        v.count::bigint, v.good::bigint, v.poor::bigint, v.zero::bigint, h.first_ms, h.last_ms, v.fine, v.coarse
      from (
        select day.* from public.vital_histograms as day
        where day.project_id = %5$s and day.hour_count = 24 and day.dimension = any (%6$L::text[])
          and day.start_ms = any (%3$L::bigint[])
        union all
        select hour.* from public.vital_histograms as hour
        where hour.project_id = %5$s and hour.hour_count = 1 and hour.dimension = any (%6$L::text[])
          and hour.start_ms = any (%4$L::bigint[])
      ) as h
      cross join lateral unnest(h.vitals, h.count, h.good, h.poor, h.zero, h.fine, h.coarse)
        as v (vital, count, good, poor, zero, fine, coarse)
      where %7$s
      union all
      %8$s
    $query$,
    v_bounds,
    case when v_value is null then 'h.dimension, h.value' else '''all'' as dimension, '''' as value' end,
    v_days, v_hours, p_project_id,
    case when v_value is null then p_dimensions else array[v_dimension] end,
    case when v_value is null then 'true' else format('h.value_hash = hashtextextended(%1$L, 0) and h.value = %1$L', v_value) end,
    public.build_vital_tally(
      'public.performance_metrics as m',
      format(
        'm.project_id = %s and (%s) and %s',
        p_project_id, coalesce(v_gaps, 'false'), public.build_vital_filter(p_project_id, p_filters, p_include_bots)
      ),
      format('width_bucket(m.timestamp, %L::bigint[])', v_bounds), p_dimensions
    )
  );
end
$$;
comment on function public.build_vital_cells is 'The SQL query of (position, is_soft, dimension, value, vital, count, good, poor, zero, first_ms, last_ms, fine, coarse): parts that add up to the navigations in [p_from, p_to) that pass. Position k lies between bounds k and k + 1. Complete at every moment.';
revoke execute on function public.build_vital_cells from public, anon, authenticated;
grant execute on function public.build_vital_cells to service_role;

create function public.get_histogram_value(
  p_fine   numeric,
  p_coarse numeric,
  p_zero   bigint,
  p_count  bigint,
  p_ratio  double precision -- 0..1
)
returns double precision
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
declare
  -- So many values may lie above the one that is looked for.
  v_above  bigint := p_count - greatest(1, ceil(p_ratio * p_count));
  v_seen   bigint := 0;
  v_here   bigint;
  v_digits text := p_coarse::text;
  v_length integer := (length(v_digits) + 11) / 12;
  v_cell   integer;
begin
  if coalesce(p_count, 0) = 0 then
    return null;
  elsif v_above >= p_count - p_zero then
    return 0;
  end if;
  v_digits := lpad(v_digits, 12 * v_length, '0');
  for i in 1..v_length loop
    v_here := substr(v_digits, 12 * i - 11, 12);
    v_cell := v_length - i;
    exit when v_seen + v_here > v_above;
    v_seen := v_seen + v_here;
  end loop;
  -- The sixteen buckets of that cell, highest first.
  v_digits := p_fine::text;
  v_length := 192 * (v_cell + 1);
  v_digits := left(right(lpad(v_digits, greatest(length(v_digits), v_length), '0'), v_length), 192);
  for i in 1..16 loop
    v_seen := v_seen + substr(v_digits, 12 * i - 11, 12)::bigint;
    if v_seen > v_above then
      -- The middle of bucket 16 cell + 16 - i: at most 1 % from both of its ends.
      return 2 * 1.02::double precision ^ (16 * v_cell + 17 - i) / 2.02 / 10000;
    end if;
  end loop;
end
$$;
comment on function public.get_histogram_value is 'The nearest-rank percentile of a histogram, within 1 % of the exact one; zero for the zero bucket, null without samples.';
revoke execute on function public.get_histogram_value from public, anon, authenticated;
grant execute on function public.get_histogram_value to service_role;
