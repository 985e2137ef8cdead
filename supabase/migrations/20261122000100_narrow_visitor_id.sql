-- Purpose: a visitor is 64 bits wide.   Reversible: back to uuid, without the values.
-- The key of a day's visitor is the beginning of a keyed hash: 64 bits tell a billion visitors of one project and day
-- apart, and save 8 bytes a row. The old keys were made another way and
-- mean nothing any more.
drop view public.person_events;
drop view public.person_conversions;
-- squawk-ignore changing-column-type
alter table public.user_events alter column visitor_id type bigint using null;
-- squawk-ignore changing-column-type
alter table public.conversions alter column visitor_id type bigint using null;
-- squawk-ignore changing-column-type
alter table public.performance_metrics alter column visitor_id type bigint using null;

-- person_id has one type whoever it is: 64 bits, for a visitor their key, else the hash of the actor. That any two of ten
-- million people share one has a chance of 1 : 370,000. It lives within one query and is never stored, as Postgres does
-- not promise the same hash in its next version.
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
  e.device,
  e.browser,
  e.os,
  e.country,
  e.release,
  e.bot_reasons
from public.user_events as e
left join public.actor_person as p on p.project_id = e.project_id and p.actor_id = e.actor_id;

comment on view public.person_events is
  'user_events with the person each row counts for: whom the actor was linked to, else the day''s visitor, else the actor itself; person_id is null under Global Privacy Control, where a row counts in totals and never in anything about people.';
revoke all on public.person_events from public, anon, authenticated, service_role;
grant select on public.person_events to service_role;

create view public.person_conversions with (security_invoker = true) as
select
  c.project_id,
  c.timestamp,
  c.id,
  c.actor_id,
  case when not c.gpc
    then coalesce(uuid_hash_extended(p.person_id, 0), c.visitor_id, uuid_hash_extended(c.actor_id, 0))
  end as person_id,
  c.funnel,
  c.step,
  c.route,
  c.device,
  c.country,
  c.bot_reasons
from public.conversions as c
left join public.actor_person as p on p.project_id = c.project_id and p.actor_id = c.actor_id;

comment on view public.person_conversions is
  'conversions with the person each row counts for, as in person_events.';
revoke all on public.person_conversions from public, anon, authenticated, service_role;
grant select on public.person_conversions to service_role;
