-- Purpose: the figures of the events report.   Reversible: drop function.
-- Common to all: [p_from, p_to) in ms; p_filters may hold route, device, country and event, each an exact match; marked bots
-- are left out unless p_include_bots. Exact, from raw rows.

-- Totals of the range. A session is a person's session id. The event filter does not narrow conversions, which have no event.
create function public.get_event_totals(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns table (events bigint, people bigint, sessions bigint, conversions bigint)
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
  select
    coalesce(sum(s.events), 0)::bigint,
    count(distinct s.person_id),
    count(*) filter (where s.session_id is not null),
    (
      select count(*)
      from public.person_conversions as c
      where
        c.project_id = p_project_id
        and c.timestamp >= p_from
        and c.timestamp < p_to
        and (p_include_bots or c.bot_reasons is null)
        and (p_filters ->> 'route' is null or c.route = p_filters ->> 'route')
        and (p_filters ->> 'device' is null or c.device = p_filters ->> 'device')
        and (p_filters ->> 'country' is null or c.country = p_filters ->> 'country')
    )
  -- sessions first, by hash: sorting all rows for distinct pairs took twice as long and more
  from (
    select e.person_id, e.session_id, count(*) as events
    from public.person_events as e
    where
      e.project_id = p_project_id
      and e.timestamp >= p_from
      and e.timestamp < p_to
      and (p_include_bots or e.bot_reasons is null)
      and (p_filters ->> 'route' is null or e.route = p_filters ->> 'route')
      and (p_filters ->> 'device' is null or e.device = p_filters ->> 'device')
      and (p_filters ->> 'country' is null or e.country = p_filters ->> 'country')
      and (p_filters ->> 'event' is null or e.event = p_filters ->> 'event')
    group by e.person_id, e.session_id
  ) as s
$$;

comment on function public.get_event_totals is 'Events, people, sessions and conversions in [p_from, p_to).';
revoke execute on function public.get_event_totals from public, anon, authenticated;
grant execute on function public.get_event_totals to service_role;

-- One point per local hour or day that touches the range, empty ones with zeros: [{ start, events, people }].
-- One jsonb value and not rows, because PostgREST cuts a set off at 1,000 rows.
create function public.get_event_series(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_bucket       text,    -- hour | day
  p_timezone     text,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
  with
  bounds as (
    select public.get_time_bounds(p_from, p_to, p_bucket, p_timezone) as instants
  ),
  tally as (
    select
      width_bucket(e.timestamp, (select instants from bounds)) as position,
      count(*)                    as events,
      count(distinct e.person_id) as people
    from public.person_events as e
    where
      e.project_id = p_project_id
      and e.timestamp >= p_from
      and e.timestamp < p_to
      and (p_include_bots or e.bot_reasons is null)
      and (p_filters ->> 'route' is null or e.route = p_filters ->> 'route')
      and (p_filters ->> 'device' is null or e.device = p_filters ->> 'device')
      and (p_filters ->> 'country' is null or e.country = p_filters ->> 'country')
      and (p_filters ->> 'event' is null or e.event = p_filters ->> 'event')
    group by 1
  )
  select
    jsonb_agg(
      jsonb_build_object('start', b.start_ms, 'events', coalesce(t.events, 0), 'people', coalesce(t.people, 0))
      order by b.start_ms
    )
  from bounds
  cross join lateral unnest(trim_array(bounds.instants, 1)) with ordinality as b (start_ms, position)
  left join tally as t on t.position = b.position
$$;

comment on function public.get_event_series is 'Events and people per local hour or day as a jsonb array, empty buckets included.';
revoke execute on function public.get_event_series from public, anon, authenticated;
grant execute on function public.get_event_series to service_role;

-- The most frequent event names, ties by name.
create function public.get_top_events(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_limit        integer default 50
)
returns table (event text, count bigint, people bigint)
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
  select e.event, count(*), count(distinct e.person_id)
  from public.person_events as e
  where
    e.project_id = p_project_id
    and e.timestamp >= p_from
    and e.timestamp < p_to
    and (p_include_bots or e.bot_reasons is null)
    and (p_filters ->> 'route' is null or e.route = p_filters ->> 'route')
    and (p_filters ->> 'device' is null or e.device = p_filters ->> 'device')
    and (p_filters ->> 'country' is null or e.country = p_filters ->> 'country')
    and (p_filters ->> 'event' is null or e.event = p_filters ->> 'event')
  group by e.event
  order by count(*) desc, e.event
  limit p_limit
$$;

comment on function public.get_top_events is 'Event names by number of events, with their people.';
revoke execute on function public.get_top_events from public, anon, authenticated;
grant execute on function public.get_top_events to service_role;

-- The most seen routes, by page views; ties by route. A page view without a route belongs to none.
create function public.get_top_pages(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_limit        integer default 50
)
returns table (route text, count bigint, people bigint)
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
  select e.route, count(*), count(distinct e.person_id)
  from public.person_events as e
  where
    e.project_id = p_project_id
    and e.timestamp >= p_from
    and e.timestamp < p_to
    and e.event = '$pageview'
    and e.route is not null
    and (p_include_bots or e.bot_reasons is null)
    and (p_filters ->> 'route' is null or e.route = p_filters ->> 'route')
    and (p_filters ->> 'device' is null or e.device = p_filters ->> 'device')
    and (p_filters ->> 'country' is null or e.country = p_filters ->> 'country')
    and (p_filters ->> 'event' is null or e.event = p_filters ->> 'event')
  group by e.route
  order by count(*) desc, e.route
  limit p_limit
$$;

comment on function public.get_top_pages is 'Routes by number of page views, with their people.';
revoke execute on function public.get_top_pages from public, anon, authenticated;
grant execute on function public.get_top_pages to service_role;
