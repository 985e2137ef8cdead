-- Purpose: help people say what they look for: names of events, and what conditions on them could say.   Reversible: drop functions.

-- Names that hold p_search, whatever its case; those that begin with it first, then by rows. Bots are left out.
create function public.get_event_names(p_project_id integer, p_search text default '', p_limit integer default 50)
returns table (event text, row_count bigint)
language sql stable security invoker set search_path = '' set statement_timeout = '10s'
as $$
  select c.name, sum(c.row_count)::bigint as row_count
  from (
    select e.name, e.row_count from public.event_counts as e
    where e.project_id = p_project_id and e.kind = 'event' and not e.bot
    union all
    select d.name, d.row_count from public.event_count_deltas as d
    where d.project_id = p_project_id and d.kind = 'event' and not d.bot
  ) as c
  where strpos(lower(c.name), lower(p_search)) > 0
  group by c.name
  having sum(c.row_count) > 0
  order by starts_with(lower(c.name), lower(p_search)) desc, 2 desc, c.name
  limit p_limit
$$;
comment on function public.get_event_names is 'Event names of a project that hold a text, with the rows ever counted.';
revoke execute on function public.get_event_names from public, anon, authenticated;
grant execute on function public.get_event_names to service_role;

-- { sampleCount, items: [{ key, values }] }: property keys and columns of at most p_sample rows of an event since p_from, the
-- columns after the properties, with their 20 most frequent scalar values. '*' is any event. Of an event slices know the instants, and
-- the primary key leads there: without them a rare name is looked for in all rows.
create function public.get_event_properties(p_project_id integer, p_event text, p_from bigint, p_sample integer default 2000)
returns jsonb
language plpgsql stable security invoker set search_path = '' set statement_timeout = '10s' set jit = off
as $$
declare
  c_end    constant bigint := 253402300800000;
  v_plan   record;
  v_slice  record;
  v_times  bigint[] := '{}';
  v_gaps   int8multirange := int8multirange(int8range(p_from, c_end));
  v_answer jsonb;
  c_columns constant text := 'e.properties, e.route, e.device, e.browser, e.os, e.country, e.referrer, e.release,
    e.utm_source, e.utm_medium, e.utm_campaign, e.utm_term, e.utm_content';
begin
  if p_event <> '*' then
    select * into v_plan from public.get_slice_plan(p_project_id, p_from, c_end, array[p_from, c_end]);
    v_gaps := v_plan.gaps;
    for v_slice in
      select slice.id, slice.start_ms from public.slices as slice
      where slice.id = any (v_plan.wholes || v_plan.parts)
      order by slice.start_ms desc
    loop
      v_times := v_times || array(
        select v_slice.start_ms + hit.offset_ms
        from public.slice_events as held
        cross join lateral unnest(held.offsets) as hit (offset_ms)
        where
          held.slice_id = v_slice.id and not held.is_conversion and held.event = p_event
          and v_slice.start_ms + hit.offset_ms >= p_from
        limit p_sample
      );
      exit when cardinality(v_times) >= p_sample;
    end loop;
  end if;
  execute format(
    $query$
      with
      sample as materialized (
        select r.*
        from (
          %s
          union all
          select %s
          from public.person_events as e
          where e.project_id = $1 and e.timestamp = any ($2) and e.event = $3 and e.bot_reasons is null
        ) as r
        limit $4
      ),
      entry as (
        select p.key, p.value, false as is_column
        from sample as s
        cross join lateral jsonb_each(case jsonb_typeof(s.properties) when 'object' then s.properties else '{}' end) as p
        where jsonb_typeof(p.value) in ('string', 'number', 'boolean') and length(p.value::text) <= 200
        union all
        select '$' || c.key, c.value, true
        from sample as s
        cross join lateral jsonb_each(to_jsonb(s) - 'properties') as c
        where jsonb_typeof(c.value) = 'string' and length(c.value::text) <= 200
      ),
      counted as (
        select n.key, n.value, n.is_column, count(*) as row_count from entry as n group by n.key, n.value, n.is_column
      ),
      ranked as (
        select c.*, row_number() over (partition by c.key order by c.row_count desc, c.value) as place,
          sum(c.row_count) over (partition by c.key) as key_count
        from counted as c
      ),
      item as (
        select r.key, r.is_column, max(r.key_count) as key_count, jsonb_agg(r.value order by r.place) as suggestions
        from ranked as r
        where r.place <= 20
        group by r.key, r.is_column
        order by r.is_column, 3 desc, r.key
        limit 100
      )
      select jsonb_build_object(
        'sampleCount', (select count(*) from sample as s),
        'items', coalesce(
          (select jsonb_agg(jsonb_build_object('key', i.key, 'values', i.suggestions) order by i.is_column, i.key_count desc, i.key)
           from item as i), '[]'
        )
      )
    $query$,
    public.build_gap_rows(
      p_project_id, v_gaps, 'person_events', c_columns,
      'e.bot_reasons is null' || case when p_event <> '*' then format(' and e.event = %L', p_event) else '' end
    ),
    c_columns
  )
  into v_answer
  using p_project_id, v_times, p_event, p_sample;
  return v_answer;
end
$$;
comment on function public.get_event_properties is 'Property keys and columns of a sample of an event''s rows with frequent values.';
revoke execute on function public.get_event_properties from public, anon, authenticated;
grant execute on function public.get_event_properties to service_role;
