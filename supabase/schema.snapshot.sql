-- The schema that the files of supabase/migrations make together. Written by `npm run db:snapshot`: never edit it.
-- Tables first, each with its comments, indexes, policies and grants, then views and functions. Monthly partitions are left out.

create table public.actor_person (
  created_at timestamp with time zone default now() not null,
  project_id integer not null,
  actor_id uuid not null,
  person_id uuid not null,
  constraint actor_person_pkey PRIMARY KEY (project_id, actor_id)
);

comment on table public.actor_person is 'Actor to person. An anonymous actor is linked once, by the first identify that names it, and keeps that link. The actor of a signed-in user is that user''s own person, so that it can be linked to nobody else.';

comment on column public.actor_person.person_id is 'The actor of the person''s user id.';

comment on index public.actor_person_pkey is 'Who is this actor?';

alter table public.actor_person enable row level security;

create policy actor_person_all_service_role on public.actor_person for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.actor_person to service_role;

CREATE TRIGGER actor_person_mark_deleted AFTER DELETE ON public.actor_person REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.mark_changed_links();

CREATE TRIGGER actor_person_mark_inserted AFTER INSERT ON public.actor_person REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.mark_changed_links();

CREATE TRIGGER actor_person_mark_updated AFTER UPDATE ON public.actor_person REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.mark_changed_links();

create table public.agents (
  id integer generated always as identity not null,
  device text not null,
  browser text not null,
  os text not null,
  constraint agents_device_browser_os_key UNIQUE (device, browser, os),
  constraint agents_pkey PRIMARY KEY (id)
);

comment on table public.agents is 'Combinations of device, browser and operating system that were ever seen, of all projects: a few hundred. An empty text means not known. Three texts in every event took some 20 bytes more than a number.';

comment on index public.agents_device_browser_os_key is 'Which number has this combination?';

comment on index public.agents_pkey is 'What does this number mean?';

alter table public.agents enable row level security;

create policy agents_all_service_role on public.agents for all to service_role using (true) with check (true);

create policy agents_select_authenticated on public.agents for select to authenticated using (true);

grant select on table public.agents to authenticated;

grant insert, select on table public.agents to service_role;

create table public.ai_performance_metrics (
  "timestamp" bigint not null,
  created_at timestamp with time zone default now() not null,
  project_id integer not null,
  tokens integer,
  success boolean default true not null,
  cache_hit boolean default false not null,
  actor_id uuid not null,
  id uuid not null,
  user_id uuid,
  request_id text,
  endpoint text,
  model text,
  duration numeric,
  cost_usd numeric,
  error text,
  ip text,
  constraint ai_performance_metrics_cost_usd_check CHECK (((cost_usd >= (0)::numeric) AND (cost_usd < 'Infinity'::numeric))),
  constraint ai_performance_metrics_duration_check CHECK (((duration >= (0)::numeric) AND (duration < 'Infinity'::numeric))),
  constraint ai_performance_metrics_pkey PRIMARY KEY (project_id, "timestamp", actor_id, id),
  constraint ai_performance_metrics_timestamp_check CHECK ((("timestamp" >= '-62135596800000'::bigint) AND ("timestamp" <= '253402300799999'::bigint))),
  constraint ai_performance_metrics_tokens_check CHECK ((tokens >= 0))
) partition by range ("timestamp");

comment on table public.ai_performance_metrics is 'Calls to AI models. Partitioned by month of timestamp (UTC).';

comment on column public.ai_performance_metrics."timestamp" is 'Unix ms of the start of the call.';

comment on column public.ai_performance_metrics.tokens is 'Input and output together. Null when the provider did not say.';

comment on column public.ai_performance_metrics.actor_id is 'Actor of the user on whose behalf it was; the nil uuid without one.';

comment on column public.ai_performance_metrics.duration is 'Milliseconds.';

comment on index public.ai_performance_metrics_pkey is 'Calls of one project in a range: totals, latency, models, endpoints. And: is this row a retry?';

alter table public.ai_performance_metrics enable row level security;

create policy ai_performance_metrics_all_service_role on public.ai_performance_metrics for all to service_role using (true) with check (true);

create policy ai_performance_metrics_select_authenticated on public.ai_performance_metrics for select to authenticated using ((project_id = ANY (( SELECT public.get_member_project_ids() AS get_member_project_ids)::integer[])));

grant select on table public.ai_performance_metrics to authenticated;

grant delete, insert, select, update on table public.ai_performance_metrics to service_role;

CREATE TRIGGER ai_performance_metrics_mark_deleted AFTER DELETE ON public.ai_performance_metrics REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.mark_call_hours('ai');

CREATE TRIGGER ai_performance_metrics_mark_inserted AFTER INSERT ON public.ai_performance_metrics REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.mark_call_hours('ai');

CREATE TRIGGER ai_performance_metrics_mark_updated AFTER UPDATE ON public.ai_performance_metrics REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.mark_call_hours('ai');

create table public.ai_performance_metrics_default partition of public.ai_performance_metrics default;

alter table public.ai_performance_metrics_default enable row level security;

create table public.call_marks (
  hour_ms bigint not null,
  project_id integer not null,
  lane text not null
);

comment on table public.call_marks is 'Hours with rows that are not yet in a slice. Never unique: no writer waits for another.';

CREATE INDEX call_marks_project_id_lane_hour_ms_idx ON public.call_marks USING btree (project_id, lane, hour_ms);

comment on index public.call_marks_project_id_lane_hour_ms_idx is 'Is this hour marked?';

alter table public.call_marks enable row level security;

create policy call_marks_all_service_role on public.call_marks for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.call_marks to service_role;

create table public.call_slices (
  start_ms bigint not null,
  project_id integer not null,
  hour_count smallint not null,
  is_thin boolean default false not null,
  lane text not null,
  constraint call_slices_hour_count_check CHECK ((hour_count = ANY (ARRAY[1, 24]))),
  constraint call_slices_lane_check CHECK ((lane = ANY (ARRAY['ai'::text, 'database'::text]))),
  constraint call_slices_pkey PRIMARY KEY (project_id, lane, hour_count, start_ms)
);

comment on table public.call_slices is 'Hours and days (UTC) whose calls are rolled up in call_sums, those without any included.';

comment on column public.call_slices.is_thin is 'Whether only the dimension "all" is left, as of an hour whose day is rolled up.';

comment on index public.call_slices_pkey is 'Which slices lie in a range?';

alter table public.call_slices enable row level security;

create policy call_slices_all_service_role on public.call_slices for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.call_slices to service_role;

create table public.call_sums (
  start_ms bigint not null,
  value_hash bigint generated always as (hashtextextended(value, (0)::bigint)) stored not null,
  tokens bigint,
  longest double precision,
  project_id integer not null,
  count integer not null,
  flagged integer not null,
  cached integer not null,
  hour_count smallint not null,
  lane text not null,
  dimension text not null,
  value text not null,
  sampled integer not null,
  zero integer not null,
  cost_usd numeric,
  fine numeric not null,
  coarse numeric not null,
  constraint call_sums_pkey PRIMARY KEY (project_id, lane, hour_count, dimension, start_ms, value_hash)
) with (toast_tuple_target=128);

comment on table public.call_sums is 'What the calls of a slice add up to.';

comment on column public.call_sums.longest is 'Longest duration of those that ran, ms.';

comment on column public.call_sums.flagged is 'AI calls that failed; queries that were slow.';

comment on column public.call_sums.dimension is 'all; of AI calls model and endpoint; of database queries query and rows, without answers from a cache. value is the model, the endpoint or the text of the query.';

comment on column public.call_sums.sampled is 'How many are in the histogram: durations (ms) of what no cache answered; of the dimension rows, numbers of rows.';

comment on column public.call_sums.zero is 'Samples below a ten-thousandth, which are in no bucket.';

comment on column public.call_sums.fine is 'Sum of 10^(12 b) over the samples, b being to_vital_bucket; coarse has sixteen buckets in one.';

comment on index public.call_sums_pkey is 'All values of a dimension in a range of slices of one size.';

alter table public.call_sums enable row level security;

create policy call_sums_all_service_role on public.call_sums for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.call_sums to service_role;

create table public.conversions (
  "timestamp" bigint not null,
  created_at timestamp with time zone default now() not null,
  visitor_id bigint,
  project_id integer not null,
  agent_id integer,
  gpc boolean default false not null,
  actor_id uuid not null,
  id uuid not null,
  user_id uuid,
  session_id text,
  funnel text not null,
  step text not null,
  route text,
  referrer text,
  utm_source text,
  utm_medium text,
  utm_campaign text,
  utm_term text,
  utm_content text,
  country text,
  release text,
  bot_reasons text[],
  properties jsonb,
  user_agent text,
  ip text,
  constraint conversions_funnel_check CHECK ((funnel <> ''::text)),
  constraint conversions_pkey PRIMARY KEY (project_id, "timestamp", actor_id, id),
  constraint conversions_properties_check CHECK ((jsonb_typeof(properties) = 'object'::text)),
  constraint conversions_step_check CHECK ((step <> ''::text)),
  constraint conversions_timestamp_check CHECK ((("timestamp" >= '-62135596800000'::bigint) AND ("timestamp" <= '253402300799999'::bigint)))
) partition by range ("timestamp");

comment on table public.conversions is 'Steps of named funnels that people reached. Partitioned by month of timestamp (UTC). Columns as in user_events.';

comment on column public.conversions.funnel is 'Name of the funnel; its order of steps is in funnels, else the data gives it.';

comment on index public.conversions_pkey is 'Conversions of one project in a range: totals and named funnels. And: is this row a retry?';

alter table public.conversions enable row level security;

create policy conversions_all_service_role on public.conversions for all to service_role using (true) with check (true);

create policy conversions_select_authenticated on public.conversions for select to authenticated using ((project_id = ANY (( SELECT public.get_member_project_ids() AS get_member_project_ids)::integer[])));

grant select on table public.conversions to authenticated;

grant delete, insert, select, update on table public.conversions to service_role;

CREATE TRIGGER conversions_blur_created_at BEFORE INSERT ON public.conversions FOR EACH ROW WHEN (new.gpc) EXECUTE FUNCTION public.blur_created_at();

CREATE TRIGGER conversions_mark_deleted AFTER DELETE ON public.conversions REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.mark_changed_rows();

CREATE TRIGGER conversions_mark_updated AFTER UPDATE ON public.conversions REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.mark_changed_rows();

create table public.conversions_default partition of public.conversions default;

alter table public.conversions_default enable row level security;

CREATE TRIGGER conversions_blur_created_at BEFORE INSERT ON public.conversions_default FOR EACH ROW WHEN (new.gpc) EXECUTE FUNCTION public.blur_created_at();

create table public.database_performance_metrics (
  "timestamp" bigint not null,
  created_at timestamp with time zone default now() not null,
  project_id integer not null,
  rows integer,
  cached boolean default false not null,
  actor_id uuid not null,
  id uuid not null,
  user_id uuid,
  query text not null,
  duration numeric not null,
  ip text,
  constraint database_performance_metrics_duration_check CHECK (((duration >= (0)::numeric) AND (duration < 'Infinity'::numeric))),
  constraint database_performance_metrics_pkey PRIMARY KEY (project_id, "timestamp", actor_id, id),
  constraint database_performance_metrics_query_check CHECK ((query <> ''::text)),
  constraint database_performance_metrics_rows_check CHECK ((rows >= 0)),
  constraint database_performance_metrics_timestamp_check CHECK ((("timestamp" >= '-62135596800000'::bigint) AND ("timestamp" <= '253402300799999'::bigint)))
) partition by range ("timestamp");

comment on table public.database_performance_metrics is 'Queries of the application. Partitioned by month of timestamp (UTC).';

comment on column public.database_performance_metrics."timestamp" is 'Unix ms of the start of the query.';

comment on column public.database_performance_metrics.actor_id is 'Actor of the user on whose behalf it was; the nil uuid without one.';

comment on column public.database_performance_metrics.query is 'Normalised text, without literals.';

comment on column public.database_performance_metrics.duration is 'Milliseconds.';

comment on index public.database_performance_metrics_pkey is 'Queries of one project in a range: totals, latency, slowest. And: is this row a retry?';

alter table public.database_performance_metrics enable row level security;

create policy database_performance_metrics_all_service_role on public.database_performance_metrics for all to service_role using (true) with check (true);

create policy database_performance_metrics_select_authenticated on public.database_performance_metrics for select to authenticated using ((project_id = ANY (( SELECT public.get_member_project_ids() AS get_member_project_ids)::integer[])));

grant select on table public.database_performance_metrics to authenticated;

grant delete, insert, select, update on table public.database_performance_metrics to service_role;

CREATE TRIGGER database_performance_metrics_mark_deleted AFTER DELETE ON public.database_performance_metrics REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.mark_call_hours('database');

CREATE TRIGGER database_performance_metrics_mark_inserted AFTER INSERT ON public.database_performance_metrics REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.mark_call_hours('database');

CREATE TRIGGER database_performance_metrics_mark_updated AFTER UPDATE ON public.database_performance_metrics REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.mark_call_hours('database');

create table public.database_performance_metrics_default partition of public.database_performance_metrics default;

alter table public.database_performance_metrics_default enable row level security;

create table public.dead_letters (
  letter_id bigint generated always as identity not null,
  "timestamp" bigint not null,
  created_at timestamp with time zone default now() not null,
  tried_at timestamp with time zone default now() not null,
  project_id integer not null,
  attempts integer default 0 not null,
  actor_id uuid not null,
  id uuid not null,
  lane text not null,
  reason text not null,
  code text default ''::text not null,
  content jsonb not null,
  constraint dead_letters_content_check CHECK ((jsonb_typeof(content) = 'object'::text)),
  constraint dead_letters_lane_check CHECK ((lane = ANY (ARRAY['events'::text, 'vitals'::text, 'ai'::text, 'database'::text]))),
  constraint dead_letters_letter_id_key UNIQUE (letter_id),
  constraint dead_letters_pkey PRIMARY KEY (project_id, lane, "timestamp", actor_id, id)
);

comment on table public.dead_letters is 'Rows that an append function refused for what they hold, scrubbed like any other. Kept as long as the rows of their table would be.';

comment on column public.dead_letters.letter_id is 'Names the letter to people: the row''s own id may occur twice. The higher the later it was parked.';

comment on column public.dead_letters."timestamp" is 'The row''s, unchecked: it may be why the row is here.';

comment on column public.dead_letters.tried_at is 'When it was last tried; whoever tries all takes the longest untried first.';

comment on column public.dead_letters.id is 'The row''s own id: a client that sends it again meets its first copy in the primary key.';

comment on column public.dead_letters.lane is 'Which append function refused it.';

comment on column public.dead_letters.reason is 'Why it is here, such as refused_by_store.';

comment on column public.dead_letters.code is 'SQLSTATE of the refusal; empty when there was none.';

comment on column public.dead_letters.content is 'The row as the append function takes it.';

comment on index public.dead_letters_letter_id_key is 'Which letter is this? Which came before it?';

comment on index public.dead_letters_pkey is 'Is this letter a copy? Which letters does this project have?';

alter table public.dead_letters enable row level security;

create policy dead_letters_all_service_role on public.dead_letters for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.dead_letters to service_role;

create table public.erased_actors (
  erased_at bigint not null,
  project_id integer not null,
  actor_id uuid not null,
  constraint erased_actors_pkey PRIMARY KEY (project_id, actor_id)
);

comment on table public.erased_actors is 'Tombstones. An actor is a keyed hash, so that a tombstone names nobody. The append functions drop rows of such an actor up to erased_at and call them duplicates; what happens later is a new beginning.';

comment on column public.erased_actors.erased_at is 'Unix ms, as the timestamps of the raw rows.';

comment on index public.erased_actors_pkey is 'Was this actor erased, and when?';

alter table public.erased_actors enable row level security;

create policy erased_actors_all_service_role on public.erased_actors for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.erased_actors to service_role;

create table public.erasures (
  id uuid default gen_random_uuid() not null,
  created_at timestamp with time zone default now() not null,
  finished_at timestamp with time zone,
  erased_at bigint not null,
  "position" bigint,
  project_id integer not null,
  actor_count integer default 0 not null,
  scan_table text default 'user_events'::text,
  subject text not null,
  requested_by text not null,
  actor_ids uuid[] default '{}'::uuid[] not null,
  rows jsonb default '{}'::jsonb not null,
  jws text,
  constraint erasures_pkey PRIMARY KEY (id),
  constraint erasures_requested_by_check CHECK ((requested_by <> ''::text)),
  constraint erasures_rows_check CHECK ((jsonb_typeof(rows) = 'object'::text)),
  constraint erasures_subject_check CHECK ((subject <> ''::text))
);

comment on table public.erasures is 'Every erasure of a person: the audit log, and how an interrupted one goes on. Names nobody once it is finished. Kept for good.';

comment on column public.erasures.erased_at is 'Unix ms of the burial: what happened later is a new beginning.';

comment on column public.erasures."position" is 'Timestamp in scan_table from which rows are still to be looked at; null from the beginning.';

comment on column public.erasures.scan_table is 'The raw table under way; null when all are done.';

comment on column public.erasures.subject is 'Keyed hash of the actor by which the person was named, as in the receipt.';

comment on column public.erasures.requested_by is 'Who asked: a member''s id, or a secret key.';

comment on column public.erasures.actor_ids is 'Whose rows go; empty when it is finished.';

comment on column public.erasures.rows is 'By table: rows deleted so far.';

comment on column public.erasures.jws is 'The signed receipt; null until it is finished.';

CREATE INDEX erasures_project_id_created_at_idx ON public.erasures USING btree (project_id, created_at);

CREATE UNIQUE INDEX erasures_project_id_subject_key ON public.erasures USING btree (project_id, subject) WHERE (finished_at IS NULL);

comment on index public.erasures_project_id_created_at_idx is 'The erasures of a project, the latest first.';

comment on index public.erasures_project_id_subject_key is 'Is this person being erased? One at a time.';

alter table public.erasures enable row level security;

create policy erasures_all_service_role on public.erasures for all to service_role using (true) with check (true);

grant insert, select, update on table public.erasures to service_role;

CREATE TRIGGER erasures_mark_finished AFTER UPDATE ON public.erasures FOR EACH ROW WHEN (old.finished_at IS NULL AND new.finished_at IS NOT NULL) EXECUTE FUNCTION public.mark_erased_people();

create table public.event_count_deltas (
  hour bigint not null,
  row_count bigint not null,
  project_id integer not null,
  bot boolean not null,
  kind text not null,
  name text not null,
  step text default ''::text not null
);

comment on table public.event_count_deltas is 'Differences to event_counts that are not folded into it yet. Written in the transaction that adds, erases or changes the raw rows; row_count is negative where rows went away.';

alter table public.event_count_deltas enable row level security;

create policy event_count_deltas_all_service_role on public.event_count_deltas for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.event_count_deltas to service_role;

create table public.event_counts (
  hour bigint not null,
  row_count bigint not null,
  project_id integer not null,
  bot boolean not null,
  kind text not null,
  name text not null,
  step text default ''::text not null,
  constraint event_counts_kind_check CHECK ((kind = ANY (ARRAY['event'::text, 'conversion'::text]))),
  constraint event_counts_pkey PRIMARY KEY (project_id, hour, kind, name, step, bot)
) with (fillfactor=70);

comment on table public.event_counts is 'Rows of user_events and conversions by hour and name. Together with event_count_deltas it equals a recount at every moment; alone it lags behind. Raw rows that are purged for their age stay counted.';

comment on column public.event_counts.hour is 'Unix ms of the beginning of the hour (UTC) in which it happened.';

comment on column public.event_counts.bot is 'Whether the rows are marked as bots.';

comment on column public.event_counts.name is 'Of an event its name, of a conversion the funnel.';

comment on column public.event_counts.step is 'Of a conversion the step; empty for an event.';

comment on index public.event_counts_pkey is 'Totals of one project in a range.';

alter table public.event_counts enable row level security;

create policy event_counts_all_service_role on public.event_counts for all to service_role using (true) with check (true);

create policy event_counts_select_authenticated on public.event_counts for select to authenticated using ((project_id = ANY (( SELECT public.get_member_project_ids() AS get_member_project_ids)::integer[])));

grant select on table public.event_counts to authenticated;

grant delete, insert, select, update on table public.event_counts to service_role;

create table public.funnels (
  project_id integer not null,
  name text not null,
  definition jsonb not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  id uuid default gen_random_uuid() not null,
  constraint funnels_definition_check CHECK ((jsonb_typeof(definition) = 'object'::text)),
  constraint funnels_id_key UNIQUE (id),
  constraint funnels_name_check CHECK ((name <> ''::text)),
  constraint funnels_pkey PRIMARY KEY (project_id, name),
  constraint funnels_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id) ON DELETE CASCADE
);

comment on table public.funnels is 'Named funnels whose steps and order a team has fixed. A named funnel without a row gets its order from the data.';

comment on column public.funnels.definition is '`funnel`: what is asked. `steps`, of funnels of conversions: the step names in their order.';

comment on index public.funnels_id_key is 'The funnel of a link.';

alter table public.funnels enable row level security;

create policy funnels_all_service_role on public.funnels for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.funnels to service_role;

create table public.identifications (
  "timestamp" bigint not null,
  created_at timestamp with time zone default now() not null,
  project_id integer not null,
  gpc boolean default false not null,
  actor_id uuid not null,
  id uuid not null,
  user_id uuid,
  linked_actor_id uuid,
  session_id text,
  bot_reasons text[],
  constraint identifications_pkey PRIMARY KEY (project_id, "timestamp", actor_id, id),
  constraint identifications_timestamp_check CHECK ((("timestamp" >= '-62135596800000'::bigint) AND ("timestamp" <= '253402300799999'::bigint)))
) partition by range ("timestamp");

comment on table public.identifications is 'Every identify call. Partitioned by month of timestamp (UTC). What it changed is in actor_person and user_profiles.';

comment on column public.identifications.actor_id is 'Actor of the user id that was given: the person.';

comment on column public.identifications.linked_actor_id is 'Actor of the anonymous id that was in use; null when there was none.';

comment on index public.identifications_pkey is 'Is this row a retry?';

alter table public.identifications enable row level security;

create policy identifications_all_service_role on public.identifications for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.identifications to service_role;

CREATE TRIGGER identifications_blur_created_at BEFORE INSERT ON public.identifications FOR EACH ROW WHEN (new.gpc) EXECUTE FUNCTION public.blur_created_at();

create table public.identifications_default partition of public.identifications default;

alter table public.identifications_default enable row level security;

CREATE TRIGGER identifications_blur_created_at BEFORE INSERT ON public.identifications_default FOR EACH ROW WHEN (new.gpc) EXECUTE FUNCTION public.blur_created_at();

create table public.ingest_minutes (
  minute_ms bigint not null,
  project_id integer not null,
  instance_id text not null,
  counts jsonb default '{}'::jsonb not null,
  lag_ms jsonb default '{}'::jsonb not null,
  batch_rows jsonb default '{}'::jsonb not null,
  constraint ingest_minutes_batch_rows_check CHECK ((jsonb_typeof(batch_rows) = 'object'::text)),
  constraint ingest_minutes_counts_check CHECK ((jsonb_typeof(counts) = 'object'::text)),
  constraint ingest_minutes_instance_id_check CHECK ((instance_id <> ''::text)),
  constraint ingest_minutes_lag_ms_check CHECK ((jsonb_typeof(lag_ms) = 'object'::text)),
  constraint ingest_minutes_minute_ms_check CHECK (((minute_ms % (60000)::bigint) = 0)),
  constraint ingest_minutes_pkey PRIMARY KEY (project_id, minute_ms, instance_id)
);

comment on table public.ingest_minutes is 'What became of what was sent: one row per project, minute and collecting process, with figures that count from the minute''s start. Kept for 30 days.';

comment on column public.ingest_minutes.minute_ms is 'Unix ms of the minute''s start, by the process''s clock.';

comment on column public.ingest_minutes.project_id is '0 for what could be tied to no project, such as an unknown key.';

comment on column public.ingest_minutes.instance_id is 'The process: a new one at each start.';

comment on column public.ingest_minutes.counts is 'By name: how many. Names with a dot are parts: rejected.<reason>, bot.<reason>, refused.<reason>.';

comment on column public.ingest_minutes.lag_ms is 'Histogram of ms from happening to commit: bucket to count; bucket 0 is below 1, bucket n holds [1.02^(n-1), 1.02^n).';

comment on column public.ingest_minutes.batch_rows is 'Histogram of rows per transaction, with the same buckets.';

comment on index public.ingest_minutes_pkey is 'The minutes of one project in a range.';

alter table public.ingest_minutes enable row level security;

create policy ingest_minutes_all_service_role on public.ingest_minutes for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.ingest_minutes to service_role;

create table public.members (
  project_id integer not null,
  user_id uuid not null,
  email text not null,
  role text not null,
  created_at timestamp with time zone default now() not null,
  constraint members_pkey PRIMARY KEY (project_id, user_id),
  constraint members_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id) ON DELETE CASCADE,
  constraint members_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'operator'::text, 'viewer'::text]))),
  constraint members_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);

comment on table public.members is 'People of the team with their role in a project. The only source of roles: tokens and user metadata grant none.';

comment on column public.members.user_id is 'The person''s account in Auth; not an end user of the measured site.';

comment on column public.members.role is 'admin, operator or viewer; each may do what the ones after it may.';

CREATE INDEX members_user_id_idx ON public.members USING btree (user_id);

comment on index public.members_user_id_idx is 'Which projects may this person see? Also finds the rows when an account is deleted.';

alter table public.members enable row level security;

create policy members_all_service_role on public.members for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.members to service_role;

create table public.performance_metrics (
  "timestamp" bigint not null,
  created_at timestamp with time zone default now() not null,
  project_id integer not null,
  lcp_seq smallint,
  inp_seq smallint,
  cls_seq smallint,
  fcp_seq smallint,
  ttfb_seq smallint,
  fid_seq smallint,
  gpc boolean default false not null,
  actor_id uuid not null,
  id uuid not null,
  user_id uuid,
  visitor_id bigint,
  session_id text,
  route text,
  navigation_type text,
  lcp numeric,
  inp numeric,
  cls numeric,
  fcp numeric,
  ttfb numeric,
  fid numeric,
  connection text,
  device text,
  browser text,
  os text,
  country text,
  release text,
  bot_reasons text[],
  attribution jsonb,
  custom jsonb,
  custom_seqs jsonb,
  user_agent text,
  ip text,
  constraint performance_metrics_attribution_check CHECK ((jsonb_typeof(attribution) = 'object'::text)),
  constraint performance_metrics_cls_check CHECK (((cls >= (0)::numeric) AND (cls < 'Infinity'::numeric))),
  constraint performance_metrics_custom_check CHECK (((jsonb_typeof(custom) = 'object'::text) AND (NOT jsonb_path_exists(custom, '$.*?(@.type() != "number")'::jsonpath)))),
  constraint performance_metrics_fcp_check CHECK (((fcp >= (0)::numeric) AND (fcp < 'Infinity'::numeric))),
  constraint performance_metrics_fid_check CHECK (((fid >= (0)::numeric) AND (fid < 'Infinity'::numeric))),
  constraint performance_metrics_inp_check CHECK (((inp >= (0)::numeric) AND (inp < 'Infinity'::numeric))),
  constraint performance_metrics_lcp_check CHECK (((lcp >= (0)::numeric) AND (lcp < 'Infinity'::numeric))),
  constraint performance_metrics_pkey PRIMARY KEY (project_id, "timestamp", actor_id, id),
  constraint performance_metrics_timestamp_check CHECK ((("timestamp" >= '-62135596800000'::bigint) AND ("timestamp" <= '253402300799999'::bigint))),
  constraint performance_metrics_ttfb_check CHECK (((ttfb >= (0)::numeric) AND (ttfb < 'Infinity'::numeric)))
) partition by range ("timestamp");

comment on table public.performance_metrics is 'Web vitals and custom metrics, one row per navigation: later values of the same navigation merge into it. Partitioned by month of timestamp (UTC).';

comment on column public.performance_metrics."timestamp" is 'Unix ms of the start of the navigation by the browser''s clock.';

comment on column public.performance_metrics.lcp_seq is 'Sequence number of the send that brought lcp: a later send replaces it, an earlier one that comes late does not. Null exactly when lcp is. The other *_seq alike.';

comment on column public.performance_metrics.id is 'The navigation, named by the browser.';

comment on column public.performance_metrics.navigation_type is 'As the browser reports it; soft-navigation is a segment of its own.';

comment on column public.performance_metrics.lcp is 'Largest Contentful Paint, ms. Null means not known; 0 would be a measurement.';

comment on column public.performance_metrics.cls is 'Cumulative Layout Shift, no unit. 0 is a real 0.';

comment on column public.performance_metrics.fid is 'First Input Delay, ms: accepted in imports, never shown. INP replaced it in March 2024.';

comment on column public.performance_metrics.attribution is 'By metric: what caused the stored value.';

comment on column public.performance_metrics.custom is 'By name: custom metrics, numbers.';

comment on column public.performance_metrics.custom_seqs is 'By name: sequence number of the send that brought the custom metric.';

comment on index public.performance_metrics_pkey is 'Navigations of one project in a range: percentiles, series, routes. And: is this navigation known?';

alter table public.performance_metrics enable row level security;

create policy performance_metrics_all_service_role on public.performance_metrics for all to service_role using (true) with check (true);

create policy performance_metrics_select_authenticated on public.performance_metrics for select to authenticated using ((project_id = ANY (( SELECT public.get_member_project_ids() AS get_member_project_ids)::integer[])));

grant select on table public.performance_metrics to authenticated;

grant delete, insert, select, update on table public.performance_metrics to service_role;

CREATE TRIGGER performance_metrics_blur_created_at BEFORE INSERT ON public.performance_metrics FOR EACH ROW WHEN (new.gpc) EXECUTE FUNCTION public.blur_created_at();

CREATE TRIGGER performance_metrics_mark_deleted AFTER DELETE ON public.performance_metrics REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.mark_vital_hours();

CREATE TRIGGER performance_metrics_mark_inserted AFTER INSERT ON public.performance_metrics REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.mark_vital_hours();

CREATE TRIGGER performance_metrics_mark_updated AFTER UPDATE ON public.performance_metrics REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.mark_vital_hours();

create table public.performance_metrics_default partition of public.performance_metrics default;

alter table public.performance_metrics_default enable row level security;

CREATE TRIGGER performance_metrics_blur_created_at BEFORE INSERT ON public.performance_metrics_default FOR EACH ROW WHEN (new.gpc) EXECUTE FUNCTION public.blur_created_at();

create table public.person_numbers (
  person_id bigint not null,
  project_id integer not null,
  number integer not null,
  constraint person_numbers_pkey PRIMARY KEY (project_id, person_id)
);

comment on table public.person_numbers is 'The people of a project, numbered from 0 in the order in which they were first rolled up. Whoever is new since has no number yet.';

comment on column public.person_numbers.person_id is 'As in person_events.';

CREATE UNIQUE INDEX person_numbers_project_id_number_idx ON public.person_numbers USING btree (project_id, number);

comment on index public.person_numbers_pkey is 'Which number has this person?';

comment on index public.person_numbers_project_id_number_idx is 'Who has this number? Which is the next one?';

alter table public.person_numbers enable row level security;

create policy person_numbers_all_service_role on public.person_numbers for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.person_numbers to service_role;

create table public.project_keys (
  id uuid default gen_random_uuid() not null,
  project_id integer not null,
  kind text not null,
  key_hash text not null,
  prefix text not null,
  label text default ''::text not null,
  created_at timestamp with time zone default now() not null,
  revoked_at timestamp with time zone,
  expires_at timestamp with time zone,
  constraint project_keys_expires_at_check CHECK (((expires_at > created_at) AND ((expires_at - created_at) <= '87672:00:00'::interval))),
  constraint project_keys_key_hash_check CHECK ((key_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint project_keys_key_hash_key UNIQUE (key_hash),
  constraint project_keys_kind_check CHECK ((kind = ANY (ARRAY['publishable'::text, 'secret'::text]))),
  constraint project_keys_pkey PRIMARY KEY (id),
  constraint project_keys_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id) ON DELETE CASCADE
);

comment on table public.project_keys is 'Publishable (browser, write only) and secret (server, write and read) keys of a project.';

comment on column public.project_keys.key_hash is 'Lower-case hex SHA-256 of the whole key. The key itself is shown once and never stored.';

comment on column public.project_keys.prefix is 'The first characters of the key, by which people tell keys apart in a list.';

comment on column public.project_keys.revoked_at is 'From then on the key is unknown to every request. Null while it is valid.';

comment on column public.project_keys.expires_at is 'From then on the key is unknown to every request, like a revoked one. Null for a key that does not end by itself.';

CREATE INDEX project_keys_project_id_created_at_idx ON public.project_keys USING btree (project_id, created_at);

comment on index public.project_keys_project_id_created_at_idx is 'Which keys does this project have?';

alter table public.project_keys enable row level security;

create policy project_keys_all_service_role on public.project_keys for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.project_keys to service_role;

create table public.projects (
  id integer generated always as identity not null,
  slug text not null,
  name text not null,
  timezone text default 'UTC'::text not null,
  hash_key text default replace(((gen_random_uuid())::text || (gen_random_uuid())::text), '-'::text, ''::text) not null,
  allowed_origins text[] default '{}'::text[] not null,
  settings jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone default now() not null,
  constraint projects_hash_key_check CHECK ((hash_key ~ '^[0-9a-f]{64}$'::text)),
  constraint projects_name_check CHECK ((name <> ''::text)),
  constraint projects_pkey PRIMARY KEY (id),
  constraint projects_settings_check CHECK ((jsonb_typeof(settings) = 'object'::text)),
  constraint projects_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text)),
  constraint projects_slug_key UNIQUE (slug)
);

comment on table public.projects is 'A measured site or product. Every other table carries its small integer id.';

comment on column public.projects.id is 'Stands for the project inside the store: 4 bytes in each row and index entry. Outside it is the slug.';

comment on column public.projects.timezone is 'IANA name; series and calendar intervals follow it unless a report names another.';

comment on column public.projects.hash_key is 'Key of the HMAC that turns ids of end users into actor ids. Never changed: the same person would become another.';

comment on column public.projects.allowed_origins is 'Origins, lower case, from which a publishable key may write, besides the product''s own.';

alter table public.projects enable row level security;

create policy projects_all_service_role on public.projects for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.projects to service_role;

create table public.saved_views (
  id uuid default gen_random_uuid() not null,
  project_id integer not null,
  name text not null,
  path text not null,
  query text not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint saved_views_name_check CHECK ((name <> ''::text)),
  constraint saved_views_path_check CHECK ((path ~ '^/admin'::text)),
  constraint saved_views_pkey PRIMARY KEY (id),
  constraint saved_views_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id) ON DELETE CASCADE,
  constraint saved_views_project_id_name_key UNIQUE (project_id, name)
);

comment on table public.saved_views is 'Pages of the dashboard with the filters of their address, for all members of a project.';

comment on column public.saved_views.query is 'The query string without question mark and without the project.';

comment on index public.saved_views_project_id_name_key is 'Which views does this project have? Is this name taken?';

alter table public.saved_views enable row level security;

create policy saved_views_all_service_role on public.saved_views for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.saved_views to service_role;

create table public.segments (
  id uuid default gen_random_uuid() not null,
  project_id integer not null,
  name text not null,
  definition jsonb not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint segments_definition_check CHECK ((jsonb_typeof(definition) = 'object'::text)),
  constraint segments_name_check CHECK ((name <> ''::text)),
  constraint segments_pkey PRIMARY KEY (id),
  constraint segments_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id) ON DELETE CASCADE,
  constraint segments_project_id_name_key UNIQUE (project_id, name)
);

comment on table public.segments is 'Saved descriptions of people; who they are is asked anew each time.';

comment on column public.segments.definition is 'As lib/contracts/segment.ts.';

comment on index public.segments_project_id_name_key is 'Which segments does this project have? Is this name taken?';

alter table public.segments enable row level security;

create policy segments_all_service_role on public.segments for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.segments to service_role;

create table public.shares (
  id uuid default gen_random_uuid() not null,
  project_id integer not null,
  token_hash text not null,
  path text not null,
  query text not null,
  created_by text not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  constraint shares_check CHECK (((expires_at > created_at) AND ((expires_at - created_at) <= '2161:00:00'::interval))),
  constraint shares_path_check CHECK ((path ~ '^/admin'::text)),
  constraint shares_pkey PRIMARY KEY (id),
  constraint shares_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id) ON DELETE CASCADE,
  constraint shares_token_hash_check CHECK ((token_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint shares_token_hash_key UNIQUE (token_hash)
);

comment on table public.shares is 'Read-only links to pages of the dashboard, for people without an account. Each ends by itself within 90 days.';

comment on column public.shares.token_hash is 'Lower-case hex SHA-256 of the token. The token itself is shown once and never stored.';

comment on column public.shares.created_by is 'The address of the member who made it, as it was then.';

comment on column public.shares.revoked_at is 'From then on the link is as unknown as one that never was. Null while it is in use.';

CREATE INDEX shares_project_id_created_at_idx ON public.shares USING btree (project_id, created_at);

comment on index public.shares_project_id_created_at_idx is 'Which links does this project have?';

comment on index public.shares_token_hash_key is 'What does this link show?';

alter table public.shares enable row level security;

create policy shares_all_service_role on public.shares for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.shares to service_role;

create table public.slice_arrivals (
  slice_id integer not null,
  people integer[] not null,
  offsets integer[] not null,
  constraint slice_arrivals_pkey PRIMARY KEY (slice_id),
  constraint slice_arrivals_slice_id_fkey FOREIGN KEY (slice_id) REFERENCES public.slices(id) ON DELETE CASCADE
);

comment on table public.slice_arrivals is 'The people of a slice and the first row of each: parallel arrays, in the order of the numbers.';

comment on column public.slice_arrivals.people is 'Numbers of people.';

comment on column public.slice_arrivals.offsets is 'ms since the slice''s start_ms.';

comment on index public.slice_arrivals_pkey is 'Who came when in this slice?';

alter table public.slice_arrivals enable row level security;

create policy slice_arrivals_all_service_role on public.slice_arrivals for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.slice_arrivals to service_role;

create table public.slice_events (
  slice_id integer not null,
  is_conversion boolean not null,
  event text not null,
  route text,
  people integer[] not null,
  offsets integer[] not null,
  settings integer[] default '{}'::integer[] not null,
  visits integer[] default '{}'::integer[] not null,
  places integer[],
  constraint slice_events_slice_id_fkey FOREIGN KEY (slice_id) REFERENCES public.slices(id) ON DELETE CASCADE
);

comment on table public.slice_events is 'Who did what when, by event, page views by route as well; of a conversion by funnel and step. One element per row, sorted by person and time.';

comment on column public.slice_events.event is 'Of a conversion its funnel.';

comment on column public.slice_events.route is 'Of a page view; of a conversion its step; null for other events.';

comment on column public.slice_events.people is 'Numbers of people; -1 for a row under Global Privacy Control.';

comment on column public.slice_events.offsets is 'ms since the slice''s start_ms.';

comment on column public.slice_events.settings is 'Of each row the number of its setting, from 0, in slice_settings.';

comment on column public.slice_events.visits is 'Of each row which of the person''s sessions in this slice it is of, from 1; 0 for a row without one.';

comment on column public.slice_events.places is 'Of each row the place of its route in slice_settings.routes, 0 for none; null for page views, whose route is known.';

CREATE INDEX slice_events_slice_id_event_idx ON public.slice_events USING btree (slice_id, event);

comment on index public.slice_events_slice_id_event_idx is 'Who did this in these stretches of time?';

alter table public.slice_events enable row level security;

create policy slice_events_all_service_role on public.slice_events for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.slice_events to service_role;

create table public.slice_links (
  person_id bigint not null,
  project_id integer not null,
  is_erased boolean default false not null
);

comment on table public.slice_links is 'People, or actors by the hash they would have as people, whose rows count for somebody else since: slices that hold them are not clean. The builder turns these into marks.';

comment on column public.slice_links.is_erased is 'Their number is to go as well.';

alter table public.slice_links enable row level security;

create policy slice_links_all_service_role on public.slice_links for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.slice_links to service_role;

create table public.slice_marks (
  from_ms bigint not null,
  to_ms bigint not null,
  marked_at timestamp with time zone default clock_timestamp() not null,
  project_id integer not null
);

comment on table public.slice_marks is 'Stretches of time whose raw rows changed since they were rolled up, or never were. Together with the hours of event_count_deltas they say what a slice can not be read for. Only the builder takes them away.';

comment on column public.slice_marks.to_ms is 'Exclusive.';

alter table public.slice_marks enable row level security;

create policy slice_marks_all_service_role on public.slice_marks for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.slice_marks to service_role;

create table public.slice_origins (
  slice_id integer not null,
  chunk integer not null,
  session_count integer not null,
  event_count integer not null,
  origin text not null,
  numbers integer[],
  people bit(32768),
  constraint slice_origins_slice_id_fkey FOREIGN KEY (slice_id) REFERENCES public.slices(id) ON DELETE CASCADE
);

comment on table public.slice_origins is 'Closed visits by origin, and whose they were, as slice_people has its values: a row of chunk -1 with counts and the numbers of thin chunks, a bit string of each chunk with many people.';

comment on column public.slice_origins.chunk is 'number >> 15 of the people in the bit string; -1 for the row of counts.';

comment on column public.slice_origins.event_count is 'Rows of these visits.';

comment on column public.slice_origins.origin is 'As in slice_visits.';

comment on column public.slice_origins.numbers is 'People of chunks with fewer than 16, ascending; null in the row of a chunk.';

CREATE INDEX slice_origins_slice_id_idx ON public.slice_origins USING btree (slice_id);

comment on index public.slice_origins_slice_id_idx is 'Where did the sessions of these stretches of time come from?';

alter table public.slice_origins enable row level security;

create policy slice_origins_all_service_role on public.slice_origins for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.slice_origins to service_role;

create table public.slice_people (
  slice_id integer not null,
  chunk integer not null,
  row_count integer default 0 not null,
  session_count integer default 0 not null,
  dim text not null,
  value text,
  numbers integer[],
  people bit(32768),
  constraint slice_people_slice_id_fkey FOREIGN KEY (slice_id) REFERENCES public.slices(id) ON DELETE CASCADE
);

comment on table public.slice_people is 'Sets of people by dimension and value. Of each one row of chunk -1, with the counts and the numbers of thin chunks; of each chunk with many people a bit string.';

comment on column public.slice_people.chunk is 'number >> 15 of the people in the bit string; -1 for the row of counts.';

comment on column public.slice_people.session_count is 'Sessions that began here on a row of this value.';

comment on column public.slice_people.dim is 'any, event, page (route of page views), referrer (its host), utm_source, utm_medium, utm_campaign, country, device, browser, os; hour for the hours of a day, by their number from 0, and their halves (7:00, 7:30); converted for the people of conversions.';

comment on column public.slice_people.numbers is 'People of chunks with fewer than 16, ascending; null in the row of a chunk.';

CREATE INDEX slice_people_slice_id_dim_idx ON public.slice_people USING btree (slice_id, dim);

CREATE INDEX slice_people_slice_id_value_idx ON public.slice_people USING btree (slice_id, value) WHERE (dim = 'hour'::text);

comment on index public.slice_people_slice_id_dim_idx is 'Which people were there in these stretches of time?';

comment on index public.slice_people_slice_id_value_idx is 'Which people were there in this hour of a day?';

alter table public.slice_people enable row level security;

create policy slice_people_all_service_role on public.slice_people for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.slice_people to service_role;

create table public.slice_revenue (
  slice_id integer not null,
  chunk integer not null,
  row_count integer default 0 not null,
  revenue numeric default 0 not null,
  dim text not null,
  currency text not null,
  value text,
  numbers integer[],
  people bit(32768),
  constraint slice_revenue_slice_id_fkey FOREIGN KEY (slice_id) REFERENCES public.slices(id) ON DELETE CASCADE
);

comment on table public.slice_revenue is 'Revenue and the people who paid, by currency, dimension and value. Of each one row of chunk -1, with the sums and the numbers of thin chunks; of each chunk with many people a bit string.';

comment on column public.slice_revenue.chunk is 'number >> 15 of the people in the bit string; -1 for the row of sums.';

comment on column public.slice_revenue.row_count is 'Events with revenue, those under Global Privacy Control included.';

comment on column public.slice_revenue.dim is 'any, event, route, country, device, browser, os, utm_source, referrer; hour for the hours of a day and their halves, named as in slice_people.';

CREATE INDEX slice_revenue_slice_id_dim_idx ON public.slice_revenue USING btree (slice_id, dim);

comment on index public.slice_revenue_slice_id_dim_idx is 'What was earned in these stretches of time?';

alter table public.slice_revenue enable row level security;

create policy slice_revenue_all_service_role on public.slice_revenue for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.slice_revenue to service_role;

create table public.slice_settings (
  slice_id integer not null,
  device text[] not null,
  browser text[] not null,
  os text[] not null,
  country text[] not null,
  referrer text[] not null,
  utm_source text[] not null,
  utm_medium text[] not null,
  utm_campaign text[] not null,
  routes text[] not null,
  settings integer[] not null,
  people integer[] not null,
  visits integer[] not null,
  row_counts integer[] not null,
  view_counts integer[] not null,
  start_counts integer[] not null,
  loose_people integer[] not null,
  loose_visits integer[] not null,
  loose_starts integer[] not null,
  loose_ends integer[] not null,
  loose_keys bigint[] not null,
  constraint slice_settings_pkey PRIMARY KEY (slice_id),
  constraint slice_settings_slice_id_fkey FOREIGN KEY (slice_id) REFERENCES public.slices(id) ON DELETE CASCADE
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

create policy slice_settings_all_service_role on public.slice_settings for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.slice_settings to service_role;

create table public.slice_views (
  slice_id integer not null,
  people integer[] not null,
  offsets integer[] not null,
  constraint slice_views_pkey PRIMARY KEY (slice_id),
  constraint slice_views_slice_id_fkey FOREIGN KEY (slice_id) REFERENCES public.slices(id) ON DELETE CASCADE
);

comment on table public.slice_views is 'The people of a slice who viewed a page and the first view of each: parallel arrays, in the order of the numbers.';

comment on column public.slice_views.people is 'Numbers of people.';

comment on column public.slice_views.offsets is 'ms since the slice''s start_ms.';

comment on index public.slice_views_pkey is 'Who viewed a page when first in this slice?';

alter table public.slice_views enable row level security;

create policy slice_views_all_service_role on public.slice_views for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.slice_views to service_role;

create table public.slice_visits (
  length_sum bigint not null,
  slice_id integer not null,
  visit_count integer not null,
  bounce_count integer not null,
  event_sum integer not null,
  is_loose boolean not null,
  symbols text not null,
  length_counts integer[] not null,
  pages text[] not null,
  entries integer[] not null,
  entry_bounces integer[] not null,
  exits integer[] not null,
  exit_bounces integer[] not null,
  origins text[] not null,
  keys bigint[] not null,
  begun boolean[] not null,
  people integer[] not null,
  starts integer[] not null,
  lengths integer[] not null,
  events integer[] not null,
  origin_numbers integer[] not null,
  event_walks text[] not null,
  page_walks text[] not null,
  walks text[] not null,
  constraint slice_visits_pkey PRIMARY KEY (slice_id, is_loose),
  constraint slice_visits_slice_id_fkey FOREIGN KEY (slice_id) REFERENCES public.slices(id) ON DELETE CASCADE
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

alter table public.slice_visits enable row level security;

create policy slice_visits_all_service_role on public.slice_visits for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.slice_visits to service_role;

create table public.slices (
  start_ms bigint not null,
  end_ms bigint not null,
  built_at timestamp with time zone default now() not null,
  id integer generated always as identity not null,
  project_id integer not null,
  row_count integer default 0 not null,
  pageview_count integer default 0 not null,
  session_count integer default 0 not null,
  conversion_count integer default 0 not null,
  has_hours boolean default false not null,
  timezone text,
  session_starts integer[] default '{}'::integer[] not null,
  loose_actors bigint[] default '{}'::bigint[] not null,
  constraint slices_check CHECK ((end_ms > start_ms)),
  constraint slices_pkey PRIMARY KEY (id),
  constraint slices_project_id_start_ms_end_ms_key UNIQUE (project_id, start_ms, end_ms)
);

comment on table public.slices is 'Stretches of time that are rolled up: hours, and the local days of the project. Marked bots are in none of their figures.';

comment on column public.slices.row_count is 'Rows of user_events, those under Global Privacy Control included.';

comment on column public.slices.session_count is 'Sessions that began here.';

comment on column public.slices.conversion_count is 'Rows of conversions.';

comment on column public.slices.has_hours is 'Whether this is a day whose hours are slices too.';

comment on column public.slices.timezone is 'Whose local day it is; null for an hour.';

comment on column public.slices.session_starts is 'When sessions began, ms since start_ms, ascending: rows whose (person, session) has none in the 30 minutes before.';

comment on column public.slices.loose_actors is 'Hashes of actors whose rows count for a day''s visitor: a link made later moves them.';

comment on index public.slices_pkey is 'Which stretch is this?';

comment on index public.slices_project_id_start_ms_end_ms_key is 'What of a range is rolled up?';

alter table public.slices enable row level security;

create policy slices_all_service_role on public.slices for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.slices to service_role;

create table public.span_people (
  span_id integer not null,
  chunk integer not null,
  row_count integer default 0 not null,
  session_count integer default 0 not null,
  dim text not null,
  value text,
  numbers integer[],
  people bit(32768),
  constraint span_people_span_id_fkey FOREIGN KEY (span_id) REFERENCES public.spans(id) ON DELETE CASCADE
);

comment on table public.span_people is 'As slice_people, of a span; no hours.';

CREATE INDEX span_people_span_id_dim_idx ON public.span_people USING btree (span_id, dim);

comment on index public.span_people_span_id_dim_idx is 'Which people were there in these days?';

alter table public.span_people enable row level security;

create policy span_people_all_service_role on public.span_people for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.span_people to service_role;

create table public.spans (
  id integer generated always as identity not null,
  project_id integer not null,
  ages int4range not null,
  members integer[] not null,
  constraint spans_pkey PRIMARY KEY (id),
  constraint spans_project_id_ages_key UNIQUE (project_id, ages)
);

comment on table public.spans is 'Local days of a project joined: their sets of people, to be read instead of theirs. True as long as each member is.';

comment on column public.spans.ages is 'Which days were to be joined, by how many days before the present one they are.';

comment on column public.spans.members is 'Slices of days. A slice never changes: what is rolled up anew has another id.';

comment on index public.spans_pkey is 'Whose sets are these?';

comment on index public.spans_project_id_ages_key is 'Which days of this project are joined?';

alter table public.spans enable row level security;

create policy spans_all_service_role on public.spans for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.spans to service_role;

create table public.user_events (
  "timestamp" bigint not null,
  created_at timestamp with time zone default now() not null,
  visitor_id bigint,
  project_id integer not null,
  agent_id integer,
  gpc boolean default false not null,
  actor_id uuid not null,
  id uuid not null,
  user_id uuid,
  session_id text,
  event text not null,
  route text,
  referrer text,
  utm_source text,
  utm_medium text,
  utm_campaign text,
  utm_term text,
  utm_content text,
  country text,
  release text,
  bot_reasons text[],
  properties jsonb,
  user_agent text,
  ip text,
  constraint user_events_event_check CHECK ((event <> ''::text)),
  constraint user_events_pkey PRIMARY KEY (project_id, "timestamp", actor_id, id),
  constraint user_events_properties_check CHECK ((jsonb_typeof(properties) = 'object'::text)),
  constraint user_events_timestamp_check CHECK ((("timestamp" >= '-62135596800000'::bigint) AND ("timestamp" <= '253402300799999'::bigint)))
) partition by range ("timestamp");

comment on table public.user_events is 'What people did: page views (`$pageview`) and named events. Partitioned by month of timestamp (UTC).';

comment on column public.user_events."timestamp" is 'Unix ms by the sender''s clock, frozen when it happened; years 1 to 9999.';

comment on column public.user_events.created_at is 'When the row was committed here.';

comment on column public.user_events.visitor_id is 'The day''s visitor key of anonymous mode: who, when nobody is linked. No part of any key.';

comment on column public.user_events.agent_id is 'Device, browser and operating system; null when nothing is known of them.';

comment on column public.user_events.gpc is 'Sent under Sec-GPC: 1. Counts in totals, never in anything about people.';

comment on column public.user_events.actor_id is 'Keyed hash of userId ?? anonymousId ?? sessionId as frozen with the event; of the id alone under GPC.';

comment on column public.user_events.id is 'Made by the sender; a retry repeats it, so that it meets its first copy in the primary key.';

comment on column public.user_events.user_id is 'The application''s user id when it is a uuid, else its keyed hash. Null while nobody is signed in.';

comment on column public.user_events.bot_reasons is 'Why this looks like a bot; null for people. Left out of every number unless asked for.';

comment on column public.user_events.user_agent is 'Null unless the project turned it on.';

comment on column public.user_events.ip is 'Null unless the project turned it on, and then truncated to /24 or /48.';

CREATE INDEX user_events_project_id_event_idx ON ONLY public.user_events USING btree (project_id, event);

CREATE INDEX user_events_revenue_idx ON ONLY public.user_events USING btree (project_id, "timestamp") WHERE (jsonb_typeof((properties -> 'revenue'::text)) = 'number'::text);

comment on index public.user_events_pkey is 'Everything of one project in a range: totals, series, top events, actives. And: is this row a retry?';

comment on index public.user_events_project_id_event_idx is 'One event of one project in the months of a range: funnel steps, retention.';

comment on index public.user_events_revenue_idx is 'The events of one project in a range that have revenue.';

alter table public.user_events enable row level security;

create policy user_events_all_service_role on public.user_events for all to service_role using (true) with check (true);

create policy user_events_select_authenticated on public.user_events for select to authenticated using ((project_id = ANY (( SELECT public.get_member_project_ids() AS get_member_project_ids)::integer[])));

grant select on table public.user_events to authenticated;

grant delete, insert, select, update on table public.user_events to service_role;

CREATE TRIGGER user_events_blur_created_at BEFORE INSERT ON public.user_events FOR EACH ROW WHEN (new.gpc) EXECUTE FUNCTION public.blur_created_at();

CREATE TRIGGER user_events_mark_deleted AFTER DELETE ON public.user_events REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.mark_changed_rows();

CREATE TRIGGER user_events_mark_updated AFTER UPDATE ON public.user_events REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.mark_changed_rows();

create table public.user_events_default partition of public.user_events default;

alter table public.user_events_default enable row level security;

CREATE TRIGGER user_events_blur_created_at BEFORE INSERT ON public.user_events_default FOR EACH ROW WHEN (new.gpc) EXECUTE FUNCTION public.blur_created_at();

create table public.user_profiles (
  id uuid default gen_random_uuid() not null,
  user_id uuid not null,
  first_seen timestamp with time zone not null,
  last_activity timestamp with time zone not null,
  updated_at timestamp with time zone default now() not null,
  project_id integer not null,
  total_events integer default 0 not null,
  actor_id uuid not null,
  external_id text,
  traits jsonb,
  features_used text[] default '{}'::text[] not null,
  traits_at bigint,
  constraint user_profiles_pkey PRIMARY KEY (id),
  constraint user_profiles_project_id_user_id_key UNIQUE (project_id, user_id),
  constraint user_profiles_traits_check CHECK ((jsonb_typeof(traits) = 'object'::text))
) with (fillfactor=70);

comment on table public.user_profiles is 'Known users. Moved only by rows that were new: a retry changes nothing. Bots move no profile.';

comment on column public.user_profiles.last_activity is 'Time of the latest event, conversion or identify.';

comment on column public.user_profiles.total_events is 'Events of this user that were ever stored; those that the project has outlived included.';

comment on column public.user_profiles.actor_id is 'The person: actor of the user id.';

comment on column public.user_profiles.external_id is 'The application''s own user id when that is no uuid.';

comment on column public.user_profiles.features_used is 'Distinct event names that do not begin with `$`, sorted; the first 1,000 of them.';

comment on column public.user_profiles.traits_at is 'Unix ms of the latest identify that set traits. An earlier one that comes later only adds what is missing.';

comment on index public.user_profiles_project_id_user_id_key is 'The profile of this user.';

alter table public.user_profiles enable row level security;

create policy user_profiles_all_service_role on public.user_profiles for all to service_role using (true) with check (true);

create policy user_profiles_select_authenticated on public.user_profiles for select to authenticated using ((project_id = ANY (( SELECT public.get_member_project_ids() AS get_member_project_ids)::integer[])));

grant select on table public.user_profiles to authenticated;

grant delete, insert, select, update on table public.user_profiles to service_role;

create table public.visit_symbols (
  project_id integer not null,
  number integer not null,
  is_page boolean not null,
  value text not null,
  constraint visit_symbols_pkey PRIMARY KEY (project_id, number)
);

comment on table public.visit_symbols is 'Names of events and routes of page views by small numbers, given by the builder and taken back when no slice has them any more.';

comment on column public.visit_symbols.number is 'to_visit_symbol gives its character.';

comment on column public.visit_symbols.value is 'An event, or the route of a page view.';

CREATE UNIQUE INDEX visit_symbols_project_id_is_page_value_idx ON public.visit_symbols USING btree (project_id, is_page, value);

comment on index public.visit_symbols_pkey is 'What does this character mean? Which is the next one?';

comment on index public.visit_symbols_project_id_is_page_value_idx is 'Which character has this name?';

alter table public.visit_symbols enable row level security;

create policy visit_symbols_all_service_role on public.visit_symbols for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.visit_symbols to service_role;

create table public.visitor_salts (
  day integer not null,
  salt text default replace(((gen_random_uuid())::text || (gen_random_uuid())::text), '-'::text, ''::text) not null,
  created_at timestamp with time zone default now() not null,
  constraint visitor_salts_pkey PRIMARY KEY (day),
  constraint visitor_salts_salt_check CHECK ((salt ~ '^[0-9a-f]{64}$'::text))
);

comment on table public.visitor_salts is 'Salts of the visitor keys, one per UTC day for the whole install. Without its salt a key says nothing about whom it was made from.';

comment on column public.visitor_salts.day is 'Days since 1970-01-01 UTC.';

comment on index public.visitor_salts_pkey is 'The salt of this day.';

alter table public.visitor_salts enable row level security;

create policy visitor_salts_all_service_role on public.visitor_salts for all to service_role using (true) with check (true);

grant delete, insert, select on table public.visitor_salts to service_role;

create table public.vital_histograms (
  start_ms bigint not null,
  first_ms bigint,
  last_ms bigint,
  project_id integer not null,
  hour_count smallint not null,
  is_soft boolean not null,
  dimension text not null,
  value text not null,
  value_hash bigint generated always as (hashtextextended(value, (0)::bigint)) stored not null,
  vitals text[] not null,
  count integer[] not null,
  good integer[] not null,
  poor integer[] not null,
  zero integer[] not null,
  fine numeric[] not null,
  coarse numeric[] not null,
  constraint vital_histograms_pkey PRIMARY KEY (project_id, hour_count, dimension, start_ms, value_hash, is_soft)
) with (toast_tuple_target=128);

comment on table public.vital_histograms is 'What the rows of performance_metrics in a slice add up to, bots left out.';

comment on column public.vital_histograms.first_ms is 'Timestamp of the first navigation.';

comment on column public.vital_histograms.dimension is 'all, route, device, connection, country, browser, navigation_type, release, release_route (value is the JSON array of both) or custom (value is the metric''s name).';

comment on column public.vital_histograms.vitals is 'What the elements of the arrays are of: lcp, inp, cls, fcp, ttfb; navigation, of which only the count is meant; of a custom metric positive, where zeros are counted too, or negative, without its sign. What has no samples is absent.';

comment on column public.vital_histograms.count is 'Samples; of navigation the navigations.';

comment on column public.vital_histograms.good is 'Samples of the class good; those of poor are apart, the rest needs improvement.';

comment on column public.vital_histograms.zero is 'Samples below a ten-thousandth, which are in no bucket.';

comment on index public.vital_histograms_pkey is 'All values of a dimension in a range of slices of one size; or one value.';

alter table public.vital_histograms enable row level security;

create policy vital_histograms_all_service_role on public.vital_histograms for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.vital_histograms to service_role;

create table public.vital_marks (
  hour_ms bigint not null,
  project_id integer not null
);

comment on table public.vital_marks is 'Hours with rows that are not yet in a slice. Never unique: no writer waits for another.';

CREATE INDEX vital_marks_project_id_hour_ms_idx ON public.vital_marks USING btree (project_id, hour_ms);

comment on index public.vital_marks_project_id_hour_ms_idx is 'Is this hour marked?';

alter table public.vital_marks enable row level security;

create policy vital_marks_all_service_role on public.vital_marks for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.vital_marks to service_role;

create table public.vital_slices (
  start_ms bigint not null,
  project_id integer not null,
  hour_count smallint not null,
  is_thin boolean default false not null,
  constraint vital_slices_hour_count_check CHECK ((hour_count = ANY (ARRAY[1, 24]))),
  constraint vital_slices_pkey PRIMARY KEY (project_id, hour_count, start_ms)
);

comment on table public.vital_slices is 'Hours and days (UTC) whose navigations are rolled up in vital_histograms, those without any included.';

comment on column public.vital_slices.is_thin is 'Whether only the dimension "all" is left, as of an hour whose day is rolled up.';

comment on index public.vital_slices_pkey is 'Which slices lie in a range?';

alter table public.vital_slices enable row level security;

create policy vital_slices_all_service_role on public.vital_slices for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.vital_slices to service_role;

CREATE OR REPLACE FUNCTION public.add_agent(p_device text, p_browser text, p_os text)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_id integer;
begin
  if coalesce(p_device, p_browser, p_os) is null then
    return null;
  end if;
  -- Somebody may add it between the two statements.
  loop
    select agent.id into v_id
    from public.agents as agent
    where agent.device = coalesce(p_device, '') and agent.browser = coalesce(p_browser, '') and agent.os = coalesce(p_os, '');
    if found then
      return v_id;
    end if;
    insert into public.agents (device, browser, os)
    values (coalesce(p_device, ''), coalesce(p_browser, ''), coalesce(p_os, ''))
    on conflict do nothing
    returning id into v_id;
    if found then
      return v_id;
    end if;
  end loop;
end
$function$;

comment on function public.add_agent(text,text,text) is 'The number of a combination, which is added when it is new. Null when nothing is known. Whoever asks for several asks in the order of device, browser, os, so that two cannot wait for each other.';

grant execute on function public.add_agent(text,text,text) to service_role;

CREATE OR REPLACE FUNCTION public.add_parts_to_gaps(p_gaps int8multirange, p_parts integer[], p_from bigint, p_to bigint)
 RETURNS int8multirange
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select p_gaps + coalesce(range_agg(int8range(slice.start_ms, slice.end_ms) * int8range(p_from, greatest(p_to, p_from))), '{}')
  from public.slices as slice
  where slice.id = any (p_parts)
$function$;

comment on function public.add_parts_to_gaps(int8multirange,integer[],bigint,bigint) is 'What raw rows answer when slices are read whole or not at all.';

grant execute on function public.add_parts_to_gaps(int8multirange,integer[],bigint,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.append_ai_metrics(p_project_id integer, p_rows jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_forbidden  bigint[] := public.begin_append(p_project_id, p_rows);
  v_duplicates jsonb;
begin
  with
  input as materialized (
    select *
    from rows from (jsonb_to_recordset(p_rows) as (
      id uuid, actor_id uuid, timestamp bigint, request_id text, endpoint text, model text, tokens integer,
      duration numeric, success boolean, error text, cache_hit boolean, cost_usd numeric, user_id uuid
    )) with ordinality
  ),
  -- The first copy of each row, in the order of the primary key.
  candidates as materialized (
    select distinct on (input.timestamp, input.actor_id, input.id) input.*
    from input
    where input.ordinality <> all (v_forbidden)
    order by input.timestamp, input.actor_id, input.id, input.ordinality
  ),
  new_keys as (
    insert into public.ai_performance_metrics (
      timestamp, project_id, tokens, success, cache_hit, actor_id, id, user_id, request_id, endpoint, model,
      duration, cost_usd, error
    )
    select
      c.timestamp, p_project_id, c.tokens, coalesce(c.success, true), coalesce(c.cache_hit, false), c.actor_id, c.id,
      c.user_id, c.request_id, c.endpoint, c.model, c.duration, c.cost_usd, c.error
    from candidates as c
    order by c.timestamp, c.actor_id, c.id
    on conflict do nothing
    returning timestamp, actor_id, id
  ),
  -- What was really stored by this call.
  accepted as materialized (
    select c.ordinality
    from new_keys
    join candidates as c using (timestamp, actor_id, id)
  )
  select coalesce(jsonb_agg(input.ordinality - 1 order by input.ordinality), '[]')
  into v_duplicates
  from input
  where not exists (select from accepted where accepted.ordinality = input.ordinality);

  return jsonb_build_object('duplicates', v_duplicates);
end
$function$;

comment on function public.append_ai_metrics(integer,jsonb) is 'Stores a batch in one transaction and answers {"duplicates": [ordinals from 0]}: rows that were stored before, all but the first of identical copies, and rows of erased actors. Any bad row fails the whole call.';

grant execute on function public.append_ai_metrics(integer,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.append_database_metrics(p_project_id integer, p_rows jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_forbidden  bigint[] := public.begin_append(p_project_id, p_rows);
  v_duplicates jsonb;
begin
  with
  input as materialized (
    select *
    from rows from (jsonb_to_recordset(p_rows) as (
      id uuid, actor_id uuid, timestamp bigint, query text, duration numeric, rows integer, cached boolean, user_id uuid
    )) with ordinality
  ),
  -- The first copy of each row, in the order of the primary key.
  candidates as materialized (
    select distinct on (input.timestamp, input.actor_id, input.id) input.*
    from input
    where input.ordinality <> all (v_forbidden)
    order by input.timestamp, input.actor_id, input.id, input.ordinality
  ),
  new_keys as (
    insert into public.database_performance_metrics (
      timestamp, project_id, rows, cached, actor_id, id, user_id, query, duration
    )
    select
      c.timestamp, p_project_id, c.rows, coalesce(c.cached, false), c.actor_id, c.id, c.user_id, c.query, c.duration
    from candidates as c
    order by c.timestamp, c.actor_id, c.id
    on conflict do nothing
    returning timestamp, actor_id, id
  ),
  -- What was really stored by this call.
  accepted as materialized (
    select c.ordinality
    from new_keys
    join candidates as c using (timestamp, actor_id, id)
  )
  select coalesce(jsonb_agg(input.ordinality - 1 order by input.ordinality), '[]')
  into v_duplicates
  from input
  where not exists (select from accepted where accepted.ordinality = input.ordinality);

  return jsonb_build_object('duplicates', v_duplicates);
end
$function$;

comment on function public.append_database_metrics(integer,jsonb) is 'Stores a batch in one transaction and answers {"duplicates": [ordinals from 0]}: rows that were stored before, all but the first of identical copies, and rows of erased actors. Any bad row fails the whole call.';

grant execute on function public.append_database_metrics(integer,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.append_events(p_project_id integer, p_rows jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  v_forbidden     bigint[] := public.begin_append(p_project_id, p_rows);
  v_unknown_count integer;
  v_duplicates    jsonb;
  v_signals       bigint[]; -- rows that were really stored and say something about a known user, from 1
begin
  with
  input as materialized (
    select *
    from rows from (jsonb_to_recordset(p_rows) as (
      type text, id uuid, actor_id uuid, timestamp bigint, user_id uuid, visitor_id bigint, session_id text,
      event text, funnel text, step text, properties jsonb, route text, referrer text,
      utm_source text, utm_medium text, utm_campaign text, utm_term text, utm_content text,
      device text, browser text, os text, country text, release text, bot_reasons text[], gpc boolean,
      user_agent text, ip text, external_id text, traits jsonb, linked_actor_id uuid
    )) with ordinality
  ),
  -- The first copy of each row, in the order of the primary keys.
  candidates as materialized (
    select distinct on (input.type, input.timestamp, input.actor_id, input.id) input.*
    from input
    where input.ordinality <> all (v_forbidden)
    order by input.type, input.timestamp, input.actor_id, input.id, input.ordinality
  ),
  -- The numbers of their agents. Only what was never seen before calls for more than a join.
  agents as materialized (
    select seen.device, seen.browser, seen.os, coalesce(seen.id, public.add_agent(seen.device, seen.browser, seen.os)) as id
    from (
      select sent.device, sent.browser, sent.os, known.id
      from (
        select distinct coalesce(c.device, '') as device, coalesce(c.browser, '') as browser, coalesce(c.os, '') as os
        from candidates as c
        where c.type <> 'identify' and coalesce(c.device, c.browser, c.os) is not null
      ) as sent
      left join public.agents as known using (device, browser, os)
      order by sent.device, sent.browser, sent.os
    ) as seen
  ),
  new_events as (
    insert into public.user_events (
      timestamp, visitor_id, project_id, agent_id, gpc, actor_id, id, user_id, session_id,
      event, route, referrer, utm_source, utm_medium, utm_campaign, utm_term, utm_content,
      country, release, bot_reasons, properties, user_agent, ip
    )
    select
      c.timestamp, c.visitor_id, p_project_id, a.id, coalesce(c.gpc, false), c.actor_id, c.id, c.user_id, c.session_id,
      c.event, c.route, c.referrer, c.utm_source, c.utm_medium, c.utm_campaign, c.utm_term, c.utm_content,
      c.country, c.release, c.bot_reasons, c.properties, c.user_agent, c.ip
    from candidates as c
    left join agents as a
      on a.device = coalesce(c.device, '') and a.browser = coalesce(c.browser, '') and a.os = coalesce(c.os, '')
    where c.type = 'event'
    order by c.timestamp, c.actor_id, c.id
    on conflict do nothing
    returning timestamp, actor_id, id
  ),
  new_conversions as (
    insert into public.conversions (
      timestamp, visitor_id, project_id, agent_id, gpc, actor_id, id, user_id, session_id,
      funnel, step, route, referrer, utm_source, utm_medium, utm_campaign, utm_term, utm_content,
      country, release, bot_reasons, properties, user_agent, ip
    )
    select
      c.timestamp, c.visitor_id, p_project_id, a.id, coalesce(c.gpc, false), c.actor_id, c.id, c.user_id, c.session_id,
      c.funnel, c.step, c.route, c.referrer, c.utm_source, c.utm_medium, c.utm_campaign, c.utm_term, c.utm_content,
      c.country, c.release, c.bot_reasons, c.properties, c.user_agent, c.ip
    from candidates as c
    left join agents as a
      on a.device = coalesce(c.device, '') and a.browser = coalesce(c.browser, '') and a.os = coalesce(c.os, '')
    where c.type = 'conversion'
    order by c.timestamp, c.actor_id, c.id
    on conflict do nothing
    returning timestamp, actor_id, id
  ),
  new_identifications as (
    insert into public.identifications (
      timestamp, project_id, gpc, actor_id, id, user_id, linked_actor_id, session_id, bot_reasons
    )
    select
      c.timestamp, p_project_id, coalesce(c.gpc, false), c.actor_id, c.id, c.user_id, c.linked_actor_id, c.session_id,
      c.bot_reasons
    from candidates as c
    where c.type = 'identify'
    order by c.timestamp, c.actor_id, c.id
    on conflict do nothing
    returning timestamp, actor_id, id
  ),
  new_keys as (
    select 'event' as type, timestamp, actor_id, id from new_events
    union all
    select 'conversion', timestamp, actor_id, id from new_conversions
    union all
    select 'identify', timestamp, actor_id, id from new_identifications
  ),
  -- What was really stored by this call.
  accepted as materialized (
    select c.*
    from new_keys
    join candidates as c using (type, timestamp, actor_id, id)
  ),
  new_counts as (
    insert into public.event_count_deltas (project_id, hour, kind, name, step, bot, row_count)
    select
      p_project_id,
      a.timestamp - ((a.timestamp % 3600000) + 3600000) % 3600000,
      a.type,
      case a.type when 'event' then a.event else a.funnel end,
      case a.type when 'event' then '' else a.step end,
      a.bot_reasons is not null,
      count(*)
    from accepted as a
    where a.type <> 'identify'
    group by 2, 3, 4, 5, 6
  )
  select
    count(*) filter (where input.type is null or input.type not in ('event', 'conversion', 'identify')),
    coalesce(
      jsonb_agg(input.ordinality - 1 order by input.ordinality) filter (where accepted.ordinality is null), '[]'
    ),
    array_agg(input.ordinality) filter (
      where accepted.user_id is not null and accepted.bot_reasons is null and not coalesce(accepted.gpc, false)
    )
  into v_unknown_count, v_duplicates, v_signals
  from input
  left join accepted on accepted.ordinality = input.ordinality;

  if v_unknown_count > 0 then
    raise exception 'unknown_type' using errcode = '22023', hint = 'type is event, conversion or identify.';
  end if;
  if v_signals is not null then
    perform public.move_people(p_project_id, p_rows, v_signals);
  end if;
  return jsonb_build_object('duplicates', v_duplicates);
end
$function$;

comment on function public.append_events(integer,jsonb) is 'Stores a batch in one transaction and answers {"duplicates": [ordinals from 0]}: rows that were stored before, all but the first of identical copies, and rows of erased actors. Profiles, links and counts move by the new rows only. Any bad row fails the whole call; an array of nothing is fine.';

grant execute on function public.append_events(integer,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.append_vitals(p_project_id integer, p_rows jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_forbidden  bigint[] := public.begin_append(p_project_id, p_rows);
  v_duplicates bigint[] := array(select ordinality - 1 from unnest(v_forbidden) as ordinality);
  v_round      record;
  v_copies     bigint[];
begin
  for v_round in
    with copies as (
      select
        element.value,
        element.ordinality,
        row_number() over (
          partition by
            (element.value ->> 'timestamp')::bigint, (element.value ->> 'actor_id')::uuid, (element.value ->> 'id')::uuid
          order by element.ordinality
        ) as round
      from jsonb_array_elements(p_rows) with ordinality as element
      where element.ordinality <> all (v_forbidden)
    )
    select
      jsonb_agg(copies.value order by copies.ordinality) as rows,
      array_agg(copies.ordinality - 1 order by copies.ordinality) as ordinals
    from copies
    group by copies.round
    order by copies.round
  loop
    with
    input as materialized (
      select *
      from rows from (jsonb_to_recordset(v_round.rows) as (
        id uuid, actor_id uuid, timestamp bigint, seq smallint, user_id uuid, visitor_id bigint, session_id text,
        route text, navigation_type text,
        lcp numeric, inp numeric, cls numeric, fcp numeric, ttfb numeric, fid numeric, attribution jsonb, custom jsonb,
        connection text, device text, browser text, os text, country text, release text, bot_reasons text[], gpc boolean,
        user_agent text, ip text
      )) with ordinality
    ),
    -- Rows that were new or changed something.
    merged as (
      insert into public.performance_metrics as stored (
        timestamp, project_id, lcp_seq, inp_seq, cls_seq, fcp_seq, ttfb_seq, fid_seq, gpc,
        actor_id, id, user_id, visitor_id, session_id, route, navigation_type,
        lcp, inp, cls, fcp, ttfb, fid, connection, device, browser, os, country, release, bot_reasons,
        attribution, custom, custom_seqs, user_agent, ip
      )
      select
        i.timestamp,
        p_project_id,
        case when i.lcp is not null then coalesce(i.seq, 0) end,
        case when i.inp is not null then coalesce(i.seq, 0) end,
        case when i.cls is not null then coalesce(i.seq, 0) end,
        case when i.fcp is not null then coalesce(i.seq, 0) end,
        case when i.ttfb is not null then coalesce(i.seq, 0) end,
        case when i.fid is not null then coalesce(i.seq, 0) end,
        coalesce(i.gpc, false),
        i.actor_id, i.id, i.user_id, i.visitor_id, i.session_id, i.route, i.navigation_type,
        i.lcp, i.inp, i.cls, i.fcp, i.ttfb, i.fid, i.connection, i.device, i.browser, i.os, i.country, i.release,
        i.bot_reasons,
        i.attribution,
        i.custom,
        case
          when i.custom is not null
            then (select jsonb_object_agg(name, coalesce(i.seq, 0)) from jsonb_object_keys(i.custom) as name)
        end,
        i.user_agent,
        i.ip
      from input as i
      order by i.timestamp, i.actor_id, i.id
      on conflict (project_id, timestamp, actor_id, id) do update set
        lcp = case when excluded.lcp_seq > coalesce(stored.lcp_seq, -1) then excluded.lcp else stored.lcp end,
        inp = case when excluded.inp_seq > coalesce(stored.inp_seq, -1) then excluded.inp else stored.inp end,
        cls = case when excluded.cls_seq > coalesce(stored.cls_seq, -1) then excluded.cls else stored.cls end,
        fcp = case when excluded.fcp_seq > coalesce(stored.fcp_seq, -1) then excluded.fcp else stored.fcp end,
        ttfb = case when excluded.ttfb_seq > coalesce(stored.ttfb_seq, -1) then excluded.ttfb else stored.ttfb end,
        fid = case when excluded.fid_seq > coalesce(stored.fid_seq, -1) then excluded.fid else stored.fid end,
        lcp_seq = greatest(stored.lcp_seq, excluded.lcp_seq),
        inp_seq = greatest(stored.inp_seq, excluded.inp_seq),
        cls_seq = greatest(stored.cls_seq, excluded.cls_seq),
        fcp_seq = greatest(stored.fcp_seq, excluded.fcp_seq),
        ttfb_seq = greatest(stored.ttfb_seq, excluded.ttfb_seq),
        fid_seq = greatest(stored.fid_seq, excluded.fid_seq),
        attribution = public.merge_attribution(
          stored.attribution,
          excluded.attribution,
          array_remove(array[
            case when excluded.lcp_seq > coalesce(stored.lcp_seq, -1) then 'lcp' end,
            case when excluded.inp_seq > coalesce(stored.inp_seq, -1) then 'inp' end,
            case when excluded.cls_seq > coalesce(stored.cls_seq, -1) then 'cls' end,
            case when excluded.fcp_seq > coalesce(stored.fcp_seq, -1) then 'fcp' end,
            case when excluded.ttfb_seq > coalesce(stored.ttfb_seq, -1) then 'ttfb' end,
            case when excluded.fid_seq > coalesce(stored.fid_seq, -1) then 'fid' end
          ], null)
        ),
        custom = public.merge_newer(stored.custom, excluded.custom, stored.custom_seqs, excluded.custom_seqs),
        custom_seqs = public.merge_newer(
          stored.custom_seqs, excluded.custom_seqs, stored.custom_seqs, excluded.custom_seqs
        ),
        user_id = coalesce(stored.user_id, excluded.user_id),
        visitor_id = coalesce(stored.visitor_id, excluded.visitor_id),
        session_id = coalesce(stored.session_id, excluded.session_id),
        route = coalesce(stored.route, excluded.route),
        navigation_type = coalesce(stored.navigation_type, excluded.navigation_type),
        connection = coalesce(stored.connection, excluded.connection),
        device = coalesce(stored.device, excluded.device),
        browser = coalesce(stored.browser, excluded.browser),
        os = coalesce(stored.os, excluded.os),
        country = coalesce(stored.country, excluded.country),
        release = coalesce(stored.release, excluded.release),
        bot_reasons = coalesce(stored.bot_reasons, excluded.bot_reasons),
        user_agent = coalesce(stored.user_agent, excluded.user_agent),
        ip = coalesce(stored.ip, excluded.ip)
      where excluded.lcp_seq > coalesce(stored.lcp_seq, -1)
        or excluded.inp_seq > coalesce(stored.inp_seq, -1)
        or excluded.cls_seq > coalesce(stored.cls_seq, -1)
        or excluded.fcp_seq > coalesce(stored.fcp_seq, -1)
        or excluded.ttfb_seq > coalesce(stored.ttfb_seq, -1)
        or excluded.fid_seq > coalesce(stored.fid_seq, -1)
        or public.merge_newer(stored.custom_seqs, excluded.custom_seqs, stored.custom_seqs, excluded.custom_seqs)
          is distinct from stored.custom_seqs
        or (stored.user_id is null and excluded.user_id is not null)
        or (stored.visitor_id is null and excluded.visitor_id is not null)
        or (stored.session_id is null and excluded.session_id is not null)
        or (stored.route is null and excluded.route is not null)
        or (stored.navigation_type is null and excluded.navigation_type is not null)
        or (stored.connection is null and excluded.connection is not null)
        or (stored.device is null and excluded.device is not null)
        or (stored.browser is null and excluded.browser is not null)
        or (stored.os is null and excluded.os is not null)
        or (stored.country is null and excluded.country is not null)
        or (stored.release is null and excluded.release is not null)
        or (stored.bot_reasons is null and excluded.bot_reasons is not null)
      returning timestamp, actor_id, id
    )
    select array_agg(v_round.ordinals[input.ordinality])
    into v_copies
    from input
    left join merged using (timestamp, actor_id, id)
    where merged.id is null;
    v_duplicates := v_duplicates || v_copies;
  end loop;

  return jsonb_build_object('duplicates', coalesce(
    (select jsonb_agg(ordinal order by ordinal) from unnest(v_duplicates) as ordinal), '[]'
  ));
end
$function$;

comment on function public.append_vitals(integer,jsonb) is 'Stores a batch in one transaction, one row per navigation, and answers {"duplicates": [ordinals from 0]}: rows that brought nothing new, and rows of erased actors. Per metric the higher seq wins, at the same seq the first; null never overwrites; attribution follows its metric; custom metrics merge by name; what describes the page or the browser is taken once, when first known. Any bad row fails the whole call.';

grant execute on function public.append_vitals(integer,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.begin_append(p_project_id integer, p_rows jsonb)
 RETURNS bigint[]
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_exists boolean;
  v_erased boolean;
begin
  -- As lock_appends does it, without a further call: all of this takes 7 µs of a batch.
  perform pg_advisory_xact_lock_shared(hashtext('growth_stack.append'), p_project_id);
  select
    exists (select from public.projects as project where project.id = p_project_id),
    exists (select from public.erased_actors as tombstone where tombstone.project_id = p_project_id)
  into v_exists, v_erased;
  if not v_exists then
    raise exception 'unknown_project' using errcode = '23503';
  end if;
  if not v_erased then
    return '{}';
  end if;
  return array(
    select sent.ordinality
    from rows from (
      jsonb_to_recordset(p_rows) as (actor_id uuid, linked_actor_id uuid, timestamp bigint)
    ) with ordinality as sent
    where exists (
      select
      from public.erased_actors as tombstone
      where tombstone.project_id = p_project_id
        and tombstone.actor_id in (sent.actor_id, sent.linked_actor_id)
        and sent.timestamp <= tombstone.erased_at
    )
  );
end
$function$;

comment on function public.begin_append(integer,jsonb) is 'What every append function does first: it makes sure that the project exists, joins the other appends, and gives the rows (from 1) that an erasure forbids. It is a call of its own because the statement after it sees what was committed before the lock was granted.';

grant execute on function public.begin_append(integer,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.begin_erasure(p_project_id integer, p_actor_ids uuid[], p_subject text, p_requested_by text)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_erased_at bigint := floor(extract(epoch from clock_timestamp()) * 1000);
  v_actors    uuid[];
  v_known     uuid[];
  v_links     integer;
  v_profiles  integer;
  v_letters   integer;
  v_id        uuid;
begin
  if not exists (select from public.projects as project where project.id = p_project_id) then
    raise exception 'unknown_project' using errcode = '23503';
  end if;
  v_known := public.get_person_actors(p_project_id, p_actor_ids);
  if v_known is null then
    raise exception 'nobody' using errcode = '22023', hint = 'Name an actor; the nil uuid is none.';
  end if;
  -- Somebody may finish the other one between the two statements.
  loop
    insert into public.erasures (project_id, subject, requested_by, erased_at)
    values (p_project_id, p_subject, p_requested_by, v_erased_at)
    on conflict do nothing
    returning id into v_id;
    exit when found;
    select erasure.id into v_id
    from public.erasures as erasure
    where erasure.project_id = p_project_id and erasure.subject = p_subject and erasure.finished_at is null;
    if found then
      return v_id;
    end if;
  end loop;

  -- From the first burial to the end of this transaction nothing is appended, so that what is found then is everything.
  loop
    perform public.bury_actors(p_project_id, v_known, v_erased_at);
    v_actors := public.get_person_actors(p_project_id, p_actor_ids);
    exit when v_actors <@ v_known;
    v_known := v_actors;
  end loop;

  -- At once, as all these move with each append: what comes later makes them anew.
  delete from public.actor_person as link
  where link.project_id = p_project_id and (link.actor_id = any (v_known) or link.person_id = any (v_known));
  get diagnostics v_links = row_count;
  delete from public.user_profiles as profile
  where profile.project_id = p_project_id and profile.actor_id = any (v_known);
  get diagnostics v_profiles = row_count;
  delete from public.dead_letters as letter
  where letter.project_id = p_project_id
    and (letter.actor_id = any (v_known) or letter.content ->> 'linked_actor_id' = any (v_known::text[]));
  get diagnostics v_letters = row_count;

  update public.erasures as erasure
  set
    actor_ids = v_known,
    actor_count = cardinality(v_known),
    rows = jsonb_build_object('actor_person', v_links, 'user_profiles', v_profiles, 'dead_letters', v_letters)
  where erasure.id = v_id;
  return v_id;
end
$function$;

comment on function public.begin_erasure(integer,uuid[],text,text) is 'Buries a person, so that nothing from before comes back, deletes profile, links and dead letters, and gives the id of the erasure. One that is under way for the same subject goes on instead, with its own time.';

grant execute on function public.begin_erasure(integer,uuid[],text,text) to service_role;

CREATE OR REPLACE FUNCTION public.blur_created_at()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.created_at := date_trunc('hour', new.created_at);
  return new;
end
$function$;

comment on function public.blur_created_at() is 'Keeps the hour of created_at.';

grant execute on function public.blur_created_at() to service_role;

CREATE OR REPLACE FUNCTION public.build_active_days(p_project_id integer, p_starts bigint[], p_until bigint, p_days integer, p_filters jsonb, p_include_bots boolean)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select public.build_people_sets(p_project_id, p_starts || p_until, '{*}', p_filters, p_include_bots) || format(
    $query$,
      day as materialized (
        select d.cell, d.position, bit_or(d.people) as people
        from (
          select t.cell, t.position, t.people from thick as t
          union all
          select t.member >> 15, t.position, public.to_people(array_agg((t.member & 32767)::integer))
          from thin as t
          group by t.member >> 15, t.position
        ) as d
        group by d.cell, d.position
      ),
      last_day as materialized (
        select d.cell, d.position, case when d.later is null then d.people else d.people & ~d.later end as people
        from (
          select
            d.cell, d.position, d.people,
            bit_or(d.people) over (
              partition by d.cell order by d.position desc rows between unbounded preceding and 1 preceding
            ) as later
          from day as d
        ) as d
      ),
      active as materialized (
        select d.cell, counted.times as days, counted.people
        from (
          select d.cell, array_agg(d.people) as days from day as d where d.position <= %s group by d.cell
        ) as d
        cross join lateral public.get_people_by_count(d.days) as counted
      )
    $query$,
    p_days
  )
$function$;

comment on function public.build_active_days(integer,bigint[],bigint,integer,jsonb,boolean) is 'Common table expressions day, last_day and active: who was active when, last, and how often, in sets.';

grant execute on function public.build_active_days(integer,bigint[],bigint,integer,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_call_cells(p_project_id integer, p_lane text, p_from bigint, p_to bigint, p_bounds bigint[], p_dimensions text[], p_condition text DEFAULT 'true'::text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_bounds bigint[] := coalesce(p_bounds, array[-9223372036854775807]);
  v_first  bigint;
  v_days   bigint[] := '{}';
  v_hours  bigint[] := '{}';
  v_gaps   text;    -- condition of what no slice covers
begin
  -- A dropped partition takes its rows without a trigger; its days lie before the first row there is.
  execute format(
    'select m.timestamp from public.%I as m where m.project_id = $1 order by m.timestamp limit 1', p_lane || '_performance_metrics'
  ) into v_first using p_project_id;
  p_from := greatest(p_from, public.to_slice_start(coalesce(v_first, p_to), 24));

  if p_condition = 'true' then
    v_days := array(
      select s.start_ms
      from public.call_slices as s
      where s.project_id = p_project_id and s.lane = p_lane and s.hour_count = 24
        and s.start_ms >= p_from and s.start_ms <= p_to - 86400000
        and width_bucket(s.start_ms, v_bounds) = width_bucket(s.start_ms + 86399999, v_bounds)
        and not exists (
          select from public.call_marks as mark
          where mark.project_id = p_project_id and mark.lane = p_lane
            and mark.hour_ms >= s.start_ms and mark.hour_ms < s.start_ms + 86400000
        )
    );
    v_hours := array(
      select s.start_ms
      from public.call_slices as s
      where s.project_id = p_project_id and s.lane = p_lane and s.hour_count = 1
        and s.start_ms >= p_from and s.start_ms <= p_to - 3600000
        and (not s.is_thin or p_dimensions = '{all}')
        and width_bucket(s.start_ms, v_bounds) = width_bucket(s.start_ms + 3599999, v_bounds)
        and public.to_slice_start(s.start_ms, 24) <> all (v_days)
        and not exists (
          select from public.call_marks as mark
          where mark.project_id = p_project_id and mark.lane = p_lane and mark.hour_ms = s.start_ms
        )
    );
  end if;

  select string_agg(format('m.timestamp >= %s and m.timestamp < %s', g.from_ms, g.to_ms), ' or ' order by g.from_ms)
  into v_gaps
  from (
    select lag(covered.to_ms, 1, p_from) over (order by covered.from_ms) as from_ms, covered.from_ms as to_ms
    from (
      select day.start_ms as from_ms, day.start_ms + 86400000 as to_ms from unnest(v_days) as day (start_ms)
      union all
      select hour.start_ms, hour.start_ms + 3600000 from unnest(v_hours) as hour (start_ms)
      union all
      select p_to, p_to
    ) as covered
  ) as g
  where g.from_ms < g.to_ms;

  return format(
    $query$
      select
        width_bucket(held.start_ms, %1$L::bigint[]) as position, held.dimension, held.value, held.count::bigint,
        held.flagged::bigint, held.cached::bigint, held.tokens, held.cost_usd, held.longest, held.sampled::bigint,
        held.zero::bigint, held.fine, held.coarse
      from public.call_sums as held
      where held.project_id = %2$s and held.lane = %3$L and held.hour_count = 24 and held.dimension = any (%4$L::text[])
        and held.start_ms = any (%5$L::bigint[])
      union all
      select
        width_bucket(held.start_ms, %1$L::bigint[]), held.dimension, held.value, held.count,
        held.flagged, held.cached, held.tokens, held.cost_usd, held.longest, held.sampled, held.zero, held.fine, held.coarse
      from public.call_sums as held
      where held.project_id = %2$s and held.lane = %3$L and held.hour_count = 1 and held.dimension = any (%4$L::text[])
        and held.start_ms = any (%6$L::bigint[])
      union all
      %7$s
    $query$,
    v_bounds, p_project_id, p_lane, p_dimensions, v_days, v_hours,
    public.build_call_tally(
      p_lane, format('m.project_id = %s and (%s) and %s', p_project_id, coalesce(v_gaps, 'false'), p_condition),
      format('width_bucket(m.timestamp, %L::bigint[])', v_bounds), p_dimensions
    )
  );
end
$function$;

comment on function public.build_call_cells(integer,text,bigint,bigint,bigint[],text[],text) is 'The SQL query of (position, dimension, value, count, flagged, cached, tokens, cost_usd, longest, sampled, zero, fine, coarse): parts that add up to the calls in [p_from, p_to) that pass. Position k lies between bounds k and k + 1. Complete at every moment.';

grant execute on function public.build_call_cells(integer,text,bigint,bigint,bigint[],text[],text) to service_role;

CREATE OR REPLACE FUNCTION public.build_call_figures(p_project_id integer, p_lane text, p_from bigint, p_to bigint, p_bounds bigint[], p_dimensions text[], p_condition text, p_exact_max integer)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_count  bigint;
  v_before text;
  v_cut    bigint[] := p_bounds;
begin
  v_before := format(
    $query$
      select
        'before' as kind, '' as value, sum(c.count)::bigint as count, sum(c.flagged)::bigint as flagged,
        sum(c.cached)::bigint as cached, coalesce(sum(c.tokens), 0)::bigint as tokens,
        sum(c.cost_usd)::double precision as cost_usd, null::double precision as longest,
        null::double precision as p50, null::double precision as p95, null::double precision as p99
      from (%s) as c
    $query$,
    public.build_call_cells(p_project_id, p_lane, p_from - (p_to - p_from), p_from, null, '{all}', p_condition)
  );
  execute format(
    'select count(*) from (
       select from public.%I as m where m.project_id = $1 and m.timestamp >= $2 and m.timestamp < $3 limit $4 + 1
     ) as few',
    p_lane || '_performance_metrics'
  ) into v_count using p_project_id, p_from, p_to, p_exact_max;

  if v_count <= p_exact_max then
    return format(
      $query$
        with row as materialized (%s)
        select
          s.kind, s.value, s.count, s.flagged, s.cached, s.tokens, s.cost_usd, s.longest,
          s.quantiles[1] as p50, s.quantiles[2] as p95, s.quantiles[3] as p99
        from (
          select
            k.kind, k.value, count(*) as count, count(*) filter (where r.is_flagged) as flagged,
            count(*) filter (where r.is_cached) as cached, coalesce(sum(r.tokens), 0) as tokens,
            sum(r.cost_usd)::double precision as cost_usd, max(r.duration) as longest,
            percentile_disc(array[0.5, 0.95, 0.99]) within group (order by r.number) as quantiles
          from row as r
          cross join lateral (
            select r.dimension, r.value
            union all
            select 'point', r.key::text where r.dimension = 'all'
          ) as k (kind, value)
          group by k.kind, k.value
        ) as s
        union all
        %s
      $query$,
      public.build_call_rows(
        p_lane,
        format(
          'm.project_id = %s and m.timestamp >= %s and m.timestamp < %s and %s', p_project_id, p_from, p_to, p_condition
        ),
        format('width_bucket(m.timestamp, %L::bigint[])', p_bounds), 'all'::text || p_dimensions
      ),
      v_before
    );
  end if;

  -- Nothing beyond the range counts, though the first and the last bucket reach further.
  v_cut[1] := p_from;
  v_cut[cardinality(v_cut)] := p_to;
  return format(
    $query$
      with
      point as materialized (
        select
          c.position, sum(c.count) as count, sum(c.flagged) as flagged, sum(c.cached) as cached, sum(c.tokens) as tokens,
          sum(c.cost_usd) as cost_usd, max(c.longest) as longest, sum(c.sampled) as sampled, sum(c.zero) as zero,
          sum(c.fine) as fine, sum(c.coarse) as coarse
        from (%1$s) as c
        group by c.position
      ),
      held as (
        select
          'point' as kind, p.position::text as value, p.count, p.flagged, p.cached, p.tokens, p.cost_usd, p.longest, p.sampled,
          p.zero, p.fine, p.coarse
        from point as p
        union all
        select
          'all', '', sum(p.count), sum(p.flagged), sum(p.cached), sum(p.tokens), sum(p.cost_usd), max(p.longest), sum(p.sampled),
          sum(p.zero), sum(p.fine), sum(p.coarse)
        from point as p
        union all
        select
          c.dimension, c.value, sum(c.count), sum(c.flagged), sum(c.cached), sum(c.tokens), sum(c.cost_usd), max(c.longest),
          sum(c.sampled), sum(c.zero), sum(c.fine), sum(c.coarse)
        from (%2$s) as c
        group by c.dimension, c.value
      )
      select
        h.kind, h.value, h.count::bigint, h.flagged::bigint, h.cached::bigint, coalesce(h.tokens, 0)::bigint as tokens,
        h.cost_usd::double precision, h.longest,
        case when h.kind <> 'point' then public.to_histogram_figure(
          public.get_histogram_value(h.fine, h.coarse, h.zero::bigint, h.sampled::bigint, 0.5)
        ) end as p50,
        case when h.kind <> 'rows' then public.to_histogram_figure(
          public.get_histogram_value(h.fine, h.coarse, h.zero::bigint, h.sampled::bigint, 0.95)
        ) end as p95,
        case when h.kind = 'all' then public.to_histogram_figure(
          public.get_histogram_value(h.fine, h.coarse, h.zero::bigint, h.sampled::bigint, 0.99)
        ) end as p99
      from held as h
      union all
      %3$s
    $query$,
    public.build_call_cells(p_project_id, p_lane, p_from, p_to, v_cut, '{all}', p_condition),
    public.build_call_cells(p_project_id, p_lane, p_from, p_to, null, p_dimensions, p_condition),
    v_before
  );
end
$function$;

comment on function public.build_call_figures(integer,text,bigint,bigint,bigint[],text[],text,integer) is 'The SQL query of (kind, value, count, flagged, cached, tokens, cost_usd, longest, p50, p95, p99) over the calls of a range.';

grant execute on function public.build_call_figures(integer,text,bigint,bigint,bigint[],text[],text,integer) to service_role;

CREATE OR REPLACE FUNCTION public.build_call_rows(p_lane text, p_condition text, p_key text, p_dimensions text[])
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return format(
    $query$
      select
        n.key, d.dimension, d.value, case when not n.is_cached then d.number end as number, n.is_flagged, n.is_cached, n.tokens,
        n.cost_usd, case when not n.is_cached then n.duration end as duration
      from (%1$s where %2$s) as n
      cross join lateral unnest(n.dimensions, n.names, n.numbers) as d (dimension, value, number)
      where d.dimension = any (%3$L::text[]) and (d.dimension not in ('query', 'rows') or not n.is_cached)
    $query$,
    case p_lane
      when 'ai' then format(
        $source$
          select
            %s as key, m.duration::double precision as duration, not m.success as is_flagged, m.cache_hit as is_cached,
            m.tokens, m.cost_usd, array['all', 'model', 'endpoint'] as dimensions,
            array['', coalesce(m.model, 'unknown'), coalesce(m.endpoint, 'unknown')] as names,
            array[m.duration, m.duration, m.duration]::double precision[] as numbers
          from public.ai_performance_metrics as m
        $source$,
        p_key
      )
      else format(
        $source$
          select
            %s as key, m.duration::double precision as duration, m.duration > public.get_slow_query_ms() as is_flagged,
            m.cached as is_cached, null::bigint as tokens, null::numeric as cost_usd,
            array['all', 'query', 'rows'] as dimensions, array['', m.query, m.query] as names,
            array[m.duration, m.duration, m.rows]::double precision[] as numbers
          from public.database_performance_metrics as m
        $source$,
        p_key
      )
    end,
    p_condition, p_dimensions
  );
end
$function$;

comment on function public.build_call_rows(text,text,text,text[]) is 'The SQL query of (key, dimension, value, number, is_flagged, is_cached, tokens, cost_usd, duration) over rows.';

grant execute on function public.build_call_rows(text,text,text,text[]) to service_role;

CREATE OR REPLACE FUNCTION public.build_call_tally(p_lane text, p_condition text, p_key text, p_dimensions text[])
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      select
        r.key, r.dimension, r.value, count(*) as count, count(*) filter (where r.is_flagged) as flagged,
        count(*) filter (where r.is_cached) as cached, sum(r.tokens) as tokens, sum(r.cost_usd) as cost_usd,
        max(r.duration) as longest, count(r.number) as sampled, count(r.number) - count(b.bucket) as zero,
        coalesce(sum(('1e' || 12 * b.bucket)::numeric), 0) as fine,
        coalesce(sum(('1e' || 12 * (b.bucket / 16))::numeric), 0) as coarse
      from (%s) as r
      cross join lateral (select public.to_vital_bucket(r.number)) as b (bucket)
      group by r.key, r.dimension, r.value
    $query$,
    public.build_call_rows(p_lane, p_condition, p_key, p_dimensions)
  )
$function$;

comment on function public.build_call_tally(text,text,text,text[]) is 'The SQL query of (key, dimension, value, count, flagged, cached, tokens, cost_usd, longest, sampled, zero, fine, coarse) over rows, as call_sums has them.';

grant execute on function public.build_call_tally(text,text,text,text[]) to service_role;

CREATE OR REPLACE FUNCTION public.build_cut_sets(p_sets text[])
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case when cardinality(p_sets) = 1 then p_sets[1] else format(
    'select s.chunk, bit_and(s.people) as people, s.stranger from (%s) as s group by s.chunk, s.stranger having count(*) = %s',
    (select string_agg(each.set, ' union all ') from unnest(p_sets) as each (set)), cardinality(p_sets)
  ) end
$function$;

comment on function public.build_cut_sets(text[]) is 'The SQL query of the people of all of some sets.';

grant execute on function public.build_cut_sets(text[]) to service_role;

CREATE OR REPLACE FUNCTION public.build_filter(p_project_id integer, p_filters jsonb)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_sql   text := '';
  v_key   text;
  v_value jsonb;
begin
  for v_key, v_value in
    select f.key, f.value
    from jsonb_each(coalesce(p_filters, '{}')) as f
    where f.value <> 'null' and f.key <> 'now'
    order by f.key
  loop
    if v_key = 'segment' and jsonb_typeof(v_value) in ('object', 'string') then
      v_sql := v_sql || format(
        ' and e.person_id in (select segment.person_id from (%s) as segment)',
        public.build_segment_people(
          p_project_id, v_value,
          coalesce((p_filters ->> 'now')::bigint, (extract(epoch from statement_timestamp()) * 1000)::bigint)
        )
      );
    elsif v_key = 'referrer' and jsonb_typeof(v_value) = 'string' and v_value #>> '{}' not like '%://%' then
      v_sql := v_sql || format(' and public.to_referrer_host(e.referrer) = %L', v_value #>> '{}');
    elsif v_key in ('route', 'device', 'country', 'event', 'browser', 'os', 'referrer', 'utm_source')
      and jsonb_typeof(v_value) = 'string'
    then
      v_sql := v_sql || format(' and e.%I = %L', v_key, v_value #>> '{}');
    else
      raise exception 'unknown filter %', v_key using errcode = '22023';
    end if;
  end loop;
  return case when v_sql = '' then 'true' else '(' || substr(v_sql, 6) || ')' end;
end
$function$;

comment on function public.build_filter(integer,jsonb) is 'The SQL condition on person_events (alias e) under which a row passes the filters; ''true'' for none.';

grant execute on function public.build_filter(integer,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.build_filtered_series(p_project_id integer, p_bounds bigint[], p_filters jsonb)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_from    constant bigint := p_bounds[1];
  v_to      constant bigint := p_bounds[cardinality(p_bounds)];
  v_columns constant jsonb := coalesce(p_filters, '{}') - 'segment' - 'now';
  v_plan    record;
  v_member  record;
begin
  select * into v_plan from public.get_slice_plan(p_project_id, v_from, v_to, p_bounds);
  select * into v_member from public.build_member_test(p_project_id, p_filters, 'r.person');
  return format(
    $query$
      with
      %1$s
      share as (
        select width_bucket(r.start_ms, %2$L::bigint[]) as position, r.person::bigint as person, r.row_count
        from (%3$s) as r
        where %4$s
        union all
        select width_bucket(r.start_ms + r.offset_ms, %2$L::bigint[]), r.person, 1
        from (%5$s) as r
        where %4$s
        union all
        select width_bucket(r.timestamp, %2$L::bigint[]), coalesce(r.person, -1), 1
        from (%6$s) as r
        where %4$s
      )
      select p.position, sum(p.row_count) as events, count(*) filter (where p.person <> -1) as people
      from (
        select s.position, s.person, sum(s.row_count) as row_count from share as s group by s.position, s.person
      ) as p
      group by p.position
    $query$,
    v_member.tables, p_bounds,
    case
      when coalesce(v_columns ->> 'event', v_columns ->> 'route') is not null then format(
        'select h.start_ms, h.person, 1 as row_count from (%s) as h',
        public.build_slice_rows(v_plan.wholes, v_columns, '{}', 'not e.is_conversion', '0')
      )
      else public.build_slice_shares(v_plan.wholes, v_columns)
    end,
    v_member.test,
    public.build_slice_rows(v_plan.parts, v_columns, '{}', 'not e.is_conversion', '0', v_from, v_to),
    public.build_gap_rows(
      p_project_id, v_plan.gaps, 'person_events',
      public.build_person(p_project_id, true) || ' as person, e.timestamp',
      'e.bot_reasons is null and ' || public.build_filter(p_project_id, v_columns)
    )
  );
end
$function$;

comment on function public.build_filtered_series(integer,bigint[],jsonb) is 'The SQL query of (position, events, people) of get_event_series under filters that slices know, and a segment.';

grant execute on function public.build_filtered_series(integer,bigint[],jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.build_filtered_usage(p_project_id integer, p_from bigint, p_to bigint, p_event text, p_property text, p_value jsonb, p_filters jsonb, p_include_bots boolean)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select format(
    $use$
      life as materialized (
        select
          h.person, min(h.timestamp) as first_seen,
          count(*) filter (where h.is_use and h.timestamp >= %2$L::bigint) as uses,
          min(h.timestamp) filter (where h.is_use and h.timestamp >= %2$L::bigint) as first_use,
          max(h.timestamp) filter (where h.is_use) as last_use,
          min(h.timestamp) filter (where h.is_use) < %2$L::bigint as is_earlier
        from (%1$s) as h
        group by h.person
      ),
      user_of_it as (select l.* from life as l where l.uses > 0),
      newcomer as (select u.person, u.first_use from user_of_it as u where not u.is_earlier),
      first_seen as (select l.person, l.first_seen as timestamp from life as l)
    $use$,
    case
      when p_property is null then format(
        'select h.person, h.timestamp, h.mask & 2 <> 0 as is_use from (%s) as h',
        public.build_step_hits(
          p_project_id, -62135596800000, p_to,
          jsonb_build_array(jsonb_build_object('event', '*'), jsonb_build_object('event', p_event)),
          p_filters, p_include_bots
        )
      )
      else format(
        $rows$
          select
            e.person_id as person, e.timestamp,
            e.event = %1$L and coalesce(%2$s, 'null') = %3$L::jsonb as is_use
          from public.person_events as e
          where
            e.project_id = %4$L::integer and e.timestamp < %5$L::bigint and e.person_id is not null and %6$s and %7$s
        $rows$,
        p_event, public.build_value(p_property), coalesce(p_value, 'null'), p_project_id, p_to,
        case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
        public.build_filter(p_project_id, p_filters)
      )
    end,
    p_from
  )
$function$;

comment on function public.build_filtered_usage(integer,bigint,bigint,text,text,jsonb,jsonb,boolean) is 'Common table expressions user_of_it, newcomer and first_seen under filters.';

grant execute on function public.build_filtered_usage(integer,bigint,bigint,text,text,jsonb,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_funnel_attempts(p_definition jsonb, p_hit text DEFAULT 'hit'::text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_order      text := p_definition ->> 'order';
  v_window_ms  bigint := (p_definition ->> 'windowMs')::bigint;
  v_steps      jsonb := p_definition -> 'steps';
  v_exclusions jsonb := coalesce(p_definition -> 'exclusions', '[]');
  n            integer := jsonb_array_length(v_steps);
  x            integer := jsonb_array_length(v_exclusions);
  v_step_mask  integer := (1 << n) - 1;
  -- whether a row can match one step at most
  v_disjoint   boolean := public.has_disjoint_steps(p_definition);
  v_single     boolean := v_disjoint and x = 0;
  v_sql        text;
  v_columns    text;
  v_list       text;
  v_excluded   text;
  v_a          integer;
  v_b          integer;
begin
  if n not between 1 and 20 or x > 10 then
    raise exception 'a funnel has 1 to 20 steps and at most 10 exclusions, got % and %', n, x using errcode = '22023';
  end if;

  if v_order = 'strict' then
    -- the rows after this one are the only ones that can be the next steps
    select
      string_agg(format(', lead(h.mask, %1$s) over w as m%1$s, lead(h.timestamp, %1$s) over w as s%1$s', k), '' order by k)
    into v_columns
    from generate_series(1, n - 1) as k;
    v_sql := format(
      'select h.unit, h.person, h.timestamp, h.mask%s%s from (select h.*%s from %5$I as h
       window l as (partition by h.unit order by h.timestamp desc groups between unbounded preceding and 1 preceding)) as h
       window w as (partition by h.unit order by h.timestamp, h.mask & %4$s & -(h.mask & %4$s), h.mask & %4$s)',
      coalesce(v_columns, ''),
      coalesce((
        select string_agg(
          format(', lead(h.n%s, %s) over w as x%1$s', e.position, (e.exclusion ->> 'fromStep')::integer - 1), '' order by e.position)
        from jsonb_array_elements(v_exclusions) with ordinality as e (exclusion, position)
      ), ''),
      coalesce((
        select string_agg(
          format(', min(case when h.mask & %s <> 0 then h.timestamp end) over l as n%s', 1 << (n + k - 1), k), '' order by k)
        from generate_series(1, x) as k
      ), ''),
      v_step_mask, p_hit
    );
    select string_agg(
      format('when m%1$s & %2$s is distinct from %2$s or s%1$s > timestamp + %3$s then %1$s', k, 1 << k, v_window_ms),
      ' ' order by k)
    into v_list
    from generate_series(1, n - 1) as k;
    v_sql := format(
      'select unit, person, timestamp as start, %s as reached, timestamp as t1%s%s from (%s) as row where mask & 1 <> 0',
      case when n = 1 then '1' else format('case %s else %s end', v_list, n) end,
      coalesce((select string_agg(format(', s%s as t%s', k, k + 1), '' order by k) from generate_series(1, n - 1) as k), ''),
      coalesce((select string_agg(format(', x%s', k), '' order by k) from generate_series(1, x) as k), ''),
      v_sql
    );

  elsif v_order = 'unordered' then
    v_columns := coalesce((
      select string_agg(format(
        ', min(case when mask & %s <> 0 then timestamp end) over (
             partition by unit order by timestamp desc groups between unbounded preceding and 1 preceding
           ) as x%s', 1 << (n + k - 1), k), '' order by k)
      from generate_series(1, x) as k
    ), '');
    if v_disjoint then
      v_sql := format(
        'select unit, person, timestamp as start, %s as reached, %s%s from (select *, %s%s from %I) as row where mask & %s <> 0',
        (select string_agg(format('coalesce((s%s <= timestamp + %s)::integer, 0)', k, v_window_ms), ' + ') from generate_series(1, n) as k),
        (select string_agg(format('s%1$s as t%1$s', k), ', ' order by k) from generate_series(1, n) as k),
        coalesce((select string_agg(format(', x%s', k), '') from generate_series(1, x) as k), ''),
        (select string_agg(
           format('min(case when mask & %s <> 0 then timestamp end) over (partition by unit order by timestamp desc) as s%s', 1 << (k - 1), k),
           ', ')
         from generate_series(1, n) as k),
        v_columns,
        p_hit,
        v_step_mask
      );
    else
      v_sql := format(
        'select u.unit, u.person, a.start, a.reached, %s%s
         from (
           select
             unit, min(person) as person,
             array_agg(timestamp order by timestamp, mask) as times,
             array_agg(mask & %s order by timestamp, mask) as masks%s
           from (select *%s from %I) as row where mask & %s <> 0 group by unit
         ) as u
         cross join lateral public.get_unordered_attempts(u.times, u.masks, %s, %s) as a',
        (select string_agg(format('a.times[%1$s] as t%1$s', k), ', ') from generate_series(1, n) as k),
        coalesce((select string_agg(format(', (u.xs%1$s)[a.place] as x%1$s', k), '') from generate_series(1, x) as k), ''),
        v_step_mask,
        coalesce((select string_agg(format(', array_agg(x%1$s order by timestamp, mask) as xs%1$s', k), '') from generate_series(1, x) as k), ''),
        v_columns,
        p_hit, v_step_mask, n, v_window_ms
      );
    end if;

  else
    if v_single then
      v_sql := format('select unit, person, timestamp, mask from %I', p_hit);
    else
      v_sql := format(
        'select
           unit, min(person) as person, timestamp, bit_or(mask) as mask,
           case when count(*) filter (where mask & %1$s <> 0) > 1
             then public.get_instant_reach(array_agg(mask & %1$s) filter (where mask & %1$s <> 0), %2$s)
           end as reach
         from %3$I group by unit, timestamp',
        v_step_mask, n, p_hit
      );
    end if;
    -- x1 …: when the next row of each exclusion is
    if x > 0 then
      v_sql := format(
        'select *%s from (%s) as level window w as (
           partition by unit order by timestamp desc rows between unbounded preceding and 1 preceding
         )',
        (select string_agg(format(', min(case when mask & %s <> 0 then timestamp end) over w as x%s', 1 << (n + k - 1), k), '')
         from generate_series(1, x) as k),
        v_sql
      );
    end if;
    -- c<j>_<m>: when step m is done at the earliest by who has done step j by now; c<j>_x<i>: when exclusion i comes next after its
    -- fromStep then
    for k in reverse n..1 loop
      v_columns := '';
      for m in k..n loop
        v_list := case when m = k then 'timestamp' else format('c%s_%s', k, m) end;
        v_list := format('case when mask & %s <> 0 then %s end', 1 << (k - 1), v_list);
        if not v_single then
          v_list := format(
            'case when reach is null then %s when reach[%s] >= %s then timestamp%s end', v_list, k, m,
            case when m > k then format(
              ' when reach[%1$s] >= %1$s then (array[%2$s])[reach[%1$s] - %3$s]', k,
              (select string_agg(format('c%s_%s', r, m), ', ' order by r) from generate_series(k, m - 1) as r), k - 1
            ) else '' end
          );
        end if;
        v_columns := v_columns || case
          when k > 1 then format(', min(%s) over w as c%s_%s', v_list, k - 1, m)
          else format(', %s as t%s', v_list, m)
        end;
      end loop;
      for i in 1..x loop
        v_a := (v_exclusions -> (i - 1) ->> 'fromStep')::integer;
        continue when v_a < k;
        v_list := format(
          'case when reach is null then case when mask & %1$s <> 0 then %2$s end when reach[%3$s] >= %4$s then x%5$s%6$s end',
          1 << (k - 1), case when v_a = k then format('x%s', i) else format('c%s_x%s', k, i) end, k, v_a, i,
          case when v_a > k then format(
            ' when reach[%1$s] >= %1$s then (array[%2$s])[reach[%1$s] - %3$s]', k,
            (select string_agg(format('c%s_x%s', r, i), ', ' order by r) from generate_series(k, v_a - 1) as r), k - 1
          ) else '' end
        );
        v_columns := v_columns || case
          when k > 1 then format(', min(%s) over w as c%s_x%s', v_list, k - 1, i)
          else format(', %s as x%s', v_list, i)
        end;
      end loop;
      v_sql := case
        when k > 1 then format(
          'select *%s from (%s) as level window w as (
             partition by unit order by timestamp desc%s rows between unbounded preceding and 1 preceding
           )',
          v_columns, v_sql, case when v_single then ', mask desc' else '' end
        )
        else format('select unit, person%s from (%s) as level where mask & 1 <> 0', v_columns, v_sql)
      end;
    end loop;
    v_sql := format(
      'select *, t1 as start, %s as reached from (%s) as start',
      concat_ws(' + ', '1', (
        select string_agg(format('coalesce((t%s <= t1 + %s)::integer, 0)', k, v_window_ms), ' + ')
        from generate_series(2, n) as k
      )),
      v_sql
    );
  end if;

  for i in 1..x loop
    v_a := (v_exclusions -> (i - 1) ->> 'fromStep')::integer;
    v_b := (v_exclusions -> (i - 1) ->> 'toStep')::integer;
    v_excluded := concat_ws(' or ', v_excluded, format(
      'coalesce(reached >= %s and x%s <= case when reached >= %s then %s - 1 else start + %s end, false)',
      v_a, i, v_b,
      case
        when v_order = 'unordered' then format('greatest(%s)', (select string_agg(format('t%s', k), ', ') from generate_series(1, n) as k))
        else format('t%s', v_b)
      end,
      v_window_ms
    ));
  end loop;
  return format(
    'select unit, person, start, reached, %s as is_excluded, %s from (%s) as attempt',
    coalesce(v_excluded, 'false'),
    (select string_agg(format('t%s', k), ', ' order by k) from generate_series(1, n) as k),
    v_sql
  );
end
$function$;

comment on function public.build_funnel_attempts(jsonb,text) is 'The text of the query that gives every attempt of every unit: how far it got, when, and whether an exclusion taints it.';

grant execute on function public.build_funnel_attempts(jsonb,text) to service_role;

CREATE OR REPLACE FUNCTION public.build_funnel_bounds(p_unit text, p_step_count integer)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_level   text := 'select *, f1 as l1, f1 as h1 from bound';
  v_verdict text := 'case when f1 is null then 0';
begin
  for k in 2..p_step_count loop
    v_verdict := v_verdict || format(
      ' when z%1$s is null or z%1$s < l%2$s then %2$s when z%1$s < h%2$s or h%1$s - f1 > $1 then null', k, k - 1
    );
    -- offset 0: put together the expressions would double with each level
    v_level := format(
      'select *, case when f%1$s >= h%2$s then f%1$s else greatest(l%2$s, f%1$s) end as l%1$s,
         case when f%1$s >= h%2$s then f%1$s else z%1$s end as h%1$s
       from (%3$s offset 0) as level%1$s',
      k, k - 1, v_level
    );
  end loop;
  return format('select %s, %s else %s end as reached from (%s) as level1', p_unit, v_verdict, p_step_count, v_level);
end
$function$;

comment on function public.build_funnel_bounds(text,integer) is 'The text of the query that tells by first and last times alone how far a unit got. $1 is the window in ms.';

grant execute on function public.build_funnel_bounds(text,integer) to service_role;

CREATE OR REPLACE FUNCTION public.build_funnel_chain(p_unit text, p_step_count integer)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_chain text := 'select *, case when mask & 1 <> 0 then timestamp end as x1 from instant';
  v_start text;
begin
  for k in 2..p_step_count loop
    -- from step k - 1 with this step's own row; in an instant of several rows also from further back
    v_start := format('case when mask & %s <> 0 then p%s end, case when reach[1] >= %s then timestamp end', 1 << (k - 1), k - 1, k);
    for j in 1..k - 2 loop
      v_start := v_start || format(', case when reach[%s] >= %s then p%s end', j + 1, k, j);
    end loop;
    v_chain := format(
      'select *, case when timestamp - s%1$s <= $1 then s%1$s end as x%1$s
       from (
         select *, greatest(%2$s) as s%1$s
         from (
           select *, max(x%3$s) over (
             partition by %4$s order by timestamp rows between unbounded preceding and 1 preceding
           ) as p%3$s
           from (%5$s) as level%3$s
         ) as entry%1$s
       ) as start%1$s',
      k, v_start, k - 1, p_unit, v_chain
    );
  end loop;
  return v_chain;
end
$function$;

comment on function public.build_funnel_chain(text,integer) is 'The text of the query that gives each instant the start of the newest attempt that reached each step in it.';

grant execute on function public.build_funnel_chain(text,integer) to service_role;

CREATE OR REPLACE FUNCTION public.build_funnel_found(p_project_id integer, p_from bigint, p_to bigint, p_definition jsonb, p_filters jsonb, p_include_bots boolean)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_breakdown boolean := p_definition ->> 'breakdown' is not null;
  v_revenue   boolean := coalesce((p_definition ->> 'revenue')::boolean, false);
  v_ordered   boolean := p_definition ->> 'order' <> 'unordered';
  v_steps     jsonb := p_definition -> 'steps';
  v_rows      text := public.build_funnel_rows(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots);
  v_strict    text;
begin
  if public.is_settled_by_first(p_definition, p_include_bots) then
    return format(
      'found as materialized (%s)',
      public.build_funnel_paths_by_first(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots)
    )
    || case when v_breakdown or v_revenue then format(
      ', hit as not materialized (%s),
       identified as materialized (
         select i.person, i.person_id from public.get_person_ids(%L, array(select found.person from found)) as i
       )',
      v_rows, p_project_id
    ) else '' end
    || case when v_breakdown then format(
      $query$,
        first_hit as materialized (
          select h.person, min(h.timestamp) as timestamp from (%s) as h group by h.person
        ),
        first_value as materialized (
          select distinct on (i.person) i.person as unit, r.value
          from (%s) as r
          inner join identified as i on i.person_id = r.person
          inner join first_hit as f on f.person = i.person and f.timestamp = r.timestamp
          order by i.person, r.id
        )
      $query$,
      public.build_streamed_hits(
        p_project_id, p_from, p_to, case when v_ordered then jsonb_build_array(v_steps -> 0) else v_steps end, p_filters,
        p_include_bots, v_ordered
      ),
      public.build_funnel_rows(
        p_project_id, p_from, p_to,
        p_definition - 'exclusions' - 'revenue'
          || jsonb_build_object('steps', case when v_ordered then jsonb_build_array(v_steps -> 0) else v_steps end),
        p_filters, p_include_bots
      )
    ) else '' end;
  end if;
  if not v_breakdown and not v_revenue then
    v_strict := public.build_packed_strict_paths(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots);
    if v_strict is not null then
      return format('found as (%s)', v_strict);
    end if;
  end if;
  return case
    when v_breakdown or v_revenue then format('hit as materialized (%s)', v_rows)
    else format(
      'hit as not materialized (%s)',
      public.build_funnel_hits(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots)
    )
  end
  || case when v_breakdown then format(
    ', first_value as materialized (
       select distinct on (h.unit) h.unit, h.value from hit as h where h.mask & %s <> 0 order by h.unit, h.timestamp, h.id
     )',
    case when v_ordered then 1 else (1 << jsonb_array_length(v_steps)) - 1 end
  ) else '' end
  || format(', found as (%s)', public.build_funnel_paths(p_definition, p_from));
end
$function$;

comment on function public.build_funnel_found(integer,bigint,bigint,jsonb,jsonb,boolean) is 'The CTEs of the paths of a funnel, with the breakdown values and rows that its definition asks for.';

grant execute on function public.build_funnel_found(integer,bigint,bigint,jsonb,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_funnel_hits(p_project_id integer, p_from bigint, p_to bigint, p_definition jsonb, p_filters jsonb, p_include_bots boolean)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if public.has_numbered_people(p_definition) then
    return format(
      'select h.person as unit, h.person, h.timestamp, h.mask from (%s) as h',
      public.build_streamed_hits(
        p_project_id, p_from, p_to, p_definition -> 'steps' || coalesce(p_definition -> 'exclusions', '[]'), p_filters,
        p_include_bots
      )
    );
  end if;
  return format(
    'select r.unit, r.person, r.timestamp, r.mask from (%s) as r',
    public.build_funnel_rows(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots)
  );
end
$function$;

comment on function public.build_funnel_hits(integer,bigint,bigint,jsonb,jsonb,boolean) is 'The SQL query of (unit, person, timestamp, mask) that a funnel is counted from.';

grant execute on function public.build_funnel_hits(integer,bigint,bigint,jsonb,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_funnel_mask(p_definition jsonb)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select string_agg(
      format(
        'case when %s then %s else 0 end',
        case
          when jsonb_typeof(p_definition -> 'conversions') is distinct from 'string' then public.build_step_condition(s.step)
          when s.step ->> 'event' = '*' then 'true'
          else format('e.step = %L', s.step ->> 'event')
        end,
        1 << (s.position::integer - 1)
      ),
      ' | '
    )
    from jsonb_array_elements(p_definition -> 'steps' || coalesce(p_definition -> 'exclusions', '[]'))
      with ordinality as s (step, position)
  );
end
$function$;

comment on function public.build_funnel_mask(jsonb) is 'The SQL expression of the steps and exclusions of a funnel that a row (alias e) matches, one bit each.';

grant execute on function public.build_funnel_mask(jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.build_funnel_paths(p_definition jsonb, p_from bigint, p_bounds bigint[] DEFAULT NULL::bigint[], p_hit text DEFAULT 'hit'::text, p_attempts text DEFAULT NULL::text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  n       integer := jsonb_array_length(p_definition -> 'steps');
  v_time  text := '1125899906842623';    -- 2^50 - 1
  v_sql   text;
begin
  -- An attempt's rank and one of its times in one number: the least is of the best attempt, and of equally good ones of the earliest,
  -- whose every time is the earliest, too.
  v_sql := format(
    'select
       unit, min(person) as person%1$s, min(rank << 50 | (start - %2$s)) as k0, %3$s
     from (select *, ((%4$s - reached) * 2 + is_excluded::integer)::bigint as rank%5$s from (%6$s) as attempt) as ranked
     group by unit%1$s',
    case when p_bounds is null then '' else ', position' end,
    format('(%s)', p_from),
    (select string_agg(format('min(rank << 50 | (t%1$s - (%2$s))) as k%1$s', k, p_from), ', ' order by k) from generate_series(1, n) as k),
    n,
    case when p_bounds is null then '' else format(', width_bucket(start, %L::bigint[]) as position', p_bounds) end,
    coalesce(p_attempts, public.build_funnel_attempts(p_definition, p_hit))
  );
  v_sql := format(
    'select
       unit, person%s, %s - (k0 >> 51)::integer as reached, (k0 >> 50) & 1 = 1 as is_excluded,
       (k0 & %s) + (%s) as start, %s
     from (%s) as best',
    case when p_bounds is null then '' else ', position' end,
    n, v_time, p_from,
    (select string_agg(
       format('case when k%1$s >> 50 = k0 >> 50 then (k%1$s & %2$s) + (%3$s) end as t%1$s', k, v_time, p_from), ', ' order by k)
     from generate_series(1, n) as k),
    v_sql
  );
  if p_definition ->> 'order' = 'unordered' then
    -- the k-th step is the k-th in time
    return format(
      'select unit, person%s, reached, is_excluded, start, %s
       from (
         select *, case when reached = 1 then array[start] else array(
           select s.t from unnest(array[%s]) as s (t) where s.t <= start + %s order by s.t
         ) end as times
         from (%s) as path
       ) as path',
      case when p_bounds is null then '' else ', position' end,
      (select string_agg(format('times[%1$s] as t%1$s', k), ', ' order by k) from generate_series(1, n) as k),
      (select string_agg(format('t%s', k), ', ') from generate_series(1, n) as k),
      (p_definition ->> 'windowMs')::bigint,
      v_sql
    );
  end if;
  return format(
    'select unit, person%s, reached, is_excluded, start, %s from (%s) as path',
    case when p_bounds is null then '' else ', position' end,
    (select string_agg(format('case when reached >= %1$s then t%1$s end as t%1$s', k), ', ' order by k) from generate_series(1, n) as k),
    v_sql
  );
end
$function$;

comment on function public.build_funnel_paths(jsonb,bigint,bigint[],text,text) is 'The text of the query that gives each unit''s attempt that counts: the furthest, a clean one first, then the earliest.';

grant execute on function public.build_funnel_paths(jsonb,bigint,bigint[],text,text) to service_role;

CREATE OR REPLACE FUNCTION public.build_funnel_paths_by_first(p_project_id integer, p_from bigint, p_to bigint, p_definition jsonb, p_filters jsonb, p_include_bots boolean)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_steps      jsonb := p_definition -> 'steps';
  v_exclusions jsonb := coalesce(p_definition -> 'exclusions', '[]');
  n            integer := jsonb_array_length(v_steps);
  v_times      text := (select string_agg(format('t%s', k), ', ' order by k) from generate_series(1, n) as k);
  v_tainted    text;
begin
  select string_agg(
    format(
      'select h.person
       from (%1$s) as h
       inner join begun as p on p.person = h.person and p.reached >= %2$s and h.timestamp > p.t%2$s
       where case when p.reached >= %3$s then h.timestamp < p.t%3$s else h.timestamp <= p.t1 + %4$s end',
      public.build_streamed_hits(
        p_project_id, p_from, p_to, jsonb_build_array(e.exclusion - 'fromStep' - 'toStep'), p_filters, p_include_bots
      ),
      e.exclusion ->> 'fromStep', e.exclusion ->> 'toStep', p_definition ->> 'windowMs'
    ),
    ' union '
  )
  into v_tainted
  from jsonb_array_elements(v_exclusions) as e (exclusion);

  return format(
    $query$
      with
      %1$s,
      tainted as materialized (
        %2$s
      ),
      settled as not materialized (
        select * from begun where reached is not null and not exists (select from tainted where tainted.person = begun.person)
      ),
      loose as materialized (
        select person from begun where reached is null union select person from tainted
      ),
      followed as (
        select h.person as unit, h.person, h.timestamp, h.mask from (%3$s) as h
      )
      select person as unit, person, reached, false as is_excluded, t1 as start, %4$s from settled
      union all
      select unit, person, reached, is_excluded, start, %4$s from (%5$s) as path
    $query$,
    case p_definition ->> 'order'
      when 'ordered' then public.build_ordered_firsts(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots)
      else public.build_unordered_firsts(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots)
    end,
    coalesce(v_tainted, 'select null::bigint as person where false'),
    public.build_hits_among(
      public.build_streamed_hits(p_project_id, p_from, p_to, v_steps || v_exclusions, p_filters, p_include_bots), 'loose'
    ),
    v_times,
    public.build_funnel_paths(p_definition, p_from, null, 'followed')
  );
end
$function$;

comment on function public.build_funnel_paths_by_first(integer,bigint,bigint,jsonb,jsonb,boolean) is 'The SQL query of the paths of a funnel of people: most are settled by first times, the others followed row by row.';

grant execute on function public.build_funnel_paths_by_first(integer,bigint,bigint,jsonb,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_funnel_rows(p_project_id integer, p_from bigint, p_to bigint, p_definition jsonb, p_filters jsonb, p_include_bots boolean, p_person_id bigint DEFAULT NULL::bigint)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_funnel  text := p_definition ->> 'conversions';
  v_key     text := p_definition ->> 'breakdown';
  v_strict  boolean := p_definition ->> 'order' = 'strict';
  v_session boolean := p_definition ->> 'unit' = 'session';
  v_names   text[] := (
    select array_agg(distinct s ->> 'event')
    from jsonb_array_elements(p_definition -> 'steps' || coalesce(p_definition -> 'exclusions', '[]')) as s
  );
  v_filter  text := public.build_filter(p_project_id, p_filters);
  v_value   text := 'null::jsonb';
  v_revenue text := 'null::numeric as revenue, null::text as currency';
  v_join    text := '';
  v_rows    text;
begin
  if v_key is not null then
    v_value := case
      when v_key in (
        '$route', '$device', '$browser', '$os', '$country', '$referrer', '$release',
        '$utm_source', '$utm_medium', '$utm_campaign', '$utm_term', '$utm_content'
      ) then format('coalesce(to_jsonb(e.%I), ''null'')', substr(v_key, 2))
      else format('coalesce(e.properties -> %L, ''null'')', v_key)
    end;
  end if;
  if (p_definition ->> 'revenue')::boolean and v_funnel is null then
    v_revenue := 'r.revenue, r.currency';
    v_join := 'left join lateral public.to_revenue(e.properties) as r on true';
  end if;
  v_rows := format(
    $query$
      select
        %1$s, e.person_id as person, e.timestamp, %2$s as mask, e.id, %3$s as event, %4$s as value, %5$s, %6$s as is_seen
      from %7$s as e
      %8$s
      where
        e.project_id = %9$L::integer
        and e.timestamp >= %10$L::bigint
        and e.timestamp < %11$L::bigint
        and e.person_id is not null
        and %12$s
        and %13$s
    $query$,
    case
      -- A session goes on while no more than 30 minutes pass between two rows, whatever the filters make of them.
      when v_session then
        'e.actor_id, coalesce(e.session_id, '''') as session_id,
         case when e.timestamp - lag(e.timestamp) over (
           partition by e.actor_id, coalesce(e.session_id, '''') order by e.timestamp, e.id
         ) <= 1800000 then 0 else 1 end as is_first'
      else 'e.person_id as unit'
    end,
    public.build_funnel_mask(p_definition),
    case when v_funnel is null then 'e.event' else 'e.step' end,
    v_value,
    v_revenue,
    case when v_session then v_filter else 'true' end,
    case when v_funnel is null then 'public.person_events' else 'public.person_conversions' end,
    v_join,
    p_project_id, p_from, p_to,
    case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
    concat_ws(
      ' and ',
      case when not v_session then v_filter else 'true' end,
      case when v_funnel is not null then format('e.funnel = %L', v_funnel) end,
      case when v_funnel is null and not v_strict and not v_session and not '*' = any (v_names)
        then format('e.event = any (%L::text[])', v_names) end,
      case when p_person_id is not null then format('e.person_id = %L::bigint', p_person_id) end
    )
  );
  if v_session then
    v_rows := format(
      'select
         sum(s.is_first) over (order by s.actor_id, s.session_id, s.timestamp, s.id rows unbounded preceding)::bigint as unit,
         s.person, s.timestamp, s.mask, s.id, s.event, s.value, s.revenue, s.currency, s.is_seen
       from (%s) as s',
      v_rows
    );
  end if;
  return format(
    'select r.unit, r.person, r.timestamp, r.mask, r.id, r.event, r.value, r.revenue, r.currency from (%s) as r where r.is_seen%s',
    v_rows, case when v_strict then '' else ' and r.mask <> 0' end
  );
end
$function$;

comment on function public.build_funnel_rows(integer,bigint,bigint,jsonb,jsonb,boolean,bigint) is 'The SQL query of the rows that a funnel looks at, with unit, person, mask, breakdown value and revenue.';

grant execute on function public.build_funnel_rows(integer,bigint,bigint,jsonb,jsonb,boolean,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.build_gap_rows(p_project_id integer, p_gaps int8multirange, p_view text, p_columns text, p_condition text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(
    string_agg(
      format(
        'select %s from public.%I as e where e.project_id = %L::integer and e.timestamp >= %L::bigint and e.timestamp < %L::bigint and %s',
        p_columns, p_view, p_project_id, lower(gap.span), upper(gap.span), p_condition
      ),
      ' union all '
    ),
    format('select %s from public.%I as e where false', p_columns, p_view)
  )
  from unnest(p_gaps) as gap (span)
$function$;

comment on function public.build_gap_rows(integer,int8multirange,text,text,text) is 'The SQL query of the raw rows of some stretches.';

grant execute on function public.build_gap_rows(integer,int8multirange,text,text,text) to service_role;

CREATE OR REPLACE FUNCTION public.build_hits(p_project_id integer, p_from bigint, p_to bigint, p_steps jsonb, p_filters jsonb, p_include_bots boolean, p_wholes integer[], p_parts integer[], p_gaps int8multirange, p_is_numbered boolean)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_names  text[] := '{}';
  v_raw    text[] := '{}';  -- names that slices do not know enough of; a row must give one hit, so from one source
  v_filter text := public.build_filter(p_project_id, p_filters);
  v_who    text := 'e.person_id is not null and ' || case when p_include_bots then 'true' else 'e.bot_reasons is null' end;
  v_mask   text;
  v_known  text;            -- of the steps that slices can tell
  v_name   text;
  v_sql    text;
begin
  select
    array_agg(distinct s.name),
    coalesce(array_agg(distinct s.name) filter (where not s.is_known), '{}'),
    string_agg(s.bit, ' | '),
    string_agg(s.bit, ' | ') filter (where s.is_known)
  into v_names, v_raw, v_mask, v_known
  from (
    select
      each.step ->> 'event' as name, public.is_slice_step(each.step) as is_known,
      format('case when %s then %s else 0 end', public.build_step_condition(each.step), 1 << (each.position::integer - 1)) as bit
    from jsonb_array_elements(p_steps) with ordinality as each (step, position)
    where each.step <> 'null'
  ) as s;
  if '*' = any (v_raw) or v_names <@ v_raw then
    p_wholes := '{}';
    p_parts := '{}';
    p_gaps := int8multirange(int8range(p_from, greatest(p_to, p_from)));
  end if;
  v_name := case when '*' = any (v_names) then 'true' else format('e.event = any (%L::text[])', v_names) end;

  v_sql := public.build_gap_rows(
    p_project_id, p_gaps, 'person_events',
    format('%s as person, e.timestamp, %s as mask', public.build_person(p_project_id, p_is_numbered), v_mask),
    format('%s and %s and %s', v_who, v_name, v_filter)
  );
  if p_wholes <> '{}' or p_parts <> '{}' then
    if v_raw <> '{}' then
      v_sql := v_sql || format(
        $raw$
          union all
          select coalesce(known.number, e.person_id), e.timestamp, e.mask
          from (%s) as e
          left join public.person_numbers as known on known.project_id = %L::integer and known.person_id = e.person_id
        $raw$,
        public.build_gap_rows(
          p_project_id, int8multirange(int8range(p_from, p_to)) - p_gaps, 'person_events',
          format('e.person_id, e.timestamp, %s as mask', v_mask),
          format('%s and e.event = any (%L::text[]) and %s', v_who, v_raw, v_filter)
        ),
        p_project_id
      );
    end if;
    v_sql := v_sql || (
      select string_agg(
        format(
          ' union all select hit.person::bigint, hit.start_ms + hit.offset_ms, hit.mask from (%s) as hit where hit.person >= 0',
          public.build_slice_rows(
            source.ids, p_filters, '{offset_ms}',
            format('not e.is_conversion and %s and e.event <> all (%L::text[]) and %s <> 0', v_name, v_raw, v_known),
            v_known, source.from_ms, source.to_ms
          )
        ),
        ''
      )
      from (values (p_wholes, null, null), (p_parts, p_from, p_to)) as source (ids, from_ms, to_ms)
      where source.ids <> '{}'
    );
  end if;
  return format('select h.person, h.timestamp, h.mask from (%s) as h where h.mask <> 0', v_sql);
end
$function$;

comment on function public.build_hits(integer,bigint,bigint,jsonb,jsonb,boolean,integer[],integer[],int8multirange,boolean) is 'The SQL query of (person, timestamp, mask) from these slices and gaps.';

grant execute on function public.build_hits(integer,bigint,bigint,jsonb,jsonb,boolean,integer[],integer[],int8multirange,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_hits_among(p_hits text, p_people text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      with wanted as materialized (
        select string_agg(repeat('0', (each.person - each.before - 1)::integer) || '1', '' order by each.person)::varbit as people
        from (
          select p.person, lag(p.person, 1, -1::bigint) over (order by p.person) as before
          from %2$s as p
          where p.person between 0 and 2147483647
        ) as each
      )
      select h.person, h.timestamp, h.mask
      from (%1$s) as h
      where case
        when h.person between 0 and (select length(wanted.people) - 1 from wanted)
          then get_bit((select wanted.people from wanted), h.person::integer) = 1
        when h.person not between 0 and 2147483647 then h.person in (select p.person from %2$s as p)
        else false
      end
    $query$,
    p_hits, p_people
  )
$function$;

comment on function public.build_hits_among(text,text) is 'The SQL query of those of the hits that are of some people.';

grant execute on function public.build_hits_among(text,text) to service_role;

CREATE OR REPLACE FUNCTION public.build_joined_sets(p_sets text[])
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select format(
    'select s.chunk, bit_or(s.people) as people, s.stranger from (%s) as s group by s.chunk, s.stranger',
    string_agg(each.set, ' union all ')
  )
  from unnest(p_sets) as each (set)
$function$;

comment on function public.build_joined_sets(text[]) is 'The SQL query of the people of any of some sets.';

grant execute on function public.build_joined_sets(text[]) to service_role;

CREATE OR REPLACE FUNCTION public.build_listed_people(p_project_id integer, p_order text, p_limit integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      listed_member as materialized (
        select (l.cell << 15) + each.place as number, l.position, l.days
        from listed as l
        cross join lateral public.get_places(l.people) as each
      ),
      listed_person as materialized (
        select m.number, m.person_id, coalesce(profile.external_id, profile.user_id::text) as external_id, m.position, m.days
        from (
          select m.number, m.position, m.days, who.person_id
          from listed_member as m
          inner join (
            select known.number::bigint as number, known.person_id
            from public.person_numbers as known
            where known.project_id = %1$L::integer and known.number = any (array(select m.number::integer from listed_member as m))
            union all
            select f.number, f.person from fresh as f
          ) as who on who.number = m.number
          order by %2$s
          limit %3$L::integer
        ) as m
        left join (
          select uuid_hash_extended(u.actor_id, 0) as person_id, u.external_id, u.user_id
          from public.user_profiles as u
          where u.project_id = %1$L::integer
        ) as profile on profile.person_id = m.person_id
      )
    $query$,
    p_project_id, p_order, p_limit
  )
$function$;

comment on function public.build_listed_people(integer,text,integer) is 'Common table expressions listed_member and listed_person: the first people of the sets of listed, by name.';

grant execute on function public.build_listed_people(integer,text,integer) to service_role;

CREATE OR REPLACE FUNCTION public.build_member_test(p_project_id integer, p_filters jsonb, p_person text, OUT tables text, OUT test text)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  tables := '';
  test := 'true';
  if coalesce(p_filters -> 'segment', 'null') = 'null' then
    return;
  end if;
  tables := format(
    $tables$
      member as materialized (%s),
      member_set as materialized (
        select coalesce(string_agg(coalesce(m.people, 0::bit(32768))::text, '' order by place.chunk)::bit varying, '') as people
        from generate_series(0, (select max(k.chunk) from member as k)) as place (chunk)
        left join member as m on m.chunk = place.chunk
      ),
      member_size as materialized (
        select length(s.people) as size from member_set as s
      ),
    $tables$,
    public.build_segment_members(
      p_project_id, p_filters -> 'segment',
      coalesce((p_filters ->> 'now')::bigint, (extract(epoch from statement_timestamp()) * 1000)::bigint)
    )
  );
  test := format(
    $test$
      case
        when %1$s between 0 and 2147483646 then
          case when %1$s < (select s.size from member_size as s) then get_bit((select s.people from member_set as s), (%1$s)::integer) = 1 else false end
        else %1$s in (select m.stranger from member as m where m.chunk = -1)
      end
    $test$,
    p_person
  );
end
$function$;

comment on function public.build_member_test(integer,jsonb,text) is 'What a query needs to ask whether somebody is of the segment of the filters.';

grant execute on function public.build_member_test(integer,jsonb,text) to service_role;

CREATE OR REPLACE FUNCTION public.build_ordered_firsts(p_project_id integer, p_from bigint, p_to bigint, p_definition jsonb, p_filters jsonb, p_include_bots boolean)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      %1$s,
      begun as materialized (
        select
          chain_1.person, %2$s,
          case when %3$s and coalesce(%4$s) - t1 <= %5$s then %6$s end as reached
        from chain_1 %7$s
      )
    $query$,
    -- chain_k: (person, tk: the earliest, tied: whether the instant before leaves a choice)
    string_agg(
      case
        when s.position = 1 then format(
          'chain_1 as materialized (select h.person, min(h.timestamp) as t1 from (%s) as h group by h.person)', s.hits
        )
        else format(
          'chain_%2$s as materialized (
            select h.person, %3$s as t%2$s, %4$s as tied
            from (%5$s) as h inner join chain_%1$s as p on p.person = h.person and h.timestamp >= p.t%1$s
            group by h.person
          )',
          s.position - 1, s.position,
          case when s.tie_limit is null then 'min(h.timestamp)'
            else format('min(case when h.timestamp > p.t%s then h.timestamp end)', s.position - 1) end,
          case when s.tie_limit is null then 'false'
            else format('count(case when h.timestamp = p.t%s then 1 end) > %s', s.position - 1, s.tie_limit) end,
          s.hits
        )
      end,
      ', ' order by s.position
    ),
    string_agg(format('t%s', s.position), ', ' order by s.position),
    coalesce(string_agg(format('chain_%s.tied is not true', s.position), ' and ') filter (where s.position > 1), 'true'),
    string_agg(format('t%s', s.position), ', ' order by s.position desc),
    p_definition ->> 'windowMs',
    string_agg(case s.position when 1 then '1' else format('(t%s is not null)::integer', s.position) end, ' + '),
    string_agg(format('left join chain_%1$s on chain_%1$s.person = chain_1.person', s.position), ' ') filter (where s.position > 1)
  )
  from (
    select
      each.position,
      public.get_tie_limit(p_definition -> 'steps', each.position::integer) as tie_limit,
      public.build_streamed_hits(
        p_project_id, p_from, p_to, jsonb_build_array(each.step), p_filters, p_include_bots, each.position = 1
      ) as hits
    from jsonb_array_elements(p_definition -> 'steps') with ordinality as each (step, position)
  ) as s
$function$;

comment on function public.build_ordered_firsts(integer,bigint,bigint,jsonb,jsonb,boolean) is 'The CTEs of who did the steps of an ordered funnel one after the other, from their first rows.';

grant execute on function public.build_ordered_firsts(integer,bigint,bigint,jsonb,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_origin_totals(p_wholes integer[], p_value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      held_origin as materialized (
        select held.origin, held.chunk, held.session_count, held.event_count, held.numbers, held.people
        from public.slice_origins as held
        where held.slice_id = any (%1$L::integer[])
      ),
      -- few origins stand for many sessions, and naming a channel takes a hundred times as long as reading a row
      origin_value as materialized (
        select o.origin, %2$s as value
        from (
          select held.origin from held_origin as held where held.chunk = -1
          union
          select v.origin from visit as v
        ) as o
      ),
      origin_thick as materialized (
        select k.value, held.chunk, bit_or(held.people) as people
        from held_origin as held
        inner join origin_value as k on k.origin = held.origin
        where held.chunk >= 0
        group by k.value, held.chunk
      ),
      origin_person as (
        select p.value, sum(p.people)::bigint as people
        from (
          select t.value, bit_count(t.people) as people from origin_thick as t
          union all
          select t.value, count(*)
          from (
            select k.value, each.number::bigint as person
            from held_origin as held
            inner join origin_value as k on k.origin = held.origin
            cross join lateral unnest(held.numbers) as each (number)
            where held.chunk = -1
            union
            select k.value, v.person
            from visit as v
            inner join origin_value as k on k.origin = v.origin
          ) as t
          left join origin_thick as k on k.value = t.value and k.chunk = t.person >> 15
          where k.people is null or get_bit(k.people, (t.person & 32767)::integer) = 0
          group by t.value
        ) as p
        group by p.value
      ),
      origin_total as materialized (
        select c.value, p.people, c.sessions, c.events
        from (
          select k.value, sum(s.sessions)::bigint as sessions, sum(s.events)::bigint as events
          from (
            select held.origin, held.session_count as sessions, held.event_count as events
            from held_origin as held
            where held.chunk = -1
            union all
            select v.origin, count(*), sum(v.events) from visit as v group by v.origin
          ) as s
          inner join origin_value as k on k.origin = s.origin
          group by k.value
        ) as c
        inner join origin_person as p on p.value = c.value
      )
    $query$,
    p_wholes, p_value
  )
$function$;

comment on function public.build_origin_totals(integer[],text) is 'SQL of the CTE origin_total: people, sessions and their events by what p_value makes of an origin.';

grant execute on function public.build_origin_totals(integer[],text) to service_role;

CREATE OR REPLACE FUNCTION public.build_packed_hits(p_project_id integer, p_from bigint, p_to bigint, p_steps jsonb, p_filters jsonb, p_include_bots boolean, p_among text DEFAULT NULL::text, OUT query text, OUT time_bits integer)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  n        integer := jsonb_array_length(p_steps);
  v_base   integer := (
    select coalesce(max(known.number), -1) + 1 from public.person_numbers as known where known.project_id = p_project_id
  );
  v_plan   record;
  v_stream text;
  v_gaps   text;
begin
  time_bits := length(ltrim((p_to - p_from)::bit(63)::text, '0'));
  -- Of new people there may be as many as known ones, and a million.
  if public.is_streamed(p_steps, p_filters, p_include_bots)
    and length(ltrim((2 * v_base::bigint + 1000000)::bit(63)::text, '0')) + time_bits + n <= 63
  then
    select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
    v_stream := public.build_slice_stream(p_from, p_to, p_steps, v_plan.wholes, v_plan.parts);
  end if;
  if v_stream is null then
    return;
  end if;
  v_gaps := public.build_hits(p_project_id, p_from, p_to, p_steps, '{}', false, '{}', '{}', v_plan.gaps, true);
  query := format(
    $query$
      with
      gap as materialized (%1$s),
      fresh as (
        select p.person, %2$s + row_number() over () - 1 as number
        from (select distinct gap.person from gap where gap.person not between 0 and %2$s - 1) as p
      )
      select coalesce(f.number, gap.person) << %3$s | ((gap.timestamp - (%5$s)) << %4$s) | gap.mask as key
      from gap left join fresh as f on f.person = gap.person
      union all
      select h.person << %3$s | ((h.timestamp - (%5$s)) << %4$s) | h.mask from (%6$s) as h
    $query$,
    v_gaps, v_base, time_bits + n, n, p_from,
    case when p_among is null then v_stream else public.build_hits_among(v_stream, p_among) end
  );
end
$function$;

comment on function public.build_packed_hits(integer,bigint,bigint,jsonb,jsonb,boolean,text) is 'The SQL query of hits as single numbers, by person, time and mask; null where that is not possible.';

grant execute on function public.build_packed_hits(integer,bigint,bigint,jsonb,jsonb,boolean,text) to service_role;

CREATE OR REPLACE FUNCTION public.build_packed_strict_paths(p_project_id integer, p_from bigint, p_to bigint, p_definition jsonb, p_filters jsonb, p_include_bots boolean)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_steps     jsonb := p_definition -> 'steps';
  n           integer := jsonb_array_length(v_steps);
  v_window_ms bigint := least((p_definition ->> 'windowMs')::bigint, p_to - p_from);
  v_packed    record;
begin
  if p_definition ->> 'order' <> 'strict' or p_definition ->> 'unit' <> 'person' or p_definition ->> 'conversions' is not null
    or coalesce(p_definition -> 'exclusions', '[]') <> '[]' or not public.has_disjoint_steps(p_definition) or n > 8
  then
    return null;
  end if;
  -- rows of no step stand between, too: any event is one more step
  select * into v_packed
  from public.build_packed_hits(p_project_id, p_from, p_to, v_steps || '{"event": "*"}', p_filters, p_include_bots, 'entered');
  if v_packed.query is null then
    return null;
  end if;
  return format(
    $query$
      with
      entered as materialized (
        select distinct h.person from (%1$s) as h
      )
      %2$s
    $query$,
    public.build_streamed_hits(p_project_id, p_from, p_to, jsonb_build_array(v_steps -> 0), p_filters, p_include_bots, true),
    public.build_funnel_paths(p_definition, p_from, null, null, format(
      $query$
        select
          key >> %1$s as unit, key >> %1$s as person, (key >> %2$s & %3$s) + (%4$s) as start, reached, false as is_excluded, %5$s
        from (
          select row.*, case %6$s else %7$s end as reached
          from (
            select
              hit.*, least(hit.key | %8$s, (((hit.key >> %2$s) + %9$s) << %2$s) | %10$s) as last
            from (
              select key, max(case when key & 1 = 1 then key end) over w as before %11$s
              from (%12$s) as packed
              window w as (order by key rows between unbounded preceding and 1 preceding)
            ) as hit
            where hit.key & 1 = 1
          ) as row
        ) as attempt
        where reached > 1 or before is null or before >> %1$s <> key >> %1$s
      $query$,
      v_packed.time_bits + n + 1,
      n + 1,
      (1::bigint << v_packed.time_bits) - 1,
      p_from,
      (select string_agg(format('(k%s >> %s & %s) + (%s) as t%1$s', k, n + 1, (1::bigint << v_packed.time_bits) - 1, p_from), ', ' order by k)
       from generate_series(1, n) as k),
      coalesce(
        (select string_agg(format('when k%1$s is null or k%1$s > last or k%1$s & %2$s = 0 then %3$s', k, 1 << (k - 1), k - 1), ' ' order by k)
         from generate_series(2, n) as k),
        'when true then 1'
      ),
      n,
      (1::bigint << (v_packed.time_bits + n + 1)) - 1,
      v_window_ms,
      (1 << (n + 1)) - 1,
      (select string_agg(case k when 1 then ', key as k1' else format(', lead(key, %s) over w as k%s', k - 1, k) end, '' order by k)
       from generate_series(1, n) as k),
      v_packed.query
    ))
  );
end
$function$;

comment on function public.build_packed_strict_paths(integer,bigint,bigint,jsonb,jsonb,boolean) is 'The SQL query of the paths of a strict funnel from packed hits; null where they do not do.';

grant execute on function public.build_packed_strict_paths(integer,bigint,bigint,jsonb,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_packed_trend(p_project_id integer, p_from bigint, p_to bigint, p_definition jsonb, p_bounds bigint[], p_filters jsonb, p_include_bots boolean)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_steps     jsonb := p_definition -> 'steps';
  n           integer := jsonb_array_length(v_steps);
  v_window_ms bigint := least((p_definition ->> 'windowMs')::bigint, p_to - p_from);
  v_packed    record;
  v_sql       text;
begin
  if p_definition ->> 'order' <> 'ordered' or coalesce(p_definition -> 'exclusions', '[]') <> '[]'
    or not public.has_numbered_people(p_definition) or not public.has_disjoint_steps(p_definition)
  then
    return null;
  end if;
  select * into v_packed from public.build_packed_hits(p_project_id, p_from, p_to, v_steps, p_filters, p_include_bots);
  if v_packed.query is null then
    return null;
  end if;
  v_sql := format(
    'select key, lag(key) over w as later from (%s) as hit
     window w as (order by key desc rows between unbounded preceding and 1 preceding)',
    v_packed.query
  );
  -- t<m>: the key of step m at the earliest, for who has done step k by now
  for k in reverse n..2 loop
    v_sql := format(
      'select key, later%s from (%s) as level window w as (order by key desc rows between unbounded preceding and 1 preceding)',
      (
        select string_agg(
          format(
            ', min(case when key & %s <> 0 then %s end) over w as t%s', 1 << (k - 1), case when m = k then 'key' else format('t%s', m) end, m
          ),
          '' order by m
        )
        from generate_series(k, n) as m
      ),
      v_sql
    );
  end loop;
  return format(
    $query$
      select r.position, array[%1$s] as people
      from (
        select a.key >> %2$s as number, a.position, max(%3$s) as reached
        from (
          select
            start.*,
            width_bucket((key >> %4$s & %5$s) + (%6$s), %7$L::bigint[]) as position,
            case when later >> %2$s = key >> %2$s and later & 1 = 1
              then width_bucket((later >> %4$s & %5$s) + (%6$s), %7$L::bigint[]) end as later_position,
            least(key | %8$s, (key >> %4$s) + %9$s << %4$s | %10$s) as last
          from (%11$s) as start
          where key & 1 = 1
        ) as a
        where a.later_position is distinct from a.position
        group by a.key >> %2$s, a.position
      ) as r
      group by r.position
    $query$,
    (select string_agg(format('count(*) filter (where r.reached >= %s)', k), ', ' order by k) from generate_series(1, n) as k),
    v_packed.time_bits + n,
    (select string_agg(case k when 1 then '1' else format('coalesce((t%s <= last)::integer, 0)', k) end, ' + ') from generate_series(1, n) as k),
    n,
    (1::bigint << v_packed.time_bits) - 1,
    p_from,
    p_bounds,
    (1::bigint << (v_packed.time_bits + n)) - 1,
    v_window_ms,
    (1 << n) - 1,
    v_sql
  );
end
$function$;

comment on function public.build_packed_trend(integer,bigint,bigint,jsonb,bigint[],jsonb,boolean) is 'The SQL query of people per step by the interval in which they began, from packed hits; null where they do not do.';

grant execute on function public.build_packed_trend(integer,bigint,bigint,jsonb,bigint[],jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_passing_settings(p_slices integer[], p_filters jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      select held.slice_id, tested.passing, coalesce(array_position(held.routes, %1$L), -1) as place
      from public.slice_settings as held
      cross join lateral (%2$s) as tested
      where held.slice_id = any (%3$L::integer[]) and coalesce(bit_count(tested.passing) > 0, true)
      offset 0
    $query$,
    p_filters ->> 'route',
    case when f.columns is null then 'select null::bit varying as passing' else format(
      $tested$
        -- in the order of the arrays: nothing stands between them and this aggregate
        select string_agg(case when %s then '1' else '0' end, '')::bit varying as passing
        from (select %s) as e
      $tested$,
      public.build_setting_filter(p_filters), f.columns
    ) end,
    p_slices
  )
  from (
    select string_agg(format('unnest(held.%1$I) as %1$I', each.key), ', ') as columns
    from jsonb_each(coalesce(p_filters, '{}')) as each
    where each.value <> 'null' and each.key not in ('segment', 'now', 'event', 'route')
  ) as f
$function$;

comment on function public.build_passing_settings(integer[],jsonb) is 'The SQL query of (slice_id, passing, place): which settings of slices pass the filters.';

grant execute on function public.build_passing_settings(integer[],jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.build_people_bits(p_project_id integer, p_bounds bigint[], p_steps jsonb, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_from bigint := p_bounds[1];
  v_to   bigint := p_bounds[cardinality(p_bounds)];
  v_base integer := (select coalesce(max(known.number), -1) + 1 from public.person_numbers as known where known.project_id = p_project_id);
  v_sets jsonb := '[]'; -- steps that are sets of slices: [{ step, dim, value }]
  v_filters jsonb := (
    select coalesce(jsonb_object_agg(f.key, f.value), '{}')
    from jsonb_each(coalesce(p_filters, '{}')) as f
    where f.value <> 'null' and f.key <> 'now'
  );
  v_filter record;
  v_plan record;
  v_hours record;
  v_hits text;
begin
  -- everybody under one filter is a set as well
  select f.key, f.value, f.count into v_filter
  from (select min(e.key) as key, min(e.value) as value, count(*) as count from jsonb_each_text(v_filters) as e) as f;
  if not p_include_bots
    and (
      v_filter.count = 0
      or (
        v_filter.count = 1 and v_filter.value <> '' and public.has_slice_settings(v_filters)
        and v_filter.key in ('device', 'country', 'browser', 'os', 'utm_source', 'referrer')
      )
    )
  then
    select coalesce(jsonb_agg(jsonb_build_object('step', s.position, 'dim', s.dim, 'value', s.value)), '[]')
    into v_sets
    from (
      select
        s.position,
        case
          when v_filter.count = 1 then case when s.is_named and s.event = '*' then v_filter.key end
          when s.is_named and s.event = '*' then 'any'
          when s.is_named then 'event'
          when s.event = '$pageview' and s.where_routes and jsonb_typeof(s.route) = 'string' then 'page'
        end as dim,
        case
          when v_filter.count = 1 then v_filter.value
          when not s.is_named then s.route #>> '{}'
          when s.event <> '*' then s.event
        end as value
      from (
        select
          each.position, each.step ->> 'event' as event, coalesce(each.step -> 'where', '{}') = '{}' as is_named,
          public.is_slice_step(each.step) as where_routes, each.step -> 'where' -> '$route' as route
        from jsonb_array_elements(p_steps) with ordinality as each (step, position)
      ) as s
    ) as s
    where s.dim is not null;
  end if;
  if v_sets <> '[]' then
    select * into v_plan from public.get_slice_plan(p_project_id, v_from, v_to, p_bounds);
    if v_plan.wholes = '{}' then
      v_sets := '[]';
    end if;
  else
    -- a record is to be looked at only once it has a shape
    select * into v_plan from public.get_slice_plan(p_project_id, v_from, v_to, p_bounds) limit 0;
  end if;
  if v_sets = '[]' then
    select * into v_hours from public.get_slice_hours('{}', v_from, v_to, p_bounds) limit 0;
    v_hits := public.build_step_hits(p_project_id, v_from, v_to, p_steps, p_filters, p_include_bots);
  else
    select * into v_hours from public.get_slice_hours(v_plan.parts, v_from, v_to, p_bounds);
    select
      string_agg(
        public.build_hits(
          p_project_id, v_from, v_to, part.steps, v_filters, false,
          case when part.dim is null then v_plan.wholes else '{}' end,
          case when part.dim = 'any' then '{}' else v_plan.parts end,
          v_plan.gaps, true
        )
        -- of parts that have hours the rest
        || case when part.dim = 'any' and not isempty(v_hours.rest) then format(
          $rest$
            union all
            select hit.person, slice.start_ms + hit.offset_ms, %1$s
            from public.slices as slice
            cross join lateral (
              select int8multirange(int8range(slice.start_ms, slice.end_ms)) * %3$L::int8multirange as stretch offset 0
            ) as left_over
            inner join public.slice_events as held on held.slice_id = slice.id
            cross join lateral unnest(held.people, held.offsets) as hit (person, offset_ms)
            where
              slice.id = any (%2$L::integer[]) and not isempty(left_over.stretch)
              and not held.is_conversion and hit.person >= 0
              -- comparing with the whole stretch first spares most rows the search in it
              and hit.offset_ms >= lower(left_over.stretch) - slice.start_ms
              and hit.offset_ms < upper(left_over.stretch) - slice.start_ms
              and slice.start_ms + hit.offset_ms <@ left_over.stretch
          $rest$,
          part.mask, v_plan.parts, v_hours.rest
        ) else '' end,
        ' union all '
      )
    into v_hits
    from (
      select
        kind.dim,
        jsonb_agg(case when s.dim is not distinct from kind.dim then s.step else 'null' end order by s.position) as steps,
        sum(1 << (s.position::integer - 1)) filter (where s.dim = kind.dim) as mask,
        bool_or(s.dim is not distinct from kind.dim) as is_used
      from (
        select s.step, s.position, case when held.value ->> 'dim' = 'any' then 'any' when held.value is not null then 'other' end as dim
        from jsonb_array_elements(p_steps) with ordinality as s (step, position)
        left join jsonb_array_elements(v_sets) as held on (held.value ->> 'step')::bigint = s.position
      ) as s
      cross join (values ('any'), ('other'), (null)) as kind (dim)
      group by kind.dim
    ) as part
    where part.is_used;
  end if;

  return format(
    $query$
      with
      hit as materialized (
        select distinct h.person, width_bucket(h.timestamp, %1$L::bigint[]) as position, h.mask
        from (%2$s) as h
      ),
      -- who has no number yet
      fresh as materialized (
        select p.person, (%3$s + row_number() over () - 1)::integer as number
        from (select distinct h.person from hit as h where h.person not between 0 and %3$s - 1) as p
      ),
      numbered as (
        select h.position, h.mask, coalesce(f.number, h.person::integer) as number
        from hit as h
        left join fresh as f on f.person = h.person
      ),
      thick as (
        select s.step, n.position, n.number >> 15 as chunk, public.to_people(array_agg(n.number)) as people
        from numbered as n
        inner join generate_series(1, %4$s) as s (step) on n.mask & (1 << (s.step - 1)) <> 0
        group by s.step, n.position, n.number >> 15
        %5$s
      )
      select t.step, t.position, t.chunk * 4 + quarter as chunk, part.people
      from (
        select t.step, t.position, t.chunk, bit_or(t.people) as people
        from thick as t
        group by t.step, t.position, t.chunk
      ) as t
      cross join generate_series(0, 3) as quarter
      cross join lateral (select substring(t.people from quarter * 8192 + 1 for 8192)::bit(8192) as people) as part
      where part.people <> 0::bit(8192)
    $query$,
    p_bounds, v_hits, v_base, jsonb_array_length(p_steps),
    case when v_sets <> '[]' then format(
      $sets$
        union all
        select wanted.step, width_bucket(slice.start_ms, %1$L::bigint[]), held.chunk, held.people
        from public.slices as slice
        inner join public.slice_people as held on held.slice_id = slice.id
        inner join jsonb_to_recordset(%3$L::jsonb) as wanted (step integer, dim text, value text)
          on wanted.dim = held.dim and wanted.value is not distinct from held.value
        where slice.id = any (%2$L::integer[]) and held.chunk >= 0 and held.dim = any (%4$L::text[])
        union all
        select wanted.step, width_bucket(hour.start_ms, %1$L::bigint[]), held.chunk, held.people
        from unnest(%5$L::integer[], %6$L::text[], %7$L::bigint[]) as hour (slice_id, value, start_ms)
        inner join public.slice_people as held on held.slice_id = hour.slice_id and held.dim = 'hour' and held.value = hour.value
        inner join jsonb_to_recordset(%3$L::jsonb) as wanted (step integer, dim text) on wanted.dim = 'any'
        where held.chunk >= 0
        union all
        select s.step, s.position, s.number >> 15, public.to_people(array_agg(s.number))
        from (
          select wanted.step, width_bucket(slice.start_ms, %1$L::bigint[]) as position, each.number
          from public.slices as slice
          inner join public.slice_people as held on held.slice_id = slice.id
          inner join jsonb_to_recordset(%3$L::jsonb) as wanted (step integer, dim text, value text)
            on wanted.dim = held.dim and wanted.value is not distinct from held.value
          cross join lateral unnest(held.numbers) as each (number)
          where slice.id = any (%2$L::integer[]) and held.chunk = -1 and held.dim = any (%4$L::text[])
          union all
          select wanted.step, width_bucket(hour.start_ms, %1$L::bigint[]), each.number
          from unnest(%5$L::integer[], %6$L::text[], %7$L::bigint[]) as hour (slice_id, value, start_ms)
          inner join public.slice_people as held on held.slice_id = hour.slice_id and held.dim = 'hour' and held.value = hour.value
          inner join jsonb_to_recordset(%3$L::jsonb) as wanted (step integer, dim text) on wanted.dim = 'any'
          cross join lateral unnest(held.numbers) as each (number)
          where held.chunk = -1
        ) as s
        group by s.step, s.position, s.number >> 15
      $sets$,
      p_bounds, v_plan.wholes, v_sets, array(select distinct k ->> 'dim' from jsonb_array_elements(v_sets) as k),
      v_hours.slices, v_hours.hours, v_hours.starts
    ) else '' end
  );
end
$function$;

comment on function public.build_people_bits(integer,bigint[],jsonb,jsonb,boolean) is 'The SQL query of (step, position, chunk, people): distinct people per step and interval as bit strings of 8192 numbers.';

grant execute on function public.build_people_bits(integer,bigint[],jsonb,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_people_counts(p_sets text, p_persons text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      with
      thick as materialized (
        select s.id, s.chunk, bit_or(s.people) as people from (%1$s) as s where s.chunk >= 0 group by s.id, s.chunk
      ),
      thin as materialized (
        select distinct t.id, t.person
        from (
          select s.id, each.number::bigint as person
          from (%1$s) as s
          cross join lateral unnest(s.numbers) as each (number)
          where s.chunk = -1
          union all
          select p.id, p.person from (%2$s) as p where p.person is not null
        ) as t
      )
      select c.id, sum(c.people)::bigint as people
      from (
        select t.id, bit_count(t.people) as people from thick as t
        union all
        select t.id, count(*)
        from thin as t
        left join thick as k on k.id = t.id and k.chunk = t.person >> 15
        where k.people is null or get_bit(k.people, (t.person & 32767)::integer) = 0
        group by t.id
      ) as c
      group by c.id
    $query$,
    p_sets, p_persons
  )
$function$;

comment on function public.build_people_counts(text,text) is 'The SQL query of how many people there are by id, in sets and besides.';

grant execute on function public.build_people_counts(text,text) to service_role;

CREATE OR REPLACE FUNCTION public.build_people_set(p_people text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      select
        case when p.is_known then (p.person >> 15)::integer else -1 end as chunk,
        public.to_people(array_agg(p.person::integer) filter (where p.is_known)) as people,
        case when not p.is_known then p.person end as stranger
      from (
        select each.person, each.person between 0 and 2147483647 as is_known from (%s) as each where each.person is not null
      ) as p
      group by 1, 3
    $query$,
    p_people
  )
$function$;

comment on function public.build_people_set(text) is 'The SQL query of the set of the people of a query of (person bigint).';

grant execute on function public.build_people_set(text) to service_role;

CREATE OR REPLACE FUNCTION public.build_people_sets(p_project_id integer, p_bounds bigint[], p_events text[], p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_from   bigint := p_bounds[1];
  v_to     bigint := p_bounds[cardinality(p_bounds)];
  v_base   integer := (select coalesce(max(known.number), -1) + 1 from public.person_numbers as known where known.project_id = p_project_id);
  v_only   text := nullif(p_filters ->> 'event', 'null');
  v_match  text := 'false'; -- which rows of slices count
  v_event  text := '0';     -- the number of such a row's event
  v_plan   record;
  v_hours  record;
  v_whole  record;
  v_held   record;
  v_days   integer[] := '{}'; -- slices whose own sets are read, and spans instead of the others, with their positions
  v_spans  integer[] := '{}';
  v_places integer[] := '{}';
  v_hits   text; -- (event, timestamp, person)
  v_sets   text; -- (slice_id, event, position, chunk, people, numbers)
begin
  select * into v_plan from public.get_slice_plan(p_project_id, v_from, v_to, p_bounds);
  if not public.is_about_everybody(p_filters, p_include_bots) then
    v_plan.wholes := '{}';
    v_plan.parts := '{}';
    v_hits := format(
      $hits$
        select step.number as event, h.timestamp, h.person
        from (%s) as h
        inner join generate_series(0, %s) as step (number) on h.mask & (1 << step.number) <> 0
      $hits$,
      public.build_step_hits(
        p_project_id, v_from, v_to,
        (select jsonb_agg(jsonb_build_object('event', each.name) order by each.position)
         from unnest(p_events) with ordinality as each (name, position)),
        p_filters, p_include_bots
      ),
      cardinality(p_events) - 1
    );
  else
    p_events := case when p_events = array['*'] and v_only is not null then array[v_only] else p_events end;
    if p_events = array['*'] then
      v_match := 'true';
    else
      if p_events is null then
        execute format(
          $names$
            select array_agg(distinct held.event)
            from (
              select e.event from public.slice_events as e where e.slice_id = any ($1) and not e.is_conversion
              union all
              %s
            ) as held
            where held.event not like '$%%'
          $names$,
          public.build_gap_rows(p_project_id, v_plan.gaps, 'user_events', 'e.event', 'true')
        )
        into p_events
        using v_plan.wholes || v_plan.parts;
      end if;
      p_events := array(select n.name from unnest(p_events) as n (name) where v_only is null or n.name = v_only);
      v_match := format('e.event = any (%L::text[])', p_events);
      v_event := format('array_position(%L::text[], e.event) - 1', p_events);
    end if;
    v_hits := public.build_gap_rows(
      p_project_id, v_plan.gaps, 'person_events',
      format('%s as event, e.timestamp, %s as person', v_event, public.build_person(p_project_id, v_base > 0)),
      'e.person_id is not null and e.bot_reasons is null and ' || v_match
    );
  end if;
  -- Only of any event are there sets by the hour.
  select * into v_hours
  from public.get_slice_hours(case when p_events = array['*'] then v_plan.parts else '{}' end, v_from, v_to, p_bounds);
  if v_plan.parts <> '{}' then
    v_hits := v_hits || ' union all ' || public.build_rows_of_slices(
      v_plan.parts,
      case when p_events = array['*'] then v_hours.rest else int8multirange(int8range(v_from, greatest(v_from, v_to))) end,
      v_event, v_match
    );
  end if;
  for v_whole in
    select width_bucket(slice.start_ms, p_bounds) as position, array_agg(slice.id order by slice.start_ms) as ids
    from public.slices as slice
    where slice.id = any (v_plan.wholes)
    group by 1
  loop
    select * into v_held from public.get_spans(p_project_id, v_whole.ids);
    v_days := v_days || v_held.slices;
    v_spans := v_spans || v_held.spans;
    v_places := v_places || array_fill(v_whole.position, array[cardinality(v_held.spans)]);
  end loop;
  v_sets := format(
    $sets$
      select slice.id as slice_id, %1$s as event, width_bucket(slice.start_ms, %2$L::bigint[]) as position, e.chunk, e.people, e.numbers
      from public.slices as slice
      inner join (
        select held.slice_id, held.value as event, held.chunk, held.people, held.numbers
        from public.slice_people as held
        where held.slice_id = any (%3$L::integer[]) and held.dim = %4$L
      ) as e on e.slice_id = slice.id
      where slice.id = any (%3$L::integer[]) and %5$s
      union all
      select -e.span_id, %1$s, span.position, e.chunk, e.people, e.numbers
      from unnest(%9$L::integer[], %10$L::integer[]) as span (id, position)
      inner join (
        select held.span_id, held.value as event, held.chunk, held.people, held.numbers
        from public.span_people as held
        where held.span_id = any (%9$L::integer[]) and held.dim = %4$L
      ) as e on e.span_id = span.id
      where %5$s
      union all
      select null, 0, width_bucket(hour.start_ms, %2$L::bigint[]), held.chunk, held.people, held.numbers
      from unnest(%6$L::integer[], %7$L::text[], %8$L::bigint[]) as hour (slice_id, value, start_ms)
      inner join public.slice_people as held on held.slice_id = hour.slice_id and held.value = hour.value
      where held.slice_id = any (%6$L::integer[]) and held.dim = 'hour'
    $sets$,
    v_event, p_bounds, v_days, case when p_events = array['*'] then 'any' else 'event' end, v_match,
    v_hours.slices, v_hours.hours, v_hours.starts, v_spans, v_places
  );
  return format(
    $query$
      name as (select (n.position - 1)::integer as event, n.name from unnest(%5$L::text[]) with ordinality as n (name, position)),
      whole_use as (
        select
          %6$s as event, width_bucket(slice.start_ms, %2$L::bigint[]) as position,
          -- -1 stands for rows without a person
          cardinality(e.people) - cardinality(array_positions(e.people, -1)) as uses
        from public.slices as slice
        inner join public.slice_events as e on e.slice_id = slice.id
        where slice.id = any (%7$L::integer[]) and not e.is_conversion and %8$s
      ),
      set_of_slice as materialized (
        select (s.event::bigint << 16) + s.chunk as cell, s.event, s.slice_id, s.position, s.people, s.numbers from (%1$s) as s
      ),
      hit as materialized (
        select h.event, width_bucket(h.timestamp, %2$L::bigint[]) as position, h.person, count(*) as uses
        from (%3$s) as h
        group by 1, 2, 3
      ),
      fresh as materialized (
        select p.person, (%4$s + row_number() over () - 1)::integer as number
        from (select distinct h.person from hit as h where h.person not between 0 and %4$s - 1) as p
      ),
      loose_use as materialized (
        select (h.event::bigint << 31) + coalesce(f.number, h.person) as member, h.position, h.uses
        from hit as h
        left join fresh as f on f.person = h.person
      ),
      thick as materialized (
        select s.cell, s.position, bit_or(s.people) as people
        from set_of_slice as s
        where s.people is not null
        group by s.cell, s.position
      ),
      thin as materialized (
        select l.member, l.position from loose_use as l
        union all
        select (s.event::bigint << 31) + unnest(s.numbers), s.position from set_of_slice as s where s.numbers is not null
      ),
      mixed as (
        select source.position
        from (
          select distinct s.slice_id, s.position from set_of_slice as s
          union all
          select distinct 0, l.position from loose_use as l
        ) as source
        group by source.position
        -- hours, of which a position has any number, have no slice of their own
        having count(*) > 1 or bool_or(source.slice_id is null)
      )
    $query$,
    v_sets, p_bounds, v_hits, v_base, p_events, v_event, v_plan.wholes, v_match
  );
end
$function$;

comment on function public.build_people_sets(integer,bigint[],text[],jsonb,boolean) is 'Common table expressions name, fresh, whole_use, loose_use, thick and thin: the people of each event in each interval, as sets and besides.';

grant execute on function public.build_people_sets(integer,bigint[],text[],jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_person(p_project_id integer, p_is_numbered boolean)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case
    when p_is_numbered then format(
      'coalesce((select known.number from public.person_numbers as known where known.project_id = %L::integer and known.person_id = e.person_id), e.person_id)',
      p_project_id
    )
    else 'e.person_id'
  end
$function$;

comment on function public.build_person(integer,boolean) is 'The SQL expression of who a row of person_events (alias e) is, in the terms of slices.';

grant execute on function public.build_person(integer,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_profile_people(p_project_id integer, p_condition text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select public.build_people_set(format(
    $query$
      select coalesce(known.number, e.person_id) as person
      from (
        select uuid_hash_extended(profile.actor_id, 0) as person_id, profile.traits as properties
        from public.user_profiles as profile
        where profile.project_id = %1$L::integer
      ) as e
      left join public.person_numbers as known on known.project_id = %1$L::integer and known.person_id = e.person_id
      where %2$s
    $query$,
    p_project_id, p_condition
  ))
$function$;

comment on function public.build_profile_people(integer,text) is 'The SQL query of the set of profiles whose traits fulfil a condition.';

grant execute on function public.build_profile_people(integer,text) to service_role;

CREATE OR REPLACE FUNCTION public.build_raw_visits(p_project_id integer, p_from bigint, p_to bigint, p_is_crossing boolean DEFAULT false)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      select *
      from (
        select
          r.key, r.person_id, bool_or(r.is_first) as is_begun, bool_or(r.is_crossing) as is_crossing,
          min(r.timestamp) as start_ms, max(r.timestamp) as end_ms, count(*)::integer as events,
          max(r.referrer) filter (where r.position = r.first_position) as referrer,
          max(r.utm_source) filter (where r.position = r.first_position) as utm_source,
          max(r.utm_medium) filter (where r.position = r.first_position) as utm_medium,
          max(r.utm_campaign) filter (where r.position = r.first_position) as utm_campaign,
          string_agg(r.event_part, '') as event_walk,
          coalesce(string_agg(case when r.is_fresh then r.page_part end, ''), '') as page_walk,
          string_agg(coalesce(r.event_part || r.page_part, r.event_part, r.page_part), '') as walk
        from (
          select
            w.*,
            case when w.event_before is distinct from w.event_number then w.event_symbol end as event_part,
            case
              when not w.is_view then null
              when w.page_number is null then case when w.event_before = w.event_number and w.page_before is null then null else '"' end
              when w.is_fresh then w.page_symbol
              when w.page_before is distinct from w.page_number then '!'
            end as page_part
          from (
            select
              v.key, v.person_id, v.is_first, v.is_crossing, v.timestamp, v.referrer, v.utm_source, v.utm_medium, v.utm_campaign,
              v.position, v.first_position, v.event_number, v.event_symbol, v.page_number, v.page_symbol, v.is_view,
              case when v.position > v.first_position then v.event_before end as event_before,
              case when v.position > v.first_position then v.page_before end as page_before,
              v.page_number is not null and (
                v.last_page is null or v.last_page >> 21 < v.first_position or v.last_page & 2097151 <> v.page_number
              ) as is_fresh
            from (
              select
                c.*,
                max(c.position) filter (where c.is_first or c.is_cut) over (
                  partition by c.key order by c.timestamp, c.id rows unbounded preceding
                ) as first_position,
                -- the page before and when: the greatest is the last
                max((c.position << 21) | c.page_number) over (
                  partition by c.key order by c.timestamp, c.id rows between unbounded preceding and 1 preceding
                ) as last_page
              from (
                select
                  seen.*,
                  row_number() over visit as position,
                  coalesce(seen.timestamp - lag(seen.timestamp) over visit > 1800000, true) as is_first,
                  coalesce(seen.timestamp >= %2$L::bigint and lag(seen.timestamp) over visit < %2$L::bigint, false) as is_cut,
                  seen.timestamp < %3$L::bigint
                    and coalesce(lead(seen.timestamp) over visit between %3$L::bigint and seen.timestamp + 1800000, false) as is_crossing,
                  lag(seen.event_number) over visit as event_before,
                  lag(seen.page_number) over visit as page_before
                from (
                  select
                    hashtextextended(e.session_id, e.person_id) as key, e.person_id, e.timestamp, e.id,
                    event.number as event_number, event.symbol as event_symbol, page.number as page_number, page.symbol as page_symbol,
                    e.event = '$pageview' as is_view,
                    e.referrer, e.utm_source, e.utm_medium, e.utm_campaign
                  from public.person_events as e
                  left join symbol as event on not event.is_page and event.value = e.event
                  left join symbol as page on page.is_page and page.value = case when e.event = '$pageview' then e.route end
                  where
                    e.project_id = %1$L::integer
                    -- who was seen in the half hour before did not begin here
                    and e.timestamp >= %2$L::bigint - 1800000
                    and e.timestamp < %3$L::bigint %4$s
                    and e.person_id is not null and e.session_id is not null and e.bot_reasons is null
                ) as seen
                window visit as (partition by seen.key order by seen.timestamp, seen.id)
              ) as c
            ) as v
            where v.timestamp >= %2$L::bigint and v.timestamp < %3$L::bigint
          ) as w
          -- one sort instead of one for each walk
          order by w.key, w.person_id, w.first_position, w.position
        ) as r
        group by r.key, r.person_id, r.first_position
      ) as visit
      where %5$s
    $query$,
    p_project_id, p_from, p_to,
    case when p_is_crossing then '+ 1800001' else '' end, case when p_is_crossing then 'visit.is_crossing' else 'true' end
  )
$function$;

comment on function public.build_raw_visits(integer,bigint,bigint,boolean) is 'The SQL query of the visits in raw rows of a stretch, marked bots left out.';

grant execute on function public.build_raw_visits(integer,bigint,bigint,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_raw_walks(p_project_id integer, p_from bigint, p_to bigint, p_anchor jsonb, p_direction text, p_depth integer, p_by text, p_filters jsonb, p_include_bots boolean)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_filter text := public.build_filter(p_project_id, p_filters);
  v_order  text := case p_direction when 'after' then 'asc' else 'desc' end;
begin
  return format(
    $query$
      -- rows of the sessions that count
      seen as materialized (%1$s),
      symbol as materialized (
        select v.value, %7$L = 'page' as is_page, public.to_visit_symbol((row_number() over () - 1)::integer) as symbol
        from (select distinct s.value from seen as s where s.value is not null) as v
      ),
      -- sessions the filter keeps
      kept as materialized (
        select s.visit, s.session_ms, max(s.person_id) filter (where s.is_first) as person_id
        from seen as s
        group by s.visit, s.session_ms
        having %2$s
      ),
      -- the first row of a session that matches the anchor
      anchors as (
        select distinct on (s.visit, s.session_ms) s.visit, s.session_ms, s.timestamp, s.id
        from seen as s
        where s.is_anchor
        order by s.visit, s.session_ms, s.timestamp, s.id
      ),
      anchored as materialized (
        select k.visit, k.session_ms, k.person_id, %3$s
      ),
      -- from the anchor on: rows that are steps, and the anchor itself
      walked as (
        select s.visit, s.session_ms, s.value, s.timestamp, s.id,
          (s.timestamp, s.id) is not distinct from (a.timestamp, a.id) as is_anchor
        from seen as s
        inner join anchored as a on a.visit = s.visit and a.session_ms = s.session_ms
        where %4$s
      ),
      changes as (
        select w.*,
          not w.is_anchor and w.value is distinct from lag(w.value) over walk as is_step
        from walked as w
        window walk as (partition by w.visit, w.session_ms order by w.timestamp %5$s, w.id %5$s)
      ),
      session as (
        select a.person_id as person, coalesce(t.steps, '') as steps
        from anchored as a
        left join (
          select c.visit, c.session_ms, left(string_agg(y.symbol, '' order by c.timestamp %5$s, c.id %5$s), %6$s) as steps
          from changes as c
          inner join symbol as y on y.value = c.value
          where c.is_step
          group by c.visit, c.session_ms
        ) as t on t.visit = a.visit and t.session_ms = a.session_ms
      ),
      total as (
        select count(distinct k.person_id) as people, count(*) as sessions from kept as k
      )
    $query$,
    public.build_session_rows(
      p_project_id, p_from, p_to,
      format(
        '%s as value, %s as is_anchor, %s as passes',
        case p_by when 'event' then 'e.event' else 'case when e.event = ''$pageview'' then e.route end' end,
        case when p_anchor is null then 'false' else public.build_step_condition(p_anchor) end, v_filter
      ),
      'true', p_include_bots
    ),
    case when v_filter = 'true' then 'true' else 'bool_or(s.passes)' end,
    case when p_anchor is null then 'null::bigint as timestamp, null::uuid as id from kept as k'
      else 'a.timestamp, a.id from kept as k inner join anchors as a on a.visit = k.visit and a.session_ms = k.session_ms' end,
    case when p_anchor is null then 's.value is not null'
      else format(
        '(s.value is not null and (s.timestamp, s.id) %s (a.timestamp, a.id)) or (s.timestamp, s.id) = (a.timestamp, a.id)',
        case p_direction when 'after' then '>' else '<' end
      ) end,
    v_order, p_depth, p_by
  );
end
$function$;

comment on function public.build_raw_walks(integer,bigint,bigint,jsonb,text,integer,text,jsonb,boolean) is 'SQL of the CTEs symbol, session and total of get_paths, from raw rows.';

grant execute on function public.build_raw_walks(integer,bigint,bigint,jsonb,text,integer,text,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_retention_hits(p_project_id integer, p_history_from bigint, p_from bigint, p_to bigint, p_target jsonb, p_return jsonb, p_breakdown text, p_with_revenue boolean, p_filters jsonb, p_include_bots boolean)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_name   jsonb := p_target - 'where';
  v_target text := public.build_step_condition(p_target);
  v_return text := public.build_step_condition(p_return);
begin
  if p_breakdown is null and not p_with_revenue then
    return format(
      $query$
        select
          h.person, h.timestamp, h.mask,
          null::jsonb as value, null::uuid as tie, null::numeric as revenue, null::text as currency
        from (%s) as h
        where h.timestamp >= %L::bigint or h.mask & 3 <> 0
      $query$,
      public.build_step_hits(
        p_project_id, p_history_from, p_to, jsonb_build_array(p_target, v_name, p_return), p_filters, p_include_bots
      ),
      p_from
    );
  end if;
  return format(
    $query$
      select h.person, h.timestamp, h.mask, h.value, h.tie, r.revenue, r.currency
      from (
        select
          e.person_id as person, e.timestamp, %1$s as value, e.id as tie, e.properties,
          case when %2$s then 1 else 0 end | case when %3$s then 2 else 0 end | case when %4$s then 4 else 0 end as mask
        from public.person_events as e
        where
          e.project_id = %5$L::integer
          and e.timestamp >= %6$L::bigint
          and e.timestamp < %7$L::bigint
          and e.person_id is not null
          and (%3$s or e.timestamp >= %8$L::bigint and %4$s)
          and %9$s
          and %10$s
      ) as h
      left join lateral (%11$s) as r on true
    $query$,
    coalesce(public.build_value(p_breakdown), 'null::jsonb'),
    v_target, public.build_step_condition(v_name), v_return,
    p_project_id, p_history_from, p_to, p_from,
    case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
    public.build_filter(p_project_id, p_filters),
    case
      when p_with_revenue
        then 'select t.revenue, t.currency from public.to_revenue(h.properties) as t where h.mask & 4 <> 0'
      else 'select null::numeric as revenue, null::text as currency'
    end
  );
end
$function$;

comment on function public.build_retention_hits(integer,bigint,bigint,bigint,jsonb,jsonb,text,boolean,jsonb,boolean) is 'The SQL query of the rows that matter to a retention question: (person, timestamp, mask, value, tie, revenue, currency).';

grant execute on function public.build_retention_hits(integer,bigint,bigint,bigint,jsonb,jsonb,text,boolean,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_retention_members(p_mode text, p_starts bigint[])
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case p_mode
    when 'recurring' then format(
      $member$
        select
          h.person, width_bucket(h.timestamp, %1$L::bigint[]) as position,
          min(h.timestamp) as began_at, (array_agg(h.value order by h.timestamp, h.tie))[1] as value
        from hit as h
        where h.mask & 1 <> 0 and h.timestamp >= %2$L::bigint
        group by h.person, width_bucket(h.timestamp, %1$L::bigint[])
      $member$,
      p_starts, p_starts[1]
    )
    else format(
      $member$
        select f.person, width_bucket(f.began_at, %1$L::bigint[]) as position, f.began_at, f.value
        from (
          select
            h.person,
            min(h.timestamp) filter (where h.mask & 1 <> 0) as began_at,
            min(h.timestamp) as named_at,
            (array_agg(h.value order by h.timestamp, h.tie) filter (where h.mask & 1 <> 0))[1] as value
          from hit as h
          where h.mask & 3 <> 0
          group by h.person
        ) as f
        where f.began_at >= %2$L::bigint and (%3$L::boolean or f.began_at = f.named_at)
      $member$,
      p_starts, p_starts[1], p_mode = 'first_time'
    )
  end
$function$;

comment on function public.build_retention_members(text,bigint[]) is 'The SQL query of (person, position, began_at, value): the cohorts of each person, from the rows of build_retention_hits named hit.';

grant execute on function public.build_retention_members(text,bigint[]) to service_role;

CREATE OR REPLACE FUNCTION public.build_rows_of_slices(p_slices integer[], p_stretch int8multirange, p_event text, p_condition text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select format(
    $rows$
      select held.event, held.start_ms + hit.offset_ms as timestamp, hit.person::bigint as person
      from (
        select
          %1$s as event, slice.start_ms, inside.stretch, e.people, e.offsets,
          int8multirange(range_merge(inside.stretch)) = inside.stretch as is_one
        from public.slices as slice
        inner join public.slice_events as e on e.slice_id = slice.id
        cross join lateral (
          select int8multirange(int8range(slice.start_ms, slice.end_ms)) * %2$L::int8multirange as stretch offset 0
        ) as inside
        where slice.id = any (%3$L::integer[]) and not isempty(inside.stretch) and not e.is_conversion and %4$s
      ) as held
      cross join lateral unnest(held.people, held.offsets) as hit (person, offset_ms)
      where
        hit.person >= 0
        and hit.offset_ms >= lower(held.stretch) - held.start_ms
        and hit.offset_ms < upper(held.stretch) - held.start_ms
        and (held.is_one or held.start_ms + hit.offset_ms <@ held.stretch)
    $rows$,
    p_event, p_stretch, p_slices, p_condition
  )
$function$;

comment on function public.build_rows_of_slices(integer[],int8multirange,text,text) is 'The SQL query of the rows of slices in a stretch of time.';

grant execute on function public.build_rows_of_slices(integer[],int8multirange,text,text) to service_role;

CREATE OR REPLACE FUNCTION public.build_segment_doers(p_project_id integer, p_step jsonb, p_from bigint, p_now bigint, p_count text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_to    bigint := p_now + 1;
  v_from  bigint := least(p_from, p_now + 1);
  v_plan  record;
  v_held  record;
  v_rest  int8multirange;
  v_dim   text;
  v_value text;
begin
  select * into v_plan from public.get_slice_plan(p_project_id, v_from, v_to, array[v_from, v_to]);
  if p_count is null and v_plan.wholes <> '{}' then
    select known.dim, known.value into v_dim, v_value from public.get_step_set(p_step) as known;
  end if;
  if v_dim is null then
    return public.build_people_set(format(
      'select hit.person from (%s) as hit group by hit.person having %s',
      public.build_hits(
        p_project_id, v_from, v_to, jsonb_build_array(p_step), '{}', false, v_plan.wholes, v_plan.parts, v_plan.gaps, true
      ),
      coalesce(p_count, 'true')
    ));
  end if;
  v_rest := int8multirange(int8range(v_from, v_to)) - (
    select coalesce(range_agg(int8range(slice.start_ms, slice.end_ms)), '{}')
    from public.slices as slice
    where slice.id = any (v_plan.wholes)
  );
  select * into v_held from public.get_spans(p_project_id, v_plan.wholes);
  return public.build_joined_sets(array[
    public.build_slice_set(v_held.slices, v_held.spans, v_dim, v_value),
    public.build_people_set(
      public.build_gap_rows(
        p_project_id, v_rest, 'person_events', public.build_person(p_project_id, true) || ' as person',
        'e.person_id is not null and e.bot_reasons is null and ' || public.build_step_condition(p_step)
      )
    )
  ]);
end
$function$;

comment on function public.build_segment_doers(integer,jsonb,bigint,bigint,text) is 'The SQL query of the set of who has so many rows that match a step.';

grant execute on function public.build_segment_doers(integer,jsonb,bigint,bigint,text) to service_role;

CREATE OR REPLACE FUNCTION public.build_segment_leaf(p_project_id integer, p_leaf jsonb, p_now bigint, OUT people text, OUT is_complement boolean)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_kind  text := p_leaf ->> 'kind';
  v_is    jsonb := p_leaf -> 'is';
  v_count jsonb := coalesce(nullif(p_leaf -> 'count', 'null'), '{"gte": 1}');
  v_op    text := (select min(o.key) from jsonb_object_keys(v_count) as o (key) having count(*) = 1);
  v_n     integer := (v_count ->> v_op)::integer;
  v_from  bigint := public.get_segment_start(p_leaf ->> 'within', p_now);
  v_step  jsonb;
begin
  if v_is is null and v_kind in ('trait', 'property') then
    raise exception 'unknown condition of a segment: %', p_leaf using errcode = '22023';
  end if;
  if v_kind = 'trait' then
    -- Who has no profile, or not the trait, fulfils what is negated: so that is asked as the complement of what is not.
    is_complement := jsonb_typeof(v_is) = 'object' and (v_is ? 'not' or v_is = '{"exists": false}');
    if is_complement then
      v_is := case when v_is ? 'not' then v_is -> 'not' else '{"exists": true}' end;
    end if;
    -- The one grammar of conditions, with the traits in the place of an event's properties.
    people := public.build_profile_people(
      p_project_id,
      public.build_step_condition(jsonb_build_object('event', '*', 'where', jsonb_build_object(p_leaf ->> 'key', v_is)))
    );
    return;
  end if;

  v_step := case v_kind
    when 'did' then p_leaf -> 'event'
    when 'property' then jsonb_build_object('event', '*', 'where', jsonb_build_object(p_leaf ->> 'key', v_is))
  end;
  if v_step is null or v_n is null or v_op not in ('gte', 'lte', 'eq') or (v_kind = 'property' and p_leaf ? 'count') then
    raise exception 'unknown condition of a segment: %', p_leaf using errcode = '22023';
  end if;
  -- What holds for who has no such row at all is asked as the complement of what does not.
  is_complement := v_op = 'lte' or (v_op = 'eq' and v_n = 0);
  people := public.build_segment_doers(p_project_id, v_step, v_from, p_now, case
    when v_op = 'lte' and v_n > 0 then format('count(*) > %s', v_n)
    when v_op = 'eq' and v_n > 0 then format('count(*) = %s', v_n)
    when v_op = 'gte' and v_n > 1 then format('count(*) >= %s', v_n)
  end);
  is_complement := is_complement <> coalesce((p_leaf ->> 'not')::boolean, false);
end
$function$;

comment on function public.build_segment_leaf(integer,jsonb,bigint) is 'One condition of a segment on traits, events or properties.';

grant execute on function public.build_segment_leaf(integer,jsonb,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.build_segment_members(p_project_id integer, p_segment jsonb, p_now bigint)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_definition jsonb := p_segment;
  v_whole      record;
begin
  if jsonb_typeof(p_segment) = 'string' then
    v_definition := (
      select saved.definition
      from public.segments as saved
      where saved.project_id = p_project_id and saved.id::text = p_segment #>> '{}'
    );
    if v_definition is null then
      -- A class of its own within "data exception", so that the caller can be told which value it was.
      raise exception 'unknown segment %', p_segment using errcode = '22S01';
    end if;
  end if;
  v_whole := public.build_segment_set(p_project_id, v_definition, p_now);
  return case
    when not v_whole.is_complement then v_whole.people
    else public.build_set_without(
      public.build_joined_sets(array[
        public.build_segment_doers(p_project_id, '{"event": "*"}', -62135596800000, p_now, null),
        public.build_profile_people(p_project_id, 'true')
      ]),
      v_whole.people
    )
  end;
end
$function$;

comment on function public.build_segment_members(integer,jsonb,bigint) is 'The SQL query of the set of the people of a segment at an instant. Values are quoted literals. Fails with 22S01 for an id that the project does not have, and with 22023 for what is no definition.';

grant execute on function public.build_segment_members(integer,jsonb,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.build_segment_people(p_project_id integer, p_segment jsonb, p_now bigint)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      with member as materialized (%1$s)
      select known.person_id
      from (
        select m.chunk, m.people, generate_series(0, 32767) as place from member as m where m.chunk >= 0
      ) as bit
      inner join public.person_numbers as known
        on known.project_id = %2$L::integer and known.number = (bit.chunk << 15) + bit.place
      where get_bit(bit.people, bit.place) = 1
      union all
      select m.stranger from member as m where m.chunk = -1
    $query$,
    public.build_segment_members(p_project_id, p_segment, p_now), p_project_id
  )
$function$;

comment on function public.build_segment_people(integer,jsonb,bigint) is 'The SQL query of (person_id bigint): the distinct people of a segment, as build_segment_members.';

grant execute on function public.build_segment_people(integer,jsonb,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.build_segment_set(p_project_id integer, p_set jsonb, p_now bigint, OUT people text, OUT is_complement boolean)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_match     text := p_set ->> 'match';
  v_condition jsonb;
  v_part      record;
  v_plain     text[] := '{}';
  v_negated   text[] := '{}';
begin
  if coalesce(v_match not in ('all', 'any'), true) or coalesce(jsonb_array_length(p_set -> 'conditions'), 0) = 0 then
    raise exception 'a segment needs all or any of some conditions' using errcode = '22023';
  end if;
  for v_condition in select c.value from jsonb_array_elements(p_set -> 'conditions') as c loop
    if v_condition ->> 'kind' = 'group' then
      v_part := public.build_segment_set(p_project_id, v_condition, p_now);
    else
      v_part := public.build_segment_leaf(p_project_id, v_condition, p_now);
    end if;
    if v_part.is_complement then
      v_negated := v_negated || v_part.people;
    else
      v_plain := v_plain || v_part.people;
    end if;
  end loop;

  if v_match = 'all' then
    is_complement := v_plain = '{}';
    people := case
      when is_complement then public.build_joined_sets(v_negated)
      when v_negated = '{}' then public.build_cut_sets(v_plain)
      else public.build_set_without(public.build_cut_sets(v_plain), public.build_joined_sets(v_negated))
    end;
  else
    is_complement := v_negated <> '{}';
    people := case
      when not is_complement then public.build_joined_sets(v_plain)
      when v_plain = '{}' then public.build_cut_sets(v_negated)
      else public.build_set_without(public.build_cut_sets(v_negated), public.build_joined_sets(v_plain))
    end;
  end if;
end
$function$;

comment on function public.build_segment_set(integer,jsonb,bigint) is 'All or any of some conditions of a segment.';

grant execute on function public.build_segment_set(integer,jsonb,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.build_session_rows(p_project_id integer, p_from bigint, p_to bigint, p_columns text, p_where text DEFAULT 'true'::text, p_include_bots boolean DEFAULT false)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      select *
      from (
        select
          gap.*,
          max(gap.timestamp) filter (where gap.is_first) over (
            partition by gap.visit order by gap.timestamp, gap.id rows unbounded preceding
          ) as session_ms
        from (
          select
            seen.*,
            coalesce(
              seen.timestamp - lag(seen.timestamp) over (partition by seen.visit order by seen.timestamp, seen.id) > 1800000, true
            ) as is_first
          from (
            select
              hashtextextended(e.session_id, e.person_id) as visit,
              e.person_id, e.timestamp, e.id, %1$s
            from public.person_events as e
            where
              e.project_id = %2$L::integer
              -- who was seen in the half hour before did not begin here
              and e.timestamp >= %3$L::bigint - 1800000
              and e.timestamp < %4$L::bigint
              and e.person_id is not null
              and e.session_id is not null
              and %5$s
              and %6$s
          ) as seen
        ) as gap
      ) as cut
      where cut.session_ms >= %3$L::bigint
    $query$,
    p_columns, p_project_id, p_from, p_to,
    case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
    p_where
  )
$function$;

comment on function public.build_session_rows(integer,bigint,bigint,text,text,boolean) is 'The SQL query of all rows of sessions that began in [p_from, p_to), each with its session (visit, session_ms).';

grant execute on function public.build_session_rows(integer,bigint,bigint,text,text,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_session_starts(p_project_id integer, p_from bigint, p_to bigint, p_columns text, p_include_bots boolean)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      select seen.*
      from (
        select
          e.timestamp,
          e.timestamp - lag(e.timestamp) over (partition by e.person_id, e.session_id order by e.timestamp, e.id) as idle_ms
          %1$s
        from public.person_events as e
        where
          e.project_id = %2$L::integer and e.timestamp >= %3$L::bigint - 1800000 and e.timestamp < %4$L::bigint
          and e.session_id is not null and %5$s
      ) as seen
      where seen.timestamp >= %3$L::bigint and coalesce(seen.idle_ms > 1800000, true)
    $query$,
    p_columns, p_project_id, p_from, p_to, case when p_include_bots then 'true' else 'e.bot_reasons is null' end
  )
$function$;

comment on function public.build_session_starts(integer,bigint,bigint,text,boolean) is 'The SQL query of the rows of [p_from, p_to) with which a session begins.';

grant execute on function public.build_session_starts(integer,bigint,bigint,text,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_sessions(p_project_id integer, p_from bigint, p_to bigint, p_columns text[] DEFAULT '{}'::text[], p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      select s.*, s.pages[1] as entry, s.pages[cardinality(s.pages)] as exit
      from (
        select
          r.visit,
          r.session_ms,
          max(r.timestamp)                                 as end_ms,
          count(*)                                         as events,
          count(*) filter (where r.event = '$pageview')    as page_views,
          array_agg(r.page order by r.timestamp, r.id) filter (where r.page is not null) as pages,
          max(r.person_id) filter (where r.is_first)       as person_id
          %s
        from (%s) as r
        group by r.visit, r.session_ms
        having %s
      ) as s
    $query$,
    (select string_agg(format(', (array_agg(r.%1$I) filter (where r.is_first))[1] as %1$I', c), '') from unnest(p_columns) as c),
    public.build_session_rows(
      p_project_id, p_from, p_to,
      (select coalesce(string_agg(format('e.%I, ', c), ''), '') from unnest(p_columns) as c where c <> 'id')
        || 'e.event, case when e.event = ''$pageview'' then e.route end as page, ' || filter.condition || ' as passes',
      'true', p_include_bots
    ),
    case when filter.condition = 'true' then 'true' else 'bool_or(r.passes)' end
  )
  from (select public.build_filter(p_project_id, p_filters) as condition) as filter
$function$;

comment on function public.build_sessions(integer,bigint,bigint,text[],jsonb,boolean) is 'The SQL query of the sessions that began in [p_from, p_to), one row each, with p_columns of their first row.';

grant execute on function public.build_sessions(integer,bigint,bigint,text[],jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_set_without(p_set text, p_others text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      select s.chunk, case when o.chunk is null then s.people else s.people & ~ o.people end as people, s.stranger
      from (%s) as s
      left join (%s) as o on o.chunk = s.chunk and coalesce(o.stranger, 0) = coalesce(s.stranger, 0)
      where s.stranger is null or o.chunk is null
    $query$,
    p_set, p_others
  )
$function$;

comment on function public.build_set_without(text,text) is 'The SQL query of the people of a set who are not of another one.';

grant execute on function public.build_set_without(text,text) to service_role;

CREATE OR REPLACE FUNCTION public.build_setting_filter(p_filters jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce(string_agg(format('e.%I = %L', f.key, f.value #>> '{}'), ' and ' order by f.key), 'true')
  from jsonb_each(coalesce(p_filters, '{}')) as f
  where f.value <> 'null' and f.key not in ('segment', 'now', 'event', 'route')
$function$;

comment on function public.build_setting_filter(jsonb) is 'The SQL condition on a setting (alias e) under which its rows pass the filters; ''true'' for none.';

grant execute on function public.build_setting_filter(jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.build_slice(p_project_id integer, p_start bigint, p_end bigint, p_timezone text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
 SET jit TO 'off'
 SET work_mem TO '64MB'
 SET plan_cache_mode TO 'force_custom_plan'
 SET enable_nestloop TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
declare
  v_id     integer;
  v_next   integer := coalesce(
    (select max(known.number) from public.person_numbers as known where known.project_id = p_project_id), -1
  );
begin
  -- In order of appearance, so that people who come together stand together and their bit strings are short.
  insert into public.person_numbers (project_id, person_id, number)
  select p_project_id, fresh.person_id, v_next + row_number() over (order by fresh.first_ms, fresh.person_id)
  from (
    select held.person_id, min(held.timestamp) as first_ms
    from (
      select e.person_id, e.timestamp
      from public.person_events as e
      where e.project_id = p_project_id and e.timestamp >= p_start and e.timestamp < p_end and e.bot_reasons is null
      union all
      select c.person_id, c.timestamp
      from public.person_conversions as c
      where c.project_id = p_project_id and c.timestamp >= p_start and c.timestamp < p_end and c.bot_reasons is null
    ) as held
    where held.person_id is not null
    group by held.person_id
  ) as fresh
  left join public.person_numbers as known on known.project_id = p_project_id and known.person_id = fresh.person_id
  where known.person_id is null;

  insert into public.slices (project_id, start_ms, end_ms, timezone)
  values (p_project_id, p_start, p_end, p_timezone)
  returning id into v_id;

  with
  -- with the half hour before, in which a session may have begun
  seen as (
    select
      e.timestamp, e.id, e.person_id, e.session_id, e.event, e.route, e.referrer, e.utm_source, e.utm_medium,
      e.utm_campaign, e.country, e.device, e.browser, e.os,
      e.session_id is not null and coalesce(
        e.timestamp - lag(e.timestamp) over (partition by e.person_id, e.session_id order by e.timestamp, e.id) > 1800000,
        true
      ) as is_start
    from public.person_events as e
    where
      e.project_id = p_project_id and e.timestamp >= p_start - 1800000 and e.timestamp < p_end and e.bot_reasons is null
  ),
  event_row as materialized (
    select
      coalesce(known.number, -1) as number, (turn.timestamp - p_start)::integer as offset_ms, turn.is_start,
      turn.event, turn.route, case when turn.event = '$pageview' then turn.route end as page, turn.referrer,
      turn.utm_source, turn.utm_medium, turn.utm_campaign, turn.country, turn.device, turn.browser, turn.os,
      hash_record_extended(
        row(
          turn.device, turn.browser, turn.os, turn.country, turn.referrer, turn.utm_source, turn.utm_medium, turn.utm_campaign
        ), 0
      ) as key,
      hashtextextended(turn.session_id, turn.person_id) as visit_key, turn.turn
    from (
      -- which visit of its (person, session_id) a row is of; 0 for one that began before
      select
        seen.*,
        count(*) filter (where seen.is_start and seen.timestamp >= p_start) over (
          partition by seen.person_id, seen.session_id order by seen.timestamp, seen.id rows unbounded preceding
        ) as turn
      from seen
    ) as turn
    left join public.person_numbers as known on known.project_id = p_project_id and known.person_id = turn.person_id
    where turn.timestamp >= p_start
  ),
  conversion_row as materialized (
    select
      coalesce(known.number, -1) as number, (c.timestamp - p_start)::integer as offset_ms, c.funnel, c.step, c.route,
      c.referrer, c.utm_source, c.country, c.device, c.browser, c.os,
      hash_record_extended(row(c.device, c.browser, c.os, c.country, c.referrer, c.utm_source, null::text, null::text), 0) as key
    from public.person_conversions as c
    left join public.person_numbers as known on known.project_id = p_project_id and known.person_id = c.person_id
    where c.project_id = p_project_id and c.timestamp >= p_start and c.timestamp < p_end and c.bot_reasons is null
  ),
  combination as materialized (
    select
      each.*, public.to_referrer_host(each.referrer) as host,
      dense_rank() over (
        order by
          each.device, each.browser, each.os, each.country, public.to_referrer_host(each.referrer), each.utm_source,
          each.utm_medium, each.utm_campaign
      )::integer - 1 as setting
    from (
      select r.key, r.device, r.browser, r.os, r.country, r.referrer, r.utm_source, r.utm_medium, r.utm_campaign
      from event_row as r
      union
      select c.key, c.device, c.browser, c.os, c.country, c.referrer, c.utm_source, null, null
      from conversion_row as c
    ) as each
  ),
  setting as materialized (
    select distinct
      c.setting, c.device, c.browser, c.os, c.country, c.host, c.utm_source, c.utm_medium, c.utm_campaign
    from combination as c
  ),
  place as materialized (
    select each.route, row_number() over (order by each.route)::integer as place
    from (
      select r.route from event_row as r where r.event <> '$pageview' and r.route is not null
      union
      select c.route from conversion_row as c where c.route is not null
    ) as each
  ),
  visit as materialized (
    select
      r.number, r.visit_key, r.turn, min(r.offset_ms) as first_ms, max(r.offset_ms) as last_ms,
      row_number() over (partition by r.number order by min(r.offset_ms), r.visit_key, r.turn)::integer as visit
    from event_row as r
    where r.visit_key is not null
    group by r.number, r.visit_key, r.turn
  ),
  hit as materialized (
    select
      false as is_conversion, r.event, r.page as route, r.number, r.offset_ms, c.setting, coalesce(v.visit, 0) as visit,
      case when r.event <> '$pageview' then coalesce(p.place, 0) end as place, r.is_start
    from event_row as r
    -- a hash alone could be shared
    inner join combination as c
      on c.key = r.key
      and (c.device, c.browser, c.os, c.country, c.referrer, c.utm_source, c.utm_medium, c.utm_campaign)
        is not distinct from
        (r.device, r.browser, r.os, r.country, r.referrer, r.utm_source, r.utm_medium, r.utm_campaign)
    left join visit as v on v.visit_key = r.visit_key and v.number = r.number and v.turn = r.turn
    left join place as p on p.route = r.route
    union all
    select true, r.funnel, r.step, r.number, r.offset_ms, c.setting, 0, coalesce(p.place, 0), false
    from conversion_row as r
    inner join combination as c
      on c.key = r.key
      and (c.device, c.browser, c.os, c.country, c.referrer, c.utm_source, c.utm_medium, c.utm_campaign)
        is not distinct from (r.device, r.browser, r.os, r.country, r.referrer, r.utm_source, null, null)
    left join place as p on p.route = r.route
  ),
  hits as (
    insert into public.slice_events (slice_id, is_conversion, event, route, people, offsets, settings, visits, places)
    select
      v_id, held.is_conversion, held.event, held.route, array_agg(held.number), array_agg(held.offset_ms),
      array_agg(held.setting), array_agg(held.visit),
      case when held.is_conversion or held.event <> '$pageview' then array_agg(held.place) end
    -- one sort instead of one for each array
    from (
      select h.* from hit as h order by h.is_conversion, h.event, h.route, h.number, h.offset_ms
    ) as held
    group by held.is_conversion, held.event, held.route
  ),
  share as materialized (
    select
      h.setting, h.number, h.visit, count(*) as row_count, count(*) filter (where h.event = '$pageview') as view_count,
      count(*) filter (where h.is_start) as session_count
    from hit as h
    where not h.is_conversion
    group by h.setting, h.number, h.visit
  ),
  settings as (
    insert into public.slice_settings (
      slice_id, device, browser, os, country, referrer, utm_source, utm_medium, utm_campaign, routes,
      settings, people, visits, row_counts, view_counts, start_counts,
      loose_people, loose_visits, loose_starts, loose_ends, loose_keys
    )
    select v_id, described.*, array(select p.route from place as p order by p.place), counted.*, loose.*
    from (
      select
        array_agg(s.device), array_agg(s.browser), array_agg(s.os), array_agg(s.country), array_agg(s.host),
        array_agg(s.utm_source), array_agg(s.utm_medium), array_agg(s.utm_campaign)
      from (select s.* from setting as s order by s.setting) as s
      having count(*) > 0
    ) as described
    cross join (
      select
        coalesce(array_agg(s.setting), '{}'), coalesce(array_agg(s.number), '{}'), coalesce(array_agg(s.visit), '{}'),
        coalesce(array_agg(s.row_count), '{}'), coalesce(array_agg(s.view_count), '{}'), coalesce(array_agg(s.session_count), '{}')
      from (select s.* from share as s order by s.setting, s.number, s.visit) as s
    ) as counted
    cross join (
      select
        coalesce(array_agg(v.number), '{}'), coalesce(array_agg(v.visit), '{}'), coalesce(array_agg(v.first_ms), '{}'),
        coalesce(array_agg(v.last_ms), '{}'), coalesce(array_agg(v.visit_key), '{}')
      from (
        select v.*
        from visit as v
        where v.turn = 0 or v.last_ms >= p_end - p_start - 1800000
        order by v.number, v.visit
      ) as v
    ) as loose
  ),
  -- how often which person has which value
  member as materialized (
    select d.dim, nullif(d.value, '') as value, r.number, sum(r.row_count) as row_count, sum(r.session_count) as session_count
    from share as r
    inner join setting as s on s.setting = r.setting
    cross join lateral (
      values
        ('any', null), ('referrer', s.host), ('utm_source', s.utm_source), ('utm_medium', s.utm_medium),
        ('utm_campaign', s.utm_campaign), ('country', s.country), ('device', s.device), ('browser', s.browser), ('os', s.os)
    ) as d (dim, value)
    group by 1, 2, 3
    union all
    select 'event', r.event, r.number, count(*), count(*) filter (where r.is_start)
    from event_row as r
    group by r.event, r.number
    union all
    select 'page', r.page, r.number, count(*), count(*) filter (where r.is_start)
    from event_row as r
    where r.page is not null
    group by r.page, r.number
    union all
    -- of a day its hours and their halves, for ranges and time zones that cut it
    select 'hour', each.name, h.number, sum(h.row_count), 0
    from (
      select r.offset_ms / 1800000 as half, r.number, count(*) as row_count
      from event_row as r
      where p_timezone is not null
      group by r.offset_ms / 1800000, r.number
    ) as h
    cross join lateral (
      values ((h.half / 2)::text), (h.half / 2 || case h.half % 2 when 0 then ':00' else ':30' end)
    ) as each (name)
    group by each.name, h.number
    union all
    select 'converted', null, c.number, count(*), 0
    from conversion_row as c
    group by c.number
  ),
  chunk as materialized (
    select
      m.dim, m.value, m.number >> 15 as chunk, sum(m.row_count) as row_count, sum(m.session_count) as session_count,
      array_agg(m.number) as numbers
    from member as m
    group by m.dim, m.value, m.number >> 15
  ),
  sets as (
    insert into public.slice_people (slice_id, dim, value, chunk, row_count, session_count, numbers, people)
    select v_id, c.dim, c.value, c.chunk, 0, 0, null, public.to_people(c.numbers)
    from chunk as c
    where cardinality(c.numbers) >= 16
    union all
    select
      v_id, c.dim, c.value, -1, sum(c.row_count), sum(c.session_count),
      coalesce(array_agg(c.number order by c.number) filter (where c.number >= 0), '{}'), null
    from (
      select t.dim, t.value, t.row_count, t.session_count, null::integer as number from chunk as t
      union all
      select t.dim, t.value, 0, 0, unnest(t.numbers) from chunk as t where cardinality(t.numbers) < 16
    ) as c
    group by c.dim, c.value
  )
  update public.slices as slice
  set
    row_count = (select count(*) from event_row),
    pageview_count = (select count(*) from event_row as r where r.event = '$pageview'),
    session_count = (select count(*) from event_row as r where r.is_start),
    conversion_count = (select count(*) from conversion_row),
    session_starts = array(select r.offset_ms from event_row as r where r.is_start order by r.offset_ms),
    loose_actors = array(
      select distinct uuid_hash_extended(held.actor_id, 0)
      from (
        select e.actor_id
        from public.user_events as e
        where
          e.project_id = p_project_id and e.timestamp >= p_start and e.timestamp < p_end and e.visitor_id is not null
          and not e.gpc and e.bot_reasons is null
        union all
        select c.actor_id
        from public.conversions as c
        where
          c.project_id = p_project_id and c.timestamp >= p_start and c.timestamp < p_end and c.visitor_id is not null
          and not c.gpc and c.bot_reasons is null
      ) as held
      where not exists (
        select
        from public.actor_person as link
        where link.project_id = p_project_id and link.actor_id = held.actor_id
      )
    )
  where slice.id = v_id;

  perform public.build_slice_visits(v_id, p_project_id, p_start, p_end);
  perform public.build_slice_arrivals(v_id);
  perform public.build_slice_views(v_id);
  perform public.build_slice_revenue(v_id);
  delete from public.slices as slice where slice.id = v_id and slice.row_count = 0 and slice.conversion_count = 0;
end
$function$;

comment on function public.build_slice(integer,bigint,bigint,text) is 'Rolls up the raw rows of a stretch of one project; numbers its people. Part of roll_up_slices, which holds the lock.';

grant execute on function public.build_slice(integer,bigint,bigint,text) to service_role;

CREATE OR REPLACE FUNCTION public.build_slice_arrivals(p_slice_id integer)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
 SET work_mem TO '64MB'
AS $function$
  insert into public.slice_arrivals (slice_id, people, offsets)
  select p_slice_id, array_agg(a.person order by a.person), array_agg(a.offset_ms order by a.person)
  from (
    select hit.person, min(hit.offset_ms) as offset_ms
    from public.slice_events as held
    cross join lateral unnest(held.people, held.offsets) as hit (person, offset_ms)
    where held.slice_id = p_slice_id and not held.is_conversion and hit.person >= 0
    group by hit.person
  ) as a
  having count(*) > 0
$function$;

comment on function public.build_slice_arrivals(integer) is 'Notes when the people of a slice arrived, from its own rows. Part of build_slice.';

grant execute on function public.build_slice_arrivals(integer) to service_role;

CREATE OR REPLACE FUNCTION public.build_slice_revenue(p_slice_id integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
 SET jit TO 'off'
 SET plan_cache_mode TO 'force_custom_plan'
 SET enable_nestloop TO 'on'
AS $function$
declare
  v_slice public.slices := (select slice from public.slices as slice where slice.id = p_slice_id);
begin
  with
  paid as materialized (
    select
      coalesce(known.number, -1) as number, (e.timestamp - v_slice.start_ms) / 1800000 as half, r.revenue, r.currency,
      e.event, e.route, e.country, e.device, e.browser, e.os, e.utm_source, e.referrer
    from public.person_events as e
    cross join lateral public.to_revenue(e.properties) as r
    left join public.person_numbers as known on known.project_id = v_slice.project_id and known.person_id = e.person_id
    where
      e.project_id = v_slice.project_id and e.timestamp >= v_slice.start_ms and e.timestamp < v_slice.end_ms
      and jsonb_typeof(e.properties -> 'revenue') = 'number' and e.bot_reasons is null
  ),
  member as (
    select d.dim, p.currency, d.value, p.number, sum(p.revenue) as revenue, count(*) as row_count
    from paid as p
    cross join lateral (
      values
        ('any', null), ('event', p.event), ('route', p.route), ('country', p.country), ('device', p.device),
        ('browser', p.browser), ('os', p.os), ('utm_source', p.utm_source), ('referrer', p.referrer),
        ('hour', (p.half / 2)::text), ('hour', p.half / 2 || case p.half % 2 when 0 then ':00' else ':30' end)
    ) as d (dim, value)
    where d.dim <> 'hour' or v_slice.timezone is not null
    group by 1, 2, 3, 4
  ),
  chunk as materialized (
    select
      m.dim, m.currency, m.value, m.number >> 15 as chunk, sum(m.revenue) as revenue, sum(m.row_count) as row_count,
      array_agg(m.number) as numbers
    from member as m
    group by 1, 2, 3, 4
  )
  insert into public.slice_revenue (slice_id, dim, currency, value, chunk, row_count, revenue, numbers, people)
  select p_slice_id, c.dim, c.currency, c.value, c.chunk, 0, 0, null, public.to_people(c.numbers)
  from chunk as c
  where cardinality(c.numbers) >= 64 and c.chunk >= 0
  union all
  select
    p_slice_id, c.dim, c.currency, c.value, -1, sum(c.row_count), sum(c.revenue),
    coalesce(array_agg(c.number order by c.number) filter (where c.number >= 0), '{}'), null
  from (
    select t.dim, t.currency, t.value, t.row_count, t.revenue, null::integer as number from chunk as t
    union all
    select t.dim, t.currency, t.value, 0, 0, unnest(t.numbers) from chunk as t where cardinality(t.numbers) < 64
  ) as c
  group by c.dim, c.currency, c.value;
end
$function$;

comment on function public.build_slice_revenue(integer) is 'What was earned in a slice, from the raw rows of its stretch. Part of build_slice.';

grant execute on function public.build_slice_revenue(integer) to service_role;

CREATE OR REPLACE FUNCTION public.build_slice_rows(p_slices integer[], p_filters jsonb, p_wanted text[], p_condition text, p_mask text, p_from bigint DEFAULT NULL::bigint, p_to bigint DEFAULT NULL::bigint)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_is_placed  boolean := coalesce(p_filters -> 'route', 'null') <> 'null';
  v_is_settled boolean := public.build_setting_filter(p_filters) = 'true';
begin
  if p_from is not null then
    p_wanted := p_wanted || '{offset_ms}';
  end if;
  return format(
    $query$
      select hit.*
      from (
        select
          held.slice_id, held.start_ms, held.event, held.route, held.mask, unnest(held.people) as person %1$s
        from (
          select
            slice.id as slice_id, slice.start_ms, %2$s as mask, e.event, e.route, e.people, e.offsets, e.settings, e.visits,
            e.places %3$s
          from public.slices as slice
          inner join public.slice_events as e on e.slice_id = slice.id
          %4$s
          where slice.id = any (%5$L::integer[]) and e.slice_id = any (%5$L::integer[]) and %6$s %7$s %8$s
          offset 0 -- else mask is computed for each row of the arrays
        ) as held
      ) as hit
      where true %9$s %10$s
    $query$,
    case when 'offset_ms' = any (p_wanted) then ', unnest(held.offsets) as offset_ms' else '' end
    || case when 'visit' = any (p_wanted) then ', unnest(held.visits) as visit' else '' end
    || case when v_is_settled then '' else ', held.passing, unnest(held.settings) as setting' end
    || case when v_is_placed then ', held.wanted, unnest(held.places) as place' else '' end,
    p_mask,
    case when v_is_settled and not v_is_placed then '' else ', tested.passing, tested.place as wanted' end,
    case when v_is_settled and not v_is_placed then '' else format(
      'inner join (%s) as tested on tested.slice_id = slice.id', public.build_passing_settings(p_slices, p_filters)
    ) end,
    p_slices, p_condition,
    case when coalesce(p_filters -> 'event', 'null') <> 'null' then format('and e.event = %L', p_filters ->> 'event') else '' end,
    case when v_is_placed then format('and (e.is_conversion or e.event <> ''$pageview'' or e.route = %L)', p_filters ->> 'route') else '' end,
    case when v_is_settled then '' else 'and get_bit(hit.passing, hit.setting) <> 0' end
    -- page views have no places: their route has passed already
    || case when v_is_placed then ' and coalesce(hit.place = hit.wanted, true)' else '' end,
    case when p_from is not null then format(
      'and hit.start_ms + hit.offset_ms >= %L::bigint and hit.start_ms + hit.offset_ms < %L::bigint', p_from, p_to
    ) else '' end
  );
end
$function$;

comment on function public.build_slice_rows(integer[],jsonb,text[],text,text,bigint,bigint) is 'The SQL query of the rows of slices that pass the filters.';

grant execute on function public.build_slice_rows(integer[],jsonb,text[],text,text,bigint,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.build_slice_set(p_slices integer[], p_spans integer[], p_dim text, p_value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      select held.chunk, held.people, null::bigint as stranger
      from (%1$s) as held
      where held.chunk >= 0
      union all
      select thin.number >> 15, public.to_people(array_agg(thin.number)), null
      from (
        select unnest(held.numbers) as number from (%1$s) as held where held.chunk = -1
      ) as thin
      group by thin.number >> 15
    $query$,
    format(
      $held$
        select each.chunk, each.people, each.numbers
        from public.slice_people as each
        where each.slice_id = any (%1$L::integer[]) and each.dim = %3$L and each.value is not distinct from %4$L
        union all
        select each.chunk, each.people, each.numbers
        from public.span_people as each
        where each.span_id = any (%2$L::integer[]) and each.dim = %3$L and each.value is not distinct from %4$L
      $held$,
      p_slices, p_spans, p_dim, p_value
    )
  )
$function$;

comment on function public.build_slice_set(integer[],integer[],text,text) is 'The SQL query of the people of a dimension and value in slices and spans, more than one row for a chunk.';

grant execute on function public.build_slice_set(integer[],integer[],text,text) to service_role;

CREATE OR REPLACE FUNCTION public.build_slice_shares(p_slices integer[], p_filters jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      select share.slice_id, share.start_ms, share.person, share.visit, share.row_count, share.view_count
      from (
        select
          slice.id as slice_id, slice.start_ms, tested.passing, unnest(held.settings) as setting, unnest(held.people) as person,
          unnest(held.visits) as visit, unnest(held.row_counts) as row_count, unnest(held.view_counts) as view_count
        from public.slices as slice
        inner join public.slice_settings as held on held.slice_id = slice.id
        inner join (%1$s) as tested on tested.slice_id = slice.id
        where slice.id = any (%2$L::integer[]) and held.slice_id = any (%2$L::integer[])
      ) as share
      where %3$s
    $query$,
    public.build_passing_settings(p_slices, p_filters), p_slices,
    case when public.build_setting_filter(p_filters) = 'true' then 'true' else 'get_bit(share.passing, share.setting) <> 0' end
  )
$function$;

comment on function public.build_slice_shares(integer[],jsonb) is 'The SQL query of who did how much in which session of slices, in settings that pass the filters.';

grant execute on function public.build_slice_shares(integer[],jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.build_slice_stream(p_from bigint, p_to bigint, p_steps jsonb, p_wholes integer[], p_parts integer[], p_is_first boolean DEFAULT false)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select string_agg(
    format(
      $query$
        select hit.person, hit.timestamp, hit.mask
        from (
          select unnest(e.people)::bigint as person, slice.start_ms + unnest(e.offsets) as timestamp, %1$s as mask
          from public.slices as slice
          inner join public.%2$I as e on e.slice_id = slice.id
          where slice.id = any (%3$L::integer[]) and %4$s
        ) as hit
        where hit.person >= 0 and %5$s
      $query$,
      case when source.relation = 'slice_events' then wanted.mask else '1' end,
      source.relation, source.ids,
      case when source.relation = 'slice_events'
        then format('not e.is_conversion and %s and %s <> 0', wanted.condition, wanted.mask)
        else 'true' end,
      source.condition
    ),
    ' union all '
  )
  from (
    select
      string_agg(
        format('case when %s then %s else 0 end', public.build_step_condition(s.step), 1 << (s.position::integer - 1)), ' | '
      ) as mask,
      case when bool_or(s.step ->> 'event' = '*') then 'true'
        else format('e.event = any (%L::text[])', array_agg(s.step ->> 'event')) end as condition
    from jsonb_array_elements(p_steps) with ordinality as s (step, position)
  ) as wanted
  cross join (
    values
      (
        p_wholes,
        -- slices note who did these when first
        case when p_is_first and coalesce(p_steps -> 0 -> 'where', '{}') = '{}'
          then case p_steps -> 0 ->> 'event' when '$pageview' then 'slice_views' when '*' then 'slice_arrivals' else 'slice_events' end
          else 'slice_events' end,
        'true'
      ),
      (p_parts, 'slice_events', format('hit.timestamp >= %L::bigint and hit.timestamp < %L::bigint', p_from, p_to))
  ) as source (ids, relation, condition)
  where source.ids <> '{}'
$function$;

comment on function public.build_slice_stream(bigint,bigint,jsonb,integer[],integer[],boolean) is 'The SQL query of (person, timestamp, mask) that slices hold; null without slices.';

grant execute on function public.build_slice_stream(bigint,bigint,jsonb,integer[],integer[],boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_slice_views(p_slice_id integer)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
 SET work_mem TO '64MB'
AS $function$
  insert into public.slice_views (slice_id, people, offsets)
  select p_slice_id, array_agg(v.person order by v.person), array_agg(v.offset_ms order by v.person)
  from (
    select hit.person, min(hit.offset_ms) as offset_ms
    from (
      select unnest(held.people) as person, unnest(held.offsets) as offset_ms
      from public.slice_events as held
      where held.slice_id = p_slice_id and not held.is_conversion and held.event = '$pageview'
    ) as hit
    where hit.person >= 0
    group by hit.person
  ) as v
  having count(*) > 0
$function$;

comment on function public.build_slice_views(integer) is 'Notes when the people of a slice first viewed a page, from its own rows. Part of build_slice.';

grant execute on function public.build_slice_views(integer) to service_role;

CREATE OR REPLACE FUNCTION public.build_slice_visits(p_slice_id integer, p_project_id integer, p_start bigint, p_end bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
 SET jit TO 'off'
 SET work_mem TO '64MB'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
declare
  c_symbols constant integer := 1111994;
  v_next    integer;
begin
  -- Names that nothing has any more go: what was erased leaves none behind. Of very many they go once a day.
  delete from public.visit_symbols as known
  where
    known.project_id = p_project_id
    and (
      exists (select from public.slices as slice where slice.id = p_slice_id and slice.timezone is not null)
      or (select count(*) from public.visit_symbols as other where other.project_id = p_project_id) < 2000
    )
    and public.to_visit_symbol(known.number) not in (
      select each.symbol
      from public.slices as slice
      inner join public.slice_visits as held on held.slice_id = slice.id
      cross join lateral string_to_table(held.symbols, null) as each (symbol)
      where slice.project_id = p_project_id
    );

  select coalesce(max(known.number) + 1, 0) into v_next from public.visit_symbols as known where known.project_id = p_project_id;
  insert into public.visit_symbols (project_id, number, is_page, value)
  select p_project_id, v_next + row_number() over (order by fresh.count desc, fresh.is_page, fresh.value) - 1, fresh.is_page, fresh.value
  from (
    select named.is_page, named.value, sum(cardinality(held.people)) as count
    from public.slice_events as held
    cross join lateral (values (false, held.event), (true, held.route)) as named (is_page, value)
    where held.slice_id = p_slice_id and not held.is_conversion and named.value is not null
    group by named.is_page, named.value
  ) as fresh
  where not exists (
    select
    from public.visit_symbols as known
    where known.project_id = p_project_id and known.is_page = fresh.is_page and known.value = fresh.value
  );
  -- More names than characters: the slice knows nothing of visits.
  if (select max(known.number) from public.visit_symbols as known where known.project_id = p_project_id) >= c_symbols then
    delete from public.visit_symbols as known where known.project_id = p_project_id and known.number >= v_next;
    return;
  end if;

  execute format(
    $query$
      with
      symbol as materialized (
        select known.number, known.is_page, known.value, public.to_visit_symbol(known.number) as symbol
        from public.visit_symbols as known
        where known.project_id = %1$L::integer
      ),
      cut as materialized (%2$s),
      origin as materialized (
        select
          o.*, public.to_origin(o.referrer, o.utm_source, o.utm_medium, o.utm_campaign) as origin,
          row_number() over () as number
        from (
          select distinct
            coalesce(c.referrer, '') as referrer, coalesce(c.utm_source, '') as utm_source,
            coalesce(c.utm_medium, '') as utm_medium, coalesce(c.utm_campaign, '') as utm_campaign
          from cut as c
        ) as o
      ),
      named as materialized (
        select n.origin, row_number() over (order by n.origin)::integer as number
        from (select distinct o.origin from origin as o) as n
      ),
      visit as materialized (
        select
          not (c.is_begun and c.end_ms < %4$L::bigint - 1800000) as is_loose,
          c.key, c.is_begun, known.number as person, (c.start_ms - %3$L::bigint)::integer as start,
          (c.end_ms - c.start_ms)::integer as length, c.events, n.number as origin_number, n.origin,
          c.event_walk, c.page_walk, c.walk
        from cut as c
        inner join public.person_numbers as known on known.project_id = %1$L::integer and known.person_id = c.person_id
        inner join origin as o
          on o.referrer = coalesce(c.referrer, '') and o.utm_source = coalesce(c.utm_source, '')
          and o.utm_medium = coalesce(c.utm_medium, '') and o.utm_campaign = coalesce(c.utm_campaign, '')
        inner join named as n on n.origin = o.origin
        order by is_loose, length, c.event_walk, person
      ),
      page as (
        select
          e.is_loose, e.page,
          count(*) filter (where e.is_entry) as entries, count(*) filter (where e.is_entry and e.events = 1) as entry_bounces,
          count(*) filter (where not e.is_entry) as exits, count(*) filter (where not e.is_entry and e.events = 1) as exit_bounces
        from (
          select v.is_loose, left(v.page_walk, 1) as page, true as is_entry, v.events from visit as v
          union all
          select v.is_loose, right(v.page_walk, 1), false, v.events from visit as v
        ) as e
        where e.page <> ''
        group by e.is_loose, e.page
      ),
      bucket as (
        select v.is_loose, width_bucket(v.length, public.get_visit_lengths()) as bucket, count(*) as count
        from visit as v
        group by 1, 2
      ),
      stored as (
        insert into public.slice_visits (
          slice_id, is_loose, visit_count, bounce_count, event_sum, length_sum, symbols, length_counts,
          pages, entries, entry_bounces, exits, exit_bounces,
          origins, keys, begun, people, starts, lengths, events, origin_numbers, event_walks, page_walks, walks
        )
        select
          %5$L::integer, kind.is_loose, coalesce(v.visit_count, 0), coalesce(v.bounce_count, 0),
          coalesce(v.event_sum, 0), coalesce(v.length_sum, 0),
          (
            select coalesce(string_agg(distinct each.symbol, ''), '')
            from visit as seen
            cross join lateral string_to_table(seen.walk, null) as each (symbol)
            where seen.is_loose = kind.is_loose and each.symbol not in ('!', '"')
          ),
          array(
            select coalesce(b.count, 0)::integer
            from generate_series(1, cardinality(public.get_visit_lengths()) + 1) as i (place)
            left join bucket as b on b.bucket = i.place - 1 and b.is_loose = kind.is_loose
            order by i.place
          ),
          coalesce(p.pages, '{}'), coalesce(p.entries, '{}'), coalesce(p.entry_bounces, '{}'),
          coalesce(p.exits, '{}'), coalesce(p.exit_bounces, '{}'),
          array(select n.origin from named as n order by n.number),
          coalesce(v.keys, '{}'), coalesce(v.begun, '{}'), coalesce(v.people, '{}'), coalesce(v.starts, '{}'),
          coalesce(v.lengths, '{}'), coalesce(v.events, '{}'), coalesce(v.origin_numbers, '{}'),
          coalesce(v.event_walks, '{}'), coalesce(v.page_walks, '{}'), coalesce(v.walks, '{}')
        from (values (false), (true)) as kind (is_loose)
        left join (
          select
            o.is_loose, count(*) as visit_count, count(*) filter (where o.events = 1) as bounce_count,
            sum(o.events) as event_sum, sum(o.length) as length_sum,
            array_agg(o.key) filter (where o.is_loose) as keys, array_agg(o.is_begun) filter (where o.is_loose) as begun,
            array_agg(o.person) as people, array_agg(o.start) as starts, array_agg(o.length) as lengths,
            array_agg(o.events) as events, array_agg(o.origin_number) as origin_numbers,
            array_agg(o.event_walk) as event_walks, array_agg(o.page_walk) as page_walks, array_agg(o.walk) as walks
          -- one sort instead of one for each array
          from (select v.* from visit as v order by v.is_loose, v.length, v.event_walk, v.person) as o
          group by o.is_loose
        ) as v on v.is_loose = kind.is_loose
        left join (
          select
            page.is_loose, array_agg(page.page order by page.page) as pages,
            array_agg(page.entries::integer order by page.page) as entries,
            array_agg(page.entry_bounces::integer order by page.page) as entry_bounces,
            array_agg(page.exits::integer order by page.page) as exits,
            array_agg(page.exit_bounces::integer order by page.page) as exit_bounces
          from page
          group by page.is_loose
        ) as p on p.is_loose = kind.is_loose
      ),
      chunk as materialized (
        select
          v.origin, v.person >> 15 as chunk, count(*) as session_count, sum(v.events) as event_count,
          array_agg(distinct v.person) as numbers
        from visit as v
        where not v.is_loose
        group by v.origin, v.person >> 15
      )
      insert into public.slice_origins (slice_id, origin, chunk, session_count, event_count, numbers, people)
      select %5$L::integer, c.origin, c.chunk, 0, 0, null, public.to_people(c.numbers)
      from chunk as c
      where cardinality(c.numbers) >= 16
      union all
      select
        %5$L::integer, c.origin, -1, sum(c.session_count), sum(c.event_count),
        coalesce(array_agg(c.number order by c.number) filter (where c.number is not null), '{}'), null
      from (
        select t.origin, t.session_count, t.event_count, null::integer as number from chunk as t
        union all
        select t.origin, 0, 0, unnest(t.numbers) from chunk as t where cardinality(t.numbers) < 16
      ) as c
      group by c.origin
    $query$,
    p_project_id, public.build_raw_visits(p_project_id, p_start, p_end), p_start, p_end, p_slice_id
  );
end
$function$;

comment on function public.build_slice_visits(integer,integer,bigint,bigint) is 'Stores the visits of a slice. Part of build_slice.';

grant execute on function public.build_slice_visits(integer,integer,bigint,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.build_step_condition(p_step jsonb)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_sql    text := case when p_step ->> 'event' = '*' then 'true' else format('e.event = %L', p_step ->> 'event') end;
  v_key    text;
  v_where  jsonb;
  v_op     text;
  v_value  jsonb;
  v_column text;
  v_left   text;
begin
  if jsonb_typeof(p_step -> 'event') is distinct from 'string' then
    raise exception 'a step needs the name of an event' using errcode = '22023';
  end if;
  for v_key, v_where in select w.key, w.value from jsonb_each(coalesce(p_step -> 'where', '{}')) as w loop
    if jsonb_typeof(v_where) = 'object' then
      select min(o.key), (array_agg(o.value))[1] into v_op, v_value from jsonb_each(v_where) as o having count(*) = 1;
    else
      v_op := 'eq';
      v_value := v_where;
    end if;
    v_column := case when v_key in (
      '$route', '$device', '$browser', '$os', '$country', '$referrer', '$release',
      '$utm_source', '$utm_medium', '$utm_campaign', '$utm_term', '$utm_content'
    ) then substr(v_key, 2) end;
    -- a column as the jsonb string it would be as a property, so that both obey one grammar; its absence is null
    v_left := case
      when v_column is null then format('(e.properties -> %L)', v_key)
      when v_op = 'exists' then format('e.%I', v_column)
      else format('coalesce(to_jsonb(e.%I), ''null'')', v_column)
    end;
    v_sql := v_sql || ' and ' || case
      -- the plain column, because an index or a partition's statistics may serve it
      when v_op = 'eq' and v_column is not null and jsonb_typeof(v_value) = 'string'
        then format('e.%I = %L', v_column, v_value #>> '{}')
      when v_op = 'eq' and jsonb_typeof(v_value) <> 'array' then format('%s = %L::jsonb', v_left, v_value)
      when v_op = 'not' and jsonb_typeof(v_value) not in ('array', 'object') then format('%s is distinct from %L::jsonb', v_left, v_value)
      when v_op in ('gt', 'gte', 'lt', 'lte') and jsonb_typeof(v_value) = 'number' then format(
        '(jsonb_typeof(%1$s) = ''number'' and %1$s %2$s %3$L::jsonb)',
        v_left, case v_op when 'gt' then '>' when 'gte' then '>=' when 'lt' then '<' else '<=' end, v_value
      )
      when v_op = 'in' and jsonb_typeof(v_value) = 'array'
        then format('%s in (select jsonb_array_elements(%L::jsonb))', v_left, v_value)
      when v_op = 'contains' and jsonb_typeof(v_value) = 'string'
        then format('(jsonb_typeof(%1$s) = ''string'' and strpos(%1$s #>> ''{}'', %2$L) > 0)', v_left, v_value #>> '{}')
      when v_op = 'exists' and v_value = 'true' then format('%s is not null', v_left)
      when v_op = 'exists' and v_value = 'false' then format('%s is null', v_left)
    end;
    if v_sql is null then
      raise exception 'unknown condition on %', v_key using errcode = '22023';
    end if;
  end loop;
  return '(' || v_sql || ')';
end
$function$;

comment on function public.build_step_condition(jsonb) is 'The SQL condition on person_events (alias e) under which a row matches an event step; names and values as quoted literals.';

grant execute on function public.build_step_condition(jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.build_step_hits(p_project_id integer, p_from bigint, p_to bigint, p_steps jsonb, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_plan   record;
  v_member record;
  v_hits   text;
begin
  if jsonb_array_length(p_steps) not between 1 and 30 then
    raise exception 'expected 1 to 30 steps, got %', jsonb_array_length(p_steps) using errcode = '22023';
  end if;
  if p_include_bots or not public.has_slice_settings(p_filters) then
    return public.build_hits(
      p_project_id, p_from, p_to, p_steps, p_filters, p_include_bots, '{}', '{}',
      int8multirange(int8range(p_from, greatest(p_to, p_from))), false
    );
  end if;
  select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
  select * into v_member from public.build_member_test(p_project_id, p_filters, 'hit.person');
  v_hits := public.build_hits(
    p_project_id, p_from, p_to, p_steps, p_filters - 'segment' - 'now', false, v_plan.wholes, v_plan.parts, v_plan.gaps,
    v_member.test <> 'true' or v_plan.wholes <> '{}' or v_plan.parts <> '{}'
  );
  if v_member.test = 'true' then
    return v_hits;
  end if;
  return format(
    'select h.person, h.timestamp, h.mask from (with %s hit as (%s) select hit.* from hit where %s) as h',
    v_member.tables, v_hits, v_member.test
  );
end
$function$;

comment on function public.build_step_hits(integer,bigint,bigint,jsonb,jsonb,boolean) is 'The SQL query of (person, timestamp, mask): rows of [p_from, p_to) that match steps, bit k - 1 of mask for step k.';

grant execute on function public.build_step_hits(integer,bigint,bigint,jsonb,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_streamed_hits(p_project_id integer, p_from bigint, p_to bigint, p_steps jsonb, p_filters jsonb, p_include_bots boolean, p_is_first boolean DEFAULT false)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_plan   record;
  v_stream text;
begin
  if public.is_streamed(p_steps, p_filters, p_include_bots) then
    select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
    v_stream := public.build_slice_stream(p_from, p_to, p_steps, v_plan.wholes, v_plan.parts, p_is_first);
  end if;
  if v_stream is null then
    return public.build_step_hits(p_project_id, p_from, p_to, p_steps, p_filters, p_include_bots);
  end if;
  return public.build_hits(p_project_id, p_from, p_to, p_steps, '{}', false, '{}', '{}', v_plan.gaps, true)
    || ' union all ' || v_stream;
end
$function$;

comment on function public.build_streamed_hits(integer,bigint,bigint,jsonb,jsonb,boolean,boolean) is 'The SQL query of (person, timestamp, mask) of build_step_hits, read faster where slices know all that is asked.';

grant execute on function public.build_streamed_hits(integer,bigint,bigint,jsonb,jsonb,boolean,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_unordered_firsts(p_project_id integer, p_from bigint, p_to bigint, p_definition jsonb, p_filters jsonb, p_include_bots boolean)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  n          integer := jsonb_array_length(p_definition -> 'steps');
  v_any      jsonb := jsonb_path_query_first(p_definition -> 'steps', '$[*] ? (@.event == "*")');
  v_named    jsonb := jsonb_path_query_array(p_definition -> 'steps', '$[*] ? (@.event != "*")');
  d          integer := jsonb_array_length(v_named);
  v_firsts   text;
begin
  v_firsts := format(
    'first as materialized (
      select h.person, %s from (%s) as h group by h.person
    )',
    (select string_agg(format('min(case when h.step = %1$s then h.timestamp end) as f%1$s', k), ', ') from generate_series(0, d) as k),
    (
      select string_agg(
        format(
          'select h.person, h.timestamp, %s as step from (%s) as h', s.position,
          public.build_streamed_hits(p_project_id, p_from, p_to, jsonb_build_array(s.step), p_filters, p_include_bots, true)
        ),
        ' union all '
      )
      from (
        select step, position from jsonb_array_elements(v_named) with ordinality as each (step, position)
        union all
        select v_any, 0 where v_any is not null
      ) as s
    )
  );
  if v_any is null then
    return format(
      $query$
        %1$s,
        begun as materialized (
          select
            f.person, %2$s,
            case when greatest(%3$s) - least(%3$s) <= %4$s then num_nonnulls(%3$s) end as reached
          from (
            select
              first.*,
              case when num_nonnulls(%3$s) = 1 then array[least(%3$s)]
                else array(select s.t from unnest(array[%3$s]) as s (t) where s.t is not null order by s.t) end as times
            from first
          ) as f
        )
      $query$,
      v_firsts,
      (select string_agg(format('times[%1$s] as t%1$s', k), ', ' order by k) from generate_series(1, n) as k),
      (select string_agg(format('f%s', k), ', ' order by k) from generate_series(1, d) as k),
      p_definition ->> 'windowMs'
    );
  end if;
  return format(
    $query$
      %1$s,
      arrived as materialized (
        select first.person from first where f0 = least(%2$s)
      ),
      early as materialized (
        select h.person, (array_agg(h.timestamp order by h.timestamp))[1:%3$s] as times
        from (%4$s) as h
        group by h.person
      ),
      begun as materialized (
        select
          f.person, %5$s,
          case when coalesce(%6$s) - f.t1 <= %7$s then num_nonnulls(%6$s) end as reached
        from (
          select first.person, first.f0 as t1 %8$s
          from (
            select
              first.*,
              case when num_nonnulls(%2$s) <= 1 then array[least(%2$s)]
                else array(select s.t from unnest(array[%2$s]) as s (t) where s.t is not null order by s.t) end as named
            from first
          ) as first
          left join early on early.person = first.person
        ) as f
      )
    $query$,
    v_firsts,
    (select string_agg(format('f%s', k), ', ' order by k) from generate_series(1, d) as k),
    n,
    public.build_hits_among(
      public.build_streamed_hits(p_project_id, p_from, p_to, jsonb_build_array(v_any), p_filters, p_include_bots), 'arrived'
    ),
    (select string_agg(format('t%s', k), ', ' order by k) from generate_series(1, n) as k),
    (select string_agg(format('t%s', k), ', ' order by k desc) from generate_series(1, n) as k),
    p_definition ->> 'windowMs',
    (
      select string_agg(
        format(
          ', case
             when early.person is null then named[%1$s]
             when early.times[%2$s] is not null and named[%1$s] is not null then greatest(early.times[%2$s], named[%1$s])
           end as t%2$s',
          k - 1, k
        ),
        '' order by k
      )
      from generate_series(2, n) as k
    )
  );
end
$function$;

comment on function public.build_unordered_firsts(integer,bigint,bigint,jsonb,jsonb,boolean) is 'The CTEs of who did the steps of a funnel in any order, from their first rows.';

grant execute on function public.build_unordered_firsts(integer,bigint,bigint,jsonb,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_usage(p_project_id integer, p_from bigint, p_to bigint, p_event text, p_property text, p_value jsonb)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  c_ever constant bigint := -62135596800000;
  v_life record;
  v_plan record;
  v_who  text := 'e.person_id is not null and e.bot_reasons is null';
  v_use  text;
begin
  if p_property is null then
    select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
    v_use := format(
      $use$
        %1$s,
        user_of_it as materialized (
          select u.person, count(*) as uses, min(u.timestamp) as first_use, max(u.timestamp) as last_use
          from (%2$s union all %3$s) as u (event, timestamp, person)
          group by u.person
        ),
        -- taken out of their storage once, not for each person
        thick_set as materialized (select t.cell, t.people | repeat('0', 32768)::bit(32768) as people from thick as t),
        earlier_user as (
          select u.person
          from (
            select u.person, coalesce(f.number, u.person) as number
            from user_of_it as u
            left join fresh as f on f.person = u.person
          ) as u
          inner join thick_set as k on k.cell = u.number >> 15
          where get_bit(k.people, (u.number & 32767)::integer) = 1
          union all
          select coalesce(f.person, t.member)
          from thin as t
          left join fresh as f on f.number = t.member
        ),
      $use$,
      public.build_people_sets(p_project_id, array[c_ever, p_from], array[p_event]),
      public.build_gap_rows(
        p_project_id, v_plan.gaps, 'person_events',
        'e.event, e.timestamp, ' || public.build_person(p_project_id, true), format('%s and e.event = %L', v_who, p_event)
      ),
      public.build_rows_of_slices(
        v_plan.wholes || v_plan.parts, int8multirange(int8range(p_from, greatest(p_from, p_to))),
        'e.event', format('e.event = %L', p_event)
      )
    );
  else
    v_use := format(
      $use$
        user_of_it as materialized (
          select coalesce(known.number, u.person_id) as person, u.uses, u.first_use, u.last_use, u.is_earlier
          from (
            select
              e.person_id, count(*) filter (where e.timestamp >= %1$L::bigint) as uses,
              min(e.timestamp) filter (where e.timestamp >= %1$L::bigint) as first_use, max(e.timestamp) as last_use,
              min(e.timestamp) < %1$L::bigint as is_earlier
            from public.person_events as e
            where
              e.project_id = %2$L::integer and e.timestamp < %3$L::bigint and %4$s
              and e.event = %5$L and coalesce(%6$s, 'null') = %7$L::jsonb
            group by e.person_id
          ) as u
          left join public.person_numbers as known on known.project_id = %2$L::integer and known.person_id = u.person_id
          where u.last_use >= %1$L::bigint
        ),
        earlier_user as (select u.person from user_of_it as u where u.is_earlier),
      $use$,
      p_from, p_project_id, p_to, v_who, p_event, public.build_value(p_property), coalesce(p_value, 'null')
    );
  end if;
  select * into v_life from public.get_slice_plan(p_project_id, c_ever, p_to, array[c_ever, p_to]);
  return v_use || format(
    $life$
      newcomer as materialized (
        select u.person, u.first_use
        from user_of_it as u
        where not exists (select from earlier_user as e where e.person = u.person)
      ),
      newcomer_set as materialized (
        select n.person >> 15 as chunk, public.to_people(array_agg((n.person & 32767)::integer)) as people
        from newcomer as n
        where n.person between 0 and 2147483647
        group by n.person >> 15
      ),
      -- In which slice to look when somebody came first: of sets the first one that has the person, of numbers besides any.
      looked_up as (
        select f.slice_id, (f.chunk << 15) + each.place as number
        from (
          select
            s.slice_id, s.chunk,
            case when s.before is null then s.people & n.people else s.people & n.people & ~s.before end as people
          from (
            select
              held.slice_id, held.chunk::bigint as chunk, held.people,
              bit_or(held.people) over (
                partition by held.chunk order by slice.start_ms rows between unbounded preceding and 1 preceding
              ) as before
            from public.slices as slice
            inner join public.slice_people as held on held.slice_id = slice.id
            where slice.id = any (%1$L::integer[]) and held.dim = 'any' and held.chunk >= 0
          ) as s
          inner join newcomer_set as n on n.chunk = s.chunk
        ) as f
        cross join lateral public.get_places(f.people) as each
        where bit_count(f.people) > 0
        union all
        select t.slice_id, t.number
        from (
          select held.slice_id, unnest(held.numbers) as number
          from public.slice_people as held
          where held.slice_id = any (%1$L::integer[]) and held.dim = 'any' and held.chunk = -1
        ) as t
        where t.number in (select n.person from newcomer as n)
      ),
      first_seen as (
        select a.person, min(a.timestamp) as timestamp
        from (
          select l.number as person, held.start_ms + held.offsets[width_bucket(l.number::integer, held.people)] as timestamp
          from looked_up as l
          inner join (
            -- taken out of their storage once, not for each person
            select slice.id, slice.start_ms, came.people || '{}'::integer[] as people, came.offsets || '{}'::integer[] as offsets
            from public.slices as slice
            inner join public.slice_arrivals as came on came.slice_id = slice.id
            where slice.id = any (%1$L::integer[])
            offset 0
          ) as held on held.id = l.slice_id
          union all
          select h.person, h.timestamp
          from (%2$s union all %3$s) as h (event, timestamp, person)
          where h.person in (select n.person from newcomer as n)
        ) as a
        group by a.person
      )
    $life$,
    v_life.wholes,
    public.build_gap_rows(
      p_project_id, v_life.gaps, 'person_events', 'e.event, e.timestamp, ' || public.build_person(p_project_id, true), v_who
    ),
    public.build_rows_of_slices(v_life.parts, int8multirange(int8range(c_ever, greatest(c_ever, p_to))), 'e.event', 'true')
  );
end
$function$;

comment on function public.build_usage(integer,bigint,bigint,text,text,jsonb) is 'Common table expressions user_of_it, newcomer and first_seen: the people of a feature, from slices.';

grant execute on function public.build_usage(integer,bigint,bigint,text,text,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.build_value(p_key text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case
    when p_key in (
      '$route', '$device', '$browser', '$os', '$country', '$referrer', '$release',
      '$utm_source', '$utm_medium', '$utm_campaign', '$utm_term', '$utm_content'
    ) then format('to_jsonb(e.%I)', substr(p_key, 2))
    else format('nullif(e.properties -> %L, ''null'')', p_key)
  end
$function$;

comment on function public.build_value(text) is 'The SQL expression on person_events (alias e) of a column or property as jsonb; null where the row has none.';

grant execute on function public.build_value(text) to service_role;

CREATE OR REPLACE FUNCTION public.build_visit_walks(p_project_id integer, p_from bigint, p_to bigint, p_anchor jsonb, p_direction text, p_depth integer, p_by text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_plan   record;
  v_column text;          -- of the walk that the anchor stands in and, where one is enough, the steps
  v_match  text;          -- the query of the symbols that the anchor is
  v_steps  text;
  v_blank  boolean;       -- whether a page view without a route is the anchor
  v_where  text := case when p_anchor is null then 'true' else public.build_step_condition(p_anchor) end;
  v_is_any boolean := coalesce(p_anchor -> 'where', '{}') = '{}';
begin
  select * into v_plan from public.get_visit_plan(p_project_id, p_from, p_to);
  execute format('select coalesce(%s, false) from (values (''$pageview''::text, null::text)) as e (event, route)', v_where) into v_blank;
  v_column := case
    when p_anchor is null or p_by = 'event' and v_is_any or p_by = 'page' and not v_is_any and not v_blank then p_by || '_walk'
    else 'walk'
  end;
  -- of a page view with a route the anchor is its page; of any event it is the event, of page views the mark before the page
  v_match := format(
    $match$
      select m.symbol
      from (
        select s.symbol, s.is_page, case when s.is_page then '$pageview' else s.value end as event, case when s.is_page then s.value end as route
        from symbol as s
        union all
        select '"', true, '$pageview', null
      ) as m
      where %s m.is_page and exists (select from (values (m.event, m.route)) as e (event, route) where %s)
    $match$,
    case when v_is_any then 'not' else '' end, v_where
  );
  v_steps := case
    when p_anchor is null and p_direction = 'after' then 'left(s.walk, %1$s)'
    when p_anchor is null then 'reverse(right(s.walk, %1$s))'
    -- the anchor is one of the steps
    when v_column <> 'walk' and p_direction = 'after' then 'substr(s.tail, 2, %1$s)'
    when v_column <> 'walk' then 'reverse(right(s.head, %1$s))'
    -- events around a page view, which is among others of the same event
    when p_by = 'event' and p_direction = 'after' then 'left(regexp_replace(s.tail, (select k.others from kind as k), '''', ''g''), %1$s)'
    when p_by = 'event' then 'reverse(right(left(regexp_replace(s.head, (select k.others from kind as k), '''', ''g''), -1), %1$s))'
    -- pages before an event
    when p_direction = 'before' then 'reverse(right(translate(s.head, ''!'' || (select k.events from kind as k), ''''), %1$s))'
    -- pages after an event: the one seen last before it is a step when it is seen again
    else
      $after$
        left(
          translate(
            case
              when not s.is_page and translate(s.tail, (select k.events from kind as k), '') like '!%%'
                then right(translate(s.head, '!' || (select k.events from kind as k), ''), 1)
              else ''
            end || substr(translate(s.tail, (select k.events from kind as k), ''), case when s.is_page then 2 else 1 end),
            '!', ''
          ),
          %1$s
        )
      $after$
  end;
  return format(
    $query$
      %1$s,
      anchor as materialized (%2$s),
      kind as materialized (
        select
          '"' || coalesce(string_agg(s.symbol, '') filter (where not s.is_page), '') as events,
          -- a set of letters is found in one pass as an expression, however many there are
          '[^' || string_agg(regexp_replace(s.symbol, '[][\\^-]', '\\\&'), '') filter (where not s.is_page) || ']' as others,
          (select case when count(*) = 1 then min(a.symbol) end from anchor as a) as anchor,
          (
            select coalesce('[' || string_agg(regexp_replace(a.symbol, '[][\\^-]', '\\\&'), '') || '].*', '$^')
            from anchor as a
          ) as anchors
        from symbol as s
      ),
      session as (
        select s.person, %3$s as steps
        from (%4$s) as s
      ),
      %5$s
    $query$,
    public.build_visits(
      p_project_id, p_from, p_to, v_plan.wholes, v_plan.parts, v_plan.gaps, v_plan.cut, v_plan.cut_ms, array[v_column]
    ),
    v_match,
    format(v_steps, p_depth),
    format(
      case
        when p_anchor is null then '%2$s'
        else
          $anchored$
            select
              t.person, t.tail, left(t.walk, length(t.walk) - length(t.tail)) as head,
              -- whether a page is what the tail begins with
              %1$s as is_page
            from (
              select
                w.person, w.walk,
                case
                  when %3$s then w.walk
                  -- what is one symbol is found ten times as fast as one of several
                  when (select k.anchor from kind as k) is null
                    then coalesce(substring(w.walk from (select k.anchors from kind as k)), '')
                  when strpos(w.walk, (select k.anchor from kind as k)) > 0
                    then substr(w.walk, strpos(w.walk, (select k.anchor from kind as k)))
                  else ''
                end as tail
              from (%2$s) as w
              offset 0 -- or it is found once for each mention
            ) as t
            where t.tail <> ''
          $anchored$
      end,
      case
        when v_is_any then
          'left(t.tail, 1) = (select s.symbol from symbol as s where not s.is_page and s.value = ''$pageview'') and substr(t.tail, 2, 1) <> ''"'''
        else 'left(t.tail, 1) <> ''"'''
      end,
      format(
        $walks$
          select unnest(held.people)::bigint as person, unnest(held.%1$I) as walk
          from public.slice_visits as held
          where held.slice_id = any (%2$L::integer[]) and not held.is_loose
          union all
          select v.person, v.%3$I from visit as v
        $walks$,
        v_column || 's', v_plan.wholes, v_column
      ),
      -- everybody begins with some event
      case when p_anchor ->> 'event' = '*' then 'true' else 'false' end
    ),
    case
      when p_anchor is null then 'total as (select null as people, null as sessions)' -- which nobody asks
      else public.build_origin_totals(v_plan.wholes, '''all''::text') || format(
        ', total as (
          select coalesce(max(o.people), 0) as people, coalesce(max(o.sessions), 0) as sessions from origin_total as o
        )'
      )
    end
  );
end
$function$;

comment on function public.build_visit_walks(integer,bigint,bigint,jsonb,text,integer,text) is 'SQL of the CTEs symbol, session and total of get_paths, from visits.';

grant execute on function public.build_visit_walks(integer,bigint,bigint,jsonb,text,integer,text) to service_role;

CREATE OR REPLACE FUNCTION public.build_visits(p_project_id integer, p_from bigint, p_to bigint, p_wholes integer[], p_parts integer[], p_gaps int8multirange, p_cut integer, p_cut_ms bigint, p_walks text[] DEFAULT '{}'::text[])
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_next integer := (
    select coalesce(max(known.number) + 1, 0) from public.visit_symbols as known where known.project_id = p_project_id
  );
  v_raw  text;
  -- joining a walk takes both of the others
  v_event text := case when p_walks && '{event_walk,walk}' then 'unnest(held.event_walks)' else '''''::text' end;
  v_page  text := case when p_walks && '{page_walk,walk}' then 'unnest(held.page_walks)' else '''''::text' end;
  v_walk  text := case when p_walks && '{walk}' then 'unnest(held.walks)' else '''''::text' end;
begin
  v_raw := concat_ws(
    ' union all ',
    (
      select string_agg(format('(%s)', public.build_raw_visits(p_project_id, lower(gap.span), upper(gap.span))), ' union all ')
      from unnest(p_gaps) as gap (span)
    ),
    case when p_cut_ms is not null then format('(%s)', public.build_raw_visits(p_project_id, p_cut_ms, p_to, true)) end
  );
  return format(
    $query$
      -- with names that no slice has yet
      symbol as materialized (
        select s.*, public.to_visit_symbol(s.number) as symbol
        from (
          select known.number, known.is_page, known.value from public.visit_symbols as known where known.project_id = %1$L::integer
          union all
          select (%2$s + row_number() over () - 1)::integer, fresh.is_page, fresh.value
          from (
            select distinct named.is_page, named.value
            from (
              select e.event, case when e.event = '$pageview' then e.route end as page from (%3$s) as e group by 1, 2
            ) as e
            cross join lateral (values (false, e.event), (true, e.page)) as named (is_page, value)
            where named.value is not null
          ) as fresh
          where not exists (
            select
            from public.visit_symbols as known
            where known.project_id = %1$L::integer and known.is_page = fresh.is_page and known.value = fresh.value
          )
        ) as s
      ),
      raw as materialized (%4$s),
      raw_origin as materialized (
        select o.*, public.to_origin(o.referrer, o.utm_source, o.utm_medium, o.utm_campaign) as origin
        from (
          select distinct
            coalesce(r.referrer, '') as referrer, coalesce(r.utm_source, '') as utm_source,
            coalesce(r.utm_medium, '') as utm_medium, coalesce(r.utm_campaign, '') as utm_campaign
          from raw as r
        ) as o
      ),
      origin_name as materialized (
        select held.slice_id, held.is_loose, each.number::integer as number, each.origin
        from public.slice_visits as held
        cross join lateral unnest(held.origins) with ordinality as each (origin, number)
        where held.slice_id = any (%6$L::integer[]) or held.slice_id = any (%5$L::integer[]) and held.is_loose
      ),
      -- visits that may be parts of sessions
      loose as materialized (
        select
          l.key, l.is_begun, l.person, l.start_ms, l.length_ms, l.events, o.origin, l.event_walk, l.page_walk, l.walk
        from (
          select
            unnest(held.keys) as key, unnest(held.begun) as is_begun, unnest(held.people)::bigint as person,
            slice.start_ms + unnest(held.starts) as start_ms, unnest(held.lengths)::bigint as length_ms,
            unnest(held.events)::bigint as events, unnest(held.origin_numbers) as origin_number,
            %11$s as event_walk, %12$s as page_walk, %13$s as walk, slice.id
          from public.slices as slice
          inner join public.slice_visits as held on held.slice_id = slice.id
          where slice.id = any (%5$L::integer[] || %6$L::integer[]) and held.is_loose
        ) as l
        inner join origin_name as o on o.slice_id = l.id and o.is_loose and o.number = l.origin_number
        where l.id is distinct from %7$L::integer or l.start_ms + l.length_ms < %8$L::bigint
        union all
        select
          e.key, e.is_begun, %9$s, e.start_ms, e.end_ms - e.start_ms, e.events, o.origin, e.event_walk, e.page_walk, e.walk
        from raw as e
        inner join raw_origin as o
          on o.referrer = coalesce(e.referrer, '') and o.utm_source = coalesce(e.utm_source, '')
          and o.utm_medium = coalesce(e.utm_medium, '') and o.utm_campaign = coalesce(e.utm_campaign, '')
      ),
      continued as materialized (
        select distinct l.key from loose as l where not l.is_begun
      ),
      visit as materialized (
        select l.person, l.start_ms, l.length_ms, l.events, l.origin, l.event_walk, l.page_walk, l.walk
        from loose as l
        where l.start_ms >= %10$L::bigint and l.is_begun and l.key not in (select c.key from continued as c)
        union all
        -- the parts of a session, joined in their order; what repeats the end of the one before is left out
        select *
        from (
          select
            max(p.person), min(p.start_ms) as start_ms, max(p.start_ms + p.length_ms) - min(p.start_ms), sum(p.events)::bigint,
            max(p.origin) filter (where p.is_begun),
            string_agg(case when p.is_same_event then substr(p.event_walk, 2) else p.event_walk end, ''),
            string_agg(case when p.is_same_page then substr(p.page_walk, 2) else p.page_walk end, ''),
            string_agg(
              substr(
                case
                  when p.is_same_page and p.walk <> '' then overlay(p.walk placing '!' from strpos(p.walk, left(p.page_walk, 1)) for 1)
                  else p.walk
                end,
                case when p.is_same_event then 2 else 1 end
              ),
              ''
            )
          from (
            select
              t.*,
              not t.is_begun and left(t.event_walk, 1) = right(t.events_before, 1) as is_same_event,
              not t.is_begun and t.page_walk <> '' and left(t.page_walk, 1) = right(t.pages_before, 1) as is_same_page
            from (
              select
                n.*,
                string_agg(n.event_walk, '') over part as events_before,
                coalesce(string_agg(n.page_walk, '') over part, '') as pages_before
              from (
                select
                  l.*,
                  count(*) filter (where l.is_begun) over (partition by l.key order by l.start_ms rows unbounded preceding) as turn
                from loose as l
                where l.key in (select c.key from continued as c)
              ) as n
              -- what began before the range has its beginning nowhere
              where n.turn > 0
              window part as (partition by n.key, n.turn order by n.start_ms rows between unbounded preceding and 1 preceding)
            ) as t
            -- one sort instead of one for each walk
            order by t.key, t.turn, t.start_ms
          ) as p
          group by p.key, p.turn
        ) as joined
        where joined.start_ms >= %10$L::bigint
        union all
        select p.person, p.start_ms, p.length_ms, p.events, o.origin, p.event_walk, p.page_walk, p.walk
        from (
          select
            unnest(held.people)::bigint as person, slice.start_ms + unnest(held.starts) as start_ms,
            unnest(held.lengths)::bigint as length_ms, unnest(held.events)::bigint as events,
            unnest(held.origin_numbers) as origin_number, %11$s as event_walk, %12$s as page_walk, %13$s as walk, slice.id
          from public.slices as slice
          inner join public.slice_visits as held on held.slice_id = slice.id
          where slice.id = any (%6$L::integer[]) and not held.is_loose
        ) as p
        inner join origin_name as o on o.slice_id = p.id and not o.is_loose and o.number = p.origin_number
        where p.start_ms >= %10$L::bigint and p.start_ms + p.length_ms < %8$L::bigint
      )
    $query$,
    p_project_id, v_next,
    public.build_gap_rows(
      p_project_id,
      p_gaps + case when p_cut_ms is null then '{}' else int8multirange(int8range(p_cut_ms, p_to + 1800001)) end,
      'person_events', 'e.event, e.route', 'e.person_id is not null and e.session_id is not null and e.bot_reasons is null'
    ),
    coalesce(
      nullif(v_raw, ''),
      format('select * from (%s) as none where false', public.build_raw_visits(p_project_id, p_from, p_from))
    ),
    p_wholes, p_parts, p_cut, p_to, public.build_person(p_project_id, p_wholes <> '{}' or p_parts <> '{}'), p_from,
    v_event, v_page, v_walk
  );
end
$function$;

comment on function public.build_visits(integer,bigint,bigint,integer[],integer[],int8multirange,integer,bigint,text[]) is 'SQL of the CTEs symbol and visit: the sessions of a range that are not closed in whole slices.';

grant execute on function public.build_visits(integer,bigint,bigint,integer[],integer[],int8multirange,integer,bigint,text[]) to service_role;

CREATE OR REPLACE FUNCTION public.build_vital_cells(p_project_id integer, p_from bigint, p_to bigint, p_bounds bigint[], p_filters jsonb, p_include_bots boolean, p_dimensions text[])
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_bounds    bigint[] := coalesce(p_bounds, array[-9223372036854775807]);
  -- Filters that narrow anything, by name.
  v_filters   jsonb := coalesce(jsonb_strip_nulls(p_filters), '{}') - array['now', 'event', 'referrer', 'utm_source'];
  v_names     text[] := array(select f.name from jsonb_object_keys(v_filters) as f (name) order by f.name);
  v_dimension text;    -- where slices have what is asked for
  v_value     text;
  v_first     bigint;
  v_days      bigint[] := '{}';
  v_hours     bigint[] := '{}';
  v_gaps      text;    -- condition of what no slice covers
begin
  -- A dropped partition takes its rows without a trigger; its days lie before the first row there is.
  select m.timestamp into v_first
  from public.performance_metrics as m
  where m.project_id = p_project_id
  order by m.timestamp
  limit 1;
  p_from := greatest(p_from, public.to_slice_start(coalesce(v_first, p_to), 24));

  if not p_include_bots and cardinality(v_names) = 0 then
    v_dimension := 'as asked';
  elsif not p_include_bots and p_dimensions = '{all}' then
    if v_names = '{release,route}' then
      v_dimension := 'release_route';
      v_value := jsonb_build_array(v_filters -> 'release', v_filters -> 'route')::text;
    elsif cardinality(v_names) = 1 and v_names <@ array['route', 'device', 'connection', 'country', 'browser', 'release'] then
      v_dimension := v_names[1];
      v_value := v_filters ->> v_names[1];
    end if;
  end if;

  if v_dimension is not null then
    v_days := array(
      select s.start_ms
      from public.vital_slices as s
      where s.project_id = p_project_id and s.hour_count = 24
        and s.start_ms >= p_from and s.start_ms <= p_to - 86400000
        and width_bucket(s.start_ms, v_bounds) = width_bucket(s.start_ms + 86399999, v_bounds)
        and not exists (
          select from public.vital_marks as mark
          where mark.project_id = p_project_id
            and mark.hour_ms >= s.start_ms and mark.hour_ms < s.start_ms + 86400000
        )
    );
    v_hours := array(
      select s.start_ms
      from public.vital_slices as s
      where s.project_id = p_project_id and s.hour_count = 1
        and s.start_ms >= p_from and s.start_ms <= p_to - 3600000
        and (not s.is_thin or (v_value is null and p_dimensions = '{all}'))
        and width_bucket(s.start_ms, v_bounds) = width_bucket(s.start_ms + 3599999, v_bounds)
        and public.to_slice_start(s.start_ms, 24) <> all (v_days)
        and not exists (
          select from public.vital_marks as mark
          where mark.project_id = p_project_id and mark.hour_ms = s.start_ms
        )
    );
  end if;

  select string_agg(format('m.timestamp >= %s and m.timestamp < %s', g.from_ms, g.to_ms), ' or ' order by g.from_ms)
  into v_gaps
  from (
    select lag(covered.to_ms, 1, p_from) over (order by covered.from_ms) as from_ms, covered.from_ms as to_ms
    from (
      select day.start_ms as from_ms, day.start_ms + 86400000 as to_ms from unnest(v_days) as day (start_ms)
      union all
      select hour.start_ms, hour.start_ms + 3600000 from unnest(v_hours) as hour (start_ms)
      union all
      select p_to, p_to
    ) as covered
  ) as g
  where g.from_ms < g.to_ms;

  return format(
    $query$
      select
        width_bucket(h.start_ms, %1$L::bigint[]) as position, h.is_soft, %2$s, v.vital,
        v.count::bigint, v.good::bigint, v.poor::bigint, v.zero::bigint, h.first_ms, h.last_ms, v.fine, v.coarse
      from (
        select day.* from public.vital_histograms as day
        where day.project_id = %5$s and day.hour_count = 24 and day.dimension = any (%6$L::text[])
          and day.start_ms = any (%3$L::bigint[])
        union all
        select hour.* from public.vital_histograms as hour
        where hour.project_id = %5$s and hour.hour_count = 1 and hour.dimension = any (%6$L::text[])
          and hour.start_ms = any (%4$L::bigint[])
      ) as h
      cross join lateral unnest(h.vitals, h.count, h.good, h.poor, h.zero, h.fine, h.coarse)
        as v (vital, count, good, poor, zero, fine, coarse)
      where %7$s
      union all
      %8$s
    $query$,
    v_bounds,
    case when v_value is null then 'h.dimension, h.value' else '''all'' as dimension, '''' as value' end,
    v_days, v_hours, p_project_id,
    case when v_value is null then p_dimensions else array[v_dimension] end,
    case when v_value is null then 'true' else format('h.value_hash = hashtextextended(%1$L, 0) and h.value = %1$L', v_value) end,
    public.build_vital_tally(
      'public.performance_metrics as m',
      format(
        'm.project_id = %s and (%s) and %s',
        p_project_id, coalesce(v_gaps, 'false'), public.build_vital_filter(p_project_id, p_filters, p_include_bots)
      ),
      format('width_bucket(m.timestamp, %L::bigint[])', v_bounds), p_dimensions
    )
  );
end
$function$;

comment on function public.build_vital_cells(integer,bigint,bigint,bigint[],jsonb,boolean,text[]) is 'The SQL query of (position, is_soft, dimension, value, vital, count, good, poor, zero, first_ms, last_ms, fine, coarse): parts that add up to the navigations in [p_from, p_to) that pass. Position k lies between bounds k and k + 1. Complete at every moment.';

grant execute on function public.build_vital_cells(integer,bigint,bigint,bigint[],jsonb,boolean,text[]) to service_role;

CREATE OR REPLACE FUNCTION public.build_vital_filter(p_project_id integer, p_filters jsonb, p_include_bots boolean)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_sql text := case when p_include_bots then 'true' else 'm.bot_reasons is null' end;
  v_key text;
begin
  foreach v_key in array array['route', 'device', 'connection', 'country', 'browser', 'os', 'release'] loop
    if p_filters ->> v_key is not null then
      v_sql := v_sql || format(' and m.%I = %L', v_key, p_filters ->> v_key);
    end if;
  end loop;
  if coalesce(p_filters -> 'segment', 'null') <> 'null' then
    -- Whom a navigation counts for: as in person_events.
    v_sql := v_sql || format(
      ' and not m.gpc and coalesce(
          (select uuid_hash_extended(link.person_id, 0) from public.actor_person as link
           where link.project_id = m.project_id and link.actor_id = m.actor_id),
          m.visitor_id, uuid_hash_extended(m.actor_id, 0)
        ) in (select segment.person_id from (%s) as segment)',
      public.build_segment_people(
        p_project_id, p_filters -> 'segment',
        coalesce((p_filters ->> 'now')::bigint, (extract(epoch from statement_timestamp()) * 1000)::bigint)
      )
    );
  end if;
  return v_sql;
end
$function$;

comment on function public.build_vital_filter(integer,jsonb,boolean) is 'The SQL condition on performance_metrics (alias m) under which a row passes.';

grant execute on function public.build_vital_filter(integer,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.build_vital_tally(p_rows text, p_condition text, p_key text, p_dimensions text[])
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_vital     record;
  v_dimension text;
  v_samples   text := '';
  v_sums      text := '';
  v_unpacked  text := '(''navigation'', t.navigations, 0, 0, 0, t.first_ms, t.last_ms, 0, 0)';
  v_sets      text[] := '{}';
  v_names     text := '';
  v_tallies   text[] := '{}';
begin
  foreach v_dimension in array p_dimensions loop
    if v_dimension = 'all' then
      v_sets := v_sets || '(n.key, n.is_soft)'::text;
    elsif v_dimension <> 'custom' then
      v_sets := v_sets || format('(n.key, n.is_soft, n.%I)', v_dimension);
      v_names := v_names || format(
        'when grouping(n.%1$I) = 0 then jsonb_build_array(%1$L, n.%1$I) ', v_dimension
      );
    end if;
  end loop;

  for v_vital in select t.* from public.get_vital_thresholds() as t loop
    v_samples := v_samples || format(
      ', s.%1$I, public.to_vital_bucket(s.%1$I) as %1$s_bucket', v_vital.vital
    );
    v_sums := v_sums || format(
      $sums$,
        count(n.%1$I) as %1$s_count,
        count(*) filter (where n.%1$I <= %2$s) as %1$s_good,
        count(*) filter (where n.%1$I > %3$s) as %1$s_poor,
        count(n.%1$I) - count(n.%1$s_bucket) as %1$s_zero,
        coalesce(sum(('1e' || 12 * n.%1$s_bucket)::numeric), 0) as %1$s_fine,
        coalesce(sum(('1e' || 12 * (n.%1$s_bucket / 16))::numeric), 0) as %1$s_coarse$sums$,
      v_vital.vital, v_vital.good_max, v_vital.needs_improvement_max
    );
    v_unpacked := v_unpacked || format(
      ', (%1$L, t.%1$s_count, t.%1$s_good, t.%1$s_poor, t.%1$s_zero, null, null, t.%1$s_fine, t.%1$s_coarse)',
      v_vital.vital
    );
  end loop;

  if cardinality(v_sets) > 0 then
    v_tallies := v_tallies || format(
      $query$
        select
          t.key, t.is_soft, t.group_name ->> 0 as dimension, t.group_name ->> 1 as value, v.vital,
          v.count, v.good, v.poor, v.zero, v.first_ms, v.last_ms, v.fine, v.coarse
        from (
          select
            n.key, n.is_soft, case when false then null %1$s else '["all", ""]'::jsonb end as group_name,
            count(*) as navigations, min(n.timestamp) as first_ms, max(n.timestamp) as last_ms %2$s
          from (
            select
              %3$s as key, m.timestamp, k.is_soft, m.route, m.device, m.connection, m.country, m.browser,
              m.navigation_type, m.release,
              case when m.release is not null and m.route is not null
                then jsonb_build_array(m.release, m.route)::text
              end as release_route %4$s
            from %5$s
            cross join lateral (select coalesce(m.navigation_type = 'soft-navigation', false)) as k (is_soft)
            -- A soft navigation has no first byte of its own.
            cross join lateral (
              select
                m.lcp::double precision, m.inp::double precision, m.cls::double precision, m.fcp::double precision,
                case when not k.is_soft then m.ttfb::double precision end
            ) as s (lcp, inp, cls, fcp, ttfb)
            where %6$s
              -- A row of custom metrics alone is no navigation.
              and (m.navigation_type is not null or coalesce(m.lcp, m.inp, m.cls, m.fcp, m.ttfb) is not null)
          ) as n
          group by grouping sets (%7$s)
        ) as t
        cross join lateral (
          values %8$s
        ) as v (vital, count, good, poor, zero, first_ms, last_ms, fine, coarse)
        -- What is not known belongs to no value.
        where v.count > 0 and t.group_name ->> 1 is not null$query$,
      v_names, v_sums, p_key, v_samples, p_rows, p_condition, array_to_string(v_sets, ', '), v_unpacked
    );
  end if;

  if 'custom' = any (p_dimensions) then
    v_tallies := v_tallies || format(
      $query$
        select
          %1$s, false, 'custom', c.name, case when c.sample < 0 then 'negative' else 'positive' end,
          count(*), 0, 0, count(*) - count(b.bucket), null::bigint, null::bigint,
          coalesce(sum(('1e' || 12 * b.bucket)::numeric), 0), coalesce(sum(('1e' || 12 * (b.bucket / 16))::numeric), 0)
        from %2$s
        cross join lateral (
          select each.key, each.value::double precision from jsonb_each_text(m.custom) as each
        ) as c (name, sample)
        cross join lateral (select public.to_vital_bucket(abs(c.sample))) as b (bucket)
        where m.custom is not null and %3$s
        group by %1$s, c.name, c.sample < 0$query$,
      p_key, p_rows, p_condition
    );
  end if;
  return array_to_string(v_tallies, ' union all ');
end
$function$;

comment on function public.build_vital_tally(text,text,text,text[]) is 'The SQL query of (key, is_soft, dimension, value, vital, count, good, poor, zero, first_ms, last_ms, fine, coarse) over rows, as vital_histograms has them.';

grant execute on function public.build_vital_tally(text,text,text,text[]) to service_role;

CREATE OR REPLACE FUNCTION public.bury_actors(p_project_id integer, p_actor_ids uuid[], p_erased_at bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- An append that is under way has not seen the tombstone: it ends first, and its rows are there to be erased.
  perform public.lock_appends(p_project_id, true);
  insert into public.erased_actors as tombstone (project_id, actor_id, erased_at)
  select distinct p_project_id, buried.actor_id, p_erased_at
  from unnest(p_actor_ids) as buried (actor_id)
  -- Measurements without a user have the nil uuid: they are nobody's.
  where buried.actor_id <> '00000000-0000-0000-0000-000000000000'
  order by buried.actor_id
  on conflict (project_id, actor_id) do update set erased_at = greatest(tombstone.erased_at, excluded.erased_at);
end
$function$;

comment on function public.bury_actors(integer,uuid[],bigint) is 'Writes the tombstones of actors. Waits for appends to the project that are under way; later ones wait for the end of this transaction and see the tombstones. Whatever is found in the raw tables after this call, within the same transaction, is all there will ever be up to p_erased_at.';

grant execute on function public.bury_actors(integer,uuid[],bigint) to service_role;

CREATE OR REPLACE FUNCTION public.count_by_digits(p_digits bit[])
 RETURNS bigint[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_nobody constant bit(8192) := repeat('0', 8192)::bit(8192);
  v_sets   bit(8192)[] := array[~v_nobody];
  v_halves bit(8192)[];
  v_set    bit(8192);
begin
  -- From the highest digit down each set falls into those without the digit and those with it.
  for v_digit in reverse cardinality(p_digits)..1 loop
    v_halves := '{}';
    foreach v_set in array v_sets loop
      v_halves := v_halves || (v_set & ~p_digits[v_digit]) || (v_set & p_digits[v_digit]);
    end loop;
    v_sets := v_halves;
  end loop;
  return (
    select array_agg(bit_count(s.people) order by s.position)
    from unnest(v_sets) with ordinality as s (people, position)
    where s.position > 1
  );
end
$function$;

comment on function public.count_by_digits(bit[]) is 'How many of 8192 people have each count from 1 on, given their counts as binary digits.';

grant execute on function public.count_by_digits(bit[]) to service_role;

CREATE OR REPLACE FUNCTION public.count_dead_letters(p_project_id integer)
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select count(*)::integer from public.dead_letters as letter where letter.project_id = p_project_id
$function$;

comment on function public.count_dead_letters(integer) is 'How many dead letters a project has.';

grant execute on function public.count_dead_letters(integer) to service_role;

CREATE OR REPLACE FUNCTION public.count_hour_rows(p_project_id integer, p_from bigint, p_to bigint)
 RETURNS bigint
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(sum(c.row_count), 0)::bigint
  from public.event_counts as c
  where c.project_id = p_project_id and c.hour > p_from - 3600000 and c.hour < p_to
$function$;

comment on function public.count_hour_rows(integer,bigint,bigint) is 'About how many rows there are in [p_from, p_to), whole hours, as far as they are counted: how long rolling up takes.';

grant execute on function public.count_hour_rows(integer,bigint,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.count_people(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb, p_include_bots boolean)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_people bigint;
begin
  execute format(
    $query$
      with %s
      select
        (select coalesce(sum(bit_count(t.people)), 0) from thick as t)
        + (
          select count(*)
          from (select distinct t.member from thin as t) as t
          left join (select k.cell, k.people | repeat('0', 32768)::bit(32768) as people from thick as k offset 0) as k
            on k.cell = t.member >> 15
          where k.people is null or get_bit(k.people, (t.member & 32767)::integer) = 0
        )
    $query$,
    public.build_people_sets(p_project_id, array[p_from, p_to], '{*}', p_filters, p_include_bots)
  )
  into v_people;
  return v_people;
end
$function$;

comment on function public.count_people(integer,bigint,bigint,jsonb,boolean) is 'Distinct people with a row in [p_from, p_to) that passes the filters.';

grant execute on function public.count_people(integer,bigint,bigint,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.count_person_rows(p_project_id integer, p_actor_ids uuid[], p_table text, p_from bigint, p_rows integer DEFAULT 500000)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_table regclass := public.to_person_table(p_table);
  v_end   bigint := public.get_window_end(p_project_id, v_table, p_from, p_rows);
  v_found jsonb;
begin
  if v_end is null then
    return '{"count": 0, "first": null, "last": null, "next": null}';
  end if;
  execute format(
    'select jsonb_build_object(''count'', count(*), ''first'', min(held.timestamp), ''last'', max(held.timestamp), ''next'', $5)
     from %s as held
     where held.project_id = $1 and held.timestamp >= $3 and held.timestamp <= $4 and %s',
    v_table, public.get_person_condition(p_table)
  ) into v_found using p_project_id, p_actor_ids, coalesce(p_from, -62135596800000), v_end, v_end + 1;
  return v_found;
end
$function$;

comment on function public.count_person_rows(integer,uuid[],text,bigint,integer) is 'Rows of these actors in the next window of a raw table, with their first and last timestamp; next is the p_from of the next call, null after the last.';

grant execute on function public.count_person_rows(integer,uuid[],text,bigint,integer) to service_role;

CREATE OR REPLACE FUNCTION public.count_sessions(p_project_id integer, p_from bigint, p_to bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET random_page_cost TO '1.1'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_plan  record;
  v_begun bigint;
  v_some  bigint;
begin
  select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
  select coalesce(sum(
    case
      when slice.id = any (v_plan.wholes) then slice.session_count
      else (
        select count(*)
        from unnest(slice.session_starts) as begun (offset_ms)
        where slice.start_ms + begun.offset_ms >= p_from and slice.start_ms + begun.offset_ms < p_to
      )
    end
  ), 0)
  into v_begun
  from public.slices as slice
  where slice.id = any (v_plan.wholes || v_plan.parts);

  execute format(
    'select count(*) from (%s) as begun',
    coalesce(
      (
        select string_agg(public.build_session_starts(p_project_id, lower(gap.span), upper(gap.span), '', false), ' union all ')
        from unnest(v_plan.gaps) as gap (span)
      ),
      'select where false'
    )
  )
  into v_some;

  return v_begun + v_some + (
    select count(*)
    from (
      select min(e.timestamp) filter (where e.timestamp >= p_from) - max(e.timestamp) filter (where e.timestamp < p_from) as idle_ms
      from public.person_events as e
      where
        e.project_id = p_project_id and e.timestamp >= p_from - 1800000 and e.timestamp < least(p_from + 1800000, p_to)
        and e.session_id is not null and e.bot_reasons is null
      group by e.person_id, e.session_id
    ) as seen
    where seen.idle_ms <= 1800000
  );
end
$function$;

comment on function public.count_sessions(integer,bigint,bigint) is 'Sessions with a row in [p_from, p_to), bots left out.';

grant execute on function public.count_sessions(integer,bigint,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.create_partitions(p_from bigint, p_to bigint)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
declare
  -- In the order in which the append functions write, so that neither waits for the other crosswise.
  v_tables  constant text[] := array[
    'user_events', 'conversions', 'identifications',
    'performance_metrics', 'ai_performance_metrics', 'database_performance_metrics'
  ];
  v_table   text;
  v_name    text;
  v_month   timestamp;
  v_start   bigint;
  v_end     bigint;
  v_created integer := 0;
begin
  if p_from is null or p_to is null or p_from < -62135596800000 or p_to > 253402300800000 then
    raise exception 'invalid_range' using errcode = '22023', hint = 'Unix ms between the years 1 and 9999.';
  end if;
  if p_to - p_from > 20 * 366 * 86400000::bigint then
    raise exception 'range_too_long' using errcode = '22023', hint = 'At most 20 years in one call.';
  end if;
  if p_from >= p_to then
    return 0;
  end if;
  perform pg_advisory_xact_lock(hashtext('growth_stack.create_partitions'));

  foreach v_table in array v_tables loop
    v_month := date_trunc('month', to_timestamp(p_from / 1000.0) at time zone 'UTC');
    loop
      v_start := extract(epoch from v_month) * 1000;
      v_end := extract(epoch from v_month + interval '1 month') * 1000;
      exit when v_start >= p_to;
      v_name := v_table || to_char(v_month, '_YYYYMM');
      v_month := v_month + interval '1 month';
      continue when to_regclass(format('public.%I', v_name)) is not null;

      execute format('lock table public.%I in share row exclusive mode', v_table);
      execute format(
        'create table public.%I (like public.%I including defaults including constraints including storage)', v_name, v_table
      );
      -- Row security and privileges of the parent do not count when a partition is named directly, and some hosts grant
      -- everything on new tables by default.
      execute format('alter table public.%I enable row level security', v_name);
      execute format('revoke all on table public.%I from public, anon, authenticated, service_role', v_name);
      execute format(
        'with moved as (delete from public.%I as held where held.timestamp >= %s and held.timestamp < %s returning held.*)
         insert into public.%I select moved.* from moved',
        v_table || '_default', v_start, v_end, v_name
      );
      execute format(
        'alter table public.%I attach partition public.%I for values from (%s) to (%s)', v_table, v_name, v_start, v_end
      );
      v_created := v_created + 1;
    end loop;
  end loop;
  return v_created;
end
$function$;

comment on function public.create_partitions(bigint,bigint) is 'Creates the missing monthly partitions (UTC) of all raw tables that [p_from, p_to) touches, and moves rows that the default partition held for them. Returns how many tables it made. Any number of callers at once, any number of times. Fails with 55P03 when a lock was busy for two seconds; nothing is changed then.';

grant execute on function public.create_partitions(bigint,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.create_partitions_ahead()
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select public.create_partitions(
    (extract(epoch from month.start at time zone 'UTC') * 1000)::bigint,
    (extract(epoch from (month.start + interval '4 months') at time zone 'UTC') * 1000)::bigint
  )
  from (select date_trunc('month', now() at time zone 'UTC') as start) as month
$function$;

comment on function public.create_partitions_ahead() is 'Creates the missing partitions of this month and the next three. To be run at every start and daily.';

grant execute on function public.create_partitions_ahead() to service_role;

CREATE OR REPLACE FUNCTION public.create_project_key(p_project_id integer, p_kind text, p_key_hash text, p_prefix text, p_label text DEFAULT ''::text, p_expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS TABLE(id uuid, kind text, prefix text, label text, created_at timestamp with time zone, revoked_at timestamp with time zone, expires_at timestamp with time zone)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
#variable_conflict use_column
begin
  -- By the clock that will end the key. The table's check would refuse it too, but not tell it from another bad value.
  if p_expires_at <= now() or p_expires_at > now() + interval '87672 hours' then
    raise exception 'expiry_out_of_range' using errcode = '22023';
  end if;
  return query
    insert into public.project_keys as key (project_id, kind, key_hash, prefix, label, expires_at)
    values (p_project_id, p_kind, p_key_hash, p_prefix, coalesce(p_label, ''), p_expires_at)
    returning key.id, key.kind, key.prefix, key.label, key.created_at, key.revoked_at, key.expires_at;
end
$function$;

comment on function public.create_project_key(integer,text,text,text,text,timestamp with time zone) is 'Adds a key and returns it. Fails with 23503 for an unknown project, with 23505 when the key exists and with 22023 for an expiry that is not in the next ten years.';

grant execute on function public.create_project_key(integer,text,text,text,text,timestamp with time zone) to service_role;

CREATE OR REPLACE FUNCTION public.create_saved_funnel(p_project_id integer, p_name text, p_funnel jsonb)
 RETURNS TABLE(id uuid, name text, definition jsonb, updated_at timestamp with time zone)
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into public.funnels as f (project_id, name, definition)
  values (p_project_id, p_name, public.to_saved_funnel(p_funnel))
  returning f.id, f.name, f.definition -> 'funnel', f.updated_at
$function$;

comment on function public.create_saved_funnel(integer,text,jsonb) is 'Keeps a funnel under a name that no other of the project has.';

grant execute on function public.create_saved_funnel(integer,text,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.create_saved_view(p_project_id integer, p_name text, p_path text, p_query text)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into public.saved_views as v (project_id, name, path, query)
  values (p_project_id, p_name, p_path, p_query)
  returning to_jsonb(v) - 'project_id'
$function$;

comment on function public.create_saved_view(integer,text,text,text) is 'Keeps a view and gives it. Fails with 23505 when the project has one of that name.';

grant execute on function public.create_saved_view(integer,text,text,text) to service_role;

CREATE OR REPLACE FUNCTION public.create_segment(p_project_id integer, p_name text, p_definition jsonb)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into public.segments as s (project_id, name, definition)
  -- Read once, so that what cannot be asked is refused (22023) and not kept.
  select p_project_id, p_name, p_definition
  where public.build_segment_people(p_project_id, p_definition, 0) is not null
  returning to_jsonb(s) - 'project_id'
$function$;

comment on function public.create_segment(integer,text,jsonb) is 'Keeps a segment and gives it. Fails with 23505 when the project has one of that name and with 22023 for what is no definition.';

grant execute on function public.create_segment(integer,text,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.create_share(p_project_id integer, p_token_hash text, p_path text, p_query text, p_created_by text, p_expires_at timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_share jsonb;
begin
  -- By the clock that will end the link. The table's check would refuse it too, but not tell it from another bad value.
  if p_expires_at <= now() or p_expires_at > now() + interval '2161 hours' then
    raise exception 'expiry_out_of_range' using errcode = '22023';
  end if;
  insert into public.shares as s (project_id, token_hash, path, query, created_by, expires_at)
  values (p_project_id, p_token_hash, p_path, p_query, p_created_by, p_expires_at)
  returning to_jsonb(s) - 'project_id' - 'token_hash' into v_share;
  return v_share;
end
$function$;

comment on function public.create_share(integer,text,text,text,text,timestamp with time zone) is 'Adds a link and gives it. Fails with 22023 for an expiry that is not in the next 90 days.';

grant execute on function public.create_share(integer,text,text,text,text,timestamp with time zone) to service_role;

CREATE OR REPLACE FUNCTION public.delete_saved_funnel(p_project_id integer, p_id uuid)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with gone as (
    delete from public.funnels as f where f.project_id = p_project_id and f.id = p_id returning f.id
  )
  select exists (select from gone)
$function$;

comment on function public.delete_saved_funnel(integer,uuid) is 'Deletes a saved funnel; false when the project has none of that id.';

grant execute on function public.delete_saved_funnel(integer,uuid) to service_role;

CREATE OR REPLACE FUNCTION public.delete_saved_view(p_project_id integer, p_id uuid)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with gone as (
    delete from public.saved_views as v where v.project_id = p_project_id and v.id = p_id returning v.id
  )
  select exists (select from gone)
$function$;

comment on function public.delete_saved_view(integer,uuid) is 'Deletes a view; false when the project has none of that id.';

grant execute on function public.delete_saved_view(integer,uuid) to service_role;

CREATE OR REPLACE FUNCTION public.delete_segment(p_project_id integer, p_id uuid)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with gone as (
    delete from public.segments as s where s.project_id = p_project_id and s.id = p_id returning s.id
  )
  select exists (select from gone)
$function$;

comment on function public.delete_segment(integer,uuid) is 'Deletes a segment; false when the project has none of that id.';

grant execute on function public.delete_segment(integer,uuid) to service_role;

CREATE OR REPLACE FUNCTION public.drop_expired_partition(p_now bigint)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
declare
  v_tables constant text[] := array[
    'user_events', 'conversions', 'identifications',
    'performance_metrics', 'ai_performance_metrics', 'database_performance_metrics'
  ];
  v_table  text;
  v_cutoff bigint;
  v_name   text;
  v_month  timestamp;
begin
  -- The clock of the caller may be wrong; nothing may go that is not outlived by the store's own.
  p_now := least(p_now, (extract(epoch from now()) * 1000)::bigint);
  perform pg_advisory_xact_lock(hashtext('growth_stack.create_partitions'));
  foreach v_table in array v_tables loop
    -- Null as soon as one project keeps its rows for good.
    select case
      when count(*) = count(public.get_retention_ms(project.settings, v_table))
        then p_now - max(public.get_retention_ms(project.settings, v_table))
    end
    into v_cutoff
    from public.projects as project;
    continue when v_cutoff is null;

    select part.relname into v_name
    from pg_catalog.pg_inherits as link
    join pg_catalog.pg_class as part on part.oid = link.inhrelid
    where link.inhparent = format('public.%I', v_table)::regclass
      -- As create_partitions names them; the default partition is none of these.
      and part.relname ~ ('^' || v_table || '_[0-9]{6}$')
      and extract(epoch from to_date(right(part.relname, 6), 'YYYYMM') + interval '1 month') * 1000 <= v_cutoff
    order by part.relname
    limit 1;
    if found then
      execute format('drop table public.%I', v_name);
      if v_table in ('user_events', 'conversions') then
        v_month := to_date(right(v_name, 6), 'YYYYMM');
        insert into public.slice_marks (project_id, from_ms, to_ms)
        select
          project.id, (extract(epoch from v_month) * 1000)::bigint,
          (extract(epoch from v_month + interval '1 month') * 1000)::bigint
        from public.projects as project;
      end if;
      return v_name;
    end if;
  end loop;
  return null;
end
$function$;

comment on function public.drop_expired_partition(bigint) is 'Drops one monthly partition that every project has outlived whole and returns its name; null when there is none. Fails with 55P03 when a lock was busy for two seconds; nothing is changed then.';

grant execute on function public.drop_expired_partition(bigint) to service_role;

CREATE OR REPLACE FUNCTION public.ensure_project_key(p_slug text, p_kind text, p_key_hash text, p_prefix text, p_label text DEFAULT ''::text)
 RETURNS TABLE(id uuid, kind text, prefix text, label text, created_at timestamp with time zone, revoked_at timestamp with time zone, expires_at timestamp with time zone)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  v_project_id integer;
begin
  select project.id into v_project_id from public.projects as project where project.slug = p_slug;
  if v_project_id is null then
    raise exception 'unknown_project' using errcode = '23503';
  end if;

  insert into public.project_keys (project_id, kind, key_hash, prefix, label)
  values (v_project_id, p_kind, p_key_hash, p_prefix, coalesce(p_label, ''))
  on conflict (key_hash) do nothing;

  return query
    select key.id, key.kind, key.prefix, key.label, key.created_at, key.revoked_at, key.expires_at
    from public.project_keys as key
    where key.key_hash = p_key_hash and key.project_id = v_project_id and key.kind = p_kind;
  if not found then
    raise exception 'key_in_use' using errcode = '23505', hint = 'The key belongs to another project or is of the other kind.';
  end if;
end
$function$;

comment on function public.ensure_project_key(text,text,text,text,text) is 'Adds a key unless it is there, and returns it. For start-up, any number of times. A key that was revoked stays revoked, one with an expiry keeps it.';

grant execute on function public.ensure_project_key(text,text,text,text,text) to service_role;

CREATE OR REPLACE FUNCTION public.erase_person_rows(p_erasure_id uuid, p_rows integer DEFAULT 200000)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_tables  constant text[] := array[
    'user_events', 'conversions', 'identifications',
    'performance_metrics', 'ai_performance_metrics', 'database_performance_metrics'
  ];
  v_erasure public.erasures;
  v_table   regclass;
  v_end     bigint;
  v_count   integer;
  v_counted text;
  v_is_more boolean;
begin
  -- Two that erase the same person take turns, and each goes on where the other ended.
  select erasure.* into v_erasure from public.erasures as erasure where erasure.id = p_erasure_id for update;
  if not found then
    raise exception 'unknown_erasure' using errcode = 'P0002';
  end if;
  if v_erasure.scan_table is null then
    return false;
  end if;

  v_table := public.to_person_table(v_erasure.scan_table);
  v_end := public.get_window_end(v_erasure.project_id, v_table, v_erasure.position, p_rows);
  if v_end is null then
    update public.erasures as erasure
    set
      scan_table = v_tables[array_position(v_tables, v_erasure.scan_table) + 1],
      position = null,
      -- Said also of a table that held nothing.
      rows = jsonb_build_object(v_erasure.scan_table, 0) || erasure.rows
    where erasure.id = p_erasure_id
    returning erasure.scan_table is not null into v_is_more;
    return v_is_more;
  end if;

  -- What was counted goes out of the counts with the rows.
  v_counted := case v_erasure.scan_table
    when 'user_events' then '''event'', gone.event, '''''
    when 'conversions' then '''conversion'', gone.funnel, gone.step'
  end;
  -- A row is of before when it happened before the burial, or was stored before it by a clock that is ahead.
  execute format(
    'with gone as (
       delete from %1$s as held
       where held.project_id = $1 and %2$s and held.timestamp >= $3 and held.timestamp <= $4
         and (held.timestamp <= $5 or held.created_at <= $6)
       returning held.*
     )' || case when v_counted is not null then ',
     uncounted as (
       insert into public.event_count_deltas (project_id, hour, kind, name, step, bot, row_count)
       select
         $1, gone.timestamp - ((gone.timestamp %% 3600000) + 3600000) %% 3600000, %3$s, gone.bot_reasons is not null,
         -count(*)
       from gone
       group by 2, 4, 5, 6
     )' else '' end || '
     select count(*) from gone',
    v_table, public.get_person_condition(v_erasure.scan_table), v_counted
  ) into v_count using
    v_erasure.project_id, v_erasure.actor_ids, coalesce(v_erasure.position, -62135596800000), v_end,
    v_erasure.erased_at, v_erasure.created_at;

  update public.erasures as erasure
  set
    position = v_end + 1,
    rows = erasure.rows || jsonb_build_object(
      v_erasure.scan_table, coalesce((erasure.rows ->> v_erasure.scan_table)::integer, 0) + v_count
    )
  where erasure.id = p_erasure_id;
  return true;
end
$function$;

comment on function public.erase_person_rows(uuid,integer) is 'Deletes a person''s rows in the next window of a raw table and takes them out of the counts, in one transaction; false when there is nothing left. Killed at any point it goes on where it was.';

grant execute on function public.erase_person_rows(uuid,integer) to service_role;

CREATE OR REPLACE FUNCTION public.finish_erasure(p_erasure_id uuid, p_jws text)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_jws text;
begin
  update public.erasures as erasure
  set jws = p_jws, finished_at = now(), actor_ids = '{}'
  where erasure.id = p_erasure_id and erasure.scan_table is null and erasure.finished_at is null;
  select erasure.jws into v_jws from public.erasures as erasure where erasure.id = p_erasure_id;
  return v_jws;
end
$function$;

comment on function public.finish_erasure(uuid,text) is 'Ends an erasure with its receipt and forgets whom it was about; gives the receipt that counts, the first one. Null, and no change, while rows are left.';

grant execute on function public.finish_erasure(uuid,text) to service_role;

CREATE OR REPLACE FUNCTION public.fold_event_counts(p_limit integer DEFAULT 20000)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_folded integer;
  v_zeros  public.event_counts[];
begin
  with
  -- Each folder takes what no other one has.
  claimed as (
    delete from public.event_count_deltas as delta
    where delta.ctid = any (array(
      select free.ctid from public.event_count_deltas as free limit p_limit for update skip locked
    ))
    returning delta.*
  ),
  sums as (
    select c.project_id, c.hour, c.kind, c.name, c.step, c.bot, sum(c.row_count) as row_count, count(*) as delta_count
    from claimed as c
    group by c.project_id, c.hour, c.kind, c.name, c.step, c.bot
  ),
  marked as (
    insert into public.slice_marks (project_id, from_ms, to_ms)
    select distinct s.project_id, s.hour, s.hour + 3600000 from sums as s
  ),
  -- In key order, so that two folders cannot deadlock.
  folded as (
    insert into public.event_counts as stored (project_id, hour, kind, name, step, bot, row_count)
    select s.project_id, s.hour, s.kind, s.name, s.step, s.bot, s.row_count
    from sums as s
    order by s.project_id, s.hour, s.kind, s.name, s.step, s.bot
    on conflict (project_id, hour, kind, name, step, bot) do update set row_count = stored.row_count + excluded.row_count
    returning stored.*
  )
  select
    coalesce((select sum(s.delta_count) from sums as s), 0),
    array(select folded::public.event_counts from folded where folded.row_count = 0)
  into v_folded, v_zeros;

  -- What was erased leaves no name behind.
  delete from public.event_counts as stored
  using unnest(v_zeros) as zero
  where stored.project_id = zero.project_id and stored.hour = zero.hour and stored.kind = zero.kind
    and stored.name = zero.name and stored.step = zero.step and stored.bot = zero.bot;
  return v_folded;
end
$function$;

comment on function public.fold_event_counts(integer) is 'Adds up to p_limit differences to event_counts, marks their hours and removes them, in one transaction; returns how many it took. Any number of callers at once; less than p_limit means that none was left for this one.';

grant execute on function public.fold_event_counts(integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_active_people(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_after jsonb DEFAULT NULL::jsonb, p_limit integer DEFAULT 50)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET work_mem TO '64MB'
 SET jit TO 'off'
AS $function$
declare
  v_end    bigint := least(coalesce((p_after ->> 'timestamp')::bigint, p_to), p_to);
  v_stride bigint := 3600000;
  v_from   bigint;
  v_page   jsonb;
begin
  -- a range may end in the future
  v_end := coalesce(
    (select max(e.timestamp) from public.user_events as e where e.project_id = p_project_id and e.timestamp < v_end),
    p_from
  );
  loop
    v_from := greatest(p_from, v_end - v_stride);
    execute format(
      $query$
        with page as materialized (
          select
            e.person_id,
            max(e.timestamp) as last_seen,
            (array_agg(e.device order by e.timestamp desc, e.id desc))[1] as device,
            (array_agg(e.country order by e.timestamp desc, e.id desc))[1] as country
          from public.person_events as e
          where
            e.project_id = %1$L::integer
            and e.timestamp >= %2$L::bigint
            and e.timestamp < %3$L::bigint
            and e.person_id is not null
            and %4$s
            and %5$s
          group by e.person_id
          having %6$s
          order by max(e.timestamp) desc, e.person_id desc
          limit %7$s
        )
        select jsonb_build_object(
          'items', coalesce(
            jsonb_agg(
              jsonb_build_object(
                'personId', p.person_id::text,
                'externalId', coalesce(profile.external_id, profile.user_id::text),
                'traits', coalesce(profile.traits, '{}'),
                'lastSeenMs', p.last_seen,
                'events', profile.total_events,
                'device', p.device,
                'country', p.country
              )
              order by p.last_seen desc, p.person_id desc
            ),
            '[]'
          ),
          'next', (
            select jsonb_build_object('timestamp', l.last_seen, 'person_id', l.person_id::text)
            from page as l
            order by l.last_seen, l.person_id
            limit 1
          )
        )
        from page as p
        left join public.user_profiles as profile
          on profile.project_id = %1$L::integer and uuid_hash_extended(profile.actor_id, 0) = p.person_id
      $query$,
      p_project_id, v_from, p_to,
      case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
      public.build_filter(p_project_id, p_filters),
      case when p_after is null then 'true' else format(
        '(max(e.timestamp), e.person_id) < (%L::bigint, %L::bigint)', p_after ->> 'timestamp', p_after ->> 'person_id'
      ) end,
      p_limit
    ) into v_page;
    if jsonb_array_length(v_page -> 'items') = p_limit then
      return v_page;
    end if;
    if v_from = p_from then
      return v_page || '{"next": null}';
    end if;
    v_stride := v_stride * 4;
  end loop;
end
$function$;

comment on function public.get_active_people(integer,bigint,bigint,jsonb,boolean,jsonb,integer) is 'People active in [p_from, p_to), the latest first, a page as one jsonb value.';

grant execute on function public.get_active_people(integer,bigint,bigint,jsonb,boolean,jsonb,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_actives(p_project_id integer, p_from bigint, p_to bigint, p_until bigint, p_interval text, p_timezone text, p_week_start text DEFAULT 'monday'::text, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_interval, p_timezone, p_week_start);
  v_to     bigint := least(v_bounds[cardinality(v_bounds)], p_until);
  v_starts bigint[] := (select coalesce(array_agg(s order by s), '{}') from unnest(v_bounds) as s where s < v_to);
  -- the 29 days before the first
  v_before bigint[] := '{}';
  v_answer jsonb;
begin
  if cardinality(v_starts) = 0 then
    return '{"bounds": [], "people": 0, "series": []}';
  end if;
  if p_interval = 'day' then
    v_before := public.get_time_bounds(v_bounds[1] - 33 * 86400000::bigint, v_bounds[1], 'day', p_timezone);
    v_before := v_before[cardinality(v_before) - 29 : cardinality(v_before) - 1];
  end if;
  execute format(
    $query$
      with
      bits as materialized (%1$s),
      grid as (
        select k.chunk, p.position, (p.position - 1) / 30 as block, b.people
        from (select distinct chunk from bits) as k
        cross join generate_series(1, %2$s) as p (position)
        left join bits as b on b.chunk = k.chunk and b.position = p.position
      ),
      -- Any 30 days are the end of one block of 30 and the beginning of the next: two ORs instead of 30.
      reach as (
        select
          g.chunk, g.position, g.people,
          bit_or(g.people) over (partition by g.chunk order by g.position rows 6 preceding) as last7,
          bit_or(g.people) over (partition by g.chunk, g.block order by g.position) as since_block,
          bit_or(g.people) over (partition by g.chunk, g.block order by g.position desc) as rest_of_block
        from grid as g
      ),
      wide as (
        select
          r.chunk, r.position, r.people, r.last7, r.since_block,
          lag(r.rest_of_block, 29) over (partition by r.chunk order by r.position) as rest_of_block
        from reach as r
      ),
      point as (
        select
          w.position,
          coalesce(sum(bit_count(w.people)), 0) as people,
          coalesce(sum(bit_count(w.last7)), 0) as last7,
          coalesce(sum(bit_count(coalesce(w.since_block | w.rest_of_block, w.since_block, w.rest_of_block))), 0) as last30
        from wide as w
        group by w.position
      )
      select jsonb_build_object(
        'bounds', $1,
        'people', (
          select coalesce(sum(bit_count(c.people)), 0)
          from (select bit_or(b.people) as people from bits as b where b.position > %3$s group by b.chunk) as c
        ),
        'series', jsonb_agg(
          jsonb_build_array(
            coalesce(p.people, 0),
            case when %4$L::boolean then coalesce(p.last7, 0) end,
            case when %4$L::boolean then coalesce(p.last30, 0) end
          ) order by s.position
        )
      )
      from generate_series(%3$s + 1, %2$s) as s (position)
      left join point as p on p.position = s.position
    $query$,
    public.build_people_bits(p_project_id, v_before || v_starts || v_to, '[{"event": "*"}]', p_filters, p_include_bots),
    cardinality(v_before) + cardinality(v_starts),
    cardinality(v_before),
    p_interval = 'day'
  )
  into v_answer
  using v_bounds[:cardinality(v_starts) + 1];
  return v_answer;
end
$function$;

comment on function public.get_actives(integer,bigint,bigint,bigint,text,text,text,jsonb,boolean) is 'Distinct people per local day, week or month, of days also of the 7 and 30 days up to each.';

grant execute on function public.get_actives(integer,bigint,bigint,bigint,text,text,text,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_ai_report(p_project_id integer, p_from bigint, p_to bigint, p_bucket text, p_timezone text, p_filters jsonb DEFAULT '{}'::jsonb, p_limit integer DEFAULT 50, p_exact_max integer DEFAULT 10000)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_bounds    bigint[] := public.get_time_bounds(p_from, p_to, p_bucket, p_timezone);
  v_is_narrow boolean := coalesce(p_filters -> 'segment', 'null') <> 'null';
  v_actors    uuid[]; -- of the segment, asked once for all parts of the answer
  v_answer    jsonb;
begin
  if v_is_narrow then
    v_actors := array(select each.actor_id from public.get_segment_actors(p_project_id, p_filters) as each (actor_id));
  end if;
  execute format(
    $query$
      with
      figure as materialized (%s),
      shown as (
        select
          f.kind, f.value, f.count,
          jsonb_build_object(
            'name', f.value, 'requests', f.count, 'errors', f.flagged, 'cache_hits', f.cached, 'tokens', f.tokens,
            'cost_usd', f.cost_usd, 'p50', f.p50, 'p95', f.p95
          ) as item,
          row_number() over (partition by f.kind order by f.count desc, f.value) as place
        from figure as f
        where f.kind in ('model', 'endpoint')
      ),
      summary as (
        select
          k.kind,
          jsonb_build_object(
            'requests', coalesce(f.count, 0), 'errors', coalesce(f.flagged, 0), 'cache_hits', coalesce(f.cached, 0),
            'tokens', coalesce(f.tokens, 0), 'cost_usd', f.cost_usd, 'p50', f.p50, 'p95', f.p95, 'p99', f.p99
          ) as item
        from (values ('all'), ('before')) as k (kind)
        left join figure as f on f.kind = k.kind
      )
      select jsonb_build_object(
        'summary', (select s.item from summary as s where s.kind = 'all'),
        'previous', (select s.item - array['p50', 'p95', 'p99'] from summary as s where s.kind = 'before'),
        'series', (
          select jsonb_agg(
            jsonb_build_object(
              'start', b.start_ms, 'requests', coalesce(f.count, 0), 'errors', coalesce(f.flagged, 0), 'p95', f.p95,
              'costUsd', f.cost_usd
            )
            order by b.start_ms
          )
          from unnest(trim_array($1, 1)) with ordinality as b (start_ms, position)
          left join figure as f on f.kind = 'point' and f.value = b.position::text
        ),
        'models', (
          select coalesce(jsonb_agg(s.item order by s.place), '[]') from shown as s where s.kind = 'model' and s.place <= $2
        ),
        'endpoints', (
          select coalesce(jsonb_agg(s.item order by s.place), '[]') from shown as s where s.kind = 'endpoint' and s.place <= $2
        )
      )
    $query$,
    public.build_call_figures(
      p_project_id, 'ai', p_from, p_to, v_bounds, '{model,endpoint}',
      case when v_is_narrow then 'm.actor_id = any ($3)' else 'true' end,
      p_exact_max
    )
  ) into v_answer using v_bounds, p_limit, v_actors;
  return v_answer;
end
$function$;

comment on function public.get_ai_report(integer,bigint,bigint,text,text,jsonb,integer,integer) is 'Calls, errors, cache hits, tokens, cost and latency of the AI calls in [p_from, p_to), by bucket, model and endpoint, and in the range before.';

grant execute on function public.get_ai_report(integer,bigint,bigint,text,text,jsonb,integer,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_at_risk(p_project_id integer, p_until bigint, p_timezone text, p_active_days integer, p_silent_days integer, p_limit integer, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
 SET enable_mergejoin TO 'off'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_starts bigint[] := public.get_last_days(p_until, p_active_days, p_timezone);
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      %1$s,
      -- who was not active up to a day, of each day
      unseen as materialized (
        select g.cell, g.position, ~bit_or(g.people) over (partition by g.cell order by g.position) as people
        from (
          select k.cell, p.position, coalesce(d.people, repeat('0', 32768)::bit(32768)) as people
          from (select distinct d.cell from day as d) as k
          cross join generate_series(1, %2$s) as p (position)
          left join day as d on d.cell = k.cell and d.position = p.position
        ) as g
      ),
      at_least as materialized (
        select
          a.cell, a.days, bit_or(a.people) over (partition by a.cell order by a.days desc) as people,
          lag(a.days, 1, 1) over (partition by a.cell order by a.days) as days_before
        from active as a
        where a.days >= 3
      ),
      -- At risk is whose first day lies less than `reach` before the last.
      rhythm as materialized (
        select
          l.cell, l.position, a.days, (%2$s - l.position) * (a.days - 1) / ln(20::double precision) as reach,
          (%2$s - l.position) * (a.days_before - 1) / ln(20::double precision) as reach_of_fewer
        from (select l.cell, l.position from last_day as l where l.position > %2$s - %3$s and l.position < %2$s) as l
        inner join (select a.cell, a.days, a.days_before from at_least as a) as a on a.cell = l.cell
      ),
      slipping as materialized (
        select
          r.cell, r.position,
          bit_or(case when u.people is null then l.people & a.people else l.people & a.people & u.people end) as people
        from rhythm as r
        inner join last_day as l on l.cell = r.cell and l.position = r.position
        inner join at_least as a on a.cell = r.cell and a.days = r.days
        -- it may reach back to the first of all days
        left join unseen as u on u.cell = r.cell and u.position = floor(r.position - r.reach)::integer
        -- and if so for fewer days, too, those include these
        where r.reach_of_fewer <= r.position - 1
        group by r.cell, r.position
      ),
      page_days as (
        select d.days
        from (
          select a.days, sum(sum(bit_count(a.people & s.people))) over (order by a.days desc) - sum(bit_count(a.people & s.people)) as before
          from active as a
          inner join (select s.cell, bit_or(s.people) as people from slipping as s group by s.cell) as s on s.cell = a.cell
          where a.days >= 3
          group by a.days
        ) as d
        where d.before < %4$s
      ),
      page_set as materialized (
        select s.cell, s.position, a.days, s.people & a.people as people
        from slipping as s
        inner join active as a on a.cell = s.cell
        where a.days in (select d.days from page_days as d)
      ),
      page as (
        select p.position, p.days
        from (
          select
            s.position, s.days,
            sum(sum(bit_count(s.people))) over (order by s.days desc, s.position) - sum(bit_count(s.people)) as before
          from page_set as s
          group by s.position, s.days
        ) as p
        where p.before < %4$s
      ),
      listed as (
        select s.cell, s.position, s.days, s.people
        from page_set as s
        inner join page as p on p.position = s.position and p.days = s.days
        where bit_count(s.people) > 0
      ),
      %5$s
      select jsonb_build_object(
        'total', (select coalesce(sum(bit_count(s.people)), 0) from slipping as s),
        'people', (
          select coalesce(jsonb_agg(
            jsonb_build_object(
              'personId', l.person_id::text, 'externalId', l.external_id, 'lastSeen', ($1)[l.position],
              'silentDays', cardinality($1) - l.position, 'activeDays', l.days,
              'averageGapDays', round((l.position - l.first_day)::numeric / (l.days - 1), 6)
            ) order by l.days desc, l.position, l.person_id
          ), '[]')
          from (
            select l.number, l.person_id, l.external_id, l.position, l.days, min(d.position) as first_day
            from listed_person as l
            inner join day as d on d.cell = l.number >> 15 and get_bit(d.people, (l.number & 32767)::integer) = 1
            group by l.number, l.person_id, l.external_id, l.position, l.days
          ) as l
        )
      )
    $query$,
    public.build_active_days(p_project_id, v_starts, p_until, p_active_days, p_filters, p_include_bots),
    cardinality(v_starts), p_silent_days, p_limit,
    public.build_listed_people(p_project_id, 'm.days desc, m.position, who.person_id', p_limit)
  )
  into v_answer
  using v_starts;
  return v_answer;
end
$function$;

comment on function public.get_at_risk(integer,bigint,text,integer,integer,integer,jsonb,boolean) is 'People silent for longer than their own rhythm makes likely (5 %), and not yet churned.';

grant execute on function public.get_at_risk(integer,bigint,text,integer,integer,integer,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_auth_user_id(p_email text)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select account.id
  from auth.users as account
  where lower(account.email) = lower(btrim(p_email))
  order by account.created_at, account.id
  limit 1
$function$;

comment on function public.get_auth_user_id(text) is 'The account with this address, whatever its case; null when there is none.';

grant execute on function public.get_auth_user_id(text) to service_role;

CREATE OR REPLACE FUNCTION public.get_bot_groups(p_project_id integer, p_from bigint, p_to bigint, p_limit integer DEFAULT 500)
 RETURNS TABLE(reasons text[], browser text, os text, row_count bigint, first_ms bigint, last_ms bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  select marked.bot_reasons, marked.browser, marked.os, count(*), min(marked.timestamp), max(marked.timestamp)
  from (
    select e.bot_reasons, nullif(a.browser, '') as browser, nullif(a.os, '') as os, e.timestamp
    from public.user_events as e
    left join public.agents as a on a.id = e.agent_id
    where e.project_id = p_project_id and e.timestamp >= p_from and e.timestamp < p_to and e.bot_reasons is not null
    union all
    select c.bot_reasons, nullif(a.browser, ''), nullif(a.os, ''), c.timestamp
    from public.conversions as c
    left join public.agents as a on a.id = c.agent_id
    where c.project_id = p_project_id and c.timestamp >= p_from and c.timestamp < p_to and c.bot_reasons is not null
    union all
    select m.bot_reasons, m.browser, m.os, m.timestamp
    from public.performance_metrics as m
    where m.project_id = p_project_id and m.timestamp >= p_from and m.timestamp < p_to and m.bot_reasons is not null
  ) as marked
  group by marked.bot_reasons, marked.browser, marked.os
  order by count(*) desc, marked.bot_reasons, marked.browser, marked.os
  limit p_limit
$function$;

comment on function public.get_bot_groups(integer,bigint,bigint,integer) is 'Events, conversions and navigations in [p_from, p_to) that are marked as bots, by reasons and agent, the largest group first.';

grant execute on function public.get_bot_groups(integer,bigint,bigint,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_churned(p_project_id integer, p_until bigint, p_timezone text, p_active_days integer, p_silent_days integer, p_at_least integer, p_limit integer, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
 SET enable_mergejoin TO 'off'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_starts bigint[] := public.get_last_days(p_until, p_active_days + p_silent_days, p_timezone);
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      %1$s,
      gone as materialized (
        select l.cell, l.position, l.people & a.people as people
        from last_day as l
        inner join (
          select a.cell, bit_or(a.people) as people from active as a where a.days >= %2$s group by a.cell
        ) as a on a.cell = l.cell
        where l.position <= %3$s
      ),
      -- Days, and then numbers of days, are taken from the first on until the list is full: only these people are looked at one by one.
      page_day as (
        select d.position
        from (
          select g.position, sum(sum(bit_count(g.people))) over (order by g.position desc) - sum(bit_count(g.people)) as before
          from gone as g
          group by g.position
        ) as d
        where d.before < %4$s
      ),
      page_set as materialized (
        select g.cell, g.position, a.days, g.people & a.people as people
        from gone as g
        inner join active as a on a.cell = g.cell
        where a.days >= %2$s and g.position in (select d.position from page_day as d)
      ),
      page as (
        select p.position, p.days
        from (
          select
            s.position, s.days,
            sum(sum(bit_count(s.people))) over (order by s.position desc, s.days desc) - sum(bit_count(s.people)) as before
          from page_set as s
          group by s.position, s.days
        ) as p
        where p.before < %4$s
      ),
      listed as (
        select s.cell, s.position, s.days, s.people
        from page_set as s
        inner join page as p on p.position = s.position and p.days = s.days
        where bit_count(s.people) > 0
      ),
      %5$s
      select jsonb_build_object(
        'total', (select coalesce(sum(bit_count(g.people)), 0) from gone as g),
        'people', (
          select coalesce(jsonb_agg(
            jsonb_build_object(
              'personId', l.person_id::text, 'externalId', l.external_id, 'lastSeen', ($1)[l.position],
              'silentDays', cardinality($1) - l.position, 'activeDays', l.days
            ) order by l.position desc, l.days desc, l.person_id
          ), '[]')
          from listed_person as l
        )
      )
    $query$,
    public.build_active_days(p_project_id, v_starts, p_until, p_active_days, p_filters, p_include_bots),
    p_at_least, p_active_days, p_limit,
    public.build_listed_people(p_project_id, 'm.position desc, m.days desc, who.person_id', p_limit)
  )
  into v_answer
  using v_starts;
  return v_answer;
end
$function$;

comment on function public.get_churned(integer,bigint,text,integer,integer,integer,integer,jsonb,boolean) is 'People who were active for a while and have been silent since.';

grant execute on function public.get_churned(integer,bigint,text,integer,integer,integer,integer,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_count_errors(p_project_id integer, p_from bigint, p_to bigint)
 RETURNS TABLE(hour bigint, kind text, name text, step text, bot boolean, counted bigint, stored bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select hour, kind, name, step, bot, coalesce(c.row_count, 0), coalesce(r.row_count, 0)
  from public.get_event_counts(p_project_id, p_from, p_to) as c
  full join (
    select
      e.timestamp - ((e.timestamp % 3600000) + 3600000) % 3600000 as hour, 'event' as kind, e.event as name, '' as step,
      e.bot_reasons is not null as bot, count(*) as row_count
    from public.user_events as e
    where e.project_id = p_project_id and e.timestamp >= p_from and e.timestamp < p_to
    group by 1, 3, 5
    union all
    select
      c.timestamp - ((c.timestamp % 3600000) + 3600000) % 3600000, 'conversion', c.funnel, c.step,
      c.bot_reasons is not null, count(*)
    from public.conversions as c
    where c.project_id = p_project_id and c.timestamp >= p_from and c.timestamp < p_to
    group by 1, 3, 4, 5
  ) as r using (hour, kind, name, step, bot)
  where c.row_count is distinct from r.row_count
  order by hour, kind, name, step, bot
$function$;

comment on function public.get_count_errors(integer,bigint,bigint) is 'Where the counts differ from a recount of the raw rows: nowhere, unless raw rows were purged or changed by hand.';

grant execute on function public.get_count_errors(integer,bigint,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.get_custom_histograms(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_limit integer DEFAULT 100)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
AS $function$
declare
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      cell as materialized (
        select
          c.value, c.vital, sum(c.count)::bigint as count, sum(c.zero)::bigint as zero, sum(c.fine)::text as digits
        from (%s) as c
        group by c.value, c.vital
      ),
      shown as (
        select c.value, sum(c.count) as count
        from cell as c
        group by c.value
        order by sum(c.count) desc, c.value
        limit $1
      )
      select coalesce(jsonb_agg(r.shown order by r.count desc, r.value), '[]')
      from (
        select
          s.value, s.count,
          jsonb_build_object('name', s.value, 'count', s.count) || jsonb_object_agg(c.vital, jsonb_build_object(
            'count', c.count, 'zero', c.zero, 'digits', rtrim(c.digits, '0'), 'length', length(c.digits)
          )) as shown
        from shown as s
        join cell as c using (value)
        group by s.value, s.count
      ) as r
    $query$,
    public.build_vital_cells(p_project_id, p_from, p_to, null, p_filters, p_include_bots, '{custom}')
  ) into v_answer using p_limit;
  return v_answer;
end
$function$;

comment on function public.get_custom_histograms(integer,bigint,bigint,jsonb,boolean,integer) is '[{ name, count, positive, negative }]: each custom metric as { count, zero, digits, length } of its values from 0 on and of its negative ones without their sign, whatever the navigation; most samples first.';

grant execute on function public.get_custom_histograms(integer,bigint,bigint,jsonb,boolean,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_database_report(p_project_id integer, p_from bigint, p_to bigint, p_bucket text, p_timezone text, p_limit integer DEFAULT 50, p_exact_max integer DEFAULT 10000)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_bucket, p_timezone);
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      figure as materialized (%s),
      slowest as (
        select f.* from figure as f where f.kind = 'query' order by f.p95 desc, f.value limit $2
      ),
      summary as (
        select
          k.kind,
          jsonb_build_object(
            'queries', coalesce(f.count, 0), 'slow', coalesce(f.flagged, 0), 'cached', coalesce(f.cached, 0),
            'p50', f.p50, 'p95', f.p95, 'p99', f.p99
          ) as item
        from (values ('all'), ('before')) as k (kind)
        left join figure as f on f.kind = k.kind
      )
      select jsonb_build_object(
        'summary', (select s.item from summary as s where s.kind = 'all'),
        'previous', (select s.item - array['p50', 'p95', 'p99'] from summary as s where s.kind = 'before'),
        'series', (
          select jsonb_agg(
            jsonb_build_object(
              'start', b.start_ms, 'queries', coalesce(f.count, 0), 'slow', coalesce(f.flagged, 0), 'p95', f.p95
            )
            order by b.start_ms
          )
          from unnest(trim_array($1, 1)) with ordinality as b (start_ms, position)
          left join figure as f on f.kind = 'point' and f.value = b.position::text
        ),
        'slowest', (
          select coalesce(
            jsonb_agg(
              jsonb_build_object(
                'query', s.value, 'count', s.count, 'p50', s.p50, 'p95', s.p95, 'max', s.longest,
                'rows', round(given.p50)::integer
              )
              order by s.p95 desc, s.value
            ),
            '[]'
          )
          from slowest as s
          left join figure as given on given.kind = 'rows' and given.value = s.value
        )
      )
    $query$,
    public.build_call_figures(p_project_id, 'database', p_from, p_to, v_bounds, '{query,rows}', 'true', p_exact_max)
  ) into v_answer using v_bounds, p_limit;
  return v_answer;
end
$function$;

comment on function public.get_database_report(integer,bigint,bigint,text,text,integer,integer) is 'Queries, slow and cached ones, and latency in [p_from, p_to), by bucket and by query, and in the range before.';

grant execute on function public.get_database_report(integer,bigint,bigint,text,text,integer,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_days_to_roll_up(p_project_id integer, p_timezone text, p_quiet_ms bigint, p_now bigint, p_day_rows bigint)
 RETURNS SETOF bigint
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select max(due.hour)
  from (
    select mark.from_ms as hour
    from public.slice_marks as mark
    where mark.project_id = p_project_id and mark.to_ms <= p_now
    group by mark.from_ms
    having
      max(mark.marked_at) <= clock_timestamp() - p_quiet_ms * interval '1 ms'
      or min(mark.marked_at) <= clock_timestamp() - interval '5 minutes'
    union all
    -- Hours of a day that is over and can be rolled up whole.
    select max(slice.start_ms)
    from public.slices as slice
    where
      slice.project_id = p_project_id and slice.timezone is null
      and not exists (
        select
        from public.slices as day
        where
          day.project_id = p_project_id and day.timezone is not null
          and day.start_ms <= slice.start_ms and day.end_ms > slice.start_ms
      )
    group by date_trunc('day', to_timestamp(slice.start_ms / 1000.0), p_timezone)
    having
      max(extract(epoch from
        date_trunc('day', date_trunc('day', to_timestamp(slice.start_ms / 1000.0), p_timezone) + interval '30 hours', p_timezone)
      )) * 1000 <= p_now - 7200000 -- later than any day of a clock change ends
      and sum(slice.row_count + slice.conversion_count) < p_day_rows
    union all
    -- A day in which the ranges of the last days begin from now on.
    select day.start_ms
    from public.slices as day
    where
      day.project_id = p_project_id and day.timezone is not null
      and public.is_day_of_hours(day.start_ms, day.end_ms, p_now)
      and day.row_count + day.conversion_count < p_day_rows
      and not day.has_hours
  ) as due
  group by date_trunc('day', to_timestamp(due.hour / 1000.0), p_timezone)
  -- What is asked for most; then in order, because a day that is built before the one before it is built again.
  order by max(due.hour) < p_now - 2 * 86400000, max(due.hour)
$function$;

comment on function public.get_days_to_roll_up(integer,text,bigint,bigint,bigint) is 'An instant of each local day that has hours to roll up, today and yesterday first.';

grant execute on function public.get_days_to_roll_up(integer,text,bigint,bigint,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.get_dead_letters(p_project_id integer, p_before bigint, p_limit integer)
 RETURNS TABLE(letter_id bigint, lane text, reason text, code text, content jsonb, created_at timestamp with time zone, attempts integer)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select letter.letter_id, letter.lane, letter.reason, letter.code, letter.content, letter.created_at, letter.attempts
  from public.dead_letters as letter
  where letter.project_id = p_project_id and (p_before is null or letter.letter_id < p_before)
  order by letter.letter_id desc
  limit p_limit
$function$;

comment on function public.get_dead_letters(integer,bigint,integer) is 'A page of a project''s dead letters, the latest first.';

grant execute on function public.get_dead_letters(integer,bigint,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_dimension(p_project_id integer, p_from bigint, p_to bigint, p_dim text, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_own_hosts text[] DEFAULT '{}'::text[])
 RETURNS TABLE(value text, row_count bigint, people bigint, sessions bigint)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET random_page_cost TO '1.1'
 SET enable_mergejoin TO 'off'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
#variable_conflict use_column
declare
  v_bots  text := case when p_include_bots then 'true' else 'e.bot_reasons is null' end;
  v_value text := case p_dim
    when 'event' then 'e.event'
    when 'page' then 'e.route'
    when 'referrer' then 'public.to_referrer_host(e.referrer)'
    else format('nullif(e.%I, '''')', p_dim)
  end;
  v_plan  record;
  v_held  record;
  v_range int8multirange := int8multirange(int8range(p_from, greatest(p_to, p_from)));
  v_where text := public.build_filter(p_project_id, p_filters);
  v_own   text := case
    when p_dim = 'referrer' then format('case when r.value = any (%L::text[]) then null else r.value end', p_own_hosts)
    else 'r.value'
  end;
begin
  if p_dim not in ('event', 'page', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'country', 'device', 'browser', 'os') then
    raise exception 'unknown dimension %', p_dim using errcode = '22023';
  end if;
  if public.is_answered_by_settings(p_filters, p_include_bots) and public.has_slice_dimension(p_dim, p_filters) then
    return query select * from public.get_filtered_dimension(p_project_id, p_from, p_to, p_dim, p_filters, p_own_hosts);
    return;
  end if;
  if p_include_bots or v_where <> 'true' then
    select '{}'::integer[] as wholes, '{}'::integer[] as parts, v_range as gaps into v_plan;
  else
    select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
    -- Slices know of a part of them only what happened, and on which page.
    if p_dim not in ('event', 'page') then
      v_plan.gaps := v_plan.gaps + coalesce(
        (
          select range_agg(int8range(slice.start_ms, slice.end_ms) * int8range(p_from, p_to))
          from public.slices as slice
          where slice.id = any (v_plan.parts)
        ),
        '{}'
      );
      v_plan.parts := '{}';
    end if;
  end if;
  select * into v_held from public.get_spans(p_project_id, v_plan.wholes);
  if p_dim = 'page' then
    v_where := v_where || ' and e.event = ''$pageview'' and e.route is not null';
  end if;
  return query execute format(
    $query$
      with
      -- the rows that no set stands for
      rest as materialized (
        -- numbers are looked up once per person and value, not per row
        select e.value, %12$s as person, e.row_count
        from (
          select e.value, e.person_id, count(*) as row_count
          from (%1$s) as e
          group by e.value, e.person_id
        ) as e
        union all
        select %2$s, case when hit.person >= 0 then hit.person end, count(*)
        from public.slices as slice
        inner join public.slice_events as held on held.slice_id = slice.id
        cross join lateral unnest(held.people, held.offsets) as hit (person, offset_ms)
        where
          slice.id = any (%3$L::integer[]) and not held.is_conversion and %4$s
          and slice.start_ms + hit.offset_ms >= %5$L::bigint and slice.start_ms + hit.offset_ms < %6$L::bigint
        group by 1, 2
      ),
      begun as (
        select r.value, count(*) as sessions from (%7$s) as r where r.passes group by r.value
      ),
      held as (
        select %8$s as value, held.row_count, held.session_count, held.chunk, held.numbers, held.people
        from (
          select s.value, s.row_count, s.session_count, s.chunk, s.numbers, s.people
          from public.slice_people as s
          where s.slice_id = any (%9$L::integer[]) and s.dim = %10$L
          union all
          select s.value, s.row_count, s.session_count, s.chunk, s.numbers, s.people
          from public.span_people as s
          where s.span_id = any (%13$L::integer[]) and s.dim = %10$L
        ) as held
      ),
      counted as materialized (
        select c.value, sum(c.row_count)::bigint as row_count, sum(c.sessions)::bigint as sessions, row_number() over () as id
        from (
          select h.value, h.row_count::bigint as row_count, h.session_count::bigint as sessions from held as h where h.chunk = -1
          union all
          select %11$s, r.row_count, 0 from rest as r
          union all
          select %11$s, 0, r.sessions from begun as r
        ) as c
        group by c.value
      ),
      person as (%14$s)
      select c.value, c.row_count, coalesce(p.people, 0), case when %10$L not in ('event', 'page') then c.sessions end
      from counted as c
      left join person as p on p.id = c.id
      where c.row_count > 0
      order by 3 desc, 2 desc, c.value collate "C" nulls last
    $query$,
    public.build_gap_rows(
      p_project_id, v_plan.gaps, 'person_events',
      format('%s as value, e.person_id', v_value),
      v_bots || ' and ' || v_where
    ),
    case p_dim when 'page' then 'held.route' else 'held.event' end,
    v_plan.parts,
    case p_dim when 'page' then 'held.event = ''$pageview'' and held.route is not null' else 'true' end,
    p_from, p_to,
    coalesce(
      (
        -- of events and pages nobody asks what began with them
        select string_agg(
          public.build_session_starts(
            p_project_id, lower(gap.span), upper(gap.span), format(', %s as value, %s as passes', v_value, v_where), p_include_bots
          ),
          ' union all '
        )
        from unnest(v_plan.gaps) as gap (span)
        where p_dim not in ('event', 'page')
      ),
      'select null::text as value, false as passes'
    ),
    case when p_dim = 'referrer' then format('case when held.value = any (%L::text[]) then null else held.value end', p_own_hosts) else 'held.value' end,
    v_held.slices, p_dim,
    v_own,
    public.build_person(p_project_id, v_plan.wholes <> '{}' or v_plan.parts <> '{}'), v_held.spans,
    public.build_people_counts(
      'select c.id, h.chunk, h.numbers, h.people from held as h inner join counted as c on coalesce(c.value, '''') = coalesce(h.value, '''')',
      format('select c.id, r.person from rest as r inner join counted as c on coalesce(c.value, '''') = coalesce(%s, '''')', v_own)
    )
  );
end
$function$;

comment on function public.get_dimension(integer,bigint,bigint,text,jsonb,boolean,text[]) is 'Values of a dimension with rows, people and sessions in [p_from, p_to), those with most people first.';

grant execute on function public.get_dimension(integer,bigint,bigint,text,jsonb,boolean,text[]) to service_role;

CREATE OR REPLACE FUNCTION public.get_dimension_values(p_project_id integer, p_from bigint, p_to bigint, p_dimension text, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_values jsonb DEFAULT NULL::jsonb, p_limit integer DEFAULT 100)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET work_mem TO '64MB'
 SET jit TO 'off'
AS $function$
declare
  v_hosts  text[] := public.get_own_hosts(p_project_id);
  v_filter text := public.build_filter(p_project_id, p_filters);
  v_plan   record;
  v_query  text;
  v_rows   jsonb;
begin
  if p_dimension = 'channel' and v_filter = 'true' and not p_include_bots then
    select * into v_plan from public.get_visit_plan(p_project_id, p_from, p_to);
    v_query := format(
      'with %s, %s select o.value, o.events, o.people, o.sessions from origin_total as o',
      public.build_visits(
        p_project_id, p_from, p_to, v_plan.wholes, v_plan.parts, v_plan.gaps, v_plan.cut, v_plan.cut_ms
      ),
      public.build_origin_totals(v_plan.wholes, format(
        'public.to_channel(o.origin::jsonb ->> 0, o.origin::jsonb ->> 1, o.origin::jsonb ->> 2, o.origin::jsonb ->> 3, %L::text[])', v_hosts
      ))
    );
  elsif p_dimension = 'channel' then
    v_query := format(
      $query$
        with
        session as (
          select
            max(r.person_id) filter (where r.is_first) as person_id,
            max(r.referrer) filter (where r.is_first) as referrer,
            max(r.utm_source) filter (where r.is_first) as utm_source,
            max(r.utm_medium) filter (where r.is_first) as utm_medium,
            max(r.utm_campaign) filter (where r.is_first) as utm_campaign,
            count(*) as events
          from (%1$s) as r
          group by r.visit, r.session_ms
          having %2$s
        ),
        -- few origins stand for many sessions, and naming a channel takes a hundred times as long as reading a row
        origin as materialized (
          select
            public.to_channel(s.referrer, s.utm_source, s.utm_medium, s.utm_campaign, %3$L::text[]) as value,
            array_agg(s.person_id) as people, sum(s.events) as events, count(*) as sessions
          from session as s
          group by s.referrer, s.utm_source, s.utm_medium, s.utm_campaign
        )
        select o.value, sum(o.events)::bigint as events, p.people, sum(o.sessions)::bigint as sessions
        from origin as o
        inner join (
          select held.value, count(distinct person.id) as people
          from origin as held
          cross join lateral unnest(held.people) as person (id)
          group by held.value
        ) as p on p.value = o.value
        group by o.value, p.people
      $query$,
      public.build_session_rows(
        p_project_id, p_from, p_to,
        'e.referrer, e.utm_source, e.utm_medium, e.utm_campaign, ' || v_filter || ' as passes', 'true', p_include_bots
      ),
      case when v_filter = 'true' then 'true' else 'bool_or(r.passes)' end,
      v_hosts
    );
  else
    v_query := format(
      'select value, row_count as events, people, sessions from public.get_dimension(%L, %L, %L, %L, %L, %L, %L)',
      p_project_id, p_from, p_to, p_dimension, p_filters, p_include_bots, v_hosts
    );
  end if;
  execute format(
    $query$
      select coalesce(jsonb_agg(to_jsonb(v) order by v.people desc, v.events desc, v.value collate "C" nulls last), '[]')
      from (
        select *
        from (%s) as d
        where %s
        order by d.people desc, d.events desc, d.value collate "C" nulls last
        limit %L
      ) as v
    $query$,
    v_query,
    case when p_values is null then 'true' else format(
      'to_jsonb(array[d.value]) <@ %L::jsonb', p_values
    ) end,
    case when p_values is null then p_limit end
  ) into v_rows;
  return v_rows;
end
$function$;

comment on function public.get_dimension_values(integer,bigint,bigint,text,jsonb,boolean,jsonb,integer) is 'Values of a dimension with events, people and sessions in [p_from, p_to), those with most people first, as one jsonb array.';

grant execute on function public.get_dimension_values(integer,bigint,bigint,text,jsonb,boolean,jsonb,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_erasures(p_project_id integer, p_id uuid DEFAULT NULL::uuid)
 RETURNS TABLE(id uuid, created_at timestamp with time zone, finished_at timestamp with time zone, erased_at bigint, actor_count integer, requested_by text, subject text, rows jsonb, jws text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select
    erasure.id, erasure.created_at, erasure.finished_at, erasure.erased_at, erasure.actor_count, erasure.requested_by,
    erasure.subject, erasure.rows, erasure.jws
  from public.erasures as erasure
  where erasure.project_id = p_project_id and (p_id is null or erasure.id = p_id)
  order by erasure.created_at desc, erasure.id
  limit 500
$function$;

comment on function public.get_erasures(integer,uuid) is 'Erasures of a project, the latest first.';

grant execute on function public.get_erasures(integer,uuid) to service_role;

CREATE OR REPLACE FUNCTION public.get_event_counts(p_project_id integer, p_from bigint, p_to bigint)
 RETURNS TABLE(hour bigint, kind text, name text, step text, bot boolean, row_count bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select c.hour, c.kind, c.name, c.step, c.bot, sum(c.row_count)::bigint
  from (
    select stored.hour, stored.kind, stored.name, stored.step, stored.bot, stored.row_count
    from public.event_counts as stored
    where stored.project_id = p_project_id and stored.hour >= p_from and stored.hour < p_to
    union all
    select delta.hour, delta.kind, delta.name, delta.step, delta.bot, delta.row_count
    from public.event_count_deltas as delta
    where delta.project_id = p_project_id and delta.hour >= p_from and delta.hour < p_to
  ) as c
  group by c.hour, c.kind, c.name, c.step, c.bot
  having sum(c.row_count) <> 0
  order by c.hour, c.kind, c.name, c.step, c.bot
$function$;

comment on function public.get_event_counts(integer,bigint,bigint) is 'Events and conversions by the hours that begin in [p_from, p_to), exact at every moment, folded or not.';

grant execute on function public.get_event_counts(integer,bigint,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.get_event_names(p_project_id integer, p_search text DEFAULT ''::text, p_limit integer DEFAULT 50)
 RETURNS TABLE(event text, row_count bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  select c.name, sum(c.row_count)::bigint as row_count
  from (
    select e.name, e.row_count from public.event_counts as e
    where e.project_id = p_project_id and e.kind = 'event' and not e.bot
    union all
    select d.name, d.row_count from public.event_count_deltas as d
    where d.project_id = p_project_id and d.kind = 'event' and not d.bot
  ) as c
  where strpos(lower(c.name), lower(p_search)) > 0
  group by c.name
  having sum(c.row_count) > 0
  order by starts_with(lower(c.name), lower(p_search)) desc, 2 desc, c.name
  limit p_limit
$function$;

comment on function public.get_event_names(integer,text,integer) is 'Event names of a project that hold a text, with the rows ever counted.';

grant execute on function public.get_event_names(integer,text,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_event_page(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_after jsonb DEFAULT NULL::jsonb, p_limit integer DEFAULT 2000)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
AS $function$
declare
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      page as materialized (
        select e.*
        from public.person_events as e
        where
          e.project_id = %1$L::integer
          and e.timestamp >= %2$L::bigint
          and e.timestamp < %3$L::bigint
          and %4$s
          and %5$s
          and %6$s
        order by e.timestamp, e.actor_id, e.id
        limit %7$L::integer
      ),
      -- the application's own id of the user that the row was sent with
      named as (
        select page.*, coalesce(profile.external_id, stored.user_id::text) as user_id
        from page
        -- row by row through the key: what the planner expects of a page makes it read the whole table instead
        cross join lateral (
          select s.user_id
          from public.user_events as s
          where
            s.project_id = %1$L::integer and s.timestamp = page.timestamp
            and s.actor_id = page.actor_id and s.id = page.id
          limit 1
        ) as stored
        left join public.user_profiles as profile
          on profile.project_id = %1$L::integer and profile.user_id = stored.user_id
      )
      select jsonb_build_object(
        'rows', coalesce(jsonb_agg(
          to_jsonb(n) - 'project_id' || jsonb_build_object('person_id', n.person_id::text)
          order by n.timestamp, n.actor_id, n.id
        ), '[]'),
        'next', case when count(*) = %7$L::integer then (
          select jsonb_build_object('timestamp', last.timestamp, 'actor_id', last.actor_id, 'id', last.id)
          from page as last
          order by last.timestamp desc, last.actor_id desc, last.id desc
          limit 1
        ) end
      )
      from named as n
    $query$,
    p_project_id,
    coalesce((p_after ->> 'timestamp')::bigint, p_from), p_to,
    case
      when p_after is null then 'true'
      else format(
        '(e.timestamp, e.actor_id, e.id) > (%L::bigint, %L::uuid, %L::uuid)',
        p_after ->> 'timestamp', p_after ->> 'actor_id', p_after ->> 'id'
      )
    end,
    case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
    public.build_filter(p_project_id, p_filters),
    p_limit
  )
  into v_answer;
  return v_answer;
end
$function$;

comment on function public.get_event_page(integer,bigint,bigint,jsonb,boolean,jsonb,integer) is 'A page of events in the order of the primary key: { rows, next }; next is null after the last one, else p_after of the next page.';

grant execute on function public.get_event_page(integer,bigint,bigint,jsonb,boolean,jsonb,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_event_properties(p_project_id integer, p_event text, p_from bigint, p_sample integer DEFAULT 2000)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
AS $function$
declare
  c_end    constant bigint := 253402300800000;
  v_plan   record;
  v_slice  record;
  v_times  bigint[] := '{}';
  v_gaps   int8multirange := int8multirange(int8range(p_from, c_end));
  v_answer jsonb;
  c_columns constant text := 'e.properties, e.route, e.device, e.browser, e.os, e.country, e.referrer, e.release,
    e.utm_source, e.utm_medium, e.utm_campaign, e.utm_term, e.utm_content';
begin
  if p_event <> '*' then
    select * into v_plan from public.get_slice_plan(p_project_id, p_from, c_end, array[p_from, c_end]);
    v_gaps := v_plan.gaps;
    for v_slice in
      select slice.id, slice.start_ms from public.slices as slice
      where slice.id = any (v_plan.wholes || v_plan.parts)
      order by slice.start_ms desc
    loop
      v_times := v_times || array(
        select v_slice.start_ms + hit.offset_ms
        from public.slice_events as held
        cross join lateral unnest(held.offsets) as hit (offset_ms)
        where
          held.slice_id = v_slice.id and not held.is_conversion and held.event = p_event
          and v_slice.start_ms + hit.offset_ms >= p_from
        limit p_sample
      );
      exit when cardinality(v_times) >= p_sample;
    end loop;
  end if;
  execute format(
    $query$
      with
      sample as materialized (
        select r.*
        from (
          %s
          union all
          select %s
          from public.person_events as e
          where e.project_id = $1 and e.timestamp = any ($2) and e.event = $3 and e.bot_reasons is null
        ) as r
        limit $4
      ),
      entry as (
        select p.key, p.value, false as is_column
        from sample as s
        cross join lateral jsonb_each(case jsonb_typeof(s.properties) when 'object' then s.properties else '{}' end) as p
        where jsonb_typeof(p.value) in ('string', 'number', 'boolean') and length(p.value::text) <= 200
        union all
        select '$' || c.key, c.value, true
        from sample as s
        cross join lateral jsonb_each(to_jsonb(s) - 'properties') as c
        where jsonb_typeof(c.value) = 'string' and length(c.value::text) <= 200
      ),
      counted as (
        select n.key, n.value, n.is_column, count(*) as row_count from entry as n group by n.key, n.value, n.is_column
      ),
      ranked as (
        select c.*, row_number() over (partition by c.key order by c.row_count desc, c.value) as place,
          sum(c.row_count) over (partition by c.key) as key_count
        from counted as c
      ),
      item as (
        select r.key, r.is_column, max(r.key_count) as key_count, jsonb_agg(r.value order by r.place) as suggestions
        from ranked as r
        where r.place <= 20
        group by r.key, r.is_column
        order by r.is_column, 3 desc, r.key
        limit 100
      )
      select jsonb_build_object(
        'sampleCount', (select count(*) from sample as s),
        'items', coalesce(
          (select jsonb_agg(jsonb_build_object('key', i.key, 'values', i.suggestions) order by i.is_column, i.key_count desc, i.key)
           from item as i), '[]'
        )
      )
    $query$,
    public.build_gap_rows(
      p_project_id, v_gaps, 'person_events', c_columns,
      'e.bot_reasons is null' || case when p_event <> '*' then format(' and e.event = %L', p_event) else '' end
    ),
    c_columns
  )
  into v_answer
  using p_project_id, v_times, p_event, p_sample;
  return v_answer;
end
$function$;

comment on function public.get_event_properties(integer,text,bigint,integer) is 'Property keys and columns of a sample of an event''s rows with frequent values.';

grant execute on function public.get_event_properties(integer,text,bigint,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_event_series(p_project_id integer, p_from bigint, p_to bigint, p_bucket text, p_timezone text, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET random_page_cost TO '1.1'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_bucket, p_timezone);
  v_cut    bigint[] := v_bounds;
  v_bots   text := case when p_include_bots then 'true' else 'e.bot_reasons is null' end;
  v_plan   record;
  v_hours  record;
  v_tally  text;
  v_answer jsonb;
begin
  -- Nothing beyond the range counts, though the first and the last bucket reach further.
  v_cut[1] := p_from;
  v_cut[cardinality(v_cut)] := p_to;
  if public.is_answered_by_settings(p_filters, p_include_bots) then
    v_tally := public.build_filtered_series(p_project_id, v_cut, p_filters);
  elsif p_include_bots or public.build_filter(p_project_id, p_filters) <> 'true' then
    v_tally := format(
      $query$
        select width_bucket(e.timestamp, %5$L::bigint[]) as position, count(*) as events, count(distinct e.person_id) as people
        from public.person_events as e
        where e.project_id = %1$L::integer and e.timestamp >= %2$L::bigint and e.timestamp < %3$L::bigint and %4$s and %6$s
        group by 1
      $query$,
      p_project_id, p_from, p_to, v_bots, v_bounds, public.build_filter(p_project_id, p_filters)
    );
  else
    select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, v_cut);
    select * into v_hours from public.get_slice_hours(v_plan.parts, p_from, p_to, v_cut);
    v_tally := format(
      $query$
        (
          with
          -- the sets of whole slices, and of the hours of others, by the bucket they lie in
          held as (
            select width_bucket(slice.start_ms, %1$L::bigint[]) as id, s.row_count, s.chunk, s.numbers, s.people
            from public.slices as slice
            inner join public.slice_people as s on s.slice_id = slice.id and s.dim = 'any'
            where slice.id = any (%2$L::integer[])
            union all
            select width_bucket(hour.start_ms, %1$L::bigint[]), s.row_count, s.chunk, s.numbers, s.people
            from unnest(%6$L::integer[], %7$L::text[], %8$L::bigint[]) as hour (slice_id, value, start_ms)
            inner join public.slice_people as s on s.slice_id = hour.slice_id and s.dim = 'hour' and s.value = hour.value
          ),
          -- the rows that no set stands for
          rest as materialized (
            select e.id, %9$s as person, e.row_count
            from (
              select width_bucket(e.timestamp, %1$L::bigint[]) as id, e.person_id, count(*) as row_count
              from (%4$s) as e
              group by 1, 2
            ) as e
            union all
            select
              width_bucket(slice.start_ms + hit.offset_ms, %1$L::bigint[]), case when hit.person >= 0 then hit.person end, count(*)
            from public.slices as slice
            cross join lateral (
              select int8multirange(int8range(slice.start_ms, slice.end_ms)) * %5$L::int8multirange as stretch offset 0
            ) as left_over
            inner join public.slice_events as held on held.slice_id = slice.id
            cross join lateral unnest(held.people, held.offsets) as hit (person, offset_ms)
            where
              slice.id = any (%3$L::integer[]) and not isempty(left_over.stretch) and not held.is_conversion
              -- comparing with the whole stretch first spares most rows the search in it
              and hit.offset_ms >= lower(left_over.stretch) - slice.start_ms
              and hit.offset_ms < upper(left_over.stretch) - slice.start_ms
              and slice.start_ms + hit.offset_ms <@ left_over.stretch
            group by 1, 2
          )
          select tally.id as position, tally.events, coalesce(seen.people, 0) as people
          from (
            select t.id, sum(t.row_count)::bigint as events
            from (
              select h.id, h.row_count from held as h where h.chunk = -1 union all select r.id, r.row_count from rest as r
            ) as t
            group by t.id
          ) as tally
          left join (%10$s) as seen on seen.id = tally.id
        )
      $query$,
      v_cut, v_plan.wholes, v_plan.parts, public.build_gap_rows(p_project_id, v_plan.gaps, 'person_events', 'e.timestamp, e.person_id', v_bots),
      v_hours.rest, v_hours.slices, v_hours.hours, v_hours.starts,
      public.build_person(p_project_id, v_plan.wholes <> '{}' or v_plan.parts <> '{}'),
      public.build_people_counts('select h.id, h.chunk, h.numbers, h.people from held as h', 'select r.id, r.person from rest as r')
    );
  end if;
  execute format(
    $query$
      select
        jsonb_agg(
          jsonb_build_object('start', b.start_ms, 'events', coalesce(t.events, 0), 'people', coalesce(t.people, 0))
          order by b.start_ms
        )
      from unnest(trim_array($1, 1)) with ordinality as b (start_ms, position)
      left join (%s) as t on t.position = b.position
    $query$,
    v_tally
  )
  into v_answer
  using v_bounds;
  return v_answer;
end
$function$;

comment on function public.get_event_series(integer,bigint,bigint,text,text,jsonb,boolean) is 'Events and people per local hour or day as a jsonb array, empty buckets included.';

grant execute on function public.get_event_series(integer,bigint,bigint,text,text,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_event_totals(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS TABLE(events bigint, pageviews bigint, people bigint, sessions bigint, conversions bigint)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET random_page_cost TO '1.1'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_plan record;
  v_bots text := case when p_include_bots then 'true' else 'e.bot_reasons is null' end;
  v_rows text;
begin
  if public.is_answered_by_settings(p_filters, p_include_bots) then
    return query select * from public.get_filtered_totals(p_project_id, p_from, p_to, p_filters);
    return;
  elsif p_include_bots or public.build_filter(p_project_id, p_filters) <> 'true' then
    return query execute format(
      $query$
        select
          coalesce(sum(v.events), 0)::bigint, coalesce(sum(v.views), 0)::bigint, count(v.person_id),
          coalesce(sum(v.sessions), 0)::bigint,
          (
            select count(*)
            from public.person_conversions as e
            where
              e.project_id = %1$L::integer and e.timestamp >= %2$L::bigint and e.timestamp < %3$L::bigint and %5$s and %6$s
          )
        -- by person first, by hash: sorting for distinct people took longer than reading
        from (
          select
            s.person_id, count(*) as events, count(*) filter (where s.is_view) as views,
            -- the first of its session that passes
            count(*) filter (where s.visit is not null and coalesce(s.passed_ms < s.begun_ms, true)) as sessions
          from (
            select
              gap.*,
              max(gap.timestamp) filter (where gap.is_first) over (
                partition by gap.visit order by gap.timestamp rows unbounded preceding
              ) as begun_ms,
              max(gap.timestamp) filter (where gap.passes) over (
                partition by gap.visit order by gap.timestamp rows between unbounded preceding and 1 preceding
              ) as passed_ms
            from (
              select
                seen.*,
                coalesce(
                  seen.timestamp - lag(seen.timestamp) over (partition by seen.visit order by seen.timestamp) > 1800000, true
                ) as is_first
              from (
                -- (person, session_id) as one number: sorting by both took twice as long
                select
                  hashtextextended(e.session_id, e.person_id) as visit,
                  e.timestamp, e.person_id, e.event = '$pageview' as is_view, %4$s as passes
                from public.person_events as e
                where e.project_id = %1$L::integer and e.timestamp >= %2$L::bigint and e.timestamp < %3$L::bigint and %5$s
              ) as seen
            ) as gap
          ) as s
          where s.passes
          group by s.person_id
        ) as v
      $query$,
      p_project_id, p_from, p_to, public.build_filter(p_project_id, p_filters), v_bots,
      public.build_filter(p_project_id, p_filters - 'event')
    );
    return;
  end if;

  select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
  select
    coalesce(sum(slice.row_count), 0), coalesce(sum(slice.pageview_count), 0), coalesce(sum(slice.conversion_count), 0)
  into events, pageviews, conversions
  from public.slices as slice
  where slice.id = any (v_plan.wholes);

  select
    events + count(*) filter (where not held.is_conversion),
    pageviews + count(*) filter (where not held.is_conversion and held.event = '$pageview'),
    conversions + count(*) filter (where held.is_conversion)
  into events, pageviews, conversions
  from public.slices as slice
  inner join public.slice_events as held on held.slice_id = slice.id
  cross join lateral unnest(held.offsets) as hit (offset_ms)
  where
    slice.id = any (v_plan.parts)
    and slice.start_ms + hit.offset_ms >= p_from and slice.start_ms + hit.offset_ms < p_to;

  execute format(
    $query$
      select
        $1 + (select count(*) from (%1$s) as e),
        $2 + (select count(*) from (%1$s) as e where e.event = '$pageview'),
        $3 + (select count(*) from (%2$s) as e)
    $query$,
    public.build_gap_rows(p_project_id, v_plan.gaps, 'person_events', 'e.event', v_bots),
    public.build_gap_rows(p_project_id, v_plan.gaps, 'person_conversions', 'e.timestamp', v_bots)
  )
  into events, pageviews, conversions
  using events, pageviews, conversions;

  execute format(
    'select coalesce(sum(bit_count(b.people)), 0)::bigint from (%s) as b',
    public.build_people_bits(p_project_id, array[p_from, p_to], '[{"event": "*"}]')
  )
  into people;
  sessions := public.count_sessions(p_project_id, p_from, p_to);
  return next;
end
$function$;

comment on function public.get_event_totals(integer,bigint,bigint,jsonb,boolean) is 'Events, page views, people, sessions and conversions in [p_from, p_to).';

grant execute on function public.get_event_totals(integer,bigint,bigint,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_feature_usage(p_project_id integer, p_from bigint, p_to bigint, p_timezone text, p_event text, p_property text, p_value jsonb, p_uses_classes bigint[], p_first_use_classes bigint[], p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
 SET enable_mergejoin TO 'off'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_days   bigint[] := public.get_time_bounds(p_from, p_to, 'day', p_timezone);
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      %1$s,
      used as materialized (
        select u.uses, width_bucket(u.first_use, $1) <> width_bucket(u.last_use, $1) as is_on_days from user_of_it as u
      ),
      waited as materialized (
        select n.first_use - s.timestamp as ms from newcomer as n inner join first_seen as s on s.person = n.person
      )
      select jsonb_build_object(
        'uses', (select coalesce(sum(u.uses), 0) from used as u),
        'people', (select count(*) from used),
        'repeatUsePeople', (select count(*) from used as u where u.uses > 1),
        'repeatDayPeople', (select count(*) from used as u where u.is_on_days),
        'usesClasses', (
          select jsonb_agg(coalesce(u.people, 0) order by c.class)
          from generate_series(0, cardinality($2)) as c (class)
          left join (
            select width_bucket(u.uses - 1, $2) as class, count(*) as people from used as u group by 1
          ) as u on u.class = c.class
        ),
        'firstUse', jsonb_build_object(
          'people', (select count(*) from waited),
          'medianMs', (select percentile_disc(0.5) within group (order by w.ms) from waited as w),
          'classes', (
            select jsonb_agg(coalesce(w.people, 0) order by c.class)
            from generate_series(0, cardinality($3)) as c (class)
            left join (
              select width_bucket(w.ms - 1, $3) as class, count(*) as people from waited as w group by 1
            ) as w on w.class = c.class
          )
        )
      )
    $query$,
    case
      when public.is_about_everybody(p_filters - 'event', p_include_bots)
        then public.build_usage(p_project_id, p_from, p_to, p_event, p_property, p_value)
      else public.build_filtered_usage(
        p_project_id, p_from, p_to, p_event, p_property, p_value, p_filters - 'event', p_include_bots
      )
    end
  )
  into v_answer
  using v_days, p_uses_classes, p_first_use_classes;
  return v_answer;
end
$function$;

comment on function public.get_feature_usage(integer,bigint,bigint,text,text,text,jsonb,bigint[],bigint[],jsonb,boolean) is 'How often people use one feature, on how many days, and how long after their first event they began.';

grant execute on function public.get_feature_usage(integer,bigint,bigint,text,text,text,jsonb,bigint[],bigint[],jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_feature_values(p_project_id integer, p_from bigint, p_to bigint, p_timezone text, p_property text, p_filters jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_days   bigint[] := public.get_time_bounds(p_from, p_to, 'day', p_timezone);
  v_active bigint;
  v_known  integer;
  v_answer jsonb;
begin
  v_days := v_days[:cardinality(v_days) - 1];
  v_active := public.count_people(p_project_id, p_from, p_to, p_filters - 'event', p_include_bots);
  execute format(
    $query$
      with
      -- day 0 is the time before the range
      person_day as materialized (
        select
          coalesce(%1$s, 'null') as value, e.person_id, count(*) as uses,
          case when e.timestamp < $2 then 0 else width_bucket(e.timestamp, $3) end as day
        from public.person_events as e
        where
          e.project_id = $1
          and e.timestamp < $4
          and e.person_id is not null
          and %2$s
          and %3$s
        group by 1, 2, 4
      ),
      person as (
        select
          d.value, d.person_id, sum(d.uses) filter (where d.day > 0) as uses,
          count(*) filter (where d.day > 0) as days, min(d.day) as first_day
        from person_day as d
        group by d.value, d.person_id
        having max(d.day) > 0
      ),
      feature as (
        select
          p.value, sum(p.uses) as uses, count(*) as people, count(*) filter (where p.first_day > 0) as first_use_people,
          count(*) filter (where p.days > 1) as repeat_people,
          row_number() over (order by count(*) desc, p.value::text collate "C") as rank
        from person as p
        group by p.value
      ),
      trend as materialized (
        select d.value, d.day, count(*) as people
        from person_day as d
        inner join feature as f on f.value = d.value and f.rank <= 30
        where d.day > 0
        group by d.value, d.day
      )
      select
        (select count(*) from feature),
        jsonb_agg(
          jsonb_build_object(
            'value', f.value, 'uses', f.uses, 'people', f.people,
            'firstUsePeople', f.first_use_people, 'repeatPeople', f.repeat_people,
            'trend', (
              select jsonb_agg(coalesce(t.people, 0) order by p.day)
              from generate_series(1, cardinality($3)) as p (day)
              left join trend as t on t.value = f.value and t.day = p.day
            )
          ) order by f.rank
        )
      from feature as f
      where f.rank <= 30
    $query$,
    public.build_value(p_property),
    case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
    public.build_filter(p_project_id, p_filters)
  )
  into v_known, v_answer
  using p_project_id, p_from, v_days, p_to;
  return jsonb_build_object(
    'days', v_days, 'activePeople', v_active, 'omitted', greatest(0, v_known - 30), 'features', coalesce(v_answer, '[]')
  );
end
$function$;

comment on function public.get_feature_values(integer,bigint,bigint,text,text,jsonb,boolean) is 'get_features by the values of one property of an event.';

grant execute on function public.get_feature_values(integer,bigint,bigint,text,text,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_features(p_project_id integer, p_from bigint, p_to bigint, p_timezone text, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
 SET enable_mergejoin TO 'off'
 SET enable_sort TO 'off'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_days   bigint[] := public.get_time_bounds(p_from, p_to, 'day', p_timezone);
  v_names  text[]; -- null for all
  v_known  integer;
  v_active bigint;
  v_answer jsonb;
begin
  v_days := v_days[:cardinality(v_days) - 1];
  v_active := public.count_people(p_project_id, p_from, p_to, p_filters - 'event', p_include_bots);
  if not public.is_about_everybody(p_filters, p_include_bots) then
    select array_agg(t.event order by t.rank) filter (where t.rank <= 30), count(*)
    into v_names, v_known
    from (
      select e.event, row_number() over (order by e.people desc, e.event collate "C") as rank
      from public.get_top_events(p_project_id, p_from, p_to, p_filters, p_include_bots, 10000) as e
      where e.event not like '$%' and e.people > 0
    ) as t;
    if v_names is null then
      return jsonb_build_object('days', v_days, 'activePeople', v_active, 'omitted', 0, 'features', '[]'::jsonb);
    end if;
  end if;
  execute format(
    $query$
      with
      -- position 1 is the time before the range
      %1$s,
      earlier as materialized (
        select e.cell, bit_or(e.people) | repeat('0', 32768)::bit(32768) as people
        from (
          select t.cell, t.people from thick as t where t.position = 1
          union all
          select t.member >> 15, public.to_people(array_agg((t.member & 32767)::integer))
          from thin as t
          where t.position = 1
          group by t.member >> 15
        ) as e
        group by e.cell
      ),
      -- once for each day, and only who is in no set of it
      thin_day as materialized (
        select t.member, t.position
        from thin as t
        where t.position > 1 and t.position not in (select m.position from mixed as m)
        union all
        select t.member, t.position
        from (
          select distinct t.member, t.position
          from thin as t
          where t.position > 1 and t.position in (select m.position from mixed as m)
        ) as t
        left join (
          select k.cell, k.position, k.people | repeat('0', 32768)::bit(32768) as people
          from thick as k
          where k.position > 1 and k.position in (select m.position from mixed as m)
          offset 0
        ) as k on k.position = t.position and k.cell = t.member >> 15
        where k.people is null or get_bit(k.people, (t.member & 32767)::integer) = 0
      ),
      thick_use as materialized (
        -- an OR with nobody takes a set of one day out of its storage, once and not for each person
        select d.cell, bit_or(d.people) | repeat('0', 32768)::bit(32768) as people, bit_or(d.people & d.before) as again
        from (
          select
            t.cell, t.people,
            bit_or(t.people) over (
              partition by t.cell order by t.position rows between unbounded preceding and 1 preceding
            ) as before
          from thick as t
          where t.position > 1
        ) as d
        group by d.cell
      ),
      -- who is in no set of some day may be in that of another day, or of the time before
      thin_use as (
        select
          m.event, m.days, m.is_thick, m.is_thick_again, coalesce(get_bit(e.people, m.place), 0) = 1 as is_earlier
        from (
          select
            m.event, m.cell, m.place, m.days,
            coalesce(get_bit(t.people, m.place), 0) = 1 as is_thick, coalesce(get_bit(t.again, m.place), 0) = 1 as is_thick_again
          from (
            select
              t.member >> 31 as event, t.member >> 15 as cell, (t.member & 32767)::integer as place, count(*) as days
            from thin_day as t
            group by t.member
          ) as m
          left join thick_use as t on t.cell = m.cell
          -- so that what goes on to the next join is narrow
          offset 0
        ) as m
        left join earlier as e on e.cell = m.cell
      ),
      feature as materialized (
        select
          n.name, c.event, c.people, c.first_use_people, c.repeat_people,
          row_number() over (order by c.people desc, n.name collate "C") as rank
        from (
          select
            c.event, sum(c.people) as people, sum(c.first_use_people) as first_use_people, sum(c.repeat_people) as repeat_people
          from (
            select
              t.cell >> 16 as event, bit_count(t.people) as people, coalesce(bit_count(t.again), 0) as repeat_people,
              bit_count(t.people) - coalesce(bit_count(t.people & e.people), 0) as first_use_people
            from thick_use as t
            left join earlier as e on e.cell = t.cell
            union all
            select
              t.event,
              count(*) filter (where not t.is_thick),
              count(*) filter (where not t.is_thick_again and (t.days > 1 or t.is_thick)),
              count(*) filter (where not t.is_thick and not t.is_earlier)
            from thin_use as t
            group by t.event
          ) as c
          group by c.event
        ) as c
        inner join name as n on n.event = c.event
      ),
      trend as materialized (
        select c.event, c.position, sum(c.people) as people
        from (
          select t.cell >> 16 as event, t.position, bit_count(t.people) as people from thick as t
          union all
          select t.member >> 31, t.position, 1 from thin_day as t
        ) as c
        where c.position > 1
        group by c.event, c.position
      ),
      trends as materialized (
        select f.event, jsonb_agg(coalesce(t.people, 0) order by p.position) as people
        from feature as f
        cross join generate_series(2, $1 + 1) as p (position)
        left join trend as t on t.event = f.event and t.position = p.position
        where f.rank <= 30
        group by f.event
      ),
      uses as materialized (
        select c.event, sum(c.uses)::bigint as uses
        from (
          select w.event, w.uses from whole_use as w where w.position > 1
          union all
          select l.member >> 31, l.uses from loose_use as l where l.position > 1
        ) as c
        group by c.event
      )
      select
        coalesce($2, (select count(*) from feature)),
        jsonb_agg(
          jsonb_build_object(
            'value', f.name, 'uses', u.uses, 'people', f.people,
            'firstUsePeople', f.first_use_people, 'repeatPeople', f.repeat_people, 'trend', t.people
          ) order by f.rank
        )
      from feature as f
      inner join uses as u on u.event = f.event
      inner join trends as t on t.event = f.event
    $query$,
    public.build_people_sets(
      p_project_id, array[-62135596800000, p_from] || v_days[2:] || p_to, v_names, p_filters, p_include_bots
    )
  )
  into v_known, v_answer
  using cardinality(v_days), v_known;
  return jsonb_build_object(
    'days', v_days, 'activePeople', v_active, 'omitted', greatest(v_known - 30, 0), 'features', coalesce(v_answer, '[]')
  );
end
$function$;

comment on function public.get_features(integer,bigint,bigint,text,jsonb,boolean) is 'The most used features with people, first and repeated use, and their people per local day.';

grant execute on function public.get_features(integer,bigint,bigint,text,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_filtered_dimension(p_project_id integer, p_from bigint, p_to bigint, p_dim text, p_filters jsonb, p_own_hosts text[])
 RETURNS TABLE(value text, row_count bigint, people bigint, sessions bigint)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_mergejoin TO 'off'
 SET enable_hashagg TO 'off'
 SET random_page_cost TO '1.1'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
#variable_conflict use_column
declare
  v_columns constant jsonb := coalesce(p_filters, '{}') - 'segment' - 'now';
  v_is_row  constant boolean := p_dim in ('event', 'page');
  v_what    constant text := case p_dim when 'page' then 'e.event = ''$pageview'' and e.route is not null' else 'true' end;
  v_value   constant text := case p_dim
    when 'event' then 'e.event'
    when 'page' then 'e.route'
    when 'referrer' then 'public.to_referrer_host(e.referrer)'
    else format('nullif(e.%I, '''')', p_dim)
  end;
  v_name    constant text := case p_dim
    when 'referrer' then format('case when k.value = any (%L::text[]) then null else k.value end', p_own_hosts)
    else 'k.value'
  end;
  v_known   constant text := public.build_person(p_project_id, true);
  v_filter  constant text := public.build_filter(p_project_id, v_columns);
  v_plan    record;
  v_member  record;
  v_gaps    int8multirange;
  v_names   text[];
  v_place   text;
begin
  select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
  select * into v_member from public.build_member_test(p_project_id, p_filters, 'r.person');
  v_gaps := case when v_is_row then v_plan.gaps else public.add_parts_to_gaps(v_plan.gaps, v_plan.parts, p_from, p_to) end;
  if v_is_row then
    execute format(
      'select coalesce(array_agg(k.value order by k.value collate "C"), ''{}'')
       from (
         select distinct %s as value from public.slice_events as e where e.slice_id = any ($1) and not e.is_conversion and %s
       ) as k',
      v_value, v_what
    )
    into v_names
    using v_plan.wholes || v_plan.parts;
    -- the place in an ascending list
    v_place := format('width_bucket(%s collate "C", %L::text[])', v_value, v_names);
  end if;
  return query execute format(
    $query$
      with
      %1$s
      gap as materialized (
        select %2$s as value, k.person, k.row_count, k.session_count
        from (
          select r.value, r.person, 1 as row_count, 0 as session_count from (%3$s) as r where %4$s
          union all
          select r.value, r.person, 0, 1 from (%5$s) as r where r.passes and %4$s
        ) as k
      ),
      -- values by number: hashing the texts of millions of rows takes longer than all else
      %6$s,
      -- what whole slices do not say
      other as materialized (
        select
          -- who has no number is not there
          case when s.person between 0 and 2147483646 then (s.code::bigint << 32) + s.person + 1 end as key,
          s.code, s.person, s.row_count, s.session_count
        from (
          select s.code, s.person, sum(s.row_count) as row_count, sum(s.session_count) as session_count
          from (
            select n.code, coalesce(g.person, -1) as person, g.row_count, g.session_count
            from gap as g
            inner join named as n on coalesce(n.value, '') = coalesce(g.value, '')
            union all
            select r.code, r.person, 1, 0 from (%9$s) as r where %4$s
          ) as s
          group by s.code, s.person
        ) as s
      ),
      -- value and person as one number: sorting by it takes half as long as hashing both
      tally as (
        select
          (r.code::bigint << 32) + r.person + 1 as key, sum(r.row_count)::integer as row_count,
          sum(r.session_count)::integer as session_count
        from (%7$s) as r
        where %4$s
        group by 1
      ),
      counted as (
        select
          t.key >> 32 as code, sum(t.row_count) as row_count, sum(t.session_count) as sessions,
          count(*) filter (where t.key & 4294967295 <> 0 and coalesce(o.row_count, 0) = 0) as people
        from tally as t
        left join other as o on o.key = t.key
        group by 1
        union all
        select o.code, sum(o.row_count), sum(o.session_count), count(*) filter (where o.person <> -1 and o.row_count > 0)
        from other as o
        group by o.code
      )
      select
        n.value, t.row_count::bigint, t.people::bigint, case when not %8$L::boolean then t.sessions::bigint end
      from (
        select c.code, sum(c.row_count) as row_count, sum(c.people) as people, sum(c.sessions) as sessions
        from counted as c
        group by c.code
      ) as t
      inner join named as n on n.code = t.code
      where t.row_count > 0
      order by 3 desc, 2 desc, n.value collate "C" nulls last
    $query$,
    v_member.tables, v_name,
    public.build_gap_rows(
      p_project_id, v_gaps, 'person_events', format('%s as value, %s as person', v_value, v_known),
      format('e.bot_reasons is null and %s and %s', v_what, v_filter)
    ),
    v_member.test,
    coalesce(
      (
        -- of events and pages nobody asks what began with them
        select string_agg(
          public.build_session_starts(
            p_project_id, lower(gap.span), upper(gap.span),
            format(', %s as value, %s as person, %s as passes', v_value, v_known, v_filter), false
          ),
          ' union all '
        )
        from unnest(v_gaps) as gap (span)
        where not v_is_row
      ),
      'select null::bigint as timestamp, null::bigint as idle_ms, null::text as value, null::bigint as person, false as passes'
    ),
    case
      when v_is_row then format(
        $named$
          named as materialized (
            select held.value, held.code::integer as code from unnest(%1$L::text[]) with ordinality as held (value, code)
            union all
            select fresh.value, (cardinality(%1$L::text[]) + row_number() over ())::integer
            from (
              select distinct g.value
              from gap as g
              where g.value not in (select each.name from unnest(%1$L::text[]) as each (name))
            ) as fresh
          )
        $named$,
        v_names
      )
      else format(
        $named$
          kind as materialized (
            select k.slice_id, k.setting, %1$s as value
            from (
              select e.slice_id, e.setting, %2$s as value
              from (
                select
                  held.slice_id, generate_subscripts(held.device, 1) - 1 as setting, unnest(held.device) as device,
                  unnest(held.browser) as browser, unnest(held.os) as os, unnest(held.country) as country,
                  unnest(held.referrer) as referrer, unnest(held.utm_source) as utm_source,
                  unnest(held.utm_medium) as utm_medium, unnest(held.utm_campaign) as utm_campaign
                from public.slice_settings as held
                where held.slice_id = any (%3$L::integer[])
              ) as e
              where %4$s
            ) as k
          ),
          named as materialized (
            select n.value, (row_number() over ())::integer as code
            from (select k.value from kind as k union select g.value from gap as g) as n
          ),
          coded as materialized (
            select k.slice_id, k.setting, n.code
            from kind as k
            inner join named as n on coalesce(n.value, '') = coalesce(k.value, '')
          )
        $named$,
        v_name, case p_dim when 'referrer' then 'e.referrer' else v_value end, v_plan.wholes,
        public.build_setting_filter(v_columns)
      )
    end,
    case
      when v_is_row then format(
        'select h.mask as code, h.person, 1 as row_count, 0 as session_count from (%s) as h',
        public.build_slice_rows(v_plan.wholes, v_columns, '{}', 'not e.is_conversion and ' || v_what, v_place)
      )
      else format(
        $share$
          select c.code, s.person, s.row_count, s.session_count
          from (
            select
              held.slice_id, unnest(held.settings) as setting, unnest(held.people) as person,
              unnest(held.row_counts) as row_count, unnest(held.start_counts) as session_count
            from public.slice_settings as held
            where held.slice_id = any (%L::integer[])
          ) as s
          inner join coded as c on c.slice_id = s.slice_id and c.setting = s.setting
        $share$,
        v_plan.wholes
      )
    end,
    v_is_row,
    case
      when v_is_row then format(
        'select h.mask as code, h.person from (%s) as h',
        public.build_slice_rows(v_plan.parts, v_columns, '{}', 'not e.is_conversion and ' || v_what, v_place, p_from, p_to)
      )
      else 'select 0 as code, 0 as person where false'
    end
  );
end
$function$;

comment on function public.get_filtered_dimension(integer,bigint,bigint,text,jsonb,text[]) is 'get_dimension under filters that slices know, and a segment.';

grant execute on function public.get_filtered_dimension(integer,bigint,bigint,text,jsonb,text[]) to service_role;

CREATE OR REPLACE FUNCTION public.get_filtered_totals(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb)
 RETURNS TABLE(events bigint, pageviews bigint, people bigint, sessions bigint, conversions bigint)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_mergejoin TO 'off'
 SET enable_sort TO 'off'
 SET random_page_cost TO '1.1'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_columns constant jsonb := coalesce(p_filters, '{}') - 'segment' - 'now';
  v_plan    record;
  v_member  record;
  v_known   text := public.build_person(p_project_id, true);
begin
  select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
  select * into v_member from public.build_member_test(p_project_id, p_filters, 'r.person');
  return query execute format(
    $query$
      with
      %1$s
      -- of each session in each whole slice what passes, visit 0 for rows without one
      visit as materialized (
        select r.slice_id, r.person, r.visit, sum(r.row_count) as row_count, sum(r.view_count) as view_count
        from (%2$s) as r
        where %3$s
        group by r.slice_id, r.person, r.visit
      ),
      -- all rows: a session goes on by those that do not pass as well
      gap as materialized (
        select r.*, coalesce(r.is_match and %3$s, false) as passes
        from (%4$s) as r
      ),
      loose as materialized (
        select
          held.slice_id, unnest(held.loose_people) as person, unnest(held.loose_visits) as visit,
          slice.start_ms + unnest(held.loose_starts) as start_ms, slice.start_ms + unnest(held.loose_ends) as end_ms,
          unnest(held.loose_keys) as key
        from public.slices as slice
        inner join public.slice_settings as held on held.slice_id = slice.id
        where slice.id = any (%5$L::integer[])
      ),
      -- sessions that reach over the end of a slice, in pieces
      known as materialized (
        select l.key, l.start_ms, l.end_ms, v.slice_id is not null as passes
        from loose as l
        left join visit as v on v.slice_id = l.slice_id and v.person = l.person and v.visit = l.visit
      ),
      piece as (
        select k.key, k.start_ms, k.end_ms, k.passes from known as k
        union all
        select g.key, g.timestamp, g.timestamp, g.passes
        from gap as g
        where g.key is not null
      ),
      turn as (
        select
          p.key, p.start_ms, p.passes,
          coalesce(p.start_ms - lag(p.end_ms) over (partition by p.key order by p.start_ms, p.end_ms) > 1800000, true) as is_first
        from piece as p
      ),
      joined as (
        select count(*) as sessions
        from (
          select t.key, t.turn
          from (
            select
              t.key, t.passes,
              count(*) filter (where t.is_first) over (
                partition by t.key order by t.start_ms, t.is_first desc rows unbounded preceding
              ) as turn
            from turn as t
          ) as t
          group by t.key, t.turn
          having bool_or(t.passes)
        ) as s
      )
      select
        (t.events + g.events)::bigint, (t.views + g.views)::bigint,
        (
          select count(*)
          from (
            select v.person::bigint as person from visit as v where v.person >= 0
            union
            select g.person from gap as g where g.passes and g.person is not null
          ) as p
        ),
        t.sessions - (select count(*) from known as k where k.passes) + (select j.sessions from joined as j),
        (select count(*) from (%6$s) as r where %3$s)
      from (
        select
          coalesce(sum(v.row_count), 0) as events, coalesce(sum(v.view_count), 0) as views,
          count(*) filter (where v.visit > 0) as sessions
        from visit as v
      ) as t
      cross join (
        select count(*) filter (where g.passes) as events, count(*) filter (where g.passes and g.is_view) as views from gap as g
      ) as g
    $query$,
    v_member.tables,
    case
      when coalesce(v_columns ->> 'event', v_columns ->> 'route') is not null then format(
        'select h.slice_id, h.person, h.visit, 1 as row_count, (h.event = ''$pageview'')::integer as view_count from (%s) as h',
        public.build_slice_rows(v_plan.wholes, v_columns, '{visit}', 'not e.is_conversion', '0')
      )
      else public.build_slice_shares(v_plan.wholes, v_columns)
    end,
    v_member.test,
    public.build_gap_rows(
      p_project_id, public.add_parts_to_gaps(v_plan.gaps, v_plan.parts, p_from, p_to), 'person_events',
      format(
        '%s as person, e.timestamp, e.event = ''$pageview'' as is_view, hashtextextended(e.session_id, e.person_id) as key, %s as is_match',
        v_known, public.build_filter(p_project_id, v_columns)
      ),
      'e.bot_reasons is null'
    ),
    v_plan.wholes,
    public.build_gap_rows(
      p_project_id, v_plan.gaps, 'person_conversions', v_known || ' as person',
      'e.bot_reasons is null and ' || public.build_filter(p_project_id, v_columns - 'event')
    ) || coalesce(
      (
        select string_agg(
          format(
            ' union all select nullif(h.person, -1)::bigint from (%s) as h',
            public.build_slice_rows(source.ids, v_columns - 'event', '{}', 'e.is_conversion', '0', source.from_ms, source.to_ms)
          ),
          ''
        )
        from (values (v_plan.wholes, null, null), (v_plan.parts, p_from, p_to)) as source (ids, from_ms, to_ms)
      ),
      ''
    )
  );
end
$function$;

comment on function public.get_filtered_totals(integer,bigint,bigint,jsonb) is 'get_event_totals under filters that slices know, and a segment.';

grant execute on function public.get_filtered_totals(integer,bigint,bigint,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.get_funnel_people(p_project_id integer, p_from bigint, p_to bigint, p_definition jsonb, p_step integer, p_outcome text, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_limit integer DEFAULT 50, p_after_start bigint DEFAULT NULL::bigint, p_after_person bigint DEFAULT NULL::bigint)
 RETURNS TABLE(person_id text, external_id text, start bigint, last_step bigint, reached integer)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
 SET max_parallel_workers_per_gather TO '0'
 SET jit TO 'off'
 SET work_mem TO '64MB'
 SET enable_sort TO 'off'
AS $function$
#variable_conflict use_column
declare
  n integer := jsonb_array_length(p_definition -> 'steps');
begin
  return query execute format(
    $query$
      with
      hit as not materialized (%1$s),
      path as materialized (
        select distinct on (p.person) p.person, p.start, p.reached, case p.reached %2$s end as last_step
        from (%3$s) as p
        where %4$s
        order by p.person, p.start desc
      ),
      identified as (
        %5$s
      ),
      page as materialized (
        select p.*
        from identified as p
        where $1 is null or (p.start, p.person_id) < ($1, $2)
        order by p.start desc, p.person_id desc
        limit $3
      )
      select
        p.person_id::text,
        (select min(u.external_id) from public.user_profiles as u
         where u.project_id = $4 and uuid_hash_extended(u.actor_id, 0) = p.person_id),
        p.start, p.last_step, p.reached
      from page as p
      order by p.start desc, p.person_id desc
    $query$,
    public.build_funnel_hits(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots),
    (select string_agg(format('when %1$s then p.t%1$s', k), ' ') from generate_series(1, n) as k),
    case when public.is_settled_by_first(p_definition, p_include_bots)
      then public.build_funnel_paths_by_first(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots)
      else public.build_funnel_paths(p_definition, p_from) end,
    case p_outcome
      when 'converted' then format('not p.is_excluded and p.reached >= %s', p_step)
      when 'dropped' then format('not p.is_excluded and p.reached = %s', p_step - 1)
      when 'excluded' then 'p.is_excluded'
    end,
    case when public.has_numbered_people(p_definition)
      then 'select p.*, i.person_id
            from public.get_person_ids($4, (select array_agg(path.person) from path)) as i inner join path as p on p.person = i.person'
      else 'select p.*, p.person as person_id from path as p'
    end
  )
  using p_after_start, p_after_person, p_limit, p_project_id;
end
$function$;

comment on function public.get_funnel_people(integer,bigint,bigint,jsonb,integer,text,jsonb,boolean,integer,bigint,bigint) is 'People who reached a step of a funnel, dropped before it, or were excluded.';

grant execute on function public.get_funnel_people(integer,bigint,bigint,jsonb,integer,text,jsonb,boolean,integer,bigint,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.get_funnel_person(p_project_id integer, p_from bigint, p_to bigint, p_definition jsonb, p_person_id bigint, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_limit integer DEFAULT 10000)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
 SET max_parallel_workers_per_gather TO '0'
 SET jit TO 'off'
AS $function$
declare
  n        integer := jsonb_array_length(p_definition -> 'steps');
  -- the same funnel without conditions finds the rows that might have been steps
  v_names  jsonb := jsonb_set(
    p_definition, '{steps}',
    (select jsonb_agg(jsonb_build_object('event', s ->> 'event')) from jsonb_array_elements(p_definition -> 'steps') as s)
  ) - 'breakdown' - 'revenue';
  v_keys   text[] := (
    select array_agg(distinct k) from jsonb_array_elements(p_definition -> 'steps') as s,
      jsonb_object_keys(coalesce(s -> 'where', '{}')) as k
  );
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      hit as (%1$s),
      path as (%2$s),
      named as (%3$s),
      row as (
        select r.unit, r.timestamp, r.id, r.event, r.mask from named as r order by r.timestamp, r.id limit $1 + 1
      )
      select jsonb_build_object(
        'paths', coalesce((
          select jsonb_agg(
            jsonb_build_object(
              'unit', p.unit::text, 'reached', p.reached, 'isExcluded', p.is_excluded, 'start', p.start, 'times', array[%4$s]
            )
            order by p.start, p.unit
          )
          from path as p
        ), '[]'),
        'rows', coalesce((
          select jsonb_agg(
            jsonb_build_object(
              'unit', r.unit::text, 'timestamp', r.timestamp, 'id', r.id, 'event', r.event, 'named', r.mask,
              'mask', coalesce((select max(h.mask) from hit as h where h.id = r.id and h.timestamp = r.timestamp), 0),
              'values', %5$s
            )
            order by r.timestamp, r.id
          )
          from row as r
        ), '[]')
      )
    $query$,
    public.build_funnel_rows(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots, p_person_id),
    public.build_funnel_paths(p_definition, p_from),
    public.build_funnel_rows(p_project_id, p_from, p_to, v_names, p_filters, p_include_bots, p_person_id),
    (select string_agg(format('p.t%s', k), ', ' order by k) from generate_series(1, n) as k),
    case when v_keys is null then '''{}''::jsonb' else format(
      '(select jsonb_strip_nulls(jsonb_build_object(%s)) from public.person_events as e
        where e.project_id = %L::integer and e.timestamp = r.timestamp and e.id = r.id limit 1)',
      (select string_agg(
         case when k in (
           '$route', '$device', '$browser', '$os', '$country', '$referrer', '$release',
           '$utm_source', '$utm_medium', '$utm_campaign', '$utm_term', '$utm_content'
         ) then format('%L, to_jsonb(e.%I)', k, substr(k, 2)) else format('%L, e.properties -> %L', k, k) end,
         ', ')
       from unnest(v_keys) as k),
      p_project_id
    ) end
  )
  using p_limit
  into v_answer;
  return v_answer;
end
$function$;

comment on function public.get_funnel_person(integer,bigint,bigint,jsonb,bigint,jsonb,boolean,integer) is 'One person at a funnel: the path of each unit, and the rows it is made of or might have been.';

grant execute on function public.get_funnel_person(integer,bigint,bigint,jsonb,bigint,jsonb,boolean,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_funnel_report(p_project_id integer, p_from bigint, p_to bigint, p_definition jsonb, p_bounds bigint[], p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_limit integer DEFAULT 25)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
 SET max_parallel_workers_per_gather TO '0'
 SET jit TO 'off'
 SET work_mem TO '64MB'
 SET enable_sort TO 'off'
AS $function$
declare
  n           integer := jsonb_array_length(p_definition -> 'steps');
  v_breakdown boolean := p_definition ->> 'breakdown' is not null;
  v_revenue   boolean := coalesce((p_definition ->> 'revenue')::boolean, false);
  v_by_first  boolean := public.is_settled_by_first(p_definition, p_include_bots);
  v_answer    jsonb;
begin
  execute format(
    $query$
      with
      %1$s,
      path as materialized (
        select found.*, %2$s as value from found %3$s
      ),
      counted as (
        select p.value, array[%4$s] as people, count(*) filter (where p.is_excluded) as excluded
        from path as p
        group by p.value
      ),
      shown as materialized (
        select c.*, row_number() over (order by c.people[1] desc, c.value) as position from counted as c
      ),
      -- one row per step done after the first; step 0 is the whole funnel
      gap as (
        select p.value, g.step, g.ms
        from path as p
        cross join lateral (values %5$s) as g (step, ms)
        where not p.is_excluded and p.reached > 1 and g.ms is not null
      ),
      summary as (
        select
          g.value, g.step,
          percentile_cont(0.5) within group (order by g.ms::double precision) as median_ms,
          avg(g.ms)::double precision as average_ms
        from gap as g
        group by g.value, g.step
      ),
      histogram as (
        select h.value, h.step, jsonb_object_agg(h.bucket, h.people) as buckets
        from (
          select g.value, g.step, width_bucket(g.ms, $1) as bucket, count(*) as people from gap as g group by 1, 2, 3
        ) as h
        group by h.value, h.step
      ),
      answered as (
        select
          s.value, s.step,
          jsonb_build_object('medianMs', s.median_ms, 'averageMs', s.average_ms, 'histogram', h.buckets) as times
        from summary as s
        inner join histogram as h on h.step = s.step and h.value is not distinct from s.value
      )
      select jsonb_build_object(
        'groups', coalesce((
          select jsonb_agg(
            jsonb_build_object(
              'value', s.value,
              'excluded', s.excluded,
              'people', s.people,
              'times', coalesce(
                (select jsonb_object_agg(a.step, a.times) from answered as a where a.value is not distinct from s.value), '{}'
              )
            )
            order by s.position
          )
          from shown as s
          where s.position <= $2
        ), '[]'),
        'leftOut', greatest((select count(*) from shown as s) - $2, 0),
        'revenue', %6$s
      )
    $query$,
    public.build_funnel_found(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots),
    case when v_breakdown then 'first_value.value' else 'null::jsonb' end,
    case when v_breakdown then 'inner join first_value on first_value.unit = found.unit' else '' end,
    (select string_agg(format('count(*) filter (where p.reached >= %s and not p.is_excluded)', k), ', ' order by k)
     from generate_series(1, n) as k),
    concat_ws(
      ', ',
      case when n > 1 then format('(0, case when p.reached = %1$s then p.t%1$s - p.t1 end)', n) else '(0, null::bigint)' end,
      (select string_agg(format('(%1$s, p.t%1$s - p.t%2$s)', k, k - 1), ', ' order by k) from generate_series(2, n) as k)
    ),
    case when v_revenue then format(
      $query$coalesce((
        select jsonb_agg(jsonb_build_object('step', r.step, 'currency', r.currency, 'amount', r.amount, 'rows', r.rows))
        from (
          select f.step, f.currency, sum(f.revenue) as amount, count(*) as rows
          from (
            -- of several rows of one instant as many are passed over as there are steps before that say the same
            select s.step, s.same, h.revenue, h.currency,
              row_number() over (partition by s.unit, s.step order by h.id) as position
            from (
              select %s as unit, each.step, each.t, each.same
              from path as p
              %s
              cross join lateral (values %s) as each (step, t, same)
              where not p.is_excluded and each.t is not null
              offset 0 -- a choice of the rows comes after that of the instants
            ) as s
            inner join hit as h on h.unit = s.unit and h.timestamp = s.t and h.mask & (1 << (s.step - 1)) <> 0
          ) as f
          where f.position = f.same + 1 and f.revenue is not null
          group by f.step, f.currency
        ) as r
      ), '[]')$query$,
      case when v_by_first then 'identified.person_id' else 'p.unit' end,
      case when v_by_first then 'inner join identified on identified.person = p.person' else '' end,
      (
        select string_agg(format('(%1$s, p.t%1$s, %2$s)', s.position, coalesce((
          select string_agg(format('(p.t%s = p.t%s)::integer', b.position, s.position), ' + ')
          from jsonb_array_elements(p_definition -> 'steps') with ordinality as b (step, position)
          where b.position < s.position and b.step = s.step
        ), '0')), ', ')
        from jsonb_array_elements(p_definition -> 'steps') with ordinality as s (step, position)
      )
    ) else 'null' end
  )
  using p_bounds, p_limit
  into v_answer;
  return v_answer;
end
$function$;

comment on function public.get_funnel_report(integer,bigint,bigint,jsonb,bigint[],jsonb,boolean,integer) is 'People per step of a funnel with the times between steps, by breakdown value, and the revenue of the steps.';

grant execute on function public.get_funnel_report(integer,bigint,bigint,jsonb,bigint[],jsonb,boolean,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_funnel_trend(p_project_id integer, p_from bigint, p_to bigint, p_definition jsonb, p_interval text, p_timezone text, p_week_start text DEFAULT 'monday'::text, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
 SET max_parallel_workers_per_gather TO '0'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  n        integer := jsonb_array_length(p_definition -> 'steps');
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_interval, p_timezone, p_week_start);
  v_answer jsonb;
begin
  execute format(
    $query$
      with %1$s
      select jsonb_agg(
        jsonb_build_object('start', $1[i], 'end', $1[i + 1], 'people', coalesce(c.people, array_fill(0::bigint, array[%2$s])))
        order by i
      )
      from generate_series(1, cardinality($1) - 1) as i
      left join counted as c on c.position = i
    $query$,
    coalesce(
      'counted as (' || public.build_packed_trend(p_project_id, p_from, p_to, p_definition, v_bounds, p_filters, p_include_bots) || ')',
      format(
        'hit as (%s),
         counted as (select p.position, array[%s] as people from (%s) as p where not p.is_excluded group by p.position)',
        public.build_funnel_hits(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots),
        (select string_agg(format('count(*) filter (where p.reached >= %s)', k), ', ' order by k) from generate_series(1, n) as k),
        public.build_funnel_paths(p_definition, p_from, v_bounds)
      )
    ),
    n
  )
  using v_bounds
  into v_answer;
  return v_answer;
end
$function$;

comment on function public.get_funnel_trend(integer,bigint,bigint,jsonb,text,text,text,jsonb,boolean) is 'People per step of a funnel by the interval in which they began it.';

grant execute on function public.get_funnel_trend(integer,bigint,bigint,jsonb,text,text,text,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_histogram_value(p_fine numeric, p_coarse numeric, p_zero bigint, p_count bigint, p_ratio double precision)
 RETURNS double precision
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  -- So many values may lie above the one that is looked for.
  v_above  bigint := p_count - greatest(1, ceil(p_ratio * p_count));
  v_seen   bigint := 0;
  v_here   bigint;
  v_digits text := p_coarse::text;
  v_length integer := (length(v_digits) + 11) / 12;
  v_cell   integer;
begin
  if coalesce(p_count, 0) = 0 then
    return null;
  elsif v_above >= p_count - p_zero then
    return 0;
  end if;
  v_digits := lpad(v_digits, 12 * v_length, '0');
  for i in 1..v_length loop
    v_here := substr(v_digits, 12 * i - 11, 12);
    v_cell := v_length - i;
    exit when v_seen + v_here > v_above;
    v_seen := v_seen + v_here;
  end loop;
  -- The sixteen buckets of that cell, highest first.
  v_digits := p_fine::text;
  v_length := 192 * (v_cell + 1);
  v_digits := left(right(lpad(v_digits, greatest(length(v_digits), v_length), '0'), v_length), 192);
  for i in 1..16 loop
    v_seen := v_seen + substr(v_digits, 12 * i - 11, 12)::bigint;
    if v_seen > v_above then
      -- The middle of bucket 16 cell + 16 - i: at most 1 % from both of its ends.
      return 2 * 1.02::double precision ^ (16 * v_cell + 17 - i) / 2.02 / 10000;
    end if;
  end loop;
end
$function$;

comment on function public.get_histogram_value(numeric,numeric,bigint,bigint,double precision) is 'The nearest-rank percentile of a histogram, within 1 % of the exact one; zero for the zero bucket, null without samples.';

grant execute on function public.get_histogram_value(numeric,numeric,bigint,bigint,double precision) to service_role;

CREATE OR REPLACE FUNCTION public.get_ingest_minutes(p_project_id integer, p_from bigint, p_to bigint)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with
  held as materialized (
    select minute.*
    from public.ingest_minutes as minute
    where minute.project_id = p_project_id and minute.minute_ms >= p_from and minute.minute_ms < p_to
  ),
  -- Over all processes.
  named as (
    select held.minute_ms, figure.key as name, sum(figure.value::numeric) as value
    from held
    cross join jsonb_each_text(held.counts) as figure
    group by held.minute_ms, figure.key
  ),
  minutes as (
    select named.minute_ms, jsonb_object_agg(named.name, named.value) as counts
    from named
    group by named.minute_ms
  ),
  lags as (
    select figure.key as bucket, sum(figure.value::numeric) as value
    from held
    cross join jsonb_each_text(held.lag_ms) as figure
    group by figure.key
  ),
  batches as (
    select figure.key as bucket, sum(figure.value::numeric) as value
    from held
    cross join jsonb_each_text(held.batch_rows) as figure
    group by figure.key
  )
  select jsonb_build_object(
    'minutes', coalesce(
      (select jsonb_agg(jsonb_build_object('minute_ms', m.minute_ms, 'counts', m.counts) order by m.minute_ms) from minutes as m),
      '[]'
    ),
    'lag_ms', coalesce((select jsonb_object_agg(lags.bucket, lags.value) from lags), '{}'),
    'batch_rows', coalesce((select jsonb_object_agg(batches.bucket, batches.value) from batches), '{}'),
    'instances', (select count(distinct held.instance_id) from held)
  )
$function$;

comment on function public.get_ingest_minutes(integer,bigint,bigint) is 'What all processes counted of a project in [p_from, p_to), as one object: {"minutes": [{minute_ms, counts}], "lag_ms", "batch_rows", "instances"}. Quiet minutes are left out; histograms are merged over the range.';

grant execute on function public.get_ingest_minutes(integer,bigint,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.get_instant_reach(p_masks integer[], p_step_count integer)
 RETURNS integer[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_any     integer := (select bit_or(m) from unnest(p_masks) as m);
  v_simple  boolean := (select bool_and(m & (m - 1) = 0) from unnest(p_masks) as m);
  v_masks   integer[];
  v_reach   integer[] := '{}';
  v_owner   integer[];    -- by row: the step it serves, 0 for none
  v_from    integer[];    -- by row: the step that found it in the current search, 0 when not yet found
  v_queue   integer[];
  v_row     integer;
  v_step    integer;
  v_free    integer;
  v_next    integer;
begin
  -- more copies of a row than there are steps serve nothing
  select coalesce(array_agg(c.mask), '{}') into v_masks
  from (
    select m as mask, row_number() over (partition by m) as copy from unnest(p_masks) as m where m <> 0
  ) as c
  where c.copy <= p_step_count;

  for j in 0..p_step_count loop
    v_next := j;
    v_owner := array_fill(0, array[cardinality(v_masks)]);
    while v_next < p_step_count and v_any & (1 << v_next) <> 0 loop
      -- rows that match one step each cannot be wanted twice
      if not v_simple then
        -- give step v_next + 1 a row, moving earlier steps to other rows if need be (augmenting path of a bipartite matching)
        v_from := array_fill(0, array[cardinality(v_masks)]);
        v_queue := array[v_next + 1];
        v_free := 0;
        while v_free = 0 and cardinality(v_queue) > 0 loop
          v_step := v_queue[1];
          v_queue := v_queue[2:];
          for i in 1..cardinality(v_masks) loop
            if v_from[i] = 0 and v_masks[i] & (1 << (v_step - 1)) <> 0 then
              v_from[i] := v_step;
              if v_owner[i] = 0 then
                v_free := i;
                exit;
              end if;
              v_queue := v_queue || v_owner[i];
            end if;
          end loop;
        end loop;
        exit when v_free = 0;
        while v_free <> 0 loop
          v_step := v_from[v_free];
          v_row := coalesce(array_position(v_owner, v_step), 0);
          v_owner[v_free] := v_step;
          v_free := v_row;
        end loop;
      end if;
      v_next := v_next + 1;
    end loop;
    v_reach := v_reach || v_next;
  end loop;
  return v_reach;
end
$function$;

comment on function public.get_instant_reach(integer[],integer) is 'For each step of a funnel the furthest step that distinct rows of one instant lead to from there.';

grant execute on function public.get_instant_reach(integer[],integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_last_days(p_until bigint, p_days integer, p_timezone text)
 RETURNS bigint[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- A zone may skip a day, and days may have 25 hours.
  select b.bounds[cardinality(b.bounds) - p_days : cardinality(b.bounds) - 1]
  from (
    select public.get_time_bounds(p_until - (p_days + 3) * 90000000::bigint, p_until, 'day', p_timezone) as bounds
  ) as b
$function$;

comment on function public.get_last_days(bigint,integer,text) is 'The starts (ms) of the last local days, that of p_until - 1 ms the last of them.';

grant execute on function public.get_last_days(bigint,integer,text) to service_role;

CREATE OR REPLACE FUNCTION public.get_lifecycle(p_project_id integer, p_from bigint, p_to bigint, p_until bigint, p_interval text, p_timezone text, p_week_start text DEFAULT 'monday'::text, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_interval, p_timezone, p_week_start);
  v_to     bigint := least(v_bounds[cardinality(v_bounds)], p_until);
  v_starts bigint[] := (select coalesce(array_agg(s order by s), '{}') from unnest(v_bounds) as s where s < v_to);
  v_before bigint;
  v_answer jsonb;
begin
  if cardinality(v_starts) = 0 then
    return '{"bounds": [], "series": []}';
  end if;
  v_before := (public.get_time_bounds(v_bounds[1] - 1, v_bounds[1], p_interval, p_timezone, p_week_start))[1];
  execute format(
    $query$
      with
      -- position 1 is all time, 2 the interval before the first
      bits as materialized (%1$s),
      grid as (
        select k.chunk, p.position, coalesce(b.people, repeat('0', 8192)::bit(8192)) as people
        from (select distinct chunk from bits) as k
        cross join generate_series(1, %2$s) as p (position)
        left join bits as b on b.chunk = k.chunk and b.position = p.position
      ),
      known as (
        select
          g.position, g.people,
          lag(g.people) over (partition by g.chunk order by g.position) as before,
          bit_or(g.people) over (
            partition by g.chunk order by g.position rows between unbounded preceding and 1 preceding
          ) as ever
        from grid as g
      ),
      point as (
        select
          k.position,
          sum(bit_count(k.people & ~k.ever)) as new,
          sum(bit_count(k.people & k.before)) as returning,
          sum(bit_count(k.people & k.ever & ~k.before)) as resurrecting,
          sum(bit_count(k.before & ~k.people)) as dormant
        from known as k
        where k.position > 2
        group by k.position
      )
      select jsonb_agg(
        jsonb_build_array(
          coalesce(p.new, 0), coalesce(p.returning, 0), coalesce(p.resurrecting, 0), coalesce(p.dormant, 0)
        ) order by s.position
      )
      from generate_series(3, %2$s) as s (position)
      left join point as p on p.position = s.position
    $query$,
    public.build_people_bits(
      p_project_id, -62135596800000 || (v_before || v_starts || v_to), '[{"event": "*"}]', p_filters, p_include_bots
    ),
    cardinality(v_starts) + 2
  )
  into v_answer;
  return jsonb_build_object('bounds', v_bounds[:cardinality(v_starts) + 1], 'series', v_answer);
end
$function$;

comment on function public.get_lifecycle(integer,bigint,bigint,bigint,text,text,text,jsonb,boolean) is 'Per local day, week or month the people who are new, returning, resurrecting, and the dormant ones.';

grant execute on function public.get_lifecycle(integer,bigint,bigint,bigint,text,text,text,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_live(p_project_id integer, p_now bigint, p_after bigint DEFAULT NULL::bigint, p_limit integer DEFAULT 100)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  with
  seen as materialized (
    select
      e.timestamp, e.id, e.person_id, e.event, e.route, e.country, e.device,
      (extract(epoch from raw.created_at) * 1000000)::bigint as arrived
    from public.person_events as e
    inner join public.user_events as raw
      on raw.project_id = e.project_id and raw.timestamp = e.timestamp and raw.actor_id = e.actor_id and raw.id = e.id
    where
      e.project_id = p_project_id
      and raw.project_id = p_project_id
      -- 30 whole minutes and a little of the future: clocks differ
      and e.timestamp >= p_now / 60000 * 60000 - 1740000
      and e.timestamp < p_now + 60000
      and raw.timestamp >= p_now / 60000 * 60000 - 1740000
      and raw.timestamp < p_now + 60000
      and e.bot_reasons is null
  )
  select jsonb_build_object(
    'nowMs', p_now,
    'online', (select count(distinct s.person_id) from seen as s where s.timestamp > p_now - 300000),
    'people', (select count(distinct s.person_id) from seen as s),
    'minutes', (
      select jsonb_agg(jsonb_build_object('startMs', m.start_ms, 'events', coalesce(t.events, 0)) order by m.start_ms)
      from generate_series(p_now / 60000 * 60000 - 1740000, p_now / 60000 * 60000, 60000) as m (start_ms)
      left join (
        -- what is ahead of our clock belongs to the present minute
        select least(s.timestamp, p_now) / 60000 * 60000 as start_ms, count(*) as events
        from seen as s
        group by 1
      ) as t on t.start_ms = m.start_ms
    ),
    'pages', (
      select coalesce(jsonb_agg(to_jsonb(p) order by p.count desc, p.route collate "C"), '[]')
      from (
        select s.route, count(*) as count, count(distinct s.person_id) as people
        from seen as s
        where s.event = '$pageview' and s.route is not null
        group by s.route
        order by count(*) desc, s.route collate "C"
        limit 10
      ) as p
    ),
    'countries', (
      select coalesce(jsonb_agg(to_jsonb(c) order by c.people desc, c.country collate "C"), '[]')
      from (
        select s.country, count(distinct s.person_id) as people
        from seen as s
        where s.person_id is not null
        group by s.country
        order by count(distinct s.person_id) desc, s.country collate "C"
        limit 10
      ) as c
    ),
    'events', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'id', a.id, 'timestampMs', a.timestamp, 'event', a.event, 'route', a.route, 'country', a.country, 'device', a.device
          )
          order by a.arrived desc, a.timestamp desc, a.id desc
        ),
        '[]'
      )
      from (
        select *
        from seen as s
        where s.person_id is not null and (p_after is null or s.arrived >= p_after - 5000000)
        order by s.arrived desc, s.timestamp desc, s.id desc
        limit p_limit
      ) as a
    ),
    'cursor', (select greatest(p_after, max(s.arrived), 0) from seen as s where s.person_id is not null)::text
  )
$function$;

comment on function public.get_live(integer,bigint,bigint,integer) is 'The last 30 minutes: people online, events per minute, pages, countries, and what arrived since p_after, as one jsonb value.';

grant execute on function public.get_live(integer,bigint,bigint,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_member_project_ids()
 RETURNS integer[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(array_agg(member.project_id), '{}')
  from public.members as member
  where member.user_id = auth.uid()
$function$;

comment on function public.get_member_project_ids() is 'Ids of the projects in which the signed-in person has any role. Empty without a session.';

grant execute on function public.get_member_project_ids() to authenticated;

grant execute on function public.get_member_project_ids() to service_role;

CREATE OR REPLACE FUNCTION public.get_members(p_project_id integer)
 RETURNS TABLE(user_id uuid, email text, role text, created_at timestamp with time zone)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select member.user_id, member.email, member.role, member.created_at
  from public.members as member
  where member.project_id = p_project_id
  order by member.created_at, member.user_id
$function$;

comment on function public.get_members(integer) is 'The members of a project, the oldest first.';

grant execute on function public.get_members(integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_memberships(p_user_id uuid)
 RETURNS TABLE(project_id integer, slug text, name text, role text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select project.id, project.slug, project.name, member.role
  from public.members as member
  join public.projects as project on project.id = member.project_id
  where member.user_id = p_user_id
  order by project.id
$function$;

comment on function public.get_memberships(uuid) is 'The projects in which a person has a role, and that role.';

grant execute on function public.get_memberships(uuid) to service_role;

CREATE OR REPLACE FUNCTION public.get_named_funnels(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_window_ms bigint DEFAULT 1209600000, p_limit integer DEFAULT 50)
 RETURNS TABLE(funnel text, step_index integer, step text, people bigint)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
 SET enable_mergejoin TO 'off'
 SET jit TO 'off'
 SET work_mem TO '64MB'
 SET random_page_cost TO '1.1'
AS $function$
#variable_conflict use_column
declare
  v_filter  text := public.build_filter(p_project_id, p_filters - 'event');
  v_who     text := 'e.person_id is not null and ' || v_filter || case when p_include_bots then '' else ' and e.bot_reasons is null' end;
  v_plan    record;
  v_gaps    text;
  v_funnels text[];
  v_steps   text[];
  v_places  integer;     -- steps of the funnel that has most
  v_count   integer;     -- of which so many are shown
begin
  if p_include_bots or v_filter <> 'true' then
    select '{}'::integer[] as wholes, '{}'::integer[] as parts, int8multirange(int8range(p_from, greatest(p_to, p_from))) as gaps into v_plan;
  else
    select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
  end if;
  v_gaps := public.build_gap_rows(
    p_project_id, v_plan.gaps, 'person_conversions', 'e.funnel, e.step, e.person_id, e.timestamp', v_who
  );
  -- every funnel and step that may occur, as numbers: rows are sorted and compared by these
  execute format(
    $query$
      select
        coalesce(array_agg(k.funnel), '{}'), coalesce(array_agg(k.step), '{}'),
        coalesce((
          select max(f.step_count)
          from (select count(*) as step_count from unnest(array_agg(k.funnel)) as each (funnel) group by each.funnel) as f
        ), 1)
      from (
        select held.event as funnel, held.route as step
        from public.slice_events as held
        where held.slice_id = any (%1$L::integer[]) and held.is_conversion
        union
        select e.funnel, e.step from (%2$s) as e
        union
        select f.name, s.step
        from public.funnels as f
        cross join lateral jsonb_array_elements_text(
          case jsonb_typeof(f.definition -> 'steps') when 'array' then f.definition -> 'steps' else '[]' end
        ) as s (step)
        where f.project_id = %3$L::integer
      ) as k
    $query$,
    v_plan.wholes || v_plan.parts, v_gaps, p_project_id
  ) into v_funnels, v_steps, v_places;
  -- as many levels as the longest funnel needs, so that three steps are not planned as twenty
  v_count := least(20, v_places);

  return query execute format(
    $query$
      with
      kind as materialized (
        select
          k.funnel, k.step, dense_rank() over (order by k.funnel)::integer as funnel_number,
          row_number() over (partition by k.funnel)::integer as place, s.position
        from unnest($2, $3) as k (funnel, step)
        left join (
          select f.name, s.step, min(s.position)::integer as position
          from public.funnels as f
          cross join lateral jsonb_array_elements_text(
            case jsonb_typeof(f.definition -> 'steps') when 'array' then f.definition -> 'steps' else '[]' end
          ) with ordinality as s (step, position)
          where f.project_id = %1$L::integer
          group by f.name, s.step
        ) as s on s.name = k.funnel and s.step = k.step
      ),
      -- persons are numbers where slices are read
      row as materialized (
        select k.funnel_number, k.place, e.person, e.timestamp
        from (select e.funnel, e.step, %2$s as person, e.timestamp from (%3$s) as e) as e
        inner join kind as k on k.funnel = e.funnel and k.step = e.step
        union all
        select h.funnel_number, h.place, hit.person, h.start_ms + hit.offset_ms
        from (
          select k.funnel_number, k.place, slice.start_ms, held.people, held.offsets
          from public.slices as slice
          inner join public.slice_events as held on held.slice_id = slice.id and held.is_conversion
          inner join kind as k on k.funnel = held.event and k.step = held.route
          where slice.id = any (%4$L::integer[])
        ) as h
        cross join lateral unnest(h.people, h.offsets) as hit (person, offset_ms)
        where
          hit.person >= 0
          and h.start_ms + hit.offset_ms >= %5$L::bigint and h.start_ms + hit.offset_ms < %6$L::bigint
      ),
      -- when a person did the steps of a funnel first and last, by their places
      time as materialized (
        select r.funnel_number, r.person, min(r.timestamp) as begun_ms, array[%7$s] as firsts, array[%8$s] as lasts
        from row as r
        group by r.funnel_number, r.person
      ),
      entered as materialized (
        select t.funnel_number, count(*) as people from time as t group by t.funnel_number
      ),
      -- the order of a funnel that has none of its own
      several as materialized (
        select t.funnel_number, t.begun_ms, t.firsts
        from time as t
        where
          num_nonnulls(variadic t.firsts) > 1
          and t.funnel_number <> all (array(select k.funnel_number from kind as k where k.position is not null))
      ),
      ranked as materialized (
        select o.funnel_number, o.place, percentile_cont(0.5) within group (order by o.offset_ms) as median_offset_ms
        from (%9$s) as o
        where o.offset_ms is not null
        group by o.funnel_number, o.place
      ),
      candidate as (
        select k.*, r.median_offset_ms, count(*) over (partition by k.funnel_number, r.median_offset_ms) > 1 as is_tied
        from kind as k
        left join ranked as r on r.funnel_number = k.funnel_number and r.place = k.place
        where
          k.funnel_number <> all (array(select saved.funnel_number from kind as saved where saved.position is not null))
          and exists (select from time as t where t.funnel_number = k.funnel_number and t.firsts[k.place] is not null offset 0)
      ),
      definition as materialized (
        select
          d.funnel_number, d.funnel, d.step, d.place,
          row_number() over (
            partition by d.funnel_number order by d.position, d.median_offset_ms nulls last, d.median_first_ms, d.step
          )::integer as step_index
        from (
          select k.funnel_number, k.funnel, k.step, k.place, k.position, null as median_offset_ms, null as median_first_ms
          from kind as k
          where k.position is not null
          union all
          select
            c.funnel_number, c.funnel, c.step, c.place, null, c.median_offset_ms,
            -- asked for rarely, and the longest sort of all
            case when c.is_tied then (
              select percentile_cont(0.5) within group (order by t.firsts[c.place])
              from time as t
              where t.funnel_number = c.funnel_number
            ) end
          from candidate as c
        ) as d
      ),
      bound as (
        select t.funnel_number, t.person, %10$s
        from time as t
        inner join (
          select d.funnel_number, array_agg(d.place order by d.step_index) as places from definition as d group by d.funnel_number
        ) as o on o.funnel_number = t.funnel_number
      ),
      verdict as materialized (%11$s),
      undecided as materialized (
        select v.funnel_number, v.person from verdict as v where v.reached is null
      ),
      instant as (
        select
          h.funnel_number, h.person, h.timestamp, bit_or(h.mask) as mask,
          case when count(*) > 1 then public.get_instant_reach(array_agg(h.mask), %12$s) end as reach
        from (
          select r.funnel_number, r.person, r.timestamp, 1 << (d.step_index - 1) as mask
          from (
            select r.* from row as r inner join undecided as u on u.funnel_number = r.funnel_number and u.person = r.person offset 0
          ) as r
          inner join definition as d on d.funnel_number = r.funnel_number and d.place = r.place
          where d.step_index <= %12$s
        ) as h
        group by h.funnel_number, h.person, h.timestamp
      ),
      furthest as materialized (
        select f.funnel_number, f.reached, count(*) as people
        from (
          select v.funnel_number, v.reached from verdict as v where v.reached is not null
          union all
          select h.funnel_number, max(%13$s) from (%14$s) as h group by h.funnel_number, h.person
        ) as f
        group by f.funnel_number, f.reached
      ),
      shown as (
        select d.funnel_number, d.funnel, coalesce(e.people, 0) as people
        from definition as d
        left join entered as e on e.funnel_number = d.funnel_number
        group by d.funnel_number, d.funnel, e.people
        order by 3 desc, d.funnel
        limit $4
      )
      select
        d.funnel, d.step_index, d.step,
        (
          select coalesce(sum(f.people), 0)::bigint
          from furthest as f
          where f.funnel_number = d.funnel_number and f.reached >= d.step_index
        )
      from shown as s
      inner join definition as d on d.funnel_number = s.funnel_number
      where d.step_index <= %12$s
      order by s.people desc, d.funnel, d.step_index
    $query$,
    p_project_id, public.build_person(p_project_id, v_plan.wholes <> '{}' or v_plan.parts <> '{}'), v_gaps,
    v_plan.wholes || v_plan.parts, p_from, p_to,
    (select string_agg(format('min(r.timestamp) filter (where r.place = %s)', k), ', ') from generate_series(1, v_places) as k),
    (select string_agg(format('max(r.timestamp) filter (where r.place = %s)', k), ', ') from generate_series(1, v_places) as k),
    (
      select string_agg(
        format('select t.funnel_number, %1$s as place, t.firsts[%1$s] - t.begun_ms as offset_ms from several as t', k), ' union all '
      )
      from generate_series(1, v_places) as k
    ),
    (
      select string_agg(format('t.firsts[o.places[%1$s]] as f%1$s, t.lasts[o.places[%1$s]] as z%1$s', k), ', ')
      from generate_series(1, v_count) as k
    ),
    public.build_funnel_bounds('funnel_number, person', v_count), v_count,
    (
      select 'case ' || string_agg(format('when x%1$s is not null then %1$s', k), ' ' order by k desc) || ' end'
      from generate_series(1, v_count) as k
    ),
    public.build_funnel_chain('funnel_number, person', v_count)
  )
  using p_window_ms, v_funnels, v_steps, p_limit;
end
$function$;

comment on function public.get_named_funnels(integer,bigint,bigint,jsonb,boolean,bigint,integer) is 'People per step of the named funnels, ordered, within a total window; one row per funnel and step.';

grant execute on function public.get_named_funnels(integer,bigint,bigint,jsonb,boolean,bigint,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_own_hosts(p_project_id integer)
 RETURNS text[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(array_agg(distinct public.to_referrer_host(origin) order by public.to_referrer_host(origin)), '{}')
  from public.projects as project
  cross join lateral unnest(project.allowed_origins) as origin
  where project.id = p_project_id and public.to_referrer_host(origin) is not null
$function$;

comment on function public.get_own_hosts(integer) is 'The hosts of the origins that a project allows: no referrers, but its own pages.';

grant execute on function public.get_own_hosts(integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_paths(p_project_id integer, p_from bigint, p_to bigint, p_anchor jsonb, p_direction text, p_depth integer, p_branches integer, p_by text, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET work_mem TO '64MB'
 SET enable_mergejoin TO 'off'
 SET jit TO 'off'
AS $function$
declare
  v_walks  text;
  -- At each depth a target is 1..p_branches when it is named, one more for the others, two more for the exit; a source likewise. Who went
  -- where is a bit of the person: one for each node and each link, in rows of as many bits as there are targets, and no row in two words.
  c_other  constant integer := p_branches + 1;
  c_exit   constant integer := p_branches + 2;
  c_rows   constant integer := 63 / c_exit;
  v_bits   text;          -- (depth, source, target, word, bit); source 0 for a node
  v_words  integer;
  v_answer jsonb;
begin
  if p_direction not in ('after', 'before') or p_by not in ('event', 'page')
    or p_depth not between 1 and 5 or p_branches not between 1 and 10
  then
    raise exception 'unknown kind of path' using errcode = '22023';
  end if;
  v_walks := case
    when p_include_bots or public.build_filter(p_project_id, p_filters) <> 'true'
      or p_anchor is not null and not public.is_slice_step(p_anchor)
      then public.build_raw_walks(p_project_id, p_from, p_to, p_anchor, p_direction, p_depth, p_by, p_filters, p_include_bots)
    else public.build_visit_walks(p_project_id, p_from, p_to, p_anchor, p_direction, p_depth, p_by)
  end;
  -- rows: the nodes of each depth, then the links to each depth from each source
  v_words := (p_depth + (p_depth - 1) * c_other + c_rows - 1) / c_rows;

  execute format(
    $query$
      with
      %1$s,
      trail as materialized (
        select s.steps, array_agg(s.person) as people, count(*)::integer as sessions
        from session as s
        group by s.steps
      ),
      -- the values that are named at each depth
      named as materialized (
        select r.depth, r.symbol, r.value, r.position
        from (
          select c.depth, c.symbol, y.value, row_number() over (partition by c.depth order by c.sessions desc, y.value collate "C") as position
          from (
            select d.depth, substr(t.steps, d.depth, 1) as symbol, sum(t.sessions) as sessions
            from trail as t
            inner join generate_series(1, %2$s) as d (depth) on d.depth <= length(t.steps)
            group by 1, 2
          ) as c
          inner join symbol as y on y.symbol = c.symbol and y.is_page = (%3$L = 'page')
        ) as r
        where r.position <= %4$s
      ),
      name as materialized (
        select array_agg(coalesce(n.symbols, '') order by d.depth) as symbols
        from generate_series(1, %2$s) as d (depth)
        left join (
          select n.depth, string_agg(n.symbol, '' order by n.position) as symbols from named as n group by n.depth
        ) as n on n.depth = d.depth
      ),
      pooled as materialized (
        select t.people, t.sessions, %5$s
        from trail as t
        cross join name as n
      ),
      -- few ways once all others are pooled
      way as materialized (
        select w.*, %6$s
        from (
          select %7$s, sum(p.sessions)::bigint as sessions from pooled as p group by %7$s
        ) as w
      ),
      person as materialized (
        select m.person, %8$s
        from (
          select unnest(p.people) as person, %9$s
          from pooled as p
          inner join way as w on %10$s
        ) as m
        group by m.person
      ),
      -- people by word and bit
      crowd as materialized (
        select c.word, bit.bit::integer - 1 as bit, bit.people
        from (%11$s) as c
        cross join lateral unnest(c.people) with ordinality as bit (people, bit)
      ),
      stop as materialized (
        select s.depth, s.source, s.target, c.people, s.sessions
        from (
          select
            s.depth, s.source, s.target, sum(s.sessions)::bigint as sessions,
            case when s.source = 0 then s.depth - 1 else %2$s + (s.depth - 2) * %12$s + s.source - 1 end as row
          from (%13$s) as s
          where s.target is not null
          group by s.depth, s.source, s.target
        ) as s
        inner join crowd as c on c.word = s.row / %14$s and c.bit = s.row %% %14$s * %15$s + s.target - 1
      ),
      kind_of (target, kind) as (
        values (0, 'anchor'), (%12$s, 'other'), (%15$s, 'exit')
      ),
      walked_all as materialized (
        select (select count(*) from person) as people, (select coalesce(sum(t.sessions), 0) from trail as t) as sessions
      ),
      node as (
        select s.depth, s.target, s.people, s.sessions from stop as s where s.source = 0
        union all
        select 0, 0, a.people, a.sessions from walked_all as a where a.sessions > 0
      ),
      -- to the first depth everybody comes from the anchor
      link as (
        select s.depth, s.source, s.target, s.people, s.sessions from stop as s where s.source > 0 or s.depth = 1
      )
      select jsonb_build_object(
        'total', (select to_jsonb(t) from %16$s as t),
        'anchored', (select to_jsonb(a) from walked_all as a),
        'nodes', (
          select coalesce(
            jsonb_agg(
              jsonb_build_object(
                'depth', n.depth, 'kind', coalesce(k.kind, 'value'), 'value', v.value, 'people', n.people, 'sessions', n.sessions
              )
            ),
            '[]'
          )
          from node as n
          left join kind_of as k on k.target = n.target
          left join named as v on v.depth = n.depth and v.position = n.target
        ),
        'links', (
          select coalesce(
            jsonb_agg(
              jsonb_build_object(
                'depth', l.depth,
                'sourceKind', coalesce(f.kind, 'value'), 'source', s.value,
                'targetKind', coalesce(k.kind, 'value'), 'target', v.value,
                'people', l.people, 'sessions', l.sessions
              )
            ),
            '[]'
          )
          from link as l
          left join kind_of as f on f.target = l.source
          left join named as s on s.depth = l.depth - 1 and s.position = l.source
          left join kind_of as k on k.target = l.target
          left join named as v on v.depth = l.depth and v.position = l.target
        )
      )
    $query$,
    v_walks, p_depth, p_by, p_branches,
    -- pooled: the target at each depth
    (
      select string_agg(
        format(
          'case
             when length(t.steps) >= %1$s then coalesce(nullif(strpos(n.symbols[%1$s], substr(t.steps, %1$s, 1)), 0), %2$s)
             when length(t.steps) = %1$s - 1 then %3$s
           end as p%1$s',
          d, c_other, c_exit
        ),
        ', '
      )
      from generate_series(1, p_depth) as d
    ),
    -- way: its bits in each word
    (
      select string_agg(
        (
          select string_agg(
            format(
              'case when w.p%1$s is not null and (%2$s) / %3$s = %4$s then 1::bigint << ((%2$s) %% %3$s * %5$s + w.p%1$s - 1) else 0 end',
              row.depth, row.row, c_rows, k, c_exit
            ),
            ' | '
          )
          from (
            select d as depth, (d - 1)::text as row from generate_series(1, p_depth) as d
            union all
            select d, format('%s + w.p%s - 1', p_depth + (d - 2) * c_other, d - 1) from generate_series(2, p_depth) as d
          ) as row
        ) || ' as w' || k,
        ', '
      )
      from generate_series(0, v_words - 1) as k
    ),
    (select string_agg(format('p.p%s', d), ', ') from generate_series(1, p_depth) as d),
    (select string_agg(format('bit_or(m.w%1$s) as w%1$s', k), ', ') from generate_series(0, v_words - 1) as k),
    (select string_agg(format('w.w%s', k), ', ') from generate_series(0, v_words - 1) as k),
    -- once an exit has come there is nothing further: 0 for it on both sides
    (select string_agg(format('coalesce(w.p%1$s, 0) = coalesce(p.p%1$s, 0)', d), ' and ') from generate_series(1, p_depth) as d),
    (
      select string_agg(
        format(
          'select %1$s as word, array[%2$s] as people from (select p.w%1$s as word, count(*)::integer as people from person as p group by p.w%1$s) as g',
          k,
          (
            select string_agg(format('coalesce(sum(g.people) filter (where g.word & %s::bigint <> 0), 0)', 1::bigint << b), ', ' order by b)
            from generate_series(0, c_rows * c_exit - 1) as b
          )
        ),
        ' union all '
      )
      from generate_series(0, v_words - 1) as k
    ),
    c_other,
    (
      select string_agg(
        format('select %1$s as depth, %2$s as source, w.p%1$s as target, w.sessions from way as w', s.depth, s.source), ' union all '
      )
      from (
        select d as depth, '0' as source from generate_series(1, p_depth) as d
        union all
        select d, format('w.p%s', d - 1) from generate_series(2, p_depth) as d
      ) as s
    ),
    c_rows, c_exit, case when p_anchor is null then 'walked_all' else 'total' end
  ) into v_answer;
  return v_answer;
end
$function$;

comment on function public.get_paths(integer,bigint,bigint,jsonb,text,integer,integer,text,jsonb,boolean) is 'What sessions did after an anchor, or before it: nodes and links by depth with people and sessions, as one jsonb value.';

grant execute on function public.get_paths(integer,bigint,bigint,jsonb,text,integer,integer,text,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_people_by_count(p_sets bit[])
 RETURNS TABLE(times integer, people bit)
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  c_nobody constant bit(32768) := repeat('0', 32768)::bit(32768);
  v_digits bit(32768)[] := '{}';
  v_carry  bit(32768);
  v_both   bit(32768);
  v_sets   bit(32768)[];
  v_times  integer[] := '{0}';
  v_halves bit(32768)[];
  v_counts integer[];
  v_half   bit(32768);
begin
  v_sets := array[~c_nobody];
  foreach v_carry in array p_sets loop
    for v_digit in 1..cardinality(v_digits) + 1 loop
      exit when v_carry = c_nobody;
      v_both := coalesce(v_digits[v_digit], c_nobody) & v_carry;
      v_digits[v_digit] := coalesce(v_digits[v_digit], c_nobody) # v_carry;
      v_carry := v_both;
    end loop;
  end loop;
  for v_digit in reverse cardinality(v_digits)..1 loop
    v_halves := '{}';
    v_counts := '{}';
    for v_each in 1..cardinality(v_sets) loop
      v_half := v_sets[v_each] & ~v_digits[v_digit];
      if v_half <> c_nobody then
        v_halves := v_halves || v_half;
        v_counts := v_counts || 2 * v_times[v_each];
      end if;
      v_half := v_sets[v_each] & v_digits[v_digit];
      if v_half <> c_nobody then
        v_halves := v_halves || v_half;
        v_counts := v_counts || 2 * v_times[v_each] + 1;
      end if;
    end loop;
    v_sets := v_halves;
    v_times := v_counts;
  end loop;
  return query
    select each.times, each.people
    from unnest(v_times, v_sets) as each (times, people)
    where each.times > 0;
end
$function$;

comment on function public.get_people_by_count(bit[]) is 'Who is in exactly so many of these sets, from 1 on; no row where nobody is.';

grant execute on function public.get_people_by_count(bit[]) to service_role;

CREATE OR REPLACE FUNCTION public.get_person(p_project_id integer, p_person_id bigint)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  select jsonb_build_object(
    'personId', p_person_id::text,
    'userId', profile.user_id,
    'externalId', coalesce(profile.external_id, profile.user_id::text),
    'traits', coalesce(profile.traits, '{}'),
    'actors', (
      select count(*)
      from public.actor_person as link
      where link.project_id = p_project_id and uuid_hash_extended(link.person_id, 0) = p_person_id
    ),
    'firstSeenMs', (extract(epoch from profile.first_seen) * 1000)::bigint,
    'lastSeenMs', (extract(epoch from profile.last_activity) * 1000)::bigint,
    'events', profile.total_events
  )
  from (select) as nobody
  left join public.user_profiles as profile
    on profile.project_id = p_project_id and uuid_hash_extended(profile.actor_id, 0) = p_person_id
$function$;

comment on function public.get_person(integer,bigint) is 'Profile of a person and how many actors are them; nulls for somebody who never signed in.';

grant execute on function public.get_person(integer,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.get_person_actors(p_project_id integer, p_actor_ids uuid[])
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with
  persons as (
    select coalesce(link.person_id, named.actor_id) as actor_id
    from unnest(p_actor_ids) as named (actor_id)
    left join public.actor_person as link on link.project_id = p_project_id and link.actor_id = named.actor_id
  ),
  linked as materialized (
    select persons.actor_id from persons
    union
    select named.actor_id from unnest(p_actor_ids) as named (actor_id)
    union
    select link.actor_id
    from public.actor_person as link
    where link.project_id = p_project_id and link.person_id in (select persons.actor_id from persons)
  ),
  -- Named by an identify call that made no link, such as a marked bot's, and linked to nobody else.
  claimed as (
    select call.linked_actor_id as actor_id
    from public.identifications as call
    where call.project_id = p_project_id
      and call.actor_id in (select linked.actor_id from linked)
      and call.linked_actor_id is not null
      and not exists (
        select
        from public.actor_person as other
        where other.project_id = p_project_id and other.actor_id = call.linked_actor_id
      )
  ),
  everyone as (
    select linked.actor_id from linked
    union
    select claimed.actor_id from claimed
  )
  select array_agg(
    everyone.actor_id
    order by everyone.actor_id in (select persons.actor_id from persons) desc, everyone.actor_id
  )
  from everyone
  -- Measurements without a user have this actor: they are nobody's.
  where everyone.actor_id <> '00000000-0000-0000-0000-000000000000'
$function$;

comment on function public.get_person_actors(integer,uuid[]) is 'Every actor that is the same person as one of those given, the person''s own first; themselves when nothing is known. Null without any.';

grant execute on function public.get_person_actors(integer,uuid[]) to service_role;

CREATE OR REPLACE FUNCTION public.get_person_condition(p_table text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- An identify call is about both of its actors.
  select case
    when p_table = 'identifications' then '(held.actor_id = any ($2) or held.linked_actor_id = any ($2))'
    else 'held.actor_id = any ($2)'
  end
$function$;

comment on function public.get_person_condition(text) is 'Which rows of a raw table, called held, are about the actors $2.';

grant execute on function public.get_person_condition(text) to service_role;

CREATE OR REPLACE FUNCTION public.get_person_ids(p_project_id integer, p_people bigint[])
 RETURNS TABLE(person bigint, person_id bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select p.person, coalesce(known.person_id, p.person)
  from unnest(p_people) as p (person)
  left join public.person_numbers as known
    on p.person between 0 and 2147483647
    and known.project_id = p_project_id
    and known.number = case when p.person between 0 and 2147483647 then p.person::integer end
$function$;

comment on function public.get_person_ids(integer,bigint[]) is 'The person_id behind each person of build_step_hits, in the same statement.';

grant execute on function public.get_person_ids(integer,bigint[]) to service_role;

CREATE OR REPLACE FUNCTION public.get_person_records(p_project_id integer, p_actor_ids uuid[])
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'user_profiles', (
      select coalesce(jsonb_agg(to_jsonb(profile) order by profile.user_id), '[]')
      from public.user_profiles as profile
      where profile.project_id = p_project_id and profile.actor_id = any (p_actor_ids)
    ),
    'actor_person', (
      select coalesce(jsonb_agg(to_jsonb(link) order by link.actor_id), '[]')
      from public.actor_person as link
      where link.project_id = p_project_id and (link.actor_id = any (p_actor_ids) or link.person_id = any (p_actor_ids))
    ),
    'dead_letters', (
      select coalesce(
        jsonb_agg(
          public.to_export_row(to_jsonb(letter), p_actor_ids)
            || jsonb_build_object('content', public.to_export_row(letter.content, p_actor_ids))
          order by letter.letter_id
        ),
        '[]'
      )
      from public.dead_letters as letter
      where letter.project_id = p_project_id
        and (letter.actor_id = any (p_actor_ids) or letter.content ->> 'linked_actor_id' = any (p_actor_ids::text[]))
    )
  )
$function$;

comment on function public.get_person_records(integer,uuid[]) is 'What is kept of these actors besides raw rows, rows by table: profiles, links, dead letters.';

grant execute on function public.get_person_records(integer,uuid[]) to service_role;

CREATE OR REPLACE FUNCTION public.get_person_rows(p_project_id integer, p_actor_ids uuid[], p_table text, p_after jsonb, p_rows integer DEFAULT 200000, p_limit integer DEFAULT 1000)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_table regclass := public.to_person_table(p_table);
  v_from  bigint := coalesce((p_after ->> 'timestamp')::bigint, -62135596800000);
  v_end   bigint := public.get_window_end(p_project_id, v_table, v_from, p_rows);
  v_found jsonb;
begin
  if v_end is null then
    return '{"rows": [], "next": null}';
  end if;
  execute format(
    'with found as materialized (
       select held.*
       from %s as held
       where held.project_id = $1 and held.timestamp <= $4 and %s
         and (held.timestamp, held.actor_id, held.id) > ($3, $5, $6) and held.timestamp >= $3
       order by held.timestamp, held.actor_id, held.id
       limit $7
     )
     select jsonb_build_object(
       ''rows'', coalesce(
         jsonb_agg(public.to_export_row(to_jsonb(found), $2) order by found.timestamp, found.actor_id, found.id), ''[]''
       ),
       ''next'', case
         when count(*) = $7 then (
           select jsonb_build_object(''timestamp'', last.timestamp, ''actor_id'', last.actor_id, ''id'', last.id)
           from found as last order by last.timestamp desc, last.actor_id desc, last.id desc limit 1
         )
         else jsonb_build_object(''timestamp'', $4 + 1)
       end
     )
     from found',
    v_table, public.get_person_condition(p_table)
  ) into v_found using
    p_project_id, p_actor_ids, v_from, v_end,
    -- Below every key, so that a window begins with its first row.
    coalesce((p_after ->> 'actor_id')::uuid, '00000000-0000-0000-0000-000000000000'),
    coalesce((p_after ->> 'id')::uuid, '00000000-0000-0000-0000-000000000000'),
    p_limit;
  return v_found;
end
$function$;

comment on function public.get_person_rows(integer,uuid[],text,jsonb,integer,integer) is 'Rows of these actors in a raw table, whole, in key order: {"rows", "next"}. next is the p_after of the next call, null after the last. A call may give no rows and go on.';

grant execute on function public.get_person_rows(integer,uuid[],text,jsonb,integer,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_person_timeline(p_project_id integer, p_person_id bigint, p_before jsonb DEFAULT NULL::jsonb, p_limit integer DEFAULT 50, p_rows integer DEFAULT 500000)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
AS $function$
declare
  c_begin  constant bigint := -62135596800000;
  c_nobody constant uuid := '00000000-0000-0000-0000-000000000000';
  v_last   bigint := coalesce((p_before ->> 'timestamp')::bigint, 253402300799999);
  v_plan   record;
  v_number integer;
  v_slice  record;
  v_times  bigint[] := '{}'; -- the latest first
  -- from here on, exclusive of what is older, everything was looked through
  v_floor  bigint := c_begin;
  v_left   bigint := p_rows;
  v_gap    int8range;
  v_found  bigint;
  v_answer jsonb;
begin
  select * into v_plan from public.get_slice_plan(p_project_id, c_begin, v_last + 1, array[c_begin, v_last + 1]);

  select known.number into v_number
  from public.person_numbers as known
  where known.project_id = p_project_id and known.person_id = p_person_id;
  -- one more than the page has: at the instant of p_before there may be nothing left
  if v_number is not null then
    for v_slice in
      select slice.id, slice.start_ms
      from public.slices as slice
      where
        slice.id = any (v_plan.wholes || v_plan.parts)
        and exists (
          select
          from public.slice_people as held
          where
            held.slice_id = slice.id and held.dim in ('any', 'converted')
            and case held.chunk
              when v_number >> 15 then get_bit(held.people, v_number & 32767) = 1
              when -1 then held.numbers @> array[v_number]
            end
        )
      order by slice.start_ms desc
    loop
      v_times := v_times || array(
        select distinct v_slice.start_ms + hit.offset_ms
        from public.slice_events as held
        -- people stand in order: a person's hits are one stretch, and both its ends are found by halving
        cross join lateral (
          select width_bucket(v_number - 1, held.people) as before, width_bucket(v_number, held.people) as last
        ) as place
        cross join lateral unnest(held.offsets[place.before + 1 : place.last]) as hit (offset_ms)
        where held.slice_id = v_slice.id and place.last > place.before and v_slice.start_ms + hit.offset_ms <= v_last
        order by 1 desc
        limit p_limit + 1
      );
      exit when cardinality(v_times) > p_limit;
    end loop;
    if cardinality(v_times) > p_limit then
      v_times := v_times[1 : p_limit + 1];
      v_floor := v_times[p_limit + 1];
    end if;
  end if;

  for v_gap in
    select g.span from unnest(v_plan.gaps) as g (span) where upper(g.span) > v_floor order by lower(g.span) desc
  loop
    -- a row of an earlier instant than the first, so that each call gets further
    select head.timestamp into v_found
    from public.user_events as head
    where
      head.project_id = p_project_id and head.timestamp >= lower(v_gap) and head.timestamp < upper(v_gap)
      and head.timestamp < v_last
    order by head.timestamp desc
    offset v_left - 1
    limit 1;
    if v_found is not null then
      v_floor := greatest(v_floor, v_found);
      exit;
    end if;
    v_left := v_left - (
      select count(*)
      from public.user_events as seen
      where
        seen.project_id = p_project_id and seen.timestamp >= lower(v_gap) and seen.timestamp < upper(v_gap)
        and seen.timestamp < v_last
    );
  end loop;

  v_times := array(select known.instant from unnest(v_times) as known (instant) where known.instant >= v_floor);
  with
  gap as materialized (
    select greatest(lower(g.span), v_floor) as first, least(upper(g.span) - 1, v_last) as last
    from unnest(v_plan.gaps) as g (span)
    where upper(g.span) > v_floor
  ),
  -- by instant in one go: each look into the view reads all links
  event as (
    select e.*
    from public.person_events as e
    where
      e.project_id = p_project_id and e.timestamp = any (v_times)
      and e.person_id = p_person_id and e.bot_reasons is null
    union all
    select e.*
    from gap as g
    cross join lateral (
      select *
      from public.person_events as row
      where
        row.project_id = p_project_id and row.timestamp >= g.first and row.timestamp <= g.last
        and row.person_id = p_person_id and row.bot_reasons is null
      offset 0 -- so that each gap is a stretch of the key, and not a condition on all rows
    ) as e
  ),
  conversion as (
    select c.*
    from public.person_conversions as c
    where
      c.project_id = p_project_id and c.timestamp = any (v_times)
      and c.person_id = p_person_id and c.bot_reasons is null
    union all
    select c.*
    from gap as g
    cross join lateral (
      select *
      from public.person_conversions as row
      where
        row.project_id = p_project_id and row.timestamp >= g.first and row.timestamp <= g.last
        and row.person_id = p_person_id and row.bot_reasons is null
      offset 0
    ) as c
  ),
  held as (
    select
      'event' as kind, e.timestamp, e.actor_id, e.id, e.event as name, e.route, e.referrer, e.device, e.browser, e.os, e.country,
      e.properties
    from event as e
    union all
    select
      'conversion', c.timestamp, c.actor_id, c.id, c.funnel || ': ' || c.step, c.route, null, c.device, null, null, c.country, null
    from conversion as c
  ),
  page as materialized (
    select *
    from held as h
    where
      p_before is null
      or (h.timestamp, h.actor_id, h.id) < (v_last, (p_before ->> 'actor_id')::uuid, (p_before ->> 'id')::uuid)
    order by h.timestamp desc, h.actor_id desc, h.id desc
    limit p_limit
  ),
  next as (
    select jsonb_build_object('timestamp', l.timestamp, 'actor_id', l.actor_id, 'id', l.id) as key
    from (select p.* from page as p order by p.timestamp, p.actor_id, p.id limit 1) as l
    where (select count(*) from page) = p_limit
    union all
    -- before the first of all keys of that instant, which was looked through
    select jsonb_build_object('timestamp', v_floor, 'actor_id', c_nobody, 'id', c_nobody)
    where (select count(*) from page) < p_limit and v_floor > c_begin
  )
  select jsonb_build_object(
    'items', coalesce(
      jsonb_agg(
        jsonb_build_object(
          'id', p.id,
          'kind', p.kind,
          'timestampMs', p.timestamp,
          'name', p.name,
          'route', p.route,
          'referrer', nullif(p.referrer, ''),
          'device', p.device,
          'browser', p.browser,
          'os', p.os,
          'country', p.country,
          'properties', coalesce(p.properties, '{}')
        )
        order by p.timestamp desc, p.actor_id desc, p.id desc
      ),
      '[]'
    ),
    'next', (select n.key from next as n),
    'searchedToMs', (select (n.key ->> 'timestamp')::bigint from next as n)
  )
  into v_answer
  from page as p;
  return v_answer;
end
$function$;

comment on function public.get_person_timeline(integer,bigint,jsonb,integer,integer) is 'Events and conversions of a person, the latest first, a page as one jsonb value; it may be short and go on.';

grant execute on function public.get_person_timeline(integer,bigint,jsonb,integer,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_places(p_people bit)
 RETURNS TABLE(place integer)
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select held.place::integer
  from (
    select sum(length(part.zeros) + 1) over (order by part.number) - 1 as place
    from string_to_table(p_people::text, '1') with ordinality as part (zeros, number)
  ) as held
  -- after the last one come zeros, too
  where held.place < 32768
$function$;

comment on function public.get_places(bit) is 'The numbers of the bits that are set.';

grant execute on function public.get_places(bit) to service_role;

CREATE OR REPLACE FUNCTION public.get_project_by_key(p_key_hash text)
 RETURNS TABLE(project_id integer, slug text, name text, timezone text, kind text, hash_key text, allowed_origins text[], settings jsonb, secret_key_hashes text[])
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select
    project.id, project.slug, project.name, project.timezone, key.kind, project.hash_key, project.allowed_origins,
    project.settings, public.get_secret_key_hashes(project.id)
  from public.project_keys as key
  join public.projects as project on project.id = key.project_id
  where key.key_hash = p_key_hash and key.revoked_at is null and (key.expires_at is null or key.expires_at > now())
$function$;

comment on function public.get_project_by_key(text) is 'The project for which a key speaks, and the kind of the key. No row when the key is unknown, revoked or expired.';

grant execute on function public.get_project_by_key(text) to service_role;

CREATE OR REPLACE FUNCTION public.get_project_by_slug(p_slug text)
 RETURNS TABLE(project_id integer, slug text, name text, timezone text, hash_key text, allowed_origins text[], settings jsonb, secret_key_hashes text[])
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select
    project.id, project.slug, project.name, project.timezone, project.hash_key, project.allowed_origins, project.settings,
    public.get_secret_key_hashes(project.id)
  from public.projects as project
  where project.slug = p_slug
$function$;

comment on function public.get_project_by_slug(text) is 'The project with this public name, or no row.';

grant execute on function public.get_project_by_slug(text) to service_role;

CREATE OR REPLACE FUNCTION public.get_project_keys(p_project_id integer)
 RETURNS TABLE(id uuid, kind text, prefix text, label text, created_at timestamp with time zone, revoked_at timestamp with time zone, expires_at timestamp with time zone)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select key.id, key.kind, key.prefix, key.label, key.created_at, key.revoked_at, key.expires_at
  from public.project_keys as key
  where key.project_id = p_project_id
  order by key.created_at, key.id
$function$;

comment on function public.get_project_keys(integer) is 'All keys of a project, the revoked and the expired too, the oldest first.';

grant execute on function public.get_project_keys(integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_release_histograms(p_project_id integer, p_from bigint, p_to bigint, p_releases text[], p_is_soft boolean DEFAULT false, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_limit integer DEFAULT 50, p_vitals text[] DEFAULT NULL::text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      cell as materialized (
        select
          case when c.dimension = 'release' then c.value else c.value::jsonb ->> 0 end as release,
          case when c.dimension = 'release_route' then c.value::jsonb ->> 1 end as route,
          c.vital, sum(c.count)::bigint as count, sum(c.zero)::bigint as zero, min(c.first_ms) as first_ms,
          max(c.last_ms) as last_ms, sum(c.fine) as fine
        from (%s) as c
        where c.is_soft = $1
        group by 1, 2, 3
      ),
      release as (
        select c.release, c.first_ms, c.last_ms, c.count
        from cell as c
        where c.vital = 'navigation' and c.route is null
        order by c.first_ms desc, c.release
        limit $2
      ),
      compared as (
        select coalesce($3, array(select r.release from release as r order by r.first_ms desc, r.release limit 2)) as releases
      ),
      route as (
        select c.route
        from cell as c
        cross join compared
        where c.vital = 'navigation' and c.route is not null and c.release = any (compared.releases)
        group by c.route
        order by sum(c.count) desc, c.route
        limit $2 * 2
      ),
      histogram as (
        select c.release, c.route, c.vital, c.count, c.zero, c.fine::text as digits
        from cell as c
        cross join compared
        where c.release = any (compared.releases)
          and (c.route is null or c.route in (select route.route from route))
          and c.vital <> 'navigation' and ($4 is null or c.vital = any ($4))
      )
      select jsonb_build_object(
        'releases', (
          select coalesce(jsonb_agg(jsonb_build_object(
            'release', r.release, 'first_ms', r.first_ms, 'last_ms', r.last_ms, 'count', r.count
          ) order by r.first_ms desc, r.release), '[]')
          from release as r
        ),
        'histograms', (
          select coalesce(jsonb_agg(jsonb_build_object(
            'release', h.release, 'route', h.route, 'vital', h.vital, 'count', h.count, 'zero', h.zero,
            'digits', rtrim(h.digits, '0'), 'length', length(h.digits)
          )), '[]')
          from histogram as h
        )
      )
    $query$,
    public.build_vital_cells(
      p_project_id, p_from, p_to, null, p_filters - 'release', p_include_bots, '{release,release_route}'
    )
  ) into v_answer using p_is_soft, p_limit, p_releases, p_vitals;
  return v_answer;
end
$function$;

comment on function public.get_release_histograms(integer,bigint,bigint,text[],boolean,jsonb,boolean,integer,text[]) is '{ releases: [{ release, first_ms, last_ms, count }], histograms: [{ release, route, vital, count, zero, digits, length }] }: releases by their first navigation, newest first, and the vitals of those compared (null: the newest two), over all routes (route null) and for each.';

grant execute on function public.get_release_histograms(integer,bigint,bigint,text[],boolean,jsonb,boolean,integer,text[]) to service_role;

CREATE OR REPLACE FUNCTION public.get_retention(p_project_id integer, p_from bigint, p_to bigint, p_until bigint, p_interval text, p_timezone text, p_week_start text, p_mode text, p_windows text, p_cumulative boolean, p_target jsonb, p_return jsonb, p_breakdown text DEFAULT NULL::text, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_bounds  bigint[] := public.get_time_bounds(p_from, p_to, p_interval, p_timezone, p_week_start);
  v_from    bigint := v_bounds[1];
  v_to      bigint := least(v_bounds[cardinality(v_bounds)], p_until);
  v_starts  bigint[] := (select coalesce(array_agg(s order by s), '{}') from unnest(v_bounds) as s where s < v_to);
  v_history bigint := case p_mode when 'recurring' then v_from else -62135596800000 end;
  -- without conditions the first event of the name is the first target event
  v_mode    text := case when p_mode = 'first_ever' and coalesce(p_target -> 'where', '{}') = '{}' then 'first_time' else p_mode end;
  v_length  bigint := case p_interval when 'hour' then 3600000 when 'day' then 86400000 when 'week' then 604800000 else 2592000000 end;
  v_steps   jsonb := case when p_target = p_return then jsonb_build_array(p_target) else jsonb_build_array(p_target, p_return) end;
  v_cells   text;
  v_answer  jsonb;
begin
  if p_mode not in ('recurring', 'first_time', 'first_ever') or p_windows not in ('calendar', 'rolling')
    or p_cumulative and p_windows = 'rolling'
  then
    raise exception 'unknown kind of retention' using errcode = '22023';
  end if;
  if cardinality(v_starts) = 0 then
    return jsonb_build_object('bounds', '[]'::jsonb, 'end', v_to, 'groups', '[]'::jsonb);
  end if;
  v_cells := case
    when p_windows = 'calendar' and p_breakdown is null and v_mode <> 'first_ever' then format(
      $cells$
        bits as materialized (
          -- position 0 is the time before the range
          select b.step, b.position - %2$s as position, b.chunk, b.people from (%1$s) as b
        ),
        member_bits as materialized (
          select 1 as member_group, m.position, m.chunk, m.people
          from (%3$s) as m
          where m.position > 0
        ),
        comeback_bits as materialized (
          select b.position, b.chunk, b.people from bits as b where b.step = %4$s and b.position > 0
        ),
        member_group as (select 1 as member_group, null::jsonb as value),
      $cells$,
      public.build_people_bits(
        p_project_id,
        case v_mode when 'recurring' then v_starts || v_to else v_history || v_starts || v_to end,
        v_steps, p_filters, p_include_bots
      ),
      case v_mode when 'recurring' then 0 else 1 end,
      case v_mode
        when 'recurring' then 'select b.position, b.chunk, b.people from bits as b where b.step = 1'
        else $first$
          select
            b.position, b.chunk,
            b.people & ~coalesce(
              bit_or(b.people) over (
                partition by b.chunk order by b.position rows between unbounded preceding and 1 preceding
              ),
              repeat('0', 8192)::bit(8192)
            ) as people
          from bits as b
          where b.step = 1
        $first$
      end,
      jsonb_array_length(v_steps)
    )
    else format(
      $cells$
        hit as materialized (%1$s),
        cohort_member as materialized (%2$s),
        %3$s,
      $cells$,
      public.build_retention_hits(
        p_project_id, v_history, v_from, v_to, p_target, p_return, p_breakdown, false, p_filters, p_include_bots
      ),
      public.build_retention_members(v_mode, v_starts),
      case
        when p_breakdown is null then $whole$
          member_group as (select 1 as member_group, null::jsonb as value),
          member as materialized (select m.person, m.position, m.began_at, 1 as member_group from cohort_member as m)
        $whole$
        else $groups$
          ranked as (
            select
              m.value, row_number() over (order by count(*) desc, coalesce(m.value::text, 'null') collate "C") as rank
            from cohort_member as m
            group by m.value
          ),
          member_group as (
            select
              least(r.rank, 11)::integer as member_group,
              case when min(r.rank) <= 10 then (array_agg(r.value))[1] end as value
            from ranked as r
            group by least(r.rank, 11)
          ),
          member as materialized (
            select m.person, m.position, m.began_at, least(r.rank, 11)::integer as member_group
            from cohort_member as m
            inner join ranked as r on coalesce(r.value, 'null') = coalesce(m.value, 'null')
          )
        $groups$
      end
    ) || case p_windows
      when 'calendar' then format(
        $cells$
          numbered as (
            select p.person, (row_number() over () - 1)::integer as number
            from (select distinct m.person from member as m) as p
          ),
          member_bits as materialized (
            select
              m.member_group, m.position, n.number >> 13 as chunk,
              bit_or('1'::bit(8192) >> (n.number & 8191)) as people
            from member as m
            inner join numbered as n on n.person = m.person
            group by m.member_group, m.position, n.number >> 13
          ),
          comeback_bits as materialized (
            select c.position, n.number >> 13 as chunk, bit_or('1'::bit(8192) >> (n.number & 8191)) as people
            from (
              select distinct h.person, width_bucket(h.timestamp, %1$L::bigint[]) as position
              from hit as h
              where h.mask & 4 <> 0 and h.timestamp >= %2$L::bigint
            ) as c
            inner join numbered as n on n.person = c.person
            group by c.position, n.number >> 13
          ),
        $cells$,
        v_starts, v_from
      )
      else ''
    end
  end || case p_windows
    when 'calendar' then format(
      $cells$
        returned as (
          %1$s
        ),
        cell as (
          select m.member_group, m.position, 0 as age, sum(bit_count(m.people)) as people
          from member_bits as m
          group by m.member_group, m.position
          union all
          select m.member_group, m.position, r.position - m.position, sum(bit_count(m.people & r.people))
          from member_bits as m
          inner join returned as r on r.chunk = m.chunk and r.position > m.position
          group by m.member_group, m.position, r.position - m.position
        )
      $cells$,
      case
        when not p_cumulative then 'select c.position, c.chunk, c.people from comeback_bits as c'
        -- whoever comes back in this interval or a later one; an interval without anybody has those of the next
        else format(
          $cumulative$
            select p.position, k.chunk, bit_or(c.people) over (partition by k.chunk order by p.position desc) as people
            from generate_series(1, %s) as p (position)
            cross join (select distinct chunk from comeback_bits) as k
            left join comeback_bits as c on c.position = p.position and c.chunk = k.chunk
          $cumulative$,
          cardinality(v_starts)
        )
      end
    )
    else format(
      $cells$
        comeback as (
          select distinct m.member_group, m.person, m.position, ((h.timestamp - m.began_at) / %1$s)::integer as age
          from member as m
          inner join hit as h on h.person = m.person
          where h.mask & 4 <> 0 and h.timestamp >= m.began_at + %1$s
        ),
        cell as (
          select m.member_group, m.position, 0 as age, count(*) as people
          from member as m
          group by m.member_group, m.position
          union all
          select c.member_group, c.position, c.age, count(*)
          from comeback as c
          group by c.member_group, c.position, c.age
        )
      $cells$,
      v_length
    )
  end;
  execute format(
    $query$
      with
      %1$s,
      cohort as (
        select
          g.member_group, s.position,
          jsonb_agg(coalesce(c.people, 0) order by a.age) as counts
        from member_group as g
        cross join unnest($1) with ordinality as s (start_ms, position)
        cross join lateral generate_series(0, %2$s) as a (age)
        left join cell as c on c.member_group = g.member_group and c.position = s.position and c.age = a.age
        group by g.member_group, s.position
      ),
      matrix as (
        select h.member_group, jsonb_agg(h.counts order by h.position) as counts
        from cohort as h
        group by h.member_group
      )
      select jsonb_agg(
        jsonb_build_object('value', g.value, 'isOther', g.member_group = 11, 'counts', m.counts) order by g.member_group
      )
      from member_group as g
      inner join matrix as m on m.member_group = g.member_group
    $query$,
    v_cells,
    case p_windows
      when 'calendar' then format('%s - s.position::integer', cardinality(v_starts))
      else format('((%s - 1 - s.start_ms) / %s)::integer', v_to, v_length)
    end
  )
  into v_answer
  using v_starts;
  return jsonb_build_object(
    'bounds', v_bounds[:cardinality(v_starts) + 1], 'end', v_to,
    'groups', coalesce(v_answer, '[]')
  );
end
$function$;

comment on function public.get_retention(integer,bigint,bigint,bigint,text,text,text,text,text,boolean,jsonb,jsonb,text,jsonb,boolean) is 'Cohorts of people by interval and how many of each come back in each later one, as a whole or by value; exact.';

grant execute on function public.get_retention(integer,bigint,bigint,bigint,text,text,text,text,text,boolean,jsonb,jsonb,text,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_retention_ms(p_settings jsonb, p_table text)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case
    when jsonb_typeof(days.value) = 'number' and (days.value::text)::numeric between 1 and 36500
      then floor((days.value::text)::numeric)::bigint * 86400000
  end
  from (
    select p_settings -> 'retentionDays' -> case p_table
      when 'user_events' then 'events'
      when 'identifications' then 'events'
      when 'conversions' then 'conversions'
      when 'performance_metrics' then 'vitals'
      when 'ai_performance_metrics' then 'ai'
      when 'database_performance_metrics' then 'database'
    end as value
  ) as days
$function$;

comment on function public.get_retention_ms(jsonb,text) is 'How long a project keeps the rows of a raw table, ms. Null keeps them for good, also when the setting is none.';

grant execute on function public.get_retention_ms(jsonb,text) to service_role;

CREATE OR REPLACE FUNCTION public.get_retention_revenue(p_project_id integer, p_from bigint, p_to bigint, p_until bigint, p_interval text, p_timezone text, p_week_start text, p_mode text, p_windows text, p_target jsonb, p_return jsonb, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_interval, p_timezone, p_week_start);
  v_from   bigint := v_bounds[1];
  v_to     bigint := least(v_bounds[cardinality(v_bounds)], p_until);
  v_starts bigint[] := (select coalesce(array_agg(s order by s), '{}') from unnest(v_bounds) as s where s < v_to);
  v_length bigint := case p_interval when 'hour' then 3600000 when 'day' then 86400000 when 'week' then 604800000 else 2592000000 end;
  v_answer jsonb;
begin
  if cardinality(v_starts) = 0 then
    return '[]';
  end if;
  execute format(
    $query$
      with
      hit as materialized (%1$s),
      member as materialized (%2$s),
      paid as (
        select
          h.currency, m.position, h.revenue,
          %3$s as age
        from hit as h
        inner join member as m on m.person = h.person
        where h.revenue is not null and h.timestamp >= %4$s
      ),
      cell as (
        select p.currency, p.position, p.age, sum(p.revenue) as revenue from paid as p group by p.currency, p.position, p.age
      ),
      cohort as (
        select c.currency, s.position, jsonb_agg(coalesce(cell.revenue, 0) order by a.age) as amounts
        from (select distinct cell.currency from cell) as c
        cross join unnest($1) with ordinality as s (start_ms, position)
        cross join lateral generate_series(0, %5$s) as a (age)
        left join cell on cell.currency = c.currency and cell.position = s.position and cell.age = a.age
        group by c.currency, s.position
      ),
      total as (select cell.currency, sum(cell.revenue) as revenue from cell group by cell.currency)
      select jsonb_agg(
        jsonb_build_object('currency', t.currency, 'amounts', h.amounts) order by t.revenue desc, t.currency
      )
      from total as t
      inner join (
        select h.currency, jsonb_agg(h.amounts order by h.position) as amounts from cohort as h group by h.currency
      ) as h on h.currency = t.currency
    $query$,
    public.build_retention_hits(
      p_project_id, case p_mode when 'recurring' then v_from else -62135596800000 end, v_from, v_to,
      p_target, p_return, null, true, p_filters, p_include_bots
    ),
    public.build_retention_members(p_mode, v_starts),
    case p_windows
      when 'calendar' then 'width_bucket(h.timestamp, $1) - m.position'
      else format('((h.timestamp - m.began_at) / %s)::integer', v_length)
    end,
    case p_windows when 'calendar' then '$1[m.position]' else 'm.began_at' end,
    case p_windows
      when 'calendar' then format('%s - s.position::integer', cardinality(v_starts))
      else format('((%s - 1 - s.start_ms) / %s)::integer', v_to, v_length)
    end
  )
  into v_answer
  using v_starts;
  return coalesce(v_answer, '[]');
end
$function$;

comment on function public.get_retention_revenue(integer,bigint,bigint,bigint,text,text,text,text,text,jsonb,jsonb,jsonb,boolean) is 'Revenue of return events per currency, cohort and interval, by the rules of get_retention; exact.';

grant execute on function public.get_retention_revenue(integer,bigint,bigint,bigint,text,text,text,text,text,jsonb,jsonb,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_revenue(p_project_id integer, p_from bigint, p_to bigint, p_bucket text, p_timezone text, p_by text DEFAULT 'event'::text, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_limit integer DEFAULT 50)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_mergejoin TO 'off'
 SET work_mem TO '64MB'
 SET jit TO 'off'
AS $function$
declare
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_bucket, p_timezone);
  v_cut    bigint[] := v_bounds;
  v_before bigint := p_from - (p_to - p_from);
  v_filter text := public.build_filter(p_project_id, p_filters);
  v_plan   record;   -- of the sums of the buckets and of the range before
  v_hours  record;
  v_tops   record;   -- of the values of the dimension
  v_rows   int8multirange;
  v_ranked int8multirange;
  v_answer jsonb;
begin
  if p_by not in ('event', 'route', 'country', 'device', 'browser', 'os', 'utm_source', 'referrer') then
    raise exception 'unknown dimension %', p_by using errcode = '22023';
  end if;
  -- Nothing beyond the range counts, though the first and the last bucket reach further.
  v_cut[1] := p_from;
  v_cut[cardinality(v_cut)] := p_to;
  if p_include_bots or v_filter <> 'true' then
    v_rows := int8multirange(int8range(v_before, p_to));
    v_ranked := int8multirange(int8range(p_from, p_to));
    select '{}'::integer[] as wholes, '{}'::integer[] as parts into v_plan;
    v_tops := v_plan;
    select '{}'::integer[] as slices, '{}'::text[] as hours, '{}'::bigint[] as starts into v_hours;
  else
    select * into v_plan from public.get_slice_plan(p_project_id, v_before, p_to, v_before || v_cut);
    select * into v_hours from public.get_slice_hours(v_plan.parts, v_before, p_to, v_before || v_cut);
    v_rows := v_plan.gaps + v_hours.rest;
    select * into v_tops from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
    v_ranked := v_tops.gaps + coalesce(
      (
        select range_agg(int8range(slice.start_ms, slice.end_ms) * int8range(p_from, p_to))
        from public.slices as slice
        where slice.id = any (v_tops.parts)
      ),
      '{}'
    );
  end if;
  execute format(
    $query$
      with
      paid as materialized (
        select
          e.value, %1$s as person, r.revenue, r.currency, width_bucket(e.timestamp, %2$L::bigint[]) as position,
          e.timestamp <@ %3$L::int8multirange as is_summed, e.timestamp <@ %4$L::int8multirange as is_ranked
        from (%5$s) as e
        cross join lateral public.to_revenue(e.properties) as r
      ),
      -- kind is total (value says whether of the range before), point (its position) or top
      piece as materialized (
        select
          k.kind, k.value, held.currency, held.chunk, held.row_count::bigint as row_count, held.revenue, held.numbers, held.people
        from (
          select width_bucket(slice.start_ms, %2$L::bigint[]) as position, held.*
          from public.slices as slice
          inner join public.slice_revenue as held on held.slice_id = slice.id and held.dim = 'any'
          where slice.id = any (%6$L::integer[])
          union all
          select width_bucket(hour.start_ms, %2$L::bigint[]), held.*
          from unnest(%7$L::integer[], %8$L::text[], %9$L::bigint[]) as hour (slice_id, value, start_ms)
          inner join public.slice_revenue as held on held.slice_id = hour.slice_id and held.dim = 'hour' and held.value = hour.value
        ) as held
        cross join lateral (
          select 'total', (held.position = 0)::text
          union all
          select 'point', held.position::text where held.position > 0
        ) as k (kind, value)
        union all
        select 'top', held.value, held.currency, held.chunk, held.row_count, held.revenue, held.numbers, held.people
        from public.slice_revenue as held
        where held.slice_id = any (%10$L::integer[]) and held.dim = %11$L
      ),
      row_piece as materialized (
        select k.kind, k.value, p.currency, p.person, count(*) as row_count, sum(p.revenue) as revenue
        from paid as p
        cross join lateral (
          select 'total', (p.position = 0)::text where p.is_summed
          union all
          select 'point', p.position::text where p.is_summed and p.position > 0
          union all
          select 'top', p.value where p.is_ranked
        ) as k (kind, value)
        group by 1, 2, 3, 4
      ),
      -- by id from here on; a value that is null is one, too
      tally as materialized (
        select
          s.kind, s.value, s.currency, sum(s.row_count) as row_count, sum(s.revenue) as revenue, row_number() over () as id
        from (
          select p.kind, p.value, p.currency, p.row_count, p.revenue from piece as p where p.chunk = -1
          union all
          select r.kind, r.value, r.currency, r.row_count, r.revenue from row_piece as r
        ) as s
        group by s.kind, s.value, s.currency
      ),
      named as (
        select t.id, row(t.kind, coalesce('=' || t.value, ''), t.currency)::text as name from tally as t
      ),
      thick as materialized (
        select n.id, p.chunk, bit_or(p.people) as people
        from piece as p
        inner join named as n on n.name = row(p.kind, coalesce('=' || p.value, ''), p.currency)::text
        where p.chunk >= 0
        group by n.id, p.chunk
      ),
      thin as materialized (
        select distinct t.id, t.person
        from (
          select n.id, each.number::bigint as person
          from piece as p
          inner join named as n on n.name = row(p.kind, coalesce('=' || p.value, ''), p.currency)::text
          cross join lateral unnest(p.numbers) as each (number)
          where p.chunk = -1
          union all
          select n.id, r.person
          from row_piece as r
          inner join named as n on n.name = row(r.kind, coalesce('=' || r.value, ''), r.currency)::text
          where r.person is not null
        ) as t
      ),
      person as (
        select p.id, sum(p.people)::bigint as people
        from (
          select t.id, bit_count(t.people) as people from thick as t
          union all
          select t.id, count(*)
          from thin as t
          left join thick as k on k.id = t.id and k.chunk = t.person >> 15
          where k.people is null or get_bit(k.people, (t.person & 32767)::integer) = 0
          group by t.id
        ) as p
        group by p.id
      ),
      figure as materialized (
        select t.kind, t.value, t.currency, t.revenue, t.row_count as count, coalesce(p.people, 0) as paying_people
        from tally as t
        left join person as p on p.id = t.id
      ),
      shown as (
        select f.currency
        from figure as f
        where f.kind = 'total'
        group by f.currency
        order by coalesce(sum(f.count) filter (where f.value = 'false'), 0) desc, sum(f.count) desc, f.currency
        limit 20
      ),
      ranked as (
        select f.*, row_number() over (partition by f.currency order by f.revenue desc, f.value) as rank
        from figure as f
        inner join shown using (currency)
        where f.kind = 'top'
      )
      select jsonb_build_object(
        'starts', to_jsonb(trim_array($1, 1)),
        'totals', (
          select coalesce(
            jsonb_agg(
              to_jsonb(f) - array['kind', 'value'] || jsonb_build_object('is_previous', f.value = 'true')
              order by f.count desc, f.currency, f.value
            ),
            '[]'
          )
          from figure as f
          inner join shown using (currency)
          where f.kind = 'total'
        ),
        -- only buckets with revenue; the caller knows the others
        'points', (
          select coalesce(jsonb_agg(to_jsonb(f) - array['kind', 'value'] || jsonb_build_object('position', f.value::integer)), '[]')
          from figure as f
          inner join shown using (currency)
          where f.kind = 'point'
        ),
        'top', (
          select coalesce(jsonb_agg(to_jsonb(r) - array['kind', 'rank'] order by r.currency, r.rank), '[]')
          from ranked as r
          where r.rank <= %12$L::integer
        )
      )
    $query$,
    public.build_person(p_project_id, v_plan.wholes <> '{}' or v_plan.parts <> '{}'),
    v_cut, v_rows, v_ranked,
    public.build_gap_rows(
      p_project_id, v_rows + v_ranked, 'person_events',
      format('e.timestamp, e.person_id, e.%I as value, e.properties', p_by),
      format(
        'jsonb_typeof(e.properties -> ''revenue'') = ''number'' and %s and %s',
        case when p_include_bots then 'true' else 'e.bot_reasons is null' end, v_filter
      )
    ),
    v_plan.wholes, v_hours.slices, v_hours.hours, v_hours.starts, v_tops.wholes, p_by, p_limit
  )
  into v_answer
  using v_bounds;
  return v_answer;
end
$function$;

comment on function public.get_revenue(integer,bigint,bigint,text,text,text,jsonb,boolean,integer) is 'Revenue by currency: { starts, totals (of the range and, is_previous, the one before), points (position in starts, from 1), top }.';

grant execute on function public.get_revenue(integer,bigint,bigint,text,text,text,jsonb,boolean,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_running_erasures()
 RETURNS TABLE(id uuid, slug text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select erasure.id, project.slug
  from public.erasures as erasure
  join public.projects as project on project.id = erasure.project_id
  where erasure.finished_at is null
  order by erasure.created_at
$function$;

comment on function public.get_running_erasures() is 'Erasures that are under way or were interrupted, of all projects, the oldest first.';

grant execute on function public.get_running_erasures() to service_role;

CREATE OR REPLACE FUNCTION public.get_saved_funnels(p_project_id integer, p_id uuid DEFAULT NULL::uuid)
 RETURNS TABLE(id uuid, name text, definition jsonb, updated_at timestamp with time zone)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  select f.id, f.name, f.definition -> 'funnel', f.updated_at
  from public.funnels as f
  where f.project_id = p_project_id and (p_id is null or f.id = p_id) and jsonb_typeof(f.definition -> 'funnel') = 'object'
  order by lower(f.name), f.name
  limit 1000
$function$;

comment on function public.get_saved_funnels(integer,uuid) is 'The saved funnels of a project by name, or the one of an id.';

grant execute on function public.get_saved_funnels(integer,uuid) to service_role;

CREATE OR REPLACE FUNCTION public.get_saved_views(p_project_id integer)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  select coalesce(jsonb_agg(to_jsonb(v) - 'project_id' order by lower(v.name), v.name), '[]')
  from public.saved_views as v
  where v.project_id = p_project_id
$function$;

comment on function public.get_saved_views(integer) is 'The saved views of a project by name; an array.';

grant execute on function public.get_saved_views(integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_secret_key_hashes(p_project_id integer)
 RETURNS text[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(array_agg(key.key_hash order by key.created_at, key.id), '{}')
  from public.project_keys as key
  where key.project_id = p_project_id and key.kind = 'secret' and key.revoked_at is null
    and (key.expires_at is null or key.expires_at > now())
$function$;

comment on function public.get_secret_key_hashes(integer) is 'Lower-case hex SHA-256 of the project''s valid secret keys, the oldest first: the keys of the HMAC in user tokens.';

grant execute on function public.get_secret_key_hashes(integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_segment_actors(p_project_id integer, p_filters jsonb)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
begin
  return query execute format(
    $query$
      select link.actor_id
      from public.actor_person as link
      where
        link.project_id = %L::integer
        and uuid_hash_extended(link.person_id, 0) in (select chosen.person_id from (%s) as chosen)
    $query$,
    p_project_id,
    public.build_segment_people(
      p_project_id, p_filters -> 'segment',
      coalesce((p_filters ->> 'now')::bigint, (extract(epoch from statement_timestamp()) * 1000)::bigint)
    )
  );
end
$function$;

comment on function public.get_segment_actors(integer,jsonb) is 'The actors of users in the segment that report filters name.';

grant execute on function public.get_segment_actors(integer,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.get_segment_counts(p_project_id integer, p_segment jsonb, p_now bigint)
 RETURNS TABLE(people bigint, recent_people bigint, recent_people_in_segment bigint)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
begin
  return query execute format(
    $query$
      with
      member as materialized (%s),
      recent as materialized (%s)
      select
        (select coalesce(sum(case when m.chunk < 0 then 1 else bit_count(m.people) end), 0)::bigint from member as m),
        (select coalesce(sum(case when r.chunk < 0 then 1 else bit_count(r.people) end), 0)::bigint from recent as r),
        (
          select coalesce(sum(case when r.chunk < 0 then 1 else bit_count(r.people & m.people) end), 0)::bigint
          from recent as r
          inner join member as m on m.chunk = r.chunk and coalesce(m.stranger, 0) = coalesce(r.stranger, 0)
        )
    $query$,
    public.build_segment_members(p_project_id, p_segment, p_now),
    public.build_segment_doers(p_project_id, '{"event": "*"}', p_now + 1 - 2592000000, p_now, null)
  );
end
$function$;

comment on function public.get_segment_counts(integer,jsonb,bigint) is 'People of a segment, people with an event in the 30 days up to p_now, and those of the latter that are of the segment.';

grant execute on function public.get_segment_counts(integer,jsonb,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.get_segment_people(p_project_id integer, p_segment jsonb, p_now bigint, p_after bigint DEFAULT NULL::bigint, p_limit integer DEFAULT 100)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      member as materialized (%s),
      page as (
        select m.person_id
        from member as m
        where $2 is null or m.person_id > $2
        order by m.person_id
        limit $3
      ),
      -- a project's profiles are found by their user, not by their person: one look through them for the whole page
      known as (
        select
          uuid_hash_extended(profile.actor_id, 0) as person_id, profile.user_id, profile.external_id, profile.traits,
          profile.last_activity
        from public.user_profiles as profile
        where profile.project_id = $1 and uuid_hash_extended(profile.actor_id, 0) in (select p.person_id from page as p)
      )
      select jsonb_build_object(
        'total', (select count(*) from member),
        'people', coalesce(jsonb_agg(jsonb_build_object(
          'person_id', page.person_id::text, 'user_id', known.user_id, 'external_id', known.external_id,
          'traits', known.traits, 'last_activity', known.last_activity
        ) order by page.person_id), '[]')
      )
      from page
      left join known on known.person_id = page.person_id
    $query$,
    public.build_segment_people(p_project_id, p_segment, p_now)
  )
  into v_answer
  using p_project_id, p_after, p_limit;
  return v_answer;
end
$function$;

comment on function public.get_segment_people(integer,jsonb,bigint,bigint,integer) is 'A page of the people of a segment in the order of person_id, and how many there are; what a profile says is null for people without one.';

grant execute on function public.get_segment_people(integer,jsonb,bigint,bigint,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_segment_start(p_within text, p_now bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_part text[] := regexp_match(p_within, '^\s*(\d{1,12}(?:\.\d{1,12})?)([smhdw])\s*$');
begin
  if p_within is null then
    return -62135596800000;
  elsif v_part is null then
    raise exception 'unknown time %', p_within using errcode = '22023';
  end if;
  return p_now + 1 - round(v_part[1]::numeric * case v_part[2]
    when 's' then 1000 when 'm' then 60000 when 'h' then 3600000 when 'd' then 86400000 else 604800000
  end)::bigint;
end
$function$;

comment on function public.get_segment_start(text,bigint) is 'The first instant (ms) of the last so much time up to p_now, such as 30d; the year 1 for null.';

grant execute on function public.get_segment_start(text,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.get_segments(p_project_id integer, p_id uuid DEFAULT NULL::uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  select coalesce(jsonb_agg(to_jsonb(s) - 'project_id' order by lower(s.name), s.name), '[]')
  from public.segments as s
  where s.project_id = p_project_id and (p_id is null or s.id = p_id)
$function$;

comment on function public.get_segments(integer,uuid) is 'The segments of a project by name, or the one of an id; an array, empty when there is none.';

grant execute on function public.get_segments(integer,uuid) to service_role;

CREATE OR REPLACE FUNCTION public.get_session_list(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_after jsonb DEFAULT NULL::jsonb, p_limit integer DEFAULT 50)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET work_mem TO '64MB'
 SET jit TO 'off'
AS $function$
declare
  v_end    bigint := least(coalesce((p_after ->> 'timestamp')::bigint, p_to), p_to);
  v_stride bigint := 3600000;
  v_from   bigint;
  v_page   jsonb;
begin
  -- a range may end in the future
  v_end := coalesce(
    (select max(e.timestamp) from public.user_events as e where e.project_id = p_project_id and e.timestamp < v_end),
    p_from
  );
  loop
    v_from := greatest(p_from, v_end - v_stride);
    execute format(
      $query$
        with page as materialized (
          select s.*
          from (%1$s) as s
          where %2$s
          order by s.session_ms desc, s.actor_id desc, s.id desc
          limit %3$s
        ),
        known as (
          select p.person_id, coalesce(profile.external_id, profile.user_id::text) as external_id
          from public.user_profiles as profile
          inner join (select distinct page.person_id from page) as p
            on p.person_id = uuid_hash_extended(profile.actor_id, 0)
          where profile.project_id = %4$L::integer
        )
        select jsonb_build_object(
          'items', coalesce(
            jsonb_agg(
              jsonb_build_object(
                'personId', p.person_id::text,
                'externalId', k.external_id,
                'startMs', p.session_ms,
                'lengthMs', p.end_ms - p.session_ms,
                'events', p.events,
                'pageViews', p.page_views,
                'entry', p.entry,
                'exit', p.exit,
                'channel', public.to_channel(p.referrer, p.utm_source, p.utm_medium, p.utm_campaign, %5$L::text[]),
                'referrer', public.to_referrer_host(p.referrer, %5$L::text[]),
                'device', p.device,
                'country', p.country
              )
              order by p.session_ms desc, p.actor_id desc, p.id desc
            ),
            '[]'
          ),
          'next', (
            select jsonb_build_object('timestamp', l.session_ms, 'actor_id', l.actor_id, 'id', l.id)
            from page as l
            order by l.session_ms, l.actor_id, l.id
            limit 1
          )
        )
        from page as p
        left join known as k on k.person_id = p.person_id
      $query$,
      public.build_sessions(
        p_project_id, v_from, p_to,
        array['actor_id', 'id', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'device', 'country'],
        p_filters, p_include_bots
      ),
      case when p_after is null then 'true' else format(
        '(s.session_ms, s.actor_id, s.id) < (%L::bigint, %L::uuid, %L::uuid)',
        p_after ->> 'timestamp', p_after ->> 'actor_id', p_after ->> 'id'
      ) end,
      p_limit, p_project_id, public.get_own_hosts(p_project_id)
    ) into v_page;
    if jsonb_array_length(v_page -> 'items') = p_limit then
      return v_page;
    end if;
    if v_from = p_from then
      return v_page || '{"next": null}';
    end if;
    v_stride := v_stride * 4;
  end loop;
end
$function$;

comment on function public.get_session_list(integer,bigint,bigint,jsonb,boolean,jsonb,integer) is 'Sessions that began in [p_from, p_to), the latest first, a page as one jsonb value.';

grant execute on function public.get_session_list(integer,bigint,bigint,jsonb,boolean,jsonb,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_session_summary(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET work_mem TO '64MB'
 SET jit TO 'off'
AS $function$
declare
  v_plan    record;
  v_visits  text;
  v_entry   text := 'left(v.page_walk, 1)';
  v_exit    text := 'right(v.page_walk, 1)';
  v_route   text := '(select s.symbol as page, s.value as route from symbol as s where s.is_page) as r on r.page = p.page';
  v_summary jsonb;
begin
  if p_include_bots or public.build_filter(p_project_id, p_filters) <> 'true' then
    select '{}'::integer[] as wholes into v_plan;
    v_visits := format(
      $visits$
        visit as materialized (
          select s.person_id as person, s.end_ms - s.session_ms as length_ms, s.events, ''::text as origin, s.entry, s.exit
          from (%s) as s
        )
      $visits$,
      public.build_sessions(p_project_id, p_from, p_to, '{}', p_filters, p_include_bots)
    );
    v_entry := 'coalesce(v.entry, '''')';
    v_exit := 'coalesce(v.exit, '''')';
    v_route := 'lateral (select p.page as route) as r on true';
  else
    select * into v_plan from public.get_visit_plan(p_project_id, p_from, p_to);
    v_visits := public.build_visits(
      p_project_id, p_from, p_to, v_plan.wholes, v_plan.parts, v_plan.gaps, v_plan.cut, v_plan.cut_ms, '{page_walk}'
    );
  end if;
  execute format(
    $query$
      with
      %1$s,
      %2$s,
      held as materialized (
        select
          held.visit_count, held.bounce_count, held.length_sum, held.event_sum, held.length_counts, held.lengths,
          held.pages, held.entries, held.entry_bounces, held.exits, held.exit_bounces
        from public.slice_visits as held
        where held.slice_id = any (%3$L::integer[]) and not held.is_loose
      ),
      total as materialized (
        select
          coalesce(sum(t.sessions), 0)::bigint as sessions, coalesce(sum(t.bounces), 0)::bigint as bounces,
          sum(t.length_ms) as length_ms, sum(t.events) as events
        from (
          select held.visit_count as sessions, held.bounce_count as bounces, held.length_sum as length_ms, held.event_sum as events
          from held
          union all
          select count(*), count(*) filter (where v.events = 1), sum(v.length_ms), sum(v.events) from visit as v
        ) as t
      ),
      -- the median: first in which interval it is, then the lengths there
      bucket as materialized (
        select b.bucket, b.count, (sum(b.count) over (order by b.bucket) - b.count)::bigint as count_before
        from (
          select c.bucket, sum(c.count)::bigint as count
          from (
            select each.place::integer - 1 as bucket, each.count
            from held
            cross join lateral unnest(held.length_counts) with ordinality as each (count, place)
            union all
            select width_bucket(v.length_ms, public.get_visit_lengths()), count(*) from visit as v group by 1
          ) as c
          group by c.bucket
        ) as b
      ),
      middle as materialized (
        select min(b.bucket) as first, max(b.bucket) as last, min(b.count_before) as count_before
        from bucket as b
        cross join total as t
        where b.count > 0 and b.count_before <= t.sessions / 2 and b.count_before + b.count > (t.sessions - 1) / 2
      ),
      ranked as (
        select l.length_ms, row_number() over (order by l.length_ms) - 1 + m.count_before as rank
        from (
          select unnest(held.lengths[
            (select coalesce(sum(c.count), 0) + 1 from unnest(held.length_counts[1:m.first]) as c (count)):
            (select sum(c.count) from unnest(held.length_counts[1:m.last + 1]) as c (count))
          ])::bigint as length_ms
          from held
          cross join middle as m
          union all
          select v.length_ms
          from visit as v
          cross join middle as m
          where width_bucket(v.length_ms, public.get_visit_lengths()) between m.first and m.last
        ) as l
        cross join middle as m
      ),
      page as materialized (
        select p.is_entry, r.route, sum(p.sessions)::bigint as sessions, sum(p.bounces)::bigint as bounces
        from (
          select ends.is_entry, ends.page, ends.sessions, ends.bounces
          from held
          cross join lateral (
            select true as is_entry, e.* from unnest(held.pages, held.entries, held.entry_bounces) as e (page, sessions, bounces)
            union all
            select false, x.* from unnest(held.pages, held.exits, held.exit_bounces) as x (page, sessions, bounces)
          ) as ends
          union all
          select true, %5$s, count(*), count(*) filter (where v.events = 1) from visit as v group by 2
          union all
          select false, %6$s, count(*), count(*) filter (where v.events = 1) from visit as v group by 2
        ) as p
        inner join %4$s
        where p.page <> '' and p.sessions > 0
        group by p.is_entry, r.route
      )
      select jsonb_build_object(
        'sessions', t.sessions,
        'people', coalesce((select o.people from origin_total as o), 0),
        'bounces', t.bounces,
        'medianLengthMs', (
          select min(r.length_ms)::double precision + (max(r.length_ms) - min(r.length_ms)) * 0.5::double precision
          from ranked as r
          where r.rank in ((t.sessions - 1) / 2, t.sessions / 2)
        ),
        'averageLengthMs', t.length_ms::double precision / nullif(t.sessions, 0),
        'averageEvents', t.events::double precision / nullif(t.sessions, 0),
        'entries', (
          select coalesce(jsonb_agg(to_jsonb(e) order by e.sessions desc, e.route collate "C"), '[]')
          from (
            select p.route, p.sessions, p.bounces
            from page as p
            where p.is_entry
            order by p.sessions desc, p.route collate "C"
            limit 50
          ) as e
        ),
        'exits', (
          select coalesce(jsonb_agg(to_jsonb(x) order by x.sessions desc, x.route collate "C"), '[]')
          from (
            select p.route, p.sessions, p.bounces
            from page as p
            where not p.is_entry
            order by p.sessions desc, p.route collate "C"
            limit 50
          ) as x
        )
      )
      from total as t
    $query$,
    v_visits, public.build_origin_totals(v_plan.wholes, '''all''::text'), v_plan.wholes, v_route, v_entry, v_exit
  ) into v_summary;
  return v_summary;
end
$function$;

comment on function public.get_session_summary(integer,bigint,bigint,jsonb,boolean) is 'Sessions that began in [p_from, p_to), summed up, with entry and exit pages.';

grant execute on function public.get_session_summary(integer,bigint,bigint,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_share(p_token_hash text)
 RETURNS TABLE(id uuid, slug text, path text, query text, expires_at timestamp with time zone)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  select s.id, project.slug, s.path, s.query, s.expires_at
  from public.shares as s
  inner join public.projects as project on project.id = s.project_id
  where s.token_hash = p_token_hash and s.revoked_at is null and s.expires_at > now()
$function$;

comment on function public.get_share(text) is 'What a link shows. No row when it is unknown, revoked or expired.';

grant execute on function public.get_share(text) to service_role;

CREATE OR REPLACE FUNCTION public.get_shares(p_project_id integer)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  select coalesce(jsonb_agg(to_jsonb(s) - 'project_id' - 'token_hash' order by s.created_at desc, s.id), '[]')
  from public.shares as s
  where s.project_id = p_project_id
$function$;

comment on function public.get_shares(integer) is 'All links of a project, the revoked and the expired too, the newest first; an array.';

grant execute on function public.get_shares(integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_slice_hours(p_parts integer[], p_from bigint, p_to bigint, p_bounds bigint[], OUT slices integer[], OUT hours text[], OUT starts bigint[], OUT rest int8multirange)
 RETURNS record
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with
  part as (
    select slice.* from public.slices as slice where slice.id = any (p_parts)
  ),
  half as (
    select
      h.*,
      bool_and(h.is_inside) over hour and min(h.position) over hour = max(h.position) over hour as is_in_hour,
      max(h.end_ms) over hour as hour_end_ms
    from (
      select
        each.*,
        each.start_ms >= p_from and each.end_ms <= p_to
          and width_bucket(each.start_ms, p_bounds) = width_bucket(each.end_ms - 1, p_bounds) as is_inside,
        width_bucket(each.start_ms, p_bounds) as position
      from (
        select
          part.id, number, part.start_ms + number * 1800000 as start_ms,
          least(part.start_ms + (number + 1) * 1800000, part.end_ms) as end_ms
        from part
        cross join lateral generate_series(0, (part.end_ms - part.start_ms - 1) / 1800000) as number
        where part.timezone is not null
      ) as each
    ) as h
    window hour as (partition by h.id, h.number / 2)
  ),
  hour as (
    select h.id, (h.number / 2)::text as name, h.start_ms, h.hour_end_ms as end_ms
    from half as h
    where h.is_in_hour and h.number % 2 = 0
    union all
    select h.id, h.number / 2 || case h.number % 2 when 0 then ':00' else ':30' end, h.start_ms, h.end_ms
    from half as h
    where h.is_inside and not h.is_in_hour
  )
  select
    coalesce(array_agg(h.id order by h.start_ms), '{}'), coalesce(array_agg(h.name order by h.start_ms), '{}'),
    coalesce(array_agg(h.start_ms order by h.start_ms), '{}'),
    (
      select coalesce(range_agg(int8range(part.start_ms, part.end_ms)), '{}') * int8multirange(int8range(p_from, greatest(p_to, p_from)))
      from part
    ) - coalesce(range_agg(int8range(h.start_ms, h.end_ms)), '{}')
  from hour as h
$function$;

comment on function public.get_slice_hours(integer[],bigint,bigint,bigint[]) is 'Which hours of partly used days are sets of their own, and what of the parts is left.';

grant execute on function public.get_slice_hours(integer[],bigint,bigint,bigint[]) to service_role;

CREATE OR REPLACE FUNCTION public.get_slice_plan(p_project_id integer, p_from bigint, p_to bigint, p_bounds bigint[], OUT wholes integer[], OUT parts integer[], OUT gaps int8multirange)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_moved   bigint[] := array(select link.person_id from public.slice_links as link where link.project_id = p_project_id);
  v_spoilt  integer[] := '{}';
  v_covered int8multirange;
begin
  if v_moved <> '{}' then
    v_spoilt := array(select public.get_slices_of_people(p_project_id, v_moved));
  end if;
  with
  marked as materialized (
    select mark.from_ms, mark.to_ms from public.slice_marks as mark where mark.project_id = p_project_id
    union
    select delta.hour, delta.hour + 3600000 from public.event_count_deltas as delta where delta.project_id = p_project_id
    union
    -- also for the slice after: whose session goes on there has changed
    select spoilt.start_ms, spoilt.end_ms from public.slices as spoilt where spoilt.id = any (v_spoilt)
  ),
  clean as materialized (
    select
      slice.id, slice.timezone is not null as is_day, slice.has_hours, int8range(slice.start_ms, slice.end_ms) as span,
      slice.start_ms >= p_from and slice.end_ms <= p_to
        and width_bucket(slice.start_ms, p_bounds) = width_bucket(slice.end_ms - 1, p_bounds) as is_whole
    from public.slices as slice
    where
      slice.project_id = p_project_id and slice.start_ms < p_to and slice.end_ms > p_from
      -- A session may have begun in the half hour before.
      and not exists (select from marked as m where m.from_ms < slice.end_ms and m.to_ms + 1800000 > slice.start_ms)
  ),
  day as materialized (
    select c.* from clean as c where c.is_day and (c.is_whole or not c.has_hours)
  ),
  chosen as (
    select d.id, d.span, d.is_whole from day as d
    union all
    select h.id, h.span, h.is_whole
    from clean as h
    where not h.is_day and not exists (select from day as d where d.span && h.span)
  )
  select
    coalesce(array_agg(c.id) filter (where c.is_whole), '{}'),
    coalesce(array_agg(c.id) filter (where not c.is_whole), '{}'),
    coalesce(range_agg(c.span), '{}')
  into wholes, parts, v_covered
  from chosen as c;
  -- A site that sleeps at weekends has as many gaps as weekends, and nothing in them: one look each, instead of a branch in each query.
  gaps := coalesce(
    (
      select range_agg(gap.span)
      from unnest(int8multirange(int8range(p_from, greatest(p_to, p_from))) - v_covered) as gap (span)
      where
        exists (
          select
          from public.user_events as e
          where e.project_id = p_project_id and e.timestamp >= lower(gap.span) and e.timestamp < upper(gap.span)
        )
        or exists (
          select
          from public.conversions as c
          where c.project_id = p_project_id and c.timestamp >= lower(gap.span) and c.timestamp < upper(gap.span)
        )
    ),
    '{}'
  );
end
$function$;

comment on function public.get_slice_plan(integer,bigint,bigint,bigint[]) is 'Which slices answer [p_from, p_to) and which stretches only raw rows do, as this statement sees them.';

grant execute on function public.get_slice_plan(integer,bigint,bigint,bigint[]) to service_role;

CREATE OR REPLACE FUNCTION public.get_slices_of_people(p_project_id integer, p_person_ids bigint[])
 RETURNS SETOF integer
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with
  wanted as materialized (
    select distinct known.number
    from public.person_numbers as known
    where known.project_id = p_project_id and known.person_id = any (p_person_ids)
  ),
  wanted_bits as materialized (
    select w.number >> 15 as chunk, public.to_people(array_agg(w.number)) as people
    from wanted as w
    group by w.number >> 15
  )
  select slice.id
  from public.slices as slice
  where
    slice.project_id = p_project_id
    and (
      (
        slice.loose_actors <> '{}'
        and exists (select from unnest(slice.loose_actors) as loose (actor) where loose.actor = any (p_person_ids))
      )
      or exists (
        select
        from public.slice_people as held
        inner join wanted_bits as w on w.chunk = held.chunk
        where
          held.slice_id = slice.id and held.dim in ('any', 'converted')
          and held.people & w.people <> 0::bit(32768)
      )
      or (
        exists (select from wanted)
        and exists (
          select
          from public.slice_people as held
          where
            held.slice_id = slice.id and held.dim in ('any', 'converted') and held.chunk = -1
            and held.numbers && array(select w.number from wanted as w)
        )
      )
    )
$function$;

comment on function public.get_slices_of_people(integer,bigint[]) is 'Ids of the slices that a change of these people, or of the links of these actors, makes unclean.';

grant execute on function public.get_slices_of_people(integer,bigint[]) to service_role;

CREATE OR REPLACE FUNCTION public.get_slow_query_ms()
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$ select 1000::double precision $function$;

comment on function public.get_slow_query_ms() is 'A query that took longer is slow, as in lib/contracts/database-performance-report.ts. Slices count by it: when it changes, they are made anew.';

grant execute on function public.get_slow_query_ms() to service_role;

CREATE OR REPLACE FUNCTION public.get_spans(p_project_id integer, p_wholes integer[], OUT spans integer[], OUT slices integer[])
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_span record;
begin
  spans := '{}';
  slices := p_wholes;
  for v_span in
    select span.id, span.members
    from public.spans as span
    where span.project_id = p_project_id and span.members <@ p_wholes
    order by cardinality(span.members) desc, span.id
  loop
    if v_span.members <@ slices then
      spans := spans || v_span.id;
      slices := array(select each.id from unnest(slices) as each (id) where each.id <> all (v_span.members));
    end if;
  end loop;
end
$function$;

comment on function public.get_spans(integer,integer[]) is 'Which spans stand for some of these slices, and which slices are left.';

grant execute on function public.get_spans(integer,integer[]) to service_role;

CREATE OR REPLACE FUNCTION public.get_spans_to_join(p_project_id integer, p_timezone text, p_now bigint)
 RETURNS TABLE(ages int4range, members integer[])
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with
  local_day as (
    select each.start_ms, max(each.place) over () - 1 - each.place as age
    from unnest(public.get_time_bounds(p_now - 91 * 86400000::bigint, p_now + 1, 'day', p_timezone))
      with ordinality as each (start_ms, place)
  )
  select wanted.ages, held.members
  from (values ('[4,7)'::int4range), ('[4,30)'), ('[31,60)'), ('[60,90)')) as wanted (ages)
  cross join lateral (
    select coalesce(array_agg(day.id order by day.start_ms), '{}') as members
    from public.slices as day
    inner join local_day as d on d.start_ms = day.start_ms and d.age::integer <@ wanted.ages
    where day.project_id = p_project_id and day.timezone is not null
  ) as held
  left join public.spans as span on span.project_id = p_project_id and span.ages = wanted.ages
  where
    case when cardinality(held.members) < 2 then span.id is not null else span.members is distinct from held.members end
$function$;

comment on function public.get_spans_to_join(integer,text,bigint) is 'Spans that are not as they should be, with the slices that should be their members; fewer than two for one that is to go.';

grant execute on function public.get_spans_to_join(integer,text,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.get_step_set(p_step jsonb, OUT dim text, OUT value text)
 RETURNS record
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select s.dim, s.value
  from (
    select
      case
        when w.count = 0 and p_step ->> 'event' = '*' then 'any'
        when w.count = 0 then 'event'
        when w.count > 1 or jsonb_typeof(w.value) <> 'string' or w.value = '""' then null
        when w.key = '$route' and p_step ->> 'event' = '$pageview' then 'page'
        when
          w.key in ('$country', '$device', '$browser', '$os', '$utm_source', '$utm_medium', '$utm_campaign')
          and p_step ->> 'event' = '*'
          then substr(w.key, 2)
      end as dim,
      case when w.count = 1 then w.value #>> '{}' when p_step ->> 'event' <> '*' then p_step ->> 'event' end as value
    from (
      select count(*) as count, min(each.key) as key, (array_agg(each.value))[1] as value
      from jsonb_each(coalesce(p_step -> 'where', '{}')) as each
    ) as w
  ) as s
  where s.dim is not null
$function$;

comment on function public.get_step_set(jsonb) is 'The dimension and value of slice_people that hold everybody who has a row matching a step; nulls where none does.';

grant execute on function public.get_step_set(jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.get_stickiness(p_project_id integer, p_from bigint, p_to bigint, p_until bigint, p_period text, p_timezone text, p_week_start text DEFAULT 'monday'::text, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_bounds   bigint[] := public.get_time_bounds(p_from, p_to, p_period, p_timezone, p_week_start);
  v_to       bigint := least(v_bounds[cardinality(v_bounds)], p_until);
  v_starts   bigint[] := (select coalesce(array_agg(s order by s), '{}') from unnest(v_bounds) as s where s < v_to);
  v_days     bigint[];
  v_nobody   constant bit(8192) := repeat('0', 8192)::bit(8192);
  v_digits   bit(8192)[] := array_fill(v_nobody, array[5]);    -- a month has at most 31 days
  v_carry    bit(8192);
  v_both     bit(8192);
  v_row      record;
  v_at       text;
  v_period   integer;
  v_counts   jsonb := '[]';
  v_one      bigint[];
  v_totals   bigint[] := '{}';    -- 31 per period, one after the other
begin
  if cardinality(v_starts) = 0 then
    return '{"bounds": [], "periods": []}';
  end if;
  v_days := array(
    select s from unnest(public.get_time_bounds(v_bounds[1], v_bounds[cardinality(v_bounds)], 'day', p_timezone)) as s
    where s < v_to order by s
  );
  v_totals := array_fill(0::bigint, array[31 * cardinality(v_starts)]);
  -- Counting in binary, all people of a chunk at once: a day is added digit by digit, as one adds on paper.
  for v_row in execute format(
    $query$
      select d.period, d.chunk, d.people, lead(1) over (partition by d.period, d.chunk order by d.position) is null as is_last
      from (
        select width_bucket(($1)[b.position], $2) as period, b.position, b.chunk, b.people from (%s) as b
      ) as d
      order by d.period, d.chunk, d.position
    $query$,
    public.build_people_bits(p_project_id, v_days || v_to, '[{"event": "*"}]', p_filters, p_include_bots)
  ) using v_days, v_starts
  loop
    v_carry := v_row.people;
    for v_digit in 1..5 loop
      v_both := v_digits[v_digit] & v_carry;
      v_digits[v_digit] := v_digits[v_digit] # v_carry;
      v_carry := v_both;
      exit when v_carry = v_nobody;
    end loop;
    if v_row.is_last then
      v_one := public.count_by_digits(v_digits);
      for v_count in 1..31 loop
        v_totals[31 * (v_row.period - 1) + v_count] := v_totals[31 * (v_row.period - 1) + v_count] + v_one[v_count];
      end loop;
      v_digits := array_fill(v_nobody, array[5]);
    end if;
  end loop;
  select jsonb_agg(jsonb_build_object(
    'days', d.days, 'people', to_jsonb(v_totals[31 * (d.period - 1) + 1 : 31 * (d.period - 1) + d.days])
  ) order by d.period)
  into v_counts
  from (
    select width_bucket(day_ms, v_starts) as period, count(*)::integer as days
    from unnest(v_days) as day_ms
    group by 1
  ) as d;
  return jsonb_build_object('bounds', v_bounds[:cardinality(v_starts) + 1], 'periods', v_counts);
end
$function$;

comment on function public.get_stickiness(integer,bigint,bigint,bigint,text,text,text,jsonb,boolean) is 'Per local week or month the people active on exactly 1, 2, 3 … of its days.';

grant execute on function public.get_stickiness(integer,bigint,bigint,bigint,text,text,text,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_tie_limit(p_steps jsonb, p_position integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case
    when not bool_or(p.step ->> 'event' = s.step ->> 'event' or '*' in (p.step ->> 'event', s.step ->> 'event')) then null
    when bool_or(
      p.position = p_position - 1
      and (
        s.step ->> 'event' in ('*', p.step ->> 'event') and coalesce(s.step -> 'where', '{}') = '{}'
        or s.step = p.step
      )
    ) then 1
    else 0
  end
  from (select p_steps -> (p_position - 1) as step) as s
  inner join jsonb_array_elements(p_steps) with ordinality as p (step, position) on p.position < p_position
$function$;

comment on function public.get_tie_limit(jsonb,integer) is 'How many rows of a step the instant of the step before may hold when first times are to settle the funnel; null for any number.';

grant execute on function public.get_tie_limit(jsonb,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_time_bounds(p_from bigint, p_to bigint, p_bucket text, p_timezone text, p_week_start text DEFAULT 'monday'::text)
 RETURNS bigint[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  with
  -- the range in the time zone
  local_range as (
    select
      to_timestamp(p_from / 1000.0) as from_at,
      to_timestamp(p_to / 1000.0)   as to_at,
      to_timestamp(p_from / 1000.0) at time zone p_timezone as local_from,
      to_timestamp(p_to / 1000.0) at time zone p_timezone   as local_to
  ),
  -- Every local hour holds an instant of this grid, because clocks move by multiples of 15 minutes. Truncating an instant
  -- keeps its offset, so that the hour that happens twice in autumn gives two buckets. Where clocks moved by less than an
  -- hour (Lord Howe: 30 minutes) the hour may have begun under another offset: then it begins with the change.
  hour_start as (
    select
      case
        when h.truncated_at at time zone p_timezone = date_trunc('hour', h.first_at at time zone p_timezone)
          then h.truncated_at
        else h.first_at
      end as start_at
    from (
      select date_trunc('hour', grid.grid_at, p_timezone) as truncated_at, min(grid.grid_at) as first_at
      from
        local_range,
        generate_series(
          date_bin('15 minutes', from_at, 'epoch') - interval '1 hour', to_at + interval '2 hours', interval '15 minutes'
        ) as grid (grid_at)
      where p_bucket = 'hour'
      group by 1
    ) as h
  ),
  -- the first dates of the local days, weeks or months
  local_date as (
    select series.local_at
    from
      local_range,
      generate_series(
        case
          when p_bucket = 'week' and p_week_start = 'sunday'
            then date_trunc('week', local_from + interval '1 day') - interval '1 day'
          else date_trunc(p_bucket, local_from)
        end,
        local_to + 2 * ('1 ' || p_bucket)::interval,
        ('1 ' || p_bucket)::interval
      ) as series (local_at)
    where p_bucket in ('day', 'week', 'month')
  ),
  -- The first instant of each date. Where midnight is skipped Postgres already answers the instant of the change; where
  -- clocks fall back to midnight it answers the second midnight, and the date began an hour before that.
  date_start as (
    select
      case
        when ((local_at at time zone p_timezone) - interval '1 hour') at time zone p_timezone >= local_at
          then (local_at at time zone p_timezone) - interval '1 hour'
        else local_at at time zone p_timezone
      end as start_at
    from local_date
  ),
  -- a date that a zone skipped whole (Samoa, 30 December 2011) begins with the next one: one bucket
  bound as (
    select distinct (extract(epoch from start_at) * 1000)::bigint as start_ms
    from (select start_at from hour_start union all select start_at from date_start) as starts
  )
  select array_agg(start_ms order by start_ms)
  from bound
  where
    start_ms >= (select max(start_ms) from bound where start_ms <= p_from)
    and start_ms <= (select min(start_ms) from bound where start_ms >= p_to)
$function$;

comment on function public.get_time_bounds(bigint,bigint,text,text,text) is 'Instants (ms) at which the local hours, days, weeks or months of a time zone begin, over the buckets that touch [p_from, p_to), and the end of the last one.';

grant execute on function public.get_time_bounds(bigint,bigint,text,text,text) to service_role;

CREATE OR REPLACE FUNCTION public.get_top_events(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_limit integer DEFAULT 50)
 RETURNS TABLE(event text, count bigint, people bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  select d.value, d.row_count, d.people
  from public.get_dimension(p_project_id, p_from, p_to, 'event', p_filters, p_include_bots) as d
  order by d.row_count desc, d.value
  limit p_limit
$function$;

comment on function public.get_top_events(integer,bigint,bigint,jsonb,boolean,integer) is 'Event names by number of events, with their people.';

grant execute on function public.get_top_events(integer,bigint,bigint,jsonb,boolean,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_top_pages(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_limit integer DEFAULT 50)
 RETURNS TABLE(route text, count bigint, people bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  select d.value, d.row_count, d.people
  from public.get_dimension(p_project_id, p_from, p_to, 'page', p_filters, p_include_bots) as d
  order by d.row_count desc, d.value
  limit p_limit
$function$;

comment on function public.get_top_pages(integer,bigint,bigint,jsonb,boolean,integer) is 'Routes by number of page views, with their people.';

grant execute on function public.get_top_pages(integer,bigint,bigint,jsonb,boolean,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_trait_suggestions(p_project_id integer)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  with
  -- profiles are keyed by a random id: the first of them are as good a sample as any
  sample as (
    select profile.traits
    from public.user_profiles as profile
    where profile.project_id = p_project_id and profile.traits is not null
    limit 20000
  ),
  pair as (
    select trait.key, trait.value, count(*) as profile_count
    from sample as s
    cross join jsonb_each(s.traits) as trait
    group by trait.key, trait.value
  ),
  trait_key as (
    select
      p.key,
      sum(p.profile_count) as profile_count,
      -- A value of a few people may be an address: only what is shared by five says nothing about anybody.
      (array_agg(p.value order by p.profile_count desc, p.value) filter (
        where p.profile_count >= 5 and jsonb_typeof(p.value) in ('string', 'number', 'boolean')
      ))[1:20] as known_values
    from pair as p
    group by p.key
    order by profile_count desc, p.key
    limit 200
  )
  select coalesce(jsonb_agg(
    jsonb_build_object('key', k.key, 'values', coalesce(to_jsonb(k.known_values), '[]')) order by k.profile_count desc, k.key
  ), '[]')
  from trait_key as k
$function$;

comment on function public.get_trait_suggestions(integer) is 'Keys of traits, the most frequent first, each with up to 20 values that at least five people share, of up to 20,000 profiles.';

grant execute on function public.get_trait_suggestions(integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_unordered_attempts(p_times bigint[], p_masks integer[], p_step_count integer, p_window_ms bigint)
 RETURNS TABLE(place integer, start bigint, reached integer, times bigint[])
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  -- rows by mask and time: those of the d-th mask are v_rows[v_head[d]] … v_rows[v_end[d]], of which v_head passes what lies before
  v_rows    integer[] := array(select r from generate_subscripts(p_masks, 1) as r order by p_masks[r], r);
  v_end     integer[] := array(
    select max(by_mask.rank) from (
      select p_masks[r] as mask, row_number() over (order by p_masks[r], r) as rank
      from generate_subscripts(p_masks, 1) as r
    ) as by_mask
    group by by_mask.mask
    order by by_mask.mask
  );
  v_head    integer[] := array(select coalesce(lag(e) over (order by e), 0) + 1 from unnest(v_end) as e);
  v_owner   integer[];            -- by step: the mask of the row that serves it, 0 for none
  v_from    integer[];            -- by step: the step that gives its row up to it; -1 for the new row; null when not found
  v_queue   integer[];
  v_near    integer[];
  v_row     integer;
  v_step    integer;
  v_free    integer;
begin
  for i in 1..cardinality(p_times) loop
    -- of the rows of one instant the first sees all the others
    continue when i > 1 and p_times[i] = p_times[i - 1];
    -- more rows of one mask than there are steps serve nothing
    v_near := '{}';
    for d in 1..cardinality(v_end) loop
      while v_head[d] <= v_end[d] and v_rows[v_head[d]] < i loop
        v_head[d] := v_head[d] + 1;
      end loop;
      v_near := v_near || v_rows[v_head[d] : least(v_end[d], v_head[d] + p_step_count - 1)];
    end loop;
    place := i;
    start := p_times[i];
    times := '{}';
    v_owner := array_fill(0, array[p_step_count]);
    for v_row in select near.r from unnest(v_near) as near (r) order by near.r loop
      exit when p_times[v_row] > start + p_window_ms or cardinality(times) = p_step_count;
      -- give the row to a step, moving others if need be (augmenting path of a bipartite matching)
      v_from := array_fill(null::integer, array[p_step_count]);
      v_queue := '{}';
      v_free := 0;
      for s in 1..p_step_count loop
        if p_masks[v_row] & (1 << (s - 1)) <> 0 then
          v_from[s] := -1;
          v_queue := v_queue || s;
        end if;
      end loop;
      while v_free = 0 and cardinality(v_queue) > 0 loop
        v_step := v_queue[1];
        v_queue := v_queue[2:];
        if v_owner[v_step] = 0 then
          v_free := v_step;
        else
          for s in 1..p_step_count loop
            if v_from[s] is null and v_owner[v_step] & (1 << (s - 1)) <> 0 then
              v_from[s] := v_step;
              v_queue := v_queue || s;
            end if;
          end loop;
        end if;
      end loop;
      continue when v_free = 0;
      while v_from[v_free] <> -1 loop
        v_owner[v_free] := v_owner[v_from[v_free]];
        v_free := v_from[v_free];
      end loop;
      v_owner[v_free] := p_masks[v_row];
      times := times || p_times[v_row];
    end loop;
    reached := cardinality(times);
    return next;
  end loop;
end
$function$;

comment on function public.get_unordered_attempts(bigint[],integer[],integer,bigint) is 'The attempts of one unit at a funnel in any order whose rows may match several steps: how many steps each got, and when.';

grant execute on function public.get_unordered_attempts(bigint[],integer[],integer,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.get_untried_letters(p_project_id integer, p_letter_ids bigint[], p_before timestamp with time zone, p_limit integer)
 RETURNS TABLE(letter_id bigint, lane text, content jsonb, before timestamp with time zone)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select letter.letter_id, letter.lane, letter.content, coalesce(p_before, now())
  from public.dead_letters as letter
  where letter.project_id = p_project_id
    and letter.tried_at < coalesce(p_before, now())
    and (p_letter_ids is null or letter.letter_id = any (p_letter_ids))
  order by letter.tried_at, letter.letter_id
  limit p_limit
$function$;

comment on function public.get_untried_letters(integer,bigint[],timestamp with time zone,integer) is 'Letters that were not tried since p_before, the longest untried first; before is what the next call of the same round passes.';

grant execute on function public.get_untried_letters(integer,bigint[],timestamp with time zone,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_visit_lengths()
 RETURNS bigint[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select array_agg(bound.ms order by bound.ms)
  from (
    select 1::bigint as ms
    union all
    select (8 + eighth)::bigint << doubling from generate_series(4, 23) as doubling cross join generate_series(0, 7) as eighth
  ) as bound
$function$;

comment on function public.get_visit_lengths() is 'Bounds (ms) by which lengths of visits are counted, so that a median looks at few of them.';

grant execute on function public.get_visit_lengths() to service_role;

CREATE OR REPLACE FUNCTION public.get_visit_plan(p_project_id integer, p_from bigint, p_to bigint, OUT wholes integer[], OUT parts integer[], OUT gaps int8multirange, OUT cut integer, OUT cut_ms bigint)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_plan    record;
  v_unknown integer[];
begin
  select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
  v_unknown := array(
    select each.id
    from unnest(v_plan.wholes || v_plan.parts) as each (id)
    where not exists (select from public.slice_visits as held where held.slice_id = each.id)
  );
  wholes := array(select each.id from unnest(v_plan.wholes) as each (id) where each.id <> all (v_unknown));
  parts := array(select each.id from unnest(v_plan.parts) as each (id) where each.id <> all (v_unknown));
  gaps := v_plan.gaps + coalesce(
    (
      select range_agg(int8range(slice.start_ms, slice.end_ms) * int8range(p_from, greatest(p_to, p_from)))
      from public.slices as slice
      where slice.id = any (v_unknown)
    ),
    '{}'
  );
  select slice.id, min(over_it.start_ms)
  into cut, cut_ms
  from public.slices as slice
  inner join public.slice_visits as held on held.slice_id = slice.id
  left join lateral (
    select slice.start_ms + each.start as start_ms
    from unnest(held.starts, held.lengths) as each (start, length)
    where slice.start_ms + each.start < p_to and slice.start_ms + each.start + each.length >= p_to
  ) as over_it on true
  where slice.id = any (parts) and slice.start_ms < p_to and slice.end_ms > p_to
  group by slice.id;
end
$function$;

comment on function public.get_visit_plan(integer,bigint,bigint) is 'Which slices answer for the sessions of a range, and which stretches only raw rows do.';

grant execute on function public.get_visit_plan(integer,bigint,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.get_visitor_salt(p_day integer)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_salt text;
begin
  -- A salt that was destroyed must not come back as another, nor exist ahead of its time.
  if p_day is null or abs(p_day - floor(extract(epoch from now()) / 86400)) > 1 then
    raise exception 'invalid_day' using errcode = '22023', hint = 'Today, yesterday or tomorrow, in days since 1970-01-01 UTC.';
  end if;
  select held.salt into v_salt from public.visitor_salts as held where held.day = p_day;
  if found then
    return v_salt;
  end if;
  perform public.purge_visitor_salts();
  insert into public.visitor_salts (day) values (p_day) on conflict do nothing;
  -- Whoever came first made it.
  select held.salt into strict v_salt from public.visitor_salts as held where held.day = p_day;
  return v_salt;
end
$function$;

comment on function public.get_visitor_salt(integer) is 'The salt of a day, made by the first who asks. Fails with 22023 for any day but today, yesterday and tomorrow.';

grant execute on function public.get_visitor_salt(integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_vital_breakdowns(p_project_id integer, p_from bigint, p_to bigint, p_dimensions text[], p_is_soft boolean DEFAULT false, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_limit integer DEFAULT 50)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      cell as materialized (
        select
          c.dimension, c.value, c.vital, sum(c.count)::bigint as count, sum(c.good)::bigint as good,
          sum(c.poor)::bigint as poor, sum(c.zero)::bigint as zero, sum(c.fine) as fine, sum(c.coarse) as coarse
        from (%s) as c
        where c.is_soft = $1
        group by c.dimension, c.value, c.vital
      ),
      shown as (
        select n.dimension, n.value, n.count
        from (
          select c.*, row_number() over (partition by c.dimension order by c.count desc, c.value) as place
          from cell as c
          where c.vital = 'navigation'
        ) as n
        where n.place <= $2 * case when n.dimension = 'route' then 2 else 1 end
      )
      select coalesce(jsonb_agg(r.shown order by r.dimension, r.count desc, r.value), '[]')
      from (
        select
          s.dimension, s.value, s.count,
          jsonb_build_object('dimension', s.dimension, 'value', s.value, 'count', s.count) || coalesce(
            jsonb_object_agg(c.vital, jsonb_build_object(
              'count', c.count, 'good', c.good, 'poor', c.poor,
              'p75', public.get_histogram_value(c.fine, c.coarse, c.zero, c.count, 0.75)
            )) filter (where c.vital is not null),
            '{}'
          ) as shown
        from shown as s
        left join cell as c on c.dimension = s.dimension and c.value = s.value and c.vital <> 'navigation'
        group by s.dimension, s.value, s.count
      ) as r
    $query$,
    public.build_vital_cells(p_project_id, p_from, p_to, null, p_filters, p_include_bots, p_dimensions)
  ) into v_answer using p_is_soft, p_limit;
  return v_answer;
end
$function$;

comment on function public.get_vital_breakdowns(integer,bigint,bigint,text[],boolean,jsonb,boolean,integer) is '[{ dimension, value, count, lcp: { count, good, poor, p75 } … }]: the values of each dimension with most navigations first; a vital without samples is absent.';

grant execute on function public.get_vital_breakdowns(integer,bigint,bigint,text[],boolean,jsonb,boolean,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_vital_causes(p_project_id integer, p_from bigint, p_to bigint, p_vital text, p_is_soft boolean DEFAULT false, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_limit integer DEFAULT 10000, p_rows integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
 SET enable_sort TO 'off'
 SET max_parallel_workers_per_gather TO '0'
AS $function$
declare
  v_answer jsonb;
begin
  if p_vital is null or p_vital not in ('lcp', 'inp', 'cls') then
    raise exception 'unknown_vital' using errcode = '22023', hint = 'lcp, inp or cls.';
  end if;
  execute format(
    $query$
      with
      newest as materialized (
        select m.%1$I::double precision as value, m.attribution -> %1$L as cause
        from public.performance_metrics as m
        where m.project_id = $1 and m.timestamp >= $2 and m.timestamp < $3
          and (m.navigation_type is not distinct from 'soft-navigation') = $4
          and m.%1$I is not null and jsonb_typeof(m.attribution -> %1$L) = 'object' and %2$s
        order by m.timestamp desc
        limit $5 + 1
      ),
      sample as materialized (
        select n.value, n.cause, n.value > t.good_max as is_slow
        from (select newest.* from newest limit $5) as n
        cross join public.get_vital_thresholds() as t
        where t.vital = %1$L
      ),
      part as (
        select
          p.part, count(*) as count, sum(d.duration) as total,
          percentile_disc(0.75) within group (order by d.duration) as p75
        from sample as s
        cross join unnest(array[
          'timeToFirstByte', 'resourceLoadDelay', 'resourceLoadDuration', 'elementRenderDelay',
          'inputDelay', 'processingDuration', 'presentationDelay'
        ]) as p (part)
        cross join lateral (
          select case when jsonb_typeof(s.cause -> p.part) = 'number' then (s.cause ->> p.part)::double precision end
        ) as d (duration)
        where d.duration is not null
        group by p.part
      ),
      cause as (
        select
          k.kind, s.cause ->> k.field as value, count(*) as count,
          count(*) filter (where s.is_slow) as slow_count,
          percentile_disc(0.75) within group (
            order by case
              when k.measure is null then s.value
              when jsonb_typeof(s.cause -> k.measure) = 'number' then (s.cause ->> k.measure)::double precision
            end
          ) as p75
        from sample as s
        cross join (
          values
            ('target', 'target', null), ('target', 'interactionTarget', null), ('target', 'largestShiftTarget', null),
            ('url', 'url', null), ('eventType', 'interactionType', null), ('loadState', 'loadState', null),
            ('script', 'longestScriptUrl', 'longestScriptDuration'),
            ('scriptPart', 'longestScriptSubpart', 'longestScriptDuration')
        ) as k (kind, field, measure)
        where jsonb_typeof(s.cause -> k.field) = 'string' and s.cause ->> k.field <> ''
        group by k.kind, s.cause ->> k.field
      ),
      shown as (
        select c.*, row_number() over (partition by c.kind order by c.slow_count desc, c.count desc, c.value) as place
        from cause as c
      )
      select jsonb_build_object(
        'count', (select count(*) from sample),
        'limit', $5,
        'isWhole', (select count(*) <= $5 from newest),
        'parts', (
          select coalesce(jsonb_agg(jsonb_build_object(
            'part', p.part, 'count', p.count, 'p75', p.p75, 'total', p.total
          )), '[]')
          from part as p
        ),
        'causes', (
          select coalesce(jsonb_agg(jsonb_build_object(
            'kind', s.kind, 'value', s.value, 'count', s.count, 'slowCount', s.slow_count, 'p75', s.p75
          ) order by s.kind, s.place), '[]')
          from shown as s
          where s.place <= $6 and s.p75 is not null
        )
      )
    $query$,
    p_vital, public.build_vital_filter(p_project_id, p_filters, p_include_bots)
  ) into v_answer using p_project_id, p_from, p_to, p_is_soft, p_limit, p_rows;
  return v_answer;
end
$function$;

comment on function public.get_vital_causes(integer,bigint,bigint,text,boolean,jsonb,boolean,integer,integer) is '{ count, limit, isWhole, parts: [{ part, count, p75, total }], causes: [{ kind, value, count, slowCount, p75 }] } over the newest samples whose cause is known; durations in ms; slow are those that are not good. Those with most slow samples first.';

grant execute on function public.get_vital_causes(integer,bigint,bigint,text,boolean,jsonb,boolean,integer,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_vital_overview(p_project_id integer, p_from bigint, p_to bigint, p_bucket text, p_timezone text, p_is_soft boolean DEFAULT false, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_bounds bigint[] := case when p_bucket is not null then public.get_time_bounds(p_from, p_to, p_bucket, p_timezone) end;
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      cell as materialized (
        select
          c.position, c.is_soft, c.vital, sum(c.count)::bigint as count, sum(c.good)::bigint as good,
          sum(c.poor)::bigint as poor, sum(c.zero)::bigint as zero, sum(c.fine) as fine, sum(c.coarse) as coarse
        from (%s) as c
        group by c.position, c.is_soft, c.vital
      ),
      vital as (select t.vital from public.get_vital_thresholds() as t),
      point as (
        select
          v.vital,
          jsonb_agg(
            jsonb_build_object(
              'start', b.start_ms, 'count', coalesce(c.count, 0),
              'p75', public.get_histogram_value(c.fine, c.coarse, c.zero, c.count, 0.75)
            )
            order by b.start_ms
          ) as points
        from vital as v
        cross join lateral unnest(trim_array($1, 1)) with ordinality as b (start_ms, position)
        left join cell as c on c.position = b.position and c.vital = v.vital and c.is_soft = $2
        group by v.vital
      ),
      total as (
        select
          v.vital, coalesce(sum(c.count), 0) as count, coalesce(sum(c.good), 0) as good, coalesce(sum(c.poor), 0) as poor,
          coalesce(sum(c.zero), 0) as zero, coalesce(sum(c.fine), 0)::text as digits
        from vital as v
        left join cell as c on c.vital = v.vital and c.is_soft = $2
        group by v.vital
      )
      select jsonb_build_object(
        'hard', coalesce((select sum(c.count) from cell as c where c.vital = 'navigation' and not c.is_soft), 0),
        'soft', coalesce((select sum(c.count) from cell as c where c.vital = 'navigation' and c.is_soft), 0),
        'series', (select jsonb_object_agg(p.vital, p.points) from point as p),
        'vitals', (
          select jsonb_object_agg(t.vital, jsonb_build_object(
            'count', t.count, 'good', t.good, 'poor', t.poor, 'zero', t.zero,
            'digits', rtrim(t.digits, '0'), 'length', length(t.digits)
          ))
          from total as t
        )
      )
    $query$,
    public.build_vital_cells(p_project_id, p_from, p_to, v_bounds, p_filters, p_include_bots, '{all}')
  ) into v_answer using v_bounds, p_is_soft;
  return v_answer;
end
$function$;

comment on function public.get_vital_overview(integer,bigint,bigint,text,text,boolean,jsonb,boolean) is '{ hard, soft, vitals: { lcp: { count, good, poor, zero, digits, length } … }, series: { lcp: [{ start, p75, count }] … } or null }: navigations of both kinds, each vital over the range, and p75 per local hour or day, empty ones included.';

grant execute on function public.get_vital_overview(integer,bigint,bigint,text,text,boolean,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_vital_samples(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_limit integer DEFAULT 1000)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
declare
  v_answer jsonb;
begin
  execute format(
    $query$
      select coalesce(jsonb_agg(to_jsonb(s)), '[]')
      from (
        select
          m.timestamp, m.route, m.device, m.connection, m.country, m.browser, m.navigation_type, m.release,
          m.lcp, m.inp, m.cls, m.fcp, m.ttfb, m.custom
        from public.performance_metrics as m
        where m.project_id = $1 and m.timestamp >= $2 and m.timestamp < $3 and %s
        limit $4 + 1
      ) as s
    $query$,
    public.build_vital_filter(p_project_id, p_filters, p_include_bots)
  ) into v_answer using p_project_id, p_from, p_to, p_limit;
  return case when jsonb_array_length(v_answer) <= p_limit then v_answer end;
end
$function$;

comment on function public.get_vital_samples(integer,bigint,bigint,jsonb,boolean,integer) is 'Rows of performance_metrics in [p_from, p_to) with what reports need of them, hard and soft ones and those of custom metrics alone, in no order; null when there are more than p_limit.';

grant execute on function public.get_vital_samples(integer,bigint,bigint,jsonb,boolean,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_vital_thresholds()
 RETURNS TABLE(vital text, good_max double precision, needs_improvement_max double precision)
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  values ('lcp', 2500::double precision, 4000::double precision), ('inp', 200, 500), ('cls', 0.1, 0.25),
    ('fcp', 1800, 3000), ('ttfb', 800, 1800)
$function$;

comment on function public.get_vital_thresholds() is 'Bounds of the classes, inclusive, as in lib/core/vitals.ts; https://web.dev/articles/vitals. Slices count by them: when they change, slices are made anew.';

grant execute on function public.get_vital_thresholds() to service_role;

CREATE OR REPLACE FUNCTION public.get_waiting_rollups(p_now bigint, p_quiet_ms bigint DEFAULT 10000)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'days', (
      select coalesce(sum(case when due.days > 0 then due.days else due.spans end), 0)
      from (
        select
          (
            select count(*)
            from public.get_days_to_roll_up(project.id, project.timezone, p_quiet_ms, p_now, 250000)
          ) as days,
          (select count(*) from public.get_spans_to_join(project.id, project.timezone, p_now)) as spans
        from public.projects as project
      ) as due
    ),
    'vitalHours', (
      select count(*)
      from (select distinct m.project_id, m.hour_ms from public.vital_marks as m where m.hour_ms <= p_now - 3600000) as due
    ),
    'callHours', (
      select count(*)
      from (select distinct m.project_id, m.lane, m.hour_ms from public.call_marks as m where m.hour_ms <= p_now - 3600000) as due
    )
  )
$function$;

comment on function public.get_waiting_rollups(bigint,bigint) is '{ days, vitalHours, callHours } that roll_up_slices, roll_up_vitals and roll_up_calls have still to make, those that somebody is making included.';

grant execute on function public.get_waiting_rollups(bigint,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.get_window_end(p_project_id integer, p_table regclass, p_from bigint, p_rows integer)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_end bigint;
begin
  execute format(
    'select max(head.timestamp) from (
       select held.timestamp from %s as held
       where held.project_id = $1 and held.timestamp >= $2
       order by held.timestamp limit $3
     ) as head',
    p_table
  ) into v_end using p_project_id, coalesce(p_from, -62135596800000), p_rows;
  return v_end;
end
$function$;

comment on function public.get_window_end(integer,regclass,bigint,integer) is 'The timestamp of the p_rows-th row of a project from p_from on, or of its last: [p_from, this] holds that many rows, and more only when many share this very timestamp. Null when there is no row.';

grant execute on function public.get_window_end(integer,regclass,bigint,integer) to service_role;

CREATE OR REPLACE FUNCTION public.has_disjoint_steps(p_definition jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select count(distinct s ->> 'event') = count(*) and not bool_or(s ->> 'event' = '*')
  from jsonb_array_elements(p_definition -> 'steps') as s
$function$;

comment on function public.has_disjoint_steps(jsonb) is 'Whether a row can match one step of this funnel at most.';

grant execute on function public.has_disjoint_steps(jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.has_numbered_people(p_definition jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select
    p_definition ->> 'order' <> 'strict' and p_definition ->> 'unit' = 'person' and p_definition ->> 'conversions' is null
$function$;

comment on function public.has_numbered_people(jsonb) is 'Whether the hits of this funnel come from build_step_hits.';

grant execute on function public.has_numbered_people(jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.has_slice_dimension(p_dim text, p_filters jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select public.has_slice_settings(p_filters)
    and (
      p_dim in ('event', 'page')
      or (coalesce(p_filters -> 'event', 'null') = 'null' and coalesce(p_filters -> 'route', 'null') = 'null')
    )
$function$;

comment on function public.has_slice_dimension(text,jsonb) is 'Whether slices know the dimension under the filters.';

grant execute on function public.has_slice_dimension(text,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.has_slice_settings(p_filters jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select not exists (
    select
    from jsonb_each(coalesce(p_filters, '{}')) as f
    where
      f.value <> 'null' and f.key not in ('segment', 'now')
      and (
        jsonb_typeof(f.value) <> 'string'
        or f.key not in ('event', 'route', 'device', 'country', 'browser', 'os', 'referrer', 'utm_source')
        or (f.key = 'referrer' and f.value #>> '{}' like '%://%')
      )
  )
$function$;

comment on function public.has_slice_settings(jsonb) is 'Whether slices know which rows pass the filters, apart from the segment.';

grant execute on function public.has_slice_settings(jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.is_about_everybody(p_filters jsonb, p_include_bots boolean)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select not p_include_bots and not exists (
    select from jsonb_each(coalesce(p_filters, '{}')) as f where f.value <> 'null' and f.key not in ('event', 'now')
  )
$function$;

comment on function public.is_about_everybody(jsonb,boolean) is 'Whether filters leave no row out but by its event.';

grant execute on function public.is_about_everybody(jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.is_answered_by_settings(p_filters jsonb, p_include_bots boolean)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select not p_include_bots and public.has_slice_settings(p_filters) and exists (
    select from jsonb_each(coalesce(p_filters, '{}')) as f where f.value <> 'null' and f.key <> 'now'
  )
$function$;

comment on function public.is_answered_by_settings(jsonb,boolean) is 'Whether there is a filter, and settings and a segment are all that is asked of slices.';

grant execute on function public.is_answered_by_settings(jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.is_day_of_hours(p_start bigint, p_end bigint, p_now bigint)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select p_end > p_now - 8 * 86400000::bigint or exists (
    select
    from unnest('{14,30,60,90}'::bigint[]) as edge (days)
    where p_start <= p_now - edge.days * 86400000 and p_end > p_now - edge.days * 86400000
  )
$function$;

comment on function public.is_day_of_hours(bigint,bigint,bigint) is 'Whether the hours of the local day [p_start, p_end) are worth their room at p_now.';

grant execute on function public.is_day_of_hours(bigint,bigint,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.is_last_admin(p_project_id integer, p_user_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(bool_and(member.user_id = p_user_id), false)
  from public.members as member
  where member.project_id = p_project_id and member.role = 'admin'
$function$;

comment on function public.is_last_admin(integer,uuid) is 'Whether this person is an admin of the project and nobody else is.';

grant execute on function public.is_last_admin(integer,uuid) to service_role;

CREATE OR REPLACE FUNCTION public.is_settled_by_first(p_definition jsonb, p_include_bots boolean)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select public.has_numbered_people(p_definition) and case p_definition ->> 'order'
    when 'ordered' then
      f.is_sliced or not public.has_disjoint_steps(p_definition) or coalesce(p_definition -> 'exclusions', '[]') <> '[]'
    when 'unordered' then f.are_names_distinct and f.has_name and not f.has_odd_any and (f.is_sliced or f.has_any)
    else false
  end
  from (
    select
      not p_include_bots and bool_and(public.is_slice_step(s.step)) as is_sliced,
      count(distinct s.step ->> 'event') = count(*) as are_names_distinct,
      bool_or(s.step ->> 'event' <> '*') as has_name,
      bool_or(s.step ->> 'event' = '*') as has_any,
      bool_or(s.step ->> 'event' = '*' and coalesce(s.step -> 'where', '{}') <> '{}') as has_odd_any
    from jsonb_array_elements(p_definition -> 'steps') as s (step)
  ) as f
$function$;

comment on function public.is_settled_by_first(jsonb,boolean) is 'Whether first times settle the paths of a funnel, and faster than a sort.';

grant execute on function public.is_settled_by_first(jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.is_slice_filter(p_filters jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select not exists (
    select from jsonb_each(coalesce(p_filters, '{}')) as f where f.value <> 'null' and f.key not in ('event', 'now')
  )
$function$;

comment on function public.is_slice_filter(jsonb) is 'Whether slices know which rows pass the filters.';

grant execute on function public.is_slice_filter(jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.is_slice_step(p_step jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select not exists (
    select
    from jsonb_object_keys(coalesce(p_step -> 'where', '{}')) as w (key)
    where w.key <> '$route' or p_step ->> 'event' is distinct from '$pageview'
  )
$function$;

comment on function public.is_slice_step(jsonb) is 'Whether slices know who matches a step.';

grant execute on function public.is_slice_step(jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.is_streamed(p_steps jsonb, p_filters jsonb, p_include_bots boolean)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select
    not p_include_bots
    and not exists (select from jsonb_each(coalesce(p_filters, '{}')) as f where f.value <> 'null' and f.key <> 'now')
    and (select bool_and(public.is_slice_step(s)) from jsonb_array_elements(p_steps) as s)
$function$;

comment on function public.is_streamed(jsonb,jsonb,boolean) is 'Whether the hits of these steps are in the slices as they are.';

grant execute on function public.is_streamed(jsonb,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.join_span(p_project_id integer, p_ages int4range, p_members integer[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_id integer;
begin
  delete from public.spans as span where span.project_id = p_project_id and span.ages = p_ages;
  if cardinality(p_members) < 2 then
    return;
  end if;
  insert into public.spans (project_id, ages, members) values (p_project_id, p_ages, p_members) returning id into v_id;
  with
  held as materialized (
    select held.dim, held.value, held.chunk, held.row_count, held.session_count, held.numbers, held.people
    from public.slice_people as held
    where held.slice_id = any (p_members) and held.dim <> 'hour'
  ),
  -- of each chunk the bit strings of some days, and the numbers of others
  chunk as materialized (
    select c.dim, c.value, c.chunk, bit_or(c.people) as people, max(c.numbers) as numbers
    from (
      select h.dim, h.value, h.chunk, h.people, null::integer[] as numbers from held as h where h.chunk >= 0
      union all
      select h.dim, h.value, each.number >> 15, null, array_agg(distinct each.number)
      from held as h
      cross join lateral unnest(h.numbers) as each (number)
      where h.chunk = -1
      group by h.dim, h.value, each.number >> 15
    ) as c
    group by c.dim, c.value, c.chunk
  )
  insert into public.span_people (span_id, dim, value, chunk, row_count, session_count, numbers, people)
  select
    v_id, c.dim, c.value, c.chunk, 0, 0, null,
    case
      when c.numbers is null then c.people
      when c.people is null then public.to_people(c.numbers)
      else c.people | public.to_people(c.numbers)
    end
  from chunk as c
  where c.people is not null or cardinality(c.numbers) >= 16
  union all
  select v_id, c.dim, c.value, -1, sum(c.row_count), sum(c.session_count), coalesce(array_agg(c.number order by c.number) filter (where c.number is not null), '{}'), null
  from (
    select h.dim, h.value, h.row_count, h.session_count, null::integer as number from held as h where h.chunk = -1
    union all
    select t.dim, t.value, 0, 0, unnest(t.numbers) from chunk as t where t.people is null and cardinality(t.numbers) < 16
  ) as c
  group by c.dim, c.value;
end
$function$;

comment on function public.join_span(integer,int4range,integer[]) is 'Joins the sets of these days to a span in the place of the one with these ages.';

grant execute on function public.join_span(integer,int4range,integer[]) to service_role;

CREATE OR REPLACE FUNCTION public.lock_appends(p_project_id integer, p_is_alone boolean)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if p_is_alone then
    perform pg_advisory_xact_lock(hashtext('growth_stack.append'), p_project_id);
  else
    perform pg_advisory_xact_lock_shared(hashtext('growth_stack.append'), p_project_id);
  end if;
end
$function$;

comment on function public.lock_appends(integer,boolean) is 'Held to the end of the transaction by whoever appends rows to a project (shared), and by whoever has to see all of them and no further one (alone). Taken before any row is locked, so that it cannot be part of a deadlock.';

grant execute on function public.lock_appends(integer,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.mark_all_slices()
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with marked as (
    -- Marked long ago: nobody is to wait until it is quiet.
    insert into public.slice_marks (project_id, from_ms, to_ms, marked_at)
    select held.project_id, min(held.from_ms), max(held.to_ms), now() - interval '1 hour'
    from (
      select c.project_id, c.hour as from_ms, c.hour + 3600000 as to_ms from public.event_counts as c
      union all
      select slice.project_id, slice.start_ms, slice.end_ms from public.slices as slice
    ) as held
    group by held.project_id
    returning project_id
  )
  select count(*)::integer from marked
$function$;

comment on function public.mark_all_slices() is 'Marks everything, so that the builder makes all slices anew; readers use raw rows until then and stay exact. Returns how many projects have something.';

grant execute on function public.mark_all_slices() to service_role;

CREATE OR REPLACE FUNCTION public.mark_call_hours()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into public.call_marks (project_id, lane, hour_ms)
  select distinct c.project_id, tg_argv[0], public.to_slice_start(c.timestamp, 1)
  from changed as c;
  return null;
end
$function$;

comment on function public.mark_call_hours() is 'Marks the hours of changed rows; its argument is their lane.';

grant execute on function public.mark_call_hours() to service_role;

CREATE OR REPLACE FUNCTION public.mark_changed_links()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'INSERT' then
    insert into public.slice_links (project_id, person_id)
    select c.project_id, uuid_hash_extended(c.actor_id, 0) from changed as c
    -- the actor of a user, by which the user is known, counted for nobody else before
    where c.actor_id <> c.person_id;
  else
    insert into public.slice_links (project_id, person_id)
    select c.project_id, uuid_hash_extended(c.person_id, 0) from changed as c;
  end if;
  return null;
end
$function$;

comment on function public.mark_changed_links() is 'Notes whose rows count for somebody else from now on.';

grant execute on function public.mark_changed_links() to service_role;

CREATE OR REPLACE FUNCTION public.mark_changed_rows()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into public.slice_marks (project_id, from_ms, to_ms)
  select distinct held.project_id, held.hour, held.hour + 3600000
  from (
    select c.project_id, c.timestamp - ((c.timestamp % 3600000) + 3600000) % 3600000 as hour from changed as c
  ) as held;
  return null;
end
$function$;

comment on function public.mark_changed_rows() is 'Marks the hours of rows that were updated or deleted; their timestamps never change.';

grant execute on function public.mark_changed_rows() to service_role;

CREATE OR REPLACE FUNCTION public.mark_erased_people()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into public.slice_links (project_id, person_id, is_erased)
  select old.project_id, uuid_hash_extended(erased.actor_id, 0), true
  from unnest(old.actor_ids) as erased (actor_id);
  return null;
end
$function$;

comment on function public.mark_erased_people() is 'Notes whose number is to go.';

grant execute on function public.mark_erased_people() to service_role;

CREATE OR REPLACE FUNCTION public.mark_unnumbered_slices(p_project_id integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if not exists (select from public.slice_links as link where link.project_id = p_project_id) then
    return;
  end if;
  insert into public.slice_marks (project_id, from_ms, to_ms)
  select p_project_id, slice.start_ms, slice.end_ms
  from public.slices as slice
  where
    slice.project_id = p_project_id and slice.built_at = now()
    and (
      select count(*)
      from public.slice_events as held
      cross join lateral unnest(held.people) as hit (number)
      where held.slice_id = slice.id and hit.number = -1
    ) > (
      select count(*)
      from (
        select e.person_id
        from public.person_events as e
        where
          e.project_id = p_project_id and e.timestamp >= slice.start_ms and e.timestamp < slice.end_ms
          and e.bot_reasons is null and e.person_id is null
        union all
        select c.person_id
        from public.person_conversions as c
        where
          c.project_id = p_project_id and c.timestamp >= slice.start_ms and c.timestamp < slice.end_ms
          and c.bot_reasons is null and c.person_id is null
      ) as nobody
    );
end
$function$;

comment on function public.mark_unnumbered_slices(integer) is 'Marks what was rolled up in this transaction while a link was made, if rows of somebody without a number are in it.';

grant execute on function public.mark_unnumbered_slices(integer) to service_role;

CREATE OR REPLACE FUNCTION public.mark_vital_hours()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into public.vital_marks (project_id, hour_ms)
  select distinct c.project_id, public.to_slice_start(c.timestamp, 1)
  from changed as c;
  return null;
end
$function$;

comment on function public.mark_vital_hours() is 'Marks the hours of changed rows.';

grant execute on function public.mark_vital_hours() to service_role;

CREATE OR REPLACE FUNCTION public.merge_attribution(p_stored jsonb, p_sent jsonb, p_won text[])
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- A value that wins takes its cause along, and drops the cause of the value it replaces even if it brings none.
  select nullif(
    (coalesce(p_stored, '{}') - p_won)
      || coalesce((select jsonb_object_agg(cause.key, cause.value) from jsonb_each(p_sent) as cause
                   where cause.key = any (p_won)), '{}'),
    '{}'
  )
$function$;

comment on function public.merge_attribution(jsonb,jsonb,text[]) is 'Attribution after a merge: that of each winning metric comes from the send, all other stays. Null when nothing is left.';

grant execute on function public.merge_attribution(jsonb,jsonb,text[]) to service_role;

CREATE OR REPLACE FUNCTION public.merge_newer(p_stored jsonb, p_sent jsonb, p_stored_seqs jsonb, p_sent_seqs jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select case
    when p_sent is null then p_stored
    else coalesce(p_stored, '{}') || coalesce(
      (select jsonb_object_agg(sent.key, sent.value) from jsonb_each(p_sent) as sent
       where (p_sent_seqs ->> sent.key)::integer > coalesce((p_stored_seqs ->> sent.key)::integer, -1)), '{}')
  end
$function$;

comment on function public.merge_newer(jsonb,jsonb,jsonb,jsonb) is 'Two objects merged by name: a sent value replaces the stored one when its sequence number is higher.';

grant execute on function public.merge_newer(jsonb,jsonb,jsonb,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.move_people(p_project_id integer, p_rows jsonb, p_ordinals bigint[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  with
  -- The rows that count.
  signals as materialized (
    select counted.ordinality, sent.*
    from unnest(p_ordinals) as counted (ordinality)
    cross join jsonb_to_record(p_rows -> (counted.ordinality - 1)::integer) as sent (
      type text, actor_id uuid, timestamp bigint, user_id uuid, event text, external_id text, traits jsonb,
      linked_actor_id uuid
    )
  ),
  -- What they say, per user.
  movements as (
    select
      s.user_id,
      (array_agg(s.actor_id order by s.ordinality))[1] as actor_id,
      (array_agg(s.external_id order by s.ordinality) filter (where s.external_id is not null))[1] as external_id,
      array_agg(s.traits order by s.timestamp, s.ordinality) filter (where s.type = 'identify' and s.traits is not null)
        as traits,
      max(s.timestamp) filter (where s.type = 'identify' and s.traits is not null) as traits_at,
      to_timestamp(min(s.timestamp) / 1000.0) as first_seen,
      to_timestamp(max(s.timestamp) / 1000.0) as last_activity,
      count(*) filter (where s.type = 'event') as event_count,
      array_agg(distinct s.event) filter (where s.type = 'event' and not starts_with(s.event, '$')) as features
    from signals as s
    group by s.user_id
  ),
  moved_profiles as (
    insert into public.user_profiles as profile (
      project_id, user_id, actor_id, external_id, traits, traits_at, first_seen, last_activity, total_events,
      features_used
    )
    select
      p_project_id,
      m.user_id,
      m.actor_id,
      m.external_id,
      -- Of the same trait the latest one in the batch.
      (
        select jsonb_object_agg(trait.key, trait.value order by sent.ordinality)
        from unnest(m.traits) with ordinality as sent (traits, ordinality)
        cross join jsonb_each(sent.traits) as trait
      ),
      m.traits_at,
      m.first_seen,
      m.last_activity,
      m.event_count,
      coalesce(m.features[1:1000], '{}')
    from movements as m
    order by m.user_id
    on conflict (project_id, user_id) do update set
      external_id = coalesce(profile.external_id, excluded.external_id),
      traits = case
        when excluded.traits is null then profile.traits
        when excluded.traits_at >= coalesce(profile.traits_at, 0) then coalesce(profile.traits, '{}') || excluded.traits
        else excluded.traits || coalesce(profile.traits, '{}')
      end,
      traits_at = greatest(profile.traits_at, excluded.traits_at),
      first_seen = least(profile.first_seen, excluded.first_seen),
      last_activity = greatest(profile.last_activity, excluded.last_activity),
      total_events = profile.total_events + excluded.total_events,
      features_used = case
        when excluded.features_used <@ profile.features_used or cardinality(profile.features_used) >= 1000
          then profile.features_used
        else array(
          select feature
          from unnest(profile.features_used || excluded.features_used) as feature
          group by feature
          order by feature
          limit 1000
        )
      end,
      updated_at = now()
    returning profile.actor_id
  ),
  -- Whom each actor belongs to. A known user's actor is its own person, whatever an earlier identify claimed about it:
  -- an "anonymous" id that is really somebody's user id must never merge the two.
  claims as (
    select moved_profiles.actor_id, moved_profiles.actor_id as person_id, 0 as ordinality
    from moved_profiles
    union all
    select s.linked_actor_id, s.actor_id, s.ordinality
    from signals as s
    where s.type = 'identify' and s.linked_actor_id is not null
  )
  insert into public.actor_person as link (project_id, actor_id, person_id)
  select distinct on (claims.actor_id) p_project_id, claims.actor_id, claims.person_id
  from claims
  where not exists (
    select
    from public.actor_person as known
    where known.project_id = p_project_id and known.actor_id = claims.actor_id and known.person_id = claims.person_id
  )
  order by claims.actor_id, claims.ordinality
  on conflict (project_id, actor_id) do update set person_id = excluded.person_id
  where excluded.person_id = excluded.actor_id;
end
$function$;

comment on function public.move_people(integer,jsonb,bigint[]) is 'Moves profiles and links by rows of user_events, conversions and identifications that were just stored, or that count from now on. Each row moves them every time it is given.';

grant execute on function public.move_people(integer,jsonb,bigint[]) to service_role;

CREATE OR REPLACE FUNCTION public.park_dead_letters(p_project_id integer, p_rows jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_erased bigint[];
  v_parked integer;
begin
  -- As an append: what an erasure forbids must not wait here either.
  v_erased := public.begin_append(
    p_project_id, (select jsonb_agg(sent.value -> 'content' order by sent.ordinality)
                   from jsonb_array_elements(p_rows) with ordinality as sent)
  );
  insert into public.dead_letters (project_id, lane, timestamp, actor_id, id, reason, code, content)
  select distinct on (key.timestamp, key.actor_id, key.id, sent.lane)
    p_project_id, sent.lane, key.timestamp, key.actor_id, key.id, sent.reason, coalesce(sent.code, ''), sent.content
  from rows from (
    jsonb_to_recordset(p_rows) as (lane text, reason text, code text, content jsonb)
  ) with ordinality as sent
  cross join jsonb_to_record(sent.content) as key (timestamp bigint, actor_id uuid, id uuid)
  where sent.ordinality <> all (v_erased)
  order by key.timestamp, key.actor_id, key.id, sent.lane
  on conflict do nothing;
  get diagnostics v_parked = row_count;
  return v_parked;
end
$function$;

comment on function public.park_dead_letters(integer,jsonb) is 'Keeps rows that an append function refused; returns how many were not here yet. A row that comes again is left as it is, and one that an erasure forbids is dropped. Any row without a key fails the whole call.';

grant execute on function public.park_dead_letters(integer,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.purge_expired_rows(p_now bigint, p_rows integer DEFAULT 50000)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_tables constant text[] := array[
    'user_events', 'conversions', 'identifications',
    'performance_metrics', 'ai_performance_metrics', 'database_performance_metrics'
  ];
  v_kept   record;
  v_table  regclass;
  v_end    bigint;
  v_count  integer;
begin
  p_now := least(p_now, (extract(epoch from now()) * 1000)::bigint);
  for v_kept in
    select
      project.id as project_id,
      raw.name as table_name,
      p_now - public.get_retention_ms(project.settings, raw.name) as cutoff
    from public.projects as project
    cross join unnest(v_tables) with ordinality as raw (name, position)
    where public.get_retention_ms(project.settings, raw.name) is not null
    order by project.id, raw.position
  loop
    delete from public.dead_letters as letter
    where letter.project_id = v_kept.project_id
      and letter.lane = case v_kept.table_name
        when 'user_events' then 'events'
        when 'performance_metrics' then 'vitals'
        when 'ai_performance_metrics' then 'ai'
        when 'database_performance_metrics' then 'database'
      end
      -- A row may have been refused for its very timestamp.
      and (letter.timestamp < v_kept.cutoff or letter.created_at < to_timestamp(v_kept.cutoff / 1000.0));
    get diagnostics v_count = row_count;
    if v_count > 0 then
      return jsonb_build_object('table', 'dead_letters', 'count', v_count);
    end if;

    v_table := public.to_person_table(v_kept.table_name);
    -- Its very first row is to stay, or there is none: the usual case, at the cost of one look.
    continue when coalesce(public.get_window_end(v_kept.project_id, v_table, null, 1) >= v_kept.cutoff, true);
    v_end := public.get_window_end(v_kept.project_id, v_table, null, p_rows);
    execute format(
      'delete from %s as held where held.project_id = $1 and held.timestamp <= $2 and held.timestamp < $3',
      v_table
    ) using v_kept.project_id, v_end, v_kept.cutoff;
    get diagnostics v_count = row_count;
    return jsonb_build_object('table', v_kept.table_name, 'count', v_count);
  end loop;
  return null;
end
$function$;

comment on function public.purge_expired_rows(bigint,integer) is 'Deletes some of the raw rows and dead letters that their project has outlived: {"table", "count"}; null when there are none left.';

grant execute on function public.purge_expired_rows(bigint,integer) to service_role;

CREATE OR REPLACE FUNCTION public.purge_ingest_minutes(p_now bigint)
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with purged as (
    delete from public.ingest_minutes as minute
    where minute.minute_ms < least(p_now, (extract(epoch from now()) * 1000)::bigint) - 30 * 86400000::bigint
    returning minute.minute_ms
  )
  select count(*)::integer from purged
$function$;

comment on function public.purge_ingest_minutes(bigint) is 'Deletes the figures of minutes more than 30 days ago; returns how many rows there were.';

grant execute on function public.purge_ingest_minutes(bigint) to service_role;

CREATE OR REPLACE FUNCTION public.purge_visitor_salts()
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with purged as (
    delete from public.visitor_salts as held
    where held.day < floor(extract(epoch from now()) / 86400) - 1
    returning held.day
  )
  select count(*)::integer from purged
$function$;

comment on function public.purge_visitor_salts() is 'Destroys the salts of days that began 48 hours ago or earlier; returns how many there were.';

grant execute on function public.purge_visitor_salts() to service_role;

CREATE OR REPLACE FUNCTION public.rebuild_call_slices(p_project_id integer)
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with marked as (
    insert into public.call_marks (project_id, lane, hour_ms)
    select s.project_id, s.lane, s.start_ms + hour.number * 3600000::bigint
    from public.call_slices as s
    cross join lateral generate_series(0, s.hour_count - 1) as hour (number)
    where p_project_id is null or s.project_id = p_project_id
    union
    select m.project_id, 'ai', public.to_slice_start(m.timestamp, 1)
    from public.ai_performance_metrics as m
    where p_project_id is null or m.project_id = p_project_id
    union
    select m.project_id, 'database', public.to_slice_start(m.timestamp, 1)
    from public.database_performance_metrics as m
    where p_project_id is null or m.project_id = p_project_id
    returning hour_ms
  )
  select count(*)::integer from marked
$function$;

comment on function public.rebuild_call_slices(integer) is 'Marks every hour that has a slice or rows; roll_up_calls then makes all slices anew while reports read rows. Returns how many hours.';

grant execute on function public.rebuild_call_slices(integer) to service_role;

CREATE OR REPLACE FUNCTION public.rebuild_vital_slices(p_project_id integer)
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with marked as (
    insert into public.vital_marks (project_id, hour_ms)
    select s.project_id, s.start_ms + hour.number * 3600000::bigint
    from public.vital_slices as s
    cross join lateral generate_series(0, s.hour_count - 1) as hour (number)
    where p_project_id is null or s.project_id = p_project_id
    union
    select m.project_id, public.to_slice_start(m.timestamp, 1)
    from public.performance_metrics as m
    where p_project_id is null or m.project_id = p_project_id
    returning hour_ms
  )
  select count(*)::integer from marked
$function$;

comment on function public.rebuild_vital_slices(integer) is 'Marks every hour that has a slice or rows; roll_up_vitals then makes all slices anew while reports read rows. Returns how many hours.';

grant execute on function public.rebuild_vital_slices(integer) to service_role;

CREATE OR REPLACE FUNCTION public.remove_member(p_project_id integer, p_user_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- As in set_member.
  perform from public.projects as project where project.id = p_project_id for update;
  if public.is_last_admin(p_project_id, p_user_id) then
    raise exception 'last_admin' using errcode = '23514', hint = 'Make somebody else an admin first.';
  end if;
  delete from public.members as member where member.project_id = p_project_id and member.user_id = p_user_id;
  return found;
end
$function$;

comment on function public.remove_member(integer,uuid) is 'Ends a membership; false when there was none. Fails with 23514 last_admin when it would leave the project without an admin.';

grant execute on function public.remove_member(integer,uuid) to service_role;

CREATE OR REPLACE FUNCTION public.restore_bots(p_project_id integer, p_reasons text[], p_browser text, p_from bigint, p_to bigint, p_limit integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_table    text;
  v_browser  text;   -- of a row called held
  v_counted  text;   -- kind, name and step in the counts
  v_restored integer := 0;
  v_next     bigint; -- earliest moment up to which everything is done, while a table has more
  v_actors   uuid[] := '{}';
  v_signals  jsonb := '[]';
  v_found    record;
begin
  -- As an append: what an erasure is about to remove comes back to nobody's profile.
  perform public.lock_appends(p_project_id, false);
  for v_table, v_browser, v_counted in
    values
      ('user_events', 'nullif(agent.browser, '''')', '''event'', restored.event, '''''),
      ('conversions', 'nullif(agent.browser, '''')', '''conversion'', restored.funnel, restored.step'),
      ('performance_metrics', 'held.browser', null)
  loop
    execute format(
      $query$
        with
        -- In key order, so that two of these cannot deadlock.
        found as materialized (
          select held.timestamp, held.actor_id, held.id
          from public.%1$I as held
          %2$s
          where held.project_id = $1
            and held.timestamp >= $2
            and held.timestamp < $3
            and held.bot_reasons = $4
            and %3$s is not distinct from $5
            and not exists (
              select
              from public.erased_actors as tombstone
              where tombstone.project_id = $1
                and tombstone.actor_id = held.actor_id
                and held.timestamp <= tombstone.erased_at
            )
          order by held.timestamp, held.actor_id, held.id
          limit $6
          for update of held
        ),
        restored as (
          update public.%1$I as held
          set bot_reasons = null
          from found
          where held.project_id = $1
            and held.timestamp = found.timestamp
            and held.actor_id = found.actor_id
            and held.id = found.id
          returning held.*
        )
        %4$s
        select
          count(*)::integer as row_count,
          max(restored.timestamp) as last_ms,
          coalesce(array_agg(distinct restored.actor_id), '{}') as actors,
          coalesce(
            jsonb_agg(to_jsonb(restored) || jsonb_build_object('type', $7) order by restored.timestamp)
              filter (where restored.user_id is not null and not restored.gpc),
            '[]'
          ) as signals
        from restored
      $query$,
      v_table,
      case when v_browser like '%agent%' then 'left join public.agents as agent on agent.id = held.agent_id' end,
      v_browser,
      -- From the bots' counts to the people's.
      ', moved_counts as (
         insert into public.event_count_deltas (project_id, hour, kind, name, step, bot, row_count)
         select
           $1, restored.timestamp - ((restored.timestamp % 3600000) + 3600000) % 3600000, ' || v_counted || ', side.bot,
           sum(side.change)
         from restored
         cross join (values (true, -1), (false, 1)) as side (bot, change)
         group by 2, 4, 5, 6
       )'
    )
    into v_found
    using p_project_id, p_from, p_to, p_reasons, p_browser, p_limit, case v_table when 'user_events' then 'event' else 'conversion' end;

    v_restored := v_restored + v_found.row_count;
    v_actors := v_actors || v_found.actors;
    if v_found.row_count = p_limit then
      v_next := least(v_next, v_found.last_ms);
    end if;
    -- Navigations move no profile.
    if v_counted is not null then
      v_signals := v_signals || v_found.signals;
    end if;
  end loop;

  -- Whoever was identified meanwhile, for the same reasons taken for a bot.
  with
  found as materialized (
    select held.timestamp, held.actor_id, held.id
    from public.identifications as held
    where held.project_id = p_project_id
      and held.timestamp >= p_from
      and held.timestamp < p_to
      and held.bot_reasons = p_reasons
      and (held.actor_id = any (v_actors) or held.linked_actor_id = any (v_actors))
    order by held.timestamp, held.actor_id, held.id
    for update
  ),
  restored as (
    update public.identifications as held
    set bot_reasons = null
    from found
    where held.project_id = p_project_id
      and held.timestamp = found.timestamp
      and held.actor_id = found.actor_id
      and held.id = found.id
    returning held.*
  )
  select v_signals || coalesce(
    jsonb_agg(to_jsonb(restored) || '{"type": "identify"}' order by restored.timestamp)
      filter (where restored.user_id is not null and not restored.gpc),
    '[]'
  )
  into v_signals
  from restored;

  if v_signals <> '[]' then
    perform public.move_people(
      p_project_id, v_signals, array(select generate_series(1, jsonb_array_length(v_signals)))
    );
  end if;
  return jsonb_build_object('restored', v_restored, 'next', v_next);
end
$function$;

comment on function public.restore_bots(integer,text[],text,bigint,bigint,integer) is 'Lets rows of exactly these reasons and this browser count as people''s: counts, profiles and links move as if they had come unmarked, but for traits, which are not kept with marked rows. Gives {"restored": rows of this call, "next": p_from of the next call, null after the last}. May be repeated at any point.';

grant execute on function public.restore_bots(integer,text[],text,bigint,bigint,integer) to service_role;

CREATE OR REPLACE FUNCTION public.revoke_project_key(p_project_id integer, p_key_id uuid)
 RETURNS TABLE(id uuid, kind text, prefix text, label text, created_at timestamp with time zone, revoked_at timestamp with time zone, expires_at timestamp with time zone)
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update public.project_keys as key
  set revoked_at = coalesce(key.revoked_at, now())
  where key.project_id = p_project_id and key.id = p_key_id
  returning key.id, key.kind, key.prefix, key.label, key.created_at, key.revoked_at, key.expires_at
$function$;

comment on function public.revoke_project_key(integer,uuid) is 'Ends a key and returns it, an expired one too; one that was revoked keeps its time. No row when the project has no such key.';

grant execute on function public.revoke_project_key(integer,uuid) to service_role;

CREATE OR REPLACE FUNCTION public.revoke_share(p_project_id integer, p_id uuid)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with ended as (
    update public.shares as s
    set revoked_at = now()
    where s.project_id = p_project_id and s.id = p_id and s.revoked_at is null
    returning s.id
  )
  select exists (select from ended)
$function$;

comment on function public.revoke_share(integer,uuid) is 'Ends a link for good; false when the project has no such link that was not revoked yet.';

grant execute on function public.revoke_share(integer,uuid) to service_role;

CREATE OR REPLACE FUNCTION public.roll_up_calls(p_now bigint, p_budget_ms integer DEFAULT 3000, p_thin_days integer DEFAULT 3)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_day     record;
  v_hours   bigint[];
  v_made    integer := 0;
  v_end     timestamptz := clock_timestamp() + p_budget_ms * interval '1 millisecond';
  v_count   bigint;
  v_chunk   integer; -- hours made by one statement
  v_is_made boolean;
  v_first   bigint;
  v_table   text;
  v_new     bigint := public.to_slice_start(p_now, 24) - p_thin_days * 86400000::bigint; -- days from here on are not thin
begin
  for v_day in
    select mark.project_id, mark.lane, public.to_slice_start(mark.hour_ms, 24) as start_ms
    from (
      -- Of an hour that is still open one mark is enough.
      select distinct m.project_id, m.lane, m.hour_ms from public.call_marks as m where m.hour_ms <= p_now - 3600000
    ) as mark
    group by 1, 2, 3
    -- What people look at first.
    order by 3 desc, 1, 2
  loop
    exit when v_made > 0 and clock_timestamp() >= v_end;
    continue when not pg_try_advisory_xact_lock(hashtext('growth_stack.roll_up_calls'), v_day.project_id);
    v_table := v_day.lane || '_performance_metrics';

    -- A day whose hours are thin is made from rows as a whole.
    insert into public.call_marks (project_id, lane, hour_ms)
    select s.project_id, s.lane, s.start_ms
    from public.call_slices as s
    where s.project_id = v_day.project_id and s.lane = v_day.lane and s.hour_count = 1 and s.is_thin
      and s.start_ms >= v_day.start_ms and s.start_ms < v_day.start_ms + 86400000;

    -- Some 100,000 rows at a time, a second or two: hosts end long statements, and a busy day has more.
    execute format(
      'select count(*) from public.%I as m where m.project_id = $1 and m.timestamp >= $2 and m.timestamp < $2 + 86400000', v_table
    ) into v_count using v_day.project_id, v_day.start_ms;
    v_chunk := greatest(1, least(24, 24 * 100000 / greatest(v_count, 1)));
    v_is_made := false;
    loop
      with chosen as (
        select distinct m.hour_ms
        from public.call_marks as m
        where m.project_id = v_day.project_id and m.lane = v_day.lane
          and m.hour_ms >= v_day.start_ms and m.hour_ms < v_day.start_ms + 86400000 and m.hour_ms <= p_now - 3600000
        order by m.hour_ms
        limit v_chunk
      ),
      taken as (
        delete from public.call_marks as m
        where m.project_id = v_day.project_id and m.lane = v_day.lane and m.hour_ms in (select chosen.hour_ms from chosen)
        returning m.hour_ms
      )
      select array_agg(distinct taken.hour_ms order by taken.hour_ms) into v_hours from taken;
      exit when v_hours is null;

      delete from public.call_sums as h
      where h.project_id = v_day.project_id and h.lane = v_day.lane and h.hour_count = 1 and h.start_ms = any (v_hours);
      execute format(
        $query$
          insert into public.call_sums (
            project_id, lane, hour_count, start_ms, dimension, value, count, flagged, cached, tokens, cost_usd, longest,
            sampled, zero, fine, coarse
          )
          select
            %1$s, %2$L, 1, t.key, t.dimension, t.value, t.count, t.flagged, t.cached, t.tokens, t.cost_usd, t.longest,
            t.sampled, t.zero, t.fine, t.coarse
          from (%3$s) as t
        $query$,
        v_day.project_id, v_day.lane,
        public.build_call_tally(
          v_day.lane,
          format(
            'm.project_id = %s and m.timestamp >= %s and m.timestamp < %s
             and public.to_slice_start(m.timestamp, 1) = any (%L::bigint[])',
            v_day.project_id, v_hours[1], v_hours[cardinality(v_hours)] + 3600000, v_hours
          ),
          'public.to_slice_start(m.timestamp, 1)', '{all,model,endpoint,query,rows}'
        )
      );
      insert into public.call_slices (project_id, lane, hour_count, start_ms)
      select v_day.project_id, v_day.lane, 1, hour.start_ms from unnest(v_hours) as hour (start_ms)
      on conflict (project_id, lane, hour_count, start_ms) do update set is_thin = false;
      v_made := v_made + cardinality(v_hours);
      v_is_made := true;
      exit when clock_timestamp() >= v_end;
    end loop;
    continue when not v_is_made;

    delete from public.call_sums as h
    where h.project_id = v_day.project_id and h.lane = v_day.lane and h.hour_count = 24 and h.start_ms = v_day.start_ms;
    delete from public.call_slices as s
    where s.project_id = v_day.project_id and s.lane = v_day.lane and s.hour_count = 24 and s.start_ms = v_day.start_ms;
    continue when v_day.start_ms > p_now - 86400000 or exists (
      select from public.call_marks as m
      where m.project_id = v_day.project_id and m.lane = v_day.lane
        and m.hour_ms >= v_day.start_ms and m.hour_ms < v_day.start_ms + 86400000
    );
    -- An hour without a slice never had a row, else it had a mark; one that is marked again marks its day, too.
    insert into public.call_sums (
      project_id, lane, hour_count, start_ms, dimension, value, count, flagged, cached, tokens, cost_usd, longest,
      sampled, zero, fine, coarse
    )
    select
      v_day.project_id, v_day.lane, 24, v_day.start_ms, h.dimension, h.value, sum(h.count), sum(h.flagged), sum(h.cached),
      sum(h.tokens), sum(h.cost_usd), max(h.longest), sum(h.sampled), sum(h.zero), sum(h.fine), sum(h.coarse)
    from public.call_sums as h
    where h.project_id = v_day.project_id and h.lane = v_day.lane and h.hour_count = 1
      and h.start_ms >= v_day.start_ms and h.start_ms < v_day.start_ms + 86400000
    group by h.dimension, h.value;
    insert into public.call_slices (project_id, lane, hour_count, start_ms)
    values (v_day.project_id, v_day.lane, 24, v_day.start_ms);
  end loop;

  -- Days that are rolled up grow old: their hours become thin, a few days at a time.
  for v_day in
    select s.project_id, s.lane, s.start_ms
    from public.call_slices as s
    where s.hour_count = 24 and s.start_ms < v_new
      and exists (
        select from public.call_slices as hour
        where hour.project_id = s.project_id and hour.lane = s.lane and hour.hour_count = 1 and not hour.is_thin
          and hour.start_ms >= s.start_ms and hour.start_ms < s.start_ms + 86400000
      )
    limit 10
  loop
    continue when not pg_try_advisory_xact_lock(hashtext('growth_stack.roll_up_calls'), v_day.project_id);
    delete from public.call_sums as h
    where h.project_id = v_day.project_id and h.lane = v_day.lane and h.hour_count = 1 and h.dimension <> 'all'
      and h.start_ms >= v_day.start_ms and h.start_ms < v_day.start_ms + 86400000;
    update public.call_slices as s set is_thin = true
    where s.project_id = v_day.project_id and s.lane = v_day.lane and s.hour_count = 1
      and s.start_ms >= v_day.start_ms and s.start_ms < v_day.start_ms + 86400000;
  end loop;

  -- What lost its rows with their partition: no trigger told of it.
  for v_day in select distinct s.project_id, s.lane from public.call_slices as s loop
    execute format(
      'select m.timestamp from public.%I as m where m.project_id = $1 order by m.timestamp limit 1',
      v_day.lane || '_performance_metrics'
    ) into v_first using v_day.project_id;
    v_first := public.to_slice_start(coalesce(v_first, 253402300800000), 24);
    delete from public.call_sums as h
    where h.project_id = v_day.project_id and h.lane = v_day.lane and h.hour_count in (1, 24) and h.start_ms < v_first;
    delete from public.call_slices as s
    where s.project_id = v_day.project_id and s.lane = v_day.lane and s.hour_count in (1, 24) and s.start_ms < v_first;
  end loop;

  -- Marks of open hours, which come with every append, are kept to one.
  delete from public.call_marks as m
  using (
    select one.project_id, one.lane, one.hour_ms, min(one.ctid) as kept
    from public.call_marks as one
    where one.hour_ms > p_now - 3600000
    group by one.project_id, one.lane, one.hour_ms
    having count(*) > 1
  ) as open
  where m.project_id = open.project_id and m.lane = open.lane and m.hour_ms = open.hour_ms and m.ctid <> open.kept;
  return v_made;
end
$function$;

comment on function public.roll_up_calls(bigint,integer,integer) is 'Makes the slices of marked hours that are over, newest day first, and of their days, for some seconds; returns how many hours it made, 0 when all is done. Any number of callers at once: who finds a project taken leaves it to the other.';

grant execute on function public.roll_up_calls(bigint,integer,integer) to service_role;

CREATE OR REPLACE FUNCTION public.roll_up_day(p_project_id integer, p_timezone text, p_instant bigint, p_now bigint, p_rows bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_hour   constant bigint := 3600000;
  v_bounds bigint[] := public.get_time_bounds(p_instant, p_instant + 1, 'day', p_timezone);
  v_is_kept boolean := public.is_day_of_hours(v_bounds[1], v_bounds[2], p_now);
  v_taken  bigint[];
  v_hours  bigint[];
  v_hour   bigint;
begin
  with
  due as (
    select
      marked.hour,
      sum(coalesce(counted.row_count, 0)) over (order by marked.hour) - coalesce(counted.row_count, 0) as rows_before
    from (
      select distinct mark.from_ms as hour
      from public.slice_marks as mark
      where mark.project_id = p_project_id and mark.from_ms >= v_bounds[1] and mark.from_ms < v_bounds[2] and mark.to_ms <= p_now
    ) as marked
    left join lateral (
      select sum(c.row_count) as row_count
      from public.event_counts as c
      where c.project_id = p_project_id and c.hour = marked.hour
    ) as counted on true
  ),
  taken as (
    delete from public.slice_marks as mark
    using due as d
    where
      mark.project_id = p_project_id and mark.from_ms = d.hour
      -- an hour to be made costs several times what a row of a day does
      and d.rows_before < case when v_is_kept then p_rows / 4 else p_rows end
    returning mark.from_ms
  )
  select coalesce(array_agg(distinct t.from_ms), '{}') into v_taken from taken as t;

  -- A neighbouring day whose first half hour is spoilt waits for its turn.
  insert into public.slice_marks (project_id, from_ms, to_ms)
  select p_project_id, held.hour, held.hour + c_hour
  from (
    select distinct day.start_ms - day.start_ms % c_hour + 3 * c_hour as hour
    from public.slices as day
    inner join unnest(v_taken) as t (hour) on day.start_ms < t.hour + c_hour * 3 / 2 and day.end_ms > t.hour
    where
      day.project_id = p_project_id and day.timezone is not null
      and (day.start_ms >= v_bounds[2] or day.end_ms <= v_bounds[1])
  ) as held;

  with spoilt as (
    delete from public.slices as slice
    using unnest(v_taken) as t (hour)
    where
      slice.project_id = p_project_id and slice.timezone is null
      and slice.start_ms < t.hour + c_hour * 3 / 2 and slice.end_ms > t.hour
    returning slice.start_ms
  )
  select array_agg(distinct wanted.hour)
  into v_hours
  from (
    select s.start_ms as hour from spoilt as s
    union all
    select t.hour from unnest(v_taken) as t (hour)
    where v_is_kept or public.count_hour_rows(p_project_id, v_bounds[1], v_bounds[2]) >= p_rows
    union all
    -- of a day whose hours are to be kept from now on, those that nothing stands for
    select missing.hour
    from public.slices as day
    cross join lateral generate_series(v_bounds[1] - v_bounds[1] % c_hour, v_bounds[2] - 1, c_hour) as missing (hour)
    where
      v_is_kept and not day.has_hours
      and day.project_id = p_project_id and day.timezone is not null and day.start_ms = v_bounds[1] and day.end_ms = v_bounds[2]
      and not exists (
        select
        from public.slices as slice
        where slice.project_id = p_project_id and slice.timezone is null and slice.start_ms = missing.hour
      )
      and not exists (
        select
        from public.slice_marks as mark
        where mark.project_id = p_project_id and mark.from_ms = missing.hour
      )
  ) as wanted
  where wanted.hour + c_hour <= p_now;
  delete from public.slices as day
  where
    day.project_id = p_project_id and day.timezone is not null and v_taken <> '{}'
    and day.start_ms < v_bounds[2] and day.end_ms > v_bounds[1];

  foreach v_hour in array coalesce(v_hours, '{}') loop
    -- What is too much for one call is read from the raw rows.
    if public.count_hour_rows(p_project_id, v_hour, v_hour + c_hour) < p_rows then
      perform public.build_slice(p_project_id, v_hour, v_hour + c_hour, null);
    end if;
  end loop;

  if v_bounds[2] <= p_now
    and (v_taken = '{}' or public.count_hour_rows(p_project_id, v_bounds[1], v_bounds[2]) < p_rows)
    -- a long day waits for the next call when its hours took this one, and any for what is still marked in it
    and (v_hours is null or public.count_hour_rows(p_project_id, v_bounds[1], v_bounds[2]) < p_rows / 4)
    and not exists (
      select
      from public.slice_marks as mark
      where
        mark.project_id = p_project_id and mark.from_ms >= v_bounds[1] and mark.from_ms < v_bounds[2] and mark.to_ms <= p_now
    )
    and not exists (
      select
      from public.slices as day
      where day.project_id = p_project_id and day.timezone is not null and day.start_ms < v_bounds[2] and day.end_ms > v_bounds[1]
    )
  then
    perform public.build_slice(p_project_id, v_bounds[1], v_bounds[2], p_timezone);
  end if;
  update public.slices as day
  set has_hours = v_is_kept
  where
    day.project_id = p_project_id and day.timezone is not null and day.start_ms = v_bounds[1] and day.end_ms = v_bounds[2]
    and day.has_hours <> v_is_kept;

  -- Hours that days stand for which need them no more.
  delete from public.slices as slice
  where
    slice.project_id = p_project_id and slice.timezone is null
    and 2 = (
      select count(*)
      from unnest(array[slice.start_ms, slice.end_ms - 1]) as edge (ms)
      inner join public.slices as day on day.start_ms <= edge.ms and day.end_ms > edge.ms
      where
        day.project_id = p_project_id and day.timezone is not null
        and not public.is_day_of_hours(day.start_ms, day.end_ms, p_now)
    );
  update public.slices as day
  set has_hours = false
  where day.project_id = p_project_id and day.has_hours and not public.is_day_of_hours(day.start_ms, day.end_ms, p_now);
end
$function$;

comment on function public.roll_up_day(integer,text,bigint,bigint,bigint) is 'Rolls up the marked hours of a local day, and the day when it is over. Part of roll_up_slices, which holds the lock.';

grant execute on function public.roll_up_day(integer,text,bigint,bigint,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.roll_up_slices(p_quiet_ms bigint DEFAULT 10000, p_now bigint DEFAULT NULL::bigint)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
 SET statement_timeout TO '14s'
AS $function$
declare
  c_rows    constant bigint := 250000;
  v_project record;
  v_days    bigint[];
  v_spans   integer;
  v_span    record;
  v_left    integer := 0;
  v_is_done boolean := false;
begin
  p_now := coalesce(p_now, (extract(epoch from clock_timestamp()) * 1000)::bigint);
  for v_project in
    select project.id, project.timezone
    from public.projects as project
    order by (select min(mark.marked_at) from public.slice_marks as mark where mark.project_id = project.id), project.id
  loop
    -- One builder per project: numbers are given once, and what one builds the next one sees.
    continue when not pg_try_advisory_xact_lock(hashtext('growth_stack.roll_up_slices'), v_project.id);
    perform public.sort_slice_marks(v_project.id, v_project.timezone);
    loop
      v_days := array(
        select public.get_days_to_roll_up(v_project.id, v_project.timezone, p_quiet_ms, p_now, c_rows)
      );
      exit when v_is_done or v_days = '{}';
      perform public.roll_up_day(v_project.id, v_project.timezone, v_days[1], p_now, c_rows);
      perform public.mark_unnumbered_slices(v_project.id);
      v_is_done := true;
    end loop;
    v_left := v_left + cardinality(v_days);
    -- Spans last, when their days are what they will be.
    continue when v_days <> '{}';
    v_spans := 0;
    for v_span in select * from public.get_spans_to_join(v_project.id, v_project.timezone, p_now) loop
      if v_is_done then
        v_spans := v_spans + 1;
      else
        perform public.join_span(v_project.id, v_span.ages, v_span.members);
        v_is_done := true;
      end if;
    end loop;
    v_left := v_left + v_spans;
  end loop;
  return v_left;
end
$function$;

comment on function public.roll_up_slices(bigint,bigint) is 'Rolls up one local day of one project or joins one span of days, if any waits, and tells how many wait besides; 0 when all is done or in the hands of somebody else. One transaction: killed at any point nothing is lost. Any number of callers at once.';

grant execute on function public.roll_up_slices(bigint,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.roll_up_vitals(p_now bigint, p_budget_ms integer DEFAULT 3000, p_thin_days integer DEFAULT 35)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
 SET jit TO 'off'
AS $function$
declare
  v_day      record;
  v_hours    bigint[];
  v_made     integer := 0;
  v_end      timestamptz := clock_timestamp() + p_budget_ms * interval '1 millisecond';
  v_chunk    integer; -- hours made by one statement
  v_is_made  boolean;
  v_first    bigint;
  v_new      bigint := public.to_slice_start(p_now, 24) - p_thin_days * 86400000::bigint; -- days from here on are not thin
  v_all      constant text[] := array[
    'all', 'route', 'device', 'connection', 'country', 'browser', 'navigation_type', 'release', 'release_route', 'custom'
  ];
begin
  for v_day in
    select
      mark.project_id, public.to_slice_start(mark.hour_ms, 24) as start_ms
    from (
      -- Of an hour that is still open one mark is enough.
      select distinct m.project_id, m.hour_ms from public.vital_marks as m where m.hour_ms <= p_now - 3600000
    ) as mark
    group by 1, 2
    -- What people look at first.
    order by 2 desc, 1
  loop
    exit when v_made > 0 and clock_timestamp() >= v_end;
    continue when not pg_try_advisory_xact_lock(hashtext('growth_stack.roll_up_vitals'), v_day.project_id);

    -- A day whose hours are thin is made from rows as a whole.
    insert into public.vital_marks (project_id, hour_ms)
    select s.project_id, s.start_ms
    from public.vital_slices as s
    where s.project_id = v_day.project_id and s.hour_count = 1 and s.is_thin
      and s.start_ms >= v_day.start_ms and s.start_ms < v_day.start_ms + 86400000;

    -- Some 50,000 rows at a time, a second or two: hosts end long statements, and a busy day has more.
    select greatest(1, least(24, 24 * 50000 / greatest(count(*), 1))) into v_chunk
    from public.performance_metrics as m
    where m.project_id = v_day.project_id
      and m.timestamp >= v_day.start_ms and m.timestamp < v_day.start_ms + 86400000;
    v_is_made := false;
    loop
      with chosen as (
        select distinct m.hour_ms
        from public.vital_marks as m
        where m.project_id = v_day.project_id
          and m.hour_ms >= v_day.start_ms and m.hour_ms < v_day.start_ms + 86400000 and m.hour_ms <= p_now - 3600000
        order by m.hour_ms
        limit v_chunk
      ),
      taken as (
        delete from public.vital_marks as m
        where m.project_id = v_day.project_id and m.hour_ms in (select chosen.hour_ms from chosen)
        returning m.hour_ms
      )
      select array_agg(distinct taken.hour_ms) into v_hours from taken;
      exit when v_hours is null;

      delete from public.vital_histograms as h
      where h.project_id = v_day.project_id and h.hour_count = 1 and h.start_ms = any (v_hours);
      execute format(
        'insert into public.vital_histograms (
           project_id, hour_count, start_ms, is_soft, dimension, value, first_ms, last_ms,
           vitals, count, good, poor, zero, fine, coarse
         )
         select
           %s, 1, t.key, t.is_soft, t.dimension, t.value, min(t.first_ms), max(t.last_ms),
           array_agg(t.vital), array_agg(t.count), array_agg(t.good), array_agg(t.poor), array_agg(t.zero),
           array_agg(t.fine), array_agg(t.coarse)
         from (%s) as t (
           key, is_soft, dimension, value, vital, count, good, poor, zero, first_ms, last_ms, fine, coarse
         )
         group by t.key, t.is_soft, t.dimension, t.value',
        v_day.project_id,
        public.build_vital_tally(
          'public.performance_metrics as m',
          format(
            'm.project_id = %s and m.timestamp >= %s and m.timestamp < %s and m.bot_reasons is null
             and public.to_slice_start(m.timestamp, 1) = any (%L::bigint[])',
            v_day.project_id, v_hours[1], v_hours[cardinality(v_hours)] + 3600000, v_hours
          ),
          'public.to_slice_start(m.timestamp, 1)', v_all
        )
      );
      insert into public.vital_slices (project_id, hour_count, start_ms)
      select v_day.project_id, 1, hour.start_ms from unnest(v_hours) as hour (start_ms)
      on conflict (project_id, hour_count, start_ms) do update set is_thin = false;
      v_made := v_made + cardinality(v_hours);
      v_is_made := true;
      exit when clock_timestamp() >= v_end;
    end loop;
    continue when not v_is_made;

    delete from public.vital_histograms as h
    where h.project_id = v_day.project_id and h.hour_count = 24 and h.start_ms = v_day.start_ms;
    delete from public.vital_slices as s
    where s.project_id = v_day.project_id and s.hour_count = 24 and s.start_ms = v_day.start_ms;
    continue when v_day.start_ms > p_now - 86400000 or exists (
      select from public.vital_marks as m
      where m.project_id = v_day.project_id
        and m.hour_ms >= v_day.start_ms and m.hour_ms < v_day.start_ms + 86400000
    );
    -- An hour without a slice never had a row, else it had a mark; one that is marked again marks its day, too.
    insert into public.vital_histograms (
      project_id, hour_count, start_ms, is_soft, dimension, value, first_ms, last_ms,
      vitals, count, good, poor, zero, fine, coarse
    )
    select
      v_day.project_id, 24, v_day.start_ms, t.is_soft, t.dimension, t.value, min(t.first_ms), max(t.last_ms),
      array_agg(t.vital), array_agg(t.count), array_agg(t.good), array_agg(t.poor), array_agg(t.zero),
      array_agg(t.fine), array_agg(t.coarse)
    from (
      select
        h.is_soft, h.dimension, h.value, v.vital, min(h.first_ms) as first_ms, max(h.last_ms) as last_ms,
        sum(v.count) as count, sum(v.good) as good, sum(v.poor) as poor, sum(v.zero) as zero,
        sum(v.fine) as fine, sum(v.coarse) as coarse
      from public.vital_histograms as h
      cross join lateral unnest(h.vitals, h.count, h.good, h.poor, h.zero, h.fine, h.coarse)
        as v (vital, count, good, poor, zero, fine, coarse)
      where h.project_id = v_day.project_id and h.hour_count = 1
        and h.start_ms >= v_day.start_ms and h.start_ms < v_day.start_ms + 86400000
      group by h.is_soft, h.dimension, h.value, v.vital
    ) as t
    group by t.is_soft, t.dimension, t.value;
    insert into public.vital_slices (project_id, hour_count, start_ms)
    values (v_day.project_id, 24, v_day.start_ms);
  end loop;

  -- Days that are rolled up grow old: their hours become thin, a few days at a time.
  for v_day in
    select s.project_id, s.start_ms
    from public.vital_slices as s
    where s.hour_count = 24 and s.start_ms < v_new
      and exists (
        select from public.vital_slices as hour
        where hour.project_id = s.project_id and hour.hour_count = 1 and not hour.is_thin
          and hour.start_ms >= s.start_ms and hour.start_ms < s.start_ms + 86400000
      )
    limit 10
  loop
    continue when not pg_try_advisory_xact_lock(hashtext('growth_stack.roll_up_vitals'), v_day.project_id);
    delete from public.vital_histograms as h
    where h.project_id = v_day.project_id and h.hour_count = 1 and h.dimension <> 'all'
      and h.start_ms >= v_day.start_ms and h.start_ms < v_day.start_ms + 86400000;
    update public.vital_slices as s set is_thin = true
    where s.project_id = v_day.project_id and s.hour_count = 1
      and s.start_ms >= v_day.start_ms and s.start_ms < v_day.start_ms + 86400000;
  end loop;

  -- What lost its rows with their partition: no trigger told of it.
  for v_day in select p.id as project_id from public.projects as p loop
    select m.timestamp into v_first
    from public.performance_metrics as m where m.project_id = v_day.project_id order by m.timestamp limit 1;
    v_first := public.to_slice_start(coalesce(v_first, 253402300800000), 24);
    continue when not exists (
      select from public.vital_slices as s
      where s.project_id = v_day.project_id and s.hour_count in (1, 24) and s.start_ms < v_first
    );
    delete from public.vital_histograms as h where h.project_id = v_day.project_id and h.start_ms < v_first;
    delete from public.vital_slices as s where s.project_id = v_day.project_id and s.start_ms < v_first;
  end loop;

  -- Marks of open hours, which come with every append, are kept to one.
  delete from public.vital_marks as m
  using (
    select one.project_id, one.hour_ms, min(one.ctid) as kept
    from public.vital_marks as one
    where one.hour_ms > p_now - 3600000
    group by one.project_id, one.hour_ms
    having count(*) > 1
  ) as open
  where m.project_id = open.project_id and m.hour_ms = open.hour_ms and m.ctid <> open.kept;
  return v_made;
end
$function$;

comment on function public.roll_up_vitals(bigint,integer,integer) is 'Makes the slices of marked hours that are over, newest day first, and of their days, for some seconds; returns how many hours it made, 0 when all is done. Any number of callers at once: who finds a project taken leaves it to the other.';

grant execute on function public.roll_up_vitals(bigint,integer,integer) to service_role;

CREATE OR REPLACE FUNCTION public.rotate_project_key(p_project_id integer, p_key_id uuid, p_key_hash text, p_prefix text)
 RETURNS TABLE(id uuid, kind text, prefix text, label text, created_at timestamp with time zone, revoked_at timestamp with time zone, expires_at timestamp with time zone)
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with revoked as (
    update public.project_keys as key
    set revoked_at = now()
    where key.project_id = p_project_id and key.id = p_key_id and key.revoked_at is null
      and (key.expires_at is null or key.expires_at > now())
    returning key.project_id, key.kind, key.label, extract(epoch from key.expires_at - key.created_at) as lifetime_s
  )
  -- The lifetime again, not the date again: who rotates a 90-day key on its last day wants one for 90 days. In seconds,
  -- because adding days follows the session's clock changes.
  insert into public.project_keys as key (project_id, kind, key_hash, prefix, label, expires_at)
  select
    revoked.project_id, revoked.kind, p_key_hash, p_prefix, revoked.label,
    now() + make_interval(secs => revoked.lifetime_s::double precision)
  from revoked
  returning key.id, key.kind, key.prefix, key.label, key.created_at, key.revoked_at, key.expires_at
$function$;

comment on function public.rotate_project_key(integer,uuid,text,text) is 'Revokes a key and adds one of the same kind and label in its place, both or neither; returns the new one. One with an expiry is followed by one that lives as long, from now. No row, and no change, when the project has no such valid key.';

grant execute on function public.rotate_project_key(integer,uuid,text,text) to service_role;

CREATE OR REPLACE FUNCTION public.search_people(p_project_id integer, p_search text, p_after jsonb DEFAULT NULL::jsonb, p_limit integer DEFAULT 50)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  with
  found as (
    select
      uuid_hash_extended(profile.actor_id, 0) as person_id,
      (extract(epoch from profile.last_activity) * 1000)::bigint as last_seen,
      coalesce(profile.external_id, profile.user_id::text) as external_id,
      coalesce(profile.traits, '{}') as traits,
      profile.total_events
    from public.user_profiles as profile
    where
      profile.project_id = p_project_id
      and (
        strpos(lower(profile.external_id), lower(p_search)) > 0
        or strpos(profile.user_id::text, lower(p_search)) > 0
        or exists (
          select
          from jsonb_each_text(profile.traits) as trait
          where strpos(lower(trait.value), lower(p_search)) > 0
        )
      )
  ),
  page as materialized (
    select *
    from found as f
    where
      p_after is null
      or (f.last_seen, f.person_id) < ((p_after ->> 'timestamp')::bigint, (p_after ->> 'person_id')::bigint)
    order by f.last_seen desc, f.person_id desc
    limit p_limit
  )
  select jsonb_build_object(
    'items', coalesce(
      jsonb_agg(
        jsonb_build_object(
          'personId', p.person_id::text,
          'externalId', p.external_id,
          'traits', p.traits,
          'lastSeenMs', p.last_seen,
          'events', p.total_events,
          'device', null,
          'country', null
        )
        order by p.last_seen desc, p.person_id desc
      ),
      '[]'
    ),
    'next', case when count(*) = p_limit then (
      select jsonb_build_object('timestamp', l.last_seen, 'person_id', l.person_id::text)
      from page as l
      order by l.last_seen, l.person_id
      limit 1
    ) end
  )
  from page as p
$function$;

comment on function public.search_people(integer,text,jsonb,integer) is 'Known people by a part of their id or of a trait''s value, any case; a page as one jsonb value.';

grant execute on function public.search_people(integer,text,jsonb,integer) to service_role;

CREATE OR REPLACE FUNCTION public.set_ingest_minutes(p_rows jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into public.ingest_minutes as held (project_id, minute_ms, instance_id, counts, lag_ms, batch_rows)
  select
    sent.project_id, sent.minute_ms, sent.instance_id,
    coalesce(sent.counts, '{}'), coalesce(sent.lag_ms, '{}'), coalesce(sent.batch_rows, '{}')
  from jsonb_to_recordset(p_rows) as sent (
    project_id integer, minute_ms bigint, instance_id text, counts jsonb, lag_ms jsonb, batch_rows jsonb
  )
  order by sent.project_id, sent.minute_ms, sent.instance_id
  on conflict (project_id, minute_ms, instance_id) do update
    set counts = excluded.counts, lag_ms = excluded.lag_ms, batch_rows = excluded.batch_rows
$function$;

comment on function public.set_ingest_minutes(jsonb) is 'Writes what one process counted: figures of whole minutes, which replace the earlier ones. Writing twice changes nothing.';

grant execute on function public.set_ingest_minutes(jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.set_member(p_project_id integer, p_user_id uuid, p_email text, p_role text)
 RETURNS TABLE(user_id uuid, email text, role text, created_at timestamp with time zone)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
#variable_conflict use_column
begin
  -- Changes of one project's members wait for each other: two admins who demote each other at once cannot both succeed.
  perform from public.projects as project where project.id = p_project_id for update;
  if p_role is distinct from 'admin' and public.is_last_admin(p_project_id, p_user_id) then
    raise exception 'last_admin' using errcode = '23514', hint = 'Make somebody else an admin first.';
  end if;
  return query
    insert into public.members as member (project_id, user_id, email, role)
    values (p_project_id, p_user_id, p_email, p_role)
    on conflict (project_id, user_id) do update set email = excluded.email, role = excluded.role
    returning member.user_id, member.email, member.role, member.created_at;
end
$function$;

comment on function public.set_member(integer,uuid,text,text) is 'Adds a member or changes address and role, and returns the member. Fails with 23514 last_admin when it would leave the project without an admin, with 23503 for an unknown project or person.';

grant execute on function public.set_member(integer,uuid,text,text) to service_role;

CREATE OR REPLACE FUNCTION public.settle_dead_letters(p_project_id integer, p_gone bigint[], p_refused jsonb DEFAULT '[]'::jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_gone integer;
begin
  -- In key order, so that two of these cannot deadlock.
  perform
  from public.dead_letters as letter
  where letter.project_id = p_project_id
    and (
      letter.letter_id = any (p_gone)
      or letter.letter_id in (select sent.letter_id from jsonb_to_recordset(p_refused) as sent (letter_id bigint))
    )
  order by letter.letter_id
  for update;

  update public.dead_letters as letter
  set attempts = letter.attempts + 1, tried_at = clock_timestamp(), reason = sent.reason, code = sent.code
  from jsonb_to_recordset(p_refused) as sent (letter_id bigint, reason text, code text)
  where letter.project_id = p_project_id and letter.letter_id = sent.letter_id;

  delete from public.dead_letters as letter
  where letter.project_id = p_project_id and letter.letter_id = any (p_gone);
  get diagnostics v_gone = row_count;
  return v_gone;
end
$function$;

comment on function public.settle_dead_letters(integer,bigint[],jsonb) is 'Removes letters and notes failed attempts of others; returns how many it removed. Letters of other projects stay.';

grant execute on function public.settle_dead_letters(integer,bigint[],jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.sort_slice_marks(p_project_id integer, p_timezone text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_hour  constant bigint := 3600000;
  v_moved bigint[];
  v_gone  bigint[];
begin
  -- Whose rows moved: what holds them is marked instead.
  with taken as (
    delete from public.slice_links as link
    where link.project_id = p_project_id
    returning link.person_id, link.is_erased
  )
  select array_agg(distinct t.person_id), array_agg(distinct t.person_id) filter (where t.is_erased)
  into v_moved, v_gone
  from taken as t;
  if v_moved is not null then
    insert into public.slice_marks (project_id, from_ms, to_ms)
    select p_project_id, slice.start_ms, slice.end_ms
    from public.slices as slice
    where slice.id in (select public.get_slices_of_people(p_project_id, v_moved));
    delete from public.person_numbers as known
    where known.project_id = p_project_id and known.person_id = any (v_gone);
  end if;

  -- Days of a time zone that the project has left.
  with gone as (
    delete from public.slices as slice
    where slice.project_id = p_project_id and slice.timezone <> p_timezone
    returning slice.start_ms, slice.end_ms
  )
  insert into public.slice_marks (project_id, from_ms, to_ms)
  select p_project_id, g.start_ms, g.end_ms from gone as g;

  -- Of a longer mark the hours that hold something, and one hour of each day that is rolled up.
  with
  long as (
    delete from public.slice_marks as mark
    where mark.project_id = p_project_id and (mark.to_ms - mark.from_ms <> c_hour or mark.from_ms % c_hour <> 0)
    returning mark.from_ms, mark.to_ms, mark.marked_at
  ),
  held as (
    select counted.hour
    from (
      select distinct c.hour
      from public.event_counts as c
      where
        c.project_id = p_project_id
        and c.hour > (select min(l.from_ms) from long as l) - c_hour
        and c.hour < (select max(l.to_ms) from long as l)
    ) as counted
    union
    select case when slice.timezone is null then slice.start_ms else slice.start_ms - slice.start_ms % c_hour + 3 * c_hour end
    from public.slices as slice
    where slice.project_id = p_project_id
  )
  insert into public.slice_marks (project_id, from_ms, to_ms, marked_at)
  select p_project_id, h.hour, h.hour + c_hour, min(l.marked_at)
  from long as l
  inner join held as h on h.hour < l.to_ms and h.hour + c_hour > l.from_ms
  group by h.hour;
end
$function$;

comment on function public.sort_slice_marks(integer,text) is 'Turns changed links, a changed time zone and long marks into marked hours.';

grant execute on function public.sort_slice_marks(integer,text) to service_role;

CREATE OR REPLACE FUNCTION public.to_channel(p_referrer text, p_utm_source text, p_utm_medium text, p_utm_campaign text DEFAULT NULL::text, p_own_hosts text[] DEFAULT '{}'::text[])
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select case
    when told.source = '' and told.medium = '' and told.campaign = '' and told.host is null then 'Direct'
    when told.campaign ~ 'cross-network' then 'Cross-network'
    when told.is_paid and (told.kind = 'shopping' or told.campaign ~ '(^|[^a-df-z])shop|shopping') then 'Paid Shopping'
    when told.is_paid and told.kind = 'search' then 'Paid Search'
    when told.is_paid and told.kind = 'social' then 'Paid Social'
    when told.is_paid and told.kind = 'video' then 'Paid Video'
    when told.medium in ('display', 'banner', 'expandable', 'interstitial', 'cpm') then 'Display'
    when told.is_paid then 'Paid Other'
    when told.medium in ('email', 'e-mail', 'e_mail', 'e mail', 'newsletter') then 'Email'
    when told.medium in ('affiliate', 'affiliates') then 'Affiliates'
    when told.kind = 'ai' or told.medium = 'ai-assistant' then 'AI Assistants'
    when told.kind = 'shopping' or told.campaign ~ '(^|[^a-df-z])shop|shopping' then 'Organic Shopping'
    when told.kind = 'social' or told.medium in ('social', 'social-network', 'social-media', 'sm', 'social network', 'social media')
      then 'Organic Social'
    when told.kind = 'video' or told.medium ~ 'video' then 'Organic Video'
    when told.kind = 'search' or told.medium = 'organic' then 'Organic Search'
    when told.kind = 'email' then 'Email'
    when told.medium = 'audio' then 'Audio'
    when 'sms' in (told.source, told.medium) then 'SMS'
    when told.medium ~ 'push$|mobile|notification' or told.source = 'firebase' then 'Mobile Push Notifications'
    when told.medium in ('referral', 'app', 'link') or told.host is not null then 'Referral'
    when told.source in ('(direct)', 'direct') then 'Direct'
    else 'Unassigned'
  end
  from (
    select
      said.*,
      said.medium ~ '^(.*cp.*|ppc|retargeting|paid.*)$' as is_paid,
      coalesce(public.to_source_kind(said.source), public.to_source_kind(said.host)) as kind
    from (
      select
        lower(btrim(coalesce(p_utm_source, '')))   as source,
        lower(btrim(coalesce(p_utm_medium, '')))   as medium,
        lower(btrim(coalesce(p_utm_campaign, ''))) as campaign,
        public.to_referrer_host(p_referrer, p_own_hosts) as host
    ) as said
  ) as told
$function$;

comment on function public.to_channel(text,text,text,text,text[]) is 'The channel of a referrer and a campaign, by the rules of Google Analytics 4 and AI Assistants; never null.';

grant execute on function public.to_channel(text,text,text,text,text[]) to service_role;

CREATE OR REPLACE FUNCTION public.to_export_row(p_row jsonb, p_actor_ids uuid[])
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select case
    when row.value ->> 'actor_id' = any (p_actor_ids::text[]) then row.value
    -- Somebody else signed in on this person's browser: who, is not for them to know.
    else row.value - array['actor_id', 'user_id', 'session_id', 'external_id', 'traits']
  end
  from (
    select p_row
      -- Readers of JSON end at 2^53.
      || case
        when p_row ? 'visitor_id' then jsonb_build_object('visitor_id', p_row ->> 'visitor_id')
        else '{}'::jsonb
      end
      || coalesce(
        (
          select jsonb_build_object(
            'device', nullif(agent.device, ''), 'browser', nullif(agent.browser, ''), 'os', nullif(agent.os, '')
          )
          from public.agents as agent
          where agent.id = (p_row ->> 'agent_id')::integer
        ),
        '{}'
      ) as value
  ) as row
$function$;

comment on function public.to_export_row(jsonb,uuid[]) is 'A row as a person is given it: 64-bit keys as text, their browser in words, and without anybody else''s name.';

grant execute on function public.to_export_row(jsonb,uuid[]) to service_role;

CREATE OR REPLACE FUNCTION public.to_histogram_figure(p_value double precision)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select case when p_value > 0 then round(p_value::numeric, 4 - floor(log(p_value))::integer)::double precision else p_value end
$function$;

comment on function public.to_histogram_figure(double precision) is 'A value from a histogram in the digits that mean anything: five.';

grant execute on function public.to_histogram_figure(double precision) to service_role;

CREATE OR REPLACE FUNCTION public.to_origin(p_referrer text, p_utm_source text, p_utm_medium text, p_utm_campaign text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return jsonb_build_array(
    coalesce('www.' || public.to_referrer_host(p_referrer), ''),
    coalesce(p_utm_source, ''), coalesce(p_utm_medium, ''), coalesce(p_utm_campaign, '')
  )::text;
end
$function$;

comment on function public.to_origin(text,text,text,text) is 'What decides the channel of a session, as a JSON text: [host, utm_source, utm_medium, utm_campaign].';

grant execute on function public.to_origin(text,text,text,text) to service_role;

CREATE OR REPLACE FUNCTION public.to_people(p_numbers integer[])
 RETURNS bit
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select ('x' || string_agg(repeat('0', held.place - held.place_before - 1) || to_hex(held.digit), '' order by held.place))::bit(32768)
  from (
    select each.place, each.digit, coalesce(lag(each.place) over (order by each.place), -1) as place_before
    from (
      select (p.number & 32767) >> 2 as place, bit_or(8 >> (p.number & 3)) as digit
      from unnest(p_numbers) as p (number)
      group by 1
    ) as each
  ) as held
$function$;

comment on function public.to_people(integer[]) is 'Numbers of one chunk (of 32768) as a bit string; null for none.';

grant execute on function public.to_people(integer[]) to service_role;

CREATE OR REPLACE FUNCTION public.to_person_table(p_table text)
 RETURNS regclass
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if p_table is null or p_table not in (
    'user_events', 'conversions', 'identifications',
    'performance_metrics', 'ai_performance_metrics', 'database_performance_metrics'
  ) then
    raise exception 'unknown_table' using errcode = '22023', hint = 'One of the raw tables.';
  end if;
  return format('public.%I', p_table)::regclass;
end
$function$;

comment on function public.to_person_table(text) is 'The raw table of this name. Fails with 22023 for any other name.';

grant execute on function public.to_person_table(text) to service_role;

CREATE OR REPLACE FUNCTION public.to_referrer_host(p_referrer text, p_own_hosts text[] DEFAULT '{}'::text[])
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select nullif(case when not host.name = any (p_own_hosts) then host.name end, '')
  from (
    select regexp_replace(
      lower(substring(p_referrer from '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#@]*@)?([A-Za-z0-9._-]+\.[A-Za-z0-9-]+|localhost)(?::\d+)?(?:[/?#]|$)')),
      '^www\.', ''
    ) as name
  ) as host
$function$;

comment on function public.to_referrer_host(text,text[]) is 'The host of a referrer, lower case, without www; null for what has none and for p_own_hosts (spelled likewise).';

grant execute on function public.to_referrer_host(text,text[]) to service_role;

CREATE OR REPLACE FUNCTION public.to_revenue(p_properties jsonb)
 RETURNS TABLE(revenue numeric, currency text)
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select
    (p_properties ->> 'revenue')::numeric,
    case
      when jsonb_typeof(p_properties -> 'currency') = 'string' and p_properties ->> 'currency' ~ '^[A-Za-z]{3}$'
        then upper(p_properties ->> 'currency')
      else 'XXX'
    end
  where jsonb_typeof(p_properties -> 'revenue') = 'number'
$function$;

comment on function public.to_revenue(jsonb) is 'Revenue and currency of an event with these properties; no row when it has none.';

grant execute on function public.to_revenue(jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.to_saved_funnel(p_funnel jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE STRICT
 SET search_path TO ''
AS $function$
  select jsonb_build_object('funnel', p_funnel) || case
    when p_funnel ->> 'conversions' is null then '{}'
    else jsonb_build_object('steps', (select jsonb_agg(s -> 'event') from jsonb_array_elements(p_funnel -> 'steps') as s))
  end
$function$;

comment on function public.to_saved_funnel(jsonb) is 'What funnels.definition holds for a funnel; null for null.';

grant execute on function public.to_saved_funnel(jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.to_slice_start(p_ms bigint, p_hour_count integer)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select p_ms - ((p_ms % (p_hour_count * 3600000::bigint)) + p_hour_count * 3600000::bigint)
    % (p_hour_count * 3600000::bigint)
$function$;

comment on function public.to_slice_start(bigint,integer) is 'Beginning of the UTC hour or day that holds an instant, before 1970 too.';

grant execute on function public.to_slice_start(bigint,integer) to service_role;

CREATE OR REPLACE FUNCTION public.to_source_kind(p_source text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select case
    -- before search: they live on hosts of search engines
    when p_source ~ ('(^|\.)(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|copilot\.com|deepseek\.com|grok\.com|x\.ai|meta\.ai|mistral\.ai|you\.com|phind\.com|poe\.com|kimi\.com|doubao\.com|genspark\.ai|felo\.ai|duck\.ai)$'
      || '|^(gemini|bard|notebooklm)\.google\.com$|^copilot\.microsoft\.com$|^com\.openai\.chatgpt$'
      || '|^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek|grok|mistral|ai-assistant)$') then 'ai'
    when p_source ~ ('^(mail\.google\.com|com\.google\.android\.gm|mail\.yahoo\.com|mail\.proton\.me|mail\.aol\.com|mail\.zoho\.com|e\.mail\.ru|mail\.yandex\.[a-z]{2,3})$'
      || '|^outlook\.(live|office|office365)\.com$|(^|\.)(webmail\.[a-z0-9.-]+|navigator(-bs|-lxa)?\.(gmx\.net|web\.de))$'
      || '|^(email|e-mail|e_mail|e mail|newsletter|mailchimp|sendgrid|klaviyo|brevo|gmail|outlook)$') then 'email'
    when p_source ~ ('^(m\.|images\.)?google(\.com?)?\.[a-z]{2,3}$|^com\.google\.android\.googlequicksearchbox$|(^|\.)yandex(\.com?)?\.[a-z]{2,3}$'
      || '|^([a-z]{2}\.)?search\.(yahoo(\.com?)?\.[a-z]{2,3}|yahoo|aol\.com|brave\.com|naver\.com|daum\.net|seznam\.cz|ch|lilo\.org)$'
      || '|(^|\.)(bing\.com|duckduckgo\.com|baidu\.com|ecosia\.org|qwant\.com|startpage\.com|kagi\.com|mojeek\.com|sogou\.com|so\.com|ask\.com|swisscows\.com|metager\.org|presearch\.com|coccoc\.com|petalsearch\.com|dogpile\.com|seznam\.cz|marginalia-search\.com)$'
      || '|^(google|bing|duckduckgo|yahoo|yandex|baidu|ecosia|qwant|startpage|brave|kagi|naver|seznam|sogou|adwords|googleads|google-ads|google_ads)$') then 'search'
    when p_source ~ ('(^|\.)(facebook\.com|fb\.com|fb\.me|messenger\.com|instagram\.com|threads\.net|threads\.com|twitter\.com|x\.com|t\.co|linkedin\.com|lnkd\.in|reddit\.com|pinterest(\.com?)?\.[a-z]{2,3}|tumblr\.com|snapchat\.com|whatsapp\.com|wa\.me|telegram\.org|t\.me|discord\.com|discord\.gg|bsky\.app|mastodon\.social|mastodon\.online|quora\.com|vk\.com|ok\.ru|weibo\.com|wechat\.com|xing\.com|ycombinator\.com|lobste\.rs|stackexchange\.com|stackoverflow\.com|producthunt\.com|medium\.com|substack\.com|line\.me|nextdoor\.com)$'
      || '|^(com\.(facebook\.katana|linkedin\.android|twitter\.android|instagram\.android|reddit\.frontpage)|org\.telegram\.messenger)$'
      || '|^(facebook|fb|ig|instagram|meta|threads|twitter|x|linkedin|reddit|pinterest|snapchat|whatsapp|telegram|discord|bluesky|bsky|mastodon|quora|hackernews|hn|vk|weibo|wechat|xing)$') then 'social'
    when p_source ~ ('(^|\.)(youtube\.com|youtu\.be|tiktok\.com|vimeo\.com|twitch\.tv|dailymotion\.com|bilibili\.com|rumble\.com)$'
      || '|^(youtube|tiktok|vimeo|twitch|dailymotion|bilibili)$') then 'video'
    when p_source ~ ('(^|\.)(amazon(\.com?)?\.[a-z]{2,3}|ebay(\.com?)?\.[a-z]{2,3}|etsy\.com|aliexpress\.com|alibaba\.com|walmart\.com|temu\.com|shopping\.google\.com|idealo\.[a-z]{2,3}|mercadolibre(\.com?)?\.[a-z]{2,3})$'
      || '|^(amazon|ebay|etsy|aliexpress|walmart|temu|idealo|google-shopping|google_shopping)$') then 'shopping'
  end
$function$;

comment on function public.to_source_kind(text) is 'Whether a host or utm_source (lower case) is ai, email, search, social, video or shopping; null when it is none of them.';

grant execute on function public.to_source_kind(text) to service_role;

CREATE OR REPLACE FUNCTION public.to_visit_symbol(p_number integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select case
    when p_number < 92 then chr(p_number + 35)
    when p_number < 55227 then chr(p_number + 69)
    else chr(p_number + 2117)
  end
$function$;

comment on function public.to_visit_symbol(integer) is 'The character of an event or page in walks.';

grant execute on function public.to_visit_symbol(integer) to service_role;

CREATE OR REPLACE FUNCTION public.to_vital_bucket(p_value double precision)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  -- Beyond 10^15 ms nothing is told apart: a number of any length must not fail a roll-up.
  select case
    when p_value >= 0.0001
      then floor(ln(least(p_value, 1e15) * 10000) / ln(1.02::double precision) + 1e-9)::integer
  end
$function$;

comment on function public.to_vital_bucket(double precision) is 'The bucket of a value of 0 or more, from 0 on; null below a ten-thousandth and for null.';

grant execute on function public.to_vital_bucket(double precision) to service_role;

CREATE OR REPLACE FUNCTION public.update_project(p_project_id integer, p_name text DEFAULT NULL::text, p_timezone text DEFAULT NULL::text, p_allowed_origins text[] DEFAULT NULL::text[])
 RETURNS TABLE(project_id integer, slug text, name text, timezone text, hash_key text, allowed_origins text[], settings jsonb)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
#variable_conflict use_column
begin
  -- Fails with 22023 on a name that this server does not know: reports would fail on it later.
  perform now() at time zone p_timezone;
  return query
    update public.projects as project
    set name = coalesce(p_name, project.name),
        timezone = coalesce(p_timezone, project.timezone),
        allowed_origins = coalesce(p_allowed_origins, project.allowed_origins)
    where project.id = p_project_id
    returning
      project.id, project.slug, project.name, project.timezone, project.hash_key, project.allowed_origins,
      project.settings;
end
$function$;

comment on function public.update_project(integer,text,text,text[]) is 'Changes what is given, null keeps, and returns the project as it is then; no row when there is none. Unknown time zones fail with 22023.';

grant execute on function public.update_project(integer,text,text,text[]) to service_role;

CREATE OR REPLACE FUNCTION public.update_project_settings(p_project_id integer, p_settings jsonb)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update public.projects as project
  set settings = project.settings || p_settings || (
    select coalesce(jsonb_object_agg(field.key, project.settings -> field.key || field.value), '{}')
    from jsonb_each(p_settings) as field
    where jsonb_typeof(field.value) = 'object' and jsonb_typeof(project.settings -> field.key) = 'object'
  )
  where project.id = p_project_id
  returning project.settings
$function$;

comment on function public.update_project_settings(integer,jsonb) is 'Merges the given fields into a project''s settings, nested objects by field, and returns them all; no row when there is no such project.';

grant execute on function public.update_project_settings(integer,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.update_saved_funnel(p_project_id integer, p_id uuid, p_name text, p_funnel jsonb)
 RETURNS TABLE(id uuid, name text, definition jsonb, updated_at timestamp with time zone)
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update public.funnels as f
  set
    name = coalesce(p_name, f.name),
    definition = coalesce(public.to_saved_funnel(p_funnel), f.definition),
    updated_at = now()
  where f.project_id = p_project_id and f.id = p_id
  returning f.id, f.name, f.definition -> 'funnel', f.updated_at
$function$;

comment on function public.update_saved_funnel(integer,uuid,text,jsonb) is 'Changes name, funnel or both (null stays); no row when the project has none of that id.';

grant execute on function public.update_saved_funnel(integer,uuid,text,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.update_saved_view(p_project_id integer, p_id uuid, p_name text DEFAULT NULL::text, p_path text DEFAULT NULL::text, p_query text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update public.saved_views as v
  set
    name = coalesce(p_name, v.name),
    path = coalesce(p_path, v.path),
    query = coalesce(p_query, v.query),
    updated_at = now()
  where v.project_id = p_project_id and v.id = p_id
  returning to_jsonb(v) - 'project_id'
$function$;

comment on function public.update_saved_view(integer,uuid,text,text,text) is 'Changes what is given and gives the view; null when the project has none of that id.';

grant execute on function public.update_saved_view(integer,uuid,text,text,text) to service_role;

CREATE OR REPLACE FUNCTION public.update_segment(p_project_id integer, p_id uuid, p_name text DEFAULT NULL::text, p_definition jsonb DEFAULT NULL::jsonb)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update public.segments as s
  set
    name = coalesce(p_name, s.name),
    definition = coalesce(p_definition, s.definition),
    updated_at = now()
  where
    s.project_id = p_project_id
    and s.id = p_id
    and (p_definition is null or public.build_segment_people(p_project_id, p_definition, 0) is not null)
  returning to_jsonb(s) - 'project_id'
$function$;

comment on function public.update_segment(integer,uuid,text,jsonb) is 'Changes name, definition or both, and gives the segment; null when the project has none of that id.';

grant execute on function public.update_segment(integer,uuid,text,jsonb) to service_role;

create view public.person_conversions with (security_invoker=true) as
 SELECT c.project_id,
    c."timestamp",
    c.id,
    c.actor_id,
        CASE
            WHEN NOT c.gpc THEN COALESCE(uuid_hash_extended(p.person_id, 0::bigint), c.visitor_id, uuid_hash_extended(c.actor_id, 0::bigint))
            ELSE NULL::bigint
        END AS person_id,
    c.funnel,
    c.step,
    c.route,
    NULLIF(a.device, ''::text) AS device,
    c.country,
    c.bot_reasons,
    NULLIF(a.browser, ''::text) AS browser,
    NULLIF(a.os, ''::text) AS os,
    c.referrer,
    c.utm_source
   FROM public.conversions c
     LEFT JOIN public.actor_person p ON p.project_id = c.project_id AND p.actor_id = c.actor_id
     LEFT JOIN public.agents a ON a.id = c.agent_id;

comment on view public.person_conversions is 'conversions with the person each row counts for, as in person_events.';

grant select on table public.person_conversions to service_role;

create view public.person_events with (security_invoker=true) as
 SELECT e.project_id,
    e."timestamp",
    e.id,
    e.actor_id,
        CASE
            WHEN NOT e.gpc THEN COALESCE(uuid_hash_extended(p.person_id, 0::bigint), e.visitor_id, uuid_hash_extended(e.actor_id, 0::bigint))
            ELSE NULL::bigint
        END AS person_id,
        CASE
            WHEN NOT e.gpc THEN e.session_id
            ELSE NULL::text
        END AS session_id,
    e.event,
    e.properties,
    e.route,
    e.referrer,
    e.utm_source,
    e.utm_medium,
    e.utm_campaign,
    e.utm_term,
    e.utm_content,
    NULLIF(a.device, ''::text) AS device,
    NULLIF(a.browser, ''::text) AS browser,
    NULLIF(a.os, ''::text) AS os,
    e.country,
    e.release,
    e.bot_reasons
   FROM public.user_events e
     LEFT JOIN public.actor_person p ON p.project_id = e.project_id AND p.actor_id = e.actor_id
     LEFT JOIN public.agents a ON a.id = e.agent_id;

comment on view public.person_events is 'user_events with the person each row counts for: whom the actor was linked to, else the day''s visitor, else the actor itself; person_id is null under Global Privacy Control, where a row counts in totals and never in anything about people.';

grant select on table public.person_events to service_role;
