-- Purpose: roll up what is marked, a day of one project at a time.   Reversible: drop function.

-- The people of one chunk as a bit string: bit n & 32767 for the person of number n. Written as text and read once: an OR per person
-- copies 4 kB each time, and took 1,300 ms for 85,000 people where this takes 150. In hexadecimal digits:
-- of a handful of people, the frequent case, 30 µs instead of 80.
create function public.to_people(p_numbers integer[])
returns bit(32768)
language sql
immutable
security invoker
parallel safe
set search_path = ''
as $$
  select ('x' || string_agg(repeat('0', held.place - held.place_before - 1) || to_hex(held.digit), '' order by held.place))::bit(32768)
  from (
    select each.place, each.digit, coalesce(lag(each.place) over (order by each.place), -1) as place_before
    from (
      select (p.number & 32767) >> 2 as place, bit_or(8 >> (p.number & 3)) as digit
      from unnest(p_numbers) as p (number)
      group by 1
    ) as each
  ) as held
$$;
comment on function public.to_people is 'Numbers of one chunk (of 32768) as a bit string; null for none.';
revoke execute on function public.to_people from public, anon, authenticated;
grant execute on function public.to_people to service_role;

-- One slice from the raw rows of its stretch. The caller holds the project's builder lock, has deleted the slice before it and
-- the marks before its snapshot of the raw rows. Nothing is stored for a stretch without rows.
create function public.build_slice(
  p_project_id integer,
  p_start      bigint,
  p_end        bigint,
  p_timezone   text    -- of a local day; null for an hour
)
returns void
language plpgsql volatile security invoker set search_path = ''
set jit = off
set work_mem = '64MB'
-- What happens here is of few sizes; planned once it would be for the first of them.
set plan_cache_mode = force_custom_plan
-- nobody can estimate how many settings and visits there will be, and comparing each with each takes minutes
set enable_nestloop = off
set enable_mergejoin = off
as $$
declare
  v_id     integer;
  v_next   integer := coalesce(
    (select max(known.number) from public.person_numbers as known where known.project_id = p_project_id), -1
  );
