-- Purpose: let somebody without an account see one page, for a time.   Reversible: drop functions, drop table.
create table public.shares (
  id         uuid primary key default gen_random_uuid(),
  project_id integer not null references public.projects (id) on delete cascade,
  token_hash text not null unique check (token_hash ~ '^[0-9a-f]{64}$'),
  path       text not null check (path ~ '^/admin'),
  query      text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  -- In hours because a day is not always 24 of them; one more for the hour that clocks add.
  check (expires_at > created_at and expires_at - created_at <= interval '2161 hours')
);
comment on table public.shares is 'Read-only links to pages of the dashboard, for people without an account. Each ends by itself within 90 days.';
comment on column public.shares.token_hash is 'Lower-case hex SHA-256 of the token. The token itself is shown once and never stored.';
comment on column public.shares.created_by is 'The address of the member who made it, as it was then.';
comment on column public.shares.revoked_at is 'From then on the link is as unknown as one that never was. Null while it is in use.';
comment on index public.shares_token_hash_key is 'What does this link show?';
create index shares_project_id_created_at_idx on public.shares (project_id, created_at);
comment on index public.shares_project_id_created_at_idx is 'Which links does this project have?';

alter table public.shares enable row level security;
revoke all on table public.shares from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.shares to service_role;
create policy shares_all_service_role on public.shares for all to service_role using (true) with check (true);

create function public.get_shares(p_project_id integer)
returns jsonb
language sql stable security invoker set search_path = '' set statement_timeout = '10s'
as $$
  select coalesce(jsonb_agg(to_jsonb(s) - 'project_id' - 'token_hash' order by s.created_at desc, s.id), '[]')
  from public.shares as s
  where s.project_id = p_project_id
$$;
comment on function public.get_shares is 'All links of a project, the revoked and the expired too, the newest first; an array.';
revoke execute on function public.get_shares from public, anon, authenticated;
grant execute on function public.get_shares to service_role;

create function public.create_share(
  p_project_id integer,
  p_token_hash text,
  p_path       text,
  p_query      text,
  p_created_by text,
  p_expires_at timestamptz -- in the next 90 days
)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_share jsonb;
begin
  -- By the clock that will end the link. The table's check would refuse it too, but not tell it from another bad value.
  if p_expires_at <= now() or p_expires_at > now() + interval '2161 hours' then
    raise exception 'expiry_out_of_range' using errcode = '22023';
  end if;
  insert into public.shares as s (project_id, token_hash, path, query, created_by, expires_at)
  values (p_project_id, p_token_hash, p_path, p_query, p_created_by, p_expires_at)
  returning to_jsonb(s) - 'project_id' - 'token_hash' into v_share;
  return v_share;
end
$$;
comment on function public.create_share is 'Adds a link and gives it. Fails with 22023 for an expiry that is not in the next 90 days.';
revoke execute on function public.create_share from public, anon, authenticated;
grant execute on function public.create_share to service_role;

create function public.revoke_share(p_project_id integer, p_id uuid)
returns boolean
language sql volatile security invoker set search_path = ''
as $$
  with ended as (
    update public.shares as s
    set revoked_at = now()
    where s.project_id = p_project_id and s.id = p_id and s.revoked_at is null
    returning s.id
  )
  select exists (select from ended)
$$;
comment on function public.revoke_share is 'Ends a link for good; false when the project has no such link that was not revoked yet.';
revoke execute on function public.revoke_share from public, anon, authenticated;
grant execute on function public.revoke_share to service_role;

create function public.get_share(p_token_hash text)
returns table (id uuid, slug text, path text, query text, expires_at timestamptz)
language sql stable security invoker set search_path = '' set statement_timeout = '10s'
as $$
  select s.id, project.slug, s.path, s.query, s.expires_at
  from public.shares as s
  inner join public.projects as project on project.id = s.project_id
  where s.token_hash = p_token_hash and s.revoked_at is null and s.expires_at > now()
$$;
comment on function public.get_share is 'What a link shows. No row when it is unknown, revoked or expired.';
revoke execute on function public.get_share from public, anon, authenticated;
grant execute on function public.get_share to service_role;
