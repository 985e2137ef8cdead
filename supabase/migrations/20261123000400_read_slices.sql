-- Purpose: read slices where they are clean and raw rows elsewhere, in one snapshot.   Reversible: the definitions before.
-- Whoever embeds the text of a build_* function is a stable function, called by one statement: then what the text was made by
-- (which slices are clean) and what it reads are of the same snapshot.

-- What answers [p_from, p_to): wholes are ids of slices that lie in one of the intervals of p_bounds, parts of those of which
-- only some rows count, gaps what only raw rows know. Whole days before hours, hours before a part of a day, where they are kept.
-- The three never overlap and leave nothing out.
create function public.get_slice_plan(
  p_project_id integer,
  p_from       bigint,   -- ms, inclusive
  p_to         bigint,   -- ms, exclusive
  p_bounds     bigint[], -- ascending, from p_from or before to p_to or later
  out wholes   integer[],
  out parts    integer[],
  out gaps     int8multirange
)
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_moved   bigint[] := array(select link.person_id from public.slice_links as link where link.project_id = p_project_id);
  v_spoilt  integer[] := '{}';
  v_covered int8multirange;
begin
  if v_moved <> '{}' then
    v_spoilt := array(select public.get_slices_of_people(p_project_id, v_moved));
  end if;
  with
  marked as materialized (
    select mark.from_ms, mark.to_ms from public.slice_marks as mark where mark.project_id = p_project_id
    union
    select delta.hour, delta.hour + 3600000 from public.event_count_deltas as delta where delta.project_id = p_project_id
    union
    -- also for the slice after: whose session goes on there has changed
    select spoilt.start_ms, spoilt.end_ms from public.slices as spoilt where spoilt.id = any (v_spoilt)
  ),
  clean as materialized (
    select
      slice.id, slice.timezone is not null as is_day, slice.has_hours, int8range(slice.start_ms, slice.end_ms) as span,
      slice.start_ms >= p_from and slice.end_ms <= p_to
        and width_bucket(slice.start_ms, p_bounds) = width_bucket(slice.end_ms - 1, p_bounds) as is_whole
    from public.slices as slice
    where
      slice.project_id = p_project_id and slice.start_ms < p_to and slice.end_ms > p_from
      -- A session may have begun in the half hour before.
      and not exists (select from marked as m where m.from_ms < slice.end_ms and m.to_ms + 1800000 > slice.start_ms)
  ),
  day as materialized (
    select c.* from clean as c where c.is_day and (c.is_whole or not c.has_hours)
  ),
  chosen as (
    select d.id, d.span, d.is_whole from day as d
    union all
    select h.id, h.span, h.is_whole
    from clean as h
    where not h.is_day and not exists (select from day as d where d.span && h.span)
  )
  select
    coalesce(array_agg(c.id) filter (where c.is_whole), '{}'),
    coalesce(array_agg(c.id) filter (where not c.is_whole), '{}'),
    coalesce(range_agg(c.span), '{}')
  into wholes, parts, v_covered
  from chosen as c;
  -- A site that sleeps at weekends has as many gaps as weekends, and nothing in them: one look each, instead of a branch in each query.
  gaps := coalesce(
    (
      select range_agg(gap.span)
      from unnest(int8multirange(int8range(p_from, greatest(p_to, p_from))) - v_covered) as gap (span)
      where
        exists (
          select
          from public.user_events as e
          where e.project_id = p_project_id and e.timestamp >= lower(gap.span) and e.timestamp < upper(gap.span)
        )
        or exists (
          select
          from public.conversions as c
          where c.project_id = p_project_id and c.timestamp >= lower(gap.span) and c.timestamp < upper(gap.span)
        )
    ),
    '{}'
  );
end
$$;
comment on function public.get_slice_plan is
  'Which slices answer [p_from, p_to) and which stretches only raw rows do, as this statement sees them.';
revoke execute on function public.get_slice_plan from public, anon, authenticated;
grant execute on function public.get_slice_plan to service_role;

