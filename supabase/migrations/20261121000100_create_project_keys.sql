-- Purpose: keys that speak for a project, as hashes only.   Reversible: drop table.
create table public.project_keys (
  id         uuid primary key default gen_random_uuid(),
  project_id integer not null references public.projects (id) on delete cascade,
  kind       text not null check (kind in ('publishable', 'secret')),
  key_hash   text not null unique check (key_hash ~ '^[0-9a-f]{64}$'),
  prefix     text not null,
  label      text not null default '',
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
comment on table public.project_keys is 'Publishable (browser, write only) and secret (server, write and read) keys of a project.';
comment on column public.project_keys.key_hash is 'Lower-case hex SHA-256 of the whole key. The key itself is shown once and never stored.';
comment on column public.project_keys.prefix is 'The first characters of the key, by which people tell keys apart in a list.';
comment on column public.project_keys.revoked_at is 'From then on the key is unknown to every request. Null while it is valid.';

create index project_keys_project_id_created_at_idx on public.project_keys (project_id, created_at);
comment on index public.project_keys_project_id_created_at_idx is 'Which keys does this project have?';

alter table public.project_keys enable row level security;
revoke all on table public.project_keys from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.project_keys to service_role;
create policy project_keys_all_service_role on public.project_keys for all to service_role using (true) with check (true);
