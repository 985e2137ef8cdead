-- Purpose: who of the team may do what in which project, and the row filter built on it.   Reversible: drop table, function.
create table public.members (
  project_id integer not null references public.projects (id) on delete cascade,
  user_id    uuid not null references auth.users (id) on delete cascade,
  email      text not null,
  role       text not null check (role in ('admin', 'operator', 'viewer')),
  created_at timestamptz not null default now(),
  primary key (project_id, user_id)
);
comment on table public.members is 'People of the team with their role in a project. The only source of roles: tokens and user metadata grant none.';
comment on column public.members.user_id is 'The person''s account in Auth; not an end user of the measured site.';
comment on column public.members.role is 'admin, operator or viewer; each may do what the ones after it may.';

create index members_user_id_idx on public.members (user_id);
comment on index public.members_user_id_idx is 'Which projects may this person see? Also finds the rows when an account is deleted.';

alter table public.members enable row level security;
revoke all on table public.members from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.members to service_role;
create policy members_all_service_role on public.members for all to service_role using (true) with check (true);

-- An array and no set: as `(select get_member_project_ids())` in a policy it is computed once per query, not once per
-- row, and the comparison with it can use the project-first indexes.
-- Security definer because members itself is closed to the caller; it tells a caller nothing but their own projects.
create function public.get_member_project_ids()
returns integer[]
language sql stable security definer set search_path = ''
as $$
  select coalesce(array_agg(member.project_id), '{}')
  from public.members as member
  where member.user_id = auth.uid()
$$;
comment on function public.get_member_project_ids is 'Ids of the projects in which the signed-in person has any role. Empty without a session.';
revoke execute on function public.get_member_project_ids from public, anon;
grant execute on function public.get_member_project_ids to authenticated, service_role;