-- Spans instead of the wholes (of get_slice_plan, for one interval) that they join, and the wholes that remain: for questions
-- that need nothing but sets and counts.
create function public.get_spans(
  p_project_id integer,
  p_wholes     integer[],
  out spans    integer[],
  out slices   integer[]
)
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_span record;
begin
  spans := '{}';
  slices := p_wholes;
  for v_span in
    select span.id, span.members
    from public.spans as span
    where span.project_id = p_project_id and span.members <@ p_wholes
    order by cardinality(span.members) desc, span.id
  loop
    if v_span.members <@ slices then
      spans := spans || v_span.id;
      slices := array(select each.id from unnest(slices) as each (id) where each.id <> all (v_span.members));
    end if;
  end loop;
end
$$;
comment on function public.get_spans is 'Which spans stand for some of these slices, and which slices are left.';
revoke execute on function public.get_spans from public, anon, authenticated;
grant execute on function public.get_spans to service_role;

-- The hours of days of which only a part counts (parts of get_slice_plan) that lie in one of the intervals of p_bounds, halves of
-- those that do not, and in rest the stretches of all parts that remain.
create function public.get_slice_hours(
  p_parts    integer[],
  p_from     bigint,
  p_to       bigint,
  p_bounds   bigint[],
  out slices integer[],
  out hours  text[],   -- as the values of dim hour
  out starts bigint[],
  out rest   int8multirange
)
language sql
stable
security invoker
set search_path = ''
as $$
  with
  part as (
    select slice.* from public.slices as slice where slice.id = any (p_parts)
  ),
  half as (
    select
      h.*,
      bool_and(h.is_inside) over hour and min(h.position) over hour = max(h.position) over hour as is_in_hour,
      max(h.end_ms) over hour as hour_end_ms
    from (
      select
        each.*,
        each.start_ms >= p_from and each.end_ms <= p_to
          and width_bucket(each.start_ms, p_bounds) = width_bucket(each.end_ms - 1, p_bounds) as is_inside,
        width_bucket(each.start_ms, p_bounds) as position
      from (
        select
          part.id, number, part.start_ms + number * 1800000 as start_ms,
          least(part.start_ms + (number + 1) * 1800000, part.end_ms) as end_ms
        from part
        cross join lateral generate_series(0, (part.end_ms - part.start_ms - 1) / 1800000) as number
        where part.timezone is not null
      ) as each
    ) as h
    window hour as (partition by h.id, h.number / 2)
  ),
  hour as (
    select h.id, (h.number / 2)::text as name, h.start_ms, h.hour_end_ms as end_ms
    from half as h
    where h.is_in_hour and h.number % 2 = 0
    union all
    select h.id, h.number / 2 || case h.number % 2 when 0 then ':00' else ':30' end, h.start_ms, h.end_ms
    from half as h
    where h.is_inside and not h.is_in_hour
  )
  select
    coalesce(array_agg(h.id order by h.start_ms), '{}'), coalesce(array_agg(h.name order by h.start_ms), '{}'),
    coalesce(array_agg(h.start_ms order by h.start_ms), '{}'),
    (
      select coalesce(range_agg(int8range(part.start_ms, part.end_ms)), '{}') * int8multirange(int8range(p_from, greatest(p_to, p_from)))
      from part
    ) - coalesce(range_agg(int8range(h.start_ms, h.end_ms)), '{}')
  from hour as h
$$;
comment on function public.get_slice_hours is 'Which hours of partly used days are sets of their own, and what of the parts is left.';
revoke execute on function public.get_slice_hours from public, anon, authenticated;
grant execute on function public.get_slice_hours to service_role;

-- Rows of the gaps, one select for each: a list of ranges in one condition would be read from the first to the last.
create function public.build_gap_rows(
  p_project_id integer,
  p_gaps       int8multirange,
  p_view       text,   -- person_events | person_conversions, as e
  p_columns    text,
  p_condition  text
)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(
    string_agg(
      format(
        'select %s from public.%I as e where e.project_id = %L::integer and e.timestamp >= %L::bigint and e.timestamp < %L::bigint and %s',
        p_columns, p_view, p_project_id, lower(gap.span), upper(gap.span), p_condition
      ),
      ' union all '
    ),
    format('select %s from public.%I as e where false', p_columns, p_view)
  )
  from unnest(p_gaps) as gap (span)
$$;
comment on function public.build_gap_rows is 'The SQL query of the raw rows of some stretches.';
revoke execute on function public.build_gap_rows from public, anon, authenticated;
grant execute on function public.build_gap_rows to service_role;

