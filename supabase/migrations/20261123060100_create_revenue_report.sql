-- Purpose: what was earned, by currency.   Reversible: drop function, drop index.
-- Few events have revenue: an index of them alone finds a month's among ten million at once, and costs the other events nothing.
-- A partitioned table takes no index concurrently; writers wait while it is made, half a second per million events.
-- squawk-ignore require-concurrent-index-creation
create index user_events_revenue_idx on public.user_events (project_id, timestamp)
  where jsonb_typeof(properties -> 'revenue') = 'number';
comment on index public.user_events_revenue_idx is 'The events of one project in a range that have revenue.';

-- Exact, from slices where they are clean and from the rows with revenue elsewhere, over [p_from, p_to) and the range of the same
-- length before it. Sums of different currencies stand apart; of more than twenty currencies those with most events are answered.
create function public.get_revenue(
  p_project_id   integer,
  p_from         bigint,                  -- ms, inclusive
  p_to           bigint,                  -- ms, exclusive
  p_bucket       text,                    -- hour | day
  p_timezone     text,
  p_by           text default 'event',    -- event | route | country | device | browser | os | utm_source | referrer
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_limit        integer default 50
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set enable_mergejoin = off -- a plan without statistics of what a CTE holds sorts it instead of hashing it
set work_mem = '64MB'
set jit = off
as $$
declare
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_bucket, p_timezone);
  v_cut    bigint[] := v_bounds;
  v_before bigint := p_from - (p_to - p_from);
  v_filter text := public.build_filter(p_project_id, p_filters);
  v_plan   record;   -- of the sums of the buckets and of the range before
  v_hours  record;
  v_tops   record;   -- of the values of the dimension
  v_rows   int8multirange;
  v_ranked int8multirange;
  v_answer jsonb;