begin
  -- In order of appearance, so that people who come together stand together and their bit strings are short.
  insert into public.person_numbers (project_id, person_id, number)
  select p_project_id, fresh.person_id, v_next + row_number() over (order by fresh.first_ms, fresh.person_id)
  from (
    select held.person_id, min(held.timestamp) as first_ms
    from (
      select e.person_id, e.timestamp
      from public.person_events as e
      where e.project_id = p_project_id and e.timestamp >= p_start and e.timestamp < p_end and e.bot_reasons is null
      union all
      select c.person_id, c.timestamp
      from public.person_conversions as c
      where c.project_id = p_project_id and c.timestamp >= p_start and c.timestamp < p_end and c.bot_reasons is null
    ) as held
    where held.person_id is not null
    group by held.person_id
  ) as fresh
  left join public.person_numbers as known on known.project_id = p_project_id and known.person_id = fresh.person_id
  where known.person_id is null;

  insert into public.slices (project_id, start_ms, end_ms, timezone)
  values (p_project_id, p_start, p_end, p_timezone)
  returning id into v_id;

  with
  -- with the half hour before, in which a session may have begun
  seen as (
    select
      e.timestamp, e.id, e.person_id, e.session_id, e.event, e.route, e.referrer, e.utm_source, e.utm_medium,
      e.utm_campaign, e.country, e.device, e.browser, e.os,
      e.session_id is not null and coalesce(
        e.timestamp - lag(e.timestamp) over (partition by e.person_id, e.session_id order by e.timestamp, e.id) > 1800000,
        true
      ) as is_start
    from public.person_events as e
    where
      e.project_id = p_project_id and e.timestamp >= p_start - 1800000 and e.timestamp < p_end and e.bot_reasons is null
  ),
  event_row as materialized (
    select
      coalesce(known.number, -1) as number, (turn.timestamp - p_start)::integer as offset_ms, turn.is_start,
      turn.event, turn.route, case when turn.event = '$pageview' then turn.route end as page, turn.referrer,
      turn.utm_source, turn.utm_medium, turn.utm_campaign, turn.country, turn.device, turn.browser, turn.os,
      hash_record_extended(
        row(
          turn.device, turn.browser, turn.os, turn.country, turn.referrer, turn.utm_source, turn.utm_medium, turn.utm_campaign
        ), 0
      ) as key,
      hashtextextended(turn.session_id, turn.person_id) as visit_key, turn.turn
    from (
      -- which visit of its (person, session_id) a row is of; 0 for one that began before
      select
        seen.*,
        count(*) filter (where seen.is_start and seen.timestamp >= p_start) over (
          partition by seen.person_id, seen.session_id order by seen.timestamp, seen.id rows unbounded preceding
        ) as turn
      from seen
    ) as turn
    left join public.person_numbers as known on known.project_id = p_project_id and known.person_id = turn.person_id
    where turn.timestamp >= p_start
  ),
  conversion_row as materialized (
    select
      coalesce(known.number, -1) as number, (c.timestamp - p_start)::integer as offset_ms, c.funnel, c.step, c.route,
      c.referrer, c.utm_source, c.country, c.device, c.browser, c.os,
      hash_record_extended(row(c.device, c.browser, c.os, c.country, c.referrer, c.utm_source, null::text, null::text), 0) as key
    from public.person_conversions as c
    left join public.person_numbers as known on known.project_id = p_project_id and known.person_id = c.person_id
    where c.project_id = p_project_id and c.timestamp >= p_start and c.timestamp < p_end and c.bot_reasons is null
  ),
  combination as materialized (
    select
      each.*, public.to_referrer_host(each.referrer) as host,
      dense_rank() over (
        order by
          each.device, each.browser, each.os, each.country, public.to_referrer_host(each.referrer), each.utm_source,
          each.utm_medium, each.utm_campaign
      )::integer - 1 as setting
    from (
      select r.key, r.device, r.browser, r.os, r.country, r.referrer, r.utm_source, r.utm_medium, r.utm_campaign
      from event_row as r
      union
      select c.key, c.device, c.browser, c.os, c.country, c.referrer, c.utm_source, null, null
      from conversion_row as c
    ) as each
  ),
  setting as materialized (
    select distinct
      c.setting, c.device, c.browser, c.os, c.country, c.host, c.utm_source, c.utm_medium, c.utm_campaign
    from combination as c
  ),
  place as materialized (
    select each.route, row_number() over (order by each.route)::integer as place
    from (
      select r.route from event_row as r where r.event <> '$pageview' and r.route is not null
      union
      select c.route from conversion_row as c where c.route is not null
    ) as each
  ),
  visit as materialized (
    select
      r.number, r.visit_key, r.turn, min(r.offset_ms) as first_ms, max(r.offset_ms) as last_ms,
      row_number() over (partition by r.number order by min(r.offset_ms), r.visit_key, r.turn)::integer as visit
    from event_row as r
    where r.visit_key is not null
    group by r.number, r.visit_key, r.turn
  ),
  hit as materialized (
    select
      false as is_conversion, r.event, r.page as route, r.number, r.offset_ms, c.setting, coalesce(v.visit, 0) as visit,
      case when r.event <> '$pageview' then coalesce(p.place, 0) end as place, r.is_start
    from event_row as r
    -- a hash alone could be shared
    inner join combination as c
      on c.key = r.key
      and (c.device, c.browser, c.os, c.country, c.referrer, c.utm_source, c.utm_medium, c.utm_campaign)
        is not distinct from
        (r.device, r.browser, r.os, r.country, r.referrer, r.utm_source, r.utm_medium, r.utm_campaign)
    left join visit as v on v.visit_key = r.visit_key and v.number = r.number and v.turn = r.turn
    left join place as p on p.route = r.route
    union all
    select true, r.funnel, r.step, r.number, r.offset_ms, c.setting, 0, coalesce(p.place, 0), false
    from conversion_row as r
    inner join combination as c
      on c.key = r.key
      and (c.device, c.browser, c.os, c.country, c.referrer, c.utm_source, c.utm_medium, c.utm_campaign)
        is not distinct from (r.device, r.browser, r.os, r.country, r.referrer, r.utm_source, null, null)
    left join place as p on p.route = r.route
  ),
  hits as (
    insert into public.slice_events (slice_id, is_conversion, event, route, people, offsets, settings, visits, places)
    select
      v_id, held.is_conversion, held.event, held.route, array_agg(held.number), array_agg(held.offset_ms),
      array_agg(held.setting), array_agg(held.visit),
      case when held.is_conversion or held.event <> '$pageview' then array_agg(held.place) end
    -- one sort instead of one for each array
    from (
      select h.* from hit as h order by h.is_conversion, h.event, h.route, h.number, h.offset_ms
    ) as held
    group by held.is_conversion, held.event, held.route
  ),
  share as materialized (
    select
      h.setting, h.number, h.visit, count(*) as row_count, count(*) filter (where h.event = '$pageview') as view_count,
      count(*) filter (where h.is_start) as session_count
    from hit as h
    where not h.is_conversion
    group by h.setting, h.number, h.visit
  ),
  settings as (
    insert into public.slice_settings (
      slice_id, device, browser, os, country, referrer, utm_source, utm_medium, utm_campaign, routes,
      settings, people, visits, row_counts, view_counts, start_counts,
      loose_people, loose_visits, loose_starts, loose_ends, loose_keys
    )
    select v_id, described.*, array(select p.route from place as p order by p.place), counted.*, loose.*
    from (
      select
        array_agg(s.device), array_agg(s.browser), array_agg(s.os), array_agg(s.country), array_agg(s.host),
        array_agg(s.utm_source), array_agg(s.utm_medium), array_agg(s.utm_campaign)
      from (select s.* from setting as s order by s.setting) as s
      having count(*) > 0
    ) as described
    cross join (
      select
        coalesce(array_agg(s.setting), '{}'), coalesce(array_agg(s.number), '{}'), coalesce(array_agg(s.visit), '{}'),
        coalesce(array_agg(s.row_count), '{}'), coalesce(array_agg(s.view_count), '{}'), coalesce(array_agg(s.session_count), '{}')
      from (select s.* from share as s order by s.setting, s.number, s.visit) as s
    ) as counted
    cross join (
      select
        coalesce(array_agg(v.number), '{}'), coalesce(array_agg(v.visit), '{}'), coalesce(array_agg(v.first_ms), '{}'),
        coalesce(array_agg(v.last_ms), '{}'), coalesce(array_agg(v.visit_key), '{}')
      from (
        select v.*
        from visit as v
        where v.turn = 0 or v.last_ms >= p_end - p_start - 1800000
        order by v.number, v.visit
      ) as v
    ) as loose
  ),
  -- how often which person has which value
  member as materialized (
    select d.dim, nullif(d.value, '') as value, r.number, sum(r.row_count) as row_count, sum(r.session_count) as session_count
    from share as r
    inner join setting as s on s.setting = r.setting
    cross join lateral (
      values
        ('any', null), ('referrer', s.host), ('utm_source', s.utm_source), ('utm_medium', s.utm_medium),
        ('utm_campaign', s.utm_campaign), ('country', s.country), ('device', s.device), ('browser', s.browser), ('os', s.os)
    ) as d (dim, value)
    group by 1, 2, 3
    union all
    select 'event', r.event, r.number, count(*), count(*) filter (where r.is_start)
    from event_row as r
    group by r.event, r.number
    union all
    select 'page', r.page, r.number, count(*), count(*) filter (where r.is_start)
    from event_row as r
    where r.page is not null
    group by r.page, r.number
    union all
    -- of a day its hours and their halves, for ranges and time zones that cut it
    select 'hour', each.name, h.number, sum(h.row_count), 0
    from (
      select r.offset_ms / 1800000 as half, r.number, count(*) as row_count
      from event_row as r
      where p_timezone is not null
      group by r.offset_ms / 1800000, r.number
    ) as h
    cross join lateral (
      values ((h.half / 2)::text), (h.half / 2 || case h.half % 2 when 0 then ':00' else ':30' end)
    ) as each (name)
    group by each.name, h.number
    union all
    select 'converted', null, c.number, count(*), 0
    from conversion_row as c
    group by c.number
  ),
  chunk as materialized (
    select
      m.dim, m.value, m.number >> 15 as chunk, sum(m.row_count) as row_count, sum(m.session_count) as session_count,
      array_agg(m.number) as numbers
    from member as m
    group by m.dim, m.value, m.number >> 15
  ),
  sets as (
    insert into public.slice_people (slice_id, dim, value, chunk, row_count, session_count, numbers, people)
    select v_id, c.dim, c.value, c.chunk, 0, 0, null, public.to_people(c.numbers)
    from chunk as c
    where cardinality(c.numbers) >= 16
    union all
    select
      v_id, c.dim, c.value, -1, sum(c.row_count), sum(c.session_count),
      coalesce(array_agg(c.number order by c.number) filter (where c.number >= 0), '{}'), null
    from (
      select t.dim, t.value, t.row_count, t.session_count, null::integer as number from chunk as t
      union all
      select t.dim, t.value, 0, 0, unnest(t.numbers) from chunk as t where cardinality(t.numbers) < 16
    ) as c
    group by c.dim, c.value
  )
  update public.slices as slice
  set
    row_count = (select count(*) from event_row),
    pageview_count = (select count(*) from event_row as r where r.event = '$pageview'),
    session_count = (select count(*) from event_row as r where r.is_start),
    conversion_count = (select count(*) from conversion_row),
    session_starts = array(select r.offset_ms from event_row as r where r.is_start order by r.offset_ms),
    loose_actors = array(
      select distinct uuid_hash_extended(held.actor_id, 0)
      from (
        select e.actor_id
        from public.user_events as e
        where
          e.project_id = p_project_id and e.timestamp >= p_start and e.timestamp < p_end and e.visitor_id is not null
          and not e.gpc and e.bot_reasons is null
        union all
        select c.actor_id
        from public.conversions as c
        where
          c.project_id = p_project_id and c.timestamp >= p_start and c.timestamp < p_end and c.visitor_id is not null
          and not c.gpc and c.bot_reasons is null
      ) as held
      where not exists (
        select
        from public.actor_person as link
        where link.project_id = p_project_id and link.actor_id = held.actor_id
      )
    )
  where slice.id = v_id;

  perform public.build_slice_visits(v_id, p_project_id, p_start, p_end);
  perform public.build_slice_arrivals(v_id);
  perform public.build_slice_views(v_id);
  perform public.build_slice_revenue(v_id);
  delete from public.slices as slice where slice.id = v_id and slice.row_count = 0 and slice.conversion_count = 0;
