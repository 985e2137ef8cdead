-- Purpose: one row per measured site or product; `default` exists from the start.   Reversible: drop table.
create table public.projects (
  id              integer generated always as identity primary key,
  slug            text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name            text not null check (name <> ''),
  timezone        text not null default 'UTC',
  -- Two random uuids carry 244 random bits, and need no extension.
  hash_key        text not null default replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')
                  check (hash_key ~ '^[0-9a-f]{64}$'),
  allowed_origins text[] not null default '{}',
  settings        jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  created_at      timestamptz not null default now()
);
comment on table public.projects is 'A measured site or product. Every other table carries its small integer id.';
comment on column public.projects.id is 'Stands for the project inside the store: 4 bytes in each row and index entry. Outside it is the slug.';
comment on column public.projects.timezone is 'IANA name; series and calendar intervals follow it unless a report names another.';
comment on column public.projects.hash_key is 'Key of the HMAC that turns ids of end users into actor ids. Never changed: the same person would become another.';
comment on column public.projects.allowed_origins is 'Origins, lower case, from which a publishable key may write, besides the product''s own.';

alter table public.projects enable row level security;
revoke all on table public.projects from public, anon, authenticated, service_role;
revoke all on sequence public.projects_id_seq from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.projects to service_role;
create policy projects_all_service_role on public.projects for all to service_role using (true) with check (true);

insert into public.projects (slug, name) values ('default', 'Default');
