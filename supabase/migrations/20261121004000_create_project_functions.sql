-- Purpose: find and change projects.   Reversible: drop function.
create function public.get_project_by_key(
  p_key_hash text -- lower-case hex SHA-256 of the whole key
)
returns table (
  project_id integer, slug text, name text, timezone text, kind text, hash_key text, allowed_origins text[], settings jsonb
)
language sql stable security invoker set search_path = ''
as $$
  select
    project.id, project.slug, project.name, project.timezone, key.kind, project.hash_key, project.allowed_origins,
    project.settings
  from public.project_keys as key
  join public.projects as project on project.id = key.project_id
  where key.key_hash = p_key_hash and key.revoked_at is null
$$;
comment on function public.get_project_by_key is 'The project for which a key speaks, and the kind of the key. No row when the key is unknown or revoked.';
revoke execute on function public.get_project_by_key from public, anon, authenticated;
grant execute on function public.get_project_by_key to service_role;

create function public.get_project_by_slug(p_slug text)
returns table (
  project_id integer, slug text, name text, timezone text, hash_key text, allowed_origins text[], settings jsonb
)
language sql stable security invoker set search_path = ''
as $$
  select
    project.id, project.slug, project.name, project.timezone, project.hash_key, project.allowed_origins, project.settings
  from public.projects as project
  where project.slug = p_slug
$$;
comment on function public.get_project_by_slug is 'The project with this public name, or no row.';
revoke execute on function public.get_project_by_slug from public, anon, authenticated;
grant execute on function public.get_project_by_slug to service_role;

create function public.update_project(
  p_project_id      integer,
  p_name            text default null,
  p_timezone        text default null, -- IANA name
  p_allowed_origins text[] default null
)
returns table (
  project_id integer, slug text, name text, timezone text, hash_key text, allowed_origins text[], settings jsonb
)
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
begin
  -- Fails with 22023 on a name that this server does not know: reports would fail on it later.
  perform now() at time zone p_timezone;
  return query
    update public.projects as project
    set name = coalesce(p_name, project.name),
        timezone = coalesce(p_timezone, project.timezone),
        allowed_origins = coalesce(p_allowed_origins, project.allowed_origins)
    where project.id = p_project_id
    returning
      project.id, project.slug, project.name, project.timezone, project.hash_key, project.allowed_origins,
      project.settings;
end
$$;
comment on function public.update_project is 'Changes what is given, null keeps, and returns the project as it is then; no row when there is none. Unknown time zones fail with 22023.';
revoke execute on function public.update_project from public, anon, authenticated;
grant execute on function public.update_project to service_role;