end
$$;
comment on function public.build_slice is 'Rolls up the raw rows of a stretch of one project; numbers its people. Part of roll_up_slices, which holds the lock.';
revoke execute on function public.build_slice from public, anon, authenticated;
grant execute on function public.build_slice to service_role;

-- Slices that hold one of these people, or rows of one of these actors under a day's visitor.
create function public.get_slices_of_people(p_project_id integer, p_person_ids bigint[])
returns setof integer
language sql stable security invoker set search_path = ''
as $$
  with
  wanted as materialized (
    select distinct known.number
    from public.person_numbers as known
    where known.project_id = p_project_id and known.person_id = any (p_person_ids)
  ),
  wanted_bits as materialized (
    select w.number >> 15 as chunk, public.to_people(array_agg(w.number)) as people
    from wanted as w
    group by w.number >> 15
  )
  select slice.id
  from public.slices as slice
  where
    slice.project_id = p_project_id
    and (
      (
        slice.loose_actors <> '{}'
        and exists (select from unnest(slice.loose_actors) as loose (actor) where loose.actor = any (p_person_ids))
      )
      or exists (
        select
        from public.slice_people as held
        inner join wanted_bits as w on w.chunk = held.chunk
        where
          held.slice_id = slice.id and held.dim in ('any', 'converted')
          and held.people & w.people <> 0::bit(32768)
      )
      or (
        exists (select from wanted)
        and exists (
          select
          from public.slice_people as held
          where
            held.slice_id = slice.id and held.dim in ('any', 'converted') and held.chunk = -1
            and held.numbers && array(select w.number from wanted as w)
        )
      )
    )
