-- Purpose: who left, and who is about to.   Reversible: drop function.
-- Days are local days of the time zone, today (the day of p_until) the last. Active is who has an event that passes the filters.

-- A list of common table expressions besides those of build_people_sets:
--   day (cell, position, people)       who was active on which day
--   last_day (cell, position, people)  whose last day it is
--   active (cell, days, people)        who was active on exactly so many of the first p_days days
create function public.build_active_days(
  p_project_id   integer,
  p_starts       bigint[],   -- of the days
  p_until        bigint,     -- ms, exclusive
  p_days         integer,
  p_filters      jsonb,
  p_include_bots boolean
)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select public.build_people_sets(p_project_id, p_starts || p_until, '{*}', p_filters, p_include_bots) || format(
    $query$,
      day as materialized (
        select d.cell, d.position, bit_or(d.people) as people
        from (
          select t.cell, t.position, t.people from thick as t
          union all
          select t.member >> 15, t.position, public.to_people(array_agg((t.member & 32767)::integer))
          from thin as t
          group by t.member >> 15, t.position
        ) as d
        group by d.cell, d.position
      ),
      last_day as materialized (
        select d.cell, d.position, case when d.later is null then d.people else d.people & ~d.later end as people
        from (
          select
            d.cell, d.position, d.people,
            bit_or(d.people) over (
              partition by d.cell order by d.position desc rows between unbounded preceding and 1 preceding
            ) as later
          from day as d
        ) as d
      ),
      active as materialized (
        select d.cell, counted.times as days, counted.people
        from (
          select d.cell, array_agg(d.people) as days from day as d where d.position <= %s group by d.cell
        ) as d
        cross join lateral public.get_people_by_count(d.days) as counted
      )
    $query$,
    p_days
  )
$$;

comment on function public.build_active_days is
  'Common table expressions day, last_day and active: who was active when, last, and how often, in sets.';
revoke execute on function public.build_active_days from public, anon, authenticated;
grant execute on function public.build_active_days to service_role;

-- Who is in sets: common table expressions that follow `listed` (cell, position, days, people), the sets that may be listed, and end in
-- listed_person (number, person_id, external_id, position, days), the first p_limit of these people by p_order.
create function public.build_listed_people(p_project_id integer, p_order text, p_limit integer)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select format(
    $query$
      listed_member as materialized (
        select (l.cell << 15) + each.place as number, l.position, l.days
        from listed as l
        cross join lateral public.get_places(l.people) as each
      ),
      listed_person as materialized (
        select m.number, m.person_id, coalesce(profile.external_id, profile.user_id::text) as external_id, m.position, m.days
        from (
          select m.number, m.position, m.days, who.person_id
          from listed_member as m
          inner join (
            select known.number::bigint as number, known.person_id
            from public.person_numbers as known
            where known.project_id = %1$L::integer and known.number = any (array(select m.number::integer from listed_member as m))
            union all
            select f.number, f.person from fresh as f
          ) as who on who.number = m.number
          order by %2$s
          limit %3$L::integer
        ) as m
        left join (
          select uuid_hash_extended(u.actor_id, 0) as person_id, u.external_id, u.user_id
          from public.user_profiles as u
          where u.project_id = %1$L::integer
        ) as profile on profile.person_id = m.person_id
      )
    $query$,
    p_project_id, p_order, p_limit
  )
$$;
comment on function public.build_listed_people is 'Common table expressions listed_member and listed_person: the first people of the sets of listed, by name.';
revoke execute on function public.build_listed_people from public, anon, authenticated;
grant execute on function public.build_listed_people to service_role;

-- The starts of the last p_days local days, today's last.
create function public.get_last_days(p_until bigint, p_days integer, p_timezone text)
returns bigint[]
language sql
stable
security invoker
set search_path = ''
as $$
  -- A zone may skip a day, and days may have 25 hours.
  select b.bounds[cardinality(b.bounds) - p_days : cardinality(b.bounds) - 1]
  from (
    select public.get_time_bounds(p_until - (p_days + 3) * 90000000::bigint, p_until, 'day', p_timezone) as bounds
  ) as b
$$;

comment on function public.get_last_days is 'The starts (ms) of the last local days, that of p_until - 1 ms the last of them.';
revoke execute on function public.get_last_days from public, anon, authenticated;
grant execute on function public.get_last_days to service_role;

