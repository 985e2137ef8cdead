-- Purpose: cut raw rows into visits, and store those of a slice.   Reversible: drop function.

-- What rows of [p_from, p_to) hold of sessions: (key, person_id, is_begun, is_crossing, start_ms, end_ms, events, referrer,
-- utm_source, utm_medium, utm_campaign, event_walk, page_walk, walk), a row per visit, with the origin of its first row. The query
-- stands where `symbol` (number, is_page, value, symbol) is a relation that knows every name in these rows.
create function public.build_raw_visits(
  p_project_id  integer,
  p_from        bigint,
  p_to          bigint,
  p_is_crossing boolean default false -- those alone that go on at p_to or after
)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select format(
    $query$
      select *
      from (
        select
          r.key, r.person_id, bool_or(r.is_first) as is_begun, bool_or(r.is_crossing) as is_crossing,
          min(r.timestamp) as start_ms, max(r.timestamp) as end_ms, count(*)::integer as events,
          max(r.referrer) filter (where r.position = r.first_position) as referrer,
          max(r.utm_source) filter (where r.position = r.first_position) as utm_source,
          max(r.utm_medium) filter (where r.position = r.first_position) as utm_medium,
          max(r.utm_campaign) filter (where r.position = r.first_position) as utm_campaign,
          string_agg(r.event_part, '') as event_walk,
          coalesce(string_agg(case when r.is_fresh then r.page_part end, ''), '') as page_walk,
          string_agg(coalesce(r.event_part || r.page_part, r.event_part, r.page_part), '') as walk
        from (
          select
            w.*,
            case when w.event_before is distinct from w.event_number then w.event_symbol end as event_part,
            case
              when not w.is_view then null
              when w.page_number is null then case when w.event_before = w.event_number and w.page_before is null then null else '"' end
              when w.is_fresh then w.page_symbol
              when w.page_before is distinct from w.page_number then '!'
            end as page_part
          from (
            select
              v.key, v.person_id, v.is_first, v.is_crossing, v.timestamp, v.referrer, v.utm_source, v.utm_medium, v.utm_campaign,
              v.position, v.first_position, v.event_number, v.event_symbol, v.page_number, v.page_symbol, v.is_view,
              case when v.position > v.first_position then v.event_before end as event_before,
              case when v.position > v.first_position then v.page_before end as page_before,
              v.page_number is not null and (
                v.last_page is null or v.last_page >> 21 < v.first_position or v.last_page & 2097151 <> v.page_number
              ) as is_fresh
            from (
              select
                c.*,
                max(c.position) filter (where c.is_first or c.is_cut) over (
                  partition by c.key order by c.timestamp, c.id rows unbounded preceding
                ) as first_position,
                -- the page before and when: the greatest is the last
                max((c.position << 21) | c.page_number) over (
                  partition by c.key order by c.timestamp, c.id rows between unbounded preceding and 1 preceding
                ) as last_page
              from (
                select
                  seen.*,
                  row_number() over visit as position,
                  coalesce(seen.timestamp - lag(seen.timestamp) over visit > 1800000, true) as is_first,
                  coalesce(seen.timestamp >= %2$L::bigint and lag(seen.timestamp) over visit < %2$L::bigint, false) as is_cut,
                  seen.timestamp < %3$L::bigint
                    and coalesce(lead(seen.timestamp) over visit between %3$L::bigint and seen.timestamp + 1800000, false) as is_crossing,
                  lag(seen.event_number) over visit as event_before,
                  lag(seen.page_number) over visit as page_before
                from (
                  select
                    hashtextextended(e.session_id, e.person_id) as key, e.person_id, e.timestamp, e.id,
                    event.number as event_number, event.symbol as event_symbol, page.number as page_number, page.symbol as page_symbol,
                    e.event = '$pageview' as is_view,
                    e.referrer, e.utm_source, e.utm_medium, e.utm_campaign
                  from public.person_events as e
                  left join symbol as event on not event.is_page and event.value = e.event
                  left join symbol as page on page.is_page and page.value = case when e.event = '$pageview' then e.route end
                  where
                    e.project_id = %1$L::integer
                    -- who was seen in the half hour before did not begin here
                    and e.timestamp >= %2$L::bigint - 1800000
                    and e.timestamp < %3$L::bigint %4$s
                    and e.person_id is not null and e.session_id is not null and e.bot_reasons is null
                ) as seen
                window visit as (partition by seen.key order by seen.timestamp, seen.id)
              ) as c
            ) as v
            where v.timestamp >= %2$L::bigint and v.timestamp < %3$L::bigint
          ) as w
          -- one sort instead of one for each walk
          order by w.key, w.person_id, w.first_position, w.position
        ) as r
        group by r.key, r.person_id, r.first_position
      ) as visit
      where %5$s
    $query$,
    p_project_id, p_from, p_to,
    case when p_is_crossing then '+ 1800001' else '' end, case when p_is_crossing then 'visit.is_crossing' else 'true' end
  )
