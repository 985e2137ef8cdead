-- Purpose: saved funnel definitions.   Reversible: drop table.
create table public.funnels (
  project_id integer not null references public.projects (id) on delete cascade,
  name       text not null check (name <> ''),
  definition jsonb not null check (jsonb_typeof(definition) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (project_id, name)
);
comment on table public.funnels is 'Named funnels whose steps and order a team has fixed. A named funnel without a row gets its order from the data.';
comment on column public.funnels.definition is '`steps`: the step names in their order.';

alter table public.funnels enable row level security;
revoke all on table public.funnels from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.funnels to service_role;
create policy funnels_all_service_role on public.funnels for all to service_role using (true) with check (true);
