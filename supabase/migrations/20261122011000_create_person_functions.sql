-- Purpose: find everything that is stored of one person.   Reversible: drop function.
-- No index begins with the actor: it would cost every event more than the rare question is worth. These functions walk a
-- table's primary key instead, a window of so many rows per call, whatever the spread of the timestamps. 200,000 keys of
-- 1.5 million on Postgres 15: 40 ms to find a window's end, 40 ms to look through it.
create function public.get_person_actors(
  p_project_id integer,
  p_actor_ids  uuid[] -- actors of the ids by which the person was named
)
returns uuid[]
language sql stable security invoker set search_path = ''
as $$
  with
  persons as (
    select coalesce(link.person_id, named.actor_id) as actor_id
    from unnest(p_actor_ids) as named (actor_id)
    left join public.actor_person as link on link.project_id = p_project_id and link.actor_id = named.actor_id
  ),
  linked as materialized (
    select persons.actor_id from persons
    union
    select named.actor_id from unnest(p_actor_ids) as named (actor_id)
    union
    select link.actor_id
    from public.actor_person as link
    where link.project_id = p_project_id and link.person_id in (select persons.actor_id from persons)
  ),
  -- Named by an identify call that made no link, such as a marked bot's, and linked to nobody else.
  claimed as (
    select call.linked_actor_id as actor_id
    from public.identifications as call
    where call.project_id = p_project_id
      and call.actor_id in (select linked.actor_id from linked)
      and call.linked_actor_id is not null
      and not exists (
        select
        from public.actor_person as other
        where other.project_id = p_project_id and other.actor_id = call.linked_actor_id
      )
  ),
  everyone as (
    select linked.actor_id from linked
    union
    select claimed.actor_id from claimed
  )
  select array_agg(
    everyone.actor_id
    order by everyone.actor_id in (select persons.actor_id from persons) desc, everyone.actor_id
  )
  from everyone
  -- Measurements without a user have this actor: they are nobody's.
  where everyone.actor_id <> '00000000-0000-0000-0000-000000000000'
$$;
comment on function public.get_person_actors is 'Every actor that is the same person as one of those given, the person''s own first; themselves when nothing is known. Null without any.';
revoke execute on function public.get_person_actors from public, anon, authenticated;
grant execute on function public.get_person_actors to service_role;

create function public.to_export_row(
  p_row       jsonb, -- of a raw table, or content of a dead letter
  p_actor_ids uuid[] -- whose export it is
)
returns jsonb
language sql immutable security invoker set search_path = ''
as $$
  select case
    when row.value ->> 'actor_id' = any (p_actor_ids::text[]) then row.value
    -- Somebody else signed in on this person's browser: who, is not for them to know.
    else row.value - array['actor_id', 'user_id', 'session_id', 'external_id', 'traits']
  end
  from (
    -- Readers of JSON end at 2^53.
    select case
      when p_row ? 'visitor_id' then p_row || jsonb_build_object('visitor_id', p_row ->> 'visitor_id')
      else p_row
    end as value
  ) as row
$$;
comment on function public.to_export_row is 'A row as a person is given it: 64-bit keys as text, and without anybody else''s name.';
revoke execute on function public.to_export_row from public, anon, authenticated;
grant execute on function public.to_export_row to service_role;

create function public.get_person_records(p_project_id integer, p_actor_ids uuid[])
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object(
    'user_profiles', (
      select coalesce(jsonb_agg(to_jsonb(profile) order by profile.user_id), '[]')
      from public.user_profiles as profile
      where profile.project_id = p_project_id and profile.actor_id = any (p_actor_ids)
    ),
    'actor_person', (
      select coalesce(jsonb_agg(to_jsonb(link) order by link.actor_id), '[]')
      from public.actor_person as link
      where link.project_id = p_project_id and (link.actor_id = any (p_actor_ids) or link.person_id = any (p_actor_ids))
    ),
    'dead_letters', (
      select coalesce(
        jsonb_agg(
          public.to_export_row(to_jsonb(letter), p_actor_ids)
            || jsonb_build_object('content', public.to_export_row(letter.content, p_actor_ids))
          order by letter.letter_id
        ),
        '[]'
      )
      from public.dead_letters as letter
      where letter.project_id = p_project_id
        and (letter.actor_id = any (p_actor_ids) or letter.content ->> 'linked_actor_id' = any (p_actor_ids::text[]))
    )
  )
$$;
comment on function public.get_person_records is 'What is kept of these actors besides raw rows, rows by table: profiles, links, dead letters.';
revoke execute on function public.get_person_records from public, anon, authenticated;
grant execute on function public.get_person_records to service_role;

create function public.get_window_end(
  p_project_id integer,
  p_table      regclass,
  p_from       bigint,  -- ms, inclusive; null from the beginning
  p_rows       integer
)
returns bigint
language plpgsql stable security invoker set search_path = ''
as $$
declare
  v_end bigint;
begin
  execute format(
    'select max(head.timestamp) from (
       select held.timestamp from %s as held
       where held.project_id = $1 and held.timestamp >= $2
       order by held.timestamp limit $3
     ) as head',
    p_table
  ) into v_end using p_project_id, coalesce(p_from, -62135596800000), p_rows;
  return v_end;
