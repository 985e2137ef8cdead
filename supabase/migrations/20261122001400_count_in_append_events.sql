-- Purpose: count what is stored; keep out what an erasure forbids; visitors of 64 bits.   Reversible: the definition before.
-- One statement stores, so that the rows are parsed once. Its writes depend on one another from top to bottom (raw rows,
-- profiles, links) and each is sorted by its key: concurrent batches take their locks in one order and cannot deadlock.
-- Counts only ever get new rows here, which nobody waits for. What moves people is a statement of its own, for the rows of
-- known users alone: most batches of page views have none.
create or replace function public.append_events(
  p_project_id integer,
  p_rows       jsonb -- array of objects; absent and null are the same
)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
-- The same plan for every batch: making one takes as long as storing ten events.
set plan_cache_mode = force_generic_plan
as $$
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
$$;
comment on function public.append_events is 'Stores a batch in one transaction and answers {"duplicates": [ordinals from 0]}: rows that were stored before, all but the first of identical copies, and rows of erased actors. Profiles, links and counts move by the new rows only. Any bad row fails the whole call; an array of nothing is fine.';
