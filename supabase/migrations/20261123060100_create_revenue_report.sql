-- Purpose: what was earned, by currency.   Reversible: drop function, drop index.
-- Few events have revenue: an index of them alone finds a month's among ten million at once, and costs the other events nothing.
-- A partitioned table takes no index concurrently; writers wait while it is made, half a second per million events.
-- squawk-ignore require-concurrent-index-creation
create index user_events_revenue_idx on public.user_events (project_id, timestamp)
  where jsonb_typeof(properties -> 'revenue') = 'number';
comment on index public.user_events_revenue_idx is 'The events of one project in a range that have revenue.';

-- Exact, from the raw rows that have revenue, in one pass over [p_from, p_to) and the range of the same length before it. Sums of
-- different currencies stand apart; of more than twenty currencies those with most events are answered.
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
set work_mem = '64MB'
set jit = off
as $$
declare
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_bucket, p_timezone);
  v_answer jsonb;
begin
  if p_by not in ('event', 'route', 'country', 'device', 'browser', 'os', 'utm_source', 'referrer') then
    raise exception 'unknown dimension %', p_by using errcode = '22023';
  end if;
  execute format(
    $query$
      with
      paid as materialized (
        select e.timestamp, e.person_id, e.%1$I as value, r.revenue, r.currency, e.timestamp < %3$L::bigint as is_previous
        from public.person_events as e
        cross join lateral public.to_revenue(e.properties) as r
        where
          e.project_id = %2$L::integer
          and e.timestamp >= %3$L::bigint - (%4$L::bigint - %3$L::bigint)
          and e.timestamp < %4$L::bigint
          and jsonb_typeof(e.properties -> 'revenue') = 'number'
          and %5$s
          and %6$s
      ),
      shown as (
        select p.currency
        from paid as p
        group by p.currency
        order by count(*) filter (where not p.is_previous) desc, count(*) desc, p.currency
        limit 20
      ),
      totals as (
        select p.currency, p.is_previous, sum(p.revenue) as revenue, count(*) as count, count(distinct p.person_id) as paying_people
        from paid as p
        inner join shown using (currency)
        group by 1, 2
      ),
      -- only buckets with revenue; the caller knows the others
      points as (
        select
          p.currency,
          width_bucket(p.timestamp, $1) as position,
          sum(p.revenue) as revenue, count(*) as count, count(distinct p.person_id) as paying_people
        from paid as p
        inner join shown using (currency)
        where not p.is_previous
        group by 1, 2
      ),
      ranked as (
        select
          p.currency, p.value,
          sum(p.revenue) as revenue, count(*) as count, count(distinct p.person_id) as paying_people,
          row_number() over (partition by p.currency order by sum(p.revenue) desc, p.value) as rank
        from paid as p
        inner join shown using (currency)
        where not p.is_previous
        group by 1, 2
      )
      select jsonb_build_object(
        'starts', to_jsonb(trim_array($1, 1)),
        'totals', (
          select coalesce(jsonb_agg(to_jsonb(t) order by t.count desc, t.currency), '[]') from totals as t
        ),
        'points', (select coalesce(jsonb_agg(to_jsonb(p)), '[]') from points as p),
        'top', (
          select coalesce(jsonb_agg(to_jsonb(r) - 'rank' order by r.currency, r.rank), '[]')
          from ranked as r
          where r.rank <= %7$L::integer
        )
      )
    $query$,
    p_by, p_project_id, p_from, p_to,
    case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
    public.build_filter(p_project_id, p_filters),
    p_limit
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
