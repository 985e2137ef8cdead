-- Purpose: who did what in which interval, as sets of people that lead back to their members.   Reversible: drop function.

-- Questions about everybody, or about one event, are answered by sets alone.
create function public.is_about_everybody(p_filters jsonb, p_include_bots boolean)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select not p_include_bots and not exists (
    select from jsonb_each(coalesce(p_filters, '{}')) as f where f.value <> 'null' and f.key not in ('event', 'now')
  )
$$;
comment on function public.is_about_everybody is 'Whether filters leave no row out but by its event.';
revoke execute on function public.is_about_everybody from public, anon, authenticated;
grant execute on function public.is_about_everybody to service_role;

-- The rows of slices in a stretch of time, one by one: (event, timestamp, person).
create function public.build_rows_of_slices(
  p_slices    integer[],
  p_stretch   int8multirange,
  p_event     text, -- an expression of slice_events as e
  p_condition text  -- on slice_events as e
)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select format(
    $rows$
      select held.event, held.start_ms + hit.offset_ms as timestamp, hit.person::bigint as person
      from (
        select
          %1$s as event, slice.start_ms, inside.stretch, e.people, e.offsets,
          int8multirange(range_merge(inside.stretch)) = inside.stretch as is_one
        from public.slices as slice
        inner join public.slice_events as e on e.slice_id = slice.id
        cross join lateral (
          select int8multirange(int8range(slice.start_ms, slice.end_ms)) * %2$L::int8multirange as stretch offset 0
        ) as inside
        where slice.id = any (%3$L::integer[]) and not isempty(inside.stretch) and not e.is_conversion and %4$s
      ) as held
      cross join lateral unnest(held.people, held.offsets) as hit (person, offset_ms)
      where
        hit.person >= 0
        and hit.offset_ms >= lower(held.stretch) - held.start_ms
        and hit.offset_ms < upper(held.stretch) - held.start_ms
        and (held.is_one or held.start_ms + hit.offset_ms <@ held.stretch)
    $rows$,
    p_event, p_stretch, p_slices, p_condition
  )
$$;
comment on function public.build_rows_of_slices is 'The SQL query of the rows of slices in a stretch of time.';
revoke execute on function public.build_rows_of_slices from public, anon, authenticated;
grant execute on function public.build_rows_of_slices to service_role;

