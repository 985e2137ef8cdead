-- Purpose: keep segments under a name.   Reversible: drop functions, drop table.
create table public.segments (
  id         uuid primary key default gen_random_uuid(),
  project_id integer not null references public.projects (id) on delete cascade,
  name       text not null check (name <> ''),
  definition jsonb not null check (jsonb_typeof(definition) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (project_id, name)
);
comment on table public.segments is 'Saved descriptions of people; who they are is asked anew each time.';
comment on column public.segments.definition is 'As lib/contracts/segment.ts.';
comment on index public.segments_project_id_name_key is 'Which segments does this project have? Is this name taken?';

alter table public.segments enable row level security;
revoke all on table public.segments from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.segments to service_role;
create policy segments_all_service_role on public.segments for all to service_role using (true) with check (true);

create function public.get_segments(p_project_id integer, p_id uuid default null)
returns jsonb
language sql stable security invoker set search_path = '' set statement_timeout = '10s'
as $$
  select coalesce(jsonb_agg(to_jsonb(s) - 'project_id' order by lower(s.name), s.name), '[]')
  from public.segments as s
  where s.project_id = p_project_id and (p_id is null or s.id = p_id)
$$;
comment on function public.get_segments is 'The segments of a project by name, or the one of an id; an array, empty when there is none.';
revoke execute on function public.get_segments from public, anon, authenticated;
grant execute on function public.get_segments to service_role;

create function public.create_segment(p_project_id integer, p_name text, p_definition jsonb)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  insert into public.segments as s (project_id, name, definition)
  -- Read once, so that what cannot be asked is refused (22023) and not kept.
  select p_project_id, p_name, p_definition
  where public.build_segment_people(p_project_id, p_definition, 0) is not null
  returning to_jsonb(s) - 'project_id'
$$;
comment on function public.create_segment is 'Keeps a segment and gives it. Fails with 23505 when the project has one of that name and with 22023 for what is no definition.';
revoke execute on function public.create_segment from public, anon, authenticated;
grant execute on function public.create_segment to service_role;

create function public.update_segment(
  p_project_id integer,
  p_id         uuid,
  p_name       text default null,
  p_definition jsonb default null
)
returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  update public.segments as s
  set
    name = coalesce(p_name, s.name),
    definition = coalesce(p_definition, s.definition),
    updated_at = now()
  where
    s.project_id = p_project_id
    and s.id = p_id
    and (p_definition is null or public.build_segment_people(p_project_id, p_definition, 0) is not null)
  returning to_jsonb(s) - 'project_id'
$$;
comment on function public.update_segment is 'Changes name, definition or both, and gives the segment; null when the project has none of that id.';
revoke execute on function public.update_segment from public, anon, authenticated;
grant execute on function public.update_segment to service_role;

create function public.delete_segment(p_project_id integer, p_id uuid)
returns boolean
language sql volatile security invoker set search_path = ''
as $$
  with gone as (
    delete from public.segments as s where s.project_id = p_project_id and s.id = p_id returning s.id
  )
  select exists (select from gone)
$$;
comment on function public.delete_segment is 'Deletes a segment; false when the project has none of that id.';
revoke execute on function public.delete_segment from public, anon, authenticated;
grant execute on function public.delete_segment to service_role;