$$;
comment on function public.get_slices_of_people is 'Ids of the slices that a change of these people, or of the links of these actors, makes unclean.';
revoke execute on function public.get_slices_of_people from public, anon, authenticated;
grant execute on function public.get_slices_of_people to service_role;

-- Makes marks what the builder works by: hours (UTC). Part of roll_up_slices, which holds the lock.
create function public.sort_slice_marks(p_project_id integer, p_timezone text)
returns void
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  c_hour  constant bigint := 3600000;
  v_moved bigint[];
  v_gone  bigint[];
begin
  -- Whose rows moved: what holds them is marked instead.
  with taken as (
    delete from public.slice_links as link
    where link.project_id = p_project_id
    returning link.person_id, link.is_erased
  )
  select array_agg(distinct t.person_id), array_agg(distinct t.person_id) filter (where t.is_erased)
  into v_moved, v_gone
  from taken as t;
  if v_moved is not null then
    insert into public.slice_marks (project_id, from_ms, to_ms)
    select p_project_id, slice.start_ms, slice.end_ms
    from public.slices as slice
    where slice.id in (select public.get_slices_of_people(p_project_id, v_moved));
    delete from public.person_numbers as known
    where known.project_id = p_project_id and known.person_id = any (v_gone);
  end if;

  -- Days of a time zone that the project has left.
  with gone as (
    delete from public.slices as slice
    where slice.project_id = p_project_id and slice.timezone <> p_timezone
    returning slice.start_ms, slice.end_ms
  )
  insert into public.slice_marks (project_id, from_ms, to_ms)
  select p_project_id, g.start_ms, g.end_ms from gone as g;

  -- Of a longer mark the hours that hold something, and one hour of each day that is rolled up.
  with
  long as (
    delete from public.slice_marks as mark
    where mark.project_id = p_project_id and (mark.to_ms - mark.from_ms <> c_hour or mark.from_ms % c_hour <> 0)
    returning mark.from_ms, mark.to_ms, mark.marked_at
  ),
  held as (
    select counted.hour
    from (
      select distinct c.hour
      from public.event_counts as c
      where
        c.project_id = p_project_id
        and c.hour > (select min(l.from_ms) from long as l) - c_hour
        and c.hour < (select max(l.to_ms) from long as l)
    ) as counted
    union
    select case when slice.timezone is null then slice.start_ms else slice.start_ms - slice.start_ms % c_hour + 3 * c_hour end
    from public.slices as slice
    where slice.project_id = p_project_id
  )
  insert into public.slice_marks (project_id, from_ms, to_ms, marked_at)
  select p_project_id, h.hour, h.hour + c_hour, min(l.marked_at)
  from long as l
  inner join held as h on h.hour < l.to_ms and h.hour + c_hour > l.from_ms
  group by h.hour;
end
$$;
comment on function public.sort_slice_marks is 'Turns changed links, a changed time zone and long marks into marked hours.';
revoke execute on function public.sort_slice_marks from public, anon, authenticated;
grant execute on function public.sort_slice_marks to service_role;

