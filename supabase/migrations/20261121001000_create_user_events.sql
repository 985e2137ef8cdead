-- Purpose: what people did, one row per event.   Reversible: drop table.
-- Columns are ordered by alignment, fixed widths first: a null takes no space, padding would. No foreign key to projects:
-- it would be one more lookup and row lock per event; append_events checks the project once per call.
-- The key begins with the time, so that it answers ranges as well: with the actor first it needed an index for ranges
-- besides, and an event took 429 bytes instead of 369 (336,000 events on Postgres 15).
create table public.user_events (
  timestamp    bigint not null check (timestamp between -62135596800000 and 253402300799999),
  created_at   timestamptz not null default now(),
  project_id   integer not null,
  gpc          boolean not null default false,
  actor_id     uuid not null,
  id           uuid not null,
  user_id      uuid,
  visitor_id   uuid,
  session_id   text,
  event        text not null check (event <> ''),
  route        text,
  referrer     text,
  utm_source   text,
  utm_medium   text,
  utm_campaign text,
  utm_term     text,
  utm_content  text,
  device       text,
  browser      text,
  os           text,
  country      text,
  release      text,
  bot_reasons  text[],
  properties   jsonb check (jsonb_typeof(properties) = 'object'),
  user_agent   text,
  ip           text,
  primary key (project_id, timestamp, actor_id, id)
) partition by range (timestamp);
create table public.user_events_default partition of public.user_events default;

comment on table public.user_events is 'What people did: page views (`$pageview`) and named events. Partitioned by month of timestamp (UTC).';
comment on column public.user_events.timestamp is 'Unix ms by the sender''s clock, frozen when it happened; years 1 to 9999.';
comment on column public.user_events.created_at is 'When the row was committed here.';
comment on column public.user_events.gpc is 'Sent under Sec-GPC: 1. Counts in totals, never in anything about people.';
comment on column public.user_events.actor_id is 'Keyed hash of userId ?? anonymousId ?? sessionId as frozen with the event; of the id alone under GPC.';
comment on column public.user_events.id is 'Made by the sender; a retry repeats it, so that it meets its first copy in the primary key.';
comment on column public.user_events.user_id is 'The application''s user id when it is a uuid, else its keyed hash. Null while nobody is signed in.';
comment on column public.user_events.visitor_id is 'The day''s visitor key of anonymous mode: who, when nobody is linked. No part of any key.';
comment on column public.user_events.bot_reasons is 'Why this looks like a bot; null for people. Left out of every number unless asked for.';
comment on column public.user_events.user_agent is 'Null unless the project turned it on.';
comment on column public.user_events.ip is 'Null unless the project turned it on, and then truncated to /24 or /48.';

create index user_events_project_id_event_timestamp_idx on public.user_events (project_id, event, timestamp);
comment on index public.user_events_project_id_event_timestamp_idx is 'One event of one project in a range: funnel steps, retention, page views.';
comment on index public.user_events_pkey is 'Everything of one project in a range: totals, series, top events, actives. And: is this row a retry?';

alter table public.user_events enable row level security;
alter table public.user_events_default enable row level security;
revoke all on table public.user_events from public, anon, authenticated, service_role;
revoke all on table public.user_events_default from public, anon, authenticated, service_role;
grant select on table public.user_events to authenticated;
grant select, insert, update, delete on table public.user_events to service_role;
create policy user_events_select_authenticated on public.user_events for select to authenticated
  using (project_id = any ((select public.get_member_project_ids())::integer[]));
create policy user_events_all_service_role on public.user_events for all to service_role using (true) with check (true);