-- The number of a person in a raw row, else the person_id: a number is below 2^31, a person_id is 64 bits of a hash and so is
-- never one in practice (1 in 2^33 each). Without a slice in the same question nobody needs numbers.
create function public.build_person(p_project_id integer, p_is_numbered boolean)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case
    when p_is_numbered then format(
      'coalesce((select known.number from public.person_numbers as known where known.project_id = %L::integer and known.person_id = e.person_id), e.person_id)',
      p_project_id
    )
    else 'e.person_id'
  end
$$;
comment on function public.build_person is 'The SQL expression of who a row of person_events (alias e) is, in the terms of slices.';
revoke execute on function public.build_person from public, anon, authenticated;
grant execute on function public.build_person to service_role;

-- Whether a step asks only for what slices hold: the event, and of page views the route.
create function public.is_slice_step(p_step jsonb)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select not exists (
    select
    from jsonb_object_keys(coalesce(p_step -> 'where', '{}')) as w (key)
    where w.key <> '$route' or p_step ->> 'event' is distinct from '$pageview'
  )
$$;
comment on function public.is_slice_step is 'Whether slices know who matches a step.';
revoke execute on function public.is_slice_step from public, anon, authenticated;
grant execute on function public.is_slice_step to service_role;

-- Whether slices know all that the filters ask for.
create function public.is_slice_filter(p_filters jsonb)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select not exists (
    select from jsonb_each(coalesce(p_filters, '{}')) as f where f.value <> 'null' and f.key not in ('event', 'now')
  )
$$;
comment on function public.is_slice_filter is 'Whether slices know which rows pass the filters.';
revoke execute on function public.is_slice_filter from public, anon, authenticated;
grant execute on function public.is_slice_filter to service_role;

