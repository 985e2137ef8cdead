-- Purpose: the figures of the events report under filters, from slices.   Reversible: drop function.
-- For get_event_totals, get_event_series and get_dimension, which ask here when slices know what the filters ask
-- (has_slice_settings) and nobody wants bots. People, sessions and all else are what those say they are.

-- Of partly used slices raw rows: when a session's rows came is not known there.
create function public.add_parts_to_gaps(p_gaps int8multirange, p_parts integer[], p_from bigint, p_to bigint)
returns int8multirange
language sql
stable
security invoker
set search_path = ''
as $$
  select p_gaps + coalesce(range_agg(int8range(slice.start_ms, slice.end_ms) * int8range(p_from, greatest(p_to, p_from))), '{}')
  from public.slices as slice
  where slice.id = any (p_parts)
$$;
comment on function public.add_parts_to_gaps is 'What raw rows answer when slices are read whole or not at all.';
revoke execute on function public.add_parts_to_gaps from public, anon, authenticated;
grant execute on function public.add_parts_to_gaps to service_role;

create function public.get_filtered_totals(
  p_project_id integer,
  p_from       bigint,
  p_to         bigint,
  p_filters    jsonb
)
returns table (events bigint, pageviews bigint, people bigint, sessions bigint, conversions bigint)
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set enable_mergejoin = off
set enable_sort = off
set random_page_cost = 1.1 -- as in get_dimension
set jit = off
set work_mem = '64MB'
as $$
declare
  v_columns constant jsonb := coalesce(p_filters, '{}') - 'segment' - 'now';
  v_plan    record;
  v_member  record;
  v_known   text := public.build_person(p_project_id, true);
begin
  select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
  select * into v_member from public.build_member_test(p_project_id, p_filters, 'r.person');
  return query execute format(
    $query$
      with
      %1$s
      -- of each session in each whole slice what passes, visit 0 for rows without one
      visit as materialized (
        select r.slice_id, r.person, r.visit, sum(r.row_count) as row_count, sum(r.view_count) as view_count
        from (%2$s) as r
        where %3$s
        group by r.slice_id, r.person, r.visit
      ),
      -- all rows: a session goes on by those that do not pass as well
      gap as materialized (
        select r.*, coalesce(r.is_match and %3$s, false) as passes
        from (%4$s) as r
      ),
      loose as materialized (
        select
          held.slice_id, unnest(held.loose_people) as person, unnest(held.loose_visits) as visit,
          slice.start_ms + unnest(held.loose_starts) as start_ms, slice.start_ms + unnest(held.loose_ends) as end_ms,
          unnest(held.loose_keys) as key
        from public.slices as slice
        inner join public.slice_settings as held on held.slice_id = slice.id
        where slice.id = any (%5$L::integer[])
      ),
      -- sessions that reach over the end of a slice, in pieces
      known as materialized (
        select l.key, l.start_ms, l.end_ms, v.slice_id is not null as passes
        from loose as l
        left join visit as v on v.slice_id = l.slice_id and v.person = l.person and v.visit = l.visit
      ),
      piece as (
        select k.key, k.start_ms, k.end_ms, k.passes from known as k
        union all
        select g.key, g.timestamp, g.timestamp, g.passes
        from gap as g
        where g.key is not null
      ),
      turn as (
        select
          p.key, p.start_ms, p.passes,
          coalesce(p.start_ms - lag(p.end_ms) over (partition by p.key order by p.start_ms, p.end_ms) > 1800000, true) as is_first
        from piece as p
      ),
      joined as (
        select count(*) as sessions
        from (
          select t.key, t.turn
          from (
            select
              t.key, t.passes,
              count(*) filter (where t.is_first) over (
                partition by t.key order by t.start_ms, t.is_first desc rows unbounded preceding
              ) as turn
            from turn as t
          ) as t
          group by t.key, t.turn
          having bool_or(t.passes)
        ) as s
      )
      select
        (t.events + g.events)::bigint, (t.views + g.views)::bigint,
        (
          select count(*)
          from (
            select v.person::bigint as person from visit as v where v.person >= 0
            union
            select g.person from gap as g where g.passes and g.person is not null
          ) as p
        ),
        t.sessions - (select count(*) from known as k where k.passes) + (select j.sessions from joined as j),
        (select count(*) from (%6$s) as r where %3$s)
      from (
        select
          coalesce(sum(v.row_count), 0) as events, coalesce(sum(v.view_count), 0) as views,
          count(*) filter (where v.visit > 0) as sessions
        from visit as v
      ) as t
      cross join (
        select count(*) filter (where g.passes) as events, count(*) filter (where g.passes and g.is_view) as views from gap as g
      ) as g
    $query$,
    v_member.tables,
    case
      when coalesce(v_columns ->> 'event', v_columns ->> 'route') is not null then format(
        'select h.slice_id, h.person, h.visit, 1 as row_count, (h.event = ''$pageview'')::integer as view_count from (%s) as h',
        public.build_slice_rows(v_plan.wholes, v_columns, '{visit}', 'not e.is_conversion', '0')
      )
      else public.build_slice_shares(v_plan.wholes, v_columns)
    end,
    v_member.test,
    public.build_gap_rows(
      p_project_id, public.add_parts_to_gaps(v_plan.gaps, v_plan.parts, p_from, p_to), 'person_events',
      format(
        '%s as person, e.timestamp, e.event = ''$pageview'' as is_view, hashtextextended(e.session_id, e.person_id) as key, %s as is_match',
        v_known, public.build_filter(p_project_id, v_columns)
      ),
      'e.bot_reasons is null'
    ),
    v_plan.wholes,
    public.build_gap_rows(
      p_project_id, v_plan.gaps, 'person_conversions', v_known || ' as person',
      'e.bot_reasons is null and ' || public.build_filter(p_project_id, v_columns - 'event')
    ) || coalesce(
      (
        select string_agg(
          format(
            ' union all select nullif(h.person, -1)::bigint from (%s) as h',
            public.build_slice_rows(source.ids, v_columns - 'event', '{}', 'e.is_conversion', '0', source.from_ms, source.to_ms)
          ),
          ''
        )
        from (values (v_plan.wholes, null, null), (v_plan.parts, p_from, p_to)) as source (ids, from_ms, to_ms)
      ),
      ''
    )
  );
