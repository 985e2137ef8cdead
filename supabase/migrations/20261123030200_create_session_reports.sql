-- Purpose: sessions, one by one and summed up.   Reversible: drop function.
-- What a session is, and which ones a range has: build_session_rows. A filter keeps sessions of which at least one row passes it. Where
-- a session came from, its device and country are those of its first row. A session of one single row is a bounce.

-- The query of one row per session: (visit, session_ms, end_ms, events, page_views, entry, exit, person_id and p_columns).
create function public.build_sessions(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_columns      text[] default '{}',     -- columns of person_events, as the session's first row has them
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select format(
    $query$
      select s.*, s.pages[1] as entry, s.pages[cardinality(s.pages)] as exit
      from (
        select
          r.visit,
          r.session_ms,
          max(r.timestamp)                                 as end_ms,
          count(*)                                         as events,
          count(*) filter (where r.event = '$pageview')    as page_views,
          array_agg(r.page order by r.timestamp, r.id) filter (where r.page is not null) as pages,
          max(r.person_id) filter (where r.is_first)       as person_id
          %s
        from (%s) as r
        group by r.visit, r.session_ms
        having %s
      ) as s
    $query$,
    (select string_agg(format(', (array_agg(r.%1$I) filter (where r.is_first))[1] as %1$I', c), '') from unnest(p_columns) as c),
    public.build_session_rows(
      p_project_id, p_from, p_to,
      (select coalesce(string_agg(format('e.%I, ', c), ''), '') from unnest(p_columns) as c where c <> 'id')
        || 'e.event, case when e.event = ''$pageview'' then e.route end as page, ' || filter.condition || ' as passes',
      'true', p_include_bots
    ),
    case when filter.condition = 'true' then 'true' else 'bool_or(r.passes)' end
  )
  from (select public.build_filter(p_project_id, p_filters) as condition) as filter
$$;

comment on function public.build_sessions is
  'The SQL query of the sessions that began in [p_from, p_to), one row each, with p_columns of their first row.';
revoke execute on function public.build_sessions from public, anon, authenticated;
grant execute on function public.build_sessions to service_role;

-- The latest sessions first: { items, next }; next is { timestamp, actor_id, id } of the last one's first row when there may be more.
-- It looks back in growing strides until the page is full, so that the first pages of a long range cost as much as those of a day.
create function public.get_session_list(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_after        jsonb default null,      -- next of the page before
  p_limit        integer default 50
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
  v_end    bigint := least(coalesce((p_after ->> 'timestamp')::bigint, p_to), p_to);
  v_stride bigint := 3600000;
  v_from   bigint;
  v_page   jsonb;
begin
  -- a range may end in the future
  v_end := coalesce(
    (select max(e.timestamp) from public.user_events as e where e.project_id = p_project_id and e.timestamp < v_end),
    p_from
  );
  loop
    v_from := greatest(p_from, v_end - v_stride);
    execute format(
      $query$
        with page as materialized (
          select s.*
          from (%1$s) as s
          where %2$s
          order by s.session_ms desc, s.actor_id desc, s.id desc
          limit %3$s
        ),
        known as (
          select p.person_id, coalesce(profile.external_id, profile.user_id::text) as external_id
          from public.user_profiles as profile
          inner join (select distinct page.person_id from page) as p
            on p.person_id = uuid_hash_extended(profile.actor_id, 0)
          where profile.project_id = %4$L::integer
        )
        select jsonb_build_object(
          'items', coalesce(
            jsonb_agg(
              jsonb_build_object(
                'personId', p.person_id::text,
                'externalId', k.external_id,
                'startMs', p.session_ms,
                'lengthMs', p.end_ms - p.session_ms,
                'events', p.events,
                'pageViews', p.page_views,
                'entry', p.entry,
                'exit', p.exit,
                'channel', public.to_channel(p.referrer, p.utm_source, p.utm_medium, p.utm_campaign, %5$L::text[]),
                'referrer', public.to_referrer_host(p.referrer, %5$L::text[]),
                'device', p.device,
                'country', p.country
              )
              order by p.session_ms desc, p.actor_id desc, p.id desc
            ),
            '[]'
          ),
          'next', (
            select jsonb_build_object('timestamp', l.session_ms, 'actor_id', l.actor_id, 'id', l.id)
            from page as l
            order by l.session_ms, l.actor_id, l.id
            limit 1
          )
        )
        from page as p
        left join known as k on k.person_id = p.person_id
      $query$,
      public.build_sessions(
        p_project_id, v_from, p_to,
        array['actor_id', 'id', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'device', 'country'],
        p_filters, p_include_bots
      ),
      case when p_after is null then 'true' else format(
        '(s.session_ms, s.actor_id, s.id) < (%L::bigint, %L::uuid, %L::uuid)',
        p_after ->> 'timestamp', p_after ->> 'actor_id', p_after ->> 'id'
      ) end,
      p_limit, p_project_id, public.get_own_hosts(p_project_id)
    ) into v_page;
    if jsonb_array_length(v_page -> 'items') = p_limit then
      return v_page;
    end if;
    if v_from = p_from then
      return v_page || '{"next": null}';
    end if;
    v_stride := v_stride * 4;
  end loop;
end
$$;

comment on function public.get_session_list is 'Sessions that began in [p_from, p_to), the latest first, a page as one jsonb value.';
revoke execute on function public.get_session_list from public, anon, authenticated;
grant execute on function public.get_session_list to service_role;

-- { sessions, people, bounces, medianLengthMs, averageLengthMs, averageEvents, entries, exits }; entries and exits are the 50 routes
-- with most of them: [{ route, sessions, bounces }].
create function public.get_session_summary(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
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
  v_summary jsonb;
begin
  execute format(
    $query$
      with session as materialized (%s)
      select jsonb_build_object(
        'sessions', count(*),
        'people', count(distinct s.person_id),
        'bounces', count(*) filter (where s.events = 1),
        'medianLengthMs', percentile_cont(0.5) within group (order by s.end_ms - s.session_ms),
        'averageLengthMs', sum(s.end_ms - s.session_ms)::double precision / nullif(count(*), 0),
        'averageEvents', sum(s.events)::double precision / nullif(count(*), 0),
        'entries', (
          select coalesce(jsonb_agg(to_jsonb(e) order by e.sessions desc, e.route collate "C"), '[]')
          from (
            select s.entry as route, count(*) as sessions, count(*) filter (where s.events = 1) as bounces
            from session as s
            where s.entry is not null
            group by s.entry
            order by count(*) desc, s.entry collate "C"
            limit 50
          ) as e
        ),
        'exits', (
          select coalesce(jsonb_agg(to_jsonb(x) order by x.sessions desc, x.route collate "C"), '[]')
          from (
            select s.exit as route, count(*) as sessions, count(*) filter (where s.events = 1) as bounces
            from session as s
            where s.exit is not null
            group by s.exit
            order by count(*) desc, s.exit collate "C"
            limit 50
          ) as x
        )
      )
      from session as s
    $query$,
    public.build_sessions(p_project_id, p_from, p_to, '{}', p_filters, p_include_bots)
  ) into v_summary;
  return v_summary;
end
$$;

comment on function public.get_session_summary is 'Sessions that began in [p_from, p_to), summed up, with entry and exit pages.';
revoke execute on function public.get_session_summary from public, anon, authenticated;
grant execute on function public.get_session_summary to service_role;
