-- Purpose: where people come from, where they are and what they use.   Reversible: drop function.

-- The values of a dimension in [p_from, p_to) with most people: [{ value, events, people, sessions }], ties by events, then by value;
-- a null value is "not known". p_values asks for these values instead, whatever their rank.
-- country, device, browser, os, utm_* and referrer (its host; the project's own pages are none) are those of each row, and sessions
-- those that began on such a row. channel is that of a session's first row, for all of its rows; only rows with a session have one.
create function public.get_dimension_values(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_dimension    text,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_values       jsonb default null,      -- array of values, null among them
  p_limit        integer default 100
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set work_mem = '64MB'
set jit = off
as $$
declare
  v_hosts  text[] := public.get_own_hosts(p_project_id);
  v_filter text := public.build_filter(p_project_id, p_filters);
  v_query  text;
  v_rows   jsonb;
begin
  if p_dimension = 'channel' then
    v_query := format(
      $query$
        with
        -- few origins stand for many sessions, and naming a channel takes a hundred times as long as reading a row
        origin as materialized (
          select
            public.to_channel(s.referrer, s.utm_source, s.utm_medium, s.utm_campaign, %2$L::text[]) as value,
            array_agg(s.person_id) as people, sum(s.events) as events, count(*) as sessions
          from (%1$s) as s
          group by s.referrer, s.utm_source, s.utm_medium, s.utm_campaign
        )
        select o.value, sum(o.events)::bigint as events, p.people, sum(o.sessions)::bigint as sessions
        from origin as o
        inner join (
          select held.value, count(distinct person.id) as people
          from origin as held
          cross join lateral unnest(held.people) as person (id)
          group by held.value
        ) as p on p.value = o.value
        group by o.value, p.people
      $query$,
      public.build_sessions(
        p_project_id, p_from, p_to, array['referrer', 'utm_source', 'utm_medium', 'utm_campaign'], p_filters, p_include_bots
      ),
      v_hosts
    );
  elsif p_dimension in ('country', 'device', 'browser', 'os', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign') then
    v_query := format(
      $query$
        with
        seen as materialized (
          select nullif(e.%1$I, '') as held, e.person_id, count(*) as events
          from public.person_events as e
          where
            e.project_id = %2$L::integer
            and e.timestamp >= %3$L::bigint
            and e.timestamp < %4$L::bigint
            and %5$s
            and %6$s
          group by 1, 2
        ),
        begun as materialized (
          select r.held, count(*) as sessions
          from (%7$s) as r
          where r.is_first and r.passes
          group by r.held
        ),
        -- a referrer counts by its host
        spelled as materialized (
          select k.held, %8$s as value
          from (select s.held from seen as s union select b.held from begun as b) as k
        ),
        counted as (
          select w.value, sum(s.events)::bigint as events, count(distinct s.person_id) as people
          from seen as s
          inner join spelled as w on coalesce(w.held, '') = coalesce(s.held, '')
          group by w.value
        ),
        started as (
          select w.value, sum(b.sessions)::bigint as sessions
          from begun as b
          inner join spelled as w on coalesce(w.held, '') = coalesce(b.held, '')
          group by w.value
        )
        select c.value, c.events, c.people, coalesce(t.sessions, 0) as sessions
        from counted as c
        left join started as t on t.value is not distinct from c.value
      $query$,
      p_dimension, p_project_id, p_from, p_to,
      case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
      v_filter,
      public.build_session_rows(p_project_id, p_from, p_to, format('nullif(e.%I, '''') as held, %s as passes', p_dimension, v_filter), 'true', p_include_bots),
      case p_dimension when 'referrer' then format('public.to_referrer_host(k.held, %L::text[])', v_hosts) else 'k.held' end
    );
  else
    raise exception 'unknown dimension %', p_dimension using errcode = '22023';
  end if;
  execute format(
    $query$
      select coalesce(jsonb_agg(to_jsonb(v) order by v.people desc, v.events desc, v.value collate "C" nulls last), '[]')
      from (
        select *
        from (%s) as d
        where %s
        order by d.people desc, d.events desc, d.value collate "C" nulls last
        limit %L
      ) as v
    $query$,
    v_query,
    case when p_values is null then 'true' else format(
      'to_jsonb(array[d.value]) <@ %L::jsonb', p_values
    ) end,
    case when p_values is null then p_limit end
  ) into v_rows;
  return v_rows;
end
$$;

comment on function public.get_dimension_values is
  'Values of a dimension with events, people and sessions in [p_from, p_to), those with most people first, as one jsonb array.';
revoke execute on function public.get_dimension_values from public, anon, authenticated;
grant execute on function public.get_dimension_values to service_role;
