-- Purpose: whose AI calls are those of a segment.   Reversible: drop function.
-- Of the other filters AI calls know nothing: they have no route and no device. A call without a user is nobody's, and of no
-- segment; the actor of a user is known by the user's events.
create function public.get_segment_actors(p_project_id integer, p_filters jsonb)
returns setof uuid
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
      select link.actor_id
      from public.actor_person as link
      where
        link.project_id = %L::integer
        and uuid_hash_extended(link.person_id, 0) in (select chosen.person_id from (%s) as chosen)
    $query$,
    p_project_id,
    public.build_segment_people(
      p_project_id, p_filters -> 'segment',
      coalesce((p_filters ->> 'now')::bigint, (extract(epoch from statement_timestamp()) * 1000)::bigint)
    )
  );
end
$$;
comment on function public.get_segment_actors is 'The actors of users in the segment that report filters name.';
revoke execute on function public.get_segment_actors from public, anon, authenticated;
grant execute on function public.get_segment_actors to service_role;
