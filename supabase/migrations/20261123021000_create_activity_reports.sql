-- Purpose: how many people are active, how often, and whether they are new, staying, back or gone.   Reversible: drop function.
-- Active is who has at least one event that passes the filters (filters may name an event). The range widens to whole local
-- intervals and ends at p_until (now) at the latest; an interval that begins later is absent. People are bit strings, so that
-- "also", "not" and "either" are operators on them; all figures are exact.

-- → { bounds: [n + 1 instants], people, series: [[people, last7, last30], …] }; of weeks and months last7 and last30 are null.
-- last7 and last30: distinct people of so many local days up to and with this one.
create function public.get_actives(
  p_project_id   integer,
  p_from         bigint,     -- ms, inclusive
  p_to           bigint,     -- ms, exclusive
  p_until        bigint,     -- ms, exclusive: now
  p_interval     text,       -- day | week | month
  p_timezone     text,
  p_week_start   text default 'monday',    -- monday | sunday
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set enable_nestloop = off
set jit = off
set work_mem = '64MB'
as $$
declare
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_interval, p_timezone, p_week_start);
  v_to     bigint := least(v_bounds[cardinality(v_bounds)], p_until);
  v_starts bigint[] := (select coalesce(array_agg(s order by s), '{}') from unnest(v_bounds) as s where s < v_to);
  -- the 29 days before the first
  v_before bigint[] := '{}';
  v_answer jsonb;
begin
  if cardinality(v_starts) = 0 then
    return '{"bounds": [], "people": 0, "series": []}';
  end if;
  if p_interval = 'day' then
    v_before := public.get_time_bounds(v_bounds[1] - 33 * 86400000::bigint, v_bounds[1], 'day', p_timezone);
    v_before := v_before[cardinality(v_before) - 29 : cardinality(v_before) - 1];
  end if;
  execute format(
    $query$
      with
      bits as materialized (%1$s),
      grid as (
        select k.chunk, p.position, (p.position - 1) / 30 as block, b.people
        from (select distinct chunk from bits) as k
        cross join generate_series(1, %2$s) as p (position)
        left join bits as b on b.chunk = k.chunk and b.position = p.position
      ),
      -- Any 30 days are the end of one block of 30 and the beginning of the next: two ORs instead of 30.
      reach as (
        select
          g.chunk, g.position, g.people,
          bit_or(g.people) over (partition by g.chunk order by g.position rows 6 preceding) as last7,
          bit_or(g.people) over (partition by g.chunk, g.block order by g.position) as since_block,
          bit_or(g.people) over (partition by g.chunk, g.block order by g.position desc) as rest_of_block
        from grid as g
      ),
      wide as (
        select
          r.chunk, r.position, r.people, r.last7, r.since_block,
          lag(r.rest_of_block, 29) over (partition by r.chunk order by r.position) as rest_of_block
        from reach as r
      ),
      point as (
        select
          w.position,
          coalesce(sum(bit_count(w.people)), 0) as people,
          coalesce(sum(bit_count(w.last7)), 0) as last7,
          coalesce(sum(bit_count(coalesce(w.since_block | w.rest_of_block, w.since_block, w.rest_of_block))), 0) as last30
        from wide as w
        group by w.position
      )
      select jsonb_build_object(
        'bounds', $1,
        'people', (
          select coalesce(sum(bit_count(c.people)), 0)
          from (select bit_or(b.people) as people from bits as b where b.position > %3$s group by b.chunk) as c
        ),
        'series', jsonb_agg(
          jsonb_build_array(
            coalesce(p.people, 0),
            case when %4$L::boolean then coalesce(p.last7, 0) end,
            case when %4$L::boolean then coalesce(p.last30, 0) end
          ) order by s.position
        )
      )
      from generate_series(%3$s + 1, %2$s) as s (position)
      left join point as p on p.position = s.position
    $query$,
    public.build_people_bits(p_project_id, v_before || v_starts || v_to, '[{"event": "*"}]', p_filters, p_include_bots),
    cardinality(v_before) + cardinality(v_starts),
    cardinality(v_before),
    p_interval = 'day'
  )
  into v_answer
  using v_bounds[:cardinality(v_starts) + 1];
  return v_answer;
end
$$;

