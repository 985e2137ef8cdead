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
  constraint funnels_definition_check CHECK ((jsonb_typeof(definition) = 'object'::text)),
  constraint funnels_name_check CHECK ((name <> ''::text)),
  constraint funnels_pkey PRIMARY KEY (project_id, name),
  constraint funnels_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id) ON DELETE CASCADE
);

comment on table public.funnels is 'Named funnels whose steps and order a team has fixed. A named funnel without a row gets its order from the data.';

comment on column public.funnels.definition is '`steps`: the step names in their order.';

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

create table public.performance_metrics_default partition of public.performance_metrics default;

alter table public.performance_metrics_default enable row level security;

CREATE TRIGGER performance_metrics_blur_created_at BEFORE INSERT ON public.performance_metrics_default FOR EACH ROW WHEN (new.gpc) EXECUTE FUNCTION public.blur_created_at();

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

comment on index public.user_events_pkey is 'Everything of one project in a range: totals, series, top events, actives. And: is this row a retry?';

comment on index public.user_events_project_id_event_idx is 'One event of one project in the months of a range: funnel steps, retention.';

alter table public.user_events enable row level security;

create policy user_events_all_service_role on public.user_events for all to service_role using (true) with check (true);

create policy user_events_select_authenticated on public.user_events for select to authenticated using ((project_id = ANY (( SELECT public.get_member_project_ids() AS get_member_project_ids)::integer[])));

grant select on table public.user_events to authenticated;

grant delete, insert, select, update on table public.user_events to service_role;

CREATE TRIGGER user_events_blur_created_at BEFORE INSERT ON public.user_events FOR EACH ROW WHEN (new.gpc) EXECUTE FUNCTION public.blur_created_at();

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

CREATE OR REPLACE FUNCTION public.build_funnel_path(p_unit text, p_step_count integer)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_path text := 'select * from instant';
  v_times text;
begin
  for j in reverse p_step_count - 1..0 loop
    v_times := '';
    for m in j + 1..p_step_count loop
      v_times := v_times || format(
        '%scase when %s then case when reached = %s then array_fill(timestamp, array[%s])%s end end',
        case when m > j + 1 then ', ' else '' end,
        case when m = j + 1 then format('mask & %s <> 0', 1 << j) else format('reach[%s] >= %s', j + 1, m) end,
        m,
        m - j,
        case when m < p_step_count
          then format(' when reached > %1$s and c%1$s is not null then array_fill(timestamp, array[%2$s]) || c%1$s', m, m - j)
          else ''
        end
      );
    end loop;
    v_path := format('select *, least(%s) as b%s from (%s) as level%s', v_times, j, v_path, j);
    if j > 0 then
      v_path := format(
        'select *, min(b%1$s) over (
           partition by %2$s order by timestamp desc rows between unbounded preceding and 1 preceding
         ) as c%1$s
         from (%3$s) as later%1$s',
        j, p_unit, v_path
      );
    end if;
  end loop;
  return v_path;
end
$function$;

comment on function public.build_funnel_path(text,integer) is 'The text of the query that gives each instant the step times of the attempt that starts in it and gets as far as its unit did.';

grant execute on function public.build_funnel_path(text,integer) to service_role;

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

comment on function public.fold_event_counts(integer) is 'Adds up to p_limit differences to event_counts and removes them, in one transaction; returns how many it took. Any number of callers at once; less than p_limit means that none was left for this one.';

grant execute on function public.fold_event_counts(integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_ai_groups(p_project_id integer, p_from bigint, p_to bigint, p_group text, p_limit integer DEFAULT 50)
 RETURNS TABLE(name text, requests bigint, errors bigint, cache_hits bigint, tokens bigint, cost_usd double precision, p50 double precision, p95 double precision)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
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
    where m.project_id = p_project_id and m.timestamp >= p_from and m.timestamp < p_to
    group by 1
  ) as s
  order by s.requests desc, s.name
  limit p_limit
$function$;

comment on function public.get_ai_groups(integer,bigint,bigint,text,integer) is 'The figures of the AI calls by model or endpoint.';

