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
  v_plan    record;
  v_visits  text;
  v_entry   text := 'left(v.page_walk, 1)';
  v_exit    text := 'right(v.page_walk, 1)';
  v_route   text := '(select s.symbol as page, s.value as route from symbol as s where s.is_page) as r on r.page = p.page';
  v_summary jsonb;
begin
  if p_include_bots or public.build_filter(p_project_id, p_filters) <> 'true' then
    select '{}'::integer[] as wholes into v_plan;
    v_visits := format(
      $visits$
        visit as materialized (
          select s.person_id as person, s.end_ms - s.session_ms as length_ms, s.events, ''::text as origin, s.entry, s.exit
          from (%s) as s
        )
      $visits$,
      public.build_sessions(p_project_id, p_from, p_to, '{}', p_filters, p_include_bots)
    );
    v_entry := 'coalesce(v.entry, '''')';
    v_exit := 'coalesce(v.exit, '''')';
    v_route := 'lateral (select p.page as route) as r on true';
  else
    select * into v_plan from public.get_visit_plan(p_project_id, p_from, p_to);
    v_visits := public.build_visits(
      p_project_id, p_from, p_to, v_plan.wholes, v_plan.parts, v_plan.gaps, v_plan.cut, v_plan.cut_ms, '{page_walk}'
    );
  end if;
  execute format(
    $query$
      with
      %1$s,
      %2$s,
      held as materialized (
        select
          held.visit_count, held.bounce_count, held.length_sum, held.event_sum, held.length_counts, held.lengths,
          held.pages, held.entries, held.entry_bounces, held.exits, held.exit_bounces
        from public.slice_visits as held
        where held.slice_id = any (%3$L::integer[]) and not held.is_loose
      ),
      total as materialized (
        select
          coalesce(sum(t.sessions), 0)::bigint as sessions, coalesce(sum(t.bounces), 0)::bigint as bounces,
          sum(t.length_ms) as length_ms, sum(t.events) as events
        from (
          select held.visit_count as sessions, held.bounce_count as bounces, held.length_sum as length_ms, held.event_sum as events
          from held
          union all
          select count(*), count(*) filter (where v.events = 1), sum(v.length_ms), sum(v.events) from visit as v
        ) as t
      ),
      -- the median: first in which interval it is, then the lengths there
      bucket as materialized (
        select b.bucket, b.count, (sum(b.count) over (order by b.bucket) - b.count)::bigint as count_before
        from (
          select c.bucket, sum(c.count)::bigint as count
          from (
            select each.place::integer - 1 as bucket, each.count
            from held
            cross join lateral unnest(held.length_counts) with ordinality as each (count, place)
            union all
            select width_bucket(v.length_ms, public.get_visit_lengths()), count(*) from visit as v group by 1
          ) as c
          group by c.bucket
        ) as b
      ),
      middle as materialized (
        select min(b.bucket) as first, max(b.bucket) as last, min(b.count_before) as count_before
        from bucket as b
        cross join total as t
        where b.count > 0 and b.count_before <= t.sessions / 2 and b.count_before + b.count > (t.sessions - 1) / 2
      ),
      ranked as (
        select l.length_ms, row_number() over (order by l.length_ms) - 1 + m.count_before as rank
        from (
          select unnest(held.lengths[
            (select coalesce(sum(c.count), 0) + 1 from unnest(held.length_counts[1:m.first]) as c (count)):
            (select sum(c.count) from unnest(held.length_counts[1:m.last + 1]) as c (count))
          ])::bigint as length_ms
          from held
          cross join middle as m
          union all
          select v.length_ms
          from visit as v
          cross join middle as m
          where width_bucket(v.length_ms, public.get_visit_lengths()) between m.first and m.last
        ) as l
        cross join middle as m
      ),
      page as materialized (
        select p.is_entry, r.route, sum(p.sessions)::bigint as sessions, sum(p.bounces)::bigint as bounces
        from (
          select ends.is_entry, ends.page, ends.sessions, ends.bounces
          from held
          cross join lateral (
            select true as is_entry, e.* from unnest(held.pages, held.entries, held.entry_bounces) as e (page, sessions, bounces)
            union all
            select false, x.* from unnest(held.pages, held.exits, held.exit_bounces) as x (page, sessions, bounces)
          ) as ends
          union all
          select true, %5$s, count(*), count(*) filter (where v.events = 1) from visit as v group by 2
          union all
          select false, %6$s, count(*), count(*) filter (where v.events = 1) from visit as v group by 2
        ) as p
        inner join %4$s
        where p.page <> '' and p.sessions > 0
        group by p.is_entry, r.route
      )
      select jsonb_build_object(
        'sessions', t.sessions,
        'people', coalesce((select o.people from origin_total as o), 0),
        'bounces', t.bounces,
        'medianLengthMs', (
          select min(r.length_ms)::double precision + (max(r.length_ms) - min(r.length_ms)) * 0.5::double precision
          from ranked as r
          where r.rank in ((t.sessions - 1) / 2, t.sessions / 2)
        ),
        'averageLengthMs', t.length_ms::double precision / nullif(t.sessions, 0),
        'averageEvents', t.events::double precision / nullif(t.sessions, 0),
        'entries', (
          select coalesce(jsonb_agg(to_jsonb(e) order by e.sessions desc, e.route collate "C"), '[]')
          from (
            select p.route, p.sessions, p.bounces
            from page as p
            where p.is_entry
            order by p.sessions desc, p.route collate "C"
            limit 50
          ) as e
        ),
        'exits', (
          select coalesce(jsonb_agg(to_jsonb(x) order by x.sessions desc, x.route collate "C"), '[]')
          from (
            select p.route, p.sessions, p.bounces
            from page as p
            where not p.is_entry
            order by p.sessions desc, p.route collate "C"
            limit 50
          ) as x
        )
      )
      from total as t
    $query$,
    v_visits, public.build_origin_totals(v_plan.wholes, '''all''::text'), v_plan.wholes, v_route, v_entry, v_exit
  ) into v_summary;
  return v_summary;
end
$$;

comment on function public.get_session_summary is 'Sessions that began in [p_from, p_to), summed up, with entry and exit pages.';
revoke execute on function public.get_session_summary from public, anon, authenticated;
grant execute on function public.get_session_summary to service_role;
