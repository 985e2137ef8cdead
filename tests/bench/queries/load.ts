/** Whoever runs SQL as the owner, in one session: what `postgres` gives with one connection is one. */
export type HistoryDatabase = {
  unsafe(text: string, params?: (string | number)[]): PromiseLike<Record<string, unknown>[]>
}

const DAY_MS = 86_400_000

/** What `loadHistory` stores; everything else follows from these three by hashing, so that two loads are alike. */
export type History = { events: number; days: number; toMs: number }

/** Rows of each table after the load. */
export type LoadedRows = { events: number; conversions: number; vitals: number; people: number }

/**
 * Fills the default project with a product's life, ending at `toMs`: event names and routes by Zipf's law, a daily and weekly
 * cycle, sessions of eight events on average, people who come back (one in ten signed in, on up to two devices; one in five
 * without consent, so that a visitor is known for a day only), 2 % under Global Privacy Control, 3 % bots, one conversion funnel,
 * one navigation with web vitals per session, AI calls and database queries at 2 % of the events each. Written by the
 * database itself, day by day in the order of time; counts are recounted at the end, rollups are left to the caller.
 */
export async function loadHistory(
  database: HistoryDatabase,
  { events, days, toMs }: History,
  onProgress: (day: number) => void,
): Promise<LoadedRows> {
  const fromMs = toMs - days * DAY_MS
  await database.unsafe('select public.create_partitions($1, $2)', [fromMs, toMs + DAY_MS])
  await database.unsafe(HELPERS)
  const people = Math.max(50, Math.round(events / 33))
  await database.unsafe('select pg_temp.load_people($1)', [people])
  // A row of raw events per person-session; weekends are quieter, the product grows by half over the time.
  const weights = Array.from({ length: days }, (_, day) => {
    const weekday = new Date(fromMs + day * DAY_MS).getUTCDay()
    return (weekday === 0 || weekday === 6 ? 0.6 : 1) * (1 + (0.5 * day) / days)
  })
  const weightSum = weights.reduce((sum, weight) => sum + weight, 0)
  let firstSession = 0
  for (const [day, weight] of weights.entries()) {
    const sessions = Math.round((events / EVENTS_PER_SESSION) * (weight / weightSum))
    await database.unsafe('select pg_temp.load_day($1, $2, $3, $4, $5, $6, $7)', [
      fromMs + day * DAY_MS,
      toMs,
      firstSession,
      sessions,
      people,
      day,
      days,
    ])
    firstSession += sessions
    onProgress(day + 1)
  }
  await database.unsafe(RECOUNT)
  await database.unsafe('vacuum analyze')
  await database.unsafe('checkpoint')
  const [rows] = await database.unsafe(`
    select
      (select count(*)::int from public.user_events) as events,
      (select count(*)::int from public.conversions) as conversions,
      (select count(*)::int from public.performance_metrics) as vitals,
      (select count(distinct person_id)::int from public.person_events where bot_reasons is null) as people`)
  return rows as LoadedRows
}

/** The mean of `1 + floor(exponential)` below, cut at 60. */
const EVENTS_PER_SESSION = 7.6

