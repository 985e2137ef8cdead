-- Purpose: sessions from visits of clean slices, and from raw rows elsewhere, in one snapshot.   Reversible: drop function.
-- Whoever embeds the text of a build_* function is a stable function, called by one statement, as for slices.

-- What answers sessions that began in [p_from, p_to), and of them what lies before p_to: as get_slice_plan, and cut is the slice in which
-- p_to lies with the first instant of a visit that goes over it; null where none does.
create function public.get_visit_plan(
  p_project_id integer,
  p_from       bigint,
  p_to         bigint,
  out wholes   integer[],
  out parts    integer[],
  out gaps     int8multirange,
  out cut      integer,
  out cut_ms   bigint
)
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_plan    record;
  v_unknown integer[];
begin
  select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
  v_unknown := array(
    select each.id
    from unnest(v_plan.wholes || v_plan.parts) as each (id)
    where not exists (select from public.slice_visits as held where held.slice_id = each.id)
  );
  wholes := array(select each.id from unnest(v_plan.wholes) as each (id) where each.id <> all (v_unknown));
  parts := array(select each.id from unnest(v_plan.parts) as each (id) where each.id <> all (v_unknown));
  gaps := v_plan.gaps + coalesce(
    (
      select range_agg(int8range(slice.start_ms, slice.end_ms) * int8range(p_from, greatest(p_to, p_from)))
      from public.slices as slice
      where slice.id = any (v_unknown)
    ),
    '{}'
  );
  select slice.id, min(over_it.start_ms)
  into cut, cut_ms
  from public.slices as slice
  inner join public.slice_visits as held on held.slice_id = slice.id
  left join lateral (
    select slice.start_ms + each.start as start_ms
    from unnest(held.starts, held.lengths) as each (start, length)
    where slice.start_ms + each.start < p_to and slice.start_ms + each.start + each.length >= p_to
  ) as over_it on true
  where slice.id = any (parts) and slice.start_ms < p_to and slice.end_ms > p_to
  group by slice.id;
end
$$;
comment on function public.get_visit_plan is 'Which slices answer for the sessions of a range, and which stretches only raw rows do.';
revoke execute on function public.get_visit_plan from public, anon, authenticated;
grant execute on function public.get_visit_plan to service_role;