-- Whether the hours of a local day are kept besides the day. Those of the last days: browsers may send what is up to 7 days old,
-- which then spoils an hour and not a day; and those of the days in which ranges of the last 30 or 90 days, and the ranges before
-- these and before the last 7, begin.
create function public.is_day_of_hours(
  p_start bigint,
  p_end   bigint,
  p_now   bigint
)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select p_end > p_now - 8 * 86400000::bigint or exists (
    select
    from unnest('{14,30,60,90}'::bigint[]) as edge (days)
    where p_start <= p_now - edge.days * 86400000 and p_end > p_now - edge.days * 86400000
  )
$$;
comment on function public.is_day_of_hours is 'Whether the hours of the local day [p_start, p_end) are worth their room at p_now.';
revoke execute on function public.is_day_of_hours from public, anon, authenticated;
grant execute on function public.is_day_of_hours to service_role;

-- Local days of a project with something to roll up, by an instant inside each.
create function public.get_days_to_roll_up(p_project_id integer, p_timezone text, p_quiet_ms bigint, p_now bigint, p_day_rows bigint)
returns setof bigint
language sql stable security invoker set search_path = ''
as $$
  select max(due.hour)
  from (
    select mark.from_ms as hour
    from public.slice_marks as mark
    where mark.project_id = p_project_id and mark.to_ms <= p_now
    group by mark.from_ms
    having
      max(mark.marked_at) <= clock_timestamp() - p_quiet_ms * interval '1 ms'
      or min(mark.marked_at) <= clock_timestamp() - interval '5 minutes'
    union all
    -- Hours of a day that is over and can be rolled up whole.
    select max(slice.start_ms)
    from public.slices as slice
    where
      slice.project_id = p_project_id and slice.timezone is null
      and not exists (
        select
        from public.slices as day
        where
          day.project_id = p_project_id and day.timezone is not null
          and day.start_ms <= slice.start_ms and day.end_ms > slice.start_ms
      )
    group by date_trunc('day', to_timestamp(slice.start_ms / 1000.0), p_timezone)
    having
      max(extract(epoch from
        date_trunc('day', date_trunc('day', to_timestamp(slice.start_ms / 1000.0), p_timezone) + interval '30 hours', p_timezone)
      )) * 1000 <= p_now - 7200000 -- later than any day of a clock change ends
      and sum(slice.row_count + slice.conversion_count) < p_day_rows
    union all
    -- A day in which the ranges of the last days begin from now on.
    select day.start_ms
    from public.slices as day
    where
      day.project_id = p_project_id and day.timezone is not null
      and public.is_day_of_hours(day.start_ms, day.end_ms, p_now)
      and day.row_count + day.conversion_count < p_day_rows
      and not day.has_hours
  ) as due
  group by date_trunc('day', to_timestamp(due.hour / 1000.0), p_timezone)
  -- What is asked for most; then in order, because a day that is built before the one before it is built again.
  order by max(due.hour) < p_now - 2 * 86400000, max(due.hour)
$$;
comment on function public.get_days_to_roll_up is 'An instant of each local day that has hours to roll up, today and yesterday first.';
revoke execute on function public.get_days_to_roll_up from public, anon, authenticated;
grant execute on function public.get_days_to_roll_up to service_role;

-- A mark on hour h spoils the slices that overlap [h, h + 90 minutes): whether a session begins depends on the half hour before.
-- Marks are deleted in a statement of its own before the raw rows are read: a row that commits in between is read and stays
-- marked; never the other way round.
create function public.roll_up_day(
  p_project_id integer,
  p_timezone   text,
  p_instant    bigint,  -- ms, of the day
  p_now        bigint,
  p_rows       bigint   -- about so many in one call
)
returns void
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  c_hour   constant bigint := 3600000;
  v_bounds bigint[] := public.get_time_bounds(p_instant, p_instant + 1, 'day', p_timezone);
  v_is_kept boolean := public.is_day_of_hours(v_bounds[1], v_bounds[2], p_now);
  v_taken  bigint[];
  v_hours  bigint[];
  v_hour   bigint;
