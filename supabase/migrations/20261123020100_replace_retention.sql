-- Purpose: how many people of each interval come back in each later one, by any rule.   Reversible: the function before.
-- The range widens to whole local intervals of the time zone and ends at p_until at the latest, and so do the events: target
-- and return events lie in that range (first_time and first_ever look at all history before its end). One cohort per interval
-- that has begun: counts[0] its people, counts[k] those of them with a return event
--   calendar  k intervals later, or, cumulative, k or more intervals later
--   rolling   in the k-th length of an interval (hour, 24 h, 7 d, 30 d) after the person's own earliest target event there
-- Cells that have not begun for anybody are absent.
--   recurring   a person belongs to every interval with a target event
--   first_time  to that of the first target event ever
--   first_ever  to that of the first event ever with the target's name, if it meets the target's conditions
-- With p_breakdown one matrix per value: that on the person's earliest target event in the interval; of events at the same
-- instant the smallest id. The ten largest by members, ties in the order of their texts, then all others.
-- → { bounds: [n + 1 instants], end, groups: [{ value, isOther, counts: [[…], …] }] }
-- Sets of people are bit strings and a cell is an AND: joining each person's intervals with each other grows with the square
-- of how loyal people are.
drop function public.get_retention(
  integer, bigint, bigint, bigint, text, text, text, text, boolean, jsonb, jsonb, boolean
);

