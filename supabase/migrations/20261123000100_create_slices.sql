-- Purpose: what happened, rolled up by stretches of time, so that questions need few raw rows.   Reversible: drop table.
-- A slice is an hour (UTC) or a local day of the project, rolled up. It holds for every event and route who did it and when, and
-- the sets of people by event, page, device and so on. It is clean unless a mark lies on it: marks are written in the transaction
-- that changes the rows, so that what is marked, or was never rolled up, is read from the raw rows and every answer is exact at every moment.

-- People by small numbers, so that sets of them are bit strings. A number is given once, by the builder.
create table public.person_numbers (
  person_id  bigint not null,
  project_id integer not null,
  number     integer not null,
  primary key (project_id, person_id)
);
comment on table public.person_numbers is 'The people of a project, numbered from 0 in the order in which they were first rolled up. Whoever is new since has no number yet.';
comment on column public.person_numbers.person_id is 'As in person_events.';
comment on index public.person_numbers_pkey is 'Which number has this person?';
create unique index person_numbers_project_id_number_idx on public.person_numbers (project_id, number);
comment on index public.person_numbers_project_id_number_idx is 'Who has this number? Which is the next one?';

create table public.slices (
  start_ms         bigint not null,
  end_ms           bigint not null check (end_ms > start_ms),
  built_at         timestamptz not null default now(),
  id               integer generated always as identity,
  project_id       integer not null,
  row_count        integer not null default 0,
  pageview_count   integer not null default 0,
  session_count    integer not null default 0,
  conversion_count integer not null default 0,
  has_hours        boolean not null default false,
  timezone         text,
  session_starts   integer[] not null default '{}',
  loose_actors     bigint[] not null default '{}',
  primary key (id),
  unique (project_id, start_ms, end_ms)
);
comment on table public.slices is 'Stretches of time that are rolled up: hours, and the local days of the project. Marked bots are in none of their figures.';
comment on column public.slices.row_count is 'Rows of user_events, those under Global Privacy Control included.';
comment on column public.slices.session_count is 'Sessions that began here.';
comment on column public.slices.conversion_count is 'Rows of conversions.';
comment on column public.slices.timezone is 'Whose local day it is; null for an hour.';
comment on column public.slices.has_hours is 'Whether this is a day whose hours are slices too.';
comment on column public.slices.session_starts is 'When sessions began, ms since start_ms, ascending: rows whose (person, session) has none in the 30 minutes before.';
comment on column public.slices.loose_actors is 'Hashes of actors whose rows count for a day''s visitor: a link made later moves them.';
comment on index public.slices_pkey is 'Which stretch is this?';
comment on index public.slices_project_id_start_ms_end_ms_key is 'What of a range is rolled up?';

create table public.slice_events (
  slice_id      integer not null references public.slices (id) on delete cascade,
  is_conversion boolean not null,
  event         text not null,
  route         text,
  people        integer[] not null,
  offsets       integer[] not null
);
comment on table public.slice_events is 'Who did what when, by event, page views by route as well; of a conversion by funnel and step. One element per row, sorted by person and time.';
comment on column public.slice_events.event is 'Of a conversion its funnel.';
comment on column public.slice_events.route is 'Of a page view; of a conversion its step; null for other events.';
comment on column public.slice_events.people is 'Numbers of people; -1 for a row under Global Privacy Control.';
comment on column public.slice_events.offsets is 'ms since the slice''s start_ms.';
create index slice_events_slice_id_event_idx on public.slice_events (slice_id, event);
comment on index public.slice_events_slice_id_event_idx is 'Who did this in these stretches of time?';

create table public.slice_people (
  slice_id      integer not null references public.slices (id) on delete cascade,
  chunk         integer not null,
  row_count     integer not null default 0,
  session_count integer not null default 0,
  dim           text not null,
  value         text,
  numbers       integer[],
  people        bit(32768)
);
comment on table public.slice_people is 'Sets of people by dimension and value. Of each one row of chunk -1, with the counts and the numbers of thin chunks; of each chunk with many people a bit string.';
comment on column public.slice_people.chunk is 'number >> 15 of the people in the bit string; -1 for the row of counts.';
comment on column public.slice_people.session_count is 'Sessions that began here on a row of this value.';
comment on column public.slice_people.dim is 'any, event, page (route of page views), referrer (its host), utm_source, utm_medium, utm_campaign, country, device, browser, os; hour for the hours of a day, by their number from 0, and their halves (7:00, 7:30); converted for the people of conversions.';
comment on column public.slice_people.numbers is 'People of chunks with fewer than 16, ascending; null in the row of a chunk.';
create index slice_people_slice_id_dim_idx on public.slice_people (slice_id, dim);
comment on index public.slice_people_slice_id_dim_idx is 'Which people were there in these stretches of time?';
create index slice_people_slice_id_value_idx on public.slice_people (slice_id, value) where dim = 'hour';
comment on index public.slice_people_slice_id_value_idx is 'Which people were there in this hour of a day?';

