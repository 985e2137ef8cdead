-- Purpose: profiles and links of known users, by rows that were really new.   Reversible: drop function.
-- Its writes depend on one another from top to bottom and each is sorted by its key, as in append_events, which it is a part of.
create function public.move_people(
  p_project_id integer,
  p_rows       jsonb,   -- as append_events got them
  p_ordinals   bigint[] -- rows that count, from 1: of known users, no bots, not under GPC
)
returns void
language plpgsql volatile security invoker set search_path = ''
-- The same plan for every batch: making one takes as long as storing ten events.
set plan_cache_mode = force_generic_plan
as $$
begin
  with
  -- The rows that count, in the order in which they came.
  signals as materialized (
    select *
    from rows from (
      jsonb_to_recordset((
        select jsonb_agg(p_rows -> (counted.ordinality - 1)::integer order by counted.ordinality)
        from unnest(p_ordinals) as counted (ordinality)
      )) as (
        type text, actor_id uuid, timestamp bigint, user_id uuid, event text, external_id text, traits jsonb,
        linked_actor_id uuid
      )
    ) with ordinality
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
$$;
comment on function public.move_people is 'Moves profiles and links by rows of user_events, conversions and identifications that were just stored, or that count from now on. Each row moves them every time it is given.';
revoke execute on function public.move_people from public, anon, authenticated;
grant execute on function public.move_people to service_role;
