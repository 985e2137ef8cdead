-- Purpose: who belongs to a project, in which role.   Reversible: drop function.
create function public.get_memberships(p_user_id uuid)
returns table (project_id integer, slug text, name text, role text)
language sql stable security invoker set search_path = ''
as $$
  select project.id, project.slug, project.name, member.role
  from public.members as member
  join public.projects as project on project.id = member.project_id
  where member.user_id = p_user_id
  order by project.id
$$;
comment on function public.get_memberships is 'The projects in which a person has a role, and that role.';
revoke execute on function public.get_memberships from public, anon, authenticated;
grant execute on function public.get_memberships to service_role;

create function public.get_members(p_project_id integer)
returns table (user_id uuid, email text, role text, created_at timestamptz)
language sql stable security invoker set search_path = ''
as $$
  select member.user_id, member.email, member.role, member.created_at
  from public.members as member
  where member.project_id = p_project_id
  order by member.created_at, member.user_id
$$;
comment on function public.get_members is 'The members of a project, the oldest first.';
revoke execute on function public.get_members from public, anon, authenticated;
grant execute on function public.get_members to service_role;

create function public.is_last_admin(p_project_id integer, p_user_id uuid)
returns boolean
language sql stable security invoker set search_path = ''
as $$
  select coalesce(bool_and(member.user_id = p_user_id), false)
  from public.members as member
  where member.project_id = p_project_id and member.role = 'admin'
$$;
comment on function public.is_last_admin is 'Whether this person is an admin of the project and nobody else is.';
revoke execute on function public.is_last_admin from public, anon, authenticated;
grant execute on function public.is_last_admin to service_role;

create function public.set_member(
  p_project_id integer,
  p_user_id    uuid,
  p_email      text,
  p_role       text -- admin, operator or viewer
)
returns table (user_id uuid, email text, role text, created_at timestamptz)
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
begin
  -- Changes of one project's members wait for each other: two admins who demote each other at once cannot both succeed.
  perform from public.projects as project where project.id = p_project_id for update;
  if p_role is distinct from 'admin' and public.is_last_admin(p_project_id, p_user_id) then
    raise exception 'last_admin' using errcode = '23514', hint = 'Make somebody else an admin first.';
  end if;
  return query
    insert into public.members as member (project_id, user_id, email, role)
    values (p_project_id, p_user_id, p_email, p_role)
    on conflict (project_id, user_id) do update set email = excluded.email, role = excluded.role
    returning member.user_id, member.email, member.role, member.created_at;
end
$$;

comment on function public.set_member is 'Adds a member or changes address and role, and returns the member. Fails with 23514 last_admin when it would leave the project without an admin, with 23503 for an unknown project or person.';
revoke execute on function public.set_member from public, anon, authenticated;
grant execute on function public.set_member to service_role;

create function public.remove_member(p_project_id integer, p_user_id uuid)
returns boolean
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  -- As in set_member.
  perform from public.projects as project where project.id = p_project_id for update;
  if public.is_last_admin(p_project_id, p_user_id) then
    raise exception 'last_admin' using errcode = '23514', hint = 'Make somebody else an admin first.';
  end if;
  delete from public.members as member where member.project_id = p_project_id and member.user_id = p_user_id;
  return found;
end
$$;
comment on function public.remove_member is 'Ends a membership; false when there was none. Fails with 23514 last_admin when it would leave the project without an admin.';
revoke execute on function public.remove_member from public, anon, authenticated;
grant execute on function public.remove_member to service_role;

-- Security definer because auth.users is closed to service_role in SQL.
create function public.get_auth_user_id(p_email text)
returns uuid
language sql stable security definer set search_path = ''
as $$
  select account.id
  from auth.users as account
  where lower(account.email) = lower(btrim(p_email))
  order by account.created_at, account.id
  limit 1
$$;
comment on function public.get_auth_user_id is 'The account with this address, whatever its case; null when there is none.';
revoke execute on function public.get_auth_user_id from public, anon, authenticated;
grant execute on function public.get_auth_user_id to service_role;
