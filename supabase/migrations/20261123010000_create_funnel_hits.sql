-- Purpose: the rows that a funnel looks at, as the text of a query.   Reversible: drop functions.
--
-- p_definition is the funnel, as lib/database/funnels.ts sends it:
--   order        ordered | strict | unordered
--   windowMs     > 0
--   unit         person | session
--   steps        1..20 steps, as lib/contracts/step.ts
--   exclusions   0..10 steps with fromStep and toStep
--   breakdown    null, or a key: a column by $ and its name, else a property
--   conversions  null, or the name of a funnel whose steps are the rows of conversions
--   revenue      true when revenue and currency of the rows are wanted

-- What a row is worth to a funnel: bit k - 1 of mask is set when it matches step k, bit n + i - 1 when it matches exclusion i.
create function public.build_funnel_mask(p_definition jsonb)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return (
    select string_agg(
      format(
        'case when %s then %s else 0 end',
        case
          when jsonb_typeof(p_definition -> 'conversions') is distinct from 'string' then public.build_step_condition(s.step)
          when s.step ->> 'event' = '*' then 'true'
          else format('e.step = %L', s.step ->> 'event')
        end,
        1 << (s.position::integer - 1)
      ),
      ' | '
    )
    from jsonb_array_elements(p_definition -> 'steps' || coalesce(p_definition -> 'exclusions', '[]'))
      with ordinality as s (step, position)
  );
end
$$;

comment on function public.build_funnel_mask is
  'The SQL expression of the steps and exclusions of a funnel that a row (alias e) matches, one bit each.';
revoke execute on function public.build_funnel_mask from public, anon, authenticated;
grant execute on function public.build_funnel_mask to service_role;

-- From raw rows, with everything that a funnel may want of them: (unit bigint, person bigint, timestamp bigint, mask integer,
-- id uuid, event text, value jsonb, revenue numeric, currency text). unit is whose steps belong together: the person, or a number
-- of the session; person is the person_id. Rows that match nothing are there in strict funnels only, where they stand between.
create function public.build_funnel_rows(
  p_project_id   integer,
  p_from         bigint,    -- ms, inclusive
  p_to           bigint,    -- ms, exclusive
  p_definition   jsonb,
  p_filters      jsonb,
  p_include_bots boolean,
  p_person_id    bigint default null    -- of this person only
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_funnel  text := p_definition ->> 'conversions';
  v_key     text := p_definition ->> 'breakdown';
  v_strict  boolean := p_definition ->> 'order' = 'strict';
  v_session boolean := p_definition ->> 'unit' = 'session';
  v_names   text[] := (
    select array_agg(distinct s ->> 'event')
    from jsonb_array_elements(p_definition -> 'steps' || coalesce(p_definition -> 'exclusions', '[]')) as s
  );
  v_filter  text := public.build_filter(p_project_id, p_filters);
  v_value   text := 'null::jsonb';
  v_revenue text := 'null::numeric as revenue, null::text as currency';
  v_join    text := '';
  v_rows    text;
begin
  if v_key is not null then
    v_value := case
      when v_key in (
        '$route', '$device', '$browser', '$os', '$country', '$referrer', '$release',
        '$utm_source', '$utm_medium', '$utm_campaign', '$utm_term', '$utm_content'
      ) then format('coalesce(to_jsonb(e.%I), ''null'')', substr(v_key, 2))
      else format('coalesce(e.properties -> %L, ''null'')', v_key)
    end;
  end if;
  if (p_definition ->> 'revenue')::boolean and v_funnel is null then
    v_revenue := 'r.revenue, r.currency';
    v_join := 'left join lateral public.to_revenue(e.properties) as r on true';
  end if;
  v_rows := format(
    $query$
      select
        %1$s, e.person_id as person, e.timestamp, %2$s as mask, e.id, %3$s as event, %4$s as value, %5$s, %6$s as is_seen
      from %7$s as e
      %8$s
      where
        e.project_id = %9$L::integer
        and e.timestamp >= %10$L::bigint
        and e.timestamp < %11$L::bigint
        and e.person_id is not null
        and %12$s
        and %13$s
    $query$,
    case
      -- A session goes on while no more than 30 minutes pass between two rows, whatever the filters make of them.
      when v_session then
        'e.actor_id, coalesce(e.session_id, '''') as session_id,
         case when e.timestamp - lag(e.timestamp) over (
           partition by e.actor_id, coalesce(e.session_id, '''') order by e.timestamp, e.id
         ) <= 1800000 then 0 else 1 end as is_first'
      else 'e.person_id as unit'
    end,
    public.build_funnel_mask(p_definition),
    case when v_funnel is null then 'e.event' else 'e.step' end,
    v_value,
    v_revenue,
    case when v_session then v_filter else 'true' end,
    case when v_funnel is null then 'public.person_events' else 'public.person_conversions' end,
    v_join,
    p_project_id, p_from, p_to,
    case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
    concat_ws(
      ' and ',
      case when not v_session then v_filter else 'true' end,
      case when v_funnel is not null then format('e.funnel = %L', v_funnel) end,
      case when v_funnel is null and not v_strict and not v_session and not '*' = any (v_names)
        then format('e.event = any (%L::text[])', v_names) end,
      case when p_person_id is not null then format('e.person_id = %L::bigint', p_person_id) end
    )
  );
  if v_session then
    v_rows := format(
      'select
         sum(s.is_first) over (order by s.actor_id, s.session_id, s.timestamp, s.id rows unbounded preceding)::bigint as unit,
         s.person, s.timestamp, s.mask, s.id, s.event, s.value, s.revenue, s.currency, s.is_seen
       from (%s) as s',
      v_rows
    );
  end if;
  return format(
    'select r.unit, r.person, r.timestamp, r.mask, r.id, r.event, r.value, r.revenue, r.currency from (%s) as r where r.is_seen%s',
    v_rows, case when v_strict then '' else ' and r.mask <> 0' end
  );
