-- Purpose: the samples themselves, where there are few, and what caused them.   Reversible: drop function.

-- So many navigations are summarised from themselves instead of from histograms: every percentile is then a measured sample.
create function public.get_vital_samples(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_limit        integer default 1000
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
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
$$;
comment on function public.get_vital_samples is 'Rows of performance_metrics in [p_from, p_to) with what reports need of them, hard and soft ones and those of custom metrics alone, in no order; null when there are more than p_limit.';
revoke execute on function public.get_vital_samples from public, anon, authenticated;
grant execute on function public.get_vital_samples to service_role;

-- Of the newest p_limit samples that came with a cause: what the value is made of, and what it is grouped by.
create function public.get_vital_causes(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_vital        text,    -- lcp | inp | cls
  p_is_soft      boolean default false,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_limit        integer default 10000,
  p_rows         integer default 20 -- values of each kind
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
-- How many rows have a cause is beyond the planner: it must walk the key from its end instead of sorting the range.
set enable_sort = off
set max_parallel_workers_per_gather = 0
as $$
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
$$;
comment on function public.get_vital_causes is '{ count, limit, isWhole, parts: [{ part, count, p75, total }], causes: [{ kind, value, count, slowCount, p75 }] } over the newest samples whose cause is known; durations in ms; slow are those that are not good. Those with most slow samples first.';
revoke execute on function public.get_vital_causes from public, anon, authenticated;
grant execute on function public.get_vital_causes to service_role;
