-- Purpose: erase a person, in steps that each take a bounded time and can be repeated.   Reversible: drop function.
create function public.begin_erasure(
  p_project_id   integer,
  p_actor_ids    uuid[], -- actors of the ids by which the person was named
  p_subject      text,   -- keyed hash of the first of them
  p_requested_by text
)
returns uuid
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_erased_at bigint := floor(extract(epoch from clock_timestamp()) * 1000);
  v_actors    uuid[];
  v_known     uuid[];
  v_links     integer;
  v_profiles  integer;
  v_letters   integer;
  v_id        uuid;
begin
  if not exists (select from public.projects as project where project.id = p_project_id) then
    raise exception 'unknown_project' using errcode = '23503';
  end if;
  v_known := public.get_person_actors(p_project_id, p_actor_ids);
  if v_known is null then
    raise exception 'nobody' using errcode = '22023', hint = 'Name an actor; the nil uuid is none.';
  end if;
  -- Somebody may finish the other one between the two statements.
  loop
    insert into public.erasures (project_id, subject, requested_by, erased_at)
    values (p_project_id, p_subject, p_requested_by, v_erased_at)
    on conflict do nothing
    returning id into v_id;
    exit when found;
    select erasure.id into v_id
    from public.erasures as erasure
    where erasure.project_id = p_project_id and erasure.subject = p_subject and erasure.finished_at is null;
    if found then
      return v_id;
    end if;
  end loop;

  -- From the first burial to the end of this transaction nothing is appended, so that what is found then is everything.
  loop
    perform public.bury_actors(p_project_id, v_known, v_erased_at);
    v_actors := public.get_person_actors(p_project_id, p_actor_ids);
    exit when v_actors <@ v_known;
    v_known := v_actors;
  end loop;

  -- At once, as all these move with each append: what comes later makes them anew.
  delete from public.actor_person as link
  where link.project_id = p_project_id and (link.actor_id = any (v_known) or link.person_id = any (v_known));
  get diagnostics v_links = row_count;
  delete from public.user_profiles as profile
  where profile.project_id = p_project_id and profile.actor_id = any (v_known);
  get diagnostics v_profiles = row_count;
  delete from public.dead_letters as letter
  where letter.project_id = p_project_id
    and (letter.actor_id = any (v_known) or letter.content ->> 'linked_actor_id' = any (v_known::text[]));
  get diagnostics v_letters = row_count;

  update public.erasures as erasure
  set
    actor_ids = v_known,
    actor_count = cardinality(v_known),
    rows = jsonb_build_object('actor_person', v_links, 'user_profiles', v_profiles, 'dead_letters', v_letters)
  where erasure.id = v_id;
  return v_id;
end
$$;
comment on function public.begin_erasure is 'Buries a person, so that nothing from before comes back, deletes profile, links and dead letters, and gives the id of the erasure. One that is under way for the same subject goes on instead, with its own time.';
revoke execute on function public.begin_erasure from public, anon, authenticated;
grant execute on function public.begin_erasure to service_role;

create function public.erase_person_rows(
  p_erasure_id uuid,
  p_rows       integer default 200000 -- looked through per call
)
returns boolean
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_tables  constant text[] := array[
    'user_events', 'conversions', 'identifications',
    'performance_metrics', 'ai_performance_metrics', 'database_performance_metrics'
  ];
  v_erasure public.erasures;
  v_table   regclass;
  v_end     bigint;
  v_count   integer;
  v_counted text;
  v_is_more boolean;
