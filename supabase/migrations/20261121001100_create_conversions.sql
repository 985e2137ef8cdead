-- Purpose: steps of named funnels that people reached, one row per conversion.   Reversible: drop table.
-- Width, order of columns and the missing foreign key: as in user_events.
create table public.conversions (
  timestamp    bigint not null check (timestamp between -62135596800000 and 253402300799999),
  created_at   timestamptz not null default now(),
  project_id   integer not null,
  gpc          boolean not null default false,
  actor_id     uuid not null,
  id           uuid not null,
  user_id      uuid,
  visitor_id   uuid,
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
