-- Purpose: what the rows of a slice say besides who, what and when, so that filtered questions need few raw rows.   Reversible: drop table, drop columns.
-- A setting is a combination of device, browser, os, country, referrer's host and campaign. People keep theirs for hours: a day of
-- a hundred thousand rows has thousands of settings, and a person's rows stand in runs.

alter table public.slice_events
  add column settings integer[] not null default '{}',
  add column visits integer[] not null default '{}',
  add column places integer[];
comment on column public.slice_events.settings is 'Of each row the number of its setting, from 0, in slice_settings.';
comment on column public.slice_events.visits is 'Of each row which of the person''s sessions in this slice it is of, from 1; 0 for a row without one.';
comment on column public.slice_events.places is 'Of each row the place of its route in slice_settings.routes, 0 for none; null for page views, whose route is known.';

create table public.slice_settings (
  slice_id      integer primary key references public.slices (id) on delete cascade,
  device        text[] not null,
  browser       text[] not null,
  os            text[] not null,
  country       text[] not null,
  referrer      text[] not null,
  utm_source    text[] not null,
  utm_medium    text[] not null,
  utm_campaign  text[] not null,
  routes        text[] not null,
  settings      integer[] not null,
  people        integer[] not null,
  visits        integer[] not null,
  row_counts    integer[] not null,
  view_counts   integer[] not null,
  start_counts  integer[] not null,
  loose_people  integer[] not null,
  loose_visits  integer[] not null,
  loose_starts  integer[] not null,
  loose_ends    integer[] not null,
  loose_keys    bigint[] not null
);
comment on table public.slice_settings is 'The settings of a slice, and who did how much in which of them: three groups of parallel arrays, and the routes.';
comment on column public.slice_settings.device is 'Of each setting, as rows have it; its number is its place less one. So are the seven that follow.';
comment on column public.slice_settings.referrer is 'The host.';
comment on column public.slice_settings.utm_medium is 'Null in settings of conversions, as utm_campaign.';
comment on column public.slice_settings.routes is 'Routes of rows other than page views.';
comment on column public.slice_settings.settings is 'One element for each setting, person and session that go together in rows of user_events, in this order. So have the five that follow.';
comment on column public.slice_settings.people is 'As in slice_events.';
comment on column public.slice_settings.visits is 'As in slice_events.';
comment on column public.slice_settings.view_counts is 'Page views among row_counts.';
comment on column public.slice_settings.start_counts is '1 where the session began on such a row, else 0.';
comment on column public.slice_settings.loose_people is 'Persons of sessions that may go on beyond the slice: begun before it, or with a row in its last 30 minutes. So have the four that follow.';
comment on column public.slice_settings.loose_visits is 'As visits.';
comment on column public.slice_settings.loose_starts is 'The first row here, ms since start_ms.';
comment on column public.slice_settings.loose_ends is 'The last row here, ms since start_ms.';
comment on column public.slice_settings.loose_keys is 'Hash of person and session_id, by which its parts find each other.';
comment on index public.slice_settings_pkey is 'Which settings did the rows of this slice have?';

alter table public.slice_settings enable row level security;
revoke all on table public.slice_settings from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.slice_settings to service_role;
create policy slice_settings_all_service_role on public.slice_settings for all to service_role using (true) with check (true);