-- Active on p_at_least or more of the p_active_days before the last p_silent_days, and not since. The latest to leave first, then the most active,
-- then by person. → { total, people: [{ personId, externalId, lastSeen, silentDays, activeDays }] }
create function public.get_churned(
  p_project_id   integer,
  p_until        bigint,     -- ms, exclusive: now
  p_timezone     text,
  p_active_days  integer,
  p_silent_days  integer,
  p_at_least     integer,    -- active days
  p_limit        integer,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
-- A store without statistics expects a handful of people and would compare each with each.
set enable_nestloop = off
set enable_mergejoin = off
set jit = off
set work_mem = '64MB'
as $$
declare
  v_starts bigint[] := public.get_last_days(p_until, p_active_days + p_silent_days, p_timezone);
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      %1$s,
      gone as materialized (
        select l.cell, l.position, l.people & a.people as people
        from last_day as l
        inner join (
          select a.cell, bit_or(a.people) as people from active as a where a.days >= %2$s group by a.cell
        ) as a on a.cell = l.cell
        where l.position <= %3$s
      ),
      -- Days, and then numbers of days, are taken from the first on until the list is full: only these people are looked at one by one.
      page_day as (
        select d.position
        from (
          select g.position, sum(sum(bit_count(g.people))) over (order by g.position desc) - sum(bit_count(g.people)) as before
          from gone as g
          group by g.position
        ) as d
        where d.before < %4$s
      ),
      page_set as materialized (
        select g.cell, g.position, a.days, g.people & a.people as people
        from gone as g
        inner join active as a on a.cell = g.cell
        where a.days >= %2$s and g.position in (select d.position from page_day as d)
      ),
      page as (
        select p.position, p.days
        from (
          select
            s.position, s.days,
            sum(sum(bit_count(s.people))) over (order by s.position desc, s.days desc) - sum(bit_count(s.people)) as before
          from page_set as s
          group by s.position, s.days
        ) as p
        where p.before < %4$s
      ),
      listed as (
        select s.cell, s.position, s.days, s.people
        from page_set as s
        inner join page as p on p.position = s.position and p.days = s.days
        where bit_count(s.people) > 0
      ),
      %5$s
      select jsonb_build_object(
        'total', (select coalesce(sum(bit_count(g.people)), 0) from gone as g),
        'people', (
          select coalesce(jsonb_agg(
            jsonb_build_object(
              'personId', l.person_id::text, 'externalId', l.external_id, 'lastSeen', ($1)[l.position],
              'silentDays', cardinality($1) - l.position, 'activeDays', l.days
            ) order by l.position desc, l.days desc, l.person_id
          ), '[]')
          from listed_person as l
        )
      )
    $query$,
    public.build_active_days(p_project_id, v_starts, p_until, p_active_days, p_filters, p_include_bots),
    p_at_least, p_active_days, p_limit,
    public.build_listed_people(p_project_id, 'm.position desc, m.days desc, who.person_id', p_limit)
  )
  into v_answer
  using v_starts;
  return v_answer;
end
$$;

comment on function public.get_churned is 'People who were active for a while and have been silent since.';
revoke execute on function public.get_churned from public, anon, authenticated;
grant execute on function public.get_churned to service_role;

