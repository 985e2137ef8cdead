-- Purpose: how many people of each interval come back in each later one.   Reversible: drop function.
-- The range widens to whole local intervals of the time zone and ends at p_until at the latest, and so do the events: target
-- and return events lie in that range (first_time and first_ever look at all history before its end). One cohort per interval
-- that has begun: [{ start, counts }], counts[0] its people, counts[k] those of them with a return event k intervals later, or,
-- cumulative, k or more intervals later; cells that have not begun are absent.
--   recurring   a person belongs to every interval with a target event
--   first_time  to that of the first target event ever
--   first_ever  to that of the first event ever with the target's name, if it meets the target's conditions
-- People are numbered and sets of them are bit strings, so that a cell is an AND: joining each person's intervals with
-- each other grows with the square of how loyal people are.
create function public.get_retention(
  p_project_id   integer,
  p_from         bigint,     -- ms, inclusive
  p_to           bigint,     -- ms, exclusive
  p_until        bigint,     -- ms, exclusive: now
  p_interval     text,       -- hour | day | week | month
  p_timezone     text,
  p_week_start   text,       -- monday | sunday
  p_mode         text,       -- recurring | first_time | first_ever
  p_cumulative   boolean,
  p_target       jsonb,      -- a step, as lib/contracts/step.ts
  p_return       jsonb,
  p_include_bots boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
-- A store without statistics (PGlite has no autovacuum) expects a handful of people and would compare each with each.
set enable_nestloop = off
set jit = off    -- compiling a plan of that many expressions takes longer than it saves
as $$
declare
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_interval, p_timezone, p_week_start);
  v_from   bigint := v_bounds[1];
  v_to     bigint := least(v_bounds[cardinality(v_bounds)], p_until);
  v_starts bigint[] := (select coalesce(array_agg(s order by s), '{}') from unnest(v_bounds) as s where s < v_to);
  v_answer jsonb;
begin
  if p_mode not in ('recurring', 'first_time', 'first_ever') then
    raise exception 'unknown mode %', p_mode using errcode = '22023';
  end if;
  if cardinality(v_starts) = 0 then
    return '[]';
  end if;
  execute format(
    $query$
      with
      member as materialized (%1$s),
      comeback as (
        select distinct e.person_id, width_bucket(e.timestamp, $5) as position
        from public.person_events as e
        where
          e.project_id = $1
          and e.timestamp >= $2
          and e.timestamp < $3
          and e.person_id is not null
          and ($4 or e.bot_reasons is null)
          and %2$s
      ),
      numbered as (
        select p.person_id, row_number() over () - 1 as number
        from (select distinct m.person_id from member as m) as p
      ),
      member_bits as (
        select
          m.position, n.number >> 10 as chunk, bit_or('1'::bit(1024) >> (n.number & 1023)::integer) as people
        from member as m
        inner join numbered as n on n.person_id = m.person_id
        group by m.position, n.number >> 10
      ),
      comeback_bits as (
        select
          c.position, n.number >> 10 as chunk, bit_or('1'::bit(1024) >> (n.number & 1023)::integer) as people
        from comeback as c
        inner join numbered as n on n.person_id = c.person_id
        group by c.position, n.number >> 10
      ),
      returned as (
        select c.position, c.chunk, c.people
        from comeback_bits as c
        where not $6
        union all
        -- whoever comes back in this interval or a later one; an interval without anybody has those of the next
        select p.position, k.chunk, bit_or(c.people) over (partition by k.chunk order by p.position desc)
        from generate_series(1, cardinality($5)) as p (position)
        cross join (select distinct chunk from comeback_bits) as k
        left join comeback_bits as c on c.position = p.position and c.chunk = k.chunk
        where $6
      ),
      cell as (
        select m.position, 0 as age, count(*) as people
        from member as m
        group by m.position
        union all
        select m.position, r.position - m.position, sum(bit_count(m.people & r.people))
        from member_bits as m
        inner join returned as r on r.chunk = m.chunk and r.position > m.position
        group by m.position, r.position - m.position
      ),
      cohort as (
        select
          s.start_ms,
          jsonb_agg(coalesce(c.people, 0) order by a.age) as counts
        from unnest($5) with ordinality as s (start_ms, position)
        cross join lateral generate_series(0, cardinality($5) - s.position::integer) as a (age)
        left join cell as c on c.position = s.position and c.age = a.age
        group by s.start_ms
      )
      select jsonb_agg(jsonb_build_object('start', h.start_ms, 'counts', h.counts) order by h.start_ms)
      from cohort as h
    $query$,
    case p_mode
      when 'recurring' then format(
        $member$
          select distinct e.person_id, width_bucket(e.timestamp, $5) as position
          from public.person_events as e
          where
            e.project_id = $1
            and e.timestamp >= $2
            and e.timestamp < $3
            and e.person_id is not null
            and ($4 or e.bot_reasons is null)
            and %s
        $member$,
        public.build_step_condition(p_target)
      )
      else format(
        $member$
          select f.person_id, width_bucket(f.first_ms, $5) as position
          from (
            select
              e.person_id,
              min(e.timestamp) as first_ms,
              min(e.timestamp) filter (where %2$s) as first_matching_ms
            from public.person_events as e
            where
              e.project_id = $1
              and e.timestamp < $3
              and e.person_id is not null
              and ($4 or e.bot_reasons is null)
              and %1$s
            group by e.person_id
          ) as f
          where f.first_ms >= $2 and f.first_ms = f.first_matching_ms
        $member$,
        public.build_step_condition(case p_mode when 'first_time' then p_target else p_target - 'where' end),
        public.build_step_condition(p_target)
      )
    end,
    public.build_step_condition(p_return)
  )
  into v_answer
  using p_project_id, v_from, v_to, p_include_bots, v_starts, p_cumulative;
  return v_answer;
end
$$;

comment on function public.get_retention is
  'Cohorts of people by interval and how many of each come back in each later interval, as a jsonb array; exact.';
revoke execute on function public.get_retention from public, anon, authenticated;
grant execute on function public.get_retention to service_role;