create function public.get_retention(
  p_project_id   integer,
  p_from         bigint,     -- ms, inclusive
  p_to           bigint,     -- ms, exclusive
  p_until        bigint,     -- ms, exclusive: now
  p_interval     text,       -- hour | day | week | month
  p_timezone     text,
  p_week_start   text,       -- monday | sunday
  p_mode         text,       -- recurring | first_time | first_ever
  p_windows      text,       -- calendar | rolling
  p_cumulative   boolean,    -- of calendar windows only
  p_target       jsonb,      -- a step, as lib/contracts/step.ts
  p_return       jsonb,
  p_breakdown    text default null,      -- a key of build_value
  p_filters      jsonb default '{}',
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
set work_mem = '64MB'    -- the bit strings of 30 days and 500,000 people are 4 MB
as $$
declare
  v_bounds  bigint[] := public.get_time_bounds(p_from, p_to, p_interval, p_timezone, p_week_start);
  v_from    bigint := v_bounds[1];
  v_to      bigint := least(v_bounds[cardinality(v_bounds)], p_until);
  v_starts  bigint[] := (select coalesce(array_agg(s order by s), '{}') from unnest(v_bounds) as s where s < v_to);
  v_history bigint := case p_mode when 'recurring' then v_from else -62135596800000 end;
  -- without conditions the first event of the name is the first target event
  v_mode    text := case when p_mode = 'first_ever' and coalesce(p_target -> 'where', '{}') = '{}' then 'first_time' else p_mode end;
  v_length  bigint := case p_interval when 'hour' then 3600000 when 'day' then 86400000 when 'week' then 604800000 else 2592000000 end;
  v_steps   jsonb := case when p_target = p_return then jsonb_build_array(p_target) else jsonb_build_array(p_target, p_return) end;
  v_cells   text;
  v_answer  jsonb;
begin
  if p_mode not in ('recurring', 'first_time', 'first_ever') or p_windows not in ('calendar', 'rolling')
    or p_cumulative and p_windows = 'rolling'
  then
    raise exception 'unknown kind of retention' using errcode = '22023';
  end if;
  if cardinality(v_starts) = 0 then
    return jsonb_build_object('bounds', '[]'::jsonb, 'end', v_to, 'groups', '[]'::jsonb);
  end if;
  v_cells := case
    when p_windows = 'calendar' and p_breakdown is null and v_mode <> 'first_ever' then format(
      $cells$
        bits as materialized (
          -- position 0 is the time before the range
          select b.step, b.position - %2$s as position, b.chunk, b.people from (%1$s) as b
        ),
        member_bits as materialized (
          select 1 as member_group, m.position, m.chunk, m.people
          from (%3$s) as m
          where m.position > 0
        ),
        comeback_bits as materialized (
          select b.position, b.chunk, b.people from bits as b where b.step = %4$s and b.position > 0
        ),
        member_group as (select 1 as member_group, null::jsonb as value),
      $cells$,
      public.build_people_bits(
        p_project_id,
        case v_mode when 'recurring' then v_starts || v_to else v_history || v_starts || v_to end,
        v_steps, p_filters, p_include_bots
      ),
      case v_mode when 'recurring' then 0 else 1 end,
      case v_mode
        when 'recurring' then 'select b.position, b.chunk, b.people from bits as b where b.step = 1'
        else $first$
          select
            b.position, b.chunk,
            b.people & ~coalesce(
              bit_or(b.people) over (
                partition by b.chunk order by b.position rows between unbounded preceding and 1 preceding
              ),
              repeat('0', 8192)::bit(8192)
            ) as people
          from bits as b
          where b.step = 1
        $first$
      end,
      jsonb_array_length(v_steps)
    )
    else format(
      $cells$
        hit as materialized (%1$s),
        cohort_member as materialized (%2$s),
        %3$s,
      $cells$,
      public.build_retention_hits(
        p_project_id, v_history, v_from, v_to, p_target, p_return, p_breakdown, false, p_filters, p_include_bots
      ),
      public.build_retention_members(v_mode, v_starts),
      case
        when p_breakdown is null then $whole$
          member_group as (select 1 as member_group, null::jsonb as value),
          member as materialized (select m.person, m.position, m.began_at, 1 as member_group from cohort_member as m)
        $whole$
        else $groups$
          ranked as (
            select
              m.value, row_number() over (order by count(*) desc, coalesce(m.value::text, 'null') collate "C") as rank
            from cohort_member as m
            group by m.value
          ),
          member_group as (
            select
              least(r.rank, 11)::integer as member_group,
              case when min(r.rank) <= 10 then (array_agg(r.value))[1] end as value
            from ranked as r
            group by least(r.rank, 11)
          ),
          member as materialized (
            select m.person, m.position, m.began_at, least(r.rank, 11)::integer as member_group
            from cohort_member as m
            inner join ranked as r on coalesce(r.value, 'null') = coalesce(m.value, 'null')
          )
        $groups$
      end
    ) || case p_windows
      when 'calendar' then format(
        $cells$
          numbered as (
            select p.person, (row_number() over () - 1)::integer as number
            from (select distinct m.person from member as m) as p
          ),
          member_bits as materialized (
            select
              m.member_group, m.position, n.number >> 13 as chunk,
              bit_or('1'::bit(8192) >> (n.number & 8191)) as people
            from member as m
            inner join numbered as n on n.person = m.person
            group by m.member_group, m.position, n.number >> 13
          ),
          comeback_bits as materialized (
            select c.position, n.number >> 13 as chunk, bit_or('1'::bit(8192) >> (n.number & 8191)) as people
            from (
              select distinct h.person, width_bucket(h.timestamp, %1$L::bigint[]) as position
              from hit as h
              where h.mask & 4 <> 0 and h.timestamp >= %2$L::bigint
            ) as c
            inner join numbered as n on n.person = c.person
            group by c.position, n.number >> 13
          ),
        $cells$,
        v_starts, v_from
      )
      else ''
    end
  end || case p_windows
    when 'calendar' then format(
      $cells$
        returned as (
          %1$s
        ),
        cell as (
          select m.member_group, m.position, 0 as age, sum(bit_count(m.people)) as people
          from member_bits as m
          group by m.member_group, m.position
          union all
          select m.member_group, m.position, r.position - m.position, sum(bit_count(m.people & r.people))
          from member_bits as m
          inner join returned as r on r.chunk = m.chunk and r.position > m.position
          group by m.member_group, m.position, r.position - m.position
        )
      $cells$,
      case
        when not p_cumulative then 'select c.position, c.chunk, c.people from comeback_bits as c'
        -- whoever comes back in this interval or a later one; an interval without anybody has those of the next
        else format(
          $cumulative$
            select p.position, k.chunk, bit_or(c.people) over (partition by k.chunk order by p.position desc) as people
            from generate_series(1, %s) as p (position)
            cross join (select distinct chunk from comeback_bits) as k
            left join comeback_bits as c on c.position = p.position and c.chunk = k.chunk
          $cumulative$,
          cardinality(v_starts)
        )
      end
    )
    else format(
      $cells$
        comeback as (
          select distinct m.member_group, m.person, m.position, ((h.timestamp - m.began_at) / %1$s)::integer as age
          from member as m
          inner join hit as h on h.person = m.person
          where h.mask & 4 <> 0 and h.timestamp >= m.began_at + %1$s
        ),
        cell as (
          select m.member_group, m.position, 0 as age, count(*) as people
          from member as m
          group by m.member_group, m.position
          union all
          select c.member_group, c.position, c.age, count(*)
          from comeback as c
          group by c.member_group, c.position, c.age
        )
      $cells$,
      v_length
    )
  end;
  execute format(
    $query$
      with
      %1$s,
      cohort as (
        select
          g.member_group, s.position,
          jsonb_agg(coalesce(c.people, 0) order by a.age) as counts
        from member_group as g
        cross join unnest($1) with ordinality as s (start_ms, position)
        cross join lateral generate_series(0, %2$s) as a (age)
        left join cell as c on c.member_group = g.member_group and c.position = s.position and c.age = a.age
        group by g.member_group, s.position
      ),
      matrix as (
        select h.member_group, jsonb_agg(h.counts order by h.position) as counts
        from cohort as h
        group by h.member_group
      )
      select jsonb_agg(
        jsonb_build_object('value', g.value, 'isOther', g.member_group = 11, 'counts', m.counts) order by g.member_group
      )
      from member_group as g
      inner join matrix as m on m.member_group = g.member_group
    $query$,
    v_cells,
    case p_windows
      when 'calendar' then format('%s - s.position::integer', cardinality(v_starts))
      else format('((%s - 1 - s.start_ms) / %s)::integer', v_to, v_length)
    end
  )
  into v_answer
  using v_starts;
  return jsonb_build_object(
    'bounds', v_bounds[:cardinality(v_starts) + 1], 'end', v_to,
    'groups', coalesce(v_answer, '[]')
  );
end
$$;

comment on function public.get_retention is
  'Cohorts of people by interval and how many of each come back in each later one, as a whole or by value; exact.';
revoke execute on function public.get_retention from public, anon, authenticated;
grant execute on function public.get_retention to service_role;
