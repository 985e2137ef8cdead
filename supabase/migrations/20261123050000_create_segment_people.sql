-- Purpose: the people of a segment, as the text of a query.   Reversible: drop function.
-- The grammar is that of lib/contracts/segment.ts. A person is any that did an event or has a profile. Many conditions speak of
-- who did not do a thing, and everybody is expensive to list: each part is therefore a set of people or the complement of
-- one, and everybody is read only where the whole is still a complement at the end.
-- A set is a query of (chunk integer, people bit(32768), stranger bigint): bit n & 32767 of chunk n >> 15 for the person of number
-- n, one row for each chunk; and for each person without a number a row of chunk -1 with the person_id. Sets of hundreds of
-- thousands of people are joined, cut and counted in milliseconds then.
create function public.get_segment_start(p_within text, p_now bigint)
returns bigint
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_part text[] := regexp_match(p_within, '^\s*(\d{1,12}(?:\.\d{1,12})?)([smhdw])\s*$');
begin
  if p_within is null then
    return -62135596800000;
  elsif v_part is null then
    raise exception 'unknown time %', p_within using errcode = '22023';
  end if;
  return p_now + 1 - round(v_part[1]::numeric * case v_part[2]
    when 's' then 1000 when 'm' then 60000 when 'h' then 3600000 when 'd' then 86400000 else 604800000
  end)::bigint;
end
$$;
comment on function public.get_segment_start is 'The first instant (ms) of the last so much time up to p_now, such as 30d; the year 1 for null.';
revoke execute on function public.get_segment_start from public, anon, authenticated;
grant execute on function public.get_segment_start to service_role;

-- Which set of people of a slice is the people of a step; null where there is none, and only rows know.
create function public.get_step_set(p_step jsonb, out dim text, out value text)
language sql
immutable
security invoker
set search_path = ''
as $$
  select s.dim, s.value
  from (
    select
      case
        when w.count = 0 and p_step ->> 'event' = '*' then 'any'
        when w.count = 0 then 'event'
        when w.count > 1 or jsonb_typeof(w.value) <> 'string' or w.value = '""' then null
        when w.key = '$route' and p_step ->> 'event' = '$pageview' then 'page'
        when
          w.key in ('$country', '$device', '$browser', '$os', '$utm_source', '$utm_medium', '$utm_campaign')
          and p_step ->> 'event' = '*'
          then substr(w.key, 2)
      end as dim,
      case when w.count = 1 then w.value #>> '{}' when p_step ->> 'event' <> '*' then p_step ->> 'event' end as value
    from (
      select count(*) as count, min(each.key) as key, (array_agg(each.value))[1] as value
      from jsonb_each(coalesce(p_step -> 'where', '{}')) as each
    ) as w
  ) as s
  where s.dim is not null
$$;
comment on function public.get_step_set is 'The dimension and value of slice_people that hold everybody who has a row matching a step; nulls where none does.';
revoke execute on function public.get_step_set from public, anon, authenticated;
grant execute on function public.get_step_set to service_role;

