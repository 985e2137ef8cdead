-- Purpose: the figures of the events report from slices; sessions cut at 30 idle minutes; every filter.   Reversible: the definitions before.
-- Common to all: [p_from, p_to) in ms; p_filters as build_filter takes them; marked bots are left out unless p_include_bots. With
-- bots, or a filter that slices do not know, the answer comes from raw rows alone.
-- random_page_cost: what is asked for is in memory. The usual 4 hashes all links of a project for the few rows of a gap.

-- What the filters speak of, also for conversions. New columns stand at the end.
create or replace view public.person_conversions with (security_invoker = true) as
select
  c.project_id,
  c.timestamp,
  c.id,
  c.actor_id,
  case when not c.gpc
    then coalesce(uuid_hash_extended(p.person_id, 0), c.visitor_id, uuid_hash_extended(c.actor_id, 0))
  end as person_id,
  c.funnel,
  c.step,
  c.route,
  nullif(a.device, '') as device,
  c.country,
  c.bot_reasons,
  nullif(a.browser, '') as browser,
  nullif(a.os, '') as os,
  c.referrer,
  c.utm_source
from public.conversions as c
left join public.actor_person as p on p.project_id = c.project_id and p.actor_id = c.actor_id
left join public.agents as a on a.id = c.agent_id;