end
$$;
comment on function public.get_filtered_totals is 'get_event_totals under filters that slices know, and a segment.';
revoke execute on function public.get_filtered_totals from public, anon, authenticated;
grant execute on function public.get_filtered_totals to service_role;

-- (position, events, people) of the intervals of p_bounds in which anything is.
create function public.build_filtered_series(p_project_id integer, p_bounds bigint[], p_filters jsonb)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_from    constant bigint := p_bounds[1];
  v_to      constant bigint := p_bounds[cardinality(p_bounds)];
  v_columns constant jsonb := coalesce(p_filters, '{}') - 'segment' - 'now';
  v_plan    record;
  v_member  record;
begin
  select * into v_plan from public.get_slice_plan(p_project_id, v_from, v_to, p_bounds);
  select * into v_member from public.build_member_test(p_project_id, p_filters, 'r.person');
  return format(
    $query$
      with
      %1$s
      share as (
        select width_bucket(r.start_ms, %2$L::bigint[]) as position, r.person::bigint as person, r.row_count
        from (%3$s) as r
        where %4$s
        union all
        select width_bucket(r.start_ms + r.offset_ms, %2$L::bigint[]), r.person, 1
        from (%5$s) as r
        where %4$s
        union all
        select width_bucket(r.timestamp, %2$L::bigint[]), coalesce(r.person, -1), 1
        from (%6$s) as r
        where %4$s
      )
      select p.position, sum(p.row_count) as events, count(*) filter (where p.person <> -1) as people
      from (
        select s.position, s.person, sum(s.row_count) as row_count from share as s group by s.position, s.person
      ) as p
      group by p.position
    $query$,
    v_member.tables, p_bounds,
    case
      when coalesce(v_columns ->> 'event', v_columns ->> 'route') is not null then format(
        'select h.start_ms, h.person, 1 as row_count from (%s) as h',
        public.build_slice_rows(v_plan.wholes, v_columns, '{}', 'not e.is_conversion', '0')
      )
      else public.build_slice_shares(v_plan.wholes, v_columns)
    end,
    v_member.test,
    public.build_slice_rows(v_plan.parts, v_columns, '{}', 'not e.is_conversion', '0', v_from, v_to),
    public.build_gap_rows(
      p_project_id, v_plan.gaps, 'person_events',
      public.build_person(p_project_id, true) || ' as person, e.timestamp',
      'e.bot_reasons is null and ' || public.build_filter(p_project_id, v_columns)
    )
  );
end
$$;
comment on function public.build_filtered_series is 'The SQL query of (position, events, people) of get_event_series under filters that slices know, and a segment.';
revoke execute on function public.build_filtered_series from public, anon, authenticated;
grant execute on function public.build_filtered_series to service_role;