begin
  with
  due as (
    select
      marked.hour,
      sum(coalesce(counted.row_count, 0)) over (order by marked.hour) - coalesce(counted.row_count, 0) as rows_before
    from (
      select distinct mark.from_ms as hour
      from public.slice_marks as mark
      where mark.project_id = p_project_id and mark.from_ms >= v_bounds[1] and mark.from_ms < v_bounds[2] and mark.to_ms <= p_now
    ) as marked
    left join lateral (
      select sum(c.row_count) as row_count
      from public.event_counts as c
      where c.project_id = p_project_id and c.hour = marked.hour
    ) as counted on true
  ),
  taken as (
    delete from public.slice_marks as mark
    using due as d
    where
      mark.project_id = p_project_id and mark.from_ms = d.hour
      -- an hour to be made costs several times what a row of a day does
      and d.rows_before < case when v_is_kept then p_rows / 4 else p_rows end
    returning mark.from_ms
  )
  select coalesce(array_agg(distinct t.from_ms), '{}') into v_taken from taken as t;

  -- A neighbouring day whose first half hour is spoilt waits for its turn.
  insert into public.slice_marks (project_id, from_ms, to_ms)
  select p_project_id, held.hour, held.hour + c_hour
  from (
    select distinct day.start_ms - day.start_ms % c_hour + 3 * c_hour as hour
    from public.slices as day
    inner join unnest(v_taken) as t (hour) on day.start_ms < t.hour + c_hour * 3 / 2 and day.end_ms > t.hour
    where
      day.project_id = p_project_id and day.timezone is not null
      and (day.start_ms >= v_bounds[2] or day.end_ms <= v_bounds[1])
  ) as held;

  with spoilt as (
    delete from public.slices as slice
    using unnest(v_taken) as t (hour)
    where
      slice.project_id = p_project_id and slice.timezone is null
      and slice.start_ms < t.hour + c_hour * 3 / 2 and slice.end_ms > t.hour
    returning slice.start_ms
  )
  select array_agg(distinct wanted.hour)
  into v_hours
  from (
    select s.start_ms as hour from spoilt as s
    union all
    select t.hour from unnest(v_taken) as t (hour)
    where v_is_kept or public.count_hour_rows(p_project_id, v_bounds[1], v_bounds[2]) >= p_rows
    union all
    -- of a day whose hours are to be kept from now on, those that nothing stands for
    select missing.hour
    from public.slices as day
    cross join lateral generate_series(v_bounds[1] - v_bounds[1] % c_hour, v_bounds[2] - 1, c_hour) as missing (hour)
    where
      v_is_kept and not day.has_hours
      and day.project_id = p_project_id and day.timezone is not null and day.start_ms = v_bounds[1] and day.end_ms = v_bounds[2]
      and not exists (
        select
        from public.slices as slice
        where slice.project_id = p_project_id and slice.timezone is null and slice.start_ms = missing.hour
      )
      and not exists (
        select
        from public.slice_marks as mark
        where mark.project_id = p_project_id and mark.from_ms = missing.hour
      )
  ) as wanted
  where wanted.hour + c_hour <= p_now;
  delete from public.slices as day
  where
    day.project_id = p_project_id and day.timezone is not null and v_taken <> '{}'
    and day.start_ms < v_bounds[2] and day.end_ms > v_bounds[1];

  foreach v_hour in array coalesce(v_hours, '{}') loop
    -- What is too much for one call is read from the raw rows.
    if public.count_hour_rows(p_project_id, v_hour, v_hour + c_hour) < p_rows then
      perform public.build_slice(p_project_id, v_hour, v_hour + c_hour, null);
    end if;
  end loop;

  if v_bounds[2] <= p_now
    and (v_taken = '{}' or public.count_hour_rows(p_project_id, v_bounds[1], v_bounds[2]) < p_rows)
    -- a long day waits for the next call when its hours took this one, and any for what is still marked in it
    and (v_hours is null or public.count_hour_rows(p_project_id, v_bounds[1], v_bounds[2]) < p_rows / 4)
    and not exists (
      select
      from public.slice_marks as mark
      where
        mark.project_id = p_project_id and mark.from_ms >= v_bounds[1] and mark.from_ms < v_bounds[2] and mark.to_ms <= p_now
    )
    and not exists (
      select
      from public.slices as day
      where day.project_id = p_project_id and day.timezone is not null and day.start_ms < v_bounds[2] and day.end_ms > v_bounds[1]
    )
  then
    perform public.build_slice(p_project_id, v_bounds[1], v_bounds[2], p_timezone);
  end if;
  update public.slices as day
  set has_hours = v_is_kept
  where
    day.project_id = p_project_id and day.timezone is not null and day.start_ms = v_bounds[1] and day.end_ms = v_bounds[2]
    and day.has_hours <> v_is_kept;

  -- Hours that days stand for which need them no more.
  delete from public.slices as slice
  where
    slice.project_id = p_project_id and slice.timezone is null
    and 2 = (
      select count(*)
      from unnest(array[slice.start_ms, slice.end_ms - 1]) as edge (ms)
      inner join public.slices as day on day.start_ms <= edge.ms and day.end_ms > edge.ms
      where
        day.project_id = p_project_id and day.timezone is not null
        and not public.is_day_of_hours(day.start_ms, day.end_ms, p_now)
    );
  update public.slices as day
  set has_hours = false
  where day.project_id = p_project_id and day.has_hours and not public.is_day_of_hours(day.start_ms, day.end_ms, p_now);
end
$$;
comment on function public.roll_up_day is 'Rolls up the marked hours of a local day, and the day when it is over. Part of roll_up_slices, which holds the lock.';
revoke execute on function public.roll_up_day from public, anon, authenticated;
grant execute on function public.roll_up_day to service_role;