end
$$;

comment on function public.build_funnel_rows is
  'The SQL query of the rows that a funnel looks at, with unit, person, mask, breakdown value and revenue.';
revoke execute on function public.build_funnel_rows from public, anon, authenticated;
grant execute on function public.build_funnel_rows to service_role;

-- Whether build_funnel_hits gives persons of build_step_hits, whose person_id is asked of get_person_ids. Of the others it is
-- the person itself.
create function public.has_numbered_people(p_definition jsonb)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select
    p_definition ->> 'order' <> 'strict' and p_definition ->> 'unit' = 'person' and p_definition ->> 'conversions' is null
$$;

comment on function public.has_numbered_people is 'Whether the hits of this funnel come from build_step_hits.';
revoke execute on function public.has_numbered_people from public, anon, authenticated;
grant execute on function public.has_numbered_people to service_role;

-- Whether slices know all that is asked, with nothing to filter.
create function public.is_streamed(p_steps jsonb, p_filters jsonb, p_include_bots boolean)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select
    not p_include_bots
    and not exists (select from jsonb_each(coalesce(p_filters, '{}')) as f where f.value <> 'null' and f.key <> 'now')
    and (select bool_and(public.is_slice_step(s)) from jsonb_array_elements(p_steps) as s)
$$;

comment on function public.is_streamed is 'Whether the hits of these steps are in the slices as they are.';
revoke execute on function public.is_streamed from public, anon, authenticated;
grant execute on function public.is_streamed to service_role;

