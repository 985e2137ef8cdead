-- Purpose: change single fields of a project's settings.   Reversible: drop function.
create function public.update_project_settings(
  p_project_id integer,
  p_settings   jsonb -- object; objects in it are merged by field, everything else replaces, JSON null included
)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  update public.projects as project
  set settings = project.settings || p_settings || (
    select coalesce(jsonb_object_agg(field.key, project.settings -> field.key || field.value), '{}')
    from jsonb_each(p_settings) as field
    where jsonb_typeof(field.value) = 'object' and jsonb_typeof(project.settings -> field.key) = 'object'
  )
  where project.id = p_project_id
  returning project.settings
$$;
comment on function public.update_project_settings is 'Merges the given fields into a project''s settings, nested objects by field, and returns them all; no row when there is no such project.';
revoke execute on function public.update_project_settings from public, anon, authenticated;
grant execute on function public.update_project_settings to service_role;