-- The CTEs `symbol` (number, is_page, value, symbol): what characters mean, and `visit` (person, start_ms, length_ms, events, origin, event_walk,
-- page_walk, walk): every session that began in [p_from, p_to) but those closed in wholes of the plan; what lies before p_to.
-- Marked bots are left out. person is that of build_step_hits.
create function public.build_visits(
  p_project_id integer,
  p_from       bigint,
  p_to         bigint,
  p_wholes     integer[],
  p_parts      integer[],
  p_gaps       int8multirange,
  p_cut        integer,
  p_cut_ms     bigint,
  p_walks      text[] default '{}' -- those that are asked for: event_walk, page_walk, walk; others are empty
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_next integer := (
    select coalesce(max(known.number) + 1, 0) from public.visit_symbols as known where known.project_id = p_project_id
  );
  v_raw  text;
  -- joining a walk takes both of the others
  v_event text := case when p_walks && '{event_walk,walk}' then 'unnest(held.event_walks)' else '''''::text' end;
  v_page  text := case when p_walks && '{page_walk,walk}' then 'unnest(held.page_walks)' else '''''::text' end;
  v_walk  text := case when p_walks && '{walk}' then 'unnest(held.walks)' else '''''::text' end;
begin
  v_raw := concat_ws(
    ' union all ',
    (
      select string_agg(format('(%s)', public.build_raw_visits(p_project_id, lower(gap.span), upper(gap.span))), ' union all ')
      from unnest(p_gaps) as gap (span)
    ),
    case when p_cut_ms is not null then format('(%s)', public.build_raw_visits(p_project_id, p_cut_ms, p_to, true)) end
  );
  return format(
    $query$
      -- with names that no slice has yet
      symbol as materialized (
        select s.*, public.to_visit_symbol(s.number) as symbol
        from (
          select known.number, known.is_page, known.value from public.visit_symbols as known where known.project_id = %1$L::integer
          union all
          select (%2$s + row_number() over () - 1)::integer, fresh.is_page, fresh.value
          from (
            select distinct named.is_page, named.value
            from (
              select e.event, case when e.event = '$pageview' then e.route end as page from (%3$s) as e group by 1, 2
            ) as e
            cross join lateral (values (false, e.event), (true, e.page)) as named (is_page, value)
            where named.value is not null
          ) as fresh
          where not exists (
            select
            from public.visit_symbols as known
            where known.project_id = %1$L::integer and known.is_page = fresh.is_page and known.value = fresh.value
          )
        ) as s
      ),
      raw as materialized (%4$s),
      raw_origin as materialized (
        select o.*, public.to_origin(o.referrer, o.utm_source, o.utm_medium, o.utm_campaign) as origin
        from (
          select distinct
            coalesce(r.referrer, '') as referrer, coalesce(r.utm_source, '') as utm_source,
            coalesce(r.utm_medium, '') as utm_medium, coalesce(r.utm_campaign, '') as utm_campaign
          from raw as r
        ) as o
      ),
      origin_name as materialized (
        select held.slice_id, held.is_loose, each.number::integer as number, each.origin
        from public.slice_visits as held
        cross join lateral unnest(held.origins) with ordinality as each (origin, number)
        where held.slice_id = any (%6$L::integer[]) or held.slice_id = any (%5$L::integer[]) and held.is_loose
      ),
      -- visits that may be parts of sessions
      loose as materialized (
        select
          l.key, l.is_begun, l.person, l.start_ms, l.length_ms, l.events, o.origin, l.event_walk, l.page_walk, l.walk
        from (
          select
            unnest(held.keys) as key, unnest(held.begun) as is_begun, unnest(held.people)::bigint as person,
            slice.start_ms + unnest(held.starts) as start_ms, unnest(held.lengths)::bigint as length_ms,
            unnest(held.events)::bigint as events, unnest(held.origin_numbers) as origin_number,
            %11$s as event_walk, %12$s as page_walk, %13$s as walk, slice.id
          from public.slices as slice
          inner join public.slice_visits as held on held.slice_id = slice.id
          where slice.id = any (%5$L::integer[] || %6$L::integer[]) and held.is_loose
        ) as l
        inner join origin_name as o on o.slice_id = l.id and o.is_loose and o.number = l.origin_number
        where l.id is distinct from %7$L::integer or l.start_ms + l.length_ms < %8$L::bigint
        union all
        select
          e.key, e.is_begun, %9$s, e.start_ms, e.end_ms - e.start_ms, e.events, o.origin, e.event_walk, e.page_walk, e.walk
        from raw as e
        inner join raw_origin as o
          on o.referrer = coalesce(e.referrer, '') and o.utm_source = coalesce(e.utm_source, '')
          and o.utm_medium = coalesce(e.utm_medium, '') and o.utm_campaign = coalesce(e.utm_campaign, '')
      ),
      continued as materialized (
        select distinct l.key from loose as l where not l.is_begun
      ),
      visit as materialized (
        select l.person, l.start_ms, l.length_ms, l.events, l.origin, l.event_walk, l.page_walk, l.walk
        from loose as l
        where l.start_ms >= %10$L::bigint and l.is_begun and l.key not in (select c.key from continued as c)
        union all
        -- the parts of a session, joined in their order; what repeats the end of the one before is left out
        select *
        from (
          select
            max(p.person), min(p.start_ms) as start_ms, max(p.start_ms + p.length_ms) - min(p.start_ms), sum(p.events)::bigint,
            max(p.origin) filter (where p.is_begun),
            string_agg(case when p.is_same_event then substr(p.event_walk, 2) else p.event_walk end, ''),
            string_agg(case when p.is_same_page then substr(p.page_walk, 2) else p.page_walk end, ''),
            string_agg(
              substr(
                case
                  when p.is_same_page and p.walk <> '' then overlay(p.walk placing '!' from strpos(p.walk, left(p.page_walk, 1)) for 1)
                  else p.walk
                end,
                case when p.is_same_event then 2 else 1 end
              ),
              ''
            )
          from (
            select
              t.*,
              not t.is_begun and left(t.event_walk, 1) = right(t.events_before, 1) as is_same_event,
              not t.is_begun and t.page_walk <> '' and left(t.page_walk, 1) = right(t.pages_before, 1) as is_same_page
            from (
              select
                n.*,
                string_agg(n.event_walk, '') over part as events_before,
                coalesce(string_agg(n.page_walk, '') over part, '') as pages_before
              from (
                select
                  l.*,
                  count(*) filter (where l.is_begun) over (partition by l.key order by l.start_ms rows unbounded preceding) as turn
                from loose as l
                where l.key in (select c.key from continued as c)
              ) as n
              -- what began before the range has its beginning nowhere
              where n.turn > 0
              window part as (partition by n.key, n.turn order by n.start_ms rows between unbounded preceding and 1 preceding)
            ) as t
            -- one sort instead of one for each walk
            order by t.key, t.turn, t.start_ms
          ) as p
          group by p.key, p.turn
        ) as joined
        where joined.start_ms >= %10$L::bigint
        union all
        select p.person, p.start_ms, p.length_ms, p.events, o.origin, p.event_walk, p.page_walk, p.walk
        from (
          select
            unnest(held.people)::bigint as person, slice.start_ms + unnest(held.starts) as start_ms,
            unnest(held.lengths)::bigint as length_ms, unnest(held.events)::bigint as events,
            unnest(held.origin_numbers) as origin_number, %11$s as event_walk, %12$s as page_walk, %13$s as walk, slice.id
          from public.slices as slice
          inner join public.slice_visits as held on held.slice_id = slice.id
          where slice.id = any (%6$L::integer[]) and not held.is_loose
        ) as p
        inner join origin_name as o on o.slice_id = p.id and not o.is_loose and o.number = p.origin_number
        where p.start_ms >= %10$L::bigint and p.start_ms + p.length_ms < %8$L::bigint
      )
    $query$,
    p_project_id, v_next,
    public.build_gap_rows(
      p_project_id,
      p_gaps + case when p_cut_ms is null then '{}' else int8multirange(int8range(p_cut_ms, p_to + 1800001)) end,
      'person_events', 'e.event, e.route', 'e.person_id is not null and e.session_id is not null and e.bot_reasons is null'
    ),
    coalesce(
      nullif(v_raw, ''),
      format('select * from (%s) as none where false', public.build_raw_visits(p_project_id, p_from, p_from))
    ),
    p_wholes, p_parts, p_cut, p_to, public.build_person(p_project_id, p_wholes <> '{}' or p_parts <> '{}'), p_from,
    v_event, v_page, v_walk
  );
end
$$;
comment on function public.build_visits is 'SQL of the CTEs symbol and visit: the sessions of a range that are not closed in whole slices.';
revoke execute on function public.build_visits from public, anon, authenticated;
grant execute on function public.build_visits to service_role;

-- CTEs besides those of build_visits: `origin_total` (value, people, sessions, events), a row for each value of p_value among the
-- origins of all sessions. p_value is an expression on o.origin and never null.
create function public.build_origin_totals(p_wholes integer[], p_value text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select format(
    $query$
      held_origin as materialized (
        select held.origin, held.chunk, held.session_count, held.event_count, held.numbers, held.people
        from public.slice_origins as held
        where held.slice_id = any (%1$L::integer[])
      ),
      -- few origins stand for many sessions, and naming a channel takes a hundred times as long as reading a row
      origin_value as materialized (
        select o.origin, %2$s as value
        from (
          select held.origin from held_origin as held where held.chunk = -1
          union
          select v.origin from visit as v
        ) as o
      ),
      origin_thick as materialized (
        select k.value, held.chunk, bit_or(held.people) as people
        from held_origin as held
        inner join origin_value as k on k.origin = held.origin
        where held.chunk >= 0
        group by k.value, held.chunk
      ),
      origin_person as (
        select p.value, sum(p.people)::bigint as people
        from (
          select t.value, bit_count(t.people) as people from origin_thick as t
          union all
          select t.value, count(*)
          from (
            select k.value, each.number::bigint as person
            from held_origin as held
            inner join origin_value as k on k.origin = held.origin
            cross join lateral unnest(held.numbers) as each (number)
            where held.chunk = -1
            union
            select k.value, v.person
            from visit as v
            inner join origin_value as k on k.origin = v.origin
          ) as t
          left join origin_thick as k on k.value = t.value and k.chunk = t.person >> 15
          where k.people is null or get_bit(k.people, (t.person & 32767)::integer) = 0
          group by t.value
        ) as p
        group by p.value
      ),
      origin_total as materialized (
        select c.value, p.people, c.sessions, c.events
        from (
          select k.value, sum(s.sessions)::bigint as sessions, sum(s.events)::bigint as events
          from (
            select held.origin, held.session_count as sessions, held.event_count as events
            from held_origin as held
            where held.chunk = -1
            union all
            select v.origin, count(*), sum(v.events) from visit as v group by v.origin
          ) as s
          inner join origin_value as k on k.origin = s.origin
          group by k.value
        ) as c
        inner join origin_person as p on p.value = c.value
      )
    $query$,
    p_wholes, p_value
  )
$$;
comment on function public.build_origin_totals is 'SQL of the CTE origin_total: people, sessions and their events by what p_value makes of an origin.';
revoke execute on function public.build_origin_totals from public, anon, authenticated;
grant execute on function public.build_origin_totals to service_role;
