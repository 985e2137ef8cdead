-- Purpose: let keys of a project end by themselves at a set time.   Reversible: drop column, restore the functions of
-- create_project_key_functions and add_secret_key_hashes.
-- Every request for an unknown key waits behind this lock: rather fail and be run again than hold them up.
set local lock_timeout = '5s';

-- Ten years, written in hours because a day is not always 24 of them. The bound keeps a far-off year from being a time that
-- JavaScript cannot read, also after rotations, which each give the same lifetime again.
alter table public.project_keys
  add column expires_at timestamptz
    constraint project_keys_expires_at_check check (expires_at > created_at and expires_at - created_at <= interval '87672 hours');
comment on column public.project_keys.expires_at is 'From then on the key is unknown to every request, like a revoked one. Null for a key that does not end by itself.';

create or replace function public.get_secret_key_hashes(p_project_id integer)
returns text[]
language sql stable security invoker set search_path = ''
as $$
  select coalesce(array_agg(key.key_hash order by key.created_at, key.id), '{}')
  from public.project_keys as key
  where key.project_id = p_project_id and key.kind = 'secret' and key.revoked_at is null
    and (key.expires_at is null or key.expires_at > now())
$$;

create or replace function public.get_project_by_key(
  p_key_hash text -- lower-case hex SHA-256 of the whole key
)
returns table (
  project_id integer, slug text, name text, timezone text, kind text, hash_key text, allowed_origins text[], settings jsonb,
  secret_key_hashes text[]
)
language sql stable security invoker set search_path = ''
as $$
  select
    project.id, project.slug, project.name, project.timezone, key.kind, project.hash_key, project.allowed_origins,
    project.settings, public.get_secret_key_hashes(project.id)
  from public.project_keys as key
  join public.projects as project on project.id = key.project_id
  where key.key_hash = p_key_hash and key.revoked_at is null and (key.expires_at is null or key.expires_at > now())
$$;
comment on function public.get_project_by_key is 'The project for which a key speaks, and the kind of the key. No row when the key is unknown, revoked or expired.';

drop function public.get_project_keys(integer);
drop function public.create_project_key(integer, text, text, text, text);
drop function public.ensure_project_key(text, text, text, text, text);
drop function public.rotate_project_key(integer, uuid, text, text);
drop function public.revoke_project_key(integer, uuid);

create function public.get_project_keys(p_project_id integer)
returns table (
  id uuid, kind text, prefix text, label text, created_at timestamptz, revoked_at timestamptz, expires_at timestamptz
)
language sql stable security invoker set search_path = ''
as $$
  select key.id, key.kind, key.prefix, key.label, key.created_at, key.revoked_at, key.expires_at
  from public.project_keys as key
  where key.project_id = p_project_id
  order by key.created_at, key.id
$$;
comment on function public.get_project_keys is 'All keys of a project, the revoked and the expired too, the oldest first.';
revoke execute on function public.get_project_keys from public, anon, authenticated;
grant execute on function public.get_project_keys to service_role;

create function public.create_project_key(
  p_project_id integer,
  p_kind       text, -- publishable or secret
  p_key_hash   text, -- lower-case hex SHA-256 of the whole key
  p_prefix     text,
  p_label      text default '',
  p_expires_at timestamptz default null -- in the future, within ten years; null: never
)
returns table (
  id uuid, kind text, prefix text, label text, created_at timestamptz, revoked_at timestamptz, expires_at timestamptz
)
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
begin
  -- By the clock that will end the key. The table's check would refuse it too, but not tell it from another bad value.
  if p_expires_at <= now() or p_expires_at > now() + interval '87672 hours' then
    raise exception 'expiry_out_of_range' using errcode = '22023';
  end if;
  return query
    insert into public.project_keys as key (project_id, kind, key_hash, prefix, label, expires_at)
    values (p_project_id, p_kind, p_key_hash, p_prefix, coalesce(p_label, ''), p_expires_at)
    returning key.id, key.kind, key.prefix, key.label, key.created_at, key.revoked_at, key.expires_at;
