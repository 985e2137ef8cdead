-- Purpose: who was there, who somebody is, and all that they did.   Reversible: drop function.

-- Who was active in [p_from, p_to), the latest first: { items, next }; next is { timestamp, person_id } when there may be more. It
-- looks back in growing strides until the page is full.
create function public.get_active_people(
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
          select
            e.person_id,
            max(e.timestamp) as last_seen,
            (array_agg(e.device order by e.timestamp desc, e.id desc))[1] as device,
            (array_agg(e.country order by e.timestamp desc, e.id desc))[1] as country
          from public.person_events as e
          where
            e.project_id = %1$L::integer
            and e.timestamp >= %2$L::bigint
            and e.timestamp < %3$L::bigint
            and e.person_id is not null
            and %4$s
            and %5$s
          group by e.person_id
          having %6$s
          order by max(e.timestamp) desc, e.person_id desc
          limit %7$s
        )
        select jsonb_build_object(
          'items', coalesce(
            jsonb_agg(
              jsonb_build_object(
                'personId', p.person_id::text,
                'externalId', coalesce(profile.external_id, profile.user_id::text),
                'traits', coalesce(profile.traits, '{}'),
                'lastSeenMs', p.last_seen,
                'events', profile.total_events,
                'device', p.device,
                'country', p.country
              )
              order by p.last_seen desc, p.person_id desc
            ),
            '[]'
          ),
          'next', (
            select jsonb_build_object('timestamp', l.last_seen, 'person_id', l.person_id::text)
            from page as l
            order by l.last_seen, l.person_id
            limit 1
          )
        )
        from page as p
        left join public.user_profiles as profile
          on profile.project_id = %1$L::integer and uuid_hash_extended(profile.actor_id, 0) = p.person_id
      $query$,
      p_project_id, v_from, p_to,
      case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
      public.build_filter(p_project_id, p_filters),
      case when p_after is null then 'true' else format(
        '(max(e.timestamp), e.person_id) < (%L::bigint, %L::bigint)', p_after ->> 'timestamp', p_after ->> 'person_id'
      ) end,
      p_limit
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

comment on function public.get_active_people is 'People active in [p_from, p_to), the latest first, a page as one jsonb value.';
revoke execute on function public.get_active_people from public, anon, authenticated;
grant execute on function public.get_active_people to service_role;

