-- Purpose: web vitals rolled up into mergeable histograms.   Reversible: drop tables, triggers and functions.
-- A slice is one UTC hour or day of one project. What is rolled up in it: per kind of navigation, dimension and value, for
-- each vital the samples, their classes and a histogram, without what is marked as bots. Whole hours fit nearly every time
-- zone's hours and days, so that no slice depends on a setting.
--
-- A histogram is one number. Bucket b (values of [1.02^b, 1.02^(b + 1)) ten-thousandths; DDSketch,
-- https://arxiv.org/abs/1908.10693, gamma 1.02) counts the multiples of 10^(12 b), so that the histogram of many slices is
-- the plain sum of their numbers: numeric addition is the only operation of core Postgres that adds a thousand counters at
-- once (43 x 30 day slices x 3 vitals: 1 ms). "fine" has every bucket; "coarse" sixteen of them in one, to find a percentile
-- in two short walks. Twelve digits per bucket overflow at a million million samples.
--
-- A mark says that rows of an hour changed after its slice was made, or before it has one. It is written in the transaction
-- that changes the rows, whoever does it, so that a reader sees rows, slices and marks of one moment: a slice without a mark
-- equals its rows. What has no slice, or a marked one, is read from the rows.

create table public.vital_slices (
  start_ms   bigint not null,
  project_id integer not null,
  hour_count smallint not null check (hour_count in (1, 24)),
  is_thin    boolean not null default false,
  primary key (project_id, hour_count, start_ms)
);
comment on table public.vital_slices is 'Hours and days (UTC) whose navigations are rolled up in vital_histograms, those without any included.';
comment on column public.vital_slices.is_thin is 'Whether only the dimension "all" is left, as of an hour whose day is rolled up.';
comment on index public.vital_slices_pkey is 'Which slices lie in a range?';

create table public.vital_histograms (
  start_ms   bigint not null,
  first_ms   bigint,
  last_ms    bigint,
  project_id integer not null,
  hour_count smallint not null,
  is_soft    boolean not null,
  dimension  text not null,
  value      text not null,
  -- A route may be longer than an index entry.
  value_hash bigint not null generated always as (hashtextextended(value, 0)) stored,
  vitals     text[] not null,
  count      integer[] not null,
  good       integer[] not null,
  poor       integer[] not null,
  zero       integer[] not null,
  fine       numeric[] not null,
  coarse     numeric[] not null,
  primary key (project_id, hour_count, dimension, start_ms, value_hash, is_soft)
)
-- Most counters are zero. All vitals in one row make it long enough to be compressed, to a sixth.
with (toast_tuple_target = 128);
-- In the row itself: a report reads thousands of them, and an array that lies elsewhere costs a look each.
alter table public.vital_histograms
  alter column vitals set storage main,
  alter column count set storage main,
  alter column good set storage main,
  alter column poor set storage main,
  alter column zero set storage main,
  alter column fine set storage main,
  alter column coarse set storage main;
comment on table public.vital_histograms is 'What the rows of performance_metrics in a slice add up to, bots left out.';
comment on column public.vital_histograms.dimension is 'all, route, device, connection, country, browser, navigation_type, release, release_route (value is the JSON array of both) or custom (value is the metric''s name).';
comment on column public.vital_histograms.vitals is 'What the elements of the arrays are of: lcp, inp, cls, fcp, ttfb; navigation, of which only the count is meant; of a custom metric positive, where zeros are counted too, or negative, without its sign. What has no samples is absent.';
comment on column public.vital_histograms.count is 'Samples; of navigation the navigations.';
comment on column public.vital_histograms.good is 'Samples of the class good; those of poor are apart, the rest needs improvement.';
comment on column public.vital_histograms.zero is 'Samples below a ten-thousandth, which are in no bucket.';
comment on column public.vital_histograms.first_ms is 'Timestamp of the first navigation.';
comment on index public.vital_histograms_pkey is 'All values of a dimension in a range of slices of one size; or one value.';

create table public.vital_marks (
  hour_ms    bigint not null,
  project_id integer not null
);
create index vital_marks_project_id_hour_ms_idx on public.vital_marks (project_id, hour_ms);
comment on table public.vital_marks is 'Hours with rows that are not yet in a slice. Never unique: no writer waits for another.';
comment on index public.vital_marks_project_id_hour_ms_idx is 'Is this hour marked?';

alter table public.vital_slices enable row level security;
alter table public.vital_histograms enable row level security;
alter table public.vital_marks enable row level security;
revoke all on table public.vital_slices, public.vital_histograms, public.vital_marks
  from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.vital_slices, public.vital_histograms, public.vital_marks
  to service_role;
create policy vital_slices_all_service_role on public.vital_slices for all to service_role using (true) with check (true);
create policy vital_histograms_all_service_role on public.vital_histograms for all to service_role
  using (true) with check (true);
create policy vital_marks_all_service_role on public.vital_marks for all to service_role using (true) with check (true);

create function public.to_slice_start(p_ms bigint, p_hour_count integer)
returns bigint
language sql immutable parallel safe security invoker set search_path = ''
as $$
  select p_ms - ((p_ms % (p_hour_count * 3600000::bigint)) + p_hour_count * 3600000::bigint)
    % (p_hour_count * 3600000::bigint)
$$;
comment on function public.to_slice_start is 'Beginning of the UTC hour or day that holds an instant, before 1970 too.';
revoke execute on function public.to_slice_start from public, anon, authenticated;
grant execute on function public.to_slice_start to service_role;

create function public.get_vital_thresholds()
returns table (vital text, good_max double precision, needs_improvement_max double precision)
language sql immutable parallel safe security invoker set search_path = ''
as $$
  values ('lcp', 2500::double precision, 4000::double precision), ('inp', 200, 500), ('cls', 0.1, 0.25),
    ('fcp', 1800, 3000), ('ttfb', 800, 1800)
$$;
comment on function public.get_vital_thresholds is 'Bounds of the classes, inclusive, as in lib/core/vitals.ts; https://web.dev/articles/vitals. Slices count by them: when they change, slices are made anew.';
revoke execute on function public.get_vital_thresholds from public, anon, authenticated;
grant execute on function public.get_vital_thresholds to service_role;

-- Not inlined where it would be evaluated twice; no set search_path, so that it can be inlined at all: it names pg_catalog only.
create function public.to_vital_bucket(p_value double precision)
returns integer
language sql immutable parallel safe security invoker
as $$
  -- Beyond 10^15 ms nothing is told apart: a number of any length must not fail a roll-up.
  select case
    when p_value >= 0.0001
      then floor(ln(least(p_value, 1e15) * 10000) / ln(1.02::double precision) + 1e-9)::integer
  end
$$;
comment on function public.to_vital_bucket is 'The bucket of a value of 0 or more, from 0 on; null below a ten-thousandth and for null.';
revoke execute on function public.to_vital_bucket from public, anon, authenticated;
grant execute on function public.to_vital_bucket to service_role;

create function public.mark_vital_hours()
returns trigger
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  insert into public.vital_marks (project_id, hour_ms)
  select distinct c.project_id, public.to_slice_start(c.timestamp, 1)
  from changed as c;
  return null;
end
$$;
comment on function public.mark_vital_hours is 'Marks the hours of changed rows.';
revoke execute on function public.mark_vital_hours from public, anon, authenticated;
grant execute on function public.mark_vital_hours to service_role;

-- On the table itself: rows that only move into a new partition do not fire them. The timestamp of a row never changes.
create trigger performance_metrics_mark_inserted after insert on public.performance_metrics
referencing new table as changed for each statement execute function public.mark_vital_hours();
create trigger performance_metrics_mark_updated after update on public.performance_metrics
referencing new table as changed for each statement execute function public.mark_vital_hours();
create trigger performance_metrics_mark_deleted after delete on public.performance_metrics
referencing old table as changed for each statement execute function public.mark_vital_hours();

insert into public.vital_marks (project_id, hour_ms)
select distinct m.project_id, public.to_slice_start(m.timestamp, 1)
from public.performance_metrics as m;