-- Distinct people by an id: (id, people), of (id, chunk, numbers, people) as slice_people has them and of (id, person bigint): numbers,
-- and persons without one. By id and not by value: hashing texts of hundreds of thousands of people takes longer than all else.
create function public.build_people_counts(p_sets text, p_persons text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select format(
    $query$
      with
      thick as materialized (
        select s.id, s.chunk, bit_or(s.people) as people from (%1$s) as s where s.chunk >= 0 group by s.id, s.chunk
      ),
      thin as materialized (
        select distinct t.id, t.person
        from (
          select s.id, each.number::bigint as person
          from (%1$s) as s
          cross join lateral unnest(s.numbers) as each (number)
          where s.chunk = -1
          union all
          select p.id, p.person from (%2$s) as p where p.person is not null
        ) as t
      )
      select c.id, sum(c.people)::bigint as people
      from (
        select t.id, bit_count(t.people) as people from thick as t
        union all
        select t.id, count(*)
        from thin as t
        left join thick as k on k.id = t.id and k.chunk = t.person >> 15
        where k.people is null or get_bit(k.people, (t.person & 32767)::integer) = 0
        group by t.id
      ) as c
      group by c.id
    $query$,
    p_sets, p_persons
  )
$$;
comment on function public.build_people_counts is 'The SQL query of how many people there are by id, in sets and besides.';
revoke execute on function public.build_people_counts from public, anon, authenticated;
grant execute on function public.build_people_counts to service_role;

-- Beginnings of sessions among the rows of [p_from, p_to): (timestamp, and p_columns of the row). A session is what (person,
-- session_id) did without a pause of more than 30 minutes: signing in on the way begins no other.
create function public.build_session_starts(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_columns      text,    -- of person_events as e, each preceded by a comma and with a name
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
      select seen.*
      from (
        select
          e.timestamp,
          e.timestamp - lag(e.timestamp) over (partition by e.person_id, e.session_id order by e.timestamp, e.id) as idle_ms
          %1$s
        from public.person_events as e
        where
          e.project_id = %2$L::integer and e.timestamp >= %3$L::bigint - 1800000 and e.timestamp < %4$L::bigint
          and e.session_id is not null and %5$s
      ) as seen
      where seen.timestamp >= %3$L::bigint and coalesce(seen.idle_ms > 1800000, true)
    $query$,
    p_columns, p_project_id, p_from, p_to, case when p_include_bots then 'true' else 'e.bot_reasons is null' end
  )
$$;
comment on function public.build_session_starts is 'The SQL query of the rows of [p_from, p_to) with which a session begins.';
revoke execute on function public.build_session_starts from public, anon, authenticated;
grant execute on function public.build_session_starts to service_role;

-- Sessions with a row in [p_from, p_to): those that begin there and those that reach over p_from.
create function public.count_sessions(p_project_id integer, p_from bigint, p_to bigint)
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set random_page_cost = 1.1
set jit = off
set work_mem = '64MB'
as $$
declare
  v_plan  record;
  v_begun bigint;
  v_some  bigint;
begin
  select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
  select coalesce(sum(
    case
      when slice.id = any (v_plan.wholes) then slice.session_count
      else (
        select count(*)
        from unnest(slice.session_starts) as begun (offset_ms)
        where slice.start_ms + begun.offset_ms >= p_from and slice.start_ms + begun.offset_ms < p_to
      )
    end
  ), 0)
  into v_begun
  from public.slices as slice
  where slice.id = any (v_plan.wholes || v_plan.parts);

  execute format(
    'select count(*) from (%s) as begun',
    coalesce(
      (
        select string_agg(public.build_session_starts(p_project_id, lower(gap.span), upper(gap.span), '', false), ' union all ')
        from unnest(v_plan.gaps) as gap (span)
      ),
      'select where false'
    )
  )
  into v_some;

  return v_begun + v_some + (
    select count(*)
    from (
      select min(e.timestamp) filter (where e.timestamp >= p_from) - max(e.timestamp) filter (where e.timestamp < p_from) as idle_ms
      from public.person_events as e
      where
        e.project_id = p_project_id and e.timestamp >= p_from - 1800000 and e.timestamp < least(p_from + 1800000, p_to)
        and e.session_id is not null and e.bot_reasons is null
      group by e.person_id, e.session_id
    ) as seen
    where seen.idle_ms <= 1800000
  );
end
$$;
comment on function public.count_sessions is 'Sessions with a row in [p_from, p_to), bots left out.';
revoke execute on function public.count_sessions from public, anon, authenticated;
grant execute on function public.count_sessions to service_role;

drop function public.get_event_totals;
-- With a filter a session counts when one of its rows passes. The event filter does not narrow conversions, which have none.
create function public.get_event_totals(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns table (events bigint, pageviews bigint, people bigint, sessions bigint, conversions bigint)
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set random_page_cost = 1.1
set jit = off
set work_mem = '64MB'
as $$
declare
  v_plan record;
  v_bots text := case when p_include_bots then 'true' else 'e.bot_reasons is null' end;
  v_rows text;
begin
  if public.is_answered_by_settings(p_filters, p_include_bots) then
    return query select * from public.get_filtered_totals(p_project_id, p_from, p_to, p_filters);
    return;
  elsif p_include_bots or public.build_filter(p_project_id, p_filters) <> 'true' then
    return query execute format(
      $query$
        select
          coalesce(sum(v.events), 0)::bigint, coalesce(sum(v.views), 0)::bigint, count(v.person_id),
          coalesce(sum(v.sessions), 0)::bigint,
          (
            select count(*)
            from public.person_conversions as e
            where
              e.project_id = %1$L::integer and e.timestamp >= %2$L::bigint and e.timestamp < %3$L::bigint and %5$s and %6$s
          )
        -- by person first, by hash: sorting for distinct people took longer than reading
        from (
          select
            s.person_id, count(*) as events, count(*) filter (where s.is_view) as views,
            -- the first of its session that passes
            count(*) filter (where s.visit is not null and coalesce(s.passed_ms < s.begun_ms, true)) as sessions
          from (
            select
              gap.*,
              max(gap.timestamp) filter (where gap.is_first) over (
                partition by gap.visit order by gap.timestamp rows unbounded preceding
              ) as begun_ms,
              max(gap.timestamp) filter (where gap.passes) over (
                partition by gap.visit order by gap.timestamp rows between unbounded preceding and 1 preceding
              ) as passed_ms
            from (
              select
                seen.*,
                coalesce(
                  seen.timestamp - lag(seen.timestamp) over (partition by seen.visit order by seen.timestamp) > 1800000, true
                ) as is_first
              from (
                -- (person, session_id) as one number: sorting by both took twice as long
                select
                  hashtextextended(e.session_id, e.person_id) as visit,
                  e.timestamp, e.person_id, e.event = '$pageview' as is_view, %4$s as passes
                from public.person_events as e
                where e.project_id = %1$L::integer and e.timestamp >= %2$L::bigint and e.timestamp < %3$L::bigint and %5$s
              ) as seen
            ) as gap
          ) as s
          where s.passes
          group by s.person_id
        ) as v
      $query$,
      p_project_id, p_from, p_to, public.build_filter(p_project_id, p_filters), v_bots,
      public.build_filter(p_project_id, p_filters - 'event')
    );
    return;
  end if;

  select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
  select
    coalesce(sum(slice.row_count), 0), coalesce(sum(slice.pageview_count), 0), coalesce(sum(slice.conversion_count), 0)
  into events, pageviews, conversions
  from public.slices as slice
  where slice.id = any (v_plan.wholes);

  select
    events + count(*) filter (where not held.is_conversion),
    pageviews + count(*) filter (where not held.is_conversion and held.event = '$pageview'),
    conversions + count(*) filter (where held.is_conversion)
  into events, pageviews, conversions
  from public.slices as slice
  inner join public.slice_events as held on held.slice_id = slice.id
  cross join lateral unnest(held.offsets) as hit (offset_ms)
  where
    slice.id = any (v_plan.parts)
    and slice.start_ms + hit.offset_ms >= p_from and slice.start_ms + hit.offset_ms < p_to;

  execute format(
    $query$
      select
        $1 + (select count(*) from (%1$s) as e),
        $2 + (select count(*) from (%1$s) as e where e.event = '$pageview'),
        $3 + (select count(*) from (%2$s) as e)
    $query$,
    public.build_gap_rows(p_project_id, v_plan.gaps, 'person_events', 'e.event', v_bots),
    public.build_gap_rows(p_project_id, v_plan.gaps, 'person_conversions', 'e.timestamp', v_bots)
  )
  into events, pageviews, conversions
  using events, pageviews, conversions;

  execute format(
    'select coalesce(sum(bit_count(b.people)), 0)::bigint from (%s) as b',
    public.build_people_bits(p_project_id, array[p_from, p_to], '[{"event": "*"}]')
  )
  into people;
  sessions := public.count_sessions(p_project_id, p_from, p_to);
  return next;
end
$$;
comment on function public.get_event_totals is 'Events, page views, people, sessions and conversions in [p_from, p_to).';
revoke execute on function public.get_event_totals from public, anon, authenticated;
grant execute on function public.get_event_totals to service_role;

-- One point per local hour or day that touches the range, empty ones with zeros: [{ start, events, people }].
-- One jsonb value and not rows, because PostgREST cuts a set off at 1,000 rows.
create or replace function public.get_event_series(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_bucket       text,    -- hour | day
  p_timezone     text,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set random_page_cost = 1.1
set jit = off
set work_mem = '64MB'
as $$
declare
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_bucket, p_timezone);
  v_cut    bigint[] := v_bounds;
  v_bots   text := case when p_include_bots then 'true' else 'e.bot_reasons is null' end;
  v_plan   record;
  v_hours  record;
  v_tally  text;
  v_answer jsonb;
begin
  -- Nothing beyond the range counts, though the first and the last bucket reach further.
  v_cut[1] := p_from;
  v_cut[cardinality(v_cut)] := p_to;
  if public.is_answered_by_settings(p_filters, p_include_bots) then
    v_tally := public.build_filtered_series(p_project_id, v_cut, p_filters);
  elsif p_include_bots or public.build_filter(p_project_id, p_filters) <> 'true' then
    v_tally := format(
      $query$
        select width_bucket(e.timestamp, %5$L::bigint[]) as position, count(*) as events, count(distinct e.person_id) as people
        from public.person_events as e
        where e.project_id = %1$L::integer and e.timestamp >= %2$L::bigint and e.timestamp < %3$L::bigint and %4$s and %6$s
        group by 1
      $query$,
      p_project_id, p_from, p_to, v_bots, v_bounds, public.build_filter(p_project_id, p_filters)
    );
  else
    select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, v_cut);
    select * into v_hours from public.get_slice_hours(v_plan.parts, p_from, p_to, v_cut);
    v_tally := format(
      $query$
        (
          with
          -- the sets of whole slices, and of the hours of others, by the bucket they lie in
          held as (
            select width_bucket(slice.start_ms, %1$L::bigint[]) as id, s.row_count, s.chunk, s.numbers, s.people
            from public.slices as slice
            inner join public.slice_people as s on s.slice_id = slice.id and s.dim = 'any'
            where slice.id = any (%2$L::integer[])
            union all
            select width_bucket(hour.start_ms, %1$L::bigint[]), s.row_count, s.chunk, s.numbers, s.people
            from unnest(%6$L::integer[], %7$L::text[], %8$L::bigint[]) as hour (slice_id, value, start_ms)
            inner join public.slice_people as s on s.slice_id = hour.slice_id and s.dim = 'hour' and s.value = hour.value
          ),
          -- the rows that no set stands for
          rest as materialized (
            select e.id, %9$s as person, e.row_count
            from (
              select width_bucket(e.timestamp, %1$L::bigint[]) as id, e.person_id, count(*) as row_count
              from (%4$s) as e
              group by 1, 2
            ) as e
            union all
            select
              width_bucket(slice.start_ms + hit.offset_ms, %1$L::bigint[]), case when hit.person >= 0 then hit.person end, count(*)
            from public.slices as slice
            cross join lateral (
              select int8multirange(int8range(slice.start_ms, slice.end_ms)) * %5$L::int8multirange as stretch offset 0
            ) as left_over
            inner join public.slice_events as held on held.slice_id = slice.id
            cross join lateral unnest(held.people, held.offsets) as hit (person, offset_ms)
            where
              slice.id = any (%3$L::integer[]) and not isempty(left_over.stretch) and not held.is_conversion
              -- comparing with the whole stretch first spares most rows the search in it
              and hit.offset_ms >= lower(left_over.stretch) - slice.start_ms
              and hit.offset_ms < upper(left_over.stretch) - slice.start_ms
              and slice.start_ms + hit.offset_ms <@ left_over.stretch
            group by 1, 2
          )
          select tally.id as position, tally.events, coalesce(seen.people, 0) as people
          from (
            select t.id, sum(t.row_count)::bigint as events
            from (
              select h.id, h.row_count from held as h where h.chunk = -1 union all select r.id, r.row_count from rest as r
            ) as t
            group by t.id
          ) as tally
          left join (%10$s) as seen on seen.id = tally.id
        )
      $query$,
      v_cut, v_plan.wholes, v_plan.parts, public.build_gap_rows(p_project_id, v_plan.gaps, 'person_events', 'e.timestamp, e.person_id', v_bots),
      v_hours.rest, v_hours.slices, v_hours.hours, v_hours.starts,
      public.build_person(p_project_id, v_plan.wholes <> '{}' or v_plan.parts <> '{}'),
      public.build_people_counts('select h.id, h.chunk, h.numbers, h.people from held as h', 'select r.id, r.person from rest as r')
    );
  end if;
  execute format(
    $query$
      select
        jsonb_agg(
          jsonb_build_object('start', b.start_ms, 'events', coalesce(t.events, 0), 'people', coalesce(t.people, 0))
          order by b.start_ms
        )
      from unnest(trim_array($1, 1)) with ordinality as b (start_ms, position)
      left join (%s) as t on t.position = b.position
    $query$,
    v_tally
  )
  into v_answer
  using v_bounds;
  return v_answer;
end
$$;

-- Values of a dimension with the rows that have them, their people, and the sessions that began on such a row (null for events and
-- pages). Most people first, ties by rows, then by value; a null value is one that is not known.
create function public.get_dimension(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_dim          text,    -- event | page | referrer (its host) | utm_source | utm_medium | utm_campaign | country | device | browser | os
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_own_hosts    text[] default '{}' -- referrers that are none
)
returns table (value text, row_count bigint, people bigint, sessions bigint)
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set random_page_cost = 1.1
set enable_mergejoin = off -- a plan without statistics of what a CTE holds sorts it instead of hashing it
set jit = off
set work_mem = '64MB'
as $$
#variable_conflict use_column
declare
  v_bots  text := case when p_include_bots then 'true' else 'e.bot_reasons is null' end;
  v_value text := case p_dim
    when 'event' then 'e.event'
    when 'page' then 'e.route'
    when 'referrer' then 'public.to_referrer_host(e.referrer)'
    else format('nullif(e.%I, '''')', p_dim)
  end;
  v_plan  record;
  v_held  record;
  v_range int8multirange := int8multirange(int8range(p_from, greatest(p_to, p_from)));
  v_where text := public.build_filter(p_project_id, p_filters);
  v_own   text := case
    when p_dim = 'referrer' then format('case when r.value = any (%L::text[]) then null else r.value end', p_own_hosts)
    else 'r.value'
  end;
begin
  if p_dim not in ('event', 'page', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'country', 'device', 'browser', 'os') then
    raise exception 'unknown dimension %', p_dim using errcode = '22023';
  end if;
  if public.is_answered_by_settings(p_filters, p_include_bots) and public.has_slice_dimension(p_dim, p_filters) then
    return query select * from public.get_filtered_dimension(p_project_id, p_from, p_to, p_dim, p_filters, p_own_hosts);
    return;
  end if;
  if p_include_bots or v_where <> 'true' then
    select '{}'::integer[] as wholes, '{}'::integer[] as parts, v_range as gaps into v_plan;
  else
    select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
    -- Slices know of a part of them only what happened, and on which page.
    if p_dim not in ('event', 'page') then
      v_plan.gaps := v_plan.gaps + coalesce(
        (
          select range_agg(int8range(slice.start_ms, slice.end_ms) * int8range(p_from, p_to))
          from public.slices as slice
          where slice.id = any (v_plan.parts)
        ),
        '{}'
      );
      v_plan.parts := '{}';
    end if;
  end if;
  select * into v_held from public.get_spans(p_project_id, v_plan.wholes);
  if p_dim = 'page' then
    v_where := v_where || ' and e.event = ''$pageview'' and e.route is not null';
  end if;
  return query execute format(
    $query$
      with
      -- the rows that no set stands for
      rest as materialized (
        -- numbers are looked up once per person and value, not per row
        select e.value, %12$s as person, e.row_count
        from (
          select e.value, e.person_id, count(*) as row_count
          from (%1$s) as e
          group by e.value, e.person_id
        ) as e
        union all
        select %2$s, case when hit.person >= 0 then hit.person end, count(*)
        from public.slices as slice
        inner join public.slice_events as held on held.slice_id = slice.id
        cross join lateral unnest(held.people, held.offsets) as hit (person, offset_ms)
        where
          slice.id = any (%3$L::integer[]) and not held.is_conversion and %4$s
          and slice.start_ms + hit.offset_ms >= %5$L::bigint and slice.start_ms + hit.offset_ms < %6$L::bigint
        group by 1, 2
      ),
      begun as (
        select r.value, count(*) as sessions from (%7$s) as r where r.passes group by r.value
      ),
      held as (
        select %8$s as value, held.row_count, held.session_count, held.chunk, held.numbers, held.people
        from (
          select s.value, s.row_count, s.session_count, s.chunk, s.numbers, s.people
          from public.slice_people as s
          where s.slice_id = any (%9$L::integer[]) and s.dim = %10$L
          union all
          select s.value, s.row_count, s.session_count, s.chunk, s.numbers, s.people
          from public.span_people as s
          where s.span_id = any (%13$L::integer[]) and s.dim = %10$L
        ) as held
      ),
      counted as materialized (
        select c.value, sum(c.row_count)::bigint as row_count, sum(c.sessions)::bigint as sessions, row_number() over () as id
        from (
          select h.value, h.row_count::bigint as row_count, h.session_count::bigint as sessions from held as h where h.chunk = -1
          union all
          select %11$s, r.row_count, 0 from rest as r
          union all
          select %11$s, 0, r.sessions from begun as r
        ) as c
        group by c.value
      ),
      person as (%14$s)
      select c.value, c.row_count, coalesce(p.people, 0), case when %10$L not in ('event', 'page') then c.sessions end
      from counted as c
      left join person as p on p.id = c.id
      where c.row_count > 0
      order by 3 desc, 2 desc, c.value collate "C" nulls last
    $query$,
    public.build_gap_rows(
      p_project_id, v_plan.gaps, 'person_events',
      format('%s as value, e.person_id', v_value),
      v_bots || ' and ' || v_where
    ),
    case p_dim when 'page' then 'held.route' else 'held.event' end,
    v_plan.parts,
    case p_dim when 'page' then 'held.event = ''$pageview'' and held.route is not null' else 'true' end,
    p_from, p_to,
    coalesce(
      (
        -- of events and pages nobody asks what began with them
        select string_agg(
          public.build_session_starts(
            p_project_id, lower(gap.span), upper(gap.span), format(', %s as value, %s as passes', v_value, v_where), p_include_bots
          ),
          ' union all '
        )
        from unnest(v_plan.gaps) as gap (span)
        where p_dim not in ('event', 'page')
      ),
      'select null::text as value, false as passes'
    ),
    case when p_dim = 'referrer' then format('case when held.value = any (%L::text[]) then null else held.value end', p_own_hosts) else 'held.value' end,
    v_held.slices, p_dim,
    v_own,
    public.build_person(p_project_id, v_plan.wholes <> '{}' or v_plan.parts <> '{}'), v_held.spans,
    public.build_people_counts(
      'select c.id, h.chunk, h.numbers, h.people from held as h inner join counted as c on coalesce(c.value, '''') = coalesce(h.value, '''')',
      format('select c.id, r.person from rest as r inner join counted as c on coalesce(c.value, '''') = coalesce(%s, '''')', v_own)
    )
  );
end
$$;
comment on function public.get_dimension is 'Values of a dimension with rows, people and sessions in [p_from, p_to), those with most people first.';
revoke execute on function public.get_dimension from public, anon, authenticated;
grant execute on function public.get_dimension to service_role;

-- The most frequent event names, ties by name.
create or replace function public.get_top_events(
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
  select d.value, d.row_count, d.people
  from public.get_dimension(p_project_id, p_from, p_to, 'event', p_filters, p_include_bots) as d
  order by d.row_count desc, d.value
  limit p_limit
$$;

-- The most seen routes, by page views; ties by route. A page view without a route belongs to none.
create or replace function public.get_top_pages(
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
  select d.value, d.row_count, d.people
  from public.get_dimension(p_project_id, p_from, p_to, 'page', p_filters, p_include_bots) as d
  order by d.row_count desc, d.value
  limit p_limit
$$;