-- The hits that slices hold (wholes and parts as get_slice_plan gives them), as a stream: a set-returning function in the list of
-- columns gives its rows away one by one, where one in the from clause is kept first; 2.4 million rows take 130 ms and not 420.
-- p_is_first: it is enough that of everybody the first hit is among them; of one step, that is.
create function public.build_slice_stream(
  p_from     bigint,
  p_to       bigint,
  p_steps    jsonb,
  p_wholes   integer[],
  p_parts    integer[],
  p_is_first boolean default false
)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select string_agg(
    format(
      $query$
        select hit.person, hit.timestamp, hit.mask
        from (
          select unnest(e.people)::bigint as person, slice.start_ms + unnest(e.offsets) as timestamp, %1$s as mask
          from public.slices as slice
          inner join public.%2$I as e on e.slice_id = slice.id
          where slice.id = any (%3$L::integer[]) and %4$s
        ) as hit
        where hit.person >= 0 and %5$s
      $query$,
      case when source.relation = 'slice_events' then wanted.mask else '1' end,
      source.relation, source.ids,
      case when source.relation = 'slice_events'
        then format('not e.is_conversion and %s and %s <> 0', wanted.condition, wanted.mask)
        else 'true' end,
      source.condition
    ),
    ' union all '
  )
  from (
    select
      string_agg(
        format('case when %s then %s else 0 end', public.build_step_condition(s.step), 1 << (s.position::integer - 1)), ' | '
      ) as mask,
      case when bool_or(s.step ->> 'event' = '*') then 'true'
        else format('e.event = any (%L::text[])', array_agg(s.step ->> 'event')) end as condition
    from jsonb_array_elements(p_steps) with ordinality as s (step, position)
  ) as wanted
  cross join (
    values
      (
        p_wholes,
        -- slices note who did these when first
        case when p_is_first and coalesce(p_steps -> 0 -> 'where', '{}') = '{}'
          then case p_steps -> 0 ->> 'event' when '$pageview' then 'slice_views' when '*' then 'slice_arrivals' else 'slice_events' end
          else 'slice_events' end,
        'true'
      ),
      (p_parts, 'slice_events', format('hit.timestamp >= %L::bigint and hit.timestamp < %L::bigint', p_from, p_to))
  ) as source (ids, relation, condition)
  where source.ids <> '{}'
$$;

comment on function public.build_slice_stream is 'The SQL query of (person, timestamp, mask) that slices hold; null without slices.';
revoke execute on function public.build_slice_stream from public, anon, authenticated;
grant execute on function public.build_slice_stream to service_role;

