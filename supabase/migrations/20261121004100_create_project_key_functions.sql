-- Purpose: make, list, replace and revoke keys of a project.   Reversible: drop function.
create function public.get_project_keys(p_project_id integer)
returns table (id uuid, kind text, prefix text, label text, created_at timestamptz, revoked_at timestamptz)
language sql stable security invoker set search_path = ''
as $$
  select key.id, key.kind, key.prefix, key.label, key.created_at, key.revoked_at
  from public.project_keys as key
  where key.project_id = p_project_id
  order by key.created_at, key.id
$$;
comment on function public.get_project_keys is 'All keys of a project, the revoked too, the oldest first.';
revoke execute on function public.get_project_keys from public, anon, authenticated;
grant execute on function public.get_project_keys to service_role;

create function public.create_project_key(
  p_project_id integer,
  p_kind       text, -- publishable or secret
  p_key_hash   text, -- lower-case hex SHA-256 of the whole key
  p_prefix     text,
  p_label      text default ''
)
returns table (id uuid, kind text, prefix text, label text, created_at timestamptz, revoked_at timestamptz)
language sql volatile security invoker set search_path = ''
as $$
  insert into public.project_keys as key (project_id, kind, key_hash, prefix, label)
  values (p_project_id, p_kind, p_key_hash, p_prefix, coalesce(p_label, ''))
  returning key.id, key.kind, key.prefix, key.label, key.created_at, key.revoked_at
$$;
comment on function public.create_project_key is 'Adds a key and returns it. Fails with 23503 for an unknown project and with 23505 when the key exists.';
revoke execute on function public.create_project_key from public, anon, authenticated;
grant execute on function public.create_project_key to service_role;

create function public.ensure_project_key(
  p_slug     text,
  p_kind     text, -- publishable or secret
  p_key_hash text, -- lower-case hex SHA-256 of the whole key
  p_prefix   text,
  p_label    text default ''
)
returns table (id uuid, kind text, prefix text, label text, created_at timestamptz, revoked_at timestamptz)
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
    select key.id, key.kind, key.prefix, key.label, key.created_at, key.revoked_at
    from public.project_keys as key
    where key.key_hash = p_key_hash and key.project_id = v_project_id and key.kind = p_kind;
  if not found then
    raise exception 'key_in_use' using errcode = '23505', hint = 'The key belongs to another project or is of the other kind.';
  end if;
end
$$;
comment on function public.ensure_project_key is 'Adds a key unless it is there, and returns it. For start-up, any number of times. A key that was revoked stays revoked.';
revoke execute on function public.ensure_project_key from public, anon, authenticated;
grant execute on function public.ensure_project_key to service_role;

create function public.rotate_project_key(
  p_project_id integer,
  p_key_id     uuid,
  p_key_hash   text, -- of the new key
  p_prefix     text  -- of the new key
)
returns table (id uuid, kind text, prefix text, label text, created_at timestamptz, revoked_at timestamptz)
language sql volatile security invoker set search_path = ''
as $$
  with revoked as (
    update public.project_keys as key
    set revoked_at = now()
    where key.project_id = p_project_id and key.id = p_key_id and key.revoked_at is null
    returning key.project_id, key.kind, key.label
  )
  insert into public.project_keys as key (project_id, kind, key_hash, prefix, label)
  select revoked.project_id, revoked.kind, p_key_hash, p_prefix, revoked.label
  from revoked
  returning key.id, key.kind, key.prefix, key.label, key.created_at, key.revoked_at
$$;
comment on function public.rotate_project_key is 'Revokes a key and adds one of the same kind and label in its place, both or neither; returns the new one. No row, and no change, when the project has no such valid key.';
revoke execute on function public.rotate_project_key from public, anon, authenticated;
grant execute on function public.rotate_project_key to service_role;

create function public.revoke_project_key(p_project_id integer, p_key_id uuid)
returns table (id uuid, kind text, prefix text, label text, created_at timestamptz, revoked_at timestamptz)
language sql volatile security invoker set search_path = ''
as $$
  update public.project_keys as key
  set revoked_at = coalesce(key.revoked_at, now())
  where key.project_id = p_project_id and key.id = p_key_id
  returning key.id, key.kind, key.prefix, key.label, key.created_at, key.revoked_at
$$;
comment on function public.revoke_project_key is 'Ends a key and returns it; one that was revoked keeps its time. No row when the project has no such key.';
revoke execute on function public.revoke_project_key from public, anon, authenticated;
grant execute on function public.revoke_project_key to service_role;