-- Known people whose id or one of whose traits holds a text, the latest first: a page as of get_active_people.
create function public.search_people(
  p_project_id integer,
  p_search     text,
  p_after      jsonb default null,
  p_limit      integer default 50
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
  with
  found as (
    select
      uuid_hash_extended(profile.actor_id, 0) as person_id,
      (extract(epoch from profile.last_activity) * 1000)::bigint as last_seen,
      coalesce(profile.external_id, profile.user_id::text) as external_id,
      coalesce(profile.traits, '{}') as traits,
      profile.total_events
    from public.user_profiles as profile
    where
      profile.project_id = p_project_id
      and (
        strpos(lower(profile.external_id), lower(p_search)) > 0
        or strpos(profile.user_id::text, lower(p_search)) > 0
        or exists (
          select
          from jsonb_each_text(profile.traits) as trait
          where strpos(lower(trait.value), lower(p_search)) > 0
        )
      )
  ),
  page as materialized (
    select *
    from found as f
    where
      p_after is null
      or (f.last_seen, f.person_id) < ((p_after ->> 'timestamp')::bigint, (p_after ->> 'person_id')::bigint)
    order by f.last_seen desc, f.person_id desc
    limit p_limit
  )
  select jsonb_build_object(
    'items', coalesce(
      jsonb_agg(
        jsonb_build_object(
          'personId', p.person_id::text,
          'externalId', p.external_id,
          'traits', p.traits,
          'lastSeenMs', p.last_seen,
          'events', p.total_events,
          'device', null,
          'country', null
        )
        order by p.last_seen desc, p.person_id desc
      ),
      '[]'
    ),
    'next', case when count(*) = p_limit then (
      select jsonb_build_object('timestamp', l.last_seen, 'person_id', l.person_id::text)
      from page as l
      order by l.last_seen, l.person_id
      limit 1
    ) end
  )
  from page as p
$$;

comment on function public.search_people is 'Known people by a part of their id or of a trait''s value, any case; a page as one jsonb value.';
revoke execute on function public.search_people from public, anon, authenticated;
grant execute on function public.search_people to service_role;

-- What is known of a person besides their rows: { userId, externalId, traits, actors, firstSeenMs, lastSeenMs, events }.
create function public.get_person(p_project_id integer, p_person_id bigint)
returns jsonb
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
  select jsonb_build_object(
    'personId', p_person_id::text,
    'userId', profile.user_id,
    'externalId', coalesce(profile.external_id, profile.user_id::text),
    'traits', coalesce(profile.traits, '{}'),
    'actors', (
      select count(*)
      from public.actor_person as link
      where link.project_id = p_project_id and uuid_hash_extended(link.person_id, 0) = p_person_id
    ),
    'firstSeenMs', (extract(epoch from profile.first_seen) * 1000)::bigint,
    'lastSeenMs', (extract(epoch from profile.last_activity) * 1000)::bigint,
    'events', profile.total_events
  )
  from (select) as nobody
  left join public.user_profiles as profile
    on profile.project_id = p_project_id and uuid_hash_extended(profile.actor_id, 0) = p_person_id
$$;

comment on function public.get_person is 'Profile of a person and how many actors are them; nulls for somebody who never signed in.';
revoke execute on function public.get_person from public, anon, authenticated;
grant execute on function public.get_person to service_role;

-- Events and conversions of a person, the latest first: { items, next, searchedToMs }. No index begins with the person: what is
-- rolled up knows the instants at which they did something, and the primary key leads there; of what is not rolled up a call
-- looks through p_rows rows, from p_before back. next is null after the last. Marked bots are left out.
create function public.get_person_timeline(
  p_project_id integer,
  p_person_id  bigint,
  p_before     jsonb default null,        -- { timestamp, actor_id, id }; next of the page before
  p_limit      integer default 50,
  p_rows       integer default 500000
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
as $$
declare
  c_begin  constant bigint := -62135596800000;
  c_nobody constant uuid := '00000000-0000-0000-0000-000000000000';
  v_last   bigint := coalesce((p_before ->> 'timestamp')::bigint, 253402300799999);
  v_plan   record;
  v_number integer;
  v_slice  record;
  v_times  bigint[] := '{}'; -- the latest first
  -- from here on, exclusive of what is older, everything was looked through
  v_floor  bigint := c_begin;
  v_left   bigint := p_rows;
  v_gap    int8range;
  v_found  bigint;
  v_answer jsonb;
begin
  select * into v_plan from public.get_slice_plan(p_project_id, c_begin, v_last + 1, array[c_begin, v_last + 1]);

  select known.number into v_number
  from public.person_numbers as known
  where known.project_id = p_project_id and known.person_id = p_person_id;
  -- one more than the page has: at the instant of p_before there may be nothing left
  if v_number is not null then
    for v_slice in
      select slice.id, slice.start_ms
      from public.slices as slice
      where
        slice.id = any (v_plan.wholes || v_plan.parts)
        and exists (
          select
          from public.slice_people as held
          where
            held.slice_id = slice.id and held.dim in ('any', 'converted')
            and case held.chunk
              when v_number >> 15 then get_bit(held.people, v_number & 32767) = 1
              when -1 then held.numbers @> array[v_number]
            end
        )
      order by slice.start_ms desc
    loop
      v_times := v_times || array(
        select distinct v_slice.start_ms + hit.offset_ms
        from public.slice_events as held
        -- people stand in order: a person's hits are one stretch, and both its ends are found by halving
        cross join lateral (
          select width_bucket(v_number - 1, held.people) as before, width_bucket(v_number, held.people) as last
        ) as place
        cross join lateral unnest(held.offsets[place.before + 1 : place.last]) as hit (offset_ms)
        where held.slice_id = v_slice.id and place.last > place.before and v_slice.start_ms + hit.offset_ms <= v_last
        order by 1 desc
        limit p_limit + 1
      );
      exit when cardinality(v_times) > p_limit;
    end loop;
    if cardinality(v_times) > p_limit then
      v_times := v_times[1 : p_limit + 1];
      v_floor := v_times[p_limit + 1];
    end if;
  end if;

  for v_gap in
    select g.span from unnest(v_plan.gaps) as g (span) where upper(g.span) > v_floor order by lower(g.span) desc
  loop
    -- a row of an earlier instant than the first, so that each call gets further
    select head.timestamp into v_found
    from public.user_events as head
    where
      head.project_id = p_project_id and head.timestamp >= lower(v_gap) and head.timestamp < upper(v_gap)
      and head.timestamp < v_last
    order by head.timestamp desc
    offset v_left - 1
    limit 1;
    if v_found is not null then
      v_floor := greatest(v_floor, v_found);
      exit;
    end if;
    v_left := v_left - (
      select count(*)
      from public.user_events as seen
      where
        seen.project_id = p_project_id and seen.timestamp >= lower(v_gap) and seen.timestamp < upper(v_gap)
        and seen.timestamp < v_last
    );
  end loop;

  v_times := array(select known.instant from unnest(v_times) as known (instant) where known.instant >= v_floor);
  with
  gap as materialized (
    select greatest(lower(g.span), v_floor) as first, least(upper(g.span) - 1, v_last) as last
    from unnest(v_plan.gaps) as g (span)
    where upper(g.span) > v_floor
  ),
  -- by instant in one go: each look into the view reads all links
  event as (
    select e.*
    from public.person_events as e
    where
      e.project_id = p_project_id and e.timestamp = any (v_times)
      and e.person_id = p_person_id and e.bot_reasons is null
    union all
    select e.*
    from gap as g
    cross join lateral (
      select *
      from public.person_events as row
      where
        row.project_id = p_project_id and row.timestamp >= g.first and row.timestamp <= g.last
        and row.person_id = p_person_id and row.bot_reasons is null
      offset 0 -- so that each gap is a stretch of the key, and not a condition on all rows
    ) as e
  ),
  conversion as (
    select c.*
    from public.person_conversions as c
    where
      c.project_id = p_project_id and c.timestamp = any (v_times)
      and c.person_id = p_person_id and c.bot_reasons is null
    union all
    select c.*
    from gap as g
    cross join lateral (
      select *
      from public.person_conversions as row
      where
        row.project_id = p_project_id and row.timestamp >= g.first and row.timestamp <= g.last
        and row.person_id = p_person_id and row.bot_reasons is null
      offset 0
    ) as c
  ),
  held as (
    select
      'event' as kind, e.timestamp, e.actor_id, e.id, e.event as name, e.route, e.referrer, e.device, e.browser, e.os, e.country,
      e.properties
    from event as e
    union all
    select
      'conversion', c.timestamp, c.actor_id, c.id, c.funnel || ': ' || c.step, c.route, null, c.device, null, null, c.country, null
    from conversion as c
  ),
  page as materialized (
    select *
    from held as h
    where
      p_before is null
      or (h.timestamp, h.actor_id, h.id) < (v_last, (p_before ->> 'actor_id')::uuid, (p_before ->> 'id')::uuid)
    order by h.timestamp desc, h.actor_id desc, h.id desc
    limit p_limit
  ),
  next as (
    select jsonb_build_object('timestamp', l.timestamp, 'actor_id', l.actor_id, 'id', l.id) as key
    from (select p.* from page as p order by p.timestamp, p.actor_id, p.id limit 1) as l
    where (select count(*) from page) = p_limit
    union all
    -- before the first of all keys of that instant, which was looked through
    select jsonb_build_object('timestamp', v_floor, 'actor_id', c_nobody, 'id', c_nobody)
    where (select count(*) from page) < p_limit and v_floor > c_begin
  )
  select jsonb_build_object(
    'items', coalesce(
      jsonb_agg(
        jsonb_build_object(
          'id', p.id,
          'kind', p.kind,
          'timestampMs', p.timestamp,
          'name', p.name,
          'route', p.route,
          'referrer', nullif(p.referrer, ''),
          'device', p.device,
          'browser', p.browser,
          'os', p.os,
          'country', p.country,
          'properties', coalesce(p.properties, '{}')
        )
        order by p.timestamp desc, p.actor_id desc, p.id desc
      ),
      '[]'
    ),
    'next', (select n.key from next as n),
    'searchedToMs', (select (n.key ->> 'timestamp')::bigint from next as n)
  )
  into v_answer
  from page as p;
  return v_answer;
end
$$;

comment on function public.get_person_timeline is 'Events and conversions of a person, the latest first, a page as one jsonb value; it may be short and go on.';
revoke execute on function public.get_person_timeline from public, anon, authenticated;
grant execute on function public.get_person_timeline to service_role;