-- A list of common table expressions, to be embedded after `with`: in each interval of p_bounds (positions from 1) the people of
-- each event. A member is an event and a person in one number, (event << 31) + number; member >> 15 is the cell, an event and a
-- chunk of people. Sets are bit strings: bit member & 32767.
--   name (event, name)                  events by number from 0
--   fresh (person, number)              who has no number yet, with one of this query; person as in build_step_hits
--   whole_use (event, position, uses)   rows with a person in whole slices
--   loose_use (member, position, uses)  the others
--   thick (cell, position, people)      sets
--   thin (member, position)             members besides
--   mixed (position)                    those of more than one source: a member may be in both, and more than once
-- p_events: null for every event whose name does not begin with $; '*' is any event. What slices do not know (filters by columns,
-- segments, bots) comes from build_step_hits, of at most 30 events, and no null.
create function public.build_people_sets(
  p_project_id   integer,
  p_bounds       bigint[], -- ms, ascending, two or more
  p_events       text[],
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_from   bigint := p_bounds[1];
  v_to     bigint := p_bounds[cardinality(p_bounds)];
  v_base   integer := (select coalesce(max(known.number), -1) + 1 from public.person_numbers as known where known.project_id = p_project_id);
  v_only   text := nullif(p_filters ->> 'event', 'null');
  v_match  text := 'false'; -- which rows of slices count
  v_event  text := '0';     -- the number of such a row's event
  v_plan   record;
  v_hours  record;
  v_whole  record;
  v_held   record;
  v_days   integer[] := '{}'; -- slices whose own sets are read, and spans instead of the others, with their positions
  v_spans  integer[] := '{}';
  v_places integer[] := '{}';
  v_hits   text; -- (event, timestamp, person)
  v_sets   text; -- (slice_id, event, position, chunk, people, numbers)
begin
  select * into v_plan from public.get_slice_plan(p_project_id, v_from, v_to, p_bounds);
  if not public.is_about_everybody(p_filters, p_include_bots) then
    v_plan.wholes := '{}';
    v_plan.parts := '{}';
    v_hits := format(
      $hits$
        select step.number as event, h.timestamp, h.person
        from (%s) as h
        inner join generate_series(0, %s) as step (number) on h.mask & (1 << step.number) <> 0
      $hits$,
      public.build_step_hits(
        p_project_id, v_from, v_to,
        (select jsonb_agg(jsonb_build_object('event', each.name) order by each.position)
         from unnest(p_events) with ordinality as each (name, position)),
        p_filters, p_include_bots
      ),
      cardinality(p_events) - 1
    );
  else
    p_events := case when p_events = array['*'] and v_only is not null then array[v_only] else p_events end;
    if p_events = array['*'] then
      v_match := 'true';
    else
      if p_events is null then
        execute format(
          $names$
            select array_agg(distinct held.event)
            from (
              select e.event from public.slice_events as e where e.slice_id = any ($1) and not e.is_conversion
              union all
              %s
            ) as held
            where held.event not like '$%%'
          $names$,
          public.build_gap_rows(p_project_id, v_plan.gaps, 'user_events', 'e.event', 'true')
        )
        into p_events
        using v_plan.wholes || v_plan.parts;
      end if;
      p_events := array(select n.name from unnest(p_events) as n (name) where v_only is null or n.name = v_only);
      v_match := format('e.event = any (%L::text[])', p_events);
      v_event := format('array_position(%L::text[], e.event) - 1', p_events);
    end if;
    v_hits := public.build_gap_rows(
      p_project_id, v_plan.gaps, 'person_events',
      format('%s as event, e.timestamp, %s as person', v_event, public.build_person(p_project_id, v_base > 0)),
      'e.person_id is not null and e.bot_reasons is null and ' || v_match
    );
  end if;
  -- Only of any event are there sets by the hour.
  select * into v_hours
  from public.get_slice_hours(case when p_events = array['*'] then v_plan.parts else '{}' end, v_from, v_to, p_bounds);
  if v_plan.parts <> '{}' then
    v_hits := v_hits || ' union all ' || public.build_rows_of_slices(
      v_plan.parts,
      case when p_events = array['*'] then v_hours.rest else int8multirange(int8range(v_from, greatest(v_from, v_to))) end,
      v_event, v_match
    );
  end if;
  for v_whole in
    select width_bucket(slice.start_ms, p_bounds) as position, array_agg(slice.id order by slice.start_ms) as ids
    from public.slices as slice
    where slice.id = any (v_plan.wholes)
    group by 1
  loop
    select * into v_held from public.get_spans(p_project_id, v_whole.ids);
    v_days := v_days || v_held.slices;
    v_spans := v_spans || v_held.spans;
    v_places := v_places || array_fill(v_whole.position, array[cardinality(v_held.spans)]);
  end loop;
  v_sets := format(
    $sets$
      select slice.id as slice_id, %1$s as event, width_bucket(slice.start_ms, %2$L::bigint[]) as position, e.chunk, e.people, e.numbers
      from public.slices as slice
      inner join (
        select held.slice_id, held.value as event, held.chunk, held.people, held.numbers
        from public.slice_people as held
        where held.slice_id = any (%3$L::integer[]) and held.dim = %4$L
      ) as e on e.slice_id = slice.id
      where slice.id = any (%3$L::integer[]) and %5$s
      union all
      select -e.span_id, %1$s, span.position, e.chunk, e.people, e.numbers
      from unnest(%9$L::integer[], %10$L::integer[]) as span (id, position)
      inner join (
        select held.span_id, held.value as event, held.chunk, held.people, held.numbers
        from public.span_people as held
        where held.span_id = any (%9$L::integer[]) and held.dim = %4$L
      ) as e on e.span_id = span.id
      where %5$s
      union all
      select null, 0, width_bucket(hour.start_ms, %2$L::bigint[]), held.chunk, held.people, held.numbers
      from unnest(%6$L::integer[], %7$L::text[], %8$L::bigint[]) as hour (slice_id, value, start_ms)
      inner join public.slice_people as held on held.slice_id = hour.slice_id and held.value = hour.value
      where held.slice_id = any (%6$L::integer[]) and held.dim = 'hour'
    $sets$,
    v_event, p_bounds, v_days, case when p_events = array['*'] then 'any' else 'event' end, v_match,
    v_hours.slices, v_hours.hours, v_hours.starts, v_spans, v_places
  );
  return format(
    $query$
      name as (select (n.position - 1)::integer as event, n.name from unnest(%5$L::text[]) with ordinality as n (name, position)),
      whole_use as (
        select
          %6$s as event, width_bucket(slice.start_ms, %2$L::bigint[]) as position,
          -- -1 stands for rows without a person
          cardinality(e.people) - cardinality(array_positions(e.people, -1)) as uses
        from public.slices as slice
        inner join public.slice_events as e on e.slice_id = slice.id
        where slice.id = any (%7$L::integer[]) and not e.is_conversion and %8$s
      ),
      set_of_slice as materialized (
        select (s.event::bigint << 16) + s.chunk as cell, s.event, s.slice_id, s.position, s.people, s.numbers from (%1$s) as s
      ),
      hit as materialized (
        select h.event, width_bucket(h.timestamp, %2$L::bigint[]) as position, h.person, count(*) as uses
        from (%3$s) as h
        group by 1, 2, 3
      ),
      fresh as materialized (
        select p.person, (%4$s + row_number() over () - 1)::integer as number
        from (select distinct h.person from hit as h where h.person not between 0 and %4$s - 1) as p
      ),
      loose_use as materialized (
        select (h.event::bigint << 31) + coalesce(f.number, h.person) as member, h.position, h.uses
        from hit as h
        left join fresh as f on f.person = h.person
      ),
      thick as materialized (
        select s.cell, s.position, bit_or(s.people) as people
        from set_of_slice as s
        where s.people is not null
        group by s.cell, s.position
      ),
      thin as materialized (
        select l.member, l.position from loose_use as l
        union all
        select (s.event::bigint << 31) + unnest(s.numbers), s.position from set_of_slice as s where s.numbers is not null
      ),
      mixed as (
        select source.position
        from (
          select distinct s.slice_id, s.position from set_of_slice as s
          union all
          select distinct 0, l.position from loose_use as l
        ) as source
        group by source.position
        -- hours, of which a position has any number, have no slice of their own
        having count(*) > 1 or bool_or(source.slice_id is null)
      )
    $query$,
    v_sets, p_bounds, v_hits, v_base, p_events, v_event, v_plan.wholes, v_match
  );
end
$$;
comment on function public.build_people_sets is
  'Common table expressions name, fresh, whole_use, loose_use, thick and thin: the people of each event in each interval, as sets and besides.';
revoke execute on function public.build_people_sets from public, anon, authenticated;
grant execute on function public.build_people_sets to service_role;

-- The members of one set, as bits count them: 0..32767, ascending. Looking at each bit takes 40 times as long.
create function public.get_places(p_people bit(32768))
returns table (place integer)
language sql
immutable
security invoker
parallel safe
set search_path = ''
as $$
  select held.place::integer
  from (
    select sum(length(part.zeros) + 1) over (order by part.number) - 1 as place
    from string_to_table(p_people::text, '1') with ordinality as part (zeros, number)
  ) as held
  -- after the last one come zeros, too
  where held.place < 32768
$$;
comment on function public.get_places is 'The numbers of the bits that are set.';
revoke execute on function public.get_places from public, anon, authenticated;
grant execute on function public.get_places to service_role;

-- Counting in binary, everybody of a chunk at once: a set is added digit by digit, as one adds on paper. Then, from the highest
-- digit down, each set falls into those without the digit and those with it.
create function public.get_people_by_count(p_sets bit(32768)[])
returns table (times integer, people bit(32768))
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  c_nobody constant bit(32768) := repeat('0', 32768)::bit(32768);
  v_digits bit(32768)[] := '{}';
  v_carry  bit(32768);
  v_both   bit(32768);
  v_sets   bit(32768)[];
  v_times  integer[] := '{0}';
  v_halves bit(32768)[];
  v_counts integer[];
  v_half   bit(32768);
begin
  v_sets := array[~c_nobody];
  foreach v_carry in array p_sets loop
    for v_digit in 1..cardinality(v_digits) + 1 loop
      exit when v_carry = c_nobody;
      v_both := coalesce(v_digits[v_digit], c_nobody) & v_carry;
      v_digits[v_digit] := coalesce(v_digits[v_digit], c_nobody) # v_carry;
      v_carry := v_both;
    end loop;
  end loop;
  for v_digit in reverse cardinality(v_digits)..1 loop
    v_halves := '{}';
    v_counts := '{}';
    for v_each in 1..cardinality(v_sets) loop
      v_half := v_sets[v_each] & ~v_digits[v_digit];
      if v_half <> c_nobody then
        v_halves := v_halves || v_half;
        v_counts := v_counts || 2 * v_times[v_each];
      end if;
      v_half := v_sets[v_each] & v_digits[v_digit];
      if v_half <> c_nobody then
        v_halves := v_halves || v_half;
        v_counts := v_counts || 2 * v_times[v_each] + 1;
      end if;
    end loop;
    v_sets := v_halves;
    v_times := v_counts;
  end loop;
  return query
    select each.times, each.people
    from unnest(v_times, v_sets) as each (times, people)
    where each.times > 0;
end
$$;
comment on function public.get_people_by_count is 'Who is in exactly so many of these sets, from 1 on; no row where nobody is.';
revoke execute on function public.get_people_by_count from public, anon, authenticated;
grant execute on function public.get_people_by_count to service_role;