-- The text of build_step_hits from given sources. A step that is null has a bit and no rows. With slices among the sources the
-- filters are such that these know (has_slice_settings), and name no segment.
create function public.build_hits(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_steps        jsonb,
  p_filters      jsonb,
  p_include_bots boolean,
  p_wholes       integer[],
  p_parts        integer[],
  p_gaps         int8multirange,
  p_is_numbered  boolean
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_names  text[] := '{}';
  v_raw    text[] := '{}';  -- names that slices do not know enough of; a row must give one hit, so from one source
  v_filter text := public.build_filter(p_project_id, p_filters);
  v_who    text := 'e.person_id is not null and ' || case when p_include_bots then 'true' else 'e.bot_reasons is null' end;
  v_mask   text;
  v_known  text;            -- of the steps that slices can tell
  v_name   text;
  v_sql    text;
begin
  select
    array_agg(distinct s.name),
    coalesce(array_agg(distinct s.name) filter (where not s.is_known), '{}'),
    string_agg(s.bit, ' | '),
    string_agg(s.bit, ' | ') filter (where s.is_known)
  into v_names, v_raw, v_mask, v_known
  from (
    select
      each.step ->> 'event' as name, public.is_slice_step(each.step) as is_known,
      format('case when %s then %s else 0 end', public.build_step_condition(each.step), 1 << (each.position::integer - 1)) as bit
    from jsonb_array_elements(p_steps) with ordinality as each (step, position)
    where each.step <> 'null'
  ) as s;
  if '*' = any (v_raw) or v_names <@ v_raw then
    p_wholes := '{}';
    p_parts := '{}';
    p_gaps := int8multirange(int8range(p_from, greatest(p_to, p_from)));
  end if;
  v_name := case when '*' = any (v_names) then 'true' else format('e.event = any (%L::text[])', v_names) end;

  v_sql := public.build_gap_rows(
    p_project_id, p_gaps, 'person_events',
    format('%s as person, e.timestamp, %s as mask', public.build_person(p_project_id, p_is_numbered), v_mask),
    format('%s and %s and %s', v_who, v_name, v_filter)
  );
  if p_wholes <> '{}' or p_parts <> '{}' then
    if v_raw <> '{}' then
      v_sql := v_sql || format(
        $raw$
          union all
          select coalesce(known.number, e.person_id), e.timestamp, e.mask
          from (%s) as e
          left join public.person_numbers as known on known.project_id = %L::integer and known.person_id = e.person_id
        $raw$,
        public.build_gap_rows(
          p_project_id, int8multirange(int8range(p_from, p_to)) - p_gaps, 'person_events',
          format('e.person_id, e.timestamp, %s as mask', v_mask),
          format('%s and e.event = any (%L::text[]) and %s', v_who, v_raw, v_filter)
        ),
        p_project_id
      );
    end if;
    v_sql := v_sql || (
      select string_agg(
        format(
          ' union all select hit.person::bigint, hit.start_ms + hit.offset_ms, hit.mask from (%s) as hit where hit.person >= 0',
          public.build_slice_rows(
            source.ids, p_filters, '{offset_ms}',
            format('not e.is_conversion and %s and e.event <> all (%L::text[]) and %s <> 0', v_name, v_raw, v_known),
            v_known, source.from_ms, source.to_ms
          )
        ),
        ''
      )
      from (values (p_wholes, null, null), (p_parts, p_from, p_to)) as source (ids, from_ms, to_ms)
      where source.ids <> '{}'
    );
  end if;
  return format('select h.person, h.timestamp, h.mask from (%s) as h where h.mask <> 0', v_sql);
end
$$;
comment on function public.build_hits is 'The SQL query of (person, timestamp, mask) from these slices and gaps.';
revoke execute on function public.build_hits from public, anon, authenticated;
grant execute on function public.build_hits to service_role;

-- Filters on rows are asked of their settings, a segment of the people: slices know both by numbers. Whoever asks for bots as well
-- is answered from raw rows alone, and everybody there is a person_id.
create or replace function public.build_step_hits(
  p_project_id   integer,
  p_from         bigint,                  -- ms, inclusive
  p_to           bigint,                  -- ms, exclusive
  p_steps        jsonb,                   -- 1..30 steps, as lib/contracts/step.ts
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
  v_plan   record;
  v_member record;
  v_hits   text;
begin
  if jsonb_array_length(p_steps) not between 1 and 30 then
    raise exception 'expected 1 to 30 steps, got %', jsonb_array_length(p_steps) using errcode = '22023';
  end if;
  if p_include_bots or not public.has_slice_settings(p_filters) then
    return public.build_hits(
      p_project_id, p_from, p_to, p_steps, p_filters, p_include_bots, '{}', '{}',
      int8multirange(int8range(p_from, greatest(p_to, p_from))), false
    );
  end if;
  select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
  select * into v_member from public.build_member_test(p_project_id, p_filters, 'hit.person');
  v_hits := public.build_hits(
    p_project_id, p_from, p_to, p_steps, p_filters - 'segment' - 'now', false, v_plan.wholes, v_plan.parts, v_plan.gaps,
    v_member.test <> 'true' or v_plan.wholes <> '{}' or v_plan.parts <> '{}'
  );
  if v_member.test = 'true' then
    return v_hits;
  end if;
  return format(
    'select h.person, h.timestamp, h.mask from (with %s hit as (%s) select hit.* from hit where %s) as h',
    v_member.tables, v_hits, v_member.test
  );
end
$$;

create or replace function public.get_person_ids(p_project_id integer, p_people bigint[])
returns table (person bigint, person_id bigint)
language sql
stable
security invoker
set search_path = ''
as $$
  select p.person, coalesce(known.person_id, p.person)
  from unnest(p_people) as p (person)
  left join public.person_numbers as known
    on p.person between 0 and 2147483647
    and known.project_id = p_project_id
    and known.number = case when p.person between 0 and 2147483647 then p.person::integer end
$$;

-- Sets of the slices that lie inside an interval; hits of the rest, and of steps that are no set.
create or replace function public.build_people_bits(
  p_project_id   integer,
  p_bounds       bigint[],                -- ms, ascending, two or more
  p_steps        jsonb,                   -- 1..30 steps, as lib/contracts/step.ts
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
  v_from bigint := p_bounds[1];
  v_to   bigint := p_bounds[cardinality(p_bounds)];
  v_base integer := (select coalesce(max(known.number), -1) + 1 from public.person_numbers as known where known.project_id = p_project_id);
  v_sets jsonb := '[]'; -- steps that are sets of slices: [{ step, dim, value }]
  v_filters jsonb := (
    select coalesce(jsonb_object_agg(f.key, f.value), '{}')
    from jsonb_each(coalesce(p_filters, '{}')) as f
    where f.value <> 'null' and f.key <> 'now'
  );
  v_filter record;
  v_plan record;
  v_hours record;
  v_hits text;
begin
  -- everybody under one filter is a set as well
  select f.key, f.value, f.count into v_filter
  from (select min(e.key) as key, min(e.value) as value, count(*) as count from jsonb_each_text(v_filters) as e) as f;
  if not p_include_bots
    and (
      v_filter.count = 0
      or (
        v_filter.count = 1 and v_filter.value <> '' and public.has_slice_settings(v_filters)
        and v_filter.key in ('device', 'country', 'browser', 'os', 'utm_source', 'referrer')
      )
    )
  then
    select coalesce(jsonb_agg(jsonb_build_object('step', s.position, 'dim', s.dim, 'value', s.value)), '[]')
    into v_sets
    from (
      select
        s.position,
        case
          when v_filter.count = 1 then case when s.is_named and s.event = '*' then v_filter.key end
          when s.is_named and s.event = '*' then 'any'
          when s.is_named then 'event'
          when s.event = '$pageview' and s.where_routes and jsonb_typeof(s.route) = 'string' then 'page'
        end as dim,
        case
          when v_filter.count = 1 then v_filter.value
          when not s.is_named then s.route #>> '{}'
          when s.event <> '*' then s.event
        end as value
      from (
        select
          each.position, each.step ->> 'event' as event, coalesce(each.step -> 'where', '{}') = '{}' as is_named,
          public.is_slice_step(each.step) as where_routes, each.step -> 'where' -> '$route' as route
        from jsonb_array_elements(p_steps) with ordinality as each (step, position)
      ) as s
    ) as s
    where s.dim is not null;
  end if;
  if v_sets <> '[]' then
    select * into v_plan from public.get_slice_plan(p_project_id, v_from, v_to, p_bounds);
    if v_plan.wholes = '{}' then
      v_sets := '[]';
    end if;
  else
    -- a record is to be looked at only once it has a shape
    select * into v_plan from public.get_slice_plan(p_project_id, v_from, v_to, p_bounds) limit 0;
  end if;
  if v_sets = '[]' then
    select * into v_hours from public.get_slice_hours('{}', v_from, v_to, p_bounds) limit 0;
    v_hits := public.build_step_hits(p_project_id, v_from, v_to, p_steps, p_filters, p_include_bots);
  else
    select * into v_hours from public.get_slice_hours(v_plan.parts, v_from, v_to, p_bounds);
    select
      string_agg(
        public.build_hits(
          p_project_id, v_from, v_to, part.steps, v_filters, false,
          case when part.dim is null then v_plan.wholes else '{}' end,
          case when part.dim = 'any' then '{}' else v_plan.parts end,
          v_plan.gaps, true
        )
        -- of parts that have hours the rest
        || case when part.dim = 'any' and not isempty(v_hours.rest) then format(
          $rest$
            union all
            select hit.person, slice.start_ms + hit.offset_ms, %1$s
            from public.slices as slice
            cross join lateral (
              select int8multirange(int8range(slice.start_ms, slice.end_ms)) * %3$L::int8multirange as stretch offset 0
            ) as left_over
            inner join public.slice_events as held on held.slice_id = slice.id
            cross join lateral unnest(held.people, held.offsets) as hit (person, offset_ms)
            where
              slice.id = any (%2$L::integer[]) and not isempty(left_over.stretch)
              and not held.is_conversion and hit.person >= 0
              -- comparing with the whole stretch first spares most rows the search in it
              and hit.offset_ms >= lower(left_over.stretch) - slice.start_ms
              and hit.offset_ms < upper(left_over.stretch) - slice.start_ms
              and slice.start_ms + hit.offset_ms <@ left_over.stretch
          $rest$,
          part.mask, v_plan.parts, v_hours.rest
        ) else '' end,
        ' union all '
      )
    into v_hits
    from (
      select
        kind.dim,
        jsonb_agg(case when s.dim is not distinct from kind.dim then s.step else 'null' end order by s.position) as steps,
        sum(1 << (s.position::integer - 1)) filter (where s.dim = kind.dim) as mask,
        bool_or(s.dim is not distinct from kind.dim) as is_used
      from (
        select s.step, s.position, case when held.value ->> 'dim' = 'any' then 'any' when held.value is not null then 'other' end as dim
        from jsonb_array_elements(p_steps) with ordinality as s (step, position)
        left join jsonb_array_elements(v_sets) as held on (held.value ->> 'step')::bigint = s.position
      ) as s
      cross join (values ('any'), ('other'), (null)) as kind (dim)
      group by kind.dim
    ) as part
    where part.is_used;
  end if;

  return format(
    $query$
      with
      hit as materialized (
        select distinct h.person, width_bucket(h.timestamp, %1$L::bigint[]) as position, h.mask
        from (%2$s) as h
      ),
      -- who has no number yet
      fresh as materialized (
        select p.person, (%3$s + row_number() over () - 1)::integer as number
        from (select distinct h.person from hit as h where h.person not between 0 and %3$s - 1) as p
      ),
      numbered as (
        select h.position, h.mask, coalesce(f.number, h.person::integer) as number
        from hit as h
        left join fresh as f on f.person = h.person
      ),
      thick as (
        select s.step, n.position, n.number >> 15 as chunk, public.to_people(array_agg(n.number)) as people
        from numbered as n
        inner join generate_series(1, %4$s) as s (step) on n.mask & (1 << (s.step - 1)) <> 0
        group by s.step, n.position, n.number >> 15
        %5$s
      )
      select t.step, t.position, t.chunk * 4 + quarter as chunk, part.people
      from (
        select t.step, t.position, t.chunk, bit_or(t.people) as people
        from thick as t
        group by t.step, t.position, t.chunk
      ) as t
      cross join generate_series(0, 3) as quarter
      cross join lateral (select substring(t.people from quarter * 8192 + 1 for 8192)::bit(8192) as people) as part
      where part.people <> 0::bit(8192)
    $query$,
    p_bounds, v_hits, v_base, jsonb_array_length(p_steps),
    case when v_sets <> '[]' then format(
      $sets$
        union all
        select wanted.step, width_bucket(slice.start_ms, %1$L::bigint[]), held.chunk, held.people
        from public.slices as slice
        inner join public.slice_people as held on held.slice_id = slice.id
        inner join jsonb_to_recordset(%3$L::jsonb) as wanted (step integer, dim text, value text)
          on wanted.dim = held.dim and wanted.value is not distinct from held.value
        where slice.id = any (%2$L::integer[]) and held.chunk >= 0 and held.dim = any (%4$L::text[])
        union all
        select wanted.step, width_bucket(hour.start_ms, %1$L::bigint[]), held.chunk, held.people
        from unnest(%5$L::integer[], %6$L::text[], %7$L::bigint[]) as hour (slice_id, value, start_ms)
        inner join public.slice_people as held on held.slice_id = hour.slice_id and held.dim = 'hour' and held.value = hour.value
        inner join jsonb_to_recordset(%3$L::jsonb) as wanted (step integer, dim text) on wanted.dim = 'any'
        where held.chunk >= 0
        union all
        select s.step, s.position, s.number >> 15, public.to_people(array_agg(s.number))
        from (
          select wanted.step, width_bucket(slice.start_ms, %1$L::bigint[]) as position, each.number
          from public.slices as slice
          inner join public.slice_people as held on held.slice_id = slice.id
          inner join jsonb_to_recordset(%3$L::jsonb) as wanted (step integer, dim text, value text)
            on wanted.dim = held.dim and wanted.value is not distinct from held.value
          cross join lateral unnest(held.numbers) as each (number)
          where slice.id = any (%2$L::integer[]) and held.chunk = -1 and held.dim = any (%4$L::text[])
          union all
          select wanted.step, width_bucket(hour.start_ms, %1$L::bigint[]), each.number
          from unnest(%5$L::integer[], %6$L::text[], %7$L::bigint[]) as hour (slice_id, value, start_ms)
          inner join public.slice_people as held on held.slice_id = hour.slice_id and held.dim = 'hour' and held.value = hour.value
          inner join jsonb_to_recordset(%3$L::jsonb) as wanted (step integer, dim text) on wanted.dim = 'any'
          cross join lateral unnest(held.numbers) as each (number)
          where held.chunk = -1
        ) as s
        group by s.step, s.position, s.number >> 15
      $sets$,
      p_bounds, v_plan.wholes, v_sets, array(select distinct k ->> 'dim' from jsonb_array_elements(v_sets) as k),
      v_hours.slices, v_hours.hours, v_hours.starts
    ) else '' end
  );
end
$$;
