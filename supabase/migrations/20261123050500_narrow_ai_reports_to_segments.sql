-- Purpose: figures of the AI calls of a segment's people.   Reversible: the definitions before.
-- Of the other filters AI calls know nothing: they have no route and no device. A call without a user is nobody's, and of no
-- segment; the actor of a user is known by the user's events.
create function public.get_segment_actors(p_project_id integer, p_filters jsonb)
returns setof uuid
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
set work_mem = '64MB'
as $$
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
$$;
comment on function public.get_segment_actors is 'The actors of users in the segment that report filters name.';
revoke execute on function public.get_segment_actors from public, anon, authenticated;
grant execute on function public.get_segment_actors to service_role;

drop function public.get_ai_summary(integer, bigint, bigint);
drop function public.get_ai_series(integer, bigint, bigint, text, text);
drop function public.get_ai_groups(integer, bigint, bigint, text, integer);

create function public.get_ai_summary(p_project_id integer, p_from bigint, p_to bigint, p_filters jsonb default '{}')
returns table (
  requests   bigint,
  errors     bigint,
  cache_hits bigint,
  tokens     bigint,
  cost_usd   double precision,
  p50        double precision,
  p95        double precision,
  p99        double precision
)
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
set work_mem = '64MB'
as $$
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
$$;

comment on function public.get_ai_summary is 'Calls, errors, cache hits, tokens, cost and latency of the AI calls in [p_from, p_to).';
revoke execute on function public.get_ai_summary from public, anon, authenticated;
grant execute on function public.get_ai_summary to service_role;

-- [{ start, requests, errors, p95, costUsd }]: one point per local hour or day, empty ones with zeros and nulls.
create function public.get_ai_series(
  p_project_id integer,
  p_from       bigint,
  p_to         bigint,
  p_bucket     text,
  p_timezone   text,
  p_filters    jsonb default '{}'
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
set work_mem = '64MB'
as $$
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
$$;

comment on function public.get_ai_series is 'AI calls, errors, p95 and cost per local hour or day as a jsonb array, empty buckets included.';
revoke execute on function public.get_ai_series from public, anon, authenticated;
grant execute on function public.get_ai_series to service_role;

-- The same figures by model or by endpoint, most calls first. Calls that named none are one group: unknown.
create function public.get_ai_groups(
  p_project_id integer,
  p_from       bigint,
  p_to         bigint,
  p_group      text,    -- model | endpoint
  p_limit      integer default 50,
  p_filters    jsonb default '{}' -- only a segment means something
)
returns table (
  name       text,
  requests   bigint,
  errors     bigint,
  cache_hits bigint,
  tokens     bigint,
  cost_usd   double precision,
  p50        double precision,
  p95        double precision
)
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
set work_mem = '64MB'
as $$
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
$$;

comment on function public.get_ai_groups is 'The figures of the AI calls by model or endpoint.';
revoke execute on function public.get_ai_groups from public, anon, authenticated;
grant execute on function public.get_ai_groups to service_role;
