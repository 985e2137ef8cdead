-- Purpose: count and list the people of a segment, and suggest what to ask of profiles.   Reversible: drop functions.
create function public.get_segment_counts(
  p_project_id integer,
  p_segment    jsonb,   -- a definition, or an id
  p_now        bigint   -- ms, inclusive
)
returns table (people bigint, recent_people bigint, recent_people_in_segment bigint)
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
set work_mem = '64MB'
as $$
begin
  return query execute format(
    $query$
      with
      member as materialized (%s),
      recent as materialized (%s)
      select
        (select coalesce(sum(case when m.chunk < 0 then 1 else bit_count(m.people) end), 0)::bigint from member as m),
        (select coalesce(sum(case when r.chunk < 0 then 1 else bit_count(r.people) end), 0)::bigint from recent as r),
        (
          select coalesce(sum(case when r.chunk < 0 then 1 else bit_count(r.people & m.people) end), 0)::bigint
          from recent as r
          inner join member as m on m.chunk = r.chunk and coalesce(m.stranger, 0) = coalesce(r.stranger, 0)
        )
    $query$,
    public.build_segment_members(p_project_id, p_segment, p_now),
    public.build_segment_doers(p_project_id, '{"event": "*"}', p_now + 1 - 2592000000, p_now, null)
  );
end
$$;
comment on function public.get_segment_counts is 'People of a segment, people with an event in the 30 days up to p_now, and those of the latter that are of the segment.';
revoke execute on function public.get_segment_counts from public, anon, authenticated;
grant execute on function public.get_segment_counts to service_role;

create function public.get_segment_people(
  p_project_id integer,
  p_segment    jsonb,               -- a definition, or an id
  p_now        bigint,              -- ms, inclusive
  p_after      bigint default null, -- the last person of the page before
  p_limit      integer default 100
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
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      member as materialized (%s),
      page as (
        select m.person_id
        from member as m
        where $2 is null or m.person_id > $2
        order by m.person_id
        limit $3
      ),
      -- a project's profiles are found by their user, not by their person: one look through them for the whole page
      known as (
        select
          uuid_hash_extended(profile.actor_id, 0) as person_id, profile.user_id, profile.external_id, profile.traits,
          profile.last_activity
        from public.user_profiles as profile
        where profile.project_id = $1 and uuid_hash_extended(profile.actor_id, 0) in (select p.person_id from page as p)
      )
      select jsonb_build_object(
        'total', (select count(*) from member),
        'people', coalesce(jsonb_agg(jsonb_build_object(
          'person_id', page.person_id::text, 'user_id', known.user_id, 'external_id', known.external_id,
          'traits', known.traits, 'last_activity', known.last_activity
        ) order by page.person_id), '[]')
      )
      from page
      left join known on known.person_id = page.person_id
    $query$,
    public.build_segment_people(p_project_id, p_segment, p_now)
  )
  into v_answer
  using p_project_id, p_after, p_limit;
  return v_answer;
end
$$;
comment on function public.get_segment_people is 'A page of the people of a segment in the order of person_id, and how many there are; what a profile says is null for people without one.';
revoke execute on function public.get_segment_people from public, anon, authenticated;
grant execute on function public.get_segment_people to service_role;

create function public.get_trait_suggestions(p_project_id integer)
returns jsonb
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
  with
  -- profiles are keyed by a random id: the first of them are as good a sample as any
  sample as (
    select profile.traits
    from public.user_profiles as profile
    where profile.project_id = p_project_id and profile.traits is not null
    limit 20000
  ),
  pair as (
    select trait.key, trait.value, count(*) as profile_count
    from sample as s
    cross join jsonb_each(s.traits) as trait
    group by trait.key, trait.value
  ),
  trait_key as (
    select
      p.key,
      sum(p.profile_count) as profile_count,
      -- A value of a few people may be an address: only what is shared by five says nothing about anybody.
      (array_agg(p.value order by p.profile_count desc, p.value) filter (
        where p.profile_count >= 5 and jsonb_typeof(p.value) in ('string', 'number', 'boolean')
      ))[1:20] as known_values
    from pair as p
    group by p.key
    order by profile_count desc, p.key
    limit 200
  )
  select coalesce(jsonb_agg(
    jsonb_build_object('key', k.key, 'values', coalesce(to_jsonb(k.known_values), '[]')) order by k.profile_count desc, k.key
  ), '[]')
  from trait_key as k
$$;
comment on function public.get_trait_suggestions is 'Keys of traits, the most frequent first, each with up to 20 values that at least five people share, of up to 20,000 profiles.';
revoke execute on function public.get_trait_suggestions from public, anon, authenticated;
grant execute on function public.get_trait_suggestions to service_role;
