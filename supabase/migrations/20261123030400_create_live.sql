-- Purpose: what happens right now.   Reversible: drop function.

-- The last 30 minutes by the events' own time, marked bots left out: { nowMs, online, people, minutes, pages, countries, events, cursor }.
-- events are those that were committed since p_after, the latest first. Transactions do not commit in the order of their clocks,
-- so that those of five seconds before come again: their id tells. Under Global Privacy Control a row says its hour of arrival
-- only and is in the figures, not among the events.
create function public.get_live(
  p_project_id integer,
  p_now        bigint,               -- ms
  p_after      bigint default null,  -- cursor of the answer before: µs
  p_limit      integer default 100
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
  with
  seen as materialized (
    select
      e.timestamp, e.id, e.person_id, e.event, e.route, e.country, e.device,
      (extract(epoch from raw.created_at) * 1000000)::bigint as arrived
    from public.person_events as e
    inner join public.user_events as raw
      on raw.project_id = e.project_id and raw.timestamp = e.timestamp and raw.actor_id = e.actor_id and raw.id = e.id
    where
      e.project_id = p_project_id
      and raw.project_id = p_project_id
      -- 30 whole minutes and a little of the future: clocks differ
      and e.timestamp >= p_now / 60000 * 60000 - 1740000
      and e.timestamp < p_now + 60000
      and raw.timestamp >= p_now / 60000 * 60000 - 1740000
      and raw.timestamp < p_now + 60000
      and e.bot_reasons is null
  )
  select jsonb_build_object(
    'nowMs', p_now,
    'online', (select count(distinct s.person_id) from seen as s where s.timestamp > p_now - 300000),
    'people', (select count(distinct s.person_id) from seen as s),
    'minutes', (
      select jsonb_agg(jsonb_build_object('startMs', m.start_ms, 'events', coalesce(t.events, 0)) order by m.start_ms)
      from generate_series(p_now / 60000 * 60000 - 1740000, p_now / 60000 * 60000, 60000) as m (start_ms)
      left join (
        -- what is ahead of our clock belongs to the present minute
        select least(s.timestamp, p_now) / 60000 * 60000 as start_ms, count(*) as events
        from seen as s
        group by 1
      ) as t on t.start_ms = m.start_ms
    ),
    'pages', (
      select coalesce(jsonb_agg(to_jsonb(p) order by p.count desc, p.route collate "C"), '[]')
      from (
        select s.route, count(*) as count, count(distinct s.person_id) as people
        from seen as s
        where s.event = '$pageview' and s.route is not null
        group by s.route
        order by count(*) desc, s.route collate "C"
        limit 10
      ) as p
    ),
    'countries', (
      select coalesce(jsonb_agg(to_jsonb(c) order by c.people desc, c.country collate "C"), '[]')
      from (
        select s.country, count(distinct s.person_id) as people
        from seen as s
        where s.person_id is not null
        group by s.country
        order by count(distinct s.person_id) desc, s.country collate "C"
        limit 10
      ) as c
    ),
    'events', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'id', a.id, 'timestampMs', a.timestamp, 'event', a.event, 'route', a.route, 'country', a.country, 'device', a.device
          )
          order by a.arrived desc, a.timestamp desc, a.id desc
        ),
        '[]'
      )
      from (
        select *
        from seen as s
        where s.person_id is not null and (p_after is null or s.arrived >= p_after - 5000000)
        order by s.arrived desc, s.timestamp desc, s.id desc
        limit p_limit
      ) as a
    ),
    'cursor', (select greatest(p_after, max(s.arrived), 0) from seen as s where s.person_id is not null)::text
  )
$$;

comment on function public.get_live is 'The last 30 minutes: people online, events per minute, pages, countries, and what arrived since p_after, as one jsonb value.';
revoke execute on function public.get_live from public, anon, authenticated;
grant execute on function public.get_live to service_role;
