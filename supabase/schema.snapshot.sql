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

create table public.ai_performance_metrics_default partition of public.ai_performance_metrics default;

alter table public.ai_performance_metrics_default enable row level security;

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

create table public.slice_events (
  slice_id integer not null,
  is_conversion boolean not null,
  event text not null,
  route text,
  people integer[] not null,
  offsets integer[] not null,
  constraint slice_events_slice_id_fkey FOREIGN KEY (slice_id) REFERENCES public.slices(id) ON DELETE CASCADE
);

comment on table public.slice_events is 'Who did what when, by event, page views by route as well; of a conversion by funnel and step. One element per row, sorted by person and time.';

comment on column public.slice_events.event is 'Of a conversion its funnel.';

comment on column public.slice_events.route is 'Of a page view; of a conversion its step; null for other events.';

comment on column public.slice_events.people is 'Numbers of people; -1 for a row under Global Privacy Control.';

comment on column public.slice_events.offsets is 'ms since the slice''s start_ms.';

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

comment on column public.slice_people.dim is 'any, event, page (route of page views), referrer (its host), utm_source, utm_medium, utm_campaign, country, device, browser, os; hour for the hours of a day, by their number from 0; converted for the people of conversions.';

comment on column public.slice_people.numbers is 'People of chunks with fewer than 16, ascending; null in the row of a chunk.';

CREATE INDEX slice_people_slice_id_dim_idx ON public.slice_people USING btree (slice_id, dim);

comment on index public.slice_people_slice_id_dim_idx is 'Which people were there in these stretches of time?';

alter table public.slice_people enable row level security;

create policy slice_people_all_service_role on public.slice_people for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.slice_people to service_role;

create table public.slices (
  start_ms bigint not null,
  end_ms bigint not null,
  built_at timestamp with time zone default now() not null,
  id integer generated always as identity not null,
  project_id integer not null,
  row_count integer default 0 not null,
  conversion_count integer default 0 not null,
  timezone text,
  session_starts integer[] default '{}'::integer[] not null,
  loose_actors bigint[] default '{}'::bigint[] not null,
  constraint slices_check CHECK ((end_ms > start_ms)),
  constraint slices_pkey PRIMARY KEY (id),
  constraint slices_project_id_start_ms_end_ms_key UNIQUE (project_id, start_ms, end_ms)
);

comment on table public.slices is 'Stretches of time that are rolled up: hours, and the local days of the project. Marked bots are in none of their figures.';

comment on column public.slices.row_count is 'Rows of user_events, those under Global Privacy Control included.';

comment on column public.slices.conversion_count is 'Rows of conversions.';

comment on column public.slices.timezone is 'Whose local day it is; null for an hour.';

comment on column public.slices.session_starts is 'When sessions began, ms since start_ms, ascending: rows whose (person, session) has none in the 30 minutes before.';

comment on column public.slices.loose_actors is 'Hashes of actors whose rows count for a day''s visitor: a link made later moves them.';

comment on index public.slices_pkey is 'Which stretch is this?';

comment on index public.slices_project_id_start_ms_end_ms_key is 'What of a range is rolled up?';

alter table public.slices enable row level security;

create policy slices_all_service_role on public.slices for all to service_role using (true) with check (true);

grant delete, insert, select, update on table public.slices to service_role;

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

CREATE OR REPLACE FUNCTION public.build_active_days(p_project_id integer, p_starts bigint[], p_until bigint, p_filters jsonb, p_include_bots boolean)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      select d.person, count(*)::integer as days, min(d.day) as first_day, max(d.day) as last_day
      from (select distinct h.person, width_bucket(h.timestamp, %1$L::bigint[]) as day from (%2$s) as h) as d
      group by d.person
    $query$,
    p_starts,
    public.build_step_hits(p_project_id, p_starts[1], p_until, '[{"event": "*"}]', p_filters, p_include_bots)
  )
$function$;

comment on function public.build_active_days(integer,bigint[],bigint,jsonb,boolean) is 'The SQL query of (person, days, first_day, last_day): on how many of the given days each person was active.';

grant execute on function public.build_active_days(integer,bigint[],bigint,jsonb,boolean) to service_role;

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
      public.build_step_hits(
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

CREATE OR REPLACE FUNCTION public.build_funnel_paths(p_definition jsonb, p_from bigint, p_bounds bigint[] DEFAULT NULL::bigint[], p_hit text DEFAULT 'hit'::text)
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
    public.build_funnel_attempts(p_definition, p_hit)
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

comment on function public.build_funnel_paths(jsonb,bigint,bigint[],text) is 'The text of the query that gives each unit''s attempt that counts: the furthest, a clean one first, then the earliest.';

grant execute on function public.build_funnel_paths(jsonb,bigint,bigint[],text) to service_role;

CREATE OR REPLACE FUNCTION public.build_funnel_paths_by_first(p_definition jsonb, p_from bigint)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  n           integer := jsonb_array_length(p_definition -> 'steps');
  v_window_ms bigint := (p_definition ->> 'windowMs')::bigint;
  v_reached   text := n::text;    -- null for who must be followed
begin
  for k in reverse n - 1..1 loop
    v_reached := format(
      'case when f%2$s is null or l%2$s < f%1$s then %1$s when f%2$s >= f%1$s and f%2$s - f1 <= %3$s then %4$s end',
      k, k + 1, v_window_ms, v_reached
    );
  end loop;
  return format(
    $query$
      with
      span as (
        select unit, %1$s from hit group by unit
      ),
      settled as materialized (
        select *, %2$s as reached from span where f1 is not null
      ),
      followed as (
        select hit.* from hit where hit.unit in (select settled.unit from settled where settled.reached is null)
      )
      select unit, unit as person, reached, false as is_excluded, f1 as start, %3$s from settled where reached is not null
      union all
      select unit, person, reached, is_excluded, start, %4$s from (%5$s) as path
    $query$,
    (select string_agg(
       format('min(timestamp) filter (where mask = %1$s) as f%2$s', 1 << (k - 1), k)
         || case when k > 1 then format(', max(timestamp) filter (where mask = %1$s) as l%2$s', 1 << (k - 1), k) else '' end,
       ', ')
     from generate_series(1, n) as k),
    v_reached,
    (select string_agg(format('case when reached >= %1$s then f%1$s end as t%1$s', k), ', ' order by k) from generate_series(1, n) as k),
    (select string_agg(format('t%s', k), ', ' order by k) from generate_series(1, n) as k),
    public.build_funnel_paths(p_definition, p_from, null, 'followed')
  );
end
$function$;

comment on function public.build_funnel_paths_by_first(jsonb,bigint) is 'The text of the query of paths that settles most units by their first and last times per step; `hit` is read twice.';

grant execute on function public.build_funnel_paths_by_first(jsonb,bigint) to service_role;

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
          $slices$
            union all
            select hit.person, held.start_ms + hit.offset_ms, held.mask
            from (
              select slice.start_ms, e.people, e.offsets, %1$s as mask
              from public.slices as slice
              inner join public.slice_events as e on e.slice_id = slice.id
              where
                slice.id = any (%2$L::integer[]) and not e.is_conversion and %3$s and e.event <> all (%4$L::text[]) and %5$s
            ) as held
            cross join lateral unnest(held.people, held.offsets) as hit (person, offset_ms)
            where held.mask <> 0 and hit.person >= 0 and %6$s
          $slices$,
          v_known, source.ids, v_name, v_raw, v_filter, source.condition
        ),
        ''
      )
      from (
        values
          (p_wholes, 'true'),
          (p_parts, format('held.start_ms + hit.offset_ms >= %L::bigint and held.start_ms + hit.offset_ms < %L::bigint', p_from, p_to))
      ) as source (ids, condition)
      where source.ids <> '{}'
    );
  end if;
  return format('select h.person, h.timestamp, h.mask from (%s) as h where h.mask <> 0', v_sql);
end
$function$;

comment on function public.build_hits(integer,bigint,bigint,jsonb,jsonb,boolean,integer[],integer[],int8multirange,boolean) is 'The SQL query of (person, timestamp, mask) from these slices and gaps.';

grant execute on function public.build_hits(integer,bigint,bigint,jsonb,jsonb,boolean,integer[],integer[],int8multirange,boolean) to service_role;

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
  v_plan record;
  v_hours record;
  v_hits text;
