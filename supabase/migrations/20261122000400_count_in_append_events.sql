-- Purpose: count what is stored; keep out what an erasure forbids; visitors of 64 bits.   Reversible: the definition before.
-- One statement, so that the rows are parsed once. Its writes depend on one another from top to bottom (raw rows,
-- profiles, links) and each is sorted by its key: concurrent batches take their locks in one order and cannot deadlock.
-- Counts only ever get new rows here, which nobody waits for.
create or replace function public.append_events(
  p_project_id integer,
  p_rows       jsonb -- array of objects; absent and null are the same
)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_forbidden     bigint[] := public.begin_append(p_project_id, p_rows);
  v_unknown_count integer;
  v_duplicates    jsonb;
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
  new_events as (
    insert into public.user_events (
      timestamp, project_id, gpc, actor_id, id, user_id, visitor_id, session_id, event, route, referrer,
      utm_source, utm_medium, utm_campaign, utm_term, utm_content,
      device, browser, os, country, release, bot_reasons, properties, user_agent, ip
    )
    select
      c.timestamp, p_project_id, coalesce(c.gpc, false), c.actor_id, c.id, c.user_id, c.visitor_id, c.session_id,
      c.event, c.route, c.referrer, c.utm_source, c.utm_medium, c.utm_campaign, c.utm_term, c.utm_content,
      c.device, c.browser, c.os, c.country, c.release, c.bot_reasons, c.properties, c.user_agent, c.ip
    from candidates as c
    where c.type = 'event'
    order by c.timestamp, c.actor_id, c.id
    on conflict do nothing
    returning timestamp, actor_id, id
  ),
  new_conversions as (
    insert into public.conversions (
      timestamp, project_id, gpc, actor_id, id, user_id, visitor_id, session_id, funnel, step, route, referrer,
      utm_source, utm_medium, utm_campaign, utm_term, utm_content,
      device, browser, os, country, release, bot_reasons, properties, user_agent, ip
    )
    select
      c.timestamp, p_project_id, coalesce(c.gpc, false), c.actor_id, c.id, c.user_id, c.visitor_id, c.session_id,
      c.funnel, c.step, c.route, c.referrer, c.utm_source, c.utm_medium, c.utm_campaign, c.utm_term, c.utm_content,
      c.device, c.browser, c.os, c.country, c.release, c.bot_reasons, c.properties, c.user_agent, c.ip
    from candidates as c
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
  ),
  -- Rows that say something about a known user.
  signals as (
    select a.*
    from accepted as a
    where a.user_id is not null and a.bot_reasons is null and not coalesce(a.gpc, false)
  ),
  -- What they say, per user.
  movements as (
    select
      s.user_id,
      (array_agg(s.actor_id order by s.ordinality))[1] as actor_id,
      (array_agg(s.external_id order by s.ordinality) filter (where s.external_id is not null))[1] as external_id,
      array_agg(s.traits order by s.ordinality) filter (where s.type = 'identify' and s.traits is not null) as traits,
      to_timestamp(min(s.timestamp) / 1000.0) as first_seen,
      to_timestamp(max(s.timestamp) / 1000.0) as last_activity,
      count(*) filter (where s.type = 'event') as event_count,
      array_agg(distinct s.event) filter (where s.type = 'event' and not starts_with(s.event, '$')) as features
    from signals as s
    group by s.user_id
  ),
  moved_profiles as (
    insert into public.user_profiles as profile (
      project_id, user_id, actor_id, external_id, traits, first_seen, last_activity, total_events, features_used
    )
    select
      p_project_id,
      m.user_id,
      m.actor_id,
      m.external_id,
      -- Of the same trait the last one in the batch.
      (
        select jsonb_object_agg(trait.key, trait.value order by sent.ordinality)
        from unnest(m.traits) with ordinality as sent (traits, ordinality)
        cross join jsonb_each(sent.traits) as trait
      ),
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
        else coalesce(profile.traits, '{}') || excluded.traits
      end,
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
  ),
  links as (
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
    where excluded.person_id = excluded.actor_id
  )
  select
    count(*) filter (where input.type is null or input.type not in ('event', 'conversion', 'identify')),
    coalesce(
      jsonb_agg(input.ordinality - 1 order by input.ordinality) filter (where accepted.ordinality is null), '[]'
    )
  into v_unknown_count, v_duplicates
  from input
  left join accepted on accepted.ordinality = input.ordinality;

  if v_unknown_count > 0 then
    raise exception 'unknown_type' using errcode = '22023', hint = 'type is event, conversion or identify.';
  end if;
  return jsonb_build_object('duplicates', v_duplicates);
end
$$;
comment on function public.append_events is 'Stores a batch in one transaction and answers {"duplicates": [ordinals from 0]}: rows that were stored before, all but the first of identical copies, and rows of erased actors. Profiles, links and counts move by the new rows only. Any bad row fails the whole call; an array of nothing is fine.';
