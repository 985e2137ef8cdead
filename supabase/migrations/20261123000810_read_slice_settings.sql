-- Purpose: rows and shares of slices under filters, as texts of queries.   Reversible: drop function.

-- Slices know hosts of referrers, not addresses; bots are in none. What remains to be asked of somebody else is p_filters -> 'segment'.
create function public.has_slice_settings(p_filters jsonb)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select not exists (
    select
    from jsonb_each(coalesce(p_filters, '{}')) as f
    where
      f.value <> 'null' and f.key not in ('segment', 'now')
      and (
        jsonb_typeof(f.value) <> 'string'
        or f.key not in ('event', 'route', 'device', 'country', 'browser', 'os', 'referrer', 'utm_source')
        or (f.key = 'referrer' and f.value #>> '{}' like '%://%')
      )
  )
$$;
comment on function public.has_slice_settings is 'Whether slices know which rows pass the filters, apart from the segment.';
revoke execute on function public.has_slice_settings from public, anon, authenticated;
grant execute on function public.has_slice_settings to service_role;

create function public.is_answered_by_settings(p_filters jsonb, p_include_bots boolean)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select not p_include_bots and public.has_slice_settings(p_filters) and exists (
    select from jsonb_each(coalesce(p_filters, '{}')) as f where f.value <> 'null' and f.key <> 'now'
  )
$$;
comment on function public.is_answered_by_settings is 'Whether there is a filter, and settings and a segment are all that is asked of slices.';
revoke execute on function public.is_answered_by_settings from public, anon, authenticated;
grant execute on function public.is_answered_by_settings to service_role;

create function public.build_setting_filter(p_filters jsonb)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select coalesce(string_agg(format('e.%I = %L', f.key, f.value #>> '{}'), ' and ' order by f.key), 'true')
  from jsonb_each(coalesce(p_filters, '{}')) as f
  where f.value <> 'null' and f.key not in ('segment', 'now', 'event', 'route')
$$;
comment on function public.build_setting_filter is 'The SQL condition on a setting (alias e) under which its rows pass the filters; ''true'' for none.';
revoke execute on function public.build_setting_filter from public, anon, authenticated;
grant execute on function public.build_setting_filter to service_role;

-- (slice_id integer, passing bit varying, place integer): bit n says whether rows of setting n pass, null when all do; place is that
-- of the route filtered by, -1 where no row has it. Slices without a setting that passes are left out.
create function public.build_passing_settings(p_slices integer[], p_filters jsonb)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select format(
    $query$
      select held.slice_id, tested.passing, coalesce(array_position(held.routes, %1$L), -1) as place
      from public.slice_settings as held
      cross join lateral (%2$s) as tested
      where held.slice_id = any (%3$L::integer[]) and coalesce(bit_count(tested.passing) > 0, true)
      offset 0
    $query$,
    p_filters ->> 'route',
    case when f.columns is null then 'select null::bit varying as passing' else format(
      $tested$
        -- in the order of the arrays: nothing stands between them and this aggregate
        select string_agg(case when %s then '1' else '0' end, '')::bit varying as passing
        from (select %s) as e
      $tested$,
      public.build_setting_filter(p_filters), f.columns
    ) end,
    p_slices
  )
  from (
    select string_agg(format('unnest(held.%1$I) as %1$I', each.key), ', ') as columns
    from jsonb_each(coalesce(p_filters, '{}')) as each
    where each.value <> 'null' and each.key not in ('segment', 'now', 'event', 'route')
  ) as f
$$;
comment on function public.build_passing_settings is 'The SQL query of (slice_id, passing, place): which settings of slices pass the filters.';
revoke execute on function public.build_passing_settings from public, anon, authenticated;
grant execute on function public.build_passing_settings to service_role;

-- Rows of slices that pass the filters (the segment apart): (slice_id, start_ms, event, route, mask, person) and what of offset_ms and
-- visit is wanted; rows under Global Privacy Control with person -1. Functions that return sets stand in the list of columns: in the from clause their rows
-- would be stored first, which takes ten times as long. A bit is compared by <>: of = the planner expects one row in 200, and then
-- compares each with each.
create function public.build_slice_rows(
  p_slices    integer[],
  p_filters   jsonb,
  p_wanted    text[],              -- offset_ms | visit: each array takes its time
  p_condition text,                -- on slice_events as e
  p_mask      text,                -- an expression of the same
  p_from      bigint default null, -- with p_to: ms, of parts
  p_to        bigint default null
)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_is_placed  boolean := coalesce(p_filters -> 'route', 'null') <> 'null';
  v_is_settled boolean := public.build_setting_filter(p_filters) = 'true';
begin
  if p_from is not null then
    p_wanted := p_wanted || '{offset_ms}';
  end if;
  return format(
    $query$
      select hit.*
      from (
        select
          held.slice_id, held.start_ms, held.event, held.route, held.mask, unnest(held.people) as person %1$s
        from (
          select
            slice.id as slice_id, slice.start_ms, %2$s as mask, e.event, e.route, e.people, e.offsets, e.settings, e.visits,
            e.places %3$s
          from public.slices as slice
          inner join public.slice_events as e on e.slice_id = slice.id
          %4$s
          where slice.id = any (%5$L::integer[]) and e.slice_id = any (%5$L::integer[]) and %6$s %7$s %8$s
          offset 0 -- else mask is computed for each row of the arrays
        ) as held
      ) as hit
      where true %9$s %10$s
    $query$,
    case when 'offset_ms' = any (p_wanted) then ', unnest(held.offsets) as offset_ms' else '' end
    || case when 'visit' = any (p_wanted) then ', unnest(held.visits) as visit' else '' end
    || case when v_is_settled then '' else ', held.passing, unnest(held.settings) as setting' end
    || case when v_is_placed then ', held.wanted, unnest(held.places) as place' else '' end,
    p_mask,
    case when v_is_settled and not v_is_placed then '' else ', tested.passing, tested.place as wanted' end,
    case when v_is_settled and not v_is_placed then '' else format(
      'inner join (%s) as tested on tested.slice_id = slice.id', public.build_passing_settings(p_slices, p_filters)
    ) end,
    p_slices, p_condition,
    case when coalesce(p_filters -> 'event', 'null') <> 'null' then format('and e.event = %L', p_filters ->> 'event') else '' end,
    case when v_is_placed then format('and (e.is_conversion or e.event <> ''$pageview'' or e.route = %L)', p_filters ->> 'route') else '' end,
    case when v_is_settled then '' else 'and get_bit(hit.passing, hit.setting) <> 0' end
    -- page views have no places: their route has passed already
    || case when v_is_placed then ' and coalesce(hit.place = hit.wanted, true)' else '' end,
    case when p_from is not null then format(
      'and hit.start_ms + hit.offset_ms >= %L::bigint and hit.start_ms + hit.offset_ms < %L::bigint', p_from, p_to
    ) else '' end
  );
end
$$;
comment on function public.build_slice_rows is 'The SQL query of the rows of slices that pass the filters.';
revoke execute on function public.build_slice_rows from public, anon, authenticated;
grant execute on function public.build_slice_rows to service_role;

-- Who did how much in which session of these slices, under filters on settings alone: (slice_id, start_ms, person, visit,
-- row_count, view_count). More than one for a session of several settings.
create function public.build_slice_shares(p_slices integer[], p_filters jsonb)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select format(
    $query$
      select share.slice_id, share.start_ms, share.person, share.visit, share.row_count, share.view_count
      from (
        select
          slice.id as slice_id, slice.start_ms, tested.passing, unnest(held.settings) as setting, unnest(held.people) as person,
          unnest(held.visits) as visit, unnest(held.row_counts) as row_count, unnest(held.view_counts) as view_count
        from public.slices as slice
        inner join public.slice_settings as held on held.slice_id = slice.id
        inner join (%1$s) as tested on tested.slice_id = slice.id
        where slice.id = any (%2$L::integer[]) and held.slice_id = any (%2$L::integer[])
      ) as share
      where %3$s
    $query$,
    public.build_passing_settings(p_slices, p_filters), p_slices,
    case when public.build_setting_filter(p_filters) = 'true' then 'true' else 'get_bit(share.passing, share.setting) <> 0' end
  )
$$;
comment on function public.build_slice_shares is 'The SQL query of who did how much in which session of slices, in settings that pass the filters.';
revoke execute on function public.build_slice_shares from public, anon, authenticated;
grant execute on function public.build_slice_shares to service_role;

-- A list of common table expressions for `with`, and a condition on people: who has a number is a bit, the others are looked for.
-- Without a segment nothing, and true.
create function public.build_member_test(
  p_project_id integer,
  p_filters    jsonb,
  p_person     text,    -- an expression: the number, else the person_id
  out tables   text,    -- ends with a comma
  out test     text
)
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  tables := '';
  test := 'true';
  if coalesce(p_filters -> 'segment', 'null') = 'null' then
    return;
  end if;
  tables := format(
    $tables$
      member as materialized (%s),
      member_set as materialized (
        select coalesce(string_agg(coalesce(m.people, 0::bit(32768))::text, '' order by place.chunk)::bit varying, '') as people
        from generate_series(0, (select max(k.chunk) from member as k)) as place (chunk)
        left join member as m on m.chunk = place.chunk
      ),
      member_size as materialized (
        select length(s.people) as size from member_set as s
      ),
    $tables$,
    public.build_segment_members(
      p_project_id, p_filters -> 'segment',
      coalesce((p_filters ->> 'now')::bigint, (extract(epoch from statement_timestamp()) * 1000)::bigint)
    )
  );
  test := format(
    $test$
      case
        when %1$s between 0 and 2147483646 then
          case when %1$s < (select s.size from member_size as s) then get_bit((select s.people from member_set as s), (%1$s)::integer) = 1 else false end
        else %1$s in (select m.stranger from member as m where m.chunk = -1)
      end
    $test$,
    p_person
  );
end
$$;
comment on function public.build_member_test is 'What a query needs to ask whether somebody is of the segment of the filters.';
revoke execute on function public.build_member_test from public, anon, authenticated;
grant execute on function public.build_member_test to service_role;
