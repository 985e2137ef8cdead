-- Purpose: who left, and who is about to.   Reversible: drop function.
-- Days are local days of the time zone, today (the day of p_until) the last. Active is who has an event that passes the filters.

-- (person, days, first_day, last_day) of everybody active in the last p_days: how many of them, and their positions from 1; p_days
-- is today. The text of a query.
create function public.build_active_days(
  p_project_id   integer,
  p_starts       bigint[],   -- of the days
  p_until        bigint,     -- ms, exclusive
  p_filters      jsonb,
  p_include_bots boolean
)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select format(
    $query$
      select d.person, count(*)::integer as days, min(d.day) as first_day, max(d.day) as last_day
      from (select distinct h.person, width_bucket(h.timestamp, %1$L::bigint[]) as day from (%2$s) as h) as d
      group by d.person
    $query$,
    p_starts,
    public.build_step_hits(p_project_id, p_starts[1], p_until, '[{"event": "*"}]', p_filters, p_include_bots)
  )
$$;

comment on function public.build_active_days is 'The SQL query of (person, days, first_day, last_day): on how many of the given days each person was active.';
revoke execute on function public.build_active_days from public, anon, authenticated;
grant execute on function public.build_active_days to service_role;

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
      gone as materialized (select a.* from (%1$s) as a where a.last_day <= $3 and a.days >= $6),
      -- Who these are is looked up for those alone who may be listed: ties are settled by it.
      ranked as (select g.*, rank() over (order by g.last_day desc, g.days desc) as rank from gone as g),
      listed as (
        select r.days, r.last_day, i.person_id
        from ranked as r
        cross join lateral public.get_person_ids($1, array[r.person]) as i
        where r.rank <= $4
        order by r.last_day desc, r.days desc, i.person_id
        limit $4
      )
      select jsonb_build_object(
        'total', (select count(*) from gone),
        'people', (
          select coalesce(jsonb_agg(
            jsonb_build_object(
              'personId', l.person_id::text, 'externalId', p.external_id, 'lastSeen', ($2)[l.last_day],
              'silentDays', $5 - l.last_day, 'activeDays', l.days
            ) order by l.last_day desc, l.days desc, l.person_id
          ), '[]')
          from listed as l
          left join (
            select uuid_hash_extended(u.actor_id, 0) as person_id, coalesce(u.external_id, u.user_id::text) as external_id
            from public.user_profiles as u
            where u.project_id = $1
          ) as p on p.person_id = l.person_id
        )
      )
    $query$,
    public.build_active_days(p_project_id, v_starts, p_until, p_filters, p_include_bots)
  )
  into v_answer
  using p_project_id, v_starts, p_active_days, p_limit, cardinality(v_starts), p_at_least;
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
      slipping as materialized (
        select a.*
        from (%1$s) as a
        where
          a.days >= 3
          and $5 - a.last_day < $3
          and ($5 - a.last_day) * (a.days - 1) > ln(20::double precision) * (a.last_day - a.first_day)
      ),
      ranked as (select s.*, rank() over (order by s.days desc, s.last_day) as rank from slipping as s),
      listed as (
        select r.days, r.first_day, r.last_day, i.person_id
        from ranked as r
        cross join lateral public.get_person_ids($1, array[r.person]) as i
        where r.rank <= $4
        order by r.days desc, r.last_day, i.person_id
        limit $4
      )
      select jsonb_build_object(
        'total', (select count(*) from slipping),
        'people', (
          select coalesce(jsonb_agg(
            jsonb_build_object(
              'personId', l.person_id::text, 'externalId', p.external_id, 'lastSeen', ($2)[l.last_day],
              'silentDays', $5 - l.last_day, 'activeDays', l.days,
              'averageGapDays', round((l.last_day - l.first_day)::numeric / (l.days - 1), 6)
            ) order by l.days desc, l.last_day, l.person_id
          ), '[]')
          from listed as l
          left join (
            select uuid_hash_extended(u.actor_id, 0) as person_id, coalesce(u.external_id, u.user_id::text) as external_id
            from public.user_profiles as u
            where u.project_id = $1
          ) as p on p.person_id = l.person_id
        )
      )
    $query$,
    public.build_active_days(p_project_id, v_starts, p_until, p_filters, p_include_bots)
  )
  into v_answer
  using p_project_id, v_starts, p_silent_days, p_limit, cardinality(v_starts);
  return v_answer;
end
$$;

comment on function public.get_at_risk is 'People silent for longer than their own rhythm makes likely (5 %), and not yet churned.';
revoke execute on function public.get_at_risk from public, anon, authenticated;
grant execute on function public.get_at_risk to service_role;
