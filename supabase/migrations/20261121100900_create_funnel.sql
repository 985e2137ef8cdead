-- Purpose: people that reach each step of a funnel, in order, and the time they take.   Reversible: drop function.
-- The rule is that of build_funnel_chain; all matched events lie in [p_from, p_to). Times (ms since the previous step) are
-- those of each person's earliest attempt that got furthest; the median is the middle one, or the mean of the two middle ones.
-- Always one row per step; without people 0 and nulls.
create function public.get_funnel(
  p_project_id   integer,
  p_from         bigint,    -- ms, inclusive
  p_to           bigint,    -- ms, exclusive
  p_steps        jsonb,     -- 1..20 steps, as lib/contracts/step.ts
  p_window_ms    bigint,    -- > 0
  p_include_bots boolean default false
)
returns table (step_index integer, people bigint, median_ms double precision, average_ms double precision)
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
-- A store without statistics (PGlite has no autovacuum) expects a handful of people and would compare each with each.
set enable_nestloop = off
set jit = off    -- compiling a plan of that many expressions takes longer than it saves
as $$
#variable_conflict use_column
declare
  v_step_count integer := jsonb_array_length(p_steps);
  v_names      text[] := (select array_agg(distinct s ->> 'event') from jsonb_array_elements(p_steps) as s);
begin
  if v_step_count not between 1 and 20 then
    raise exception 'a funnel has 1 to 20 steps, got %', v_step_count using errcode = '22023';
  end if;
  return query execute format(
    $query$
      with
      hit as (
        select e.person_id, e.timestamp, %1$s as mask
        from public.person_events as e
        where
          e.project_id = $2
          and e.timestamp >= $3
          and e.timestamp < $4
          and e.person_id is not null
          and ($5 or e.bot_reasons is null)
          and %2$s
      ),
      instant as materialized (
        select
          h.person_id,
          h.timestamp,
          bit_or(h.mask) as mask,
          case when count(*) > 1 then public.get_instant_reach(array_agg(h.mask), $6) end as reach
        from hit as h
        where h.mask <> 0
        group by h.person_id, h.timestamp
      ),
      furthest as materialized (
        select h.person_id, max(%3$s) as reached
        from (%4$s) as h
        group by h.person_id
      ),
      -- materialized, or it would be computed once per step
      path as materialized (
        select h.person_id, min(h.b0) filter (where h.b0[h.reached] - h.b0[1] <= $1) as times
        from (
          with instant as (
            select i.*, f.reached
            from instant as i
            inner join furthest as f on f.person_id = i.person_id
            where f.reached > 1
          )
          %5$s
        ) as h
        group by h.person_id
      )
      select
        k,
        (select count(*) from furthest as f where f.reached >= k),
        t.median_ms,
        t.average_ms
      from generate_series(1, $6) as k
      cross join lateral (
        select
          percentile_cont(0.5) within group (order by (p.times[k] - p.times[k - 1])::double precision) as median_ms,
          avg(p.times[k] - p.times[k - 1])::double precision as average_ms
        from path as p
      ) as t
      order by k
    $query$,
    (select string_agg(
       format('case when %s then %s else 0 end', public.build_step_condition(s.step), 1 << (s.position::integer - 1)), ' | ')
     from jsonb_array_elements(p_steps) with ordinality as s (step, position)),
    case when '*' = any (v_names) then 'true' else format('e.event = any (%L::text[])', v_names) end,
    (select 'case ' || string_agg(format('when x%1$s is not null then %1$s', k), ' ' order by k desc) || ' end'
     from generate_series(1, v_step_count) as k),
    public.build_funnel_chain('person_id', v_step_count),
    public.build_funnel_path('person_id', v_step_count)
  )
  using p_window_ms, p_project_id, p_from, p_to, p_include_bots, v_step_count;
end
$$;

comment on function public.get_funnel is
  'People per step of an ordered funnel with a total window, any attempt, and the times from step to step; one row per step.';
revoke execute on function public.get_funnel from public, anon, authenticated;
grant execute on function public.get_funnel to service_role;
