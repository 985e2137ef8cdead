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
-- columns after the properties, with their 20 most frequent scalar values. '*' is any event.
create function public.get_event_properties(p_project_id integer, p_event text, p_from bigint, p_sample integer default 2000)
returns jsonb
language sql stable security invoker set search_path = '' set statement_timeout = '10s'
as $$
  with
  sample as materialized (
    select
      e.properties, e.route, e.device, e.browser, e.os, e.country, e.referrer, e.release,
      e.utm_source, e.utm_medium, e.utm_campaign, e.utm_term, e.utm_content
    from public.person_events as e
    where
      e.project_id = p_project_id and e.timestamp >= p_from and (p_event = '*' or e.event = p_event)
      and e.bot_reasons is null
    limit p_sample
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
$$;
comment on function public.get_event_properties is 'Property keys and columns of a sample of an event''s rows with frequent values.';
revoke execute on function public.get_event_properties from public, anon, authenticated;
grant execute on function public.get_event_properties to service_role;
