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
  v_plan   record;
  v_query  text;
  v_rows   jsonb;
begin
  if p_dimension = 'channel' and v_filter = 'true' and not p_include_bots then
    select * into v_plan from public.get_visit_plan(p_project_id, p_from, p_to);
    v_query := format(
      'with %s, %s select o.value, o.events, o.people, o.sessions from origin_total as o',
      public.build_visits(
        p_project_id, p_from, p_to, v_plan.wholes, v_plan.parts, v_plan.gaps, v_plan.cut, v_plan.cut_ms
      ),
      public.build_origin_totals(v_plan.wholes, format(
        'public.to_channel(o.origin::jsonb ->> 0, o.origin::jsonb ->> 1, o.origin::jsonb ->> 2, o.origin::jsonb ->> 3, %L::text[])', v_hosts
      ))
    );
  elsif p_dimension = 'channel' then
    v_query := format(
      $query$
        with
        session as (
          select
            max(r.person_id) filter (where r.is_first) as person_id,
            max(r.referrer) filter (where r.is_first) as referrer,
            max(r.utm_source) filter (where r.is_first) as utm_source,
            max(r.utm_medium) filter (where r.is_first) as utm_medium,
            max(r.utm_campaign) filter (where r.is_first) as utm_campaign,
            count(*) as events
          from (%1$s) as r
          group by r.visit, r.session_ms
          having %2$s
        ),
        -- few origins stand for many sessions, and naming a channel takes a hundred times as long as reading a row
        origin as materialized (
          select
            public.to_channel(s.referrer, s.utm_source, s.utm_medium, s.utm_campaign, %3$L::text[]) as value,
            array_agg(s.person_id) as people, sum(s.events) as events, count(*) as sessions
          from session as s
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
      public.build_session_rows(
        p_project_id, p_from, p_to,
        'e.referrer, e.utm_source, e.utm_medium, e.utm_campaign, ' || v_filter || ' as passes', 'true', p_include_bots
      ),
      case when v_filter = 'true' then 'true' else 'bool_or(r.passes)' end,
      v_hosts
    );
  else
    v_query := format(
      'select value, row_count as events, people, sessions from public.get_dimension(%L, %L, %L, %L, %L, %L, %L)',
      p_project_id, p_from, p_to, p_dimension, p_filters, p_include_bots, v_hosts
    );
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
