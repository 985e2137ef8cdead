-- Purpose: which features are used, by how many, and how soon and how often.   Reversible: drop function.
-- Uses are rows with a person. "Ever" is as far back as rows are kept; the filters hold for that, too.

create function public.count_people(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb, p_include_bots boolean)
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_people bigint;
begin
  execute format(
    $query$
      with %s
      select
        (select coalesce(sum(bit_count(t.people)), 0) from thick as t)
        + (
          select count(*)
          from (select distinct t.member from thin as t) as t
          left join (select k.cell, k.people | repeat('0', 32768)::bit(32768) as people from thick as k offset 0) as k
            on k.cell = t.member >> 15
          where k.people is null or get_bit(k.people, (t.member & 32767)::integer) = 0
        )
    $query$,
    public.build_people_sets(p_project_id, array[p_from, p_to], '{*}', p_filters, p_include_bots)
  )
  into v_people;
  return v_people;
end
$$;
comment on function public.count_people is 'Distinct people with a row in [p_from, p_to) that passes the filters.';
revoke execute on function public.count_people from public, anon, authenticated;
grant execute on function public.count_people to service_role;

-- One feature per event whose name does not begin with `$`; the 30 with most people, ties by name. trend: people per local day.
-- → { days: [instants], activePeople, omitted, features: [{ value, uses, people, firstUsePeople, repeatPeople, trend }] }
create function public.get_features(
  p_project_id   integer,
  p_from         bigint,     -- ms, inclusive
  p_to           bigint,     -- ms, exclusive
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
-- A store without statistics expects a handful of people and would compare each with each.
set enable_nestloop = off
set enable_mergejoin = off
set enable_sort = off
set jit = off
set work_mem = '64MB'
as $$
declare
  v_days   bigint[] := public.get_time_bounds(p_from, p_to, 'day', p_timezone);
  v_names  text[]; -- null for all
  v_known  integer;
  v_active bigint;
  v_answer jsonb;
begin
  v_days := v_days[:cardinality(v_days) - 1];
  v_active := public.count_people(p_project_id, p_from, p_to, p_filters - 'event', p_include_bots);
  if not public.is_about_everybody(p_filters, p_include_bots) then
    select array_agg(t.event order by t.rank) filter (where t.rank <= 30), count(*)
    into v_names, v_known
    from (
      select e.event, row_number() over (order by e.people desc, e.event collate "C") as rank
      from public.get_top_events(p_project_id, p_from, p_to, p_filters, p_include_bots, 10000) as e
      where e.event not like '$%' and e.people > 0
    ) as t;
    if v_names is null then
      return jsonb_build_object('days', v_days, 'activePeople', v_active, 'omitted', 0, 'features', '[]'::jsonb);
    end if;
  end if;
  execute format(
    $query$
      with
      -- position 1 is the time before the range
      %1$s,
      earlier as materialized (
        select e.cell, bit_or(e.people) | repeat('0', 32768)::bit(32768) as people
        from (
          select t.cell, t.people from thick as t where t.position = 1
          union all
          select t.member >> 15, public.to_people(array_agg((t.member & 32767)::integer))
          from thin as t
          where t.position = 1
          group by t.member >> 15
        ) as e
        group by e.cell
      ),
      -- once for each day, and only who is in no set of it
      thin_day as materialized (
        select t.member, t.position
        from thin as t
        where t.position > 1 and t.position not in (select m.position from mixed as m)
        union all
        select t.member, t.position
        from (
          select distinct t.member, t.position
          from thin as t
          where t.position > 1 and t.position in (select m.position from mixed as m)
        ) as t
        left join (
          select k.cell, k.position, k.people | repeat('0', 32768)::bit(32768) as people
          from thick as k
          where k.position > 1 and k.position in (select m.position from mixed as m)
          offset 0
        ) as k on k.position = t.position and k.cell = t.member >> 15
        where k.people is null or get_bit(k.people, (t.member & 32767)::integer) = 0
      ),
      thick_use as materialized (
        -- an OR with nobody takes a set of one day out of its storage, once and not for each person
        select d.cell, bit_or(d.people) | repeat('0', 32768)::bit(32768) as people, bit_or(d.people & d.before) as again
        from (
          select
            t.cell, t.people,
            bit_or(t.people) over (
              partition by t.cell order by t.position rows between unbounded preceding and 1 preceding
            ) as before
          from thick as t
          where t.position > 1
        ) as d
        group by d.cell
      ),
      -- who is in no set of some day may be in that of another day, or of the time before
      thin_use as (
        select
          m.event, m.days, m.is_thick, m.is_thick_again, coalesce(get_bit(e.people, m.place), 0) = 1 as is_earlier
        from (
          select
            m.event, m.cell, m.place, m.days,
            coalesce(get_bit(t.people, m.place), 0) = 1 as is_thick, coalesce(get_bit(t.again, m.place), 0) = 1 as is_thick_again
          from (
            select
              t.member >> 31 as event, t.member >> 15 as cell, (t.member & 32767)::integer as place, count(*) as days
            from thin_day as t
            group by t.member
          ) as m
          left join thick_use as t on t.cell = m.cell
          -- so that what goes on to the next join is narrow
          offset 0
        ) as m
        left join earlier as e on e.cell = m.cell
      ),
      feature as materialized (
        select
          n.name, c.event, c.people, c.first_use_people, c.repeat_people,
          row_number() over (order by c.people desc, n.name collate "C") as rank
        from (
          select
            c.event, sum(c.people) as people, sum(c.first_use_people) as first_use_people, sum(c.repeat_people) as repeat_people
          from (
            select
              t.cell >> 16 as event, bit_count(t.people) as people, coalesce(bit_count(t.again), 0) as repeat_people,
              bit_count(t.people) - coalesce(bit_count(t.people & e.people), 0) as first_use_people
            from thick_use as t
            left join earlier as e on e.cell = t.cell
            union all
            select
              t.event,
              count(*) filter (where not t.is_thick),
              count(*) filter (where not t.is_thick_again and (t.days > 1 or t.is_thick)),
              count(*) filter (where not t.is_thick and not t.is_earlier)
            from thin_use as t
            group by t.event
          ) as c
          group by c.event
        ) as c
        inner join name as n on n.event = c.event
      ),
      trend as materialized (
        select c.event, c.position, sum(c.people) as people
        from (
          select t.cell >> 16 as event, t.position, bit_count(t.people) as people from thick as t
          union all
          select t.member >> 31, t.position, 1 from thin_day as t
        ) as c
        where c.position > 1
        group by c.event, c.position
      ),
      trends as materialized (
        select f.event, jsonb_agg(coalesce(t.people, 0) order by p.position) as people
        from feature as f
        cross join generate_series(2, $1 + 1) as p (position)
        left join trend as t on t.event = f.event and t.position = p.position
        where f.rank <= 30
        group by f.event
      ),
      uses as materialized (
        select c.event, sum(c.uses)::bigint as uses
        from (
          select w.event, w.uses from whole_use as w where w.position > 1
          union all
          select l.member >> 31, l.uses from loose_use as l where l.position > 1
        ) as c
        group by c.event
      )
      select
        coalesce($2, (select count(*) from feature)),
        jsonb_agg(
          jsonb_build_object(
            'value', f.name, 'uses', u.uses, 'people', f.people,
            'firstUsePeople', f.first_use_people, 'repeatPeople', f.repeat_people, 'trend', t.people
          ) order by f.rank
        )
      from feature as f
      inner join uses as u on u.event = f.event
      inner join trends as t on t.event = f.event
    $query$,
    public.build_people_sets(
      p_project_id, array[-62135596800000, p_from] || v_days[2:] || p_to, v_names, p_filters, p_include_bots
    )
  )
  into v_known, v_answer
  using cardinality(v_days), v_known;
  return jsonb_build_object(
    'days', v_days, 'activePeople', v_active, 'omitted', greatest(v_known - 30, 0), 'features', coalesce(v_answer, '[]')
  );
end
$$;

comment on function public.get_features is 'The most used features with people, first and repeated use, and their people per local day.';
revoke execute on function public.get_features from public, anon, authenticated;
grant execute on function public.get_features to service_role;

-- The same by the values of one property (a key of build_value) of the event that the filters name; ties by the value's text.
create function public.get_feature_values(
  p_project_id   integer,
  p_from         bigint,     -- ms, inclusive
  p_to           bigint,     -- ms, exclusive
  p_timezone     text,
  p_property     text,
  p_filters      jsonb,
  p_include_bots boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
set work_mem = '64MB'
as $$
declare
  v_days   bigint[] := public.get_time_bounds(p_from, p_to, 'day', p_timezone);
  v_active bigint;
  v_known  integer;
  v_answer jsonb;
begin
  v_days := v_days[:cardinality(v_days) - 1];
  v_active := public.count_people(p_project_id, p_from, p_to, p_filters - 'event', p_include_bots);
  execute format(
    $query$
      with
      -- day 0 is the time before the range
      person_day as materialized (
        select
          coalesce(%1$s, 'null') as value, e.person_id, count(*) as uses,
          case when e.timestamp < $2 then 0 else width_bucket(e.timestamp, $3) end as day
        from public.person_events as e
        where
          e.project_id = $1
          and e.timestamp < $4
          and e.person_id is not null
          and %2$s
          and %3$s
        group by 1, 2, 4
      ),
      person as (
        select
          d.value, d.person_id, sum(d.uses) filter (where d.day > 0) as uses,
          count(*) filter (where d.day > 0) as days, min(d.day) as first_day
        from person_day as d
        group by d.value, d.person_id
        having max(d.day) > 0
      ),
      feature as (
        select
          p.value, sum(p.uses) as uses, count(*) as people, count(*) filter (where p.first_day > 0) as first_use_people,
          count(*) filter (where p.days > 1) as repeat_people,
          row_number() over (order by count(*) desc, p.value::text collate "C") as rank
        from person as p
        group by p.value
      ),
      trend as materialized (
        select d.value, d.day, count(*) as people
        from person_day as d
        inner join feature as f on f.value = d.value and f.rank <= 30
        where d.day > 0
        group by d.value, d.day
      )
      select
        (select count(*) from feature),
        jsonb_agg(
          jsonb_build_object(
            'value', f.value, 'uses', f.uses, 'people', f.people,
            'firstUsePeople', f.first_use_people, 'repeatPeople', f.repeat_people,
            'trend', (
              select jsonb_agg(coalesce(t.people, 0) order by p.day)
              from generate_series(1, cardinality($3)) as p (day)
              left join trend as t on t.value = f.value and t.day = p.day
            )
          ) order by f.rank
        )
      from feature as f
      where f.rank <= 30
    $query$,
    public.build_value(p_property),
    case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
    public.build_filter(p_project_id, p_filters)
  )
  into v_known, v_answer
  using p_project_id, p_from, v_days, p_to;
  return jsonb_build_object(
    'days', v_days, 'activePeople', v_active, 'omitted', greatest(0, v_known - 30), 'features', coalesce(v_answer, '[]')
  );
end
$$;

comment on function public.get_feature_values is 'get_features by the values of one property of an event.';
revoke execute on function public.get_feature_values from public, anon, authenticated;
grant execute on function public.get_feature_values to service_role;

-- What get_feature_usage asks where no filter leaves anybody out: common table expressions
--   user_of_it (person, uses, first_use, last_use)  of the uses in [p_from, p_to)
--   newcomer (person, first_use)                    those of them who did not use it before
--   first_seen (person, timestamp)                  of newcomers
-- Slices know the uses of an event and when each person first came; the uses of a value are raw rows.
create function public.build_usage(
  p_project_id integer,
  p_from       bigint,
  p_to         bigint,
  p_event      text,
  p_property   text, -- or null
  p_value      jsonb
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  c_ever constant bigint := -62135596800000;
  v_life record;
  v_plan record;
  v_who  text := 'e.person_id is not null and e.bot_reasons is null';
  v_use  text;
begin
  if p_property is null then
    select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
    v_use := format(
      $use$
        %1$s,
        user_of_it as materialized (
          select u.person, count(*) as uses, min(u.timestamp) as first_use, max(u.timestamp) as last_use
          from (%2$s union all %3$s) as u (event, timestamp, person)
          group by u.person
        ),
        -- taken out of their storage once, not for each person
        thick_set as materialized (select t.cell, t.people | repeat('0', 32768)::bit(32768) as people from thick as t),
        earlier_user as (
          select u.person
          from (
            select u.person, coalesce(f.number, u.person) as number
            from user_of_it as u
            left join fresh as f on f.person = u.person
          ) as u
          inner join thick_set as k on k.cell = u.number >> 15
          where get_bit(k.people, (u.number & 32767)::integer) = 1
          union all
          select coalesce(f.person, t.member)
          from thin as t
          left join fresh as f on f.number = t.member
        ),
      $use$,
      public.build_people_sets(p_project_id, array[c_ever, p_from], array[p_event]),
      public.build_gap_rows(
        p_project_id, v_plan.gaps, 'person_events',
        'e.event, e.timestamp, ' || public.build_person(p_project_id, true), format('%s and e.event = %L', v_who, p_event)
      ),
      public.build_rows_of_slices(
        v_plan.wholes || v_plan.parts, int8multirange(int8range(p_from, greatest(p_from, p_to))),
        'e.event', format('e.event = %L', p_event)
      )
    );
  else
    v_use := format(
      $use$
        user_of_it as materialized (
          select coalesce(known.number, u.person_id) as person, u.uses, u.first_use, u.last_use, u.is_earlier
          from (
            select
              e.person_id, count(*) filter (where e.timestamp >= %1$L::bigint) as uses,
              min(e.timestamp) filter (where e.timestamp >= %1$L::bigint) as first_use, max(e.timestamp) as last_use,
              min(e.timestamp) < %1$L::bigint as is_earlier
            from public.person_events as e
            where
              e.project_id = %2$L::integer and e.timestamp < %3$L::bigint and %4$s
              and e.event = %5$L and coalesce(%6$s, 'null') = %7$L::jsonb
            group by e.person_id
          ) as u
          left join public.person_numbers as known on known.project_id = %2$L::integer and known.person_id = u.person_id
          where u.last_use >= %1$L::bigint
        ),
        earlier_user as (select u.person from user_of_it as u where u.is_earlier),
      $use$,
      p_from, p_project_id, p_to, v_who, p_event, public.build_value(p_property), coalesce(p_value, 'null')
    );
  end if;
  select * into v_life from public.get_slice_plan(p_project_id, c_ever, p_to, array[c_ever, p_to]);
  return v_use || format(
    $life$
      newcomer as materialized (
        select u.person, u.first_use
        from user_of_it as u
        where not exists (select from earlier_user as e where e.person = u.person)
      ),
      newcomer_set as materialized (
        select n.person >> 15 as chunk, public.to_people(array_agg((n.person & 32767)::integer)) as people
        from newcomer as n
        where n.person between 0 and 2147483647
        group by n.person >> 15
      ),
      -- In which slice to look when somebody came first: of sets the first one that has the person, of numbers besides any.
      looked_up as (
        select f.slice_id, (f.chunk << 15) + each.place as number
        from (
          select
            s.slice_id, s.chunk,
            case when s.before is null then s.people & n.people else s.people & n.people & ~s.before end as people
          from (
            select
              held.slice_id, held.chunk::bigint as chunk, held.people,
              bit_or(held.people) over (
                partition by held.chunk order by slice.start_ms rows between unbounded preceding and 1 preceding
              ) as before
            from public.slices as slice
            inner join public.slice_people as held on held.slice_id = slice.id
            where slice.id = any (%1$L::integer[]) and held.dim = 'any' and held.chunk >= 0
          ) as s
          inner join newcomer_set as n on n.chunk = s.chunk
        ) as f
        cross join lateral public.get_places(f.people) as each
        where bit_count(f.people) > 0
        union all
        select t.slice_id, t.number
        from (
          select held.slice_id, unnest(held.numbers) as number
          from public.slice_people as held
          where held.slice_id = any (%1$L::integer[]) and held.dim = 'any' and held.chunk = -1
        ) as t
        where t.number in (select n.person from newcomer as n)
      ),
      first_seen as (
        select a.person, min(a.timestamp) as timestamp
        from (
          select l.number as person, held.start_ms + held.offsets[width_bucket(l.number::integer, held.people)] as timestamp
          from looked_up as l
          inner join (
            -- taken out of their storage once, not for each person
            select slice.id, slice.start_ms, came.people || '{}'::integer[] as people, came.offsets || '{}'::integer[] as offsets
            from public.slices as slice
            inner join public.slice_arrivals as came on came.slice_id = slice.id
            where slice.id = any (%1$L::integer[])
            offset 0
          ) as held on held.id = l.slice_id
          union all
          select h.person, h.timestamp
          from (%2$s union all %3$s) as h (event, timestamp, person)
          where h.person in (select n.person from newcomer as n)
        ) as a
        group by a.person
      )
    $life$,
    v_life.wholes,
    public.build_gap_rows(
      p_project_id, v_life.gaps, 'person_events', 'e.event, e.timestamp, ' || public.build_person(p_project_id, true), v_who
    ),
    public.build_rows_of_slices(v_life.parts, int8multirange(int8range(c_ever, greatest(c_ever, p_to))), 'e.event', 'true')
  );
end
$$;
comment on function public.build_usage is
  'Common table expressions user_of_it, newcomer and first_seen: the people of a feature, from slices.';
revoke execute on function public.build_usage from public, anon, authenticated;
grant execute on function public.build_usage to service_role;

-- The same under filters, which hold for all that is ever counted.
create function public.build_filtered_usage(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_event        text,
  p_property     text, -- or null
  p_value        jsonb,
  p_filters      jsonb,
  p_include_bots boolean
)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select format(
    $use$
      life as materialized (
        select
          h.person, min(h.timestamp) as first_seen,
          count(*) filter (where h.is_use and h.timestamp >= %2$L::bigint) as uses,
          min(h.timestamp) filter (where h.is_use and h.timestamp >= %2$L::bigint) as first_use,
          max(h.timestamp) filter (where h.is_use) as last_use,
          min(h.timestamp) filter (where h.is_use) < %2$L::bigint as is_earlier
        from (%1$s) as h
        group by h.person
      ),
      user_of_it as (select l.* from life as l where l.uses > 0),
      newcomer as (select u.person, u.first_use from user_of_it as u where not u.is_earlier),
      first_seen as (select l.person, l.first_seen as timestamp from life as l)
    $use$,
    case
      when p_property is null then format(
        'select h.person, h.timestamp, h.mask & 2 <> 0 as is_use from (%s) as h',
        public.build_step_hits(
          p_project_id, -62135596800000, p_to,
          jsonb_build_array(jsonb_build_object('event', '*'), jsonb_build_object('event', p_event)),
          p_filters, p_include_bots
        )
      )
      else format(
        $rows$
          select
            e.person_id as person, e.timestamp,
            e.event = %1$L and coalesce(%2$s, 'null') = %3$L::jsonb as is_use
          from public.person_events as e
          where
            e.project_id = %4$L::integer and e.timestamp < %5$L::bigint and e.person_id is not null and %6$s and %7$s
        $rows$,
        p_event, public.build_value(p_property), coalesce(p_value, 'null'), p_project_id, p_to,
        case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
        public.build_filter(p_project_id, p_filters)
      )
    end,
    p_from
  )
$$;
comment on function public.build_filtered_usage is 'Common table expressions user_of_it, newcomer and first_seen under filters.';
revoke execute on function public.build_filtered_usage from public, anon, authenticated;
grant execute on function public.build_filtered_usage to service_role;

-- How one feature is used: an event, or with p_property those of its rows where the property has p_value ('null': none).
-- Classes are numbered from 0 by their upper ends, inclusive; the last is open. Time to first use runs from a person's first
-- event ever; the median is the nearest rank.
-- → { uses, people, repeatUsePeople, repeatDayPeople, usesClasses: [people], firstUse: { people, medianMs, classes: [people] } }
create function public.get_feature_usage(
  p_project_id      integer,
  p_from            bigint,     -- ms, inclusive
  p_to              bigint,     -- ms, exclusive
  p_timezone        text,
  p_event           text,
  p_property        text,       -- or null
  p_value           jsonb,
  p_uses_classes    bigint[],
  p_first_use_classes bigint[],    -- ms
  p_filters         jsonb default '{}',
  p_include_bots    boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
-- A store without statistics expects a handful of people and would compare each with each.
set enable_nestloop = off
set enable_mergejoin = off
set jit = off
set work_mem = '64MB'
as $$
declare
  v_days   bigint[] := public.get_time_bounds(p_from, p_to, 'day', p_timezone);
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      %1$s,
      used as materialized (
        select u.uses, width_bucket(u.first_use, $1) <> width_bucket(u.last_use, $1) as is_on_days from user_of_it as u
      ),
      waited as materialized (
        select n.first_use - s.timestamp as ms from newcomer as n inner join first_seen as s on s.person = n.person
      )
      select jsonb_build_object(
        'uses', (select coalesce(sum(u.uses), 0) from used as u),
        'people', (select count(*) from used),
        'repeatUsePeople', (select count(*) from used as u where u.uses > 1),
        'repeatDayPeople', (select count(*) from used as u where u.is_on_days),
        'usesClasses', (
          select jsonb_agg(coalesce(u.people, 0) order by c.class)
          from generate_series(0, cardinality($2)) as c (class)
          left join (
            select width_bucket(u.uses - 1, $2) as class, count(*) as people from used as u group by 1
          ) as u on u.class = c.class
        ),
        'firstUse', jsonb_build_object(
          'people', (select count(*) from waited),
          'medianMs', (select percentile_disc(0.5) within group (order by w.ms) from waited as w),
          'classes', (
            select jsonb_agg(coalesce(w.people, 0) order by c.class)
            from generate_series(0, cardinality($3)) as c (class)
            left join (
              select width_bucket(w.ms - 1, $3) as class, count(*) as people from waited as w group by 1
            ) as w on w.class = c.class
          )
        )
      )
    $query$,
    case
      when public.is_about_everybody(p_filters - 'event', p_include_bots)
        then public.build_usage(p_project_id, p_from, p_to, p_event, p_property, p_value)
      else public.build_filtered_usage(
        p_project_id, p_from, p_to, p_event, p_property, p_value, p_filters - 'event', p_include_bots
      )
    end
  )
  into v_answer
  using v_days, p_uses_classes, p_first_use_classes;
  return v_answer;
end
$$;

comment on function public.get_feature_usage is 'How often people use one feature, on how many days, and how long after their first event they began.';
revoke execute on function public.get_feature_usage from public, anon, authenticated;
grant execute on function public.get_feature_usage to service_role;
