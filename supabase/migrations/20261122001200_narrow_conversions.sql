-- Purpose: conversions laid out as user_events are, for the same reason.   Reversible: the same the other way round.
drop view public.person_conversions;
create temporary table held_rows as select * from public.conversions;
-- squawk-ignore ban-drop-table
drop table public.conversions;

create table public.conversions (
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
  funnel       text not null check (funnel <> ''),
  step         text not null check (step <> ''),
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
create table public.conversions_default partition of public.conversions default;

comment on table public.conversions is 'Steps of named funnels that people reached. Partitioned by month of timestamp (UTC). Columns as in user_events.';
comment on column public.conversions.funnel is 'Name of the funnel; its order of steps is in funnels, else the data gives it.';

comment on index public.conversions_pkey is 'Conversions of one project in a range: totals and named funnels. And: is this row a retry?';

alter table public.conversions enable row level security;
alter table public.conversions_default enable row level security;
revoke all on table public.conversions from public, anon, authenticated, service_role;
revoke all on table public.conversions_default from public, anon, authenticated, service_role;
grant select on table public.conversions to authenticated;
grant select, insert, update, delete on table public.conversions to service_role;
create policy conversions_select_authenticated on public.conversions for select to authenticated
  using (project_id = any ((select public.get_member_project_ids())::integer[]));
create policy conversions_all_service_role on public.conversions for all to service_role using (true) with check (true);

select public.create_partitions_ahead();
select public.create_partitions(min(held.timestamp), max(held.timestamp) + 1) from held_rows as held having count(*) > 0;
select public.add_agent(known.device, known.browser, known.os)
from (select distinct held.device, held.browser, held.os from held_rows as held order by 1, 2, 3) as known;
insert into public.conversions (
  timestamp, created_at, visitor_id, project_id, agent_id, gpc, actor_id, id, user_id, session_id, funnel,
  step, route, referrer, utm_source, utm_medium, utm_campaign, utm_term, utm_content, country, release,
  bot_reasons, properties, user_agent, ip
)
select
  held.timestamp, held.created_at, held.visitor_id, held.project_id, agent.id, held.gpc, held.actor_id,
  held.id, held.user_id, held.session_id, held.funnel, held.step, held.route, held.referrer, held.utm_source,
  held.utm_medium, held.utm_campaign, held.utm_term, held.utm_content, held.country, held.release,
  held.bot_reasons, held.properties, held.user_agent, held.ip
from held_rows as held
left join public.agents as agent
  on agent.device = coalesce(held.device, '') and agent.browser = coalesce(held.browser, '') and agent.os = coalesce(held.os, '');
-- squawk-ignore ban-drop-table
drop table held_rows;

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
  nullif(a.device, '') as device,
  c.country,
  c.bot_reasons
from public.conversions as c
left join public.actor_person as p on p.project_id = c.project_id and p.actor_id = c.actor_id
left join public.agents as a on a.id = c.agent_id;

comment on view public.person_conversions is
  'conversions with the person each row counts for, as in person_events.';
revoke all on public.person_conversions from public, anon, authenticated, service_role;
grant select on public.person_conversions to service_role;