$$;
comment on function public.build_raw_visits is 'The SQL query of the visits in raw rows of a stretch, marked bots left out.';
revoke execute on function public.build_raw_visits from public, anon, authenticated;
grant execute on function public.build_raw_visits to service_role;

-- Origin of a visit, as text: few stand for many visits. Behind www. a host is what to_referrer_host makes a host of once more.
create function public.to_origin(p_referrer text, p_utm_source text, p_utm_medium text, p_utm_campaign text)
returns text
language plpgsql
immutable
security invoker
parallel safe
set search_path = ''
as $$
begin
  return jsonb_build_array(
    coalesce('www.' || public.to_referrer_host(p_referrer), ''),
    coalesce(p_utm_source, ''), coalesce(p_utm_medium, ''), coalesce(p_utm_campaign, '')
  )::text;
end
$$;
comment on function public.to_origin is 'What decides the channel of a session, as a JSON text: [host, utm_source, utm_medium, utm_campaign].';
revoke execute on function public.to_origin from public, anon, authenticated;
grant execute on function public.to_origin to service_role;

-- The visits of a slice that build_slice is about to end: slice_events and the numbers of people are there already.
create function public.build_slice_visits(p_slice_id integer, p_project_id integer, p_start bigint, p_end bigint)
returns void
language plpgsql volatile security invoker set search_path = ''
set jit = off
set work_mem = '64MB'
set plan_cache_mode = force_custom_plan
as $$
declare
  c_symbols constant integer := 1111994;
  v_next    integer;
