-- Purpose: an event step as a condition on person_events, for funnels and retention.   Reversible: drop function.
-- The grammar is that of lib/contracts/step.ts: { event, where }. The text speaks of the alias e. Every name and value of
-- the step goes through a quoted literal; what is not of the grammar raises 22023.
--   event     a name, or * for any
--   where     all of: key → condition; $route and the like are columns, every other key is a property
--   condition a scalar is equality, strict in type (1 is not "1"; null is a property that is null, or a column without value);
--             not is its negation, so that it holds where the value is missing; gt gte lt lte compare numbers with numbers; in
--             is any of; contains is a part of a string, case-sensitive; exists asks for the key, whatever its value
create function public.build_step_condition(p_step jsonb)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_sql    text := case when p_step ->> 'event' = '*' then 'true' else format('e.event = %L', p_step ->> 'event') end;
  v_key    text;
  v_where  jsonb;
  v_op     text;
  v_value  jsonb;
  v_column text;
  v_left   text;
begin
  if jsonb_typeof(p_step -> 'event') is distinct from 'string' then
    raise exception 'a step needs the name of an event' using errcode = '22023';
  end if;
  for v_key, v_where in select w.key, w.value from jsonb_each(coalesce(p_step -> 'where', '{}')) as w loop
    if jsonb_typeof(v_where) = 'object' then
      select min(o.key), (array_agg(o.value))[1] into v_op, v_value from jsonb_each(v_where) as o having count(*) = 1;
    else
      v_op := 'eq';
      v_value := v_where;
    end if;
    v_column := case when v_key in (
      '$route', '$device', '$browser', '$os', '$country', '$referrer', '$release',
      '$utm_source', '$utm_medium', '$utm_campaign', '$utm_term', '$utm_content'
    ) then substr(v_key, 2) end;
    -- a column as the jsonb string it would be as a property, so that both obey one grammar; its absence is null
    v_left := case
      when v_column is null then format('(e.properties -> %L)', v_key)
      when v_op = 'exists' then format('e.%I', v_column)
      else format('coalesce(to_jsonb(e.%I), ''null'')', v_column)
    end;
    v_sql := v_sql || ' and ' || case
      -- the plain column, because an index or a partition's statistics may serve it
      when v_op = 'eq' and v_column is not null and jsonb_typeof(v_value) = 'string'
        then format('e.%I = %L', v_column, v_value #>> '{}')
      when v_op = 'eq' and jsonb_typeof(v_value) <> 'array' then format('%s = %L::jsonb', v_left, v_value)
      when v_op = 'not' and jsonb_typeof(v_value) not in ('array', 'object') then format('%s is distinct from %L::jsonb', v_left, v_value)
      when v_op in ('gt', 'gte', 'lt', 'lte') and jsonb_typeof(v_value) = 'number' then format(
        '(jsonb_typeof(%1$s) = ''number'' and %1$s %2$s %3$L::jsonb)',
        v_left, case v_op when 'gt' then '>' when 'gte' then '>=' when 'lt' then '<' else '<=' end, v_value
      )
      when v_op = 'in' and jsonb_typeof(v_value) = 'array'
        then format('%s in (select jsonb_array_elements(%L::jsonb))', v_left, v_value)
      when v_op = 'contains' and jsonb_typeof(v_value) = 'string'
        then format('(jsonb_typeof(%1$s) = ''string'' and strpos(%1$s #>> ''{}'', %2$L) > 0)', v_left, v_value #>> '{}')
      when v_op = 'exists' and v_value = 'true' then format('%s is not null', v_left)
      when v_op = 'exists' and v_value = 'false' then format('%s is null', v_left)
    end;
    if v_sql is null then
      raise exception 'unknown condition on %', v_key using errcode = '22023';
    end if;
  end loop;
  return '(' || v_sql || ')';
end
$$;

comment on function public.build_step_condition is
  'The SQL condition on person_events (alias e) under which a row matches an event step; names and values as quoted literals.';
revoke execute on function public.build_step_condition from public, anon, authenticated;
grant execute on function public.build_step_condition to service_role;