begin
  if not p_include_bots
    and not exists (select from jsonb_each(coalesce(p_filters, '{}')) as f where f.value <> 'null' and f.key <> 'now')
  then
    select coalesce(jsonb_agg(jsonb_build_object('step', s.position, 'dim', s.dim, 'value', s.value)), '[]')
    into v_sets
    from (
      select
        s.position,
        case
          when s.is_named and s.event = '*' then 'any'
          when s.is_named then 'event'
          when s.event = '$pageview' and s.where_routes and jsonb_typeof(s.route) = 'string' then 'page'
        end as dim,
        case when not s.is_named then s.route #>> '{}' when s.event <> '*' then s.event end as value
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
          p_project_id, v_from, v_to, part.steps, '{}', false,
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
  select format(
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
  )
$function$;

comment on function public.build_profile_people(integer,text) is 'The SQL query of (person) of profiles whose traits fulfil a condition.';

grant execute on function public.build_profile_people(integer,text) to service_role;

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
  v_rest  int8multirange;
  v_dim   text;
  v_value text;
begin
  select * into v_plan from public.get_slice_plan(p_project_id, v_from, v_to, array[v_from, v_to]);
  if p_count is null and v_plan.wholes <> '{}' then
    select known.dim, known.value into v_dim, v_value from public.get_step_set(p_step) as known;
  end if;
  if v_dim is null then
    return format(
      'select hit.person from (%s) as hit group by hit.person having %s',
      public.build_hits(
        p_project_id, v_from, v_to, jsonb_build_array(p_step), '{}', false, v_plan.wholes, v_plan.parts, v_plan.gaps, true
      ),
      coalesce(p_count, 'true')
    );
  end if;
  v_rest := int8multirange(int8range(v_from, v_to)) - (
    select coalesce(range_agg(int8range(slice.start_ms, slice.end_ms)), '{}')
    from public.slices as slice
    where slice.id = any (v_plan.wholes)
  );
  return format(
    '%s union (%s)',
    public.build_set_people(v_plan.wholes, v_dim, v_value),
    public.build_gap_rows(
      p_project_id, v_rest, 'person_events', public.build_person(p_project_id, true) || ' as person',
      'e.person_id is not null and e.bot_reasons is null and ' || public.build_step_condition(p_step)
    )
  );
end
$function$;

comment on function public.build_segment_doers(integer,jsonb,bigint,bigint,text) is 'The SQL query of (person) of who has so many rows that match a step.';

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
  return format(
    'select member.person from (%s) as member',
    case when v_whole.is_complement then format(
      '((%s) union (%s)) except (%s)',
      public.build_segment_doers(p_project_id, '{"event": "*"}', -62135596800000, p_now, null),
      public.build_profile_people(p_project_id, 'true'),
      v_whole.people
    )
    else v_whole.people end
  );
end
$function$;

comment on function public.build_segment_members(integer,jsonb,bigint) is 'The SQL query of (person bigint): the distinct people of a segment at an instant, by number or person_id. Values are quoted literals. Fails with 22S01 for an id that the project does not have, and with 22023 for what is no definition.';

grant execute on function public.build_segment_members(integer,jsonb,bigint) to service_role;

CREATE OR REPLACE FUNCTION public.build_segment_people(p_project_id integer, p_segment jsonb, p_now bigint)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      select coalesce(known.person_id, member.person) as person_id
      from (%1$s) as member
      left join public.person_numbers as known
        on member.person between 0 and 2147483647 and known.project_id = %2$L::integer and known.number = member.person
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
      v_negated := v_negated || format('(%s)', v_part.people);
    else
      v_plain := v_plain || format('(%s)', v_part.people);
    end if;
  end loop;

  if v_match = 'all' then
    is_complement := v_plain = '{}';
    people := case
      when is_complement then array_to_string(v_negated, ' union ')
      else array_to_string(
        array_prepend('(' || array_to_string(v_plain, ' intersect ') || ')', v_negated), ' except '
      )
    end;
  else
    is_complement := v_negated <> '{}';
    people := case
      when not is_complement then array_to_string(v_plain, ' union ')
      else array_to_string(
        array_prepend('(' || array_to_string(v_negated, ' intersect ') || ')', v_plain), ' except '
      )
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
              hashtextextended(e.session_id, uuid_hash_extended(e.actor_id, 0)) as visit,
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

CREATE OR REPLACE FUNCTION public.build_set_people(p_slices integer[], p_dim text, p_value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select format(
    $query$
      select each.number::bigint as person
      from public.slice_people as held
      cross join lateral unnest(held.numbers) as each (number)
      where
        held.slice_id = any (%1$L::integer[]) and held.dim = %2$L and held.value is not distinct from %3$L and held.chunk = -1
      union
      select ((joined.chunk << 15) + place)::bigint
      from (
        select held.chunk, bit_or(held.people) as people
        from public.slice_people as held
        where
          held.slice_id = any (%1$L::integer[]) and held.dim = %2$L and held.value is not distinct from %3$L and held.chunk >= 0
        group by held.chunk
      ) as joined
      cross join lateral regexp_split_to_table(joined.people::text, '') with ordinality as bit (is_in, ordinality)
      cross join lateral (select bit.ordinality::integer - 1 as place) as at
      where bit.is_in = '1'
    $query$,
    p_slices, p_dim, p_value
  )
$function$;

comment on function public.build_set_people(integer[],text,text) is 'The SQL query of (person) of the sets of some slices by dimension and value.';

grant execute on function public.build_set_people(integer[],text,text) to service_role;

CREATE OR REPLACE FUNCTION public.build_slice(p_project_id integer, p_start bigint, p_end bigint, p_timezone text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
 SET jit TO 'off'
 SET work_mem TO '64MB'
 SET plan_cache_mode TO 'force_custom_plan'
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
      e.timestamp, e.person_id, e.event, e.route, e.referrer, e.utm_source, e.utm_medium, e.utm_campaign, e.country,
      e.device, e.browser, e.os,
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
      coalesce(known.number, -1) as number, (seen.timestamp - p_start)::integer as offset_ms, seen.is_start,
      seen.event, case when seen.event = '$pageview' then seen.route end as page, seen.referrer, seen.utm_source,
      seen.utm_medium, seen.utm_campaign, seen.country, seen.device, seen.browser, seen.os
    from seen
    left join public.person_numbers as known on known.project_id = p_project_id and known.person_id = seen.person_id
    where seen.timestamp >= p_start
  ),
  conversion_row as materialized (
    select coalesce(known.number, -1) as number, (c.timestamp - p_start)::integer as offset_ms, c.funnel, c.step
    from public.person_conversions as c
    left join public.person_numbers as known on known.project_id = p_project_id and known.person_id = c.person_id
    where c.project_id = p_project_id and c.timestamp >= p_start and c.timestamp < p_end and c.bot_reasons is null
  ),
  hits as (
    insert into public.slice_events (slice_id, is_conversion, event, route, people, offsets)
    select
      v_id, held.is_conversion, held.event, held.route,
      array_agg(held.number order by held.number, held.offset_ms),
      array_agg(held.offset_ms order by held.number, held.offset_ms)
    from (
      select false as is_conversion, r.event, r.page as route, r.number, r.offset_ms from event_row as r
      union all
      select true, c.funnel, c.step, c.number, c.offset_ms from conversion_row as c
    ) as held
    group by held.is_conversion, held.event, held.route
  ),
  -- people keep their country and browser for a day: few of these stand for many rows
  setting as materialized (
    select
      r.number, r.referrer, r.utm_source, r.utm_medium, r.utm_campaign, r.country, r.device, r.browser, r.os,
      count(*) as row_count, count(*) filter (where r.is_start) as session_count
    from event_row as r
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9
  ),
  host as materialized (
    select coalesce(k.referrer, '') as referrer, public.to_referrer_host(k.referrer) as name
    from (select distinct s.referrer from setting as s) as k
  ),
  -- how often which person has which value
  member as materialized (
    select d.dim, nullif(d.value, '') as value, s.number, sum(s.row_count) as row_count, sum(s.session_count) as session_count
    from setting as s
    inner join host as h on h.referrer = coalesce(s.referrer, '')
    cross join lateral (
      values
        ('any', null), ('referrer', h.name), ('utm_source', s.utm_source), ('utm_medium', s.utm_medium),
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
    -- of a day its hours, for ranges and time zones that cut it
    select 'hour', (r.offset_ms / 3600000)::text, r.number, count(*), 0
    from event_row as r
    where p_timezone is not null
    group by r.offset_ms / 3600000, r.number
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

  delete from public.slices as slice where slice.id = v_id and slice.row_count = 0 and slice.conversion_count = 0;
end
$function$;

comment on function public.build_slice(integer,bigint,bigint,text) is 'Rolls up the raw rows of a stretch of one project; numbers its people. Part of roll_up_slices, which holds the lock.';

grant execute on function public.build_slice(integer,bigint,bigint,text) to service_role;

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
  v_plan    record;
  v_filters jsonb := coalesce(p_filters, '{}') - 'segment' - 'now';
  v_segment jsonb := nullif(p_filters -> 'segment', 'null');
  v_hits    text;
begin
  if jsonb_array_length(p_steps) not between 1 and 30 then
    raise exception 'expected 1 to 30 steps, got %', jsonb_array_length(p_steps) using errcode = '22023';
  end if;
  if p_include_bots or not public.is_slice_filter(v_filters) then
    return public.build_hits(
      p_project_id, p_from, p_to, p_steps, p_filters, p_include_bots, '{}', '{}',
      int8multirange(int8range(p_from, greatest(p_to, p_from))), false
    );
  end if;
  select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
  v_hits := public.build_hits(
    p_project_id, p_from, p_to, p_steps, v_filters, false, v_plan.wholes, v_plan.parts, v_plan.gaps,
    v_segment is not null or v_plan.wholes <> '{}' or v_plan.parts <> '{}'
  );
  if v_segment is null then
    return v_hits;
  end if;
  return format(
    'select hit.person, hit.timestamp, hit.mask from (%s) as hit where hit.person in (select chosen.person from (%s) as chosen)',
    v_hits,
    public.build_segment_members(
      p_project_id, v_segment,
      coalesce((p_filters ->> 'now')::bigint, (extract(epoch from statement_timestamp()) * 1000)::bigint)
    )
  );
end
$function$;

comment on function public.build_step_hits(integer,bigint,bigint,jsonb,jsonb,boolean) is 'The SQL query of (person, timestamp, mask): rows of [p_from, p_to) that match steps, bit k - 1 of mask for step k.';

grant execute on function public.build_step_hits(integer,bigint,bigint,jsonb,jsonb,boolean) to service_role;

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
      when slice.id = any (v_plan.wholes) then cardinality(slice.session_starts)
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
      select
        e.timestamp, lag(e.timestamp) over (partition by e.person_id, e.session_id order by e.timestamp, e.id) as before_ms
      from public.person_events as e
      where
        e.project_id = p_project_id and e.timestamp >= p_from - 1800000 and e.timestamp < least(p_from + 1800000, p_to)
        and e.session_id is not null and e.bot_reasons is null
    ) as seen
    where seen.timestamp >= p_from and seen.before_ms < p_from and seen.timestamp - seen.before_ms <= 1800000
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

CREATE OR REPLACE FUNCTION public.get_ai_groups(p_project_id integer, p_from bigint, p_to bigint, p_group text, p_limit integer DEFAULT 50, p_filters jsonb DEFAULT '{}'::jsonb)
 RETURNS TABLE(name text, requests bigint, errors bigint, cache_hits bigint, tokens bigint, cost_usd double precision, p50 double precision, p95 double precision)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
  select s.name, s.requests, s.errors, s.cache_hits, s.tokens, s.cost_usd, s.q[1], s.q[2]
  from (
    select
      coalesce(case p_group when 'model' then m.model when 'endpoint' then m.endpoint end, 'unknown') as name,
      count(*) as requests,
      count(*) filter (where not m.success) as errors,
      count(*) filter (where m.cache_hit) as cache_hits,
      coalesce(sum(m.tokens), 0) as tokens,
      sum(m.cost_usd)::double precision as cost_usd,
      percentile_disc(array[0.5, 0.95]) within group (order by m.duration::double precision)
        filter (where not m.cache_hit) as q
    from public.ai_performance_metrics as m
    where
      m.project_id = p_project_id and m.timestamp >= p_from and m.timestamp < p_to
      and (
        coalesce(p_filters -> 'segment', 'null') = 'null'
        or m.actor_id in (select each.actor_id from public.get_segment_actors(p_project_id, p_filters) as each (actor_id))
      )
    group by 1
  ) as s
  order by s.requests desc, s.name
  limit p_limit
$function$;

comment on function public.get_ai_groups(integer,bigint,bigint,text,integer,jsonb) is 'The figures of the AI calls by model or endpoint.';

grant execute on function public.get_ai_groups(integer,bigint,bigint,text,integer,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.get_ai_series(p_project_id integer, p_from bigint, p_to bigint, p_bucket text, p_timezone text, p_filters jsonb DEFAULT '{}'::jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
  with
  bounds as (
    select public.get_time_bounds(p_from, p_to, p_bucket, p_timezone) as instants
  ),
  tally as (
    select
      width_bucket(m.timestamp, (select instants from bounds)) as position,
      count(*) as requests,
      count(*) filter (where not m.success) as errors,
      percentile_disc(0.95) within group (order by m.duration::double precision) filter (where not m.cache_hit) as p95,
      sum(m.cost_usd)::double precision as cost_usd
    from public.ai_performance_metrics as m
    where
      m.project_id = p_project_id and m.timestamp >= p_from and m.timestamp < p_to
      and (
        coalesce(p_filters -> 'segment', 'null') = 'null'
        or m.actor_id in (select each.actor_id from public.get_segment_actors(p_project_id, p_filters) as each (actor_id))
      )
    group by 1
  )
  select
    jsonb_agg(
      jsonb_build_object(
        'start', b.start_ms,
        'requests', coalesce(t.requests, 0),
        'errors', coalesce(t.errors, 0),
        'p95', t.p95,
        'costUsd', t.cost_usd
      )
      order by b.start_ms
    )
  from bounds
  cross join lateral unnest(trim_array(bounds.instants, 1)) with ordinality as b (start_ms, position)
  left join tally as t on t.position = b.position
$function$;

comment on function public.get_ai_series(integer,bigint,bigint,text,text,jsonb) is 'AI calls, errors, p95 and cost per local hour or day as a jsonb array, empty buckets included.';

grant execute on function public.get_ai_series(integer,bigint,bigint,text,text,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.get_ai_summary(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb DEFAULT '{}'::jsonb)
 RETURNS TABLE(requests bigint, errors bigint, cache_hits bigint, tokens bigint, cost_usd double precision, p50 double precision, p95 double precision, p99 double precision)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
  select s.requests, s.errors, s.cache_hits, s.tokens, s.cost_usd, s.q[1], s.q[2], s.q[3]
  from (
    select
      count(*) as requests,
      count(*) filter (where not m.success) as errors,
      count(*) filter (where m.cache_hit) as cache_hits,
      coalesce(sum(m.tokens), 0) as tokens,
      sum(m.cost_usd)::double precision as cost_usd,
      percentile_disc(array[0.5, 0.95, 0.99]) within group (order by m.duration::double precision)
        filter (where not m.cache_hit) as q
    from public.ai_performance_metrics as m
    where
      m.project_id = p_project_id and m.timestamp >= p_from and m.timestamp < p_to
      and (
        coalesce(p_filters -> 'segment', 'null') = 'null'
        or m.actor_id in (select each.actor_id from public.get_segment_actors(p_project_id, p_filters) as each (actor_id))
      )
  ) as s
$function$;

comment on function public.get_ai_summary(integer,bigint,bigint,jsonb) is 'Calls, errors, cache hits, tokens, cost and latency of the AI calls in [p_from, p_to).';

grant execute on function public.get_ai_summary(integer,bigint,bigint,jsonb) to service_role;

CREATE OR REPLACE FUNCTION public.get_at_risk(p_project_id integer, p_until bigint, p_timezone text, p_active_days integer, p_silent_days integer, p_limit integer, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
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
      slipping as materialized (
        select a.*
        from (%1$s) as a
        where
          a.days >= 3
          and $5 - a.last_day < $3
          and ($5 - a.last_day) * (a.days - 1) > ln(20::double precision) * (a.last_day - a.first_day)
      ),
      ranked as (select s.*, rank() over (order by s.days desc, s.last_day) as rank from slipping as s),
      listed as (
        select r.days, r.first_day, r.last_day, i.person_id
        from ranked as r
        cross join lateral public.get_person_ids($1, array[r.person]) as i
        where r.rank <= $4
        order by r.days desc, r.last_day, i.person_id
        limit $4
      )
      select jsonb_build_object(
        'total', (select count(*) from slipping),
        'people', (
          select coalesce(jsonb_agg(
            jsonb_build_object(
              'personId', l.person_id::text, 'externalId', p.external_id, 'lastSeen', ($2)[l.last_day],
              'silentDays', $5 - l.last_day, 'activeDays', l.days,
              'averageGapDays', round((l.last_day - l.first_day)::numeric / (l.days - 1), 6)
            ) order by l.days desc, l.last_day, l.person_id
          ), '[]')
          from listed as l
          left join (
            select uuid_hash_extended(u.actor_id, 0) as person_id, coalesce(u.external_id, u.user_id::text) as external_id
            from public.user_profiles as u
            where u.project_id = $1
          ) as p on p.person_id = l.person_id
        )
      )
    $query$,
    public.build_active_days(p_project_id, v_starts, p_until, p_filters, p_include_bots)
  )
  into v_answer
  using p_project_id, v_starts, p_silent_days, p_limit, cardinality(v_starts);
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
      gone as materialized (select a.* from (%1$s) as a where a.last_day <= $3 and a.days >= $6),
      -- Who these are is looked up for those alone who may be listed: ties are settled by it.
      ranked as (select g.*, rank() over (order by g.last_day desc, g.days desc) as rank from gone as g),
      listed as (
        select r.days, r.last_day, i.person_id
        from ranked as r
        cross join lateral public.get_person_ids($1, array[r.person]) as i
        where r.rank <= $4
        order by r.last_day desc, r.days desc, i.person_id
        limit $4
      )
      select jsonb_build_object(
        'total', (select count(*) from gone),
        'people', (
          select coalesce(jsonb_agg(
            jsonb_build_object(
              'personId', l.person_id::text, 'externalId', p.external_id, 'lastSeen', ($2)[l.last_day],
              'silentDays', $5 - l.last_day, 'activeDays', l.days
            ) order by l.last_day desc, l.days desc, l.person_id
          ), '[]')
          from listed as l
          left join (
            select uuid_hash_extended(u.actor_id, 0) as person_id, coalesce(u.external_id, u.user_id::text) as external_id
            from public.user_profiles as u
            where u.project_id = $1
          ) as p on p.person_id = l.person_id
        )
      )
    $query$,
    public.build_active_days(p_project_id, v_starts, p_until, p_filters, p_include_bots)
  )
  into v_answer
  using p_project_id, v_starts, p_active_days, p_limit, cardinality(v_starts), p_at_least;
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

CREATE OR REPLACE FUNCTION public.get_database_series(p_project_id integer, p_from bigint, p_to bigint, p_slow_ms double precision, p_bucket text, p_timezone text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET work_mem TO '64MB'
 SET jit TO 'off'
AS $function$
  with
  bounds as (
    select public.get_time_bounds(p_from, p_to, p_bucket, p_timezone) as instants
  ),
  tally as (
    select
      width_bucket(m.timestamp, (select instants from bounds)) as position,
      count(*) as queries,
      count(*) filter (where m.duration > p_slow_ms) as slow,
      percentile_disc(0.95) within group (order by m.duration::double precision) filter (where not m.cached) as p95
    from public.database_performance_metrics as m
    where m.project_id = p_project_id and m.timestamp >= p_from and m.timestamp < p_to
    group by 1
  )
  select
    jsonb_agg(
      jsonb_build_object(
        'start', b.start_ms, 'queries', coalesce(t.queries, 0), 'slow', coalesce(t.slow, 0), 'p95', t.p95
      )
      order by b.start_ms
    )
  from bounds
  cross join lateral unnest(trim_array(bounds.instants, 1)) with ordinality as b (start_ms, position)
  left join tally as t on t.position = b.position
$function$;

comment on function public.get_database_series(integer,bigint,bigint,double precision,text,text) is 'Queries, slow ones and p95 per local hour or day as a jsonb array, empty buckets included.';

grant execute on function public.get_database_series(integer,bigint,bigint,double precision,text,text) to service_role;

CREATE OR REPLACE FUNCTION public.get_database_summary(p_project_id integer, p_from bigint, p_to bigint, p_slow_ms double precision)
 RETURNS TABLE(queries bigint, slow bigint, cached bigint, p50 double precision, p95 double precision, p99 double precision)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET work_mem TO '64MB'
 SET jit TO 'off'
AS $function$
  select s.queries, s.slow, s.cached, s.q[1], s.q[2], s.q[3]
  from (
    select
      count(*) as queries,
      count(*) filter (where m.duration > p_slow_ms) as slow,
      count(*) filter (where m.cached) as cached,
      percentile_disc(array[0.5, 0.95, 0.99]) within group (order by m.duration::double precision)
        filter (where not m.cached) as q
    from public.database_performance_metrics as m
    where m.project_id = p_project_id and m.timestamp >= p_from and m.timestamp < p_to
  ) as s
$function$;

comment on function public.get_database_summary(integer,bigint,bigint,double precision) is 'Queries, slow and cached ones, and latency in [p_from, p_to).';

grant execute on function public.get_database_summary(integer,bigint,bigint,double precision) to service_role;

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
  v_range int8multirange := int8multirange(int8range(p_from, greatest(p_to, p_from)));
  v_where text := public.build_filter(p_project_id, p_filters);
begin
  if p_dim not in ('event', 'page', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'country', 'device', 'browser', 'os') then
    raise exception 'unknown dimension %', p_dim using errcode = '22023';
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
        from public.slice_people as held
        where held.slice_id = any (%9$L::integer[]) and held.dim = %10$L
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
      -- by id from here on: hashing and comparing texts of hundreds of thousands of people takes longer than all else
      thick as materialized (
        select c.id, h.chunk, bit_or(h.people) as people
        from held as h
        inner join counted as c on coalesce(c.value, '') = coalesce(h.value, '')
        where h.chunk >= 0
        group by c.id, h.chunk
      ),
      thin as materialized (
        select distinct t.id, t.person
        from (
          select c.id, each.number::bigint as person
          from held as h
          inner join counted as c on coalesce(c.value, '') = coalesce(h.value, '')
          cross join lateral unnest(h.numbers) as each (number)
          where h.chunk = -1
          union all
          select c.id, r.person
          from rest as r
          inner join counted as c on coalesce(c.value, '') = coalesce(%11$s, '')
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
      )
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
    v_plan.wholes, p_dim,
    case when p_dim = 'referrer' then format('case when r.value = any (%L::text[]) then null else r.value end', p_own_hosts) else 'r.value' end,
    public.build_person(p_project_id, v_plan.wholes <> '{}' or v_plan.parts <> '{}')
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
  v_query  text;
  v_rows   jsonb;
begin
  if p_dimension = 'channel' then
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
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  with
  sample as materialized (
    select
      e.properties, e.route, e.device, e.browser, e.os, e.country, e.referrer, e.release,
      e.utm_source, e.utm_medium, e.utm_campaign, e.utm_term, e.utm_content
    from public.person_events as e
    where
      e.project_id = p_project_id and e.timestamp >= p_from and (p_event = '*' or e.event = p_event)
      and e.bot_reasons is null
    limit p_sample
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
$function$;

comment on function public.get_event_properties(integer,text,bigint,integer) is 'Property keys and columns of a sample of an event''s rows with frequent values.';

grant execute on function public.get_event_properties(integer,text,bigint,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_event_series(p_project_id integer, p_from bigint, p_to bigint, p_bucket text, p_timezone text, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
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
  if p_include_bots or public.build_filter(p_project_id, p_filters) <> 'true' then
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
        select coalesce(rows.position, seen.position) as position, coalesce(rows.events, 0) as events, coalesce(seen.people, 0) as people
        from (
          select r.position, sum(r.events) as events
          from (
            select width_bucket(slice.start_ms, %1$L::bigint[]) as position, slice.row_count as events
            from public.slices as slice
            where slice.id = any (%2$L::integer[])
            union all
            select width_bucket(hour.start_ms, %1$L::bigint[]), held.row_count
            from unnest(%7$L::integer[], %8$L::text[], %9$L::bigint[]) as hour (slice_id, value, start_ms)
            inner join public.slice_people as held on held.slice_id = hour.slice_id and held.dim = 'hour' and held.value = hour.value
            where held.chunk = -1
            union all
            select width_bucket(slice.start_ms + hit.offset_ms, %1$L::bigint[]), count(*)
            from public.slices as slice
            cross join lateral (
              select int8multirange(int8range(slice.start_ms, slice.end_ms)) * %6$L::int8multirange as stretch offset 0
            ) as left_over
            inner join public.slice_events as held on held.slice_id = slice.id
            cross join lateral unnest(held.offsets) as hit (offset_ms)
            where
              slice.id = any (%3$L::integer[]) and not isempty(left_over.stretch) and not held.is_conversion
              and hit.offset_ms >= lower(left_over.stretch) - slice.start_ms
              and hit.offset_ms < upper(left_over.stretch) - slice.start_ms
              and slice.start_ms + hit.offset_ms <@ left_over.stretch
            group by 1
            union all
            select width_bucket(e.timestamp, %1$L::bigint[]), count(*)
            from (%4$s) as e
            group by 1
          ) as r
          group by r.position
        ) as rows
        full join (
          select b.position, sum(bit_count(b.people)) as people
          from (%5$s) as b
          group by b.position
        ) as seen on seen.position = rows.position
      $query$,
      v_cut, v_plan.wholes, v_plan.parts,
      public.build_gap_rows(p_project_id, v_plan.gaps, 'person_events', 'e.timestamp', v_bots),
      public.build_people_bits(p_project_id, v_cut, '[{"event": "*"}]'), v_hours.rest, v_hours.slices, v_hours.hours, v_hours.starts
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
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_plan record;
  v_bots text := case when p_include_bots then 'true' else 'e.bot_reasons is null' end;
  v_rows text;
begin
  if p_include_bots or public.build_filter(p_project_id, p_filters) <> 'true' then
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
    coalesce(sum(slice.row_count), 0), coalesce(sum(seen.row_count), 0),
    coalesce(sum(slice.conversion_count), 0)
  into events, pageviews, conversions
  from public.slices as slice
  left join public.slice_people as seen
    on seen.slice_id = slice.id and seen.dim = 'event' and seen.value = '$pageview' and seen.chunk = -1
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
      person as materialized (
        select
          h.person,
          min(h.timestamp) as first_seen,
          min(h.timestamp) filter (where h.is_use) as first_use,
          count(*) filter (where h.is_use and h.timestamp >= $1) as uses,
          count(distinct width_bucket(h.timestamp, $2)) filter (where h.is_use and h.timestamp >= $1) as days
        from (%1$s) as h
        group by h.person
      ),
      user_of_it as materialized (select p.* from person as p where p.uses > 0),
      newcomer as materialized (select u.first_use - u.first_seen as waited from user_of_it as u where u.first_use >= $1)
      select jsonb_build_object(
        'uses', (select coalesce(sum(u.uses), 0) from user_of_it as u),
        'people', (select count(*) from user_of_it),
        'repeatUsePeople', (select count(*) from user_of_it as u where u.uses > 1),
        'repeatDayPeople', (select count(*) from user_of_it as u where u.days > 1),
        'usesClasses', (
          select jsonb_agg(
            (select count(*) from user_of_it as u where width_bucket(u.uses - 1, $3) = c.class) order by c.class
          )
          from generate_series(0, cardinality($3)) as c (class)
        ),
        'firstUse', jsonb_build_object(
          'people', (select count(*) from newcomer),
          'medianMs', (select percentile_disc(0.5) within group (order by n.waited) from newcomer as n),
          'classes', (
            select jsonb_agg(
              (select count(*) from newcomer as n where width_bucket(n.waited - 1, $4) = c.class) order by c.class
            )
            from generate_series(0, cardinality($4)) as c (class)
          )
        )
      )
    $query$,
    case
      when p_property is null then format(
        'select h.person, h.timestamp, h.mask & 2 <> 0 as is_use from (%s) as h',
        public.build_step_hits(
          p_project_id, -62135596800000, p_to,
          jsonb_build_array(jsonb_build_object('event', '*'), jsonb_build_object('event', p_event)),
          p_filters - 'event', p_include_bots
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
        public.build_filter(p_project_id, p_filters - 'event')
      )
    end
  )
  into v_answer
  using p_from, v_days, p_uses_classes, p_first_use_classes;
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
  execute format(
    'select coalesce(sum(bit_count(b.people)), 0) from (%s) as b',
    public.build_people_bits(
      p_project_id, array[p_from, p_to], '[{"event": "*"}]', p_filters - 'event', p_include_bots
    )
  )
  into v_active;
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
      trend as (
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
 SET jit TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  v_days   bigint[] := public.get_time_bounds(p_from, p_to, 'day', p_timezone);
  v_names  text[];
  v_known  integer;
  v_active bigint;
  v_steps  jsonb;
  v_plan   record;
  v_uses   text;
  v_answer jsonb;
begin
  v_days := v_days[:cardinality(v_days) - 1];
  select array_agg(t.event order by t.rank) filter (where t.rank <= 30), count(*)
  into v_names, v_known
  from (
    select e.event, row_number() over (order by e.people desc, e.event collate "C") as rank
    from public.get_top_events(p_project_id, p_from, p_to, p_filters, p_include_bots, 10000) as e
    where e.event not like '$%' and e.people > 0
  ) as t;
  execute format(
    'select coalesce(sum(bit_count(b.people)), 0) from (%s) as b',
    public.build_people_bits(
      p_project_id, array[p_from, p_to], '[{"event": "*"}]', p_filters - 'event', p_include_bots
    )
  )
  into v_active;
  if v_names is null then
    return jsonb_build_object('days', v_days, 'activePeople', v_active, 'omitted', 0, 'features', '[]'::jsonb);
  end if;
  select jsonb_agg(jsonb_build_object('event', n.name) order by n.position)
  into v_steps
  from unnest(v_names) with ordinality as n (name, position);
  v_uses := 'select h.mask, count(*) as uses from (%1$s) as h group by h.mask';
  if p_include_bots or not public.is_slice_filter(p_filters) then
    v_uses := format(v_uses, public.build_step_hits(p_project_id, p_from, p_to, v_steps, p_filters, p_include_bots));
  else
    -- Where a whole stretch is rolled up its rows need no reading one by one; -1 stands for rows without a person.
    select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
    v_uses := format(
      v_uses || $wholes$
        union all
        select
          1 << (array_position(%2$L::text[], held.event) - 1),
          sum(cardinality(held.people) - cardinality(array_positions(held.people, -1)))
        from public.slice_events as held
        where held.slice_id = any (%3$L::integer[]) and not held.is_conversion and held.event = any (%2$L::text[])
        group by held.event
      $wholes$,
      public.build_hits(
        p_project_id, p_from, p_to, v_steps, p_filters, false, '{}', v_plan.parts, v_plan.gaps,
        v_plan.wholes <> '{}' or v_plan.parts <> '{}'
      ),
      v_names, v_plan.wholes
    );
  end if;
  execute format(
    $query$
      with
      -- position 1 is the time before the range
      bits as materialized (%1$s),
      day_of_use as (
        select
          b.step, b.position, b.chunk, b.people,
          bit_or(b.people) over (
            partition by b.step, b.chunk, b.position = 1
            order by b.position rows between unbounded preceding and 1 preceding
          ) as before
        from bits as b
      ),
      chunk_of_use as (
        select
          d.step, d.chunk,
          bit_or(d.people) filter (where d.position > 1) as people,
          bit_or(d.people & d.before) filter (where d.position > 1) as again,
          bit_or(d.people) filter (where d.position = 1) as earlier
        from day_of_use as d
        group by d.step, d.chunk
      ),
      feature as (
        select
          c.step,
          sum(bit_count(c.people)) as people,
          sum(bit_count(c.people) - coalesce(bit_count(c.people & c.earlier), 0)) as first_use_people,
          coalesce(sum(bit_count(c.again)), 0) as repeat_people
        from chunk_of_use as c
        where c.people is not null
        group by c.step
      ),
      trend as (
        select b.step, b.position, sum(bit_count(b.people)) as people from bits as b group by b.step, b.position
      ),
      uses as (
        select s.step, sum(m.uses)::bigint as uses
        from (%2$s) as m
        inner join generate_series(1, %3$s) as s (step) on m.mask & (1 << (s.step - 1)) <> 0
        group by s.step
      )
      select jsonb_agg(
        jsonb_build_object(
          'value', ($1)[f.step], 'uses', u.uses, 'people', f.people,
          'firstUsePeople', f.first_use_people, 'repeatPeople', f.repeat_people,
          'trend', (
            select jsonb_agg(coalesce(t.people, 0) order by p.position)
            from generate_series(2, $2 + 1) as p (position)
            left join trend as t on t.step = f.step and t.position = p.position
          )
        ) order by f.step
      )
      from feature as f
      inner join uses as u on u.step = f.step
    $query$,
    public.build_people_bits(
      p_project_id, array[-62135596800000, p_from] || v_days[2:] || p_to, v_steps, p_filters, p_include_bots
    ),
    v_uses,
    cardinality(v_names)
  )
  into v_answer
  using v_names, cardinality(v_days);
  return jsonb_build_object(
    'days', v_days, 'activePeople', v_active, 'omitted', v_known - cardinality(v_names), 'features', coalesce(v_answer, '[]')
  );
end
$function$;

comment on function public.get_features(integer,bigint,bigint,text,jsonb,boolean) is 'The most used features with people, first and repeated use, and their people per local day.';

grant execute on function public.get_features(integer,bigint,bigint,text,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_funnel_people(p_project_id integer, p_from bigint, p_to bigint, p_definition jsonb, p_step integer, p_outcome text, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_limit integer DEFAULT 50, p_after_start bigint DEFAULT NULL::bigint, p_after_person bigint DEFAULT NULL::bigint)
 RETURNS TABLE(person_id text, external_id text, start bigint, last_step bigint, reached integer)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
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
    case when public.is_settled_by_first(p_definition, p_filters, p_include_bots)
      then public.build_funnel_paths_by_first(p_definition, p_from)
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
 SET jit TO 'off'
 SET work_mem TO '64MB'
 SET enable_sort TO 'off'
AS $function$
declare
  n           integer := jsonb_array_length(p_definition -> 'steps');
  v_breakdown boolean := p_definition ->> 'breakdown' is not null;
  v_revenue   boolean := coalesce((p_definition ->> 'revenue')::boolean, false);
  v_by_first  boolean :=
    not v_breakdown and not v_revenue and public.is_settled_by_first(p_definition, p_filters, p_include_bots);
  v_first     integer := case when p_definition ->> 'order' = 'unordered' then (1 << n) - 1 else 1 end;
  v_answer    jsonb;
begin
  execute format(
    $query$
      with
      %1$s,
      path as materialized (
        select path.*, %2$s as value from (%3$s) as path %4$s
      ),
      counted as (
        select p.value, array[%5$s] as people, count(*) filter (where p.is_excluded) as excluded
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
        cross join lateral (values %6$s) as g (step, ms)
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
        'revenue', %7$s
      )
    $query$,
    case when v_breakdown or v_revenue then format(
      'hit as materialized (%s)%s',
      public.build_funnel_rows(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots),
      case when v_breakdown then format(
        ', first_value as materialized (
           select distinct on (h.unit) h.unit, h.value from hit as h where h.mask & %s <> 0 order by h.unit, h.timestamp, h.id
         )',
        v_first
      ) else '' end
    ) else format(
      'hit as not materialized (%s)',
      public.build_funnel_hits(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots)
    ) end,
    case when v_breakdown then 'first_value.value' else 'null::jsonb' end,
    case when v_by_first then public.build_funnel_paths_by_first(p_definition, p_from)
      else public.build_funnel_paths(p_definition, p_from) end,
    case when v_breakdown then 'inner join first_value on first_value.unit = path.unit' else '' end,
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
              row_number() over (partition by p.unit, s.step order by h.id) as position
            from path as p
            cross join lateral (values %s) as s (step, t, same)
            inner join hit as h on h.unit = p.unit and h.timestamp = s.t and h.mask & (1 << (s.step - 1)) <> 0
            where not p.is_excluded
          ) as f
          where f.position = f.same + 1 and f.revenue is not null
          group by f.step, f.currency
        ) as r
      ), '[]')$query$,
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
      with
      hit as (%1$s),
      counted as (
        select p.position, array[%2$s] as people from (%3$s) as p where not p.is_excluded group by p.position
      )
      select jsonb_agg(
        jsonb_build_object('start', $1[i], 'end', $1[i + 1], 'people', coalesce(c.people, array_fill(0::bigint, array[%4$s])))
        order by i
      )
      from generate_series(1, cardinality($1) - 1) as i
      left join counted as c on c.position = i
    $query$,
    public.build_funnel_hits(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots),
    (select string_agg(format('count(*) filter (where p.reached >= %s)', k), ', ' order by k) from generate_series(1, n) as k),
    public.build_funnel_paths(p_definition, p_from, v_bounds),
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
 SET jit TO 'off'
AS $function$
#variable_conflict use_column
declare
  -- as many levels as the longest funnel needs, so that three steps are not planned as twenty
  v_step_count integer := (
    select least(20, greatest(1, max(f.step_count)))
    from (
      select count(distinct c.step) as step_count
      from public.conversions as c
      where c.project_id = p_project_id and c.timestamp >= p_from and c.timestamp < p_to
      group by c.funnel
      union all
      select jsonb_array_length(f.definition -> 'steps')
      from public.funnels as f
      where f.project_id = p_project_id and jsonb_typeof(f.definition -> 'steps') = 'array'
    ) as f
  );
begin
  return query execute format(
    $query$
      with
      conversion as materialized (
        select c.funnel, c.step, c.person_id, c.timestamp
        from public.person_conversions as c
        where
          c.project_id = $2
          and c.timestamp >= $3
          and c.timestamp < $4
          and c.person_id is not null
          and ($6 or c.bot_reasons is null)
          and ($5 ->> 'route' is null or c.route = $5 ->> 'route')
          and ($5 ->> 'device' is null or c.device = $5 ->> 'device')
          and ($5 ->> 'country' is null or c.country = $5 ->> 'country')
      ),
      saved as (
        select f.name as funnel, s.step, min(s.position)::integer as position
        from public.funnels as f
        cross join lateral jsonb_array_elements_text(
          case jsonb_typeof(f.definition -> 'steps') when 'array' then f.definition -> 'steps' else '[]' end
        ) with ordinality as s (step, position)
        where f.project_id = $2
        group by f.name, s.step
      ),
      first_hit as (
        select c.funnel, c.step, c.person_id, min(c.timestamp) as first_ms
        from conversion as c
        where not exists (select 1 from saved as s where s.funnel = c.funnel)
        group by c.funnel, c.step, c.person_id
      ),
      timed as (
        select
          h.*,
          h.first_ms - min(h.first_ms) over (partition by h.funnel, h.person_id) as offset_ms,
          count(*) over (partition by h.funnel, h.person_id) as step_count
        from first_hit as h
      ),
      ranked as (
        select
          t.funnel,
          t.step,
          percentile_cont(0.5) within group (order by t.offset_ms) filter (where t.step_count > 1) as median_offset_ms,
          percentile_cont(0.5) within group (order by t.first_ms) as median_first_ms
        from timed as t
        group by t.funnel, t.step
      ),
      definition as (
        select
          d.funnel, d.step, row_number() over (partition by d.funnel order by d.position)::integer as step_index
        from (
          select s.funnel, s.step, s.position from saved as s
          union all
          select
            r.funnel,
            r.step,
            row_number() over (
              partition by r.funnel order by r.median_offset_ms nulls last, r.median_first_ms, r.step
            )::integer
          from ranked as r
        ) as d
      ),
      hit as (
        select c.funnel, c.person_id, c.timestamp, 1 << (d.step_index - 1) as mask
        from conversion as c
        inner join definition as d on d.funnel = c.funnel and d.step = c.step
        where d.step_index <= $8
      ),
      instant as (
        select
          h.funnel, h.person_id, h.timestamp, bit_or(h.mask) as mask,
          case when count(*) > 1 then public.get_instant_reach(array_agg(h.mask), $8) end as reach
        from hit as h
        group by h.funnel, h.person_id, h.timestamp
      ),
      -- materialized, or it would be computed once per step
      furthest as materialized (
        select h.funnel, h.person_id, max(%s) as reached
        from (%s) as h
        group by h.funnel, h.person_id
      ),
      shown as (
        select d.funnel, count(distinct c.person_id) as people
        from (select distinct funnel from definition) as d
        left join conversion as c on c.funnel = d.funnel
        group by d.funnel
        order by count(distinct c.person_id) desc, d.funnel
        limit $7
      )
      select
        d.funnel,
        d.step_index,
        d.step,
        (select count(*) from furthest as f where f.funnel = d.funnel and f.reached >= d.step_index)
      from shown as s
      inner join definition as d on d.funnel = s.funnel
      where d.step_index <= $8
      order by s.people desc, d.funnel, d.step_index
    $query$,
    (select 'case ' || string_agg(format('when x%1$s is not null then %1$s', k), ' ' order by k desc) || ' end'
     from generate_series(1, v_step_count) as k),
    public.build_funnel_chain('funnel, person_id', v_step_count)
  )
  using p_window_ms, p_project_id, p_from, p_to, p_filters, p_include_bots, p_limit, v_step_count;
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
  v_filter text := public.build_filter(p_project_id, p_filters);
  v_order  text := case p_direction when 'after' then 'asc' else 'desc' end;
  v_value  text := case p_by when 'event' then 'e.event' else 'case when e.event = ''$pageview'' then e.route end' end;
  v_paths  text;
  v_answer jsonb;
begin
  if p_direction not in ('after', 'before') or p_by not in ('event', 'page')
    or p_depth not between 1 and 5 or p_branches not between 1 and 10
  then
    raise exception 'unknown kind of path' using errcode = '22023';
  end if;

  if p_anchor is null and v_filter = 'true' then
    -- All sessions from end to end: one pass in the order in which they were cut, and half the time.
    v_paths := format(
      $query$
        paths as materialized (
          select
            max(c.person_id) filter (where c.is_first) as person_id,
            coalesce((array_agg(c.value order by c.timestamp %1$s, c.id %1$s) filter (where c.is_step))[1:%2$s], '{}') as walk
          from (
            select
              s.visit, s.session_ms, s.timestamp, s.id, s.value, s.is_first, s.person_id,
              s.value is not null and (s.is_first or s.value is distinct from lag(s.value) over walk) as is_step
            from (%3$s) as s
            where s.value is not null or s.is_first
            window walk as (partition by s.visit order by s.timestamp, s.id)
          ) as c
          group by c.visit, c.session_ms
        ),
        total as (
          select count(distinct p.person_id) as people, count(*) as sessions from paths as p
        )
      $query$,
      v_order, p_depth, public.build_session_rows(p_project_id, p_from, p_to, v_value || ' as value', 'true', p_include_bots)
    );
  else
    v_paths := format(
      $query$
        -- rows of the sessions that count
        seen as materialized (%1$s),
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
        -- one row per session: its values by depth
        paths as materialized (
          select a.person_id, coalesce(t.walk, '{}') as walk
          from anchored as a
          left join (
            select c.visit, c.session_ms, (array_agg(c.value order by c.timestamp %5$s, c.id %5$s))[1:%6$s] as walk
            from changes as c
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
          v_value, case when p_anchor is null then 'false' else public.build_step_condition(p_anchor) end, v_filter
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
      v_order, p_depth
    );
  end if;

  execute format(
    $query$
      with
      %1$s,
      -- the values that are named at each depth
      named as materialized (
        select r.depth, r.value, r.position
        from (
          select d.depth, p.walk[d.depth] as value,
            row_number() over (partition by d.depth order by count(*) desc, p.walk[d.depth] collate "C") as position
          from paths as p
          cross join (values %2$s) as d (depth)
          where p.walk[d.depth] is not null
          group by d.depth, p.walk[d.depth]
        ) as r
        where r.position <= %3$s
      ),
      -- who went from where to where, and how often: the exit is one further than the last step. By numbers, because comparing
      -- texts took longer than all else: 0 the anchor, then the named values, -1 the others, -2 the exit
      stops as materialized (
        select
          d.depth,
          case
            when d.depth = 0 then 0
            when p.walk[d.depth] is null then -2
            else coalesce(t.position, -1)
          end as target,
          case when d.depth <= 1 then 0 else coalesce(f.position, -1) end as source,
          p.person_id,
          count(*) as sessions
        from paths as p
        inner join (values (0), %2$s) as d (depth) on d.depth <= cardinality(p.walk) + 1
        left join named as t on t.depth = d.depth and t.value = p.walk[d.depth]
        left join named as f on f.depth = d.depth - 1 and f.value = p.walk[d.depth - 1]
        group by 1, 2, 3, 4
      ),
      nodes as (
        select s.depth, s.target, count(*) as people, sum(s.sessions)::bigint as sessions
        from (
          select t.depth, t.target, t.person_id, sum(t.sessions) as sessions
          from stops as t
          group by t.depth, t.target, t.person_id
        ) as s
        group by s.depth, s.target
      ),
      links as (
        select s.depth, s.source, s.target, count(*) as people, sum(s.sessions)::bigint as sessions
        from stops as s
        where s.depth > 0
        group by s.depth, s.source, s.target
      ),
      kind (id, kind) as (
        values (0, 'anchor'), (-1, 'other'), (-2, 'exit')
      )
      select jsonb_build_object(
        'total', (select to_jsonb(t) from total as t),
        'anchored', (
          select jsonb_build_object('people', count(distinct p.person_id), 'sessions', count(*)) from paths as p
        ),
        'nodes', (
          select coalesce(
            jsonb_agg(
              jsonb_build_object(
                'depth', n.depth, 'kind', coalesce(k.kind, 'value'), 'value', v.value, 'people', n.people, 'sessions', n.sessions
              )
            ),
            '[]'
          )
          from nodes as n
          left join kind as k on k.id = n.target
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
          from links as l
          left join kind as f on f.id = l.source
          left join named as s on s.depth = l.depth - 1 and s.position = l.source
          left join kind as k on k.id = l.target
          left join named as v on v.depth = l.depth and v.position = l.target
        )
      )
    $query$,
    v_paths, (select string_agg(format('(%s)', d), ', ') from generate_series(1, p_depth) as d), p_branches
  ) into v_answer;
  return v_answer;
end
$function$;

comment on function public.get_paths(integer,bigint,bigint,jsonb,text,integer,integer,text,jsonb,boolean) is 'What sessions did after an anchor, or before it: nodes and links by depth with people and sessions, as one jsonb value.';

grant execute on function public.get_paths(integer,bigint,bigint,jsonb,text,integer,integer,text,jsonb,boolean) to service_role;

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
  v_times  bigint[];
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
    v_times := array(
      select distinct slice.start_ms + hit.offset_ms
      from public.slices as slice
      inner join public.slice_events as held on held.slice_id = slice.id
      cross join lateral unnest(held.people, held.offsets) as hit (person, offset_ms)
      where
        slice.id = any (v_plan.wholes || v_plan.parts)
        and held.people @> array[v_number]
        and hit.person = v_number
        and slice.start_ms + hit.offset_ms <= v_last
      order by 1 desc
      limit p_limit + 1
    );
    if cardinality(v_times) > p_limit then
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
 SET work_mem TO '64MB'
 SET jit TO 'off'
AS $function$
declare
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_bucket, p_timezone);
  v_answer jsonb;
begin
  if p_by not in ('event', 'route', 'country', 'device', 'browser', 'os', 'utm_source', 'referrer') then
    raise exception 'unknown dimension %', p_by using errcode = '22023';
  end if;
  execute format(
    $query$
      with
      paid as materialized (
        select e.timestamp, e.person_id, e.%1$I as value, r.revenue, r.currency, e.timestamp < %3$L::bigint as is_previous
        from public.person_events as e
        cross join lateral public.to_revenue(e.properties) as r
        where
          e.project_id = %2$L::integer
          and e.timestamp >= %3$L::bigint - (%4$L::bigint - %3$L::bigint)
          and e.timestamp < %4$L::bigint
          and jsonb_typeof(e.properties -> 'revenue') = 'number'
          and %5$s
          and %6$s
      ),
      shown as (
        select p.currency
        from paid as p
        group by p.currency
        order by count(*) filter (where not p.is_previous) desc, count(*) desc, p.currency
        limit 20
      ),
      totals as (
        select p.currency, p.is_previous, sum(p.revenue) as revenue, count(*) as count, count(distinct p.person_id) as paying_people
        from paid as p
        inner join shown using (currency)
        group by 1, 2
      ),
      -- only buckets with revenue; the caller knows the others
      points as (
        select
          p.currency,
          width_bucket(p.timestamp, $1) as position,
          sum(p.revenue) as revenue, count(*) as count, count(distinct p.person_id) as paying_people
        from paid as p
        inner join shown using (currency)
        where not p.is_previous
        group by 1, 2
      ),
      ranked as (
        select
          p.currency, p.value,
          sum(p.revenue) as revenue, count(*) as count, count(distinct p.person_id) as paying_people,
          row_number() over (partition by p.currency order by sum(p.revenue) desc, p.value) as rank
        from paid as p
        inner join shown using (currency)
        where not p.is_previous
        group by 1, 2
      )
      select jsonb_build_object(
        'starts', to_jsonb(trim_array($1, 1)),
        'totals', (
          select coalesce(jsonb_agg(to_jsonb(t) order by t.count desc, t.currency), '[]') from totals as t
        ),
        'points', (select coalesce(jsonb_agg(to_jsonb(p)), '[]') from points as p),
        'top', (
          select coalesce(jsonb_agg(to_jsonb(r) - 'rank' order by r.currency, r.rank), '[]')
          from ranked as r
          where r.rank <= %7$L::integer
        )
      )
    $query$,
    p_by, p_project_id, p_from, p_to,
    case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
    public.build_filter(p_project_id, p_filters),
    p_limit
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
        (select count(*) from member),
        (select count(*) from recent),
        (select count(*) from recent inner join member on member.person = recent.person)
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
  v_summary jsonb;
begin
  execute format(
    $query$
      with session as materialized (%s)
      select jsonb_build_object(
        'sessions', count(*),
        'people', count(distinct s.person_id),
        'bounces', count(*) filter (where s.events = 1),
        'medianLengthMs', percentile_cont(0.5) within group (order by s.end_ms - s.session_ms),
        'averageLengthMs', sum(s.end_ms - s.session_ms)::double precision / nullif(count(*), 0),
        'averageEvents', sum(s.events)::double precision / nullif(count(*), 0),
        'entries', (
          select coalesce(jsonb_agg(to_jsonb(e) order by e.sessions desc, e.route collate "C"), '[]')
          from (
            select s.entry as route, count(*) as sessions, count(*) filter (where s.events = 1) as bounces
            from session as s
            where s.entry is not null
            group by s.entry
            order by count(*) desc, s.entry collate "C"
            limit 50
          ) as e
        ),
        'exits', (
          select coalesce(jsonb_agg(to_jsonb(x) order by x.sessions desc, x.route collate "C"), '[]')
          from (
            select s.exit as route, count(*) as sessions, count(*) filter (where s.events = 1) as bounces
            from session as s
            where s.exit is not null
            group by s.exit
            order by count(*) desc, s.exit collate "C"
            limit 50
          ) as x
        )
      )
      from session as s
    $query$,
    public.build_sessions(p_project_id, p_from, p_to, '{}', p_filters, p_include_bots)
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
  hour as (
    select h.*
    from (
      select
        part.id, number, part.start_ms + number * 3600000 as start_ms,
        least(part.start_ms + (number + 1) * 3600000, part.end_ms) as end_ms
      from part
      cross join lateral generate_series(0, (part.end_ms - part.start_ms - 1) / 3600000) as number
      where part.timezone is not null
    ) as h
    where h.start_ms >= p_from and h.end_ms <= p_to
      and width_bucket(h.start_ms, p_bounds) = width_bucket(h.end_ms - 1, p_bounds)
  )
  select
    coalesce(array_agg(h.id order by h.start_ms), '{}'), coalesce(array_agg(h.number::text order by h.start_ms), '{}'),
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
      slice.id, slice.timezone is not null as is_day, int8range(slice.start_ms, slice.end_ms) as span,
      slice.start_ms >= p_from and slice.end_ms <= p_to
        and width_bucket(slice.start_ms, p_bounds) = width_bucket(slice.end_ms - 1, p_bounds) as is_whole
    from public.slices as slice
    where
      slice.project_id = p_project_id and slice.start_ms < p_to and slice.end_ms > p_from
      -- A session may have begun in the half hour before.
      and not exists (select from marked as m where m.from_ms < slice.end_ms and m.to_ms + 1800000 > slice.start_ms)
  ),
  whole_day as materialized (
    select c.* from clean as c where c.is_day and c.is_whole
  ),
  hour as materialized (
    select c.*
    from clean as c
    where not c.is_day and not exists (select from whole_day as d where d.span && c.span)
  ),
  part_day as materialized (
    select c.*
    from clean as c
    where c.is_day and not c.is_whole and not exists (select from hour as h where h.span && c.span)
  ),
  chosen as (
    select d.id, d.span, d.is_whole from whole_day as d
    union all
    select h.id, h.span, h.is_whole from hour as h
    union all
    select d.id, d.span, d.is_whole from part_day as d
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

CREATE OR REPLACE FUNCTION public.get_slowest_queries(p_project_id integer, p_from bigint, p_to bigint, p_limit integer DEFAULT 50)
 RETURNS TABLE(query text, count bigint, p50 double precision, p95 double precision, max double precision, rows integer)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET work_mem TO '64MB'
 SET jit TO 'off'
AS $function$
  select s.query, s.count, s.q[1], s.q[2], s.max, s.rows
  from (
    select
      m.query,
      count(*) as count,
      percentile_disc(array[0.5, 0.95]) within group (order by m.duration::double precision) as q,
      max(m.duration)::double precision as max,
      percentile_disc(0.5) within group (order by m.rows) as rows
    from public.database_performance_metrics as m
    where
      m.project_id = p_project_id
      and m.timestamp >= p_from
      and m.timestamp < p_to
      and not m.cached
    group by m.query
  ) as s
  order by s.q[2] desc, s.query
  limit p_limit
$function$;

comment on function public.get_slowest_queries(integer,bigint,bigint,integer) is 'Queries by p95 of the times they ran, cached answers left out.';

grant execute on function public.get_slowest_queries(integer,bigint,bigint,integer) to service_role;

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

CREATE OR REPLACE FUNCTION public.is_settled_by_first(p_definition jsonb, p_filters jsonb, p_include_bots boolean)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select
    p_definition ->> 'order' = 'ordered'
    and coalesce(jsonb_array_length(p_definition -> 'exclusions'), 0) = 0
    and not p_include_bots
    and public.has_numbered_people(p_definition)
    and public.has_disjoint_steps(p_definition)
    and public.is_slice_filter(p_filters)
    and (select bool_and(public.is_slice_step(s)) from jsonb_array_elements(p_definition -> 'steps') as s)
$function$;

comment on function public.is_settled_by_first(jsonb,jsonb,boolean) is 'Whether the paths of a funnel are found faster by first times than by a sort.';

grant execute on function public.is_settled_by_first(jsonb,jsonb,boolean) to service_role;

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

CREATE OR REPLACE FUNCTION public.mark_changed_links()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'INSERT' then
    insert into public.slice_links (project_id, person_id)
    select c.project_id, uuid_hash_extended(c.actor_id, 0) from changed as c;
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

CREATE OR REPLACE FUNCTION public.roll_up_day(p_project_id integer, p_timezone text, p_instant bigint, p_now bigint, p_rows bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_hour   constant bigint := 3600000;
  -- Late rows then spoil one hour and not a day; most come within days.
  c_hourly constant bigint := 4 * 24 * c_hour;
  v_bounds bigint[] := public.get_time_bounds(p_instant, p_instant + 1, 'day', p_timezone);
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
    where mark.project_id = p_project_id and mark.from_ms = d.hour and (d.rows_before < p_rows)
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
    where t.hour + c_hour > p_now - c_hourly or public.count_hour_rows(p_project_id, v_bounds[1], v_bounds[2]) >= p_rows
  ) as wanted;
  delete from public.slices as day
  where
    day.project_id = p_project_id and day.timezone is not null and v_taken <> '{}'
    and day.start_ms < v_bounds[2] and day.end_ms > v_bounds[1];

  foreach v_hour in array coalesce(v_hours, '{}') loop
    -- What is too much for one call is read from the raw rows.
    if public.count_hour_rows(p_project_id, v_hour, v_hour + c_hour) < 2 * p_rows then
      perform public.build_slice(p_project_id, v_hour, v_hour + c_hour, null);
    end if;
  end loop;

  if v_bounds[2] <= p_now
    and (v_taken = '{}' or public.count_hour_rows(p_project_id, v_bounds[1], v_bounds[2]) < p_rows)
    and not exists (
      select
      from public.slices as day
      where day.project_id = p_project_id and day.timezone is not null and day.start_ms < v_bounds[2] and day.end_ms > v_bounds[1]
    )
  then
    perform public.build_slice(p_project_id, v_bounds[1], v_bounds[2], p_timezone);
  end if;

  -- Hours that a day stands for, and that are too long ago to change often.
  delete from public.slices as slice
  where
    slice.project_id = p_project_id and slice.timezone is null and slice.end_ms <= p_now - c_hourly
    and 2 = (
      select count(*)
      from unnest(array[slice.start_ms, slice.end_ms - 1]) as edge (ms)
      inner join public.slices as day on day.start_ms <= edge.ms and day.end_ms > edge.ms
      where day.project_id = p_project_id and day.timezone is not null
    );
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
  c_rows    constant bigint := 400000;
  v_project record;
  v_days    bigint[];
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
      v_is_done := true;
    end loop;
    v_left := v_left + cardinality(v_days);
  end loop;
  return v_left;
end
$function$;

comment on function public.roll_up_slices(bigint,bigint) is 'Rolls up one local day of one project, if any waits, and tells how many days wait besides; 0 when all is done or in the hands of somebody else. One transaction: killed at any point nothing is lost. Any number of callers at once.';

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

CREATE OR REPLACE FUNCTION public.to_people(p_numbers integer[])
 RETURNS bit
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select string_agg(repeat('0', held.place - held.place_before - 1) || '1', '' order by held.place)::bit(32768)
  from (
    select each.place, coalesce(lag(each.place) over (order by each.place), -1) as place_before
    from (select distinct p.number & 32767 as place from unnest(p_numbers) as p (number)) as each
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