create function public.build_people_set(p_people text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select format(
    $query$
      select
        case when p.is_known then (p.person >> 15)::integer else -1 end as chunk,
        public.to_people(array_agg(p.person::integer) filter (where p.is_known)) as people,
        case when not p.is_known then p.person end as stranger
      from (
        select each.person, each.person between 0 and 2147483647 as is_known from (%s) as each where each.person is not null
      ) as p
      group by 1, 3
    $query$,
    p_people
  )
$$;
comment on function public.build_people_set is 'The SQL query of the set of the people of a query of (person bigint).';
revoke execute on function public.build_people_set from public, anon, authenticated;
grant execute on function public.build_people_set to service_role;

-- Sets joined: who is in any of them.
create function public.build_joined_sets(p_sets text[])
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select format(
    'select s.chunk, bit_or(s.people) as people, s.stranger from (%s) as s group by s.chunk, s.stranger',
    string_agg(each.set, ' union all ')
  )
  from unnest(p_sets) as each (set)
$$;
comment on function public.build_joined_sets is 'The SQL query of the people of any of some sets.';
revoke execute on function public.build_joined_sets from public, anon, authenticated;
grant execute on function public.build_joined_sets to service_role;

create function public.build_cut_sets(p_sets text[])
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case when cardinality(p_sets) = 1 then p_sets[1] else format(
    'select s.chunk, bit_and(s.people) as people, s.stranger from (%s) as s group by s.chunk, s.stranger having count(*) = %s',
    (select string_agg(each.set, ' union all ') from unnest(p_sets) as each (set)), cardinality(p_sets)
  ) end
$$;
comment on function public.build_cut_sets is 'The SQL query of the people of all of some sets.';
revoke execute on function public.build_cut_sets from public, anon, authenticated;
grant execute on function public.build_cut_sets to service_role;

create function public.build_set_without(p_set text, p_others text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select format(
    $query$
      select s.chunk, case when o.chunk is null then s.people else s.people & ~ o.people end as people, s.stranger
      from (%s) as s
      left join (%s) as o on o.chunk = s.chunk and coalesce(o.stranger, 0) = coalesce(s.stranger, 0)
      where s.stranger is null or o.chunk is null
    $query$,
    p_set, p_others
  )
$$;
comment on function public.build_set_without is 'The SQL query of the people of a set who are not of another one.';
revoke execute on function public.build_set_without from public, anon, authenticated;
grant execute on function public.build_set_without to service_role;

-- Sets of whole slices, those of spans in the place of their members'.
create function public.build_slice_set(p_slices integer[], p_spans integer[], p_dim text, p_value text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select format(
    $query$
      select held.chunk, held.people, null::bigint as stranger
      from (%1$s) as held
      where held.chunk >= 0
      union all
      select thin.number >> 15, public.to_people(array_agg(thin.number)), null
      from (
        select unnest(held.numbers) as number from (%1$s) as held where held.chunk = -1
      ) as thin
      group by thin.number >> 15
    $query$,
    format(
      $held$
        select each.chunk, each.people, each.numbers
        from public.slice_people as each
        where each.slice_id = any (%1$L::integer[]) and each.dim = %3$L and each.value is not distinct from %4$L
        union all
        select each.chunk, each.people, each.numbers
        from public.span_people as each
        where each.span_id = any (%2$L::integer[]) and each.dim = %3$L and each.value is not distinct from %4$L
      $held$,
      p_slices, p_spans, p_dim, p_value
    )
  )
$$;
comment on function public.build_slice_set is 'The SQL query of the people of a dimension and value in slices and spans, more than one row for a chunk.';
revoke execute on function public.build_slice_set from public, anon, authenticated;
grant execute on function public.build_slice_set to service_role;

-- Once, at least, needs sets alone where slices hold them; everything else counts hits.
create function public.build_segment_doers(
  p_project_id integer,
  p_step       jsonb,   -- as lib/contracts/step.ts
  p_from       bigint,  -- ms, inclusive
  p_now        bigint,  -- ms, inclusive
  p_count      text     -- condition on count(*); null for at least one
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_to    bigint := p_now + 1;
  v_from  bigint := least(p_from, p_now + 1);
  v_plan  record;
  v_held  record;
  v_rest  int8multirange;
  v_dim   text;
  v_value text;
begin
  select * into v_plan from public.get_slice_plan(p_project_id, v_from, v_to, array[v_from, v_to]);
  if p_count is null and v_plan.wholes <> '{}' then
    select known.dim, known.value into v_dim, v_value from public.get_step_set(p_step) as known;
  end if;
  if v_dim is null then
    return public.build_people_set(format(
      'select hit.person from (%s) as hit group by hit.person having %s',
      public.build_hits(
        p_project_id, v_from, v_to, jsonb_build_array(p_step), '{}', false, v_plan.wholes, v_plan.parts, v_plan.gaps, true
      ),
      coalesce(p_count, 'true')
    ));
  end if;
  v_rest := int8multirange(int8range(v_from, v_to)) - (
    select coalesce(range_agg(int8range(slice.start_ms, slice.end_ms)), '{}')
    from public.slices as slice
    where slice.id = any (v_plan.wholes)
  );
  select * into v_held from public.get_spans(p_project_id, v_plan.wholes);
  return public.build_joined_sets(array[
    public.build_slice_set(v_held.slices, v_held.spans, v_dim, v_value),
    public.build_people_set(
      public.build_gap_rows(
        p_project_id, v_rest, 'person_events', public.build_person(p_project_id, true) || ' as person',
        'e.person_id is not null and e.bot_reasons is null and ' || public.build_step_condition(p_step)
      )
    )
  ]);
end
$$;
comment on function public.build_segment_doers is 'The SQL query of the set of who has so many rows that match a step.';
revoke execute on function public.build_segment_doers from public, anon, authenticated;
grant execute on function public.build_segment_doers to service_role;

-- Profiles under a condition on the alias e of (person_id, properties), which are the traits.
create function public.build_profile_people(p_project_id integer, p_condition text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select public.build_people_set(format(
    $query$
      select coalesce(known.number, e.person_id) as person
      from (
        select uuid_hash_extended(profile.actor_id, 0) as person_id, profile.traits as properties
        from public.user_profiles as profile
        where profile.project_id = %1$L::integer
      ) as e
      left join public.person_numbers as known on known.project_id = %1$L::integer and known.person_id = e.person_id
      where %2$s
    $query$,
    p_project_id, p_condition
  ))
$$;
comment on function public.build_profile_people is 'The SQL query of the set of profiles whose traits fulfil a condition.';
revoke execute on function public.build_profile_people from public, anon, authenticated;
grant execute on function public.build_profile_people to service_role;

create function public.build_segment_leaf(
  p_project_id      integer,
  p_leaf            jsonb,
  p_now             bigint,
  out people        text,     -- a set
  out is_complement boolean   -- everybody else is meant
)
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_kind  text := p_leaf ->> 'kind';
  v_is    jsonb := p_leaf -> 'is';
  v_count jsonb := coalesce(nullif(p_leaf -> 'count', 'null'), '{"gte": 1}');
  v_op    text := (select min(o.key) from jsonb_object_keys(v_count) as o (key) having count(*) = 1);
  v_n     integer := (v_count ->> v_op)::integer;
  v_from  bigint := public.get_segment_start(p_leaf ->> 'within', p_now);
  v_step  jsonb;
begin
  if v_is is null and v_kind in ('trait', 'property') then
    raise exception 'unknown condition of a segment: %', p_leaf using errcode = '22023';
  end if;
  if v_kind = 'trait' then
    -- Who has no profile, or not the trait, fulfils what is negated: so that is asked as the complement of what is not.
    is_complement := jsonb_typeof(v_is) = 'object' and (v_is ? 'not' or v_is = '{"exists": false}');
    if is_complement then
      v_is := case when v_is ? 'not' then v_is -> 'not' else '{"exists": true}' end;
    end if;
    -- The one grammar of conditions, with the traits in the place of an event's properties.
    people := public.build_profile_people(
      p_project_id,
      public.build_step_condition(jsonb_build_object('event', '*', 'where', jsonb_build_object(p_leaf ->> 'key', v_is)))
    );
    return;
  end if;

  v_step := case v_kind
    when 'did' then p_leaf -> 'event'
    when 'property' then jsonb_build_object('event', '*', 'where', jsonb_build_object(p_leaf ->> 'key', v_is))
  end;
  if v_step is null or v_n is null or v_op not in ('gte', 'lte', 'eq') or (v_kind = 'property' and p_leaf ? 'count') then
    raise exception 'unknown condition of a segment: %', p_leaf using errcode = '22023';
  end if;
  -- What holds for who has no such row at all is asked as the complement of what does not.
  is_complement := v_op = 'lte' or (v_op = 'eq' and v_n = 0);
  people := public.build_segment_doers(p_project_id, v_step, v_from, p_now, case
    when v_op = 'lte' and v_n > 0 then format('count(*) > %s', v_n)
    when v_op = 'eq' and v_n > 0 then format('count(*) = %s', v_n)
    when v_op = 'gte' and v_n > 1 then format('count(*) >= %s', v_n)
  end);
  is_complement := is_complement <> coalesce((p_leaf ->> 'not')::boolean, false);
end
$$;
comment on function public.build_segment_leaf is 'One condition of a segment on traits, events or properties.';
revoke execute on function public.build_segment_leaf from public, anon, authenticated;
grant execute on function public.build_segment_leaf to service_role;

-- A and B but not C is A intersect B except C; A or not C is everybody but C except A.
create function public.build_segment_set(
  p_project_id      integer,
  p_set             jsonb,
  p_now             bigint,
  out people        text,     -- a set
  out is_complement boolean   -- everybody else is meant
)
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_match     text := p_set ->> 'match';
  v_condition jsonb;
  v_part      record;
  v_plain     text[] := '{}';
  v_negated   text[] := '{}';
begin
  if coalesce(v_match not in ('all', 'any'), true) or coalesce(jsonb_array_length(p_set -> 'conditions'), 0) = 0 then
    raise exception 'a segment needs all or any of some conditions' using errcode = '22023';
  end if;
  for v_condition in select c.value from jsonb_array_elements(p_set -> 'conditions') as c loop
    if v_condition ->> 'kind' = 'group' then
      v_part := public.build_segment_set(p_project_id, v_condition, p_now);
    else
      v_part := public.build_segment_leaf(p_project_id, v_condition, p_now);
    end if;
    if v_part.is_complement then
      v_negated := v_negated || v_part.people;
    else
      v_plain := v_plain || v_part.people;
    end if;
  end loop;

  if v_match = 'all' then
    is_complement := v_plain = '{}';
    people := case
      when is_complement then public.build_joined_sets(v_negated)
      when v_negated = '{}' then public.build_cut_sets(v_plain)
      else public.build_set_without(public.build_cut_sets(v_plain), public.build_joined_sets(v_negated))
    end;
  else
    is_complement := v_negated <> '{}';
    people := case
      when not is_complement then public.build_joined_sets(v_plain)
      when v_plain = '{}' then public.build_cut_sets(v_negated)
      else public.build_set_without(public.build_cut_sets(v_negated), public.build_joined_sets(v_plain))
    end;
  end if;
end
$$;
comment on function public.build_segment_set is 'All or any of some conditions of a segment.';
revoke execute on function public.build_segment_set from public, anon, authenticated;
grant execute on function public.build_segment_set to service_role;

-- For who counts or combines people within the same statement.
create function public.build_segment_members(
  p_project_id integer,
  p_segment    jsonb,   -- a definition as lib/contracts/segment.ts, or the id of a saved one
  p_now        bigint   -- ms, inclusive: what happened later is not looked at
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_definition jsonb := p_segment;
  v_whole      record;
begin
  if jsonb_typeof(p_segment) = 'string' then
    v_definition := (
      select saved.definition
      from public.segments as saved
      where saved.project_id = p_project_id and saved.id::text = p_segment #>> '{}'
    );
    if v_definition is null then
      -- A class of its own within "data exception", so that the caller can be told which value it was.
      raise exception 'unknown segment %', p_segment using errcode = '22S01';
    end if;
  end if;
  v_whole := public.build_segment_set(p_project_id, v_definition, p_now);
  return case
    when not v_whole.is_complement then v_whole.people
    else public.build_set_without(
      public.build_joined_sets(array[
        public.build_segment_doers(p_project_id, '{"event": "*"}', -62135596800000, p_now, null),
        public.build_profile_people(p_project_id, 'true')
      ]),
      v_whole.people
    )
  end;
end
$$;
comment on function public.build_segment_members is 'The SQL query of the set of the people of a segment at an instant. Values are quoted literals. Fails with 22S01 for an id that the project does not have, and with 22023 for what is no definition.';
revoke execute on function public.build_segment_members from public, anon, authenticated;
grant execute on function public.build_segment_members to service_role;

create function public.build_segment_people(p_project_id integer, p_segment jsonb, p_now bigint)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select format(
    $query$
      with member as materialized (%1$s)
      select known.person_id
      from (
        select m.chunk, m.people, generate_series(0, 32767) as place from member as m where m.chunk >= 0
      ) as bit
      inner join public.person_numbers as known
        on known.project_id = %2$L::integer and known.number = (bit.chunk << 15) + bit.place
      where get_bit(bit.people, bit.place) = 1
      union all
      select m.stranger from member as m where m.chunk = -1
    $query$,
    public.build_segment_members(p_project_id, p_segment, p_now), p_project_id
  )
$$;
comment on function public.build_segment_people is 'The SQL query of (person_id bigint): the distinct people of a segment, as build_segment_members.';
revoke execute on function public.build_segment_people from public, anon, authenticated;
grant execute on function public.build_segment_people to service_role;
