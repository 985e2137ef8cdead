-- Purpose: answer the questions about a funnel.   Reversible: drop functions, create the two of
-- 20261121100600 and 20261121100900 again.
-- What a funnel is, and how far somebody got, is said in build_funnel_hits and build_funnel_paths. The functions of this file
-- aggregate paths.
drop function public.get_funnel(integer, bigint, bigint, jsonb, bigint, boolean);
drop function public.build_funnel_path(text, integer);

-- CTEs of who went through a funnel: found has the paths (build_funnel_paths). Where the definition asks for a breakdown first_value has
-- (unit, value), what is on the unit's first row of step 1 (unordered: of any step); where it asks for revenue, too, hit has
-- the rows of build_funnel_rows. Paths of first times name people by numbers: identified has (person, person_id) of them, and of the raw
-- rows only those of the instants in question are looked at.
create function public.build_funnel_found(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_definition   jsonb,
  p_filters      jsonb,
  p_include_bots boolean
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
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
$$;

comment on function public.build_funnel_found is 'The CTEs of the paths of a funnel, with the breakdown values and rows that its definition asks for.';
revoke execute on function public.build_funnel_found from public, anon, authenticated;
grant execute on function public.build_funnel_found to service_role;

-- { groups: [{ value, people, excluded, times: { step: { medianMs, averageMs, histogram: { bucket: people } } } }], leftOut,
--   revenue: [{ step, currency, amount, rows }] }
-- people[k]: who reached step k. times: how long they took from the step before, of step 0 from the first to the last; a step that
-- nobody got to is not there, nor is a group without anybody; bucket as of width_bucket(…, p_bounds). Without a breakdown one group
-- of value null, with one the p_limit values with most people, and leftOut how many more there are. revenue is null unless
-- the definition asks for it.
create function public.get_funnel_report(
  p_project_id   integer,
  p_from         bigint,    -- ms, inclusive
  p_to           bigint,    -- ms, exclusive
  p_definition   jsonb,     -- as build_funnel_rows reads it
  p_bounds       bigint[],  -- of the histograms, ms, ascending
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_limit        integer default 25
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
-- A store without statistics (PGlite has no autovacuum) expects a handful of people and would compare each with each.
set enable_nestloop = off
set max_parallel_workers_per_gather = 0 -- handing millions of rows from process to process takes longer than reading them
set jit = off         -- compiling a plan of that many expressions takes longer than it saves
set work_mem = '64MB' -- a sort of a million rows in memory
set enable_sort = off -- where hashing can take its place it should: nobody can estimate how many people an array holds
as $$
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
$$;

comment on function public.get_funnel_report is
  'People per step of a funnel with the times between steps, by breakdown value, and the revenue of the steps.';
revoke execute on function public.get_funnel_report from public, anon, authenticated;
grant execute on function public.get_funnel_report to service_role;

-- People of one outcome at one step, those whose path began last first; a person once, by the unit that began last. The cursor
-- is the pair of the last row given.
create function public.get_funnel_people(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_definition   jsonb,
  p_step         integer,
  p_outcome      text,                    -- converted | dropped | excluded
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_limit        integer default 50,
  p_after_start  bigint default null,
  p_after_person bigint default null
)
returns table (person_id text, external_id text, start bigint, last_step bigint, reached integer)
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set enable_nestloop = off
set max_parallel_workers_per_gather = 0
set jit = off
set work_mem = '64MB'
set enable_sort = off
as $$
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
$$;

comment on function public.get_funnel_people is 'People who reached a step of a funnel, dropped before it, or were excluded.';
revoke execute on function public.get_funnel_people from public, anon, authenticated;
grant execute on function public.get_funnel_people to service_role;

-- [{ start, end, people: [per step] }], one per local interval that touches the range, empty ones included. A unit counts in
-- every interval in which attempts of it began, with the best of these.
create function public.get_funnel_trend(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_definition   jsonb,
  p_interval     text,                    -- hour | day | week | month
  p_timezone     text,
  p_week_start   text default 'monday',
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set enable_nestloop = off
set max_parallel_workers_per_gather = 0
set jit = off
set work_mem = '64MB'
as $$
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
$$;

comment on function public.get_funnel_trend is 'People per step of a funnel by the interval in which they began it.';
revoke execute on function public.get_funnel_trend from public, anon, authenticated;
grant execute on function public.get_funnel_trend to service_role;

-- One person at a funnel: { paths: [{ unit, reached, isExcluded, start, times }], rows: [{ unit, timestamp, event, mask, passes,
-- values }] }. rows: the first p_limit + 1 rows in time order that have the name of a step or an exclusion, whether or not its
-- conditions hold, and in strict funnels all others; values holds what the conditions of the steps ask for, by key.
create function public.get_funnel_person(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_definition   jsonb,
  p_person_id    bigint,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_limit        integer default 10000
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set enable_nestloop = off
set max_parallel_workers_per_gather = 0
set jit = off
as $$
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
$$;

comment on function public.get_funnel_person is 'One person at a funnel: the path of each unit, and the rows it is made of or might have been.';
revoke execute on function public.get_funnel_person from public, anon, authenticated;
grant execute on function public.get_funnel_person to service_role;