grant execute on function public.get_ai_groups(integer,bigint,bigint,text,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_ai_series(p_project_id integer, p_from bigint, p_to bigint, p_bucket text, p_timezone text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
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
    where m.project_id = p_project_id and m.timestamp >= p_from and m.timestamp < p_to
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

comment on function public.get_ai_series(integer,bigint,bigint,text,text) is 'AI calls, errors, p95 and cost per local hour or day as a jsonb array, empty buckets included.';

grant execute on function public.get_ai_series(integer,bigint,bigint,text,text) to service_role;

CREATE OR REPLACE FUNCTION public.get_ai_summary(p_project_id integer, p_from bigint, p_to bigint)
 RETURNS TABLE(requests bigint, errors bigint, cache_hits bigint, tokens bigint, cost_usd double precision, p50 double precision, p95 double precision, p99 double precision)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
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
    where m.project_id = p_project_id and m.timestamp >= p_from and m.timestamp < p_to
  ) as s
$function$;

comment on function public.get_ai_summary(integer,bigint,bigint) is 'Calls, errors, cache hits, tokens, cost and latency of the AI calls in [p_from, p_to).';

grant execute on function public.get_ai_summary(integer,bigint,bigint) to service_role;

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

CREATE OR REPLACE FUNCTION public.get_custom_metrics(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_limit integer DEFAULT 100)
 RETURNS TABLE(name text, count bigint, p50 double precision, p75 double precision, p95 double precision)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  with
  sample as (
    select c.name, c.value::double precision as value
    from public.performance_metrics as m
    cross join lateral jsonb_each_text(m.custom) as c (name, value)
    where
      m.project_id = p_project_id
      and m.timestamp >= p_from
      and m.timestamp < p_to
      and (p_include_bots or m.bot_reasons is null)
      and (p_filters ->> 'route' is null or m.route = p_filters ->> 'route')
      and (p_filters ->> 'device' is null or m.device = p_filters ->> 'device')
      and (p_filters ->> 'country' is null or m.country = p_filters ->> 'country')
  ),
  summary as (
    select
      s.name,
      count(*) as count,
      percentile_disc(array[0.5, 0.75, 0.95]) within group (order by s.value) as q
    from sample as s
    group by s.name
  )
  select s.name, s.count, s.q[1], s.q[2], s.q[3]
  from summary as s
  order by s.count desc, s.name
  limit p_limit
$function$;

comment on function public.get_custom_metrics(integer,bigint,bigint,jsonb,boolean,integer) is 'Sample count and nearest-rank percentiles of each custom metric.';

grant execute on function public.get_custom_metrics(integer,bigint,bigint,jsonb,boolean,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_database_series(p_project_id integer, p_from bigint, p_to bigint, p_slow_ms double precision, p_bucket text, p_timezone text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
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

CREATE OR REPLACE FUNCTION public.get_event_series(p_project_id integer, p_from bigint, p_to bigint, p_bucket text, p_timezone text, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  with
  bounds as (
    select public.get_time_bounds(p_from, p_to, p_bucket, p_timezone) as instants
  ),
  tally as (
    select
      width_bucket(e.timestamp, (select instants from bounds)) as position,
      count(*)                    as events,
      count(distinct e.person_id) as people
    from public.person_events as e
    where
      e.project_id = p_project_id
      and e.timestamp >= p_from
      and e.timestamp < p_to
      and (p_include_bots or e.bot_reasons is null)
      and (p_filters ->> 'route' is null or e.route = p_filters ->> 'route')
      and (p_filters ->> 'device' is null or e.device = p_filters ->> 'device')
      and (p_filters ->> 'country' is null or e.country = p_filters ->> 'country')
      and (p_filters ->> 'event' is null or e.event = p_filters ->> 'event')
    group by 1
  )
  select
    jsonb_agg(
      jsonb_build_object('start', b.start_ms, 'events', coalesce(t.events, 0), 'people', coalesce(t.people, 0))
      order by b.start_ms
    )
  from bounds
  cross join lateral unnest(trim_array(bounds.instants, 1)) with ordinality as b (start_ms, position)
  left join tally as t on t.position = b.position
$function$;

comment on function public.get_event_series(integer,bigint,bigint,text,text,jsonb,boolean) is 'Events and people per local hour or day as a jsonb array, empty buckets included.';

grant execute on function public.get_event_series(integer,bigint,bigint,text,text,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_event_totals(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS TABLE(events bigint, people bigint, sessions bigint, conversions bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  select
    coalesce(sum(s.events), 0)::bigint,
    count(distinct s.person_id),
    count(*) filter (where s.session_id is not null),
    (
      select count(*)
      from public.person_conversions as c
      where
        c.project_id = p_project_id
        and c.timestamp >= p_from
        and c.timestamp < p_to
        and (p_include_bots or c.bot_reasons is null)
        and (p_filters ->> 'route' is null or c.route = p_filters ->> 'route')
        and (p_filters ->> 'device' is null or c.device = p_filters ->> 'device')
        and (p_filters ->> 'country' is null or c.country = p_filters ->> 'country')
    )
  -- sessions first, by hash: sorting all rows for distinct pairs took twice as long and more
  from (
    select e.person_id, e.session_id, count(*) as events
    from public.person_events as e
    where
      e.project_id = p_project_id
      and e.timestamp >= p_from
      and e.timestamp < p_to
      and (p_include_bots or e.bot_reasons is null)
      and (p_filters ->> 'route' is null or e.route = p_filters ->> 'route')
      and (p_filters ->> 'device' is null or e.device = p_filters ->> 'device')
      and (p_filters ->> 'country' is null or e.country = p_filters ->> 'country')
      and (p_filters ->> 'event' is null or e.event = p_filters ->> 'event')
    group by e.person_id, e.session_id
  ) as s
$function$;

comment on function public.get_event_totals(integer,bigint,bigint,jsonb,boolean) is 'Events, people, sessions and conversions in [p_from, p_to).';

grant execute on function public.get_event_totals(integer,bigint,bigint,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_funnel(p_project_id integer, p_from bigint, p_to bigint, p_steps jsonb, p_window_ms bigint, p_include_bots boolean DEFAULT false)
 RETURNS TABLE(step_index integer, people bigint, median_ms double precision, average_ms double precision)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_step_count integer := jsonb_array_length(p_steps);
  v_names      text[] := (select array_agg(distinct s ->> 'event') from jsonb_array_elements(p_steps) as s);
begin
  if v_step_count not between 1 and 20 then
    raise exception 'a funnel has 1 to 20 steps, got %', v_step_count using errcode = '22023';
  end if;
  return query execute format(
    $query$
      with
      hit as (
        select e.person_id, e.timestamp, %1$s as mask
        from public.person_events as e
        where
          e.project_id = $2
          and e.timestamp >= $3
          and e.timestamp < $4
          and e.person_id is not null
          and ($5 or e.bot_reasons is null)
          and %2$s
      ),
      instant as materialized (
        select
          h.person_id,
          h.timestamp,
          bit_or(h.mask) as mask,
          case when count(*) > 1 then public.get_instant_reach(array_agg(h.mask), $6) end as reach
        from hit as h
        where h.mask <> 0
        group by h.person_id, h.timestamp
      ),
      furthest as materialized (
        select h.person_id, max(%3$s) as reached
        from (%4$s) as h
        group by h.person_id
      ),
      -- materialized, or it would be computed once per step
      path as materialized (
        select h.person_id, min(h.b0) filter (where h.b0[h.reached] - h.b0[1] <= $1) as times
        from (
          with instant as (
            select i.*, f.reached
            from instant as i
            inner join furthest as f on f.person_id = i.person_id
            where f.reached > 1
          )
          %5$s
        ) as h
        group by h.person_id
      )
      select
        k,
        (select count(*) from furthest as f where f.reached >= k),
        t.median_ms,
        t.average_ms
      from generate_series(1, $6) as k
      cross join lateral (
        select
          percentile_cont(0.5) within group (order by (p.times[k] - p.times[k - 1])::double precision) as median_ms,
          avg(p.times[k] - p.times[k - 1])::double precision as average_ms
        from path as p
      ) as t
      order by k
    $query$,
    (select string_agg(
       format('case when %s then %s else 0 end', public.build_step_condition(s.step), 1 << (s.position::integer - 1)), ' | ')
     from jsonb_array_elements(p_steps) with ordinality as s (step, position)),
    case when '*' = any (v_names) then 'true' else format('e.event = any (%L::text[])', v_names) end,
    (select 'case ' || string_agg(format('when x%1$s is not null then %1$s', k), ' ' order by k desc) || ' end'
     from generate_series(1, v_step_count) as k),
    public.build_funnel_chain('person_id', v_step_count),
    public.build_funnel_path('person_id', v_step_count)
  )
  using p_window_ms, p_project_id, p_from, p_to, p_include_bots, v_step_count;
end
$function$;

comment on function public.get_funnel(integer,bigint,bigint,jsonb,bigint,boolean) is 'People per step of an ordered funnel with a total window, any attempt, and the times from step to step; one row per step.';

grant execute on function public.get_funnel(integer,bigint,bigint,jsonb,bigint,boolean) to service_role;

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

CREATE OR REPLACE FUNCTION public.get_navigation_counts(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS TABLE(hard bigint, soft bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  select
    count(*) filter (where m.navigation_type is distinct from 'soft-navigation'),
    count(*) filter (where m.navigation_type = 'soft-navigation')
  from public.performance_metrics as m
  where
    m.project_id = p_project_id
    and m.timestamp >= p_from
    and m.timestamp < p_to
    and (m.navigation_type is not null or coalesce(m.lcp, m.inp, m.cls, m.fcp, m.ttfb) is not null)
    and (p_include_bots or m.bot_reasons is null)
    and (p_filters ->> 'route' is null or m.route = p_filters ->> 'route')
    and (p_filters ->> 'device' is null or m.device = p_filters ->> 'device')
    and (p_filters ->> 'country' is null or m.country = p_filters ->> 'country')
$function$;

comment on function public.get_navigation_counts(integer,bigint,bigint,jsonb,boolean) is 'Hard and soft navigations in [p_from, p_to).';

grant execute on function public.get_navigation_counts(integer,bigint,bigint,jsonb,boolean) to service_role;

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

CREATE OR REPLACE FUNCTION public.get_retention(p_project_id integer, p_from bigint, p_to bigint, p_until bigint, p_interval text, p_timezone text, p_week_start text, p_mode text, p_cumulative boolean, p_target jsonb, p_return jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
 SET enable_nestloop TO 'off'
 SET jit TO 'off'
AS $function$
declare
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_interval, p_timezone, p_week_start);
  v_from   bigint := v_bounds[1];
  v_to     bigint := least(v_bounds[cardinality(v_bounds)], p_until);
  v_starts bigint[] := (select coalesce(array_agg(s order by s), '{}') from unnest(v_bounds) as s where s < v_to);
  v_answer jsonb;
begin
  if p_mode not in ('recurring', 'first_time', 'first_ever') then
    raise exception 'unknown mode %', p_mode using errcode = '22023';
  end if;
  if cardinality(v_starts) = 0 then
    return '[]';
  end if;
  execute format(
    $query$
      with
      member as materialized (%1$s),
      comeback as (
        select distinct e.person_id, width_bucket(e.timestamp, $5) as position
        from public.person_events as e
        where
          e.project_id = $1
          and e.timestamp >= $2
          and e.timestamp < $3
          and e.person_id is not null
          and ($4 or e.bot_reasons is null)
          and %2$s
      ),
      numbered as (
        select p.person_id, row_number() over () - 1 as number
        from (select distinct m.person_id from member as m) as p
      ),
      member_bits as (
        select
          m.position, n.number >> 10 as chunk, bit_or('1'::bit(1024) >> (n.number & 1023)::integer) as people
        from member as m
        inner join numbered as n on n.person_id = m.person_id
        group by m.position, n.number >> 10
      ),
      comeback_bits as (
        select
          c.position, n.number >> 10 as chunk, bit_or('1'::bit(1024) >> (n.number & 1023)::integer) as people
        from comeback as c
        inner join numbered as n on n.person_id = c.person_id
        group by c.position, n.number >> 10
      ),
      returned as (
        select c.position, c.chunk, c.people
        from comeback_bits as c
        where not $6
        union all
        -- whoever comes back in this interval or a later one; an interval without anybody has those of the next
        select p.position, k.chunk, bit_or(c.people) over (partition by k.chunk order by p.position desc)
        from generate_series(1, cardinality($5)) as p (position)
        cross join (select distinct chunk from comeback_bits) as k
        left join comeback_bits as c on c.position = p.position and c.chunk = k.chunk
        where $6
      ),
      cell as (
        select m.position, 0 as age, count(*) as people
        from member as m
        group by m.position
        union all
        select m.position, r.position - m.position, sum(bit_count(m.people & r.people))
        from member_bits as m
        inner join returned as r on r.chunk = m.chunk and r.position > m.position
        group by m.position, r.position - m.position
      ),
      cohort as (
        select
          s.start_ms,
          jsonb_agg(coalesce(c.people, 0) order by a.age) as counts
        from unnest($5) with ordinality as s (start_ms, position)
        cross join lateral generate_series(0, cardinality($5) - s.position::integer) as a (age)
        left join cell as c on c.position = s.position and c.age = a.age
        group by s.start_ms
      )
      select jsonb_agg(jsonb_build_object('start', h.start_ms, 'counts', h.counts) order by h.start_ms)
      from cohort as h
    $query$,
    case p_mode
      when 'recurring' then format(
        $member$
          select distinct e.person_id, width_bucket(e.timestamp, $5) as position
          from public.person_events as e
          where
            e.project_id = $1
            and e.timestamp >= $2
            and e.timestamp < $3
            and e.person_id is not null
            and ($4 or e.bot_reasons is null)
            and %s
        $member$,
        public.build_step_condition(p_target)
      )
      else format(
        $member$
          select f.person_id, width_bucket(f.first_ms, $5) as position
          from (
            select
              e.person_id,
              min(e.timestamp) as first_ms,
              min(e.timestamp) filter (where %2$s) as first_matching_ms
            from public.person_events as e
            where
              e.project_id = $1
              and e.timestamp < $3
              and e.person_id is not null
              and ($4 or e.bot_reasons is null)
              and %1$s
            group by e.person_id
          ) as f
          where f.first_ms >= $2 and f.first_ms = f.first_matching_ms
        $member$,
        public.build_step_condition(case p_mode when 'first_time' then p_target else p_target - 'where' end),
        public.build_step_condition(p_target)
      )
    end,
    public.build_step_condition(p_return)
  )
  into v_answer
  using p_project_id, v_from, v_to, p_include_bots, v_starts, p_cumulative;
  return v_answer;
end
$function$;

comment on function public.get_retention(integer,bigint,bigint,bigint,text,text,text,text,boolean,jsonb,jsonb,boolean) is 'Cohorts of people by interval and how many of each come back in each later interval, as a jsonb array; exact.';

grant execute on function public.get_retention(integer,bigint,bigint,bigint,text,text,text,text,boolean,jsonb,jsonb,boolean) to service_role;

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

CREATE OR REPLACE FUNCTION public.get_slowest_queries(p_project_id integer, p_from bigint, p_to bigint, p_limit integer DEFAULT 50)
 RETURNS TABLE(query text, count bigint, p50 double precision, p95 double precision, max double precision, rows integer)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
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
  select e.event, count(*), count(distinct e.person_id)
  from public.person_events as e
  where
    e.project_id = p_project_id
    and e.timestamp >= p_from
    and e.timestamp < p_to
    and (p_include_bots or e.bot_reasons is null)
    and (p_filters ->> 'route' is null or e.route = p_filters ->> 'route')
    and (p_filters ->> 'device' is null or e.device = p_filters ->> 'device')
    and (p_filters ->> 'country' is null or e.country = p_filters ->> 'country')
    and (p_filters ->> 'event' is null or e.event = p_filters ->> 'event')
  group by e.event
  order by count(*) desc, e.event
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
  select e.route, count(*), count(distinct e.person_id)
  from public.person_events as e
  where
    e.project_id = p_project_id
    and e.timestamp >= p_from
    and e.timestamp < p_to
    and e.event = '$pageview'
    and e.route is not null
    and (p_include_bots or e.bot_reasons is null)
    and (p_filters ->> 'route' is null or e.route = p_filters ->> 'route')
    and (p_filters ->> 'device' is null or e.device = p_filters ->> 'device')
    and (p_filters ->> 'country' is null or e.country = p_filters ->> 'country')
    and (p_filters ->> 'event' is null or e.event = p_filters ->> 'event')
  group by e.route
  order by count(*) desc, e.route
  limit p_limit
$function$;

comment on function public.get_top_pages(integer,bigint,bigint,jsonb,boolean,integer) is 'Routes by number of page views, with their people.';

grant execute on function public.get_top_pages(integer,bigint,bigint,jsonb,boolean,integer) to service_role;

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

CREATE OR REPLACE FUNCTION public.get_vital_routes(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false, p_limit integer DEFAULT 100)
 RETURNS TABLE(route text, count bigint, lcp double precision, lcp_count bigint, inp double precision, inp_count bigint, cls double precision, cls_count bigint, fcp double precision, fcp_count bigint, ttfb double precision, ttfb_count bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  select
    m.route,
    count(*) as count,
    percentile_disc(0.75) within group (order by m.lcp::double precision),
    count(m.lcp),
    percentile_disc(0.75) within group (order by m.inp::double precision),
    count(m.inp),
    percentile_disc(0.75) within group (order by m.cls::double precision),
    count(m.cls),
    percentile_disc(0.75) within group (order by m.fcp::double precision),
    count(m.fcp),
    percentile_disc(0.75) within group (order by m.ttfb::double precision),
    count(m.ttfb)
  from public.performance_metrics as m
  where
    m.project_id = p_project_id
    and m.timestamp >= p_from
    and m.timestamp < p_to
    and m.route is not null
    and m.navigation_type is distinct from 'soft-navigation'
    -- a row of custom metrics alone is no navigation
    and (m.navigation_type is not null or coalesce(m.lcp, m.inp, m.cls, m.fcp, m.ttfb) is not null)
    and (p_include_bots or m.bot_reasons is null)
    and (p_filters ->> 'route' is null or m.route = p_filters ->> 'route')
    and (p_filters ->> 'device' is null or m.device = p_filters ->> 'device')
    and (p_filters ->> 'country' is null or m.country = p_filters ->> 'country')
  group by m.route
  order by count(*) desc, m.route
  limit p_limit
$function$;

comment on function public.get_vital_routes(integer,bigint,bigint,jsonb,boolean,integer) is 'p75 and sample count of each web vital by route, over hard navigations.';

grant execute on function public.get_vital_routes(integer,bigint,bigint,jsonb,boolean,integer) to service_role;

CREATE OR REPLACE FUNCTION public.get_vital_series(p_project_id integer, p_from bigint, p_to bigint, p_bucket text, p_timezone text, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  with
  bounds as (
    select public.get_time_bounds(p_from, p_to, p_bucket, p_timezone) as instants
  ),
  tally as (
    select
      width_bucket(m.timestamp, (select instants from bounds)) as position,
      percentile_disc(0.75) within group (order by m.lcp::double precision)  as lcp,
      percentile_disc(0.75) within group (order by m.inp::double precision)  as inp,
      percentile_disc(0.75) within group (order by m.cls::double precision)  as cls,
      percentile_disc(0.75) within group (order by m.fcp::double precision)  as fcp,
      percentile_disc(0.75) within group (order by m.ttfb::double precision) as ttfb,
      count(m.lcp)  as lcp_count,
      count(m.inp)  as inp_count,
      count(m.cls)  as cls_count,
      count(m.fcp)  as fcp_count,
      count(m.ttfb) as ttfb_count
    from public.performance_metrics as m
    where
      m.project_id = p_project_id
      and m.timestamp >= p_from
      and m.timestamp < p_to
      and m.navigation_type is distinct from 'soft-navigation'
      and (p_include_bots or m.bot_reasons is null)
      and (p_filters ->> 'route' is null or m.route = p_filters ->> 'route')
      and (p_filters ->> 'device' is null or m.device = p_filters ->> 'device')
      and (p_filters ->> 'country' is null or m.country = p_filters ->> 'country')
    group by 1
  ),
  -- materialized, or it would be computed once per vital
  point as materialized (
    select b.start_ms, t.*
    from bounds
    cross join lateral unnest(trim_array(bounds.instants, 1)) with ordinality as b (start_ms, position)
    left join tally as t on t.position = b.position
  )
  select jsonb_object_agg(v.vital, s.points)
  from unnest(array['lcp', 'inp', 'cls', 'fcp', 'ttfb']) as v (vital)
  cross join lateral (
    select
      jsonb_agg(
        case v.vital
          when 'lcp' then jsonb_build_object('start', p.start_ms, 'p75', p.lcp, 'count', coalesce(p.lcp_count, 0))
          when 'inp' then jsonb_build_object('start', p.start_ms, 'p75', p.inp, 'count', coalesce(p.inp_count, 0))
          when 'cls' then jsonb_build_object('start', p.start_ms, 'p75', p.cls, 'count', coalesce(p.cls_count, 0))
          when 'fcp' then jsonb_build_object('start', p.start_ms, 'p75', p.fcp, 'count', coalesce(p.fcp_count, 0))
          else jsonb_build_object('start', p.start_ms, 'p75', p.ttfb, 'count', coalesce(p.ttfb_count, 0))
        end
        order by p.start_ms
      ) as points
    from point as p
  ) as s
$function$;

comment on function public.get_vital_series(integer,bigint,bigint,text,text,jsonb,boolean) is 'p75 and sample count of each web vital per local hour or day, empty buckets included, as a jsonb object of arrays.';

grant execute on function public.get_vital_series(integer,bigint,bigint,text,text,jsonb,boolean) to service_role;

CREATE OR REPLACE FUNCTION public.get_vital_summaries(p_project_id integer, p_from bigint, p_to bigint, p_thresholds jsonb, p_filters jsonb DEFAULT '{}'::jsonb, p_include_bots boolean DEFAULT false)
 RETURNS TABLE(vital text, p50 double precision, p75 double precision, p90 double precision, p95 double precision, p99 double precision, count bigint, good bigint, needs_improvement bigint, poor bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET statement_timeout TO '10s'
AS $function$
  with
  navigation as materialized (
    select
      m.lcp::double precision, m.inp::double precision, m.cls::double precision,
      m.fcp::double precision, m.ttfb::double precision
    from public.performance_metrics as m
    where
      m.project_id = p_project_id
      and m.timestamp >= p_from
      and m.timestamp < p_to
      and m.navigation_type is distinct from 'soft-navigation'
      and (p_include_bots or m.bot_reasons is null)
      and (p_filters ->> 'route' is null or m.route = p_filters ->> 'route')
      and (p_filters ->> 'device' is null or m.device = p_filters ->> 'device')
      and (p_filters ->> 'country' is null or m.country = p_filters ->> 'country')
  ),
  threshold as (
    select
      t.vital,
      (t.bounds ->> 0)::double precision as good_max,
      (t.bounds ->> 1)::double precision as needs_improvement_max
    from jsonb_each(p_thresholds) as t (vital, bounds)
  )
  select
    t.vital, s.q[1], s.q[2], s.q[3], s.q[4], s.q[5], s.count, s.good, s.count - s.good - s.poor, s.poor
  from threshold as t
  -- one sort per vital over its own column, instead of one over five times as many rows
  cross join lateral (
    select
      percentile_disc(array[0.5, 0.75, 0.9, 0.95, 0.99]) within group (order by x.value) as q,
      count(x.value) as count,
      count(*) filter (where x.value <= t.good_max) as good,
      count(*) filter (where x.value > t.needs_improvement_max) as poor
    from navigation as n
    cross join lateral (
      select case t.vital
        when 'lcp' then n.lcp when 'inp' then n.inp when 'cls' then n.cls when 'fcp' then n.fcp when 'ttfb' then n.ttfb
      end
    ) as x (value)
  ) as s
$function$;

comment on function public.get_vital_summaries(integer,bigint,bigint,jsonb,jsonb,boolean) is 'Nearest-rank percentiles, sample count and classes of each web vital over the hard navigations in [p_from, p_to).';

grant execute on function public.get_vital_summaries(integer,bigint,bigint,jsonb,jsonb,boolean) to service_role;

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
    c.bot_reasons
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