begin
  -- Two that erase the same person take turns, and each goes on where the other ended.
  select erasure.* into v_erasure from public.erasures as erasure where erasure.id = p_erasure_id for update;
  if not found then
    raise exception 'unknown_erasure' using errcode = 'P0002';
  end if;
  if v_erasure.scan_table is null then
    return false;
  end if;

  v_table := public.to_person_table(v_erasure.scan_table);
  v_end := public.get_window_end(v_erasure.project_id, v_table, v_erasure.position, p_rows);
  if v_end is null then
    update public.erasures as erasure
    set
      scan_table = v_tables[array_position(v_tables, v_erasure.scan_table) + 1],
      position = null,
      -- Said also of a table that held nothing.
      rows = jsonb_build_object(v_erasure.scan_table, 0) || erasure.rows
    where erasure.id = p_erasure_id
    returning erasure.scan_table is not null into v_is_more;
    return v_is_more;
  end if;

  -- What was counted goes out of the counts with the rows.
  v_counted := case v_erasure.scan_table
    when 'user_events' then '''event'', gone.event, '''''
    when 'conversions' then '''conversion'', gone.funnel, gone.step'
  end;
  -- A row is of before when it happened before the burial, or was stored before it by a clock that is ahead.
  execute format(
    'with gone as (
       delete from %1$s as held
       where held.project_id = $1 and %2$s and held.timestamp >= $3 and held.timestamp <= $4
         and (held.timestamp <= $5 or held.created_at <= $6)
       returning held.*
     )' || case when v_counted is not null then ',
     uncounted as (
       insert into public.event_count_deltas (project_id, hour, kind, name, step, bot, row_count)
       select
         $1, gone.timestamp - ((gone.timestamp %% 3600000) + 3600000) %% 3600000, %3$s, gone.bot_reasons is not null,
         -count(*)
       from gone
       group by 2, 4, 5, 6
     )' else '' end || '
     select count(*) from gone',
    v_table, public.get_person_condition(v_erasure.scan_table), v_counted
  ) into v_count using
    v_erasure.project_id, v_erasure.actor_ids, coalesce(v_erasure.position, -62135596800000), v_end,
    v_erasure.erased_at, v_erasure.created_at;

  update public.erasures as erasure
  set
    position = v_end + 1,
    rows = erasure.rows || jsonb_build_object(
      v_erasure.scan_table, coalesce((erasure.rows ->> v_erasure.scan_table)::integer, 0) + v_count
    )
  where erasure.id = p_erasure_id;
  return true;
end
$$;
comment on function public.erase_person_rows is 'Deletes a person''s rows in the next window of a raw table and takes them out of the counts, in one transaction; false when there is nothing left. Killed at any point it goes on where it was.';
revoke execute on function public.erase_person_rows from public, anon, authenticated;
grant execute on function public.erase_person_rows to service_role;

create function public.finish_erasure(
  p_erasure_id uuid,
  p_jws        text -- the receipt
)
returns text
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_jws text;
begin
  update public.erasures as erasure
  set jws = p_jws, finished_at = now(), actor_ids = '{}'
  where erasure.id = p_erasure_id and erasure.scan_table is null and erasure.finished_at is null;
  select erasure.jws into v_jws from public.erasures as erasure where erasure.id = p_erasure_id;
  return v_jws;
end
$$;
comment on function public.finish_erasure is 'Ends an erasure with its receipt and forgets whom it was about; gives the receipt that counts, the first one. Null, and no change, while rows are left.';
revoke execute on function public.finish_erasure from public, anon, authenticated;
grant execute on function public.finish_erasure to service_role;

create function public.get_erasures(
  p_project_id integer,
  p_id         uuid default null -- one of them; null for the latest 500
)
returns table (
  id uuid, created_at timestamptz, finished_at timestamptz, erased_at bigint, actor_count integer, requested_by text,
  subject text, rows jsonb, jws text
)
language sql stable security invoker set search_path = ''
as $$
  select
    erasure.id, erasure.created_at, erasure.finished_at, erasure.erased_at, erasure.actor_count, erasure.requested_by,
    erasure.subject, erasure.rows, erasure.jws
  from public.erasures as erasure
  where erasure.project_id = p_project_id and (p_id is null or erasure.id = p_id)
  order by erasure.created_at desc, erasure.id
  limit 500
$$;
comment on function public.get_erasures is 'Erasures of a project, the latest first.';
revoke execute on function public.get_erasures from public, anon, authenticated;
grant execute on function public.get_erasures to service_role;

create function public.get_running_erasures()
returns table (id uuid, slug text)
language sql stable security invoker set search_path = ''
as $$
  select erasure.id, project.slug
  from public.erasures as erasure
  join public.projects as project on project.id = erasure.project_id
  where erasure.finished_at is null
  order by erasure.created_at
$$;
comment on function public.get_running_erasures is 'Erasures that are under way or were interrupted, of all projects, the oldest first.';
revoke execute on function public.get_running_erasures from public, anon, authenticated;
grant execute on function public.get_running_erasures to service_role;
