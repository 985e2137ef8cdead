-- Purpose: what the retention reports are built from.   Reversible: drop function.
-- Each build_* gives the text of an expression or of a query, to be embedded with format('%s'). All values in it are quoted literals.

-- The value by which people are told apart: a column by `$` and its name, any other key is a property. A missing value and a
-- null are the same: null.
create function public.build_value(p_key text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case
    when p_key in (
      '$route', '$device', '$browser', '$os', '$country', '$referrer', '$release',
      '$utm_source', '$utm_medium', '$utm_campaign', '$utm_term', '$utm_content'
    ) then format('to_jsonb(e.%I)', substr(p_key, 2))
    else format('nullif(e.properties -> %L, ''null'')', p_key)
  end
$$;

comment on function public.build_value is
  'The SQL expression on person_events (alias e) of a column or property as jsonb; null where the row has none.';
revoke execute on function public.build_value from public, anon, authenticated;
grant execute on function public.build_value to service_role;

-- (person, timestamp, mask, value, tie, revenue, currency): bit 0 of mask for the target, 1 for the target's name whatever its
-- conditions, 2 for the return event. Return events before p_from are of no interest. `tie` orders rows of the same instant.
-- Value and revenue lie in the rows themselves; without them the question goes to whatever knows most quickly who did what.
create function public.build_retention_hits(
  p_project_id   integer,
  p_history_from bigint,     -- ms, inclusive: from where on the target counts
  p_from         bigint,     -- ms, inclusive
  p_to           bigint,     -- ms, exclusive
  p_target       jsonb,
  p_return       jsonb,
  p_breakdown    text,       -- a key of build_value, or null
  p_with_revenue boolean,
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
  v_name   jsonb := p_target - 'where';
  v_target text := public.build_step_condition(p_target);
  v_return text := public.build_step_condition(p_return);
begin
  if p_breakdown is null and not p_with_revenue then
    return format(
      $query$
        select
          h.person, h.timestamp, h.mask,
          null::jsonb as value, null::uuid as tie, null::numeric as revenue, null::text as currency
        from (%s) as h
        where h.timestamp >= %L::bigint or h.mask & 3 <> 0
      $query$,
      public.build_step_hits(
        p_project_id, p_history_from, p_to, jsonb_build_array(p_target, v_name, p_return), p_filters, p_include_bots
      ),
      p_from
    );
  end if;
  return format(
    $query$
      select h.person, h.timestamp, h.mask, h.value, h.tie, r.revenue, r.currency
      from (
        select
          e.person_id as person, e.timestamp, %1$s as value, e.id as tie, e.properties,
          case when %2$s then 1 else 0 end | case when %3$s then 2 else 0 end | case when %4$s then 4 else 0 end as mask
        from public.person_events as e
        where
          e.project_id = %5$L::integer
          and e.timestamp >= %6$L::bigint
          and e.timestamp < %7$L::bigint
          and e.person_id is not null
          and (%3$s or e.timestamp >= %8$L::bigint and %4$s)
          and %9$s
          and %10$s
      ) as h
      left join lateral (%11$s) as r on true
    $query$,
    coalesce(public.build_value(p_breakdown), 'null::jsonb'),
    v_target, public.build_step_condition(v_name), v_return,
    p_project_id, p_history_from, p_to, p_from,
    case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
    public.build_filter(p_project_id, p_filters),
    case
      when p_with_revenue
        then 'select t.revenue, t.currency from public.to_revenue(h.properties) as t where h.mask & 4 <> 0'
      else 'select null::numeric as revenue, null::text as currency'
    end
  );
end
$$;

comment on function public.build_retention_hits is
  'The SQL query of the rows that matter to a retention question: (person, timestamp, mask, value, tie, revenue, currency).';
revoke execute on function public.build_retention_hits from public, anon, authenticated;
grant execute on function public.build_retention_hits to service_role;

-- (person, position, began_at, value) over a relation `hit` of build_retention_hits: who belongs to which interval, since when,
-- and the value on the earliest target event there. Positions count from 1.
create function public.build_retention_members(
  p_mode   text,       -- recurring | first_time | first_ever
  p_starts bigint[]    -- of the intervals
)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case p_mode
    when 'recurring' then format(
      $member$
        select
          h.person, width_bucket(h.timestamp, %1$L::bigint[]) as position,
          min(h.timestamp) as began_at, (array_agg(h.value order by h.timestamp, h.tie))[1] as value
        from hit as h
        where h.mask & 1 <> 0 and h.timestamp >= %2$L::bigint
        group by h.person, width_bucket(h.timestamp, %1$L::bigint[])
      $member$,
      p_starts, p_starts[1]
    )
    else format(
      $member$
        select f.person, width_bucket(f.began_at, %1$L::bigint[]) as position, f.began_at, f.value
        from (
          select
            h.person,
            min(h.timestamp) filter (where h.mask & 1 <> 0) as began_at,
            min(h.timestamp) as named_at,
            (array_agg(h.value order by h.timestamp, h.tie) filter (where h.mask & 1 <> 0))[1] as value
          from hit as h
          where h.mask & 3 <> 0
          group by h.person
        ) as f
        where f.began_at >= %2$L::bigint and (%3$L::boolean or f.began_at = f.named_at)
      $member$,
      p_starts, p_starts[1], p_mode = 'first_time'
    )
  end
$$;

comment on function public.build_retention_members is
  'The SQL query of (person, position, began_at, value): the cohorts of each person, from the rows of build_retention_hits named hit.';
revoke execute on function public.build_retention_members from public, anon, authenticated;
grant execute on function public.build_retention_members to service_role;
