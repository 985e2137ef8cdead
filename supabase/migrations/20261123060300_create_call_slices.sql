-- Purpose: AI calls and database queries rolled up by hours and days.   Reversible: drop tables, triggers and functions.
-- As web vitals are: a slice is one UTC hour or day of one project and lane, a mark says that rows of an hour changed since, and is
-- written in the transaction that changes them. What has no slice, or a marked one, is read from rows.
-- Histograms are the numbers that vital_histograms has: the sum of two is the histogram of both. With arrays of buckets and counts,
-- to be unnested and grouped, the queries of 30 days took five times as long (71,000 rows, 23 queries: 38 instead of 8 ms).

create table public.call_slices (
  start_ms   bigint not null,
  project_id integer not null,
  hour_count smallint not null check (hour_count in (1, 24)),
  is_thin    boolean not null default false,
  lane       text not null check (lane in ('ai', 'database')),
  primary key (project_id, lane, hour_count, start_ms)
);
comment on table public.call_slices is 'Hours and days (UTC) whose calls are rolled up in call_sums, those without any included.';
comment on column public.call_slices.is_thin is 'Whether only the dimension "all" is left, as of an hour whose day is rolled up.';
comment on index public.call_slices_pkey is 'Which slices lie in a range?';

create table public.call_sums (
  start_ms   bigint not null,
  -- A query may be longer than an index entry.
  value_hash bigint not null generated always as (hashtextextended(value, 0)) stored,
  tokens     bigint,
  longest    double precision,
  project_id integer not null,
  count      integer not null,
  flagged    integer not null,
  cached     integer not null,
  hour_count smallint not null,
  lane       text not null,
  dimension  text not null,
  value      text not null,
  sampled    integer not null,
  zero       integer not null,
  cost_usd   numeric,
  fine       numeric not null,
  coarse     numeric not null,
  primary key (project_id, lane, hour_count, dimension, start_ms, value_hash)
)
-- Most digits are zeros. Made to be compressed, and in the row itself: a report reads thousands of them.
with (toast_tuple_target = 128);
alter table public.call_sums alter column fine set storage main, alter column coarse set storage main;
comment on table public.call_sums is 'What the calls of a slice add up to.';
comment on column public.call_sums.dimension is 'all; of AI calls model and endpoint; of database queries query and rows, without answers from a cache. value is the model, the endpoint or the text of the query.';
comment on column public.call_sums.flagged is 'AI calls that failed; queries that were slow.';
comment on column public.call_sums.longest is 'Longest duration of those that ran, ms.';
comment on column public.call_sums.sampled is 'How many are in the histogram: durations (ms) of what no cache answered; of the dimension rows, numbers of rows.';
comment on column public.call_sums.zero is 'Samples below a ten-thousandth, which are in no bucket.';
comment on column public.call_sums.fine is 'Sum of 10^(12 b) over the samples, b being to_vital_bucket; coarse has sixteen buckets in one.';
comment on index public.call_sums_pkey is 'All values of a dimension in a range of slices of one size.';

create table public.call_marks (
  hour_ms    bigint not null,
  project_id integer not null,
  lane       text not null
);
create index call_marks_project_id_lane_hour_ms_idx on public.call_marks (project_id, lane, hour_ms);
comment on table public.call_marks is 'Hours with rows that are not yet in a slice. Never unique: no writer waits for another.';
comment on index public.call_marks_project_id_lane_hour_ms_idx is 'Is this hour marked?';

alter table public.call_slices enable row level security;
alter table public.call_sums enable row level security;
alter table public.call_marks enable row level security;
revoke all on table public.call_slices, public.call_sums, public.call_marks from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.call_slices, public.call_sums, public.call_marks to service_role;
create policy call_slices_all_service_role on public.call_slices for all to service_role using (true) with check (true);
create policy call_sums_all_service_role on public.call_sums for all to service_role using (true) with check (true);
create policy call_marks_all_service_role on public.call_marks for all to service_role using (true) with check (true);

create function public.mark_call_hours()
returns trigger
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  insert into public.call_marks (project_id, lane, hour_ms)
  select distinct c.project_id, tg_argv[0], public.to_slice_start(c.timestamp, 1)
  from changed as c;
  return null;
end
$$;
comment on function public.mark_call_hours is 'Marks the hours of changed rows; its argument is their lane.';
revoke execute on function public.mark_call_hours from public, anon, authenticated;
grant execute on function public.mark_call_hours to service_role;

-- On the tables themselves: rows that only move into a new partition do not fire them. The timestamp of a row never changes.
create trigger ai_performance_metrics_mark_inserted after insert on public.ai_performance_metrics
referencing new table as changed for each statement execute function public.mark_call_hours('ai');
create trigger ai_performance_metrics_mark_updated after update on public.ai_performance_metrics
referencing new table as changed for each statement execute function public.mark_call_hours('ai');
create trigger ai_performance_metrics_mark_deleted after delete on public.ai_performance_metrics
referencing old table as changed for each statement execute function public.mark_call_hours('ai');
create trigger database_performance_metrics_mark_inserted after insert on public.database_performance_metrics
referencing new table as changed for each statement execute function public.mark_call_hours('database');
create trigger database_performance_metrics_mark_updated after update on public.database_performance_metrics
referencing new table as changed for each statement execute function public.mark_call_hours('database');
create trigger database_performance_metrics_mark_deleted after delete on public.database_performance_metrics
referencing old table as changed for each statement execute function public.mark_call_hours('database');

insert into public.call_marks (project_id, lane, hour_ms)
select distinct m.project_id, 'ai', public.to_slice_start(m.timestamp, 1) from public.ai_performance_metrics as m
union all
select distinct m.project_id, 'database', public.to_slice_start(m.timestamp, 1) from public.database_performance_metrics as m;