const HELPERS = `
create function pg_temp.r(n bigint, seed integer) returns double precision language sql immutable as
  $$ select (hashint8extended(n, seed) & 9007199254740991)::double precision / 9007199254740992 $$;

create table pg_temp.hour_weight as
  select array_agg(edge order by hour) as edges from (
    select hour, sum(weight) over (order by hour) / sum(weight) over () as edge
    from (select h as hour, 1.15 + sin((h - 8) * pi() / 12) as weight from generate_series(0, 23) as h) as w
  ) as e;

create table pg_temp.agent_number as
  select a.ordinality::integer - 1 as place, public.add_agent(a.device, a.browser, a.os) as id
  from rows from (unnest(
    array['desktop', 'mobile', 'desktop', 'mobile', 'desktop', 'tablet', 'desktop', 'mobile'],
    array['Chrome', 'Safari', 'Firefox', 'Chrome', 'Edge', 'Safari', 'Safari', 'Firefox'],
    array['Windows', 'iOS', 'Linux', 'Android', 'Windows', 'iOS', 'macOS', 'Android']
  )) with ordinality as a (device, browser, os, ordinality);

create function pg_temp.load_people(people integer) returns void language sql as $$
  insert into public.user_profiles (project_id, user_id, actor_id, external_id, traits, first_seen, last_activity, total_events)
  select 1, md5('user-' || p)::uuid, md5('user-actor-' || p)::uuid, 'customer-' || p,
    jsonb_build_object('plan', (array['free', 'pro', 'team'])[1 + p / 10 % 3], 'seats', p / 10 % 7), now(), now(), 0
  from generate_series(0, people - 1, 10) as p;
  insert into public.actor_person (project_id, actor_id, person_id)
  select 1, actor, md5('user-actor-' || p)::uuid
  from generate_series(0, people - 1, 10) as p
  cross join lateral (values
    (md5('user-actor-' || p)::uuid), (md5('actor-' || p || '-0')::uuid), (md5('actor-' || p || '-1')::uuid)
  ) as a (actor);
$$;

create function pg_temp.load_day(
  day_ms bigint, to_ms bigint, first_session integer, sessions integer, people integer, day integer, days integer
) returns void language plpgsql as $$
begin
  create temporary table visit as
  select
    v.*,
    case
      when v.p % 50 = 7 then 'gpc' when v.p % 5 = 1 then 'visitor' when v.p % 10 = 0 and pg_temp.r(v.s, 8) < 0.6 then 'user'
      else 'device'
    end as kind,
    left(md5('s' || v.s), 12) as session_id,
    (select id from pg_temp.agent_number where place = floor(8 * power(pg_temp.r(v.p * 2 + v.device, 9), 1.5))::integer) as agent_id,
    (array['US','DE','GB','FR','IN','BR','CA','ES','IT','NL','PL','SE','JP','AU','CH','AT','MX','DK','NO','FI'])
      [floor(exp(pg_temp.r(v.p, 10) * ln(20.999)))::integer] as country,
    case when v.p % 33 = 3 then array['agent'] end as bot_reasons
  from (
    select
      s,
      (day_ms + 3600000 * (width_bucket(pg_temp.r(s, 1), (select edges from pg_temp.hour_weight)) + pg_temp.r(s, 2)))::bigint as start_ms,
      greatest(0, case
        when pg_temp.r(s, 3) < 0.35 then a.arrived - pg_temp.r(s, 4) * people * 0.7 / days
        when pg_temp.r(s, 3) < 0.7 then a.arrived - pg_temp.r(s, 4) ^ 2 * a.arrived * 0.2
        else pg_temp.r(s, 4) ^ 3 * a.arrived
      end)::bigint as p,
      (pg_temp.r(s, 5) < 0.12)::integer as device,
      least(60, 1 + floor(-ln(1 - pg_temp.r(s, 6)) * 7.2))::integer as length,
      15000 + (pg_temp.r(s, 7) * 60000)::integer as pace_ms
    from generate_series(first_session, first_session + sessions - 1) as s
    cross join lateral (select people * (0.3 + 0.7 * (day + pg_temp.r(s, 1)) / days) as arrived) as a
  ) as v;

  insert into public.user_events (
    timestamp, visitor_id, project_id, agent_id, gpc, actor_id, id, user_id, session_id, event, route, referrer,
    utm_source, utm_medium, utm_campaign, country, bot_reasons, properties
  )
  select
    e.timestamp,
    case when e.kind = 'visitor' then hashint8extended(e.p * 1000 + day, 11) end,
    1, e.agent_id, e.kind = 'gpc',
    case e.kind
      when 'gpc' then md5('gpc' || e.s || '-' || e.k)::uuid when 'visitor' then md5('session-' || e.s)::uuid
      when 'user' then md5('user-actor-' || e.p)::uuid else md5('actor-' || e.p || '-' || e.device)::uuid
    end,
    md5('e' || e.s || '-' || e.k)::uuid,
    case when e.kind = 'user' then md5('user-' || e.p)::uuid end,
    case when e.kind <> 'gpc' then e.session_id end,
    e.event,
    e.route,
    case when e.k = 0 then (array['', '', 'https://www.google.com/', 'https://news.ycombinator.com/', 'https://www.bing.com/', 'https://t.co/'])
      [1 + (pg_temp.r(e.s, 12) * 5.99)::integer % 6] else '' end,
    case when pg_temp.r(e.s, 13) < 0.1 then (array['newsletter', 'google', 'partner'])[1 + (e.s % 3)::integer] end,
    case when pg_temp.r(e.s, 13) < 0.1 then (array['email', 'cpc', 'referral'])[1 + (e.s % 3)::integer] end,
    case when pg_temp.r(e.s, 13) < 0.1 then 'autumn' end,
    e.country, e.bot_reasons,
    case when e.event = '$pageview' then null
      when e.event = 'order_placed' then jsonb_build_object('revenue', round((5 + 95 * pg_temp.r(e.n, 14))::numeric, 2), 'currency', 'EUR')
      else jsonb_build_object('plan', (array['free', 'pro', 'team'])[1 + (e.p % 3)::integer], 'position', e.n % 10) end
  from (
    select
      v.*, k, v.s * 64 + k as n,
      v.start_ms + k * v.pace_ms + (pg_temp.r(v.s * 64 + k, 15) * v.pace_ms)::integer
        + case when pg_temp.r(v.s, 16) < 0.02 and k > v.length / 2 then 2400000 else 0 end as timestamp,
      case when k = 0 or pg_temp.r(v.s * 64 + k, 17) < 0.5 then '$pageview' else
        (array['recipe_viewed','recipe_clicked','search','meal_planned','list_shared','signed_up','order_placed','rated','filter_used','photo_opened',
          'video_played','comment_added','export_started','invite_sent','plan_compared','coupon_used','profile_edited','theme_changed','help_opened','chat_started',
          'cart_opened','cart_emptied','checkout_started','payment_failed','refund_asked','login_failed','password_reset','print_used','copy_link','widget_added',
          'goal_set','goal_reached','streak_broken','badge_earned','team_created','api_key_made','webhook_added','import_started','trial_ended'])
        [floor(exp(pg_temp.r(v.s * 64 + k, 18) * ln(39.999)))::integer] end as event,
      '/' || (array['recipes','plans','blog','shop','help','account'])[1 + t.route % 6] || case when t.route >= 6 then '/' || t.route || '/[id]' else '' end as route
    from pg_temp.visit as v
    cross join lateral generate_series(0, v.length - 1) as k
    cross join lateral (select floor(exp(pg_temp.r(v.s * 64 + k, 19) * ln(60.999)))::integer - 1 as route) as t
  ) as e
  where e.timestamp < to_ms
  order by e.timestamp;

  insert into public.conversions (
    timestamp, visitor_id, project_id, agent_id, gpc, actor_id, id, user_id, session_id, funnel, step, route, country, bot_reasons
  )
  select e.timestamp, e.visitor_id, 1, e.agent_id, e.gpc, e.actor_id, e.id, e.user_id, e.session_id, 'Recipe Discovery', e.event,
    e.route, e.country, e.bot_reasons
  from public.user_events as e
  where e.project_id = 1 and e.timestamp >= day_ms and e.timestamp < day_ms + 86400000
    and e.event in ('recipe_viewed', 'recipe_clicked', 'meal_planned') and pg_temp.r(e.timestamp, 20) < 0.4
  on conflict do nothing;

  insert into public.performance_metrics (
    timestamp, project_id, lcp_seq, inp_seq, cls_seq, fcp_seq, ttfb_seq, gpc, actor_id, id, session_id, route, navigation_type,
    lcp, inp, cls, fcp, ttfb, connection, device, browser, os, country, release, bot_reasons, attribution
  )
  select
    v.start_ms, 1, 1, 1, 1, 1, 1, v.kind = 'gpc', md5('actor-' || v.p || '-' || v.device)::uuid, md5('nav' || v.s)::uuid, v.session_id,
    '/' || (array['recipes','plans','blog','shop','help','account'])[1 + (v.s % 6)::integer],
    case when pg_temp.r(v.s, 21) < 0.2 then 'soft-navigation' else 'navigate' end,
    round((1600 * slow.x * exp(0.5 * z.a))::numeric, 1), case when pg_temp.r(v.s, 22) < 0.7 then round((90 * slow.x * exp(0.8 * z.b))::numeric) end,
    case when a.browser in ('Chrome', 'Edge') then round((0.03 * exp(z.a) * (pg_temp.r(v.s, 23) > 0.3)::integer)::numeric, 4) end,
    round((900 * slow.x * exp(0.4 * z.b))::numeric, 1),
    case when pg_temp.r(v.s, 21) >= 0.2 then round((300 * slow.x * exp(0.6 * z.a))::numeric, 1) end,
    (array['4g', '4g', '3g', 'wifi'])[1 + (v.s % 4)::integer], a.device, a.browser, a.os, v.country,
    'r' || (v.start_ms / 604800000), v.bot_reasons,
    jsonb_build_object('lcp', jsonb_build_object('target', '#hero>img', 'timeToFirstByte', 300, 'resourceLoadDelay', 120, 'resourceLoadDuration', 500, 'elementRenderDelay', 80))
  from pg_temp.visit as v
  join public.agents as a on a.id = v.agent_id
  cross join lateral (select case a.device when 'mobile' then 1.4 else 1 end as x) as slow
  cross join lateral (
    select sqrt(-2 * ln(1 - pg_temp.r(v.s, 24))) * cos(2 * pi() * pg_temp.r(v.s, 25)) as a,
      sqrt(-2 * ln(1 - pg_temp.r(v.s, 24))) * sin(2 * pi() * pg_temp.r(v.s, 25)) as b
  ) as z
  where v.start_ms < to_ms
  order by v.start_ms;

  insert into public.ai_performance_metrics (timestamp, project_id, actor_id, id, request_id, endpoint, model, tokens, duration, success, cache_hit)
  select v.start_ms, 1, md5('nobody')::uuid, md5('ai' || v.s)::uuid, 'req-' || v.s, (array['/plan', '/search', '/chat'])[1 + (v.s % 3)::integer],
    (array['claude-sonnet-5-5', 'claude-haiku-5'])[1 + (v.s / 7 % 2)::integer], 200 + (pg_temp.r(v.s, 26) * 3000)::integer,
    round((800 * exp(pg_temp.r(v.s, 27) * 2))::numeric), pg_temp.r(v.s, 28) > 0.02, pg_temp.r(v.s, 29) < 0.35
  from pg_temp.visit as v where v.s % 7 = 0 and v.start_ms < to_ms order by v.start_ms;

  insert into public.database_performance_metrics (timestamp, project_id, actor_id, id, query, duration, rows, cached)
  select v.start_ms, 1, md5('nobody')::uuid, md5('db' || v.s)::uuid, 'select ' || (v.s % 23) || ' from recipes', round((8 * exp(pg_temp.r(v.s, 30) * 6))::numeric, 1),
    (v.s % 100)::integer, pg_temp.r(v.s, 31) < 0.4
  from pg_temp.visit as v where v.s % 7 = 1 and v.start_ms < to_ms order by v.start_ms;
  drop table pg_temp.visit;
end
$$;`

const RECOUNT = `
truncate public.event_counts, public.event_count_deltas;
insert into public.event_counts (hour, row_count, project_id, bot, kind, name, step)
select e.timestamp - e.timestamp % 3600000, count(*), e.project_id, e.bot_reasons is not null, 'event', e.event, ''
from public.user_events as e group by 1, 3, 4, 6
union all
select c.timestamp - c.timestamp % 3600000, count(*), c.project_id, c.bot_reasons is not null, 'conversion', c.funnel, c.step
from public.conversions as c group by 1, 3, 4, 6, 7;`
