-- Purpose: log of identify calls, so that a repeated one is known as a duplicate.   Reversible: drop table.
create table public.identifications (
  timestamp       bigint not null check (timestamp between -62135596800000 and 253402300799999),
  created_at      timestamptz not null default now(),
  project_id      integer not null,
  gpc             boolean not null default false,
  actor_id        uuid not null,
  id              uuid not null,
  user_id         uuid,
  linked_actor_id uuid,
  session_id      text,
  bot_reasons     text[],
  primary key (project_id, timestamp, actor_id, id)
) partition by range (timestamp);
create table public.identifications_default partition of public.identifications default;

comment on table public.identifications is 'Every identify call. Partitioned by month of timestamp (UTC). What it changed is in actor_person and user_profiles.';
comment on column public.identifications.actor_id is 'Actor of the user id that was given: the person.';
comment on column public.identifications.linked_actor_id is 'Actor of the anonymous id that was in use; null when there was none.';
comment on index public.identifications_pkey is 'Is this row a retry?';

alter table public.identifications enable row level security;
alter table public.identifications_default enable row level security;
revoke all on table public.identifications from public, anon, authenticated, service_role;
revoke all on table public.identifications_default from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.identifications to service_role;
create policy identifications_all_service_role on public.identifications for all to service_role using (true) with check (true);
