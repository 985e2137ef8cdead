-- Purpose: remember who was erased, so that what is still on its way cannot bring them back.   Reversible: drop table.
create table public.erased_actors (
  erased_at  bigint not null,
  project_id integer not null,
  actor_id   uuid not null,
  primary key (project_id, actor_id)
);
comment on table public.erased_actors is 'Tombstones. An actor is a keyed hash, so that a tombstone names nobody. The append functions drop rows of such an actor up to erased_at and call them duplicates; what happens later is a new beginning.';
comment on column public.erased_actors.erased_at is 'Unix ms, as the timestamps of the raw rows.';
comment on index public.erased_actors_pkey is 'Was this actor erased, and when?';

alter table public.erased_actors enable row level security;
revoke all on table public.erased_actors from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.erased_actors to service_role;
create policy erased_actors_all_service_role on public.erased_actors for all to service_role using (true) with check (true);

create function public.lock_appends(
  p_project_id integer,
  p_is_alone   boolean -- false beside other appends, true when none may be under way
)
returns void
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  if p_is_alone then
    perform pg_advisory_xact_lock(hashtext('growth_stack.append'), p_project_id);
  else
    perform pg_advisory_xact_lock_shared(hashtext('growth_stack.append'), p_project_id);
  end if;
end
$$;
comment on function public.lock_appends is 'Held to the end of the transaction by whoever appends rows to a project (shared), and by whoever has to see all of them and no further one (alone). Taken before any row is locked, so that it cannot be part of a deadlock.';
revoke execute on function public.lock_appends from public, anon, authenticated;
grant execute on function public.lock_appends to service_role;

create function public.bury_actors(
  p_project_id integer,
  p_actor_ids  uuid[],
  p_erased_at  bigint -- ms, inclusive
)
returns void
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  -- An append that is under way has not seen the tombstone: it ends first, and its rows are there to be erased.
  perform public.lock_appends(p_project_id, true);
  insert into public.erased_actors as tombstone (project_id, actor_id, erased_at)
  select distinct p_project_id, buried.actor_id, p_erased_at
  from unnest(p_actor_ids) as buried (actor_id)
  -- Measurements without a user have the nil uuid: they are nobody's.
  where buried.actor_id <> '00000000-0000-0000-0000-000000000000'
  order by buried.actor_id
  on conflict (project_id, actor_id) do update set erased_at = greatest(tombstone.erased_at, excluded.erased_at);
end
$$;
comment on function public.bury_actors is 'Writes the tombstones of actors. Waits for appends to the project that are under way; later ones wait for the end of this transaction and see the tombstones. Whatever is found in the raw tables after this call, within the same transaction, is all there will ever be up to p_erased_at.';
revoke execute on function public.bury_actors from public, anon, authenticated;
grant execute on function public.bury_actors to service_role;

create function public.begin_append(
  p_project_id integer,
  p_rows       jsonb -- array of objects with actor_id, linked_actor_id and timestamp
)
returns bigint[]
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_exists boolean;
  v_erased boolean;
begin
  -- As lock_appends does it, without a further call: all of this takes 7 µs of a batch.
  perform pg_advisory_xact_lock_shared(hashtext('growth_stack.append'), p_project_id);
  select
    exists (select from public.projects as project where project.id = p_project_id),
    exists (select from public.erased_actors as tombstone where tombstone.project_id = p_project_id)
  into v_exists, v_erased;
  if not v_exists then
    raise exception 'unknown_project' using errcode = '23503';
  end if;
  if not v_erased then
    return '{}';
  end if;
  return array(
    select sent.ordinality
    from rows from (
      jsonb_to_recordset(p_rows) as (actor_id uuid, linked_actor_id uuid, timestamp bigint)
    ) with ordinality as sent
    where exists (
      select
      from public.erased_actors as tombstone
      where tombstone.project_id = p_project_id
        and tombstone.actor_id in (sent.actor_id, sent.linked_actor_id)
        and sent.timestamp <= tombstone.erased_at
    )
  );
end
$$;
comment on function public.begin_append is 'What every append function does first: it makes sure that the project exists, joins the other appends, and gives the rows (from 1) that an erasure forbids. It is a call of its own because the statement after it sees what was committed before the lock was granted.';
revoke execute on function public.begin_append from public, anon, authenticated;
grant execute on function public.begin_append to service_role;
