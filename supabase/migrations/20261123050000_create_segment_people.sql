-- Purpose: the people of a segment, as the text of a query.   Reversible: drop function.
-- The grammar is that of lib/contracts/segment.ts. A person is any that did an event or has a profile. Many conditions speak of
-- who did not do a thing, and everybody is expensive to list: each part is therefore a set of people or the complement of
-- one, and everybody is read only where the whole is still a complement at the end.
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

-- People with at least, or exactly, so many rows that match the step up to p_now.
create function public.build_segment_doers(
  p_project_id integer,
  p_step       jsonb,   -- as lib/contracts/step.ts
  p_from       bigint,  -- ms, inclusive
  p_now        bigint,  -- ms, inclusive
  p_having     text     -- condition on count(*)
)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select format(
    'select doer.person_id from public.get_person_ids(%L::integer, array(
       select hit.person from (%s) as hit group by hit.person having %s
     )) as doer',
    p_project_id,
    public.build_step_hits(p_project_id, least(p_from, p_now), p_now + 1, jsonb_build_array(p_step), '{}', false),
    p_having
  )
$$;
comment on function public.build_segment_doers is 'The SQL query of (person_id) of who has so many rows that match a step.';
revoke execute on function public.build_segment_doers from public, anon, authenticated;
grant execute on function public.build_segment_doers to service_role;

create function public.build_segment_leaf(
  p_project_id      integer,
  p_leaf            jsonb,
  p_now             bigint,
  out people        text,     -- a query of (person_id bigint)
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
    people := format(
      'select e.person_id
       from (
         select uuid_hash_extended(profile.actor_id, 0) as person_id, profile.traits as properties
         from public.user_profiles as profile
         where profile.project_id = %L::integer
       ) as e
       where %s',
      p_project_id,
      public.build_step_condition(jsonb_build_object('event', '*', 'where', jsonb_build_object(p_leaf ->> 'key', v_is)))
    );
    return;
  end if;

  v_step := case v_kind
    when 'did' then p_leaf -> 'event'
    when 'property' then jsonb_build_object('event', '*', 'where', jsonb_build_object(p_leaf ->> 'key', v_is))
  end;
  if v_step is null or v_n is null or (v_kind = 'property' and p_leaf ? 'count') then
    raise exception 'unknown condition of a segment: %', p_leaf using errcode = '22023';
  end if;
  -- What holds for who has no such row at all is asked as the complement of what does not.
  is_complement := v_op = 'lte' or (v_op = 'eq' and v_n = 0);
  people := public.build_segment_doers(p_project_id, v_step, v_from, p_now, case
    when v_op = 'lte' then format('count(*) > %s', v_n)
    when v_op = 'eq' and v_n = 0 then 'count(*) > 0'
    when v_op = 'eq' then format('count(*) = %s', v_n)
    when v_op = 'gte' then format('count(*) >= %s', v_n)
  end);
  if people is null then
    raise exception 'unknown count of a segment: %', v_count using errcode = '22023';
  end if;
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
  out people        text,     -- a query of (person_id bigint)
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
      v_negated := v_negated || format('(%s)', v_part.people);
    else
      v_plain := v_plain || format('(%s)', v_part.people);
    end if;
  end loop;

  if v_match = 'all' then
    is_complement := v_plain = '{}';
    people := case
      when is_complement then array_to_string(v_negated, ' union ')
      else array_to_string(
        array_prepend('(' || array_to_string(v_plain, ' intersect ') || ')', v_negated), ' except '
      )
    end;
  else
    is_complement := v_negated <> '{}';
    people := case
      when not is_complement then array_to_string(v_plain, ' union ')
      else array_to_string(
        array_prepend('(' || array_to_string(v_negated, ' intersect ') || ')', v_plain), ' except '
      )
    end;
  end if;
end
$$;
comment on function public.build_segment_set is 'All or any of some conditions of a segment.';
revoke execute on function public.build_segment_set from public, anon, authenticated;
grant execute on function public.build_segment_set to service_role;

create function public.build_segment_people(
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
  return format(
    'select member.person_id from (%s) as member',
    case when v_whole.is_complement then format(
      '(%s union select uuid_hash_extended(profile.actor_id, 0) from public.user_profiles as profile where profile.project_id = %L::integer) except (%s)',
      public.build_segment_doers(p_project_id, '{"event": "*"}', -62135596800000, p_now, 'true'), p_project_id, v_whole.people
    )
    else v_whole.people end
  );
end
$$;
comment on function public.build_segment_people is 'The SQL query of (person_id bigint): the distinct people of a segment at an instant. Values are quoted literals. Fails with 22S01 for an id that the project does not have, and with 22023 for what is no definition.';
revoke execute on function public.build_segment_people from public, anon, authenticated;
grant execute on function public.build_segment_people to service_role;