end
$$;
comment on function public.create_project_key is 'Adds a key and returns it. Fails with 23503 for an unknown project, with 23505 when the key exists and with 22023 for an expiry that is not in the next ten years.';
revoke execute on function public.create_project_key from public, anon, authenticated;
grant execute on function public.create_project_key to service_role;

create function public.ensure_project_key(
  p_slug     text,
  p_kind     text, -- publishable or secret
  p_key_hash text, -- lower-case hex SHA-256 of the whole key
  p_prefix   text,
  p_label    text default ''
)
returns table (
  id uuid, kind text, prefix text, label text, created_at timestamptz, revoked_at timestamptz, expires_at timestamptz
)
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  v_project_id integer;
begin
  select project.id into v_project_id from public.projects as project where project.slug = p_slug;
  if v_project_id is null then
    raise exception 'unknown_project' using errcode = '23503';
  end if;

  insert into public.project_keys (project_id, kind, key_hash, prefix, label)
  values (v_project_id, p_kind, p_key_hash, p_prefix, coalesce(p_label, ''))
  on conflict (key_hash) do nothing;

  return query
    select key.id, key.kind, key.prefix, key.label, key.created_at, key.revoked_at, key.expires_at
    from public.project_keys as key
    where key.key_hash = p_key_hash and key.project_id = v_project_id and key.kind = p_kind;
  if not found then
    raise exception 'key_in_use' using errcode = '23505', hint = 'The key belongs to another project or is of the other kind.';
  end if;
end
$$;
comment on function public.ensure_project_key is 'Adds a key unless it is there, and returns it. For start-up, any number of times. A key that was revoked stays revoked, one with an expiry keeps it.';
revoke execute on function public.ensure_project_key from public, anon, authenticated;
grant execute on function public.ensure_project_key to service_role;

create function public.rotate_project_key(
  p_project_id integer,
  p_key_id     uuid,
  p_key_hash   text, -- of the new key
  p_prefix     text  -- of the new key
)
returns table (
  id uuid, kind text, prefix text, label text, created_at timestamptz, revoked_at timestamptz, expires_at timestamptz
)
language sql volatile security invoker set search_path = ''
as $$
  with revoked as (
    update public.project_keys as key
    set revoked_at = now()
    where key.project_id = p_project_id and key.id = p_key_id and key.revoked_at is null
      and (key.expires_at is null or key.expires_at > now())
    returning key.project_id, key.kind, key.label, extract(epoch from key.expires_at - key.created_at) as lifetime_s
  )
  -- The lifetime again, not the date again: who rotates a 90-day key on its last day wants one for 90 days. In seconds,
  -- because adding days follows the session's clock changes.
  insert into public.project_keys as key (project_id, kind, key_hash, prefix, label, expires_at)
  select
    revoked.project_id, revoked.kind, p_key_hash, p_prefix, revoked.label,
    now() + make_interval(secs => revoked.lifetime_s::double precision)
  from revoked
  returning key.id, key.kind, key.prefix, key.label, key.created_at, key.revoked_at, key.expires_at
$$;
comment on function public.rotate_project_key is 'Revokes a key and adds one of the same kind and label in its place, both or neither; returns the new one. One with an expiry is followed by one that lives as long, from now. No row, and no change, when the project has no such valid key.';
revoke execute on function public.rotate_project_key from public, anon, authenticated;
grant execute on function public.rotate_project_key to service_role;

create function public.revoke_project_key(p_project_id integer, p_key_id uuid)
returns table (
  id uuid, kind text, prefix text, label text, created_at timestamptz, revoked_at timestamptz, expires_at timestamptz
)
language sql volatile security invoker set search_path = ''
as $$
  update public.project_keys as key
  set revoked_at = coalesce(key.revoked_at, now())
  where key.project_id = p_project_id and key.id = p_key_id
  returning key.id, key.kind, key.prefix, key.label, key.created_at, key.revoked_at, key.expires_at
$$;
comment on function public.revoke_project_key is 'Ends a key and returns it, an expired one too; one that was revoked keeps its time. No row when the project has no such key.';
revoke execute on function public.revoke_project_key from public, anon, authenticated;
grant execute on function public.revoke_project_key to service_role;
