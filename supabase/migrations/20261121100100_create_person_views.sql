-- Purpose: say once whom a row counts for.   Reversible: drop view.
-- person_id = the person the actor was linked to, else in anonymous mode the day's visitor, else the actor itself; null for a
-- row sent under Global Privacy Control, which counts in totals and never in anything about people.
create view public.person_events with (security_invoker = true) as
select
  e.project_id,
  e.timestamp,
  e.id,
  e.actor_id,
  case when not e.gpc then coalesce(p.person_id, e.visitor_id, e.actor_id) end as person_id,
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
  'user_events with the person each row counts for; person_id is null under Global Privacy Control.';
revoke all on public.person_events from public, anon, authenticated, service_role;
grant select on public.person_events to service_role;

create view public.person_conversions with (security_invoker = true) as
select
  c.project_id,
  c.timestamp,
  c.id,
  c.actor_id,
  case when not c.gpc then coalesce(p.person_id, c.visitor_id, c.actor_id) end as person_id,
  c.funnel,
  c.step,
  c.route,
  c.device,
  c.country,
  c.bot_reasons
from public.conversions as c
left join public.actor_person as p on p.project_id = c.project_id and p.actor_id = c.actor_id;

comment on view public.person_conversions is
  'conversions with the person each row counts for; person_id is null under Global Privacy Control.';
revoke all on public.person_conversions from public, anon, authenticated, service_role;
grant select on public.person_conversions to service_role;