-- get_dimension for events and pages, which rows know, and for any other dimension where neither event nor route is filtered by:
-- with which setting a session begins is known, with which row it is not.
create function public.get_filtered_dimension(
  p_project_id integer,
  p_from       bigint,
  p_to         bigint,
  p_dim        text,
  p_filters    jsonb,
  p_own_hosts  text[]
)
returns table (value text, row_count bigint, people bigint, sessions bigint)
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set enable_mergejoin = off
set enable_hashagg = off
set random_page_cost = 1.1 -- as in get_dimension
set jit = off
set work_mem = '64MB'
as $$
#variable_conflict use_column
declare
  v_columns constant jsonb := coalesce(p_filters, '{}') - 'segment' - 'now';
  v_is_row  constant boolean := p_dim in ('event', 'page');
  v_what    constant text := case p_dim when 'page' then 'e.event = ''$pageview'' and e.route is not null' else 'true' end;
  v_value   constant text := case p_dim
    when 'event' then 'e.event'
    when 'page' then 'e.route'
    when 'referrer' then 'public.to_referrer_host(e.referrer)'
    else format('nullif(e.%I, '''')', p_dim)
  end;
  v_name    constant text := case p_dim
    when 'referrer' then format('case when k.value = any (%L::text[]) then null else k.value end', p_own_hosts)
    else 'k.value'
  end;
  v_known   constant text := public.build_person(p_project_id, true);
  v_filter  constant text := public.build_filter(p_project_id, v_columns);
  v_plan    record;
  v_member  record;
  v_gaps    int8multirange;
  v_names   text[];
  v_place   text;
begin
  select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
  select * into v_member from public.build_member_test(p_project_id, p_filters, 'r.person');
  v_gaps := case when v_is_row then v_plan.gaps else public.add_parts_to_gaps(v_plan.gaps, v_plan.parts, p_from, p_to) end;
  if v_is_row then
    execute format(
      'select coalesce(array_agg(k.value order by k.value collate "C"), ''{}'')
       from (
         select distinct %s as value from public.slice_events as e where e.slice_id = any ($1) and not e.is_conversion and %s
       ) as k',
      v_value, v_what
    )
    into v_names
    using v_plan.wholes || v_plan.parts;
    -- the place in an ascending list
    v_place := format('width_bucket(%s collate "C", %L::text[])', v_value, v_names);
  end if;
  return query execute format(
    $query$
      with
      %1$s
      gap as materialized (
        select %2$s as value, k.person, k.row_count, k.session_count
        from (
          select r.value, r.person, 1 as row_count, 0 as session_count from (%3$s) as r where %4$s
          union all
          select r.value, r.person, 0, 1 from (%5$s) as r where r.passes and %4$s
        ) as k
      ),
      -- values by number: hashing the texts of millions of rows takes longer than all else
      %6$s,
      -- what whole slices do not say
      other as materialized (
        select
          -- who has no number is not there
          case when s.person between 0 and 2147483646 then (s.code::bigint << 32) + s.person + 1 end as key,
          s.code, s.person, s.row_count, s.session_count
        from (
          select s.code, s.person, sum(s.row_count) as row_count, sum(s.session_count) as session_count
          from (
            select n.code, coalesce(g.person, -1) as person, g.row_count, g.session_count
            from gap as g
            inner join named as n on coalesce(n.value, '') = coalesce(g.value, '')
            union all
            select r.code, r.person, 1, 0 from (%9$s) as r where %4$s
          ) as s
          group by s.code, s.person
        ) as s
      ),
      -- value and person as one number: sorting by it takes half as long as hashing both
      tally as (
        select
          (r.code::bigint << 32) + r.person + 1 as key, sum(r.row_count)::integer as row_count,
          sum(r.session_count)::integer as session_count
        from (%7$s) as r
        where %4$s
        group by 1
      ),
      counted as (
        select
          t.key >> 32 as code, sum(t.row_count) as row_count, sum(t.session_count) as sessions,
          count(*) filter (where t.key & 4294967295 <> 0 and coalesce(o.row_count, 0) = 0) as people
        from tally as t
        left join other as o on o.key = t.key
        group by 1
        union all
        select o.code, sum(o.row_count), sum(o.session_count), count(*) filter (where o.person <> -1 and o.row_count > 0)
        from other as o
        group by o.code
      )
      select
        n.value, t.row_count::bigint, t.people::bigint, case when not %8$L::boolean then t.sessions::bigint end
      from (
        select c.code, sum(c.row_count) as row_count, sum(c.people) as people, sum(c.sessions) as sessions
        from counted as c
        group by c.code
      ) as t
      inner join named as n on n.code = t.code
      where t.row_count > 0
      order by 3 desc, 2 desc, n.value collate "C" nulls last
    $query$,
    v_member.tables, v_name,
    public.build_gap_rows(
      p_project_id, v_gaps, 'person_events', format('%s as value, %s as person', v_value, v_known),
      format('e.bot_reasons is null and %s and %s', v_what, v_filter)
    ),
    v_member.test,
    coalesce(
      (
        -- of events and pages nobody asks what began with them
        select string_agg(
          public.build_session_starts(
            p_project_id, lower(gap.span), upper(gap.span),
            format(', %s as value, %s as person, %s as passes', v_value, v_known, v_filter), false
          ),
          ' union all '
        )
        from unnest(v_gaps) as gap (span)
        where not v_is_row
      ),
      'select null::bigint as timestamp, null::bigint as idle_ms, null::text as value, null::bigint as person, false as passes'
    ),
    case
      when v_is_row then format(
        $named$
          named as materialized (
            select held.value, held.code::integer as code from unnest(%1$L::text[]) with ordinality as held (value, code)
            union all
            select fresh.value, (cardinality(%1$L::text[]) + row_number() over ())::integer
            from (
              select distinct g.value
              from gap as g
              where g.value not in (select each.name from unnest(%1$L::text[]) as each (name))
            ) as fresh
          )
        $named$,
        v_names
      )
      else format(
        $named$
          kind as materialized (
            select k.slice_id, k.setting, %1$s as value
            from (
              select e.slice_id, e.setting, %2$s as value
              from (
                select
                  held.slice_id, generate_subscripts(held.device, 1) - 1 as setting, unnest(held.device) as device,
                  unnest(held.browser) as browser, unnest(held.os) as os, unnest(held.country) as country,
                  unnest(held.referrer) as referrer, unnest(held.utm_source) as utm_source,
                  unnest(held.utm_medium) as utm_medium, unnest(held.utm_campaign) as utm_campaign
                from public.slice_settings as held
                where held.slice_id = any (%3$L::integer[])
              ) as e
              where %4$s
            ) as k
          ),
          named as materialized (
            select n.value, (row_number() over ())::integer as code
            from (select k.value from kind as k union select g.value from gap as g) as n
          ),
          coded as materialized (
            select k.slice_id, k.setting, n.code
            from kind as k
            inner join named as n on coalesce(n.value, '') = coalesce(k.value, '')
          )
        $named$,
        v_name, case p_dim when 'referrer' then 'e.referrer' else v_value end, v_plan.wholes,
        public.build_setting_filter(v_columns)
      )
    end,
    case
      when v_is_row then format(
        'select h.mask as code, h.person, 1 as row_count, 0 as session_count from (%s) as h',
        public.build_slice_rows(v_plan.wholes, v_columns, '{}', 'not e.is_conversion and ' || v_what, v_place)
      )
      else format(
        $share$
          select c.code, s.person, s.row_count, s.session_count
          from (
            select
              held.slice_id, unnest(held.settings) as setting, unnest(held.people) as person,
              unnest(held.row_counts) as row_count, unnest(held.start_counts) as session_count
            from public.slice_settings as held
            where held.slice_id = any (%L::integer[])
          ) as s
          inner join coded as c on c.slice_id = s.slice_id and c.setting = s.setting
        $share$,
        v_plan.wholes
      )
    end,
    v_is_row,
    case
      when v_is_row then format(
        'select h.mask as code, h.person from (%s) as h',
        public.build_slice_rows(v_plan.parts, v_columns, '{}', 'not e.is_conversion and ' || v_what, v_place, p_from, p_to)
      )
      else 'select 0 as code, 0 as person where false'
    end
  );
end
$$;
comment on function public.get_filtered_dimension is 'get_dimension under filters that slices know, and a segment.';
revoke execute on function public.get_filtered_dimension from public, anon, authenticated;
grant execute on function public.get_filtered_dimension to service_role;

-- Whether get_filtered_dimension may be asked.
create function public.has_slice_dimension(p_dim text, p_filters jsonb)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select public.has_slice_settings(p_filters)
    and (
      p_dim in ('event', 'page')
      or (coalesce(p_filters -> 'event', 'null') = 'null' and coalesce(p_filters -> 'route', 'null') = 'null')
    )
$$;
comment on function public.has_slice_dimension is 'Whether slices know the dimension under the filters.';
revoke execute on function public.has_slice_dimension from public, anon, authenticated;
grant execute on function public.has_slice_dimension to service_role;
