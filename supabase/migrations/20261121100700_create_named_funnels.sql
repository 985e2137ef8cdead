-- Purpose: people that reach each step of each named funnel.   Reversible: drop function.
-- Named funnels are fed by conversion(funnel, step). A person reached step k when steps 1 … k follow one another in order
-- within the window from step 1 (total, inclusive; any attempt counts), all of it in [p_from, p_to). The order of the steps is
-- the saved definition, else the median over people of when they first did the step, counted from their first step in that
-- funnel; who did a single step says nothing about the order and is asked only when nobody did more.
-- The funnels with most people, at most 20 steps of each; a saved funnel that nobody entered has zeros.
create function public.get_named_funnels(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_filters      jsonb default '{}',    -- route, device, country
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
set jit = off    -- compiling a plan of that many expressions takes longer than it saves
as $$
#variable_conflict use_column
declare
  -- as many levels as the longest funnel needs, so that three steps are not planned as twenty
  v_step_count integer := (
    select least(20, greatest(1, max(f.step_count)))
    from (
      select count(distinct c.step) as step_count
      from public.conversions as c
      where c.project_id = p_project_id and c.timestamp >= p_from and c.timestamp < p_to
      group by c.funnel
      union all
      select jsonb_array_length(f.definition -> 'steps')
      from public.funnels as f
      where f.project_id = p_project_id and jsonb_typeof(f.definition -> 'steps') = 'array'
    ) as f
  );
begin
  return query execute format(
    $query$
      with
      conversion as materialized (
        select c.funnel, c.step, c.person_id, c.timestamp
        from public.person_conversions as c
        where
          c.project_id = $2
          and c.timestamp >= $3
          and c.timestamp < $4
          and c.person_id is not null
          and ($6 or c.bot_reasons is null)
          and ($5 ->> 'route' is null or c.route = $5 ->> 'route')
          and ($5 ->> 'device' is null or c.device = $5 ->> 'device')
          and ($5 ->> 'country' is null or c.country = $5 ->> 'country')
      ),
      saved as (
        select f.name as funnel, s.step, min(s.position)::integer as position
        from public.funnels as f
        cross join lateral jsonb_array_elements_text(
          case jsonb_typeof(f.definition -> 'steps') when 'array' then f.definition -> 'steps' else '[]' end
        ) with ordinality as s (step, position)
        where f.project_id = $2
        group by f.name, s.step
      ),
      first_hit as (
        select c.funnel, c.step, c.person_id, min(c.timestamp) as first_ms
        from conversion as c
        where not exists (select 1 from saved as s where s.funnel = c.funnel)
        group by c.funnel, c.step, c.person_id
      ),
      timed as (
        select
          h.*,
          h.first_ms - min(h.first_ms) over (partition by h.funnel, h.person_id) as offset_ms,
          count(*) over (partition by h.funnel, h.person_id) as step_count
        from first_hit as h
      ),
      ranked as (
        select
          t.funnel,
          t.step,
          percentile_cont(0.5) within group (order by t.offset_ms) filter (where t.step_count > 1) as median_offset_ms,
          percentile_cont(0.5) within group (order by t.first_ms) as median_first_ms
        from timed as t
        group by t.funnel, t.step
      ),
      definition as (
        select
          d.funnel, d.step, row_number() over (partition by d.funnel order by d.position)::integer as step_index
        from (
          select s.funnel, s.step, s.position from saved as s
          union all
          select
            r.funnel,
            r.step,
            row_number() over (
              partition by r.funnel order by r.median_offset_ms nulls last, r.median_first_ms, r.step
            )::integer
          from ranked as r
        ) as d
      ),
      hit as (
        select c.funnel, c.person_id, c.timestamp, 1 << (d.step_index - 1) as mask
        from conversion as c
        inner join definition as d on d.funnel = c.funnel and d.step = c.step
        where d.step_index <= $8
      ),
      instant as (
        select
          h.funnel, h.person_id, h.timestamp, bit_or(h.mask) as mask,
          case when count(*) > 1 then public.get_instant_reach(array_agg(h.mask), $8) end as reach
        from hit as h
        group by h.funnel, h.person_id, h.timestamp
      ),
      -- materialized, or it would be computed once per step
      furthest as materialized (
        select h.funnel, h.person_id, max(%s) as reached
        from (%s) as h
        group by h.funnel, h.person_id
      ),
      shown as (
        select d.funnel, count(distinct c.person_id) as people
        from (select distinct funnel from definition) as d
        left join conversion as c on c.funnel = d.funnel
        group by d.funnel
        order by count(distinct c.person_id) desc, d.funnel
        limit $7
      )
      select
        d.funnel,
        d.step_index,
        d.step,
        (select count(*) from furthest as f where f.funnel = d.funnel and f.reached >= d.step_index)
      from shown as s
      inner join definition as d on d.funnel = s.funnel
      where d.step_index <= $8
      order by s.people desc, d.funnel, d.step_index
    $query$,
    (select 'case ' || string_agg(format('when x%1$s is not null then %1$s', k), ' ' order by k desc) || ' end'
     from generate_series(1, v_step_count) as k),
    public.build_funnel_chain('funnel, person_id', v_step_count)
  )
  using p_window_ms, p_project_id, p_from, p_to, p_filters, p_include_bots, p_limit, v_step_count;
end
$$;

comment on function public.get_named_funnels is
  'People per step of the named funnels, ordered, within a total window; one row per funnel and step.';
revoke execute on function public.get_named_funnels from public, anon, authenticated;
grant execute on function public.get_named_funnels to service_role;
