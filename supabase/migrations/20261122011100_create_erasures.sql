-- Purpose: which people were erased, by whom, and how far it got.   Reversible: drop table.
create table public.erasures (
  id           uuid primary key default gen_random_uuid(),
  created_at   timestamptz not null default now(),
  finished_at  timestamptz,
  erased_at    bigint not null,
  position     bigint,
  project_id   integer not null,
  actor_count  integer not null default 0,
  scan_table   text default 'user_events',
  subject      text not null check (subject <> ''),
  requested_by text not null check (requested_by <> ''),
  actor_ids    uuid[] not null default '{}',
  rows         jsonb not null default '{}' check (jsonb_typeof(rows) = 'object'),
  jws          text
);
comment on table public.erasures is 'Every erasure of a person: the audit log, and how an interrupted one goes on. Names nobody once it is finished. Kept for good.';
comment on column public.erasures.erased_at is 'Unix ms of the burial: what happened later is a new beginning.';
comment on column public.erasures.scan_table is 'The raw table under way; null when all are done.';
comment on column public.erasures.position is 'Timestamp in scan_table from which rows are still to be looked at; null from the beginning.';
comment on column public.erasures.subject is 'Keyed hash of the actor by which the person was named, as in the receipt.';
comment on column public.erasures.requested_by is 'Who asked: a member''s id, or a secret key.';
comment on column public.erasures.actor_ids is 'Whose rows go; empty when it is finished.';
comment on column public.erasures.rows is 'By table: rows deleted so far.';
comment on column public.erasures.jws is 'The signed receipt; null until it is finished.';

create unique index erasures_project_id_subject_key on public.erasures (project_id, subject) where finished_at is null;
comment on index public.erasures_project_id_subject_key is 'Is this person being erased? One at a time.';
create index erasures_project_id_created_at_idx on public.erasures (project_id, created_at);
comment on index public.erasures_project_id_created_at_idx is 'The erasures of a project, the latest first.';

alter table public.erasures enable row level security;
revoke all on table public.erasures from public, anon, authenticated, service_role;
grant select, insert, update on table public.erasures to service_role;
create policy erasures_all_service_role on public.erasures for all to service_role using (true) with check (true);
