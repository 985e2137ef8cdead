-- Purpose: named funnels from slices.   Reversible: the definition before.
-- What they mean has not changed (20261121100700); the filters are those of get_event_totals now.

-- Reads `bound` (p_unit, f1 …, z1 …: when a unit did step k first and last) and gives (p_unit, reached), null where these times do
-- not decide. The earliest moment at which steps 1 … k can be done lies between l and h of level k: a unit gets no further
-- than its latest rows can follow, and has got there when its earliest ones do, within the window.
create function public.build_funnel_bounds(p_unit text, p_step_count integer)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_level   text := 'select *, f1 as l1, f1 as h1 from bound';
  v_verdict text := 'case when f1 is null then 0';
begin
  for k in 2..p_step_count loop
    v_verdict := v_verdict || format(
      ' when z%1$s is null or z%1$s < l%2$s then %2$s when z%1$s < h%2$s or h%1$s - f1 > $1 then null', k, k - 1
    );
    -- offset 0: put together the expressions would double with each level
    v_level := format(
      'select *, case when f%1$s >= h%2$s then f%1$s else greatest(l%2$s, f%1$s) end as l%1$s,
         case when f%1$s >= h%2$s then f%1$s else z%1$s end as h%1$s
       from (%3$s offset 0) as level%1$s',
      k, k - 1, v_level
    );
  end loop;
  return format('select %s, %s else %s end as reached from (%s) as level1', p_unit, v_verdict, p_step_count, v_level);
end
$$;
comment on function public.build_funnel_bounds is
  'The text of the query that tells by first and last times alone how far a unit got. $1 is the window in ms.';
revoke execute on function public.build_funnel_bounds from public, anon, authenticated;
grant execute on function public.build_funnel_bounds to service_role;

create or replace function public.get_named_funnels(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_window_ms    bigint default 1209600000,    -- 14 days
  p_limit        integer default 50
)
returns table (funnel text, step_index integer, step text, people bigint)
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
-- A store without statistics (PGlite has no autovacuum) expects a handful of people and would compare each with each.
set enable_nestloop = off
set enable_mergejoin = off
set jit = off    -- compiling a plan of that many expressions takes longer than it saves
set work_mem = '64MB'
set random_page_cost = 1.1 -- as the other reports of events
as $$
#variable_conflict use_column
declare
  v_filter  text := public.build_filter(p_project_id, p_filters - 'event');
  v_who     text := 'e.person_id is not null and ' || v_filter || case when p_include_bots then '' else ' and e.bot_reasons is null' end;
  v_plan    record;
  v_gaps    text;
  v_funnels text[];
  v_steps   text[];
  v_places  integer;     -- steps of the funnel that has most
  v_count   integer;     -- of which so many are shown
