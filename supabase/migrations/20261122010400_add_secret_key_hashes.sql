-- Purpose: give the hashes of a project's secret keys along with it, by which user tokens are checked.   Reversible: restore the
-- functions of create_project_functions.
drop function public.get_project_by_key(text);
drop function public.get_project_by_slug(text);

create function public.get_secret_key_hashes(p_project_id integer)
returns text[]
language sql stable security invoker set search_path = ''
as $$
  select coalesce(array_agg(key.key_hash order by key.created_at, key.id), '{}')
  from public.project_keys as key
  where key.project_id = p_project_id and key.kind = 'secret' and key.revoked_at is null
$$;
comment on function public.get_secret_key_hashes is 'Lower-case hex SHA-256 of the project''s valid secret keys, the oldest first: the keys of the HMAC in user tokens.';
revoke execute on function public.get_secret_key_hashes from public, anon, authenticated;
grant execute on function public.get_secret_key_hashes to service_role;

create function public.get_project_by_key(
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
  where key.key_hash = p_key_hash and key.revoked_at is null
$$;
comment on function public.get_project_by_key is 'The project for which a key speaks, and the kind of the key. No row when the key is unknown or revoked.';
revoke execute on function public.get_project_by_key from public, anon, authenticated;
grant execute on function public.get_project_by_key to service_role;

create function public.get_project_by_slug(p_slug text)
returns table (
  project_id integer, slug text, name text, timezone text, hash_key text, allowed_origins text[], settings jsonb,
  secret_key_hashes text[]
)
language sql stable security invoker set search_path = ''
as $$
  select
    project.id, project.slug, project.name, project.timezone, project.hash_key, project.allowed_origins, project.settings,
    public.get_secret_key_hashes(project.id)
  from public.projects as project
  where project.slug = p_slug
$$;
comment on function public.get_project_by_slug is 'The project with this public name, or no row.';
revoke execute on function public.get_project_by_slug from public, anon, authenticated;
grant execute on function public.get_project_by_slug to service_role;
