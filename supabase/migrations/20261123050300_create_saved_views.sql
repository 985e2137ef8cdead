-- Purpose: keep pages of the dashboard with their filters under a name.   Reversible: drop functions, drop table.
create table public.saved_views (
  id         uuid primary key default gen_random_uuid(),
  project_id integer not null references public.projects (id) on delete cascade,
  name       text not null check (name <> ''),
  path       text not null check (path ~ '^/admin'),
  query      text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, name)
);
comment on table public.saved_views is 'Pages of the dashboard with the filters of their address, for all members of a project.';
comment on column public.saved_views.query is 'The query string without question mark and without the project.';
comment on index public.saved_views_project_id_name_key is 'Which views does this project have? Is this name taken?';

alter table public.saved_views enable row level security;
revoke all on table public.saved_views from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.saved_views to service_role;
create policy saved_views_all_service_role on public.saved_views for all to service_role using (true) with check (true);

create function public.get_saved_views(p_project_id integer)
returns jsonb
language sql stable security invoker set search_path = '' set statement_timeout = '10s'
as $$
  select coalesce(jsonb_agg(to_jsonb(v) - 'project_id' order by lower(v.name), v.name), '[]')
  from public.saved_views as v
  where v.project_id = p_project_id
$$;
comment on function public.get_saved_views is 'The saved views of a project by name; an array.';
revoke execute on function public.get_saved_views from public, anon, authenticated;
grant execute on function public.get_saved_views to service_role;

create function public.create_saved_view(p_project_id integer, p_name text, p_path text, p_query text)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  insert into public.saved_views as v (project_id, name, path, query)
  values (p_project_id, p_name, p_path, p_query)
  returning to_jsonb(v) - 'project_id'
$$;
comment on function public.create_saved_view is 'Keeps a view and gives it. Fails with 23505 when the project has one of that name.';
revoke execute on function public.create_saved_view from public, anon, authenticated;
grant execute on function public.create_saved_view to service_role;

create function public.update_saved_view(
  p_project_id integer,
  p_id         uuid,
  p_name       text default null,
  p_path       text default null,
  p_query      text default null
)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  update public.saved_views as v
  set
    name = coalesce(p_name, v.name),
    path = coalesce(p_path, v.path),
    query = coalesce(p_query, v.query),
    updated_at = now()
  where v.project_id = p_project_id and v.id = p_id
  returning to_jsonb(v) - 'project_id'
$$;
comment on function public.update_saved_view is 'Changes what is given and gives the view; null when the project has none of that id.';
revoke execute on function public.update_saved_view from public, anon, authenticated;
grant execute on function public.update_saved_view to service_role;

create function public.delete_saved_view(p_project_id integer, p_id uuid)
returns boolean
language sql volatile security invoker set search_path = ''
as $$
  with gone as (
    delete from public.saved_views as v where v.project_id = p_project_id and v.id = p_id returning v.id
  )
  select exists (select from gone)
$$;
comment on function public.delete_saved_view is 'Deletes a view; false when the project has none of that id.';
revoke execute on function public.delete_saved_view from public, anon, authenticated;
grant execute on function public.delete_saved_view to service_role;
