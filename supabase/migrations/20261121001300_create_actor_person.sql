-- Purpose: which actors are one person.   Reversible: drop table.
create table public.actor_person (
  created_at timestamptz not null default now(),
  project_id integer not null,
  actor_id   uuid not null,
  person_id  uuid not null,
  primary key (project_id, actor_id)
);
comment on table public.actor_person is 'Actor to person. An anonymous actor is linked once, by the first identify that names it, and keeps that link. The actor of a signed-in user is that user''s own person, so that it can be linked to nobody else.';
comment on column public.actor_person.person_id is 'The actor of the person''s user id.';
comment on index public.actor_person_pkey is 'Who is this actor?';

alter table public.actor_person enable row level security;
revoke all on table public.actor_person from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.actor_person to service_role;
create policy actor_person_all_service_role on public.actor_person for all to service_role using (true) with check (true);