-- The hits of build_step_hits, read faster where slices know all that is asked. p_is_first as above.
create function public.build_streamed_hits(
  p_project_id   integer,
  p_from         bigint,    -- ms, inclusive
  p_to           bigint,    -- ms, exclusive
  p_steps        jsonb,     -- 1..30 steps, as lib/contracts/step.ts
  p_filters      jsonb,
  p_include_bots boolean,
  p_is_first     boolean default false
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_plan   record;
  v_stream text;
begin
  if public.is_streamed(p_steps, p_filters, p_include_bots) then
    select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
    v_stream := public.build_slice_stream(p_from, p_to, p_steps, v_plan.wholes, v_plan.parts, p_is_first);
  end if;
  if v_stream is null then
    return public.build_step_hits(p_project_id, p_from, p_to, p_steps, p_filters, p_include_bots);
  end if;
  return public.build_hits(p_project_id, p_from, p_to, p_steps, '{}', false, '{}', '{}', v_plan.gaps, true)
    || ' union all ' || v_stream;
end
$$;

comment on function public.build_streamed_hits is
  'The SQL query of (person, timestamp, mask) of build_step_hits, read faster where slices know all that is asked.';
revoke execute on function public.build_streamed_hits from public, anon, authenticated;
grant execute on function public.build_streamed_hits to service_role;

-- Of hits (a query of person, timestamp, mask) those of the people of a relation, which is the name of a CTE with a column person. Their
-- numbers are a bit string, which is looked into before anything else is done with a row.
create function public.build_hits_among(p_hits text, p_people text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select format(
    $query$
      with wanted as materialized (
        select string_agg(repeat('0', (each.person - each.before - 1)::integer) || '1', '' order by each.person)::varbit as people
        from (
          select p.person, lag(p.person, 1, -1::bigint) over (order by p.person) as before
          from %2$s as p
          where p.person between 0 and 2147483647
        ) as each
      )
      select h.person, h.timestamp, h.mask
      from (%1$s) as h
      where case
        when h.person between 0 and (select length(wanted.people) - 1 from wanted)
          then get_bit((select wanted.people from wanted), h.person::integer) = 1
        when h.person not between 0 and 2147483647 then h.person in (select p.person from %2$s as p)
        else false
      end
    $query$,
    p_hits, p_people
  )
$$;

comment on function public.build_hits_among is 'The SQL query of those of the hits that are of some people.';
revoke execute on function public.build_hits_among from public, anon, authenticated;
grant execute on function public.build_hits_among to service_role;

-- Hits as one number each, (key bigint), which sorts in a fifth of the time that three columns take: from the left the number of a
-- person, ms since p_from (time_bits) and the mask (as many bits as steps). Who has no number yet gets one beyond all others.
-- query is null where slices do not know all that is asked, or 63 bits are too few (7 steps, a year and 8 million people fit).
create function public.build_packed_hits(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_steps        jsonb,
  p_filters      jsonb,
  p_include_bots boolean,
  p_among        text default null, -- a CTE with a column person: of these people only, and of who has no number
  out query      text,
  out time_bits  integer
)
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  n        integer := jsonb_array_length(p_steps);
  v_base   integer := (
    select coalesce(max(known.number), -1) + 1 from public.person_numbers as known where known.project_id = p_project_id
  );
  v_plan   record;
  v_stream text;
  v_gaps   text;
begin
  time_bits := length(ltrim((p_to - p_from)::bit(63)::text, '0'));
  -- Of new people there may be as many as known ones, and a million.
  if public.is_streamed(p_steps, p_filters, p_include_bots)
    and length(ltrim((2 * v_base::bigint + 1000000)::bit(63)::text, '0')) + time_bits + n <= 63
  then
    select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
    v_stream := public.build_slice_stream(p_from, p_to, p_steps, v_plan.wholes, v_plan.parts);
  end if;
  if v_stream is null then
    return;
  end if;
  v_gaps := public.build_hits(p_project_id, p_from, p_to, p_steps, '{}', false, '{}', '{}', v_plan.gaps, true);
  query := format(
    $query$
      with
      gap as materialized (%1$s),
      fresh as (
        select p.person, %2$s + row_number() over () - 1 as number
        from (select distinct gap.person from gap where gap.person not between 0 and %2$s - 1) as p
      )
      select coalesce(f.number, gap.person) << %3$s | ((gap.timestamp - (%5$s)) << %4$s) | gap.mask as key
      from gap left join fresh as f on f.person = gap.person
      union all
      select h.person << %3$s | ((h.timestamp - (%5$s)) << %4$s) | h.mask from (%6$s) as h
    $query$,
    v_gaps, v_base, time_bits + n, n, p_from,
    case when p_among is null then v_stream else public.build_hits_among(v_stream, p_among) end
  );
end
$$;

comment on function public.build_packed_hits is 'The SQL query of hits as single numbers, by person, time and mask; null where that is not possible.';
revoke execute on function public.build_packed_hits from public, anon, authenticated;
grant execute on function public.build_packed_hits to service_role;

-- What a funnel is counted from, by the fastest way: (unit bigint, person bigint, timestamp bigint, mask integer).
create function public.build_funnel_hits(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_definition   jsonb,
  p_filters      jsonb,
  p_include_bots boolean
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if public.has_numbered_people(p_definition) then
    return format(
      'select h.person as unit, h.person, h.timestamp, h.mask from (%s) as h',
      public.build_streamed_hits(
        p_project_id, p_from, p_to, p_definition -> 'steps' || coalesce(p_definition -> 'exclusions', '[]'), p_filters,
        p_include_bots
      )
    );
  end if;
  return format(
    'select r.unit, r.person, r.timestamp, r.mask from (%s) as r',
    public.build_funnel_rows(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots)
  );
end
$$;

comment on function public.build_funnel_hits is
  'The SQL query of (unit, person, timestamp, mask) that a funnel is counted from.';
revoke execute on function public.build_funnel_hits from public, anon, authenticated;
grant execute on function public.build_funnel_hits to service_role;