-- Which days to join, and whose members are others now. Ranges of 7, 30 and 90 days and the 30 days before those read few sets then:
-- the days at their edges are not in any of these, nor are the last ones, whose late rows would spoil the whole.
create function public.get_spans_to_join(p_project_id integer, p_timezone text, p_now bigint)
returns table (ages int4range, members integer[])
language sql stable security invoker set search_path = ''
as $$
  with
  local_day as (
    select each.start_ms, max(each.place) over () - 1 - each.place as age
    from unnest(public.get_time_bounds(p_now - 91 * 86400000::bigint, p_now + 1, 'day', p_timezone))
      with ordinality as each (start_ms, place)
  )
  select wanted.ages, held.members
  from (values ('[4,7)'::int4range), ('[4,30)'), ('[31,60)'), ('[60,90)')) as wanted (ages)
  cross join lateral (
    select coalesce(array_agg(day.id order by day.start_ms), '{}') as members
    from public.slices as day
    inner join local_day as d on d.start_ms = day.start_ms and d.age::integer <@ wanted.ages
    where day.project_id = p_project_id and day.timezone is not null
  ) as held
  left join public.spans as span on span.project_id = p_project_id and span.ages = wanted.ages
  where
    case when cardinality(held.members) < 2 then span.id is not null else span.members is distinct from held.members end
$$;
comment on function public.get_spans_to_join is 'Spans that are not as they should be, with the slices that should be their members; fewer than two for one that is to go.';
revoke execute on function public.get_spans_to_join from public, anon, authenticated;
grant execute on function public.get_spans_to_join to service_role;

-- Part of roll_up_slices, which holds the lock.
create function public.join_span(p_project_id integer, p_ages int4range, p_members integer[])
returns void
language plpgsql volatile security invoker set search_path = ''
set jit = off
set work_mem = '64MB'
as $$
declare
  v_id integer;
begin
  delete from public.spans as span where span.project_id = p_project_id and span.ages = p_ages;
  if cardinality(p_members) < 2 then
    return;
  end if;
  insert into public.spans (project_id, ages, members) values (p_project_id, p_ages, p_members) returning id into v_id;
  with
  held as materialized (
    select held.dim, held.value, held.chunk, held.row_count, held.session_count, held.numbers, held.people
    from public.slice_people as held
    where held.slice_id = any (p_members) and held.dim <> 'hour'
  ),
  -- of each chunk the bit strings of some days, and the numbers of others
  chunk as materialized (
    select c.dim, c.value, c.chunk, bit_or(c.people) as people, max(c.numbers) as numbers
    from (
      select h.dim, h.value, h.chunk, h.people, null::integer[] as numbers from held as h where h.chunk >= 0
      union all
      select h.dim, h.value, each.number >> 15, null, array_agg(distinct each.number)
      from held as h
      cross join lateral unnest(h.numbers) as each (number)
      where h.chunk = -1
      group by h.dim, h.value, each.number >> 15
    ) as c
    group by c.dim, c.value, c.chunk
  )
  insert into public.span_people (span_id, dim, value, chunk, row_count, session_count, numbers, people)
  select
    v_id, c.dim, c.value, c.chunk, 0, 0, null,
    case
      when c.numbers is null then c.people
      when c.people is null then public.to_people(c.numbers)
      else c.people | public.to_people(c.numbers)
    end
  from chunk as c
  where c.people is not null or cardinality(c.numbers) >= 16
  union all
  select v_id, c.dim, c.value, -1, sum(c.row_count), sum(c.session_count), coalesce(array_agg(c.number order by c.number) filter (where c.number is not null), '{}'), null
  from (
    select h.dim, h.value, h.row_count, h.session_count, null::integer as number from held as h where h.chunk = -1
    union all
    select t.dim, t.value, 0, 0, unnest(t.numbers) from chunk as t where t.people is null and cardinality(t.numbers) < 16
  ) as c
  group by c.dim, c.value;
end
$$;
comment on function public.join_span is 'Joins the sets of these days to a span in the place of the one with these ages.';
revoke execute on function public.join_span from public, anon, authenticated;
grant execute on function public.join_span to service_role;

create function public.count_hour_rows(p_project_id integer, p_from bigint, p_to bigint)
returns bigint
language sql stable security invoker set search_path = ''
as $$
  select coalesce(sum(c.row_count), 0)::bigint
  from public.event_counts as c
  where c.project_id = p_project_id and c.hour > p_from - 3600000 and c.hour < p_to
$$;
comment on function public.count_hour_rows is 'About how many rows there are in [p_from, p_to), whole hours, as far as they are counted: how long rolling up takes.';
revoke execute on function public.count_hour_rows from public, anon, authenticated;
grant execute on function public.count_hour_rows to service_role;