comment on function public.get_actives is 'Distinct people per local day, week or month, of days also of the 7 and 30 days up to each.';
revoke execute on function public.get_actives from public, anon, authenticated;
grant execute on function public.get_actives to service_role;

-- How many people have each count, given the counts of 8192 people as binary digits: p_digits[k] holds digit k - 1 of each.
-- → counts[n]: people whose count is n, from 1 to 2^digits - 1; who has 0 is nobody here.
create function public.count_by_digits(p_digits bit(8192)[])
returns bigint[]
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_nobody constant bit(8192) := repeat('0', 8192)::bit(8192);
  v_sets   bit(8192)[] := array[~v_nobody];
  v_halves bit(8192)[];
  v_set    bit(8192);
begin
  -- From the highest digit down each set falls into those without the digit and those with it.
  for v_digit in reverse cardinality(p_digits)..1 loop
    v_halves := '{}';
    foreach v_set in array v_sets loop
      v_halves := v_halves || (v_set & ~p_digits[v_digit]) || (v_set & p_digits[v_digit]);
    end loop;
    v_sets := v_halves;
  end loop;
  return (
    select array_agg(bit_count(s.people) order by s.position)
    from unnest(v_sets) with ordinality as s (people, position)
    where s.position > 1
  );
end
$$;

comment on function public.count_by_digits is 'How many of 8192 people have each count from 1 on, given their counts as binary digits.';
revoke execute on function public.count_by_digits from public, anon, authenticated;
grant execute on function public.count_by_digits to service_role;

