-- Purpose: what the people of each cohort brought in, by the rules of get_retention.   Reversible: drop function.
-- Per currency and cohort the sums of revenue (public.to_revenue) on return events: amounts[k] in the k-th interval, calendar or
-- rolling as asked; of calendar windows amounts[0] is the whole first interval, of rolling ones it begins with the person's
-- target event. A person of several cohorts counts in each. → [{ currency, amounts: [[…], …] }], most revenue first
create function public.get_retention_revenue(
  p_project_id   integer,
  p_from         bigint,     -- ms, inclusive
  p_to           bigint,     -- ms, exclusive
  p_until        bigint,     -- ms, exclusive: now
  p_interval     text,       -- hour | day | week | month
  p_timezone     text,
  p_week_start   text,       -- monday | sunday
  p_mode         text,       -- recurring | first_time | first_ever
  p_windows      text,       -- calendar | rolling
  p_target       jsonb,      -- a step, as lib/contracts/step.ts
  p_return       jsonb,
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
set jit = off
set work_mem = '64MB'
as $$
declare
  v_bounds bigint[] := public.get_time_bounds(p_from, p_to, p_interval, p_timezone, p_week_start);
  v_from   bigint := v_bounds[1];
  v_to     bigint := least(v_bounds[cardinality(v_bounds)], p_until);
  v_starts bigint[] := (select coalesce(array_agg(s order by s), '{}') from unnest(v_bounds) as s where s < v_to);
  v_length bigint := case p_interval when 'hour' then 3600000 when 'day' then 86400000 when 'week' then 604800000 else 2592000000 end;
  v_answer jsonb;
begin
  if cardinality(v_starts) = 0 then
    return '[]';
  end if;
  execute format(
    $query$
      with
      hit as materialized (%1$s),
      member as materialized (%2$s),
      paid as (
        select
          h.currency, m.position, h.revenue,
          %3$s as age
        from hit as h
        inner join member as m on m.person = h.person
        where h.revenue is not null and h.timestamp >= %4$s
      ),
      cell as (
        select p.currency, p.position, p.age, sum(p.revenue) as revenue from paid as p group by p.currency, p.position, p.age
      ),
      cohort as (
        select c.currency, s.position, jsonb_agg(coalesce(cell.revenue, 0) order by a.age) as amounts
        from (select distinct cell.currency from cell) as c
        cross join unnest($1) with ordinality as s (start_ms, position)
        cross join lateral generate_series(0, %5$s) as a (age)
        left join cell on cell.currency = c.currency and cell.position = s.position and cell.age = a.age
        group by c.currency, s.position
      ),
      total as (select cell.currency, sum(cell.revenue) as revenue from cell group by cell.currency)
      select jsonb_agg(
        jsonb_build_object('currency', t.currency, 'amounts', h.amounts) order by t.revenue desc, t.currency
      )
      from total as t
      inner join (
        select h.currency, jsonb_agg(h.amounts order by h.position) as amounts from cohort as h group by h.currency
      ) as h on h.currency = t.currency
    $query$,
    public.build_retention_hits(
      p_project_id, case p_mode when 'recurring' then v_from else -62135596800000 end, v_from, v_to,
      p_target, p_return, null, true, p_filters, p_include_bots
    ),
    public.build_retention_members(p_mode, v_starts),
    case p_windows
      when 'calendar' then 'width_bucket(h.timestamp, $1) - m.position'
      else format('((h.timestamp - m.began_at) / %s)::integer', v_length)
    end,
    case p_windows when 'calendar' then '$1[m.position]' else 'm.began_at' end,
    case p_windows
      when 'calendar' then format('%s - s.position::integer', cardinality(v_starts))
      else format('((%s - 1 - s.start_ms) / %s)::integer', v_to, v_length)
    end
  )
  into v_answer
  using v_starts;
  return coalesce(v_answer, '[]');
end
$$;

comment on function public.get_retention_revenue is
  'Revenue of return events per currency, cohort and interval, by the rules of get_retention; exact.';
revoke execute on function public.get_retention_revenue from public, anon, authenticated;
grant execute on function public.get_retention_revenue to service_role;