begin
  if p_by not in ('event', 'route', 'country', 'device', 'browser', 'os', 'utm_source', 'referrer') then
    raise exception 'unknown dimension %', p_by using errcode = '22023';
  end if;
  -- Nothing beyond the range counts, though the first and the last bucket reach further.
  v_cut[1] := p_from;
  v_cut[cardinality(v_cut)] := p_to;
  if p_include_bots or v_filter <> 'true' then
    v_rows := int8multirange(int8range(v_before, p_to));
    v_ranked := int8multirange(int8range(p_from, p_to));
    select '{}'::integer[] as wholes, '{}'::integer[] as parts into v_plan;
    v_tops := v_plan;
    select '{}'::integer[] as slices, '{}'::text[] as hours, '{}'::bigint[] as starts into v_hours;
  else
    select * into v_plan from public.get_slice_plan(p_project_id, v_before, p_to, v_before || v_cut);
    select * into v_hours from public.get_slice_hours(v_plan.parts, v_before, p_to, v_before || v_cut);
    v_rows := v_plan.gaps + v_hours.rest;
    select * into v_tops from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
    v_ranked := v_tops.gaps + coalesce(
      (
        select range_agg(int8range(slice.start_ms, slice.end_ms) * int8range(p_from, p_to))
        from public.slices as slice
        where slice.id = any (v_tops.parts)
      ),
      '{}'
    );
  end if;
  execute format(
    $query$
      with
      paid as materialized (
        select
          e.value, %1$s as person, r.revenue, r.currency, width_bucket(e.timestamp, %2$L::bigint[]) as position,
          e.timestamp <@ %3$L::int8multirange as is_summed, e.timestamp <@ %4$L::int8multirange as is_ranked
        from (%5$s) as e
        cross join lateral public.to_revenue(e.properties) as r
      ),
      -- kind is total (value says whether of the range before), point (its position) or top
      piece as materialized (
        select
          k.kind, k.value, held.currency, held.chunk, held.row_count::bigint as row_count, held.revenue, held.numbers, held.people
        from (
          select width_bucket(slice.start_ms, %2$L::bigint[]) as position, held.*
          from public.slices as slice
          inner join public.slice_revenue as held on held.slice_id = slice.id and held.dim = 'any'
          where slice.id = any (%6$L::integer[])
          union all
          select width_bucket(hour.start_ms, %2$L::bigint[]), held.*
          from unnest(%7$L::integer[], %8$L::text[], %9$L::bigint[]) as hour (slice_id, value, start_ms)
          inner join public.slice_revenue as held on held.slice_id = hour.slice_id and held.dim = 'hour' and held.value = hour.value
        ) as held
        cross join lateral (
          select 'total', (held.position = 0)::text
          union all
          select 'point', held.position::text where held.position > 0
        ) as k (kind, value)
        union all
        select 'top', held.value, held.currency, held.chunk, held.row_count, held.revenue, held.numbers, held.people
        from public.slice_revenue as held
        where held.slice_id = any (%10$L::integer[]) and held.dim = %11$L
      ),
      row_piece as materialized (
        select k.kind, k.value, p.currency, p.person, count(*) as row_count, sum(p.revenue) as revenue
        from paid as p
        cross join lateral (
          select 'total', (p.position = 0)::text where p.is_summed
          union all
          select 'point', p.position::text where p.is_summed and p.position > 0
          union all
          select 'top', p.value where p.is_ranked
        ) as k (kind, value)
        group by 1, 2, 3, 4
      ),
      -- by id from here on; a value that is null is one, too
      tally as materialized (
        select
          s.kind, s.value, s.currency, sum(s.row_count) as row_count, sum(s.revenue) as revenue, row_number() over () as id
        from (
          select p.kind, p.value, p.currency, p.row_count, p.revenue from piece as p where p.chunk = -1
          union all
          select r.kind, r.value, r.currency, r.row_count, r.revenue from row_piece as r
        ) as s
        group by s.kind, s.value, s.currency
      ),
      named as (
        select t.id, row(t.kind, coalesce('=' || t.value, ''), t.currency)::text as name from tally as t
      ),
      thick as materialized (
        select n.id, p.chunk, bit_or(p.people) as people
        from piece as p
        inner join named as n on n.name = row(p.kind, coalesce('=' || p.value, ''), p.currency)::text
        where p.chunk >= 0
        group by n.id, p.chunk
      ),
      thin as materialized (
        select distinct t.id, t.person
        from (
          select n.id, each.number::bigint as person
          from piece as p
          inner join named as n on n.name = row(p.kind, coalesce('=' || p.value, ''), p.currency)::text
          cross join lateral unnest(p.numbers) as each (number)
          where p.chunk = -1
          union all
          select n.id, r.person
          from row_piece as r
          inner join named as n on n.name = row(r.kind, coalesce('=' || r.value, ''), r.currency)::text
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
      ),
      figure as materialized (
        select t.kind, t.value, t.currency, t.revenue, t.row_count as count, coalesce(p.people, 0) as paying_people
        from tally as t
        left join person as p on p.id = t.id
      ),
      shown as (
        select f.currency
        from figure as f
        where f.kind = 'total'
        group by f.currency
        order by coalesce(sum(f.count) filter (where f.value = 'false'), 0) desc, sum(f.count) desc, f.currency
        limit 20
      ),
      ranked as (
        select f.*, row_number() over (partition by f.currency order by f.revenue desc, f.value) as rank
        from figure as f
        inner join shown using (currency)
        where f.kind = 'top'
      )
      select jsonb_build_object(
        'starts', to_jsonb(trim_array($1, 1)),
        'totals', (
          select coalesce(
            jsonb_agg(
              to_jsonb(f) - array['kind', 'value'] || jsonb_build_object('is_previous', f.value = 'true')
              order by f.count desc, f.currency, f.value
            ),
            '[]'
          )
          from figure as f
          inner join shown using (currency)
          where f.kind = 'total'
        ),
        -- only buckets with revenue; the caller knows the others
        'points', (
          select coalesce(jsonb_agg(to_jsonb(f) - array['kind', 'value'] || jsonb_build_object('position', f.value::integer)), '[]')
          from figure as f
          inner join shown using (currency)
          where f.kind = 'point'
        ),
        'top', (
          select coalesce(jsonb_agg(to_jsonb(r) - array['kind', 'rank'] order by r.currency, r.rank), '[]')
          from ranked as r
          where r.rank <= %12$L::integer
        )
      )
    $query$,
    public.build_person(p_project_id, v_plan.wholes <> '{}' or v_plan.parts <> '{}'),
    v_cut, v_rows, v_ranked,
    public.build_gap_rows(
      p_project_id, v_rows + v_ranked, 'person_events',
      format('e.timestamp, e.person_id, e.%I as value, e.properties', p_by),
      format(
        'jsonb_typeof(e.properties -> ''revenue'') = ''number'' and %s and %s',
        case when p_include_bots then 'true' else 'e.bot_reasons is null' end, v_filter
      )
    ),
    v_plan.wholes, v_hours.slices, v_hours.hours, v_hours.starts, v_tops.wholes, p_by, p_limit
  )
  into v_answer
  using v_bounds;
  return v_answer;
end
$$;

comment on function public.get_revenue is
  'Revenue by currency: { starts, totals (of the range and, is_previous, the one before), points (position in starts, from 1), top }.';
revoke execute on function public.get_revenue from public, anon, authenticated;
grant execute on function public.get_revenue to service_role;
