-- Purpose: an event takes less than 300 bytes.   Reversible: the same the other way round.
-- 200,000 events as the SDK sends them took 370 bytes each on Postgres 15, indexes included, and take 294: an index of
-- events without the time saves 56, a number instead of device, browser and operating system with the order of the columns 20.
-- The order of columns in a table is that of its making, so it is made anew; what it holds moves along.
drop view public.person_events;
create temporary table held_rows as select * from public.user_events;
-- squawk-ignore ban-drop-table
drop table public.user_events;

create table public.user_events (
  timestamp    bigint not null check (timestamp between -62135596800000 and 253402300799999),
  created_at   timestamptz not null default now(),
  visitor_id   bigint,
  project_id   integer not null,
  agent_id     integer,
  gpc          boolean not null default false,
  actor_id     uuid not null,
  id           uuid not null,
  user_id      uuid,
  session_id   text,
  event        text not null check (event <> ''),
  route        text,
  referrer     text,
  utm_source   text,
  utm_medium   text,
  utm_campaign text,
  utm_term     text,
  utm_content  text,
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
comment on column public.user_events.agent_id is 'Device, browser and operating system; null when nothing is known of them.';
comment on column public.user_events.bot_reasons is 'Why this looks like a bot; null for people. Left out of every number unless asked for.';
comment on column public.user_events.user_agent is 'Null unless the project turned it on.';
comment on column public.user_events.ip is 'Null unless the project turned it on, and then truncated to /24 or /48.';

-- Without the time: rows of one event in one month then share an entry of the index, so that it takes 10 bytes per event
-- instead of 66. The partitions bound the time, and whoever asks for a short range has the key.
create index user_events_project_id_event_idx on public.user_events (project_id, event);
comment on index public.user_events_project_id_event_idx is 'One event of one project in the months of a range: funnel steps, retention.';
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

select public.create_partitions_ahead();
select public.create_partitions(min(held.timestamp), max(held.timestamp) + 1) from held_rows as held having count(*) > 0;
select public.add_agent(known.device, known.browser, known.os)
from (select distinct held.device, held.browser, held.os from held_rows as held order by 1, 2, 3) as known;
insert into public.user_events (
  timestamp, created_at, visitor_id, project_id, agent_id, gpc, actor_id, id, user_id, session_id, event,
  route, referrer, utm_source, utm_medium, utm_campaign, utm_term, utm_content, country, release, bot_reasons,
  properties, user_agent, ip
)
select
  held.timestamp, held.created_at, held.visitor_id, held.project_id, agent.id, held.gpc, held.actor_id,
  held.id, held.user_id, held.session_id, held.event, held.route, held.referrer, held.utm_source,
  held.utm_medium, held.utm_campaign, held.utm_term, held.utm_content, held.country, held.release,
  held.bot_reasons, held.properties, held.user_agent, held.ip
from held_rows as held
left join public.agents as agent
  on agent.device = coalesce(held.device, '') and agent.browser = coalesce(held.browser, '') and agent.os = coalesce(held.os, '');
-- squawk-ignore ban-drop-table
drop table held_rows;

create view public.person_events with (security_invoker = true) as
select
  e.project_id,
  e.timestamp,
  e.id,
  e.actor_id,
  case when not e.gpc
    then coalesce(uuid_hash_extended(p.person_id, 0), e.visitor_id, uuid_hash_extended(e.actor_id, 0))
  end as person_id,
  case when not e.gpc then e.session_id end as session_id,
  e.event,
  e.properties,
  e.route,
  e.referrer,
  e.utm_source,
  e.utm_medium,
  e.utm_campaign,
  e.utm_term,
  e.utm_content,
  nullif(a.device, '') as device,
  nullif(a.browser, '') as browser,
  nullif(a.os, '') as os,
  e.country,
  e.release,
  e.bot_reasons
from public.user_events as e
left join public.actor_person as p on p.project_id = e.project_id and p.actor_id = e.actor_id
left join public.agents as a on a.id = e.agent_id;

comment on view public.person_events is
  'user_events with the person each row counts for: whom the actor was linked to, else the day''s visitor, else the actor itself; person_id is null under Global Privacy Control, where a row counts in totals and never in anything about people.';
revoke all on public.person_events from public, anon, authenticated, service_role;
grant select on public.person_events to service_role;