end
$$;
comment on function public.get_window_end is 'The timestamp of the p_rows-th row of a project from p_from on, or of its last: [p_from, this] holds that many rows, and more only when many share this very timestamp. Null when there is no row.';
revoke execute on function public.get_window_end from public, anon, authenticated;
grant execute on function public.get_window_end to service_role;

create function public.to_person_table(p_table text)
returns regclass
language plpgsql immutable security invoker set search_path = ''
as $$
begin
  if p_table is null or p_table not in (
    'user_events', 'conversions', 'identifications',
    'performance_metrics', 'ai_performance_metrics', 'database_performance_metrics'
  ) then
    raise exception 'unknown_table' using errcode = '22023', hint = 'One of the raw tables.';
  end if;
  return format('public.%I', p_table)::regclass;
end
$$;
comment on function public.to_person_table is 'The raw table of this name. Fails with 22023 for any other name.';
revoke execute on function public.to_person_table from public, anon, authenticated;
grant execute on function public.to_person_table to service_role;

create function public.get_person_condition(p_table text)
returns text
language sql immutable security invoker set search_path = ''
as $$
  -- An identify call is about both of its actors.
  select case
    when p_table = 'identifications' then '(held.actor_id = any ($2) or held.linked_actor_id = any ($2))'
    else 'held.actor_id = any ($2)'
  end
$$;
comment on function public.get_person_condition is 'Which rows of a raw table, called held, are about the actors $2.';
revoke execute on function public.get_person_condition from public, anon, authenticated;
grant execute on function public.get_person_condition to service_role;

create function public.count_person_rows(
  p_project_id integer,
  p_actor_ids  uuid[],
  p_table      text,
  p_from       bigint,                -- ms, inclusive; null from the beginning
  p_rows       integer default 500000 -- looked through per call
)
returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
declare
  v_table regclass := public.to_person_table(p_table);
  v_end   bigint := public.get_window_end(p_project_id, v_table, p_from, p_rows);
  v_found jsonb;
begin
  if v_end is null then
    return '{"count": 0, "first": null, "last": null, "next": null}';
  end if;
  execute format(
    'select jsonb_build_object(''count'', count(*), ''first'', min(held.timestamp), ''last'', max(held.timestamp), ''next'', $5)
     from %s as held
     where held.project_id = $1 and held.timestamp >= $3 and held.timestamp <= $4 and %s',
    v_table, public.get_person_condition(p_table)
  ) into v_found using p_project_id, p_actor_ids, coalesce(p_from, -62135596800000), v_end, v_end + 1;
  return v_found;
end
$$;
comment on function public.count_person_rows is 'Rows of these actors in the next window of a raw table, with their first and last timestamp; next is the p_from of the next call, null after the last.';
revoke execute on function public.count_person_rows from public, anon, authenticated;
grant execute on function public.count_person_rows to service_role;

create function public.get_person_rows(
  p_project_id integer,
  p_actor_ids  uuid[],
  p_table      text,
  p_after      jsonb,                  -- next of the call before; null from the beginning
  p_rows       integer default 200000, -- looked through per call
  p_limit      integer default 1000    -- given per call
)
returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
declare
  v_table regclass := public.to_person_table(p_table);
  v_from  bigint := coalesce((p_after ->> 'timestamp')::bigint, -62135596800000);
  v_end   bigint := public.get_window_end(p_project_id, v_table, v_from, p_rows);
  v_found jsonb;
begin
  if v_end is null then
    return '{"rows": [], "next": null}';
  end if;
  execute format(
    'with found as materialized (
       select held.*
       from %s as held
       where held.project_id = $1 and held.timestamp <= $4 and %s
         and (held.timestamp, held.actor_id, held.id) > ($3, $5, $6) and held.timestamp >= $3
       order by held.timestamp, held.actor_id, held.id
       limit $7
     )
     select jsonb_build_object(
       ''rows'', coalesce(
         jsonb_agg(public.to_export_row(to_jsonb(found), $2) order by found.timestamp, found.actor_id, found.id), ''[]''
       ),
       ''next'', case
         when count(*) = $7 then (
           select jsonb_build_object(''timestamp'', last.timestamp, ''actor_id'', last.actor_id, ''id'', last.id)
           from found as last order by last.timestamp desc, last.actor_id desc, last.id desc limit 1
         )
         else jsonb_build_object(''timestamp'', $4 + 1)
       end
     )
     from found',
    v_table, public.get_person_condition(p_table)
  ) into v_found using
    p_project_id, p_actor_ids, v_from, v_end,
    -- Below every key, so that a window begins with its first row.
    coalesce((p_after ->> 'actor_id')::uuid, '00000000-0000-0000-0000-000000000000'),
    coalesce((p_after ->> 'id')::uuid, '00000000-0000-0000-0000-000000000000'),
    p_limit;
  return v_found;
end
$$;
comment on function public.get_person_rows is 'Rows of these actors in a raw table, whole, in key order: {"rows", "next"}. next is the p_after of the next call, null after the last. A call may give no rows and go on.';
revoke execute on function public.get_person_rows from public, anon, authenticated;
grant execute on function public.get_person_rows to service_role;