-- Silent for longer than their own rhythm makes likely, but not yet for p_silent_days. Who was active on n >= 3 of the last
-- p_active_days came back after (last - first) / (n - 1) days on average. If visits come at random at that rate, a silence of s
-- days or more happens by chance with probability exp(-s / average gap), the survival function of the exponential distribution;
-- at risk is whose silence has less than 5 %, so who is silent for more than ln 20 = 3.0 average gaps. That people come at random
-- at a rate of their own until they leave is the model of Schmittlein, Morrison and Colombo, "Counting Your Customers: Who Are
-- They and What Will They Do Next?", Management Science 33 (1987), section 2. The most active first, then the longest
-- silent, then by person. → { total, people: [{ … as of get_churned, averageGapDays }] }
create function public.get_at_risk(
  p_project_id   integer,
  p_until        bigint,     -- ms, exclusive: now
  p_timezone     text,
  p_active_days  integer,
  p_silent_days  integer,
  p_limit        integer,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
-- A store without statistics expects a handful of people and would compare each with each.
set enable_nestloop = off
set enable_mergejoin = off
set jit = off
set work_mem = '64MB'
as $$
declare
  v_starts bigint[] := public.get_last_days(p_until, p_active_days, p_timezone);
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      %1$s,
      -- who was not active up to a day, of each day
      unseen as materialized (
        select g.cell, g.position, ~bit_or(g.people) over (partition by g.cell order by g.position) as people
        from (
          select k.cell, p.position, coalesce(d.people, repeat('0', 32768)::bit(32768)) as people
          from (select distinct d.cell from day as d) as k
          cross join generate_series(1, %2$s) as p (position)
          left join day as d on d.cell = k.cell and d.position = p.position
        ) as g
      ),
      at_least as materialized (
        select
          a.cell, a.days, bit_or(a.people) over (partition by a.cell order by a.days desc) as people,
          lag(a.days, 1, 1) over (partition by a.cell order by a.days) as days_before
        from active as a
        where a.days >= 3
      ),
      -- At risk is whose first day lies less than `reach` before the last.
      rhythm as materialized (
        select
          l.cell, l.position, a.days, (%2$s - l.position) * (a.days - 1) / ln(20::double precision) as reach,
          (%2$s - l.position) * (a.days_before - 1) / ln(20::double precision) as reach_of_fewer
        from (select l.cell, l.position from last_day as l where l.position > %2$s - %3$s and l.position < %2$s) as l
        inner join (select a.cell, a.days, a.days_before from at_least as a) as a on a.cell = l.cell
      ),
      slipping as materialized (
        select
          r.cell, r.position,
          bit_or(case when u.people is null then l.people & a.people else l.people & a.people & u.people end) as people
        from rhythm as r
        inner join last_day as l on l.cell = r.cell and l.position = r.position
        inner join at_least as a on a.cell = r.cell and a.days = r.days
        -- it may reach back to the first of all days
        left join unseen as u on u.cell = r.cell and u.position = floor(r.position - r.reach)::integer
        -- and if so for fewer days, too, those include these
        where r.reach_of_fewer <= r.position - 1
        group by r.cell, r.position
      ),
      page_days as (
        select d.days
        from (
          select a.days, sum(sum(bit_count(a.people & s.people))) over (order by a.days desc) - sum(bit_count(a.people & s.people)) as before
          from active as a
          inner join (select s.cell, bit_or(s.people) as people from slipping as s group by s.cell) as s on s.cell = a.cell
          where a.days >= 3
          group by a.days
        ) as d
        where d.before < %4$s
      ),
      page_set as materialized (
        select s.cell, s.position, a.days, s.people & a.people as people
        from slipping as s
        inner join active as a on a.cell = s.cell
        where a.days in (select d.days from page_days as d)
      ),
      page as (
        select p.position, p.days
        from (
          select
            s.position, s.days,
            sum(sum(bit_count(s.people))) over (order by s.days desc, s.position) - sum(bit_count(s.people)) as before
          from page_set as s
          group by s.position, s.days
        ) as p
        where p.before < %4$s
      ),
      listed as (
        select s.cell, s.position, s.days, s.people
        from page_set as s
        inner join page as p on p.position = s.position and p.days = s.days
        where bit_count(s.people) > 0
      ),
      %5$s
      select jsonb_build_object(
        'total', (select coalesce(sum(bit_count(s.people)), 0) from slipping as s),
        'people', (
          select coalesce(jsonb_agg(
            jsonb_build_object(
              'personId', l.person_id::text, 'externalId', l.external_id, 'lastSeen', ($1)[l.position],
              'silentDays', cardinality($1) - l.position, 'activeDays', l.days,
              'averageGapDays', round((l.position - l.first_day)::numeric / (l.days - 1), 6)
            ) order by l.days desc, l.position, l.person_id
          ), '[]')
          from (
            select l.number, l.person_id, l.external_id, l.position, l.days, min(d.position) as first_day
            from listed_person as l
            inner join day as d on d.cell = l.number >> 15 and get_bit(d.people, (l.number & 32767)::integer) = 1
            group by l.number, l.person_id, l.external_id, l.position, l.days
          ) as l
        )
      )
    $query$,
    public.build_active_days(p_project_id, v_starts, p_until, p_active_days, p_filters, p_include_bots),
    cardinality(v_starts), p_silent_days, p_limit,
    public.build_listed_people(p_project_id, 'm.days desc, m.position, who.person_id', p_limit)
  )
  into v_answer
  using v_starts;
  return v_answer;
end
$$;

comment on function public.get_at_risk is 'People silent for longer than their own rhythm makes likely (5 %), and not yet churned.';
revoke execute on function public.get_at_risk from public, anon, authenticated;
grant execute on function public.get_at_risk to service_role;