begin
  -- Names that nothing has any more go: what was erased leaves none behind. Of very many they go once a day.
  delete from public.visit_symbols as known
  where
    known.project_id = p_project_id
    and (
      exists (select from public.slices as slice where slice.id = p_slice_id and slice.timezone is not null)
      or (select count(*) from public.visit_symbols as other where other.project_id = p_project_id) < 2000
    )
    and public.to_visit_symbol(known.number) not in (
      select each.symbol
      from public.slices as slice
      inner join public.slice_visits as held on held.slice_id = slice.id
      cross join lateral string_to_table(held.symbols, null) as each (symbol)
      where slice.project_id = p_project_id
    );

  select coalesce(max(known.number) + 1, 0) into v_next from public.visit_symbols as known where known.project_id = p_project_id;
  insert into public.visit_symbols (project_id, number, is_page, value)
  select p_project_id, v_next + row_number() over (order by fresh.count desc, fresh.is_page, fresh.value) - 1, fresh.is_page, fresh.value
  from (
    select named.is_page, named.value, sum(cardinality(held.people)) as count
    from public.slice_events as held
    cross join lateral (values (false, held.event), (true, held.route)) as named (is_page, value)
    where held.slice_id = p_slice_id and not held.is_conversion and named.value is not null
    group by named.is_page, named.value
  ) as fresh
  where not exists (
    select
    from public.visit_symbols as known
    where known.project_id = p_project_id and known.is_page = fresh.is_page and known.value = fresh.value
  );
  -- More names than characters: the slice knows nothing of visits.
  if (select max(known.number) from public.visit_symbols as known where known.project_id = p_project_id) >= c_symbols then
    delete from public.visit_symbols as known where known.project_id = p_project_id and known.number >= v_next;
    return;
  end if;

  execute format(
    $query$
      with
      symbol as materialized (
        select known.number, known.is_page, known.value, public.to_visit_symbol(known.number) as symbol
        from public.visit_symbols as known
        where known.project_id = %1$L::integer
      ),
      cut as materialized (%2$s),
      origin as materialized (
        select
          o.*, public.to_origin(o.referrer, o.utm_source, o.utm_medium, o.utm_campaign) as origin,
          row_number() over () as number
        from (
          select distinct
            coalesce(c.referrer, '') as referrer, coalesce(c.utm_source, '') as utm_source,
            coalesce(c.utm_medium, '') as utm_medium, coalesce(c.utm_campaign, '') as utm_campaign
          from cut as c
        ) as o
      ),
      named as materialized (
        select n.origin, row_number() over (order by n.origin)::integer as number
        from (select distinct o.origin from origin as o) as n
      ),
      visit as materialized (
        select
          not (c.is_begun and c.end_ms < %4$L::bigint - 1800000) as is_loose,
          c.key, c.is_begun, known.number as person, (c.start_ms - %3$L::bigint)::integer as start,
          (c.end_ms - c.start_ms)::integer as length, c.events, n.number as origin_number, n.origin,
          c.event_walk, c.page_walk, c.walk
        from cut as c
        inner join public.person_numbers as known on known.project_id = %1$L::integer and known.person_id = c.person_id
        inner join origin as o
          on o.referrer = coalesce(c.referrer, '') and o.utm_source = coalesce(c.utm_source, '')
          and o.utm_medium = coalesce(c.utm_medium, '') and o.utm_campaign = coalesce(c.utm_campaign, '')
        inner join named as n on n.origin = o.origin
        order by is_loose, length, c.event_walk, person
      ),
      page as (
        select
          e.is_loose, e.page,
          count(*) filter (where e.is_entry) as entries, count(*) filter (where e.is_entry and e.events = 1) as entry_bounces,
          count(*) filter (where not e.is_entry) as exits, count(*) filter (where not e.is_entry and e.events = 1) as exit_bounces
        from (
          select v.is_loose, left(v.page_walk, 1) as page, true as is_entry, v.events from visit as v
          union all
          select v.is_loose, right(v.page_walk, 1), false, v.events from visit as v
        ) as e
        where e.page <> ''
        group by e.is_loose, e.page
      ),
      bucket as (
        select v.is_loose, width_bucket(v.length, public.get_visit_lengths()) as bucket, count(*) as count
        from visit as v
        group by 1, 2
      ),
      stored as (
        insert into public.slice_visits (
          slice_id, is_loose, visit_count, bounce_count, event_sum, length_sum, symbols, length_counts,
          pages, entries, entry_bounces, exits, exit_bounces,
          origins, keys, begun, people, starts, lengths, events, origin_numbers, event_walks, page_walks, walks
        )
        select
          %5$L::integer, kind.is_loose, coalesce(v.visit_count, 0), coalesce(v.bounce_count, 0),
          coalesce(v.event_sum, 0), coalesce(v.length_sum, 0),
          (
            select coalesce(string_agg(distinct each.symbol, ''), '')
            from visit as seen
            cross join lateral string_to_table(seen.walk, null) as each (symbol)
            where seen.is_loose = kind.is_loose and each.symbol not in ('!', '"')
          ),
          array(
            select coalesce(b.count, 0)::integer
            from generate_series(1, cardinality(public.get_visit_lengths()) + 1) as i (place)
            left join bucket as b on b.bucket = i.place - 1 and b.is_loose = kind.is_loose
            order by i.place
          ),
          coalesce(p.pages, '{}'), coalesce(p.entries, '{}'), coalesce(p.entry_bounces, '{}'),
          coalesce(p.exits, '{}'), coalesce(p.exit_bounces, '{}'),
          array(select n.origin from named as n order by n.number),
          coalesce(v.keys, '{}'), coalesce(v.begun, '{}'), coalesce(v.people, '{}'), coalesce(v.starts, '{}'),
          coalesce(v.lengths, '{}'), coalesce(v.events, '{}'), coalesce(v.origin_numbers, '{}'),
          coalesce(v.event_walks, '{}'), coalesce(v.page_walks, '{}'), coalesce(v.walks, '{}')
        from (values (false), (true)) as kind (is_loose)
        left join (
          select
            o.is_loose, count(*) as visit_count, count(*) filter (where o.events = 1) as bounce_count,
            sum(o.events) as event_sum, sum(o.length) as length_sum,
            array_agg(o.key) filter (where o.is_loose) as keys, array_agg(o.is_begun) filter (where o.is_loose) as begun,
            array_agg(o.person) as people, array_agg(o.start) as starts, array_agg(o.length) as lengths,
            array_agg(o.events) as events, array_agg(o.origin_number) as origin_numbers,
            array_agg(o.event_walk) as event_walks, array_agg(o.page_walk) as page_walks, array_agg(o.walk) as walks
          -- one sort instead of one for each array
          from (select v.* from visit as v order by v.is_loose, v.length, v.event_walk, v.person) as o
          group by o.is_loose
        ) as v on v.is_loose = kind.is_loose
        left join (
          select
            page.is_loose, array_agg(page.page order by page.page) as pages,
            array_agg(page.entries::integer order by page.page) as entries,
            array_agg(page.entry_bounces::integer order by page.page) as entry_bounces,
            array_agg(page.exits::integer order by page.page) as exits,
            array_agg(page.exit_bounces::integer order by page.page) as exit_bounces
          from page
          group by page.is_loose
        ) as p on p.is_loose = kind.is_loose
      ),
      chunk as materialized (
        select
          v.origin, v.person >> 15 as chunk, count(*) as session_count, sum(v.events) as event_count,
          array_agg(distinct v.person) as numbers
        from visit as v
        where not v.is_loose
        group by v.origin, v.person >> 15
      )
      insert into public.slice_origins (slice_id, origin, chunk, session_count, event_count, numbers, people)
      select %5$L::integer, c.origin, c.chunk, 0, 0, null, public.to_people(c.numbers)
      from chunk as c
      where cardinality(c.numbers) >= 16
      union all
      select
        %5$L::integer, c.origin, -1, sum(c.session_count), sum(c.event_count),
        coalesce(array_agg(c.number order by c.number) filter (where c.number is not null), '{}'), null
      from (
        select t.origin, t.session_count, t.event_count, null::integer as number from chunk as t
        union all
        select t.origin, 0, 0, unnest(t.numbers) from chunk as t where cardinality(t.numbers) < 16
      ) as c
      group by c.origin
    $query$,
    p_project_id, public.build_raw_visits(p_project_id, p_start, p_end), p_start, p_end, p_slice_id
  );
end
$$;
comment on function public.build_slice_visits is 'Stores the visits of a slice. Part of build_slice.';
revoke execute on function public.build_slice_visits from public, anon, authenticated;
grant execute on function public.build_slice_visits to service_role;