begin
  if p_include_bots or v_filter <> 'true' then
    select '{}'::integer[] as wholes, '{}'::integer[] as parts, int8multirange(int8range(p_from, greatest(p_to, p_from))) as gaps into v_plan;
  else
    select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
  end if;
  v_gaps := public.build_gap_rows(
    p_project_id, v_plan.gaps, 'person_conversions', 'e.funnel, e.step, e.person_id, e.timestamp', v_who
  );
  -- every funnel and step that may occur, as numbers: rows are sorted and compared by these
  execute format(
    $query$
      select
        coalesce(array_agg(k.funnel), '{}'), coalesce(array_agg(k.step), '{}'),
        coalesce((
          select max(f.step_count)
          from (select count(*) as step_count from unnest(array_agg(k.funnel)) as each (funnel) group by each.funnel) as f
        ), 1)
      from (
        select held.event as funnel, held.route as step
        from public.slice_events as held
        where held.slice_id = any (%1$L::integer[]) and held.is_conversion
        union
        select e.funnel, e.step from (%2$s) as e
        union
        select f.name, s.step
        from public.funnels as f
        cross join lateral jsonb_array_elements_text(
          case jsonb_typeof(f.definition -> 'steps') when 'array' then f.definition -> 'steps' else '[]' end
        ) as s (step)
        where f.project_id = %3$L::integer
      ) as k
    $query$,
    v_plan.wholes || v_plan.parts, v_gaps, p_project_id
  ) into v_funnels, v_steps, v_places;
  -- as many levels as the longest funnel needs, so that three steps are not planned as twenty
  v_count := least(20, v_places);

  return query execute format(
    $query$
      with
      kind as materialized (
        select
          k.funnel, k.step, dense_rank() over (order by k.funnel)::integer as funnel_number,
          row_number() over (partition by k.funnel)::integer as place, s.position
        from unnest($2, $3) as k (funnel, step)
        left join (
          select f.name, s.step, min(s.position)::integer as position
          from public.funnels as f
          cross join lateral jsonb_array_elements_text(
            case jsonb_typeof(f.definition -> 'steps') when 'array' then f.definition -> 'steps' else '[]' end
          ) with ordinality as s (step, position)
          where f.project_id = %1$L::integer
          group by f.name, s.step
        ) as s on s.name = k.funnel and s.step = k.step
      ),
      -- persons are numbers where slices are read
      row as materialized (
        select k.funnel_number, k.place, e.person, e.timestamp
        from (select e.funnel, e.step, %2$s as person, e.timestamp from (%3$s) as e) as e
        inner join kind as k on k.funnel = e.funnel and k.step = e.step
        union all
        select h.funnel_number, h.place, hit.person, h.start_ms + hit.offset_ms
        from (
          select k.funnel_number, k.place, slice.start_ms, held.people, held.offsets
          from public.slices as slice
          inner join public.slice_events as held on held.slice_id = slice.id and held.is_conversion
          inner join kind as k on k.funnel = held.event and k.step = held.route
          where slice.id = any (%4$L::integer[])
        ) as h
        cross join lateral unnest(h.people, h.offsets) as hit (person, offset_ms)
        where
          hit.person >= 0
          and h.start_ms + hit.offset_ms >= %5$L::bigint and h.start_ms + hit.offset_ms < %6$L::bigint
      ),
      -- when a person did the steps of a funnel first and last, by their places
      time as materialized (
        select r.funnel_number, r.person, min(r.timestamp) as begun_ms, array[%7$s] as firsts, array[%8$s] as lasts
        from row as r
        group by r.funnel_number, r.person
      ),
      entered as materialized (
        select t.funnel_number, count(*) as people from time as t group by t.funnel_number
      ),
      -- the order of a funnel that has none of its own
      several as materialized (
        select t.funnel_number, t.begun_ms, t.firsts
        from time as t
        where
          num_nonnulls(variadic t.firsts) > 1
          and t.funnel_number <> all (array(select k.funnel_number from kind as k where k.position is not null))
      ),
      ranked as materialized (
        select o.funnel_number, o.place, percentile_cont(0.5) within group (order by o.offset_ms) as median_offset_ms
        from (%9$s) as o
        where o.offset_ms is not null
        group by o.funnel_number, o.place
      ),
      candidate as (
        select k.*, r.median_offset_ms, count(*) over (partition by k.funnel_number, r.median_offset_ms) > 1 as is_tied
        from kind as k
        left join ranked as r on r.funnel_number = k.funnel_number and r.place = k.place
        where
          k.funnel_number <> all (array(select saved.funnel_number from kind as saved where saved.position is not null))
          and exists (select from time as t where t.funnel_number = k.funnel_number and t.firsts[k.place] is not null offset 0)
      ),
      definition as materialized (
        select
          d.funnel_number, d.funnel, d.step, d.place,
          row_number() over (
            partition by d.funnel_number order by d.position, d.median_offset_ms nulls last, d.median_first_ms, d.step
          )::integer as step_index
        from (
          select k.funnel_number, k.funnel, k.step, k.place, k.position, null as median_offset_ms, null as median_first_ms
          from kind as k
          where k.position is not null
          union all
          select
            c.funnel_number, c.funnel, c.step, c.place, null, c.median_offset_ms,
            -- asked for rarely, and the longest sort of all
            case when c.is_tied then (
              select percentile_cont(0.5) within group (order by t.firsts[c.place])
              from time as t
              where t.funnel_number = c.funnel_number
            ) end
          from candidate as c
        ) as d
      ),
      bound as (
        select t.funnel_number, t.person, %10$s
        from time as t
        inner join (
          select d.funnel_number, array_agg(d.place order by d.step_index) as places from definition as d group by d.funnel_number
        ) as o on o.funnel_number = t.funnel_number
      ),
      verdict as materialized (%11$s),
      undecided as materialized (
        select v.funnel_number, v.person from verdict as v where v.reached is null
      ),
      instant as (
        select
          h.funnel_number, h.person, h.timestamp, bit_or(h.mask) as mask,
          case when count(*) > 1 then public.get_instant_reach(array_agg(h.mask), %12$s) end as reach
        from (
          select r.funnel_number, r.person, r.timestamp, 1 << (d.step_index - 1) as mask
          from (
            select r.* from row as r inner join undecided as u on u.funnel_number = r.funnel_number and u.person = r.person offset 0
          ) as r
          inner join definition as d on d.funnel_number = r.funnel_number and d.place = r.place
          where d.step_index <= %12$s
        ) as h
        group by h.funnel_number, h.person, h.timestamp
      ),
      furthest as materialized (
        select f.funnel_number, f.reached, count(*) as people
        from (
          select v.funnel_number, v.reached from verdict as v where v.reached is not null
          union all
          select h.funnel_number, max(%13$s) from (%14$s) as h group by h.funnel_number, h.person
        ) as f
        group by f.funnel_number, f.reached
      ),
      shown as (
        select d.funnel_number, d.funnel, coalesce(e.people, 0) as people
        from definition as d
        left join entered as e on e.funnel_number = d.funnel_number
        group by d.funnel_number, d.funnel, e.people
        order by 3 desc, d.funnel
        limit $4
      )
      select
        d.funnel, d.step_index, d.step,
        (
          select coalesce(sum(f.people), 0)::bigint
          from furthest as f
          where f.funnel_number = d.funnel_number and f.reached >= d.step_index
        )
      from shown as s
      inner join definition as d on d.funnel_number = s.funnel_number
      where d.step_index <= %12$s
      order by s.people desc, d.funnel, d.step_index
    $query$,
    p_project_id, public.build_person(p_project_id, v_plan.wholes <> '{}' or v_plan.parts <> '{}'), v_gaps,
    v_plan.wholes || v_plan.parts, p_from, p_to,
    (select string_agg(format('min(r.timestamp) filter (where r.place = %s)', k), ', ') from generate_series(1, v_places) as k),
    (select string_agg(format('max(r.timestamp) filter (where r.place = %s)', k), ', ') from generate_series(1, v_places) as k),
    (
      select string_agg(
        format('select t.funnel_number, %1$s as place, t.firsts[%1$s] - t.begun_ms as offset_ms from several as t', k), ' union all '
      )
      from generate_series(1, v_places) as k
    ),
    (
      select string_agg(format('t.firsts[o.places[%1$s]] as f%1$s, t.lasts[o.places[%1$s]] as z%1$s', k), ', ')
      from generate_series(1, v_count) as k
    ),
    public.build_funnel_bounds('funnel_number, person', v_count), v_count,
    (
      select 'case ' || string_agg(format('when x%1$s is not null then %1$s', k), ' ' order by k desc) || ' end'
      from generate_series(1, v_count) as k
    ),
    public.build_funnel_chain('funnel_number, person', v_count)
  )
  using p_window_ms, v_funnels, v_steps, p_limit;
end
$$;