-- What is asked for again and again, the last 30 days, is joined once.
create table public.spans (
  id         integer generated always as identity primary key,
  project_id integer not null,
  ages       int4range not null,
  members    integer[] not null,
  unique (project_id, ages)
);
comment on table public.spans is 'Local days of a project joined: their sets of people, to be read instead of theirs. True as long as each member is.';
comment on column public.spans.ages is 'Which days were to be joined, by how many days before the present one they are.';
comment on column public.spans.members is 'Slices of days. A slice never changes: what is rolled up anew has another id.';
comment on index public.spans_pkey is 'Whose sets are these?';
comment on index public.spans_project_id_ages_key is 'Which days of this project are joined?';

create table public.span_people (
  span_id       integer not null references public.spans (id) on delete cascade,
  chunk         integer not null,
  row_count     integer not null default 0,
  session_count integer not null default 0,
  dim           text not null,
  value         text,
  numbers       integer[],
  people        bit(32768)
);
comment on table public.span_people is 'As slice_people, of a span; no hours.';
create index span_people_span_id_dim_idx on public.span_people (span_id, dim);
comment on index public.span_people_span_id_dim_idx is 'Which people were there in these days?';

create table public.slice_marks (
  from_ms    bigint not null,
  to_ms      bigint not null,
  marked_at  timestamptz not null default clock_timestamp(),
  project_id integer not null
);
comment on table public.slice_marks is 'Stretches of time whose raw rows changed since they were rolled up, or never were. Together with the hours of event_count_deltas they say what a slice can not be read for. Only the builder takes them away.';
comment on column public.slice_marks.to_ms is 'Exclusive.';

create table public.slice_links (
  person_id  bigint not null,
  project_id integer not null,
  is_erased  boolean not null default false
);
comment on table public.slice_links is 'People, or actors by the hash they would have as people, whose rows count for somebody else since: slices that hold them are not clean. The builder turns these into marks.';
comment on column public.slice_links.is_erased is 'Their number is to go as well.';

-- One policy each; people's browsers read none of it.
alter table public.person_numbers enable row level security;
alter table public.slices enable row level security;
alter table public.slice_events enable row level security;
alter table public.slice_people enable row level security;
alter table public.spans enable row level security;
alter table public.span_people enable row level security;
alter table public.slice_marks enable row level security;
alter table public.slice_links enable row level security;
revoke all on table public.person_numbers from public, anon, authenticated, service_role;
revoke all on table public.slices from public, anon, authenticated, service_role;
revoke all on table public.slice_events from public, anon, authenticated, service_role;
revoke all on table public.slice_people from public, anon, authenticated, service_role;
revoke all on table public.spans from public, anon, authenticated, service_role;
revoke all on table public.span_people from public, anon, authenticated, service_role;
revoke all on table public.slice_marks from public, anon, authenticated, service_role;
revoke all on table public.slice_links from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.person_numbers to service_role;
grant select, insert, update, delete on table public.slices to service_role;
grant select, insert, update, delete on table public.slice_events to service_role;
grant select, insert, update, delete on table public.slice_people to service_role;
grant select, insert, update, delete on table public.spans to service_role;
grant select, insert, update, delete on table public.span_people to service_role;
grant select, insert, update, delete on table public.slice_marks to service_role;
grant select, insert, update, delete on table public.slice_links to service_role;
create policy person_numbers_all_service_role on public.person_numbers for all to service_role using (true) with check (true);
create policy slices_all_service_role on public.slices for all to service_role using (true) with check (true);
create policy slice_events_all_service_role on public.slice_events for all to service_role using (true) with check (true);
create policy slice_people_all_service_role on public.slice_people for all to service_role using (true) with check (true);
create policy spans_all_service_role on public.spans for all to service_role using (true) with check (true);
create policy span_people_all_service_role on public.span_people for all to service_role using (true) with check (true);
create policy slice_marks_all_service_role on public.slice_marks for all to service_role using (true) with check (true);
create policy slice_links_all_service_role on public.slice_links for all to service_role using (true) with check (true);

-- Everything that is stored already waits to be rolled up.
insert into public.slice_marks (project_id, from_ms, to_ms)
select held.project_id, min(held.timestamp), max(held.timestamp) + 1
from (
  select e.project_id, e.timestamp from public.user_events as e
  union all
  select c.project_id, c.timestamp from public.conversions as c
) as held
group by held.project_id;
