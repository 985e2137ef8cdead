-- Purpose: the texts that every report about people is built from.   Reversible: drop function.
-- Each build_* gives the text of a condition or of a query, to be embedded with format('%s'). All values in it are quoted literals.

-- p_filters: { route, device, country, event, browser, os, utm_source } are exact matches; referrer is a whole address or a host
-- as the dimension of that name has them; segment is the
-- definition of a segment or the id of a saved one, now the instant (ms) at which it is asked, else the present. Other keys raise 22023: a filter that is
-- not understood must not widen the answer.
create function public.build_filter(p_project_id integer, p_filters jsonb)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_sql   text := '';
  v_key   text;
  v_value jsonb;
begin
  for v_key, v_value in
    select f.key, f.value
    from jsonb_each(coalesce(p_filters, '{}')) as f
    where f.value <> 'null' and f.key <> 'now'
    order by f.key
  loop
    if v_key = 'segment' and jsonb_typeof(v_value) in ('object', 'string') then
      v_sql := v_sql || format(
        ' and e.person_id in (select segment.person_id from (%s) as segment)',
        public.build_segment_people(
          p_project_id, v_value,
          coalesce((p_filters ->> 'now')::bigint, (extract(epoch from statement_timestamp()) * 1000)::bigint)
        )
      );
    elsif v_key = 'referrer' and jsonb_typeof(v_value) = 'string' and v_value #>> '{}' not like '%://%' then
      v_sql := v_sql || format(' and public.to_referrer_host(e.referrer) = %L', v_value #>> '{}');
    elsif v_key in ('route', 'device', 'country', 'event', 'browser', 'os', 'referrer', 'utm_source')
      and jsonb_typeof(v_value) = 'string'
    then
      v_sql := v_sql || format(' and e.%I = %L', v_key, v_value #>> '{}');
    else
      raise exception 'unknown filter %', v_key using errcode = '22023';
    end if;
  end loop;
  return case when v_sql = '' then 'true' else '(' || substr(v_sql, 6) || ')' end;
end
$$;

comment on function public.build_filter is
  'The SQL condition on person_events (alias e) under which a row passes the filters; ''true'' for none.';
revoke execute on function public.build_filter from public, anon, authenticated;
grant execute on function public.build_filter to service_role;

-- One row per stored row that matches at least one step: (person bigint, timestamp bigint, mask integer), bit k - 1 of mask
-- says that it matches step k. person means something within one statement only (get_person_ids gives the person_id).
-- Rows without a person are left out.
create function public.build_step_hits(
  p_project_id   integer,
  p_from         bigint,                  -- ms, inclusive
  p_to           bigint,                  -- ms, exclusive
  p_steps        jsonb,                   -- 1..30 steps, as lib/contracts/step.ts
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_names text[] := (select array_agg(distinct s ->> 'event') from jsonb_array_elements(p_steps) as s);
begin
  if jsonb_array_length(p_steps) not between 1 and 30 then
    raise exception 'expected 1 to 30 steps, got %', jsonb_array_length(p_steps) using errcode = '22023';
  end if;
  return format(
    $query$
      select h.person, h.timestamp, h.mask
      from (
        select e.person_id as person, e.timestamp, %1$s as mask
        from public.person_events as e
        where
          e.project_id = %2$L::integer
          and e.timestamp >= %3$L::bigint
          and e.timestamp < %4$L::bigint
          and e.person_id is not null
          and %5$s
          and %6$s
          and %7$s
      ) as h
      where h.mask <> 0
    $query$,
    (select string_agg(
       format('case when %s then %s else 0 end', public.build_step_condition(s.step), 1 << (s.position::integer - 1)), ' | ')
     from jsonb_array_elements(p_steps) with ordinality as s (step, position)),
    p_project_id, p_from, p_to,
    case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
    case when '*' = any (v_names) then 'true' else format('e.event = any (%L::text[])', v_names) end,
    public.build_filter(p_project_id, p_filters)
  );
end
$$;

comment on function public.build_step_hits is
  'The SQL query of (person, timestamp, mask): rows of [p_from, p_to) that match steps, bit k - 1 of mask for step k.';
revoke execute on function public.build_step_hits from public, anon, authenticated;
grant execute on function public.build_step_hits to service_role;

-- Distinct people as bit strings: (step integer, position integer, chunk integer, people bit(8192)). The person of number n with a
-- row that matches step s in [p_bounds[position], p_bounds[position + 1]) is bit n & 8191 of chunk n >> 13. Numbers mean
-- something within one query only. Steps and positions count from 1; no row where nobody is.
create function public.build_people_bits(
  p_project_id   integer,
  p_bounds       bigint[],                -- ms, ascending, two or more
  p_steps        jsonb,                   -- 1..30 steps, as lib/contracts/step.ts
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return format(
    $query$
      with
      hit as materialized (
        select distinct h.person, width_bucket(h.timestamp, %1$L::bigint[]) as position, h.mask
        from (%2$s) as h
      ),
      numbered as (
        select p.person, (row_number() over () - 1)::integer as number
        from (select distinct h.person from hit as h) as p
      )
      select
        s.step, h.position, n.number >> 13 as chunk, bit_or('1'::bit(8192) >> (n.number & 8191)) as people
      from hit as h
      inner join numbered as n on n.person = h.person
      inner join generate_series(1, %3$L::integer) as s (step) on h.mask & (1 << (s.step - 1)) <> 0
      group by s.step, h.position, n.number >> 13
    $query$,
    p_bounds,
    public.build_step_hits(
      p_project_id, p_bounds[1], p_bounds[cardinality(p_bounds)], p_steps, p_filters, p_include_bots
    ),
    jsonb_array_length(p_steps)
  );
end
$$;

comment on function public.build_people_bits is
  'The SQL query of (step, position, chunk, people): distinct people per step and interval as bit strings of 8192 numbers.';
revoke execute on function public.build_people_bits from public, anon, authenticated;
grant execute on function public.build_people_bits to service_role;

-- Whom `person` of build_step_hits means.
create function public.get_person_ids(p_project_id integer, p_people bigint[])
returns table (person bigint, person_id bigint)
language sql
stable
security invoker
set search_path = ''
as $$
  select p.person, p.person from unnest(p_people) as p (person)
$$;

comment on function public.get_person_ids is 'The person_id behind each person of build_step_hits, in the same statement.';
revoke execute on function public.get_person_ids from public, anon, authenticated;
grant execute on function public.get_person_ids to service_role;