-- A link that commits between two statements of the builder gives rows to somebody who had no number when numbers were given: they
-- stand in the slice as if under Global Privacy Control. Part of roll_up_slices, whose slices all have its instant.
create function public.mark_unnumbered_slices(p_project_id integer)
returns void
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  if not exists (select from public.slice_links as link where link.project_id = p_project_id) then
    return;
  end if;
  insert into public.slice_marks (project_id, from_ms, to_ms)
  select p_project_id, slice.start_ms, slice.end_ms
  from public.slices as slice
  where
    slice.project_id = p_project_id and slice.built_at = now()
    and (
      select count(*)
      from public.slice_events as held
      cross join lateral unnest(held.people) as hit (number)
      where held.slice_id = slice.id and hit.number = -1
    ) > (
      select count(*)
      from (
        select e.person_id
        from public.person_events as e
        where
          e.project_id = p_project_id and e.timestamp >= slice.start_ms and e.timestamp < slice.end_ms
          and e.bot_reasons is null and e.person_id is null
        union all
        select c.person_id
        from public.person_conversions as c
        where
          c.project_id = p_project_id and c.timestamp >= slice.start_ms and c.timestamp < slice.end_ms
          and c.bot_reasons is null and c.person_id is null
      ) as nobody
    );
end
$$;
comment on function public.mark_unnumbered_slices is 'Marks what was rolled up in this transaction while a link was made, if rows of somebody without a number are in it.';
revoke execute on function public.mark_unnumbered_slices from public, anon, authenticated;
grant execute on function public.mark_unnumbered_slices to service_role;

create function public.roll_up_slices(
  p_quiet_ms bigint default 10000, -- leaves alone what changed since, unless it is marked for 5 minutes
  p_now      bigint default null   -- ms; null for the present
)
returns integer
language plpgsql volatile security invoker set search_path = ''
set statement_timeout = '14s'
as $$
declare
  c_rows    constant bigint := 250000;
  v_project record;
  v_days    bigint[];
  v_spans   integer;
  v_span    record;
  v_left    integer := 0;
  v_is_done boolean := false;
begin
  p_now := coalesce(p_now, (extract(epoch from clock_timestamp()) * 1000)::bigint);
  for v_project in
    select project.id, project.timezone
    from public.projects as project
    order by (select min(mark.marked_at) from public.slice_marks as mark where mark.project_id = project.id), project.id
  loop
    -- One builder per project: numbers are given once, and what one builds the next one sees.
    continue when not pg_try_advisory_xact_lock(hashtext('growth_stack.roll_up_slices'), v_project.id);
    perform public.sort_slice_marks(v_project.id, v_project.timezone);
    loop
      v_days := array(
        select public.get_days_to_roll_up(v_project.id, v_project.timezone, p_quiet_ms, p_now, c_rows)
      );
      exit when v_is_done or v_days = '{}';
      perform public.roll_up_day(v_project.id, v_project.timezone, v_days[1], p_now, c_rows);
      perform public.mark_unnumbered_slices(v_project.id);
      v_is_done := true;
    end loop;
    v_left := v_left + cardinality(v_days);
    -- Spans last, when their days are what they will be.
    continue when v_days <> '{}';
    v_spans := 0;
    for v_span in select * from public.get_spans_to_join(v_project.id, v_project.timezone, p_now) loop
      if v_is_done then
        v_spans := v_spans + 1;
      else
        perform public.join_span(v_project.id, v_span.ages, v_span.members);
        v_is_done := true;
      end if;
    end loop;
    v_left := v_left + v_spans;
  end loop;
  return v_left;
end
$$;
comment on function public.roll_up_slices is 'Rolls up one local day of one project or joins one span of days, if any waits, and tells how many wait besides; 0 when all is done or in the hands of somebody else. One transaction: killed at any point nothing is lost. Any number of callers at once.';
revoke execute on function public.roll_up_slices from public, anon, authenticated;
grant execute on function public.roll_up_slices to service_role;

create function public.mark_all_slices()
returns integer
language sql volatile security invoker set search_path = ''
as $$
  with marked as (
    -- Marked long ago: nobody is to wait until it is quiet.
    insert into public.slice_marks (project_id, from_ms, to_ms, marked_at)
    select held.project_id, min(held.from_ms), max(held.to_ms), now() - interval '1 hour'
    from (
      select c.project_id, c.hour as from_ms, c.hour + 3600000 as to_ms from public.event_counts as c
      union all
      select slice.project_id, slice.start_ms, slice.end_ms from public.slices as slice
    ) as held
    group by held.project_id
    returning project_id
  )
  select count(*)::integer from marked
$$;
comment on function public.mark_all_slices is 'Marks everything, so that the builder makes all slices anew; readers use raw rows until then and stay exact. Returns how many projects have something.';
revoke execute on function public.mark_all_slices from public, anon, authenticated;
grant execute on function public.mark_all_slices to service_role;
