-- Purpose: show what is marked as bots, and let it count after all.   Reversible: drop function.
create function public.get_bot_groups(
  p_project_id integer,
  p_from       bigint,             -- ms, inclusive
  p_to         bigint,             -- ms, exclusive
  p_limit      integer default 500
)
returns table (reasons text[], browser text, os text, row_count bigint, first_ms bigint, last_ms bigint)
language sql stable security invoker set search_path = ''
set statement_timeout = '10s'
as $$
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
$$;
comment on function public.get_bot_groups is 'Events, conversions and navigations in [p_from, p_to) that are marked as bots, by reasons and agent, the largest group first.';
revoke execute on function public.get_bot_groups from public, anon, authenticated;
grant execute on function public.get_bot_groups to service_role;

create function public.restore_bots(
  p_project_id integer,
  p_reasons    text[],
  p_browser    text,    -- null for rows without a known browser
  p_from       bigint,  -- ms, inclusive
  p_to         bigint,  -- ms, exclusive
  p_limit      integer  -- rows of each table in one call
)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
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
$$;
comment on function public.restore_bots is 'Lets rows of exactly these reasons and this browser count as people''s: counts, profiles and links move as if they had come unmarked, but for traits, which are not kept with marked rows. Gives {"restored": rows of this call, "next": p_from of the next call, null after the last}. May be repeated at any point.';
revoke execute on function public.restore_bots from public, anon, authenticated;
grant execute on function public.restore_bots to service_role;
