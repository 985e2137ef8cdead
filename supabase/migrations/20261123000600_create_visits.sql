-- Purpose: sessions, rolled up by slices, so that sessions, channels and paths need few raw rows.   Reversible: drop table.
-- A session is the rows of one person and session_id with at most 30 minutes from one to the next. What a slice holds of one is a
-- visit. A visit is closed when it is the whole session: it began in the slice, with nothing in the half hour before, and ended
-- more than half an hour before the slice does. All others are loose: the reader joins them to what the neighbours hold by their key.

-- Events and pages as single characters, so that what a visit did is one short text.
create table public.visit_symbols (
  project_id integer not null,
  number     integer not null,
  is_page    boolean not null,
  value      text not null,
  primary key (project_id, number)
);
comment on table public.visit_symbols is 'Names of events and routes of page views by small numbers, given by the builder and taken back when no slice has them any more.';
comment on column public.visit_symbols.number is 'to_visit_symbol gives its character.';
comment on column public.visit_symbols.value is 'An event, or the route of a page view.';
comment on index public.visit_symbols_pkey is 'What does this character mean? Which is the next one?';
create unique index visit_symbols_project_id_is_page_value_idx on public.visit_symbols (project_id, is_page, value);
comment on index public.visit_symbols_project_id_is_page_value_idx is 'Which character has this name?';

create table public.slice_visits (
  length_sum     bigint not null,
  slice_id       integer not null references public.slices (id) on delete cascade,
  visit_count    integer not null,
  bounce_count   integer not null,
  event_sum      integer not null,
  is_loose       boolean not null,
  symbols        text not null,
  length_counts  integer[] not null,
  pages          text[] not null,
  entries        integer[] not null,
  entry_bounces  integer[] not null,
  exits          integer[] not null,
  exit_bounces   integer[] not null,
  origins        text[] not null,
  keys           bigint[] not null,
  begun          boolean[] not null,
  people         integer[] not null,
  starts         integer[] not null,
  lengths        integer[] not null,
  events         integer[] not null,
  origin_numbers integer[] not null,
  event_walks    text[] not null,
  page_walks     text[] not null,
  walks          text[] not null,
  primary key (slice_id, is_loose)
);
comment on table public.slice_visits is 'Visits of a slice, the closed ones and the loose ones in a row each. A slice without these rows knows nothing of visits. From keys on one element per visit.';
comment on column public.slice_visits.symbols is 'Every character that stands in one of the walks, once.';
comment on column public.slice_visits.length_counts is 'How many lengths are in each interval of get_visit_lengths.';
comment on column public.slice_visits.pages is 'Characters of the pages that visits entered or left by; the four lists after it count them, and those of a single event.';
comment on column public.slice_visits.origins is 'Where sessions came from: [host of the referrer behind www., utm_source, utm_medium, utm_campaign] as JSON.';
comment on column public.slice_visits.keys is 'Hash of person and session_id; empty for closed visits.';
comment on column public.slice_visits.begun is 'Whether the session began here; empty for closed visits.';
comment on column public.slice_visits.people is 'Numbers of people.';
comment on column public.slice_visits.starts is 'ms since the slice''s start_ms.';
comment on column public.slice_visits.lengths is 'ms from the first row to the last; of closed visits ascending.';
comment on column public.slice_visits.events is 'How many rows.';
comment on column public.slice_visits.origin_numbers is 'Positions in origins.';
comment on column public.slice_visits.event_walks is 'Its events in order, several of a kind in a row as one.';
comment on column public.slice_visits.page_walks is 'Routes of its page views in order, several views of a page as one when no other page is between.';
comment on column public.slice_visits.walks is 'Both: an event, several of a kind in a row as one, and after $pageview the pages: a route, ! for the route that was seen last, " for none.';
comment on index public.slice_visits_pkey is 'Which visits were there in these stretches of time?';

create table public.slice_origins (
  slice_id      integer not null references public.slices (id) on delete cascade,
  chunk         integer not null,
  session_count integer not null,
  event_count   integer not null,
  origin        text not null,
  numbers       integer[],
  people        bit(32768)
);
comment on table public.slice_origins is 'Closed visits by origin, and whose they were, as slice_people has its values: a row of chunk -1 with counts and the numbers of thin chunks, a bit string of each chunk with many people.';
comment on column public.slice_origins.chunk is 'number >> 15 of the people in the bit string; -1 for the row of counts.';
comment on column public.slice_origins.event_count is 'Rows of these visits.';
comment on column public.slice_origins.origin is 'As in slice_visits.';
comment on column public.slice_origins.numbers is 'People of chunks with fewer than 16, ascending; null in the row of a chunk.';
create index slice_origins_slice_id_idx on public.slice_origins (slice_id);
comment on index public.slice_origins_slice_id_idx is 'Where did the sessions of these stretches of time come from?';

alter table public.visit_symbols enable row level security;
alter table public.slice_visits enable row level security;
alter table public.slice_origins enable row level security;
revoke all on table public.visit_symbols from public, anon, authenticated, service_role;
revoke all on table public.slice_visits from public, anon, authenticated, service_role;
revoke all on table public.slice_origins from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.visit_symbols to service_role;
grant select, insert, update, delete on table public.slice_visits to service_role;
grant select, insert, update, delete on table public.slice_origins to service_role;
create policy visit_symbols_all_service_role on public.visit_symbols for all to service_role using (true) with check (true);
create policy slice_visits_all_service_role on public.slice_visits for all to service_role using (true) with check (true);
create policy slice_origins_all_service_role on public.slice_origins for all to service_role using (true) with check (true);

-- Printable ASCII without ! and ", then all further letters but the surrogates, which are none: 1,111,994 numbers.
create function public.to_visit_symbol(p_number integer)
returns text
language sql
immutable
security invoker
parallel safe
set search_path = ''
as $$
  select case
    when p_number < 92 then chr(p_number + 35)
    when p_number < 55227 then chr(p_number + 69)
    else chr(p_number + 2117)
  end
$$;
comment on function public.to_visit_symbol is 'The character of an event or page in walks.';
revoke execute on function public.to_visit_symbol from public, anon, authenticated;
grant execute on function public.to_visit_symbol to service_role;

-- Eight intervals for each doubling, from an eighth of a second to a day and a half: the first is what is less than the first of these.
create function public.get_visit_lengths()
returns bigint[]
language sql
immutable
security invoker
parallel safe
set search_path = ''
as $$
  select array_agg(bound.ms order by bound.ms)
  from (
    select 1::bigint as ms
    union all
    select (8 + eighth)::bigint << doubling from generate_series(4, 23) as doubling cross join generate_series(0, 7) as eighth
  ) as bound
$$;
comment on function public.get_visit_lengths is 'Bounds (ms) by which lengths of visits are counted, so that a median looks at few of them.';
revoke execute on function public.get_visit_lengths from public, anon, authenticated;
grant execute on function public.get_visit_lengths to service_role;
