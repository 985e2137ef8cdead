-- Purpose: rows that the store refused for what they hold, kept for people to look at.   Reversible: drop table.
create table public.dead_letters (
  letter_id  bigint generated always as identity unique,
  timestamp  bigint not null,
  created_at timestamptz not null default now(),
  tried_at   timestamptz not null default now(),
  project_id integer not null,
  attempts   integer not null default 0,
  actor_id   uuid not null,
  id         uuid not null,
  lane       text not null check (lane in ('events', 'vitals', 'ai', 'database')),
  reason     text not null,
  code       text not null default '',
  content    jsonb not null check (jsonb_typeof(content) = 'object'),
  primary key (project_id, lane, timestamp, actor_id, id)
);
comment on table public.dead_letters is 'Rows that an append function refused for what they hold, scrubbed like any other. Kept as long as the rows of their table would be.';
comment on column public.dead_letters.letter_id is 'Names the letter to people: the row''s own id may occur twice. The higher the later it was parked.';
comment on column public.dead_letters.timestamp is 'The row''s, unchecked: it may be why the row is here.';
comment on column public.dead_letters.id is 'The row''s own id: a client that sends it again meets its first copy in the primary key.';
comment on column public.dead_letters.lane is 'Which append function refused it.';
comment on column public.dead_letters.reason is 'Why it is here, such as refused_by_store.';
comment on column public.dead_letters.code is 'SQLSTATE of the refusal; empty when there was none.';
comment on column public.dead_letters.content is 'The row as the append function takes it.';
comment on column public.dead_letters.tried_at is 'When it was last tried; whoever tries all takes the longest untried first.';
comment on index public.dead_letters_pkey is 'Is this letter a copy? Which letters does this project have?';
comment on index public.dead_letters_letter_id_key is 'Which letter is this? Which came before it?';

alter table public.dead_letters enable row level security;
revoke all on table public.dead_letters from public, anon, authenticated, service_role;
revoke all on sequence public.dead_letters_letter_id_seq from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.dead_letters to service_role;
create policy dead_letters_all_service_role on public.dead_letters for all to service_role using (true) with check (true);
