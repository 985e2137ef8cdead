-- Purpose: one row per known user, kept current by append_events.   Reversible: drop table.
-- No foreign key to projects, as in user_events.
create table public.user_profiles (
  id            uuid primary key default gen_random_uuid(),
  user_id       uuid not null,
  first_seen    timestamptz not null,
  last_activity timestamptz not null,
  updated_at    timestamptz not null default now(),
  project_id    integer not null,
  total_events  integer not null default 0,
  actor_id      uuid not null,
  external_id   text,
  traits        jsonb check (jsonb_typeof(traits) = 'object'),
  features_used text[] not null default '{}',
  unique (project_id, user_id)
)
-- Every batch with signed-in users updates rows; room on the page keeps such an update out of the indexes.
with (fillfactor = 70);
comment on table public.user_profiles is 'Known users. Moved only by rows that were new: a retry changes nothing. Bots move no profile.';
comment on column public.user_profiles.actor_id is 'The person: actor of the user id.';
comment on column public.user_profiles.external_id is 'The application''s own user id when that is no uuid.';
comment on column public.user_profiles.total_events is 'Rows of this user in user_events.';
comment on column public.user_profiles.last_activity is 'Time of the latest event, conversion or identify.';
comment on column public.user_profiles.features_used is 'Distinct event names that do not begin with `$`, sorted; the first 1,000 of them.';
comment on index public.user_profiles_project_id_user_id_key is 'The profile of this user.';

alter table public.user_profiles enable row level security;
revoke all on table public.user_profiles from public, anon, authenticated, service_role;
grant select on table public.user_profiles to authenticated;
grant select, insert, update, delete on table public.user_profiles to service_role;
create policy user_profiles_select_authenticated on public.user_profiles for select to authenticated
  using (project_id = any ((select public.get_member_project_ids())::integer[]));
create policy user_profiles_all_service_role on public.user_profiles for all to service_role using (true) with check (true);