-- → { bounds: [n + 1 instants], periods: [{ days, people: [1..days] }, …] }: `days` have begun, people[k] were active on exactly k.
create function public.get_stickiness(
  p_project_id   integer,
  p_from         bigint,     -- ms, inclusive
  p_to           bigint,     -- ms, exclusive
  p_until        bigint,     -- ms, exclusive: now
  p_period       text,       -- week | month
  p_timezone     text,
  p_week_start   text default 'monday',    -- monday | sunday
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set enable_nestloop = off
set jit = off
set work_mem = '64MB'
as $$
declare
  v_bounds   bigint[] := public.get_time_bounds(p_from, p_to, p_period, p_timezone, p_week_start);
  v_to       bigint := least(v_bounds[cardinality(v_bounds)], p_until);
  v_starts   bigint[] := (select coalesce(array_agg(s order by s), '{}') from unnest(v_bounds) as s where s < v_to);
  v_days     bigint[];
  v_nobody   constant bit(8192) := repeat('0', 8192)::bit(8192);
  v_digits   bit(8192)[] := array_fill(v_nobody, array[5]);    -- a month has at most 31 days
  v_carry    bit(8192);
  v_both     bit(8192);
  v_row      record;
  v_at       text;
  v_period   integer;
  v_counts   jsonb := '[]';
  v_one      bigint[];
  v_totals   bigint[] := '{}';    -- 31 per period, one after the other
begin
  if cardinality(v_starts) = 0 then
    return '{"bounds": [], "periods": []}';
  end if;
  v_days := array(
    select s from unnest(public.get_time_bounds(v_bounds[1], v_bounds[cardinality(v_bounds)], 'day', p_timezone)) as s
    where s < v_to order by s
  );
  v_totals := array_fill(0::bigint, array[31 * cardinality(v_starts)]);
  -- Counting in binary, all people of a chunk at once: a day is added digit by digit, as one adds on paper.
  for v_row in execute format(
    $query$
      select d.period, d.chunk, d.people, lead(1) over (partition by d.period, d.chunk order by d.position) is null as is_last
      from (
        select width_bucket(($1)[b.position], $2) as period, b.position, b.chunk, b.people from (%s) as b
      ) as d
      order by d.period, d.chunk, d.position
    $query$,
    public.build_people_bits(p_project_id, v_days || v_to, '[{"event": "*"}]', p_filters, p_include_bots)
  ) using v_days, v_starts
  loop
    v_carry := v_row.people;
    for v_digit in 1..5 loop
      v_both := v_digits[v_digit] & v_carry;
      v_digits[v_digit] := v_digits[v_digit] # v_carry;
      v_carry := v_both;
      exit when v_carry = v_nobody;
    end loop;
    if v_row.is_last then
      v_one := public.count_by_digits(v_digits);
      for v_count in 1..31 loop
        v_totals[31 * (v_row.period - 1) + v_count] := v_totals[31 * (v_row.period - 1) + v_count] + v_one[v_count];
      end loop;
      v_digits := array_fill(v_nobody, array[5]);
    end if;
  end loop;
  select jsonb_agg(jsonb_build_object(
    'days', d.days, 'people', to_jsonb(v_totals[31 * (d.period - 1) + 1 : 31 * (d.period - 1) + d.days])
  ) order by d.period)
  into v_counts
  from (
    select width_bucket(day_ms, v_starts) as period, count(*)::integer as days
    from unnest(v_days) as day_ms
    group by 1
  ) as d;
  return jsonb_build_object('bounds', v_bounds[:cardinality(v_starts) + 1], 'periods', v_counts);
end
$$;

comment on function public.get_stickiness is 'Per local week or month the people active on exactly 1, 2, 3 … of its days.';
revoke execute on function public.get_stickiness from public, anon, authenticated;
grant execute on function public.get_stickiness to service_role;

-- → { bounds: [n + 1 instants], series: [[new, returning, resurrecting, dormant], …] }. new: never active before, as far back as
-- rows are kept; returning: active in the interval before, too; resurrecting: active before, but not in the interval before;
-- dormant: active in the interval before and not in this one.
create function public.get_lifecycle(
  p_project_id   integer,
  p_from         bigint,     -- ms, inclusive
  p_to           bigint,     -- ms, exclusive
  p_until        bigint,     -- ms, exclusive: now
  p_interval     text,       -- day | week | month
  p_timezone     text,
  p_week_start   text default 'monday',    -- monday | sunday
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set enable_nestloop = off
set jit = off
set work_mem = '64MB'
as $$
declare
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_interval, p_timezone, p_week_start);
  v_to     bigint := least(v_bounds[cardinality(v_bounds)], p_until);
  v_starts bigint[] := (select coalesce(array_agg(s order by s), '{}') from unnest(v_bounds) as s where s < v_to);
  v_before bigint;
  v_answer jsonb;
begin
  if cardinality(v_starts) = 0 then
    return '{"bounds": [], "series": []}';
  end if;
  v_before := (public.get_time_bounds(v_bounds[1] - 1, v_bounds[1], p_interval, p_timezone, p_week_start))[1];
  execute format(
    $query$
      with
      -- position 1 is all time, 2 the interval before the first
      bits as materialized (%1$s),
      grid as (
        select k.chunk, p.position, coalesce(b.people, repeat('0', 8192)::bit(8192)) as people
        from (select distinct chunk from bits) as k
        cross join generate_series(1, %2$s) as p (position)
        left join bits as b on b.chunk = k.chunk and b.position = p.position
      ),
      known as (
        select
          g.position, g.people,
          lag(g.people) over (partition by g.chunk order by g.position) as before,
          bit_or(g.people) over (
            partition by g.chunk order by g.position rows between unbounded preceding and 1 preceding
          ) as ever
        from grid as g
      ),
      point as (
        select
          k.position,
          sum(bit_count(k.people & ~k.ever)) as new,
          sum(bit_count(k.people & k.before)) as returning,
          sum(bit_count(k.people & k.ever & ~k.before)) as resurrecting,
          sum(bit_count(k.before & ~k.people)) as dormant
        from known as k
        where k.position > 2
        group by k.position
      )
      select jsonb_agg(
        jsonb_build_array(
          coalesce(p.new, 0), coalesce(p.returning, 0), coalesce(p.resurrecting, 0), coalesce(p.dormant, 0)
        ) order by s.position
      )
      from generate_series(3, %2$s) as s (position)
      left join point as p on p.position = s.position
    $query$,
    public.build_people_bits(
      p_project_id, -62135596800000 || (v_before || v_starts || v_to), '[{"event": "*"}]', p_filters, p_include_bots
    ),
    cardinality(v_starts) + 2
  )
  into v_answer;
  return jsonb_build_object('bounds', v_bounds[:cardinality(v_starts) + 1], 'series', v_answer);
end
$$;

comment on function public.get_lifecycle is 'Per local day, week or month the people who are new, returning, resurrecting, and the dormant ones.';
revoke execute on function public.get_lifecycle from public, anon, authenticated;
grant execute on function public.get_lifecycle to service_role;
