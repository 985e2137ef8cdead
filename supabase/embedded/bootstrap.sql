-- Purpose: what a Supabase project has before its first migration, as far as migrations and supabase-js rely on it.
-- Run at every start, as the owner of the database; repeating it changes nothing.
-- Source: https://github.com/supabase/postgres/tree/develop/migrations/db/init-scripts

do $$
declare
  missing text;
begin
  for missing in
    select name from unnest(array['anon', 'authenticated', 'service_role', 'authenticator']) as name
    where not exists (select from pg_catalog.pg_roles where rolname = name)
  loop
    begin
      execute format(
        'create role %I %s', missing,
        case missing
          when 'service_role' then 'nologin noinherit bypassrls'
          else 'nologin noinherit'
        end
      );
    exception when duplicate_object or unique_violation then
      null; -- roles belong to the whole cluster: another database's server was faster
    end;
  end loop;
end
$$;

-- Whoever runs this server must be able to take each role. A superuser is; others must be members.
do $$
declare
  name text;
begin
  foreach name in array array['anon', 'authenticated', 'service_role'] loop
    -- From Postgres 16 on membership alone does not allow `set role`.
    if not pg_catalog.pg_has_role(
      current_user, name, case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end
    ) then
      execute format('grant %I to %I', name, current_user);
    end if;
    if not exists (
      select from pg_catalog.pg_auth_members
      where roleid = name::regrole and member = 'authenticator'::regrole
    ) then
      execute format('grant %I to authenticator', name);
    end if;
  end loop;
end
$$;

grant usage on schema public to anon, authenticated, service_role;
alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;

create schema if not exists auth;
grant usage on schema auth to anon, authenticated, service_role;

create table if not exists auth.users (
  id                 uuid primary key default gen_random_uuid(),
  aud                text not null default 'authenticated',
  role               text not null default 'authenticated',
  email              text,
  encrypted_password text,
  email_confirmed_at timestamptz,
  last_sign_in_at    timestamptz,
  raw_app_meta_data  jsonb not null default '{"provider": "email", "providers": ["email"]}',
  raw_user_meta_data jsonb not null default '{}',
  banned_until       timestamptz,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now()
);
create unique index if not exists users_email_idx on auth.users (lower(email));

create table if not exists auth.sessions (
  id           uuid primary key default gen_random_uuid(),
  user_id      uuid not null references auth.users (id) on delete cascade,
  created_at   timestamptz not null default now(),
  refreshed_at timestamptz
);
create index if not exists sessions_user_id_idx on auth.sessions (user_id);

create table if not exists auth.refresh_tokens (
  id         bigint generated always as identity primary key,
  token_hash text not null unique,   -- SHA-256, hex: a leaked table signs nobody in
  session_id uuid not null references auth.sessions (id) on delete cascade,
  revoked_at timestamptz,            -- when it was exchanged for the next one
  created_at timestamptz not null default now()
);
create index if not exists refresh_tokens_session_id_idx on auth.refresh_tokens (session_id);

alter table auth.users enable row level security;
alter table auth.sessions enable row level security;
alter table auth.refresh_tokens enable row level security;

create or replace function auth.jwt() returns jsonb
language sql stable
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;

create or replace function auth.uid() returns uuid
language sql stable
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  )::uuid
$$;

create or replace function auth.role() returns text
language sql stable
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
  )
$$;

create or replace function auth.email() returns text
language sql stable
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
  )
$$;

create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (
  version    text primary key,
  statements text[],
  name       text
);
