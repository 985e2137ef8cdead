-- Purpose: follow units through a funnel, as the text of a query.   Reversible: drop functions.
--
-- The rule (DESIGN.md, section 7): an attempt starts with a step-1 row and takes each later step as early as it can, by distinct
-- rows, in order; it reached the steps that lie within the window from its start, inclusive. Rows of one instant may be taken in
-- whatever order gets furthest. A unit's path is its attempt that got furthest; of several first a clean one, then the earliest.
--   strict       no other row of the unit stands between the steps; rows of one instant stand in step order, those that match no
--                step before them
--   unordered    an attempt starts with a row of any step, and its k-th step is done when k different steps are
--   exclusion    taints an attempt when a row of it lies after the instant of fromStep and before that of toStep, or, while toStep
--                is not reached, no later than the end of the window
--
-- The way: backwards in time, one window function per step carries from row to row when the later steps would be done from
-- here. Starting earlier never means arriving later, hence the nearest later row that matches is the one with the least
-- time for every later step, and min() finds it. One sort and no self join, so that one visitor with very many events costs no
-- more than many visitors with few.

-- Whether no row can match two steps.
create function public.has_disjoint_steps(p_definition jsonb)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select count(distinct s ->> 'event') = count(*) and not bool_or(s ->> 'event' = '*')
  from jsonb_array_elements(p_definition -> 'steps') as s
$$;

comment on function public.has_disjoint_steps is 'Whether a row can match one step of this funnel at most.';
revoke execute on function public.has_disjoint_steps from public, anon, authenticated;
grant execute on function public.has_disjoint_steps to service_role;

-- The text of the query of all attempts: (unit bigint, person bigint, start bigint, reached integer, is_excluded boolean, t1 … tn
-- bigint). t1 … t<reached> are the times of the steps; of an unordered funnel tk is that of step k if it is within the
-- window, in whatever order. Reads the relation p_hit (unit, person, timestamp, mask).
create function public.build_funnel_attempts(p_definition jsonb, p_hit text default 'hit')
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_order      text := p_definition ->> 'order';
  v_window_ms  bigint := (p_definition ->> 'windowMs')::bigint;
  v_steps      jsonb := p_definition -> 'steps';
  v_exclusions jsonb := coalesce(p_definition -> 'exclusions', '[]');
  n            integer := jsonb_array_length(v_steps);
  x            integer := jsonb_array_length(v_exclusions);
  v_step_mask  integer := (1 << n) - 1;
  -- whether a row can match one step at most
  v_disjoint   boolean := public.has_disjoint_steps(p_definition);
  v_single     boolean := v_disjoint and x = 0;
  v_sql        text;
  v_columns    text;
  v_list       text;
  v_excluded   text;
  v_a          integer;
  v_b          integer;
begin
  if n not between 1 and 20 or x > 10 then
    raise exception 'a funnel has 1 to 20 steps and at most 10 exclusions, got % and %', n, x using errcode = '22023';
  end if;

  if v_order = 'strict' then
    -- the rows after this one are the only ones that can be the next steps
    select
      string_agg(format(', lead(h.mask, %1$s) over w as m%1$s, lead(h.timestamp, %1$s) over w as s%1$s', k), '' order by k)
    into v_columns
    from generate_series(1, n - 1) as k;
    v_sql := format(
      'select h.unit, h.person, h.timestamp, h.mask%s%s from (select h.*%s from %5$I as h
       window l as (partition by h.unit order by h.timestamp desc groups between unbounded preceding and 1 preceding)) as h
       window w as (partition by h.unit order by h.timestamp, h.mask & %4$s & -(h.mask & %4$s), h.mask & %4$s)',
      coalesce(v_columns, ''),
      coalesce((
        select string_agg(
          format(', lead(h.n%s, %s) over w as x%1$s', e.position, (e.exclusion ->> 'fromStep')::integer - 1), '' order by e.position)
        from jsonb_array_elements(v_exclusions) with ordinality as e (exclusion, position)
      ), ''),
      coalesce((
        select string_agg(
          format(', min(case when h.mask & %s <> 0 then h.timestamp end) over l as n%s', 1 << (n + k - 1), k), '' order by k)
        from generate_series(1, x) as k
      ), ''),
      v_step_mask, p_hit
    );
    select string_agg(
      format('when m%1$s & %2$s is distinct from %2$s or s%1$s > timestamp + %3$s then %1$s', k, 1 << k, v_window_ms),
      ' ' order by k)
    into v_list
    from generate_series(1, n - 1) as k;
    v_sql := format(
      'select unit, person, timestamp as start, %s as reached, timestamp as t1%s%s from (%s) as row where mask & 1 <> 0',
      case when n = 1 then '1' else format('case %s else %s end', v_list, n) end,
      coalesce((select string_agg(format(', s%s as t%s', k, k + 1), '' order by k) from generate_series(1, n - 1) as k), ''),
      coalesce((select string_agg(format(', x%s', k), '' order by k) from generate_series(1, x) as k), ''),
      v_sql
    );

  elsif v_order = 'unordered' then
    v_columns := coalesce((
      select string_agg(format(
        ', min(case when mask & %s <> 0 then timestamp end) over (
             partition by unit order by timestamp desc groups between unbounded preceding and 1 preceding
           ) as x%s', 1 << (n + k - 1), k), '' order by k)
      from generate_series(1, x) as k
    ), '');
    if v_disjoint then
      v_sql := format(
        'select unit, person, timestamp as start, %s as reached, %s%s from (select *, %s%s from %I) as row where mask & %s <> 0',
        (select string_agg(format('coalesce((s%s <= timestamp + %s)::integer, 0)', k, v_window_ms), ' + ') from generate_series(1, n) as k),
        (select string_agg(format('s%1$s as t%1$s', k), ', ' order by k) from generate_series(1, n) as k),
        coalesce((select string_agg(format(', x%s', k), '') from generate_series(1, x) as k), ''),
        (select string_agg(
           format('min(case when mask & %s <> 0 then timestamp end) over (partition by unit order by timestamp desc) as s%s', 1 << (k - 1), k),
           ', ')
         from generate_series(1, n) as k),
        v_columns,
        p_hit,
        v_step_mask
      );
    else
      v_sql := format(
        'select u.unit, u.person, a.start, a.reached, %s%s
         from (
           select
             unit, min(person) as person,
             array_agg(timestamp order by timestamp, mask) as times,
             array_agg(mask & %s order by timestamp, mask) as masks%s
           from (select *%s from %I) as row where mask & %s <> 0 group by unit
         ) as u
         cross join lateral public.get_unordered_attempts(u.times, u.masks, %s, %s) as a',
        (select string_agg(format('a.times[%1$s] as t%1$s', k), ', ') from generate_series(1, n) as k),
        coalesce((select string_agg(format(', (u.xs%1$s)[a.place] as x%1$s', k), '') from generate_series(1, x) as k), ''),
        v_step_mask,
        coalesce((select string_agg(format(', array_agg(x%1$s order by timestamp, mask) as xs%1$s', k), '') from generate_series(1, x) as k), ''),
        v_columns,
        p_hit, v_step_mask, n, v_window_ms
      );
    end if;

  else
    if v_single then
      v_sql := format('select unit, person, timestamp, mask from %I', p_hit);
    else
      v_sql := format(
        'select
           unit, min(person) as person, timestamp, bit_or(mask) as mask,
           case when count(*) filter (where mask & %1$s <> 0) > 1
             then public.get_instant_reach(array_agg(mask & %1$s) filter (where mask & %1$s <> 0), %2$s)
           end as reach
         from %3$I group by unit, timestamp',
        v_step_mask, n, p_hit
      );
    end if;
    -- x1 …: when the next row of each exclusion is
    if x > 0 then
      v_sql := format(
        'select *%s from (%s) as level window w as (
           partition by unit order by timestamp desc rows between unbounded preceding and 1 preceding
         )',
        (select string_agg(format(', min(case when mask & %s <> 0 then timestamp end) over w as x%s', 1 << (n + k - 1), k), '')
         from generate_series(1, x) as k),
        v_sql
      );
    end if;
    -- c<j>_<m>: when step m is done at the earliest by who has done step j by now; c<j>_x<i>: when exclusion i comes next after its
    -- fromStep then
    for k in reverse n..1 loop
      v_columns := '';
      for m in k..n loop
        v_list := case when m = k then 'timestamp' else format('c%s_%s', k, m) end;
        v_list := format('case when mask & %s <> 0 then %s end', 1 << (k - 1), v_list);
        if not v_single then
          v_list := format(
            'case when reach is null then %s when reach[%s] >= %s then timestamp%s end', v_list, k, m,
            case when m > k then format(
              ' when reach[%1$s] >= %1$s then (array[%2$s])[reach[%1$s] - %3$s]', k,
              (select string_agg(format('c%s_%s', r, m), ', ' order by r) from generate_series(k, m - 1) as r), k - 1
            ) else '' end
          );
        end if;
        v_columns := v_columns || case
          when k > 1 then format(', min(%s) over w as c%s_%s', v_list, k - 1, m)
          else format(', %s as t%s', v_list, m)
        end;
      end loop;
      for i in 1..x loop
        v_a := (v_exclusions -> (i - 1) ->> 'fromStep')::integer;
        continue when v_a < k;
        v_list := format(
          'case when reach is null then case when mask & %1$s <> 0 then %2$s end when reach[%3$s] >= %4$s then x%5$s%6$s end',
          1 << (k - 1), case when v_a = k then format('x%s', i) else format('c%s_x%s', k, i) end, k, v_a, i,
          case when v_a > k then format(
            ' when reach[%1$s] >= %1$s then (array[%2$s])[reach[%1$s] - %3$s]', k,
            (select string_agg(format('c%s_x%s', r, i), ', ' order by r) from generate_series(k, v_a - 1) as r), k - 1
          ) else '' end
        );
        v_columns := v_columns || case
          when k > 1 then format(', min(%s) over w as c%s_x%s', v_list, k - 1, i)
          else format(', %s as x%s', v_list, i)
        end;
      end loop;
      v_sql := case
        when k > 1 then format(
          'select *%s from (%s) as level window w as (
             partition by unit order by timestamp desc%s rows between unbounded preceding and 1 preceding
           )',
          v_columns, v_sql, case when v_single then ', mask desc' else '' end
        )
        else format('select unit, person%s from (%s) as level where mask & 1 <> 0', v_columns, v_sql)
      end;
    end loop;
    v_sql := format(
      'select *, t1 as start, %s as reached from (%s) as start',
      concat_ws(' + ', '1', (
        select string_agg(format('coalesce((t%s <= t1 + %s)::integer, 0)', k, v_window_ms), ' + ')
        from generate_series(2, n) as k
      )),
      v_sql
    );
  end if;

  for i in 1..x loop
    v_a := (v_exclusions -> (i - 1) ->> 'fromStep')::integer;
    v_b := (v_exclusions -> (i - 1) ->> 'toStep')::integer;
    v_excluded := concat_ws(' or ', v_excluded, format(
      'coalesce(reached >= %s and x%s <= case when reached >= %s then %s - 1 else start + %s end, false)',
      v_a, i, v_b,
      case
        when v_order = 'unordered' then format('greatest(%s)', (select string_agg(format('t%s', k), ', ') from generate_series(1, n) as k))
        else format('t%s', v_b)
      end,
      v_window_ms
    ));
  end loop;
  return format(
    'select unit, person, start, reached, %s as is_excluded, %s from (%s) as attempt',
    coalesce(v_excluded, 'false'),
    (select string_agg(format('t%s', k), ', ' order by k) from generate_series(1, n) as k),
    v_sql
  );
end
$$;

comment on function public.build_funnel_attempts is
  'The text of the query that gives every attempt of every unit: how far it got, when, and whether an exclusion taints it.';
revoke execute on function public.build_funnel_attempts from public, anon, authenticated;
grant execute on function public.build_funnel_attempts to service_role;

-- The text of the query of each unit's path, which is the best of its attempts: (unit, person, [position,] reached, is_excluded,
-- start, t1 … tn), tk null beyond what was reached. With p_bounds one path per unit and interval in which attempts of it
-- started: position as of width_bucket(). The instants of `hit` lie in [p_from, p_from + 2^49).
create function public.build_funnel_paths(
  p_definition jsonb,
  p_from       bigint,
  p_bounds     bigint[] default null,
  p_hit        text default 'hit',
  p_attempts   text default null    -- a query of attempts in place of build_funnel_attempts
)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  n       integer := jsonb_array_length(p_definition -> 'steps');
  v_time  text := '1125899906842623';    -- 2^50 - 1
  v_sql   text;
begin
  -- An attempt's rank and one of its times in one number: the least is of the best attempt, and of equally good ones of the earliest,
  -- whose every time is the earliest, too.
  v_sql := format(
    'select
       unit, min(person) as person%1$s, min(rank << 50 | (start - %2$s)) as k0, %3$s
     from (select *, ((%4$s - reached) * 2 + is_excluded::integer)::bigint as rank%5$s from (%6$s) as attempt) as ranked
     group by unit%1$s',
    case when p_bounds is null then '' else ', position' end,
    format('(%s)', p_from),
    (select string_agg(format('min(rank << 50 | (t%1$s - (%2$s))) as k%1$s', k, p_from), ', ' order by k) from generate_series(1, n) as k),
    n,
    case when p_bounds is null then '' else format(', width_bucket(start, %L::bigint[]) as position', p_bounds) end,
    coalesce(p_attempts, public.build_funnel_attempts(p_definition, p_hit))
  );
  v_sql := format(
    'select
       unit, person%s, %s - (k0 >> 51)::integer as reached, (k0 >> 50) & 1 = 1 as is_excluded,
       (k0 & %s) + (%s) as start, %s
     from (%s) as best',
    case when p_bounds is null then '' else ', position' end,
    n, v_time, p_from,
    (select string_agg(
       format('case when k%1$s >> 50 = k0 >> 50 then (k%1$s & %2$s) + (%3$s) end as t%1$s', k, v_time, p_from), ', ' order by k)
     from generate_series(1, n) as k),
    v_sql
  );
  if p_definition ->> 'order' = 'unordered' then
    -- the k-th step is the k-th in time
    return format(
      'select unit, person%s, reached, is_excluded, start, %s
       from (
         select *, case when reached = 1 then array[start] else array(
           select s.t from unnest(array[%s]) as s (t) where s.t <= start + %s order by s.t
         ) end as times
         from (%s) as path
       ) as path',
      case when p_bounds is null then '' else ', position' end,
      (select string_agg(format('times[%1$s] as t%1$s', k), ', ' order by k) from generate_series(1, n) as k),
      (select string_agg(format('t%s', k), ', ') from generate_series(1, n) as k),
      (p_definition ->> 'windowMs')::bigint,
      v_sql
    );
  end if;
  return format(
    'select unit, person%s, reached, is_excluded, start, %s from (%s) as path',
    case when p_bounds is null then '' else ', position' end,
    (select string_agg(format('case when reached >= %1$s then t%1$s end as t%1$s', k), ', ' order by k) from generate_series(1, n) as k),
    v_sql
  );
end
$$;

comment on function public.build_funnel_paths is
  'The text of the query that gives each unit''s attempt that counts: the furthest, a clean one first, then the earliest.';
revoke execute on function public.build_funnel_paths from public, anon, authenticated;
grant execute on function public.build_funnel_paths to service_role;

-- How an ordered funnel's step k (from 2) follows the one before when first times settle it (build_funnel_paths_by_first): null when
-- none of its rows can have served a step before, else how many rows of step k that instant may hold without another choice:
-- one, when it is sure to be the very row of the step before.
create function public.get_tie_limit(p_steps jsonb, p_position integer)
returns integer
language sql
immutable
security invoker
set search_path = ''
as $$
  select case
    when not bool_or(p.step ->> 'event' = s.step ->> 'event' or '*' in (p.step ->> 'event', s.step ->> 'event')) then null
    when bool_or(
      p.position = p_position - 1
      and (
        s.step ->> 'event' in ('*', p.step ->> 'event') and coalesce(s.step -> 'where', '{}') = '{}'
        or s.step = p.step
      )
    ) then 1
    else 0
  end
  from (select p_steps -> (p_position - 1) as step) as s
  inner join jsonb_array_elements(p_steps) with ordinality as p (step, position) on p.position < p_position
$$;

comment on function public.get_tie_limit is
  'How many rows of a step the instant of the step before may hold when first times are to settle the funnel; null for any number.';
revoke execute on function public.get_tie_limit from public, anon, authenticated;
grant execute on function public.get_tie_limit to service_role;

-- Whether build_funnel_paths_by_first may be asked, and is the faster way: of people at an ordered funnel, and at an unordered one whose
-- rows serve one step each, but for one step of any event. Raw rows are read once for what can be sorted as it is.
create function public.is_settled_by_first(p_definition jsonb, p_include_bots boolean)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select public.has_numbered_people(p_definition) and case p_definition ->> 'order'
    when 'ordered' then
      f.is_sliced or not public.has_disjoint_steps(p_definition) or coalesce(p_definition -> 'exclusions', '[]') <> '[]'
    when 'unordered' then f.are_names_distinct and f.has_name and not f.has_odd_any and (f.is_sliced or f.has_any)
    else false
  end
  from (
    select
      not p_include_bots and bool_and(public.is_slice_step(s.step)) as is_sliced,
      count(distinct s.step ->> 'event') = count(*) as are_names_distinct,
      bool_or(s.step ->> 'event' <> '*') as has_name,
      bool_or(s.step ->> 'event' = '*') as has_any,
      bool_or(s.step ->> 'event' = '*' and coalesce(s.step -> 'where', '{}') <> '{}') as has_odd_any
    from jsonb_array_elements(p_definition -> 'steps') as s (step)
  ) as f
$$;

comment on function public.is_settled_by_first is 'Whether first times settle the paths of a funnel, and faster than a sort.';
revoke execute on function public.is_settled_by_first from public, anon, authenticated;
grant execute on function public.is_settled_by_first to service_role;

-- CTEs up to begun: (person, t1 … tn, reached), who did what of an ordered funnel, each step after the one before as early as can be.
-- reached is null for who was too slow, or where an instant leaves a choice.
create function public.build_ordered_firsts(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_definition   jsonb,
  p_filters      jsonb,
  p_include_bots boolean
)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select format(
    $query$
      %1$s,
      begun as materialized (
        select
          chain_1.person, %2$s,
          case when %3$s and coalesce(%4$s) - t1 <= %5$s then %6$s end as reached
        from chain_1 %7$s
      )
    $query$,
    -- chain_k: (person, tk: the earliest, tied: whether the instant before leaves a choice)
    string_agg(
      case
        when s.position = 1 then format(
          'chain_1 as materialized (select h.person, min(h.timestamp) as t1 from (%s) as h group by h.person)', s.hits
        )
        else format(
          'chain_%2$s as materialized (
            select h.person, %3$s as t%2$s, %4$s as tied
            from (%5$s) as h inner join chain_%1$s as p on p.person = h.person and h.timestamp >= p.t%1$s
            group by h.person
          )',
          s.position - 1, s.position,
          case when s.tie_limit is null then 'min(h.timestamp)'
            else format('min(case when h.timestamp > p.t%s then h.timestamp end)', s.position - 1) end,
          case when s.tie_limit is null then 'false'
            else format('count(case when h.timestamp = p.t%s then 1 end) > %s', s.position - 1, s.tie_limit) end,
          s.hits
        )
      end,
      ', ' order by s.position
    ),
    string_agg(format('t%s', s.position), ', ' order by s.position),
    coalesce(string_agg(format('chain_%s.tied is not true', s.position), ' and ') filter (where s.position > 1), 'true'),
    string_agg(format('t%s', s.position), ', ' order by s.position desc),
    p_definition ->> 'windowMs',
    string_agg(case s.position when 1 then '1' else format('(t%s is not null)::integer', s.position) end, ' + '),
    string_agg(format('left join chain_%1$s on chain_%1$s.person = chain_1.person', s.position), ' ') filter (where s.position > 1)
  )
  from (
    select
      each.position,
      public.get_tie_limit(p_definition -> 'steps', each.position::integer) as tie_limit,
      public.build_streamed_hits(
        p_project_id, p_from, p_to, jsonb_build_array(each.step), p_filters, p_include_bots, each.position = 1
      ) as hits
    from jsonb_array_elements(p_definition -> 'steps') with ordinality as each (step, position)
  ) as s
$$;

comment on function public.build_ordered_firsts is 'The CTEs of who did the steps of an ordered funnel one after the other, from their first rows.';
revoke execute on function public.build_ordered_firsts from public, anon, authenticated;
grant execute on function public.build_ordered_firsts to service_role;

-- The same of an unordered funnel: t1 … tn ascend. Without a step of any event they are the first times of the steps. With one, which
-- any row may serve that no other step needs, the k-th step is done when there have been k rows and k - 1 of the named steps: at
-- the (k - 1)-th first time when somebody's first row of all is before these; of the others (arrived) the first n rows are looked at.
create function public.build_unordered_firsts(
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
declare
  n          integer := jsonb_array_length(p_definition -> 'steps');
  v_any      jsonb := jsonb_path_query_first(p_definition -> 'steps', '$[*] ? (@.event == "*")');
  v_named    jsonb := jsonb_path_query_array(p_definition -> 'steps', '$[*] ? (@.event != "*")');
  d          integer := jsonb_array_length(v_named);
  v_firsts   text;
begin
  v_firsts := format(
    'first as materialized (
      select h.person, %s from (%s) as h group by h.person
    )',
    (select string_agg(format('min(case when h.step = %1$s then h.timestamp end) as f%1$s', k), ', ') from generate_series(0, d) as k),
    (
      select string_agg(
        format(
          'select h.person, h.timestamp, %s as step from (%s) as h', s.position,
          public.build_streamed_hits(p_project_id, p_from, p_to, jsonb_build_array(s.step), p_filters, p_include_bots, true)
        ),
        ' union all '
      )
      from (
        select step, position from jsonb_array_elements(v_named) with ordinality as each (step, position)
        union all
        select v_any, 0 where v_any is not null
      ) as s
    )
  );
  if v_any is null then
    return format(
      $query$
        %1$s,
        begun as materialized (
          select
            f.person, %2$s,
            case when greatest(%3$s) - least(%3$s) <= %4$s then num_nonnulls(%3$s) end as reached
          from (
            select
              first.*,
              case when num_nonnulls(%3$s) = 1 then array[least(%3$s)]
                else array(select s.t from unnest(array[%3$s]) as s (t) where s.t is not null order by s.t) end as times
            from first
          ) as f
        )
      $query$,
      v_firsts,
      (select string_agg(format('times[%1$s] as t%1$s', k), ', ' order by k) from generate_series(1, n) as k),
      (select string_agg(format('f%s', k), ', ' order by k) from generate_series(1, d) as k),
      p_definition ->> 'windowMs'
    );
  end if;
  return format(
    $query$
      %1$s,
      arrived as materialized (
        select first.person from first where f0 = least(%2$s)
      ),
      early as materialized (
        select h.person, (array_agg(h.timestamp order by h.timestamp))[1:%3$s] as times
        from (%4$s) as h
        group by h.person
      ),
      begun as materialized (
        select
          f.person, %5$s,
          case when coalesce(%6$s) - f.t1 <= %7$s then num_nonnulls(%6$s) end as reached
        from (
          select first.person, first.f0 as t1 %8$s
          from (
            select
              first.*,
              case when num_nonnulls(%2$s) <= 1 then array[least(%2$s)]
                else array(select s.t from unnest(array[%2$s]) as s (t) where s.t is not null order by s.t) end as named
            from first
          ) as first
          left join early on early.person = first.person
        ) as f
      )
    $query$,
    v_firsts,
    (select string_agg(format('f%s', k), ', ' order by k) from generate_series(1, d) as k),
    n,
    public.build_hits_among(
      public.build_streamed_hits(p_project_id, p_from, p_to, jsonb_build_array(v_any), p_filters, p_include_bots), 'arrived'
    ),
    (select string_agg(format('t%s', k), ', ' order by k) from generate_series(1, n) as k),
    (select string_agg(format('t%s', k), ', ' order by k desc) from generate_series(1, n) as k),
    p_definition ->> 'windowMs',
    (
      select string_agg(
        format(
          ', case
             when early.person is null then named[%1$s]
             when early.times[%2$s] is not null and named[%1$s] is not null then greatest(early.times[%2$s], named[%1$s])
           end as t%2$s',
          k - 1, k
        ),
        '' order by k
      )
      from generate_series(2, n) as k
    )
  );
end
$$;

comment on function public.build_unordered_firsts is 'The CTEs of who did the steps of a funnel in any order, from their first rows.';
revoke execute on function public.build_unordered_firsts from public, anon, authenticated;
grant execute on function public.build_unordered_firsts to service_role;

-- The paths of a funnel of people, a query by itself that reads what build_funnel_hits would read.
-- From everybody's first row on each step is taken as early as it can, one aggregate per step and no sort. Who is through with
-- what they ever get to within the window, cleanly, is settled: no attempt begins earlier, none gets further. Only the others (few,
-- unless the window is much shorter than the range) are followed row by row: those who were too slow, whom an exclusion taints, and
-- those of whom one instant holds several rows that steps could choose from.
create function public.build_funnel_paths_by_first(
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
declare
  v_steps      jsonb := p_definition -> 'steps';
  v_exclusions jsonb := coalesce(p_definition -> 'exclusions', '[]');
  n            integer := jsonb_array_length(v_steps);
  v_times      text := (select string_agg(format('t%s', k), ', ' order by k) from generate_series(1, n) as k);
  v_tainted    text;
begin
  select string_agg(
    format(
      'select h.person
       from (%1$s) as h
       inner join begun as p on p.person = h.person and p.reached >= %2$s and h.timestamp > p.t%2$s
       where case when p.reached >= %3$s then h.timestamp < p.t%3$s else h.timestamp <= p.t1 + %4$s end',
      public.build_streamed_hits(
        p_project_id, p_from, p_to, jsonb_build_array(e.exclusion - 'fromStep' - 'toStep'), p_filters, p_include_bots
      ),
      e.exclusion ->> 'fromStep', e.exclusion ->> 'toStep', p_definition ->> 'windowMs'
    ),
    ' union '
  )
  into v_tainted
  from jsonb_array_elements(v_exclusions) as e (exclusion);

  return format(
    $query$
      with
      %1$s,
      tainted as materialized (
        %2$s
      ),
      settled as not materialized (
        select * from begun where reached is not null and not exists (select from tainted where tainted.person = begun.person)
      ),
      loose as materialized (
        select person from begun where reached is null union select person from tainted
      ),
      followed as (
        select h.person as unit, h.person, h.timestamp, h.mask from (%3$s) as h
      )
      select person as unit, person, reached, false as is_excluded, t1 as start, %4$s from settled
      union all
      select unit, person, reached, is_excluded, start, %4$s from (%5$s) as path
    $query$,
    case p_definition ->> 'order'
      when 'ordered' then public.build_ordered_firsts(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots)
      else public.build_unordered_firsts(p_project_id, p_from, p_to, p_definition, p_filters, p_include_bots)
    end,
    coalesce(v_tainted, 'select null::bigint as person where false'),
    public.build_hits_among(
      public.build_streamed_hits(p_project_id, p_from, p_to, v_steps || v_exclusions, p_filters, p_include_bots), 'loose'
    ),
    v_times,
    public.build_funnel_paths(p_definition, p_from, null, 'followed')
  );
end
$$;

comment on function public.build_funnel_paths_by_first is
  'The SQL query of the paths of a funnel of people: most are settled by first times, the others followed row by row.';
revoke execute on function public.build_funnel_paths_by_first from public, anon, authenticated;
grant execute on function public.build_funnel_paths_by_first to service_role;

-- How far people got by the interval in which they began, as the text of a query: (position, people bigint[]) with the people who reached
-- each step, position as of width_bucket(). Of ordered funnels without exclusions whose rows serve one step each, from packed hits; null
-- for others. As in build_funnel_attempts, backwards in time; there is no need to tell people apart on the way, because whoever has
-- no later row of a step is given one of the next person, and that is beyond the end of this one. Of rows of step 1 with
-- no other between the last in an interval does as well as any: it begins later and goes on the same.
create function public.build_packed_trend(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_definition   jsonb,
  p_bounds       bigint[],
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
  v_steps     jsonb := p_definition -> 'steps';
  n           integer := jsonb_array_length(v_steps);
  v_window_ms bigint := least((p_definition ->> 'windowMs')::bigint, p_to - p_from);
  v_packed    record;
  v_sql       text;
begin
  if p_definition ->> 'order' <> 'ordered' or coalesce(p_definition -> 'exclusions', '[]') <> '[]'
    or not public.has_numbered_people(p_definition) or not public.has_disjoint_steps(p_definition)
  then
    return null;
  end if;
  select * into v_packed from public.build_packed_hits(p_project_id, p_from, p_to, v_steps, p_filters, p_include_bots);
  if v_packed.query is null then
    return null;
  end if;
  v_sql := format(
    'select key, lag(key) over w as later from (%s) as hit
     window w as (order by key desc rows between unbounded preceding and 1 preceding)',
    v_packed.query
  );
  -- t<m>: the key of step m at the earliest, for who has done step k by now
  for k in reverse n..2 loop
    v_sql := format(
      'select key, later%s from (%s) as level window w as (order by key desc rows between unbounded preceding and 1 preceding)',
      (
        select string_agg(
          format(
            ', min(case when key & %s <> 0 then %s end) over w as t%s', 1 << (k - 1), case when m = k then 'key' else format('t%s', m) end, m
          ),
          '' order by m
        )
        from generate_series(k, n) as m
      ),
      v_sql
    );
  end loop;
  return format(
    $query$
      select r.position, array[%1$s] as people
      from (
        select a.key >> %2$s as number, a.position, max(%3$s) as reached
        from (
          select
            start.*,
            width_bucket((key >> %4$s & %5$s) + (%6$s), %7$L::bigint[]) as position,
            case when later >> %2$s = key >> %2$s and later & 1 = 1
              then width_bucket((later >> %4$s & %5$s) + (%6$s), %7$L::bigint[]) end as later_position,
            least(key | %8$s, (key >> %4$s) + %9$s << %4$s | %10$s) as last
          from (%11$s) as start
          where key & 1 = 1
        ) as a
        where a.later_position is distinct from a.position
        group by a.key >> %2$s, a.position
      ) as r
      group by r.position
    $query$,
    (select string_agg(format('count(*) filter (where r.reached >= %s)', k), ', ' order by k) from generate_series(1, n) as k),
    v_packed.time_bits + n,
    (select string_agg(case k when 1 then '1' else format('coalesce((t%s <= last)::integer, 0)', k) end, ' + ') from generate_series(1, n) as k),
    n,
    (1::bigint << v_packed.time_bits) - 1,
    p_from,
    p_bounds,
    (1::bigint << (v_packed.time_bits + n)) - 1,
    v_window_ms,
    (1 << n) - 1,
    v_sql
  );
end
$$;

comment on function public.build_packed_trend is 'The SQL query of people per step by the interval in which they began, from packed hits; null where they do not do.';
revoke execute on function public.build_packed_trend from public, anon, authenticated;
grant execute on function public.build_packed_trend to service_role;

-- The paths of a strict funnel of people without exclusions whose rows serve one step each, from packed hits; null for others. Who is
-- unit and person is a number of this query only. Of attempts of one row only everybody's first is looked at.
create function public.build_packed_strict_paths(
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
declare
  v_steps     jsonb := p_definition -> 'steps';
  n           integer := jsonb_array_length(v_steps);
  v_window_ms bigint := least((p_definition ->> 'windowMs')::bigint, p_to - p_from);
  v_packed    record;
begin
  if p_definition ->> 'order' <> 'strict' or p_definition ->> 'unit' <> 'person' or p_definition ->> 'conversions' is not null
    or coalesce(p_definition -> 'exclusions', '[]') <> '[]' or not public.has_disjoint_steps(p_definition) or n > 8
  then
    return null;
  end if;
  -- rows of no step stand between, too: any event is one more step
  select * into v_packed
  from public.build_packed_hits(p_project_id, p_from, p_to, v_steps || '{"event": "*"}', p_filters, p_include_bots, 'entered');
  if v_packed.query is null then
    return null;
  end if;
  return format(
    $query$
      with
      entered as materialized (
        select distinct h.person from (%1$s) as h
      )
      %2$s
    $query$,
    public.build_streamed_hits(p_project_id, p_from, p_to, jsonb_build_array(v_steps -> 0), p_filters, p_include_bots, true),
    public.build_funnel_paths(p_definition, p_from, null, null, format(
      $query$
        select
          key >> %1$s as unit, key >> %1$s as person, (key >> %2$s & %3$s) + (%4$s) as start, reached, false as is_excluded, %5$s
        from (
          select row.*, case %6$s else %7$s end as reached
          from (
            select
              hit.*, least(hit.key | %8$s, (((hit.key >> %2$s) + %9$s) << %2$s) | %10$s) as last
            from (
              select key, max(case when key & 1 = 1 then key end) over w as before %11$s
              from (%12$s) as packed
              window w as (order by key rows between unbounded preceding and 1 preceding)
            ) as hit
            where hit.key & 1 = 1
          ) as row
        ) as attempt
        where reached > 1 or before is null or before >> %1$s <> key >> %1$s
      $query$,
      v_packed.time_bits + n + 1,
      n + 1,
      (1::bigint << v_packed.time_bits) - 1,
      p_from,
      (select string_agg(format('(k%s >> %s & %s) + (%s) as t%1$s', k, n + 1, (1::bigint << v_packed.time_bits) - 1, p_from), ', ' order by k)
       from generate_series(1, n) as k),
      coalesce(
        (select string_agg(format('when k%1$s is null or k%1$s > last or k%1$s & %2$s = 0 then %3$s', k, 1 << (k - 1), k - 1), ' ' order by k)
         from generate_series(2, n) as k),
        'when true then 1'
      ),
      n,
      (1::bigint << (v_packed.time_bits + n + 1)) - 1,
      v_window_ms,
      (1 << (n + 1)) - 1,
      (select string_agg(case k when 1 then ', key as k1' else format(', lead(key, %s) over w as k%s', k - 1, k) end, '' order by k)
       from generate_series(1, n) as k),
      v_packed.query
    ))
  );
end
$$;

comment on function public.build_packed_strict_paths is 'The SQL query of the paths of a strict funnel from packed hits; null where they do not do.';
revoke execute on function public.build_packed_strict_paths from public, anon, authenticated;
grant execute on function public.build_packed_strict_paths to service_role;

-- The attempts of one unit at an unordered funnel whose steps a row may match several of: a row of any step is a start, and from there on,
-- row by row, the most steps that distinct rows can serve. p_times ascending, p_masks beside; place is that of the start.
-- times[k]: when k different steps were done.
create function public.get_unordered_attempts(
  p_times      bigint[],
  p_masks      integer[],
  p_step_count integer,
  p_window_ms  bigint
)
returns table (place integer, start bigint, reached integer, times bigint[])
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  -- rows by mask and time: those of the d-th mask are v_rows[v_head[d]] … v_rows[v_end[d]], of which v_head passes what lies before
  v_rows    integer[] := array(select r from generate_subscripts(p_masks, 1) as r order by p_masks[r], r);
  v_end     integer[] := array(
    select max(by_mask.rank) from (
      select p_masks[r] as mask, row_number() over (order by p_masks[r], r) as rank
      from generate_subscripts(p_masks, 1) as r
    ) as by_mask
    group by by_mask.mask
    order by by_mask.mask
  );
  v_head    integer[] := array(select coalesce(lag(e) over (order by e), 0) + 1 from unnest(v_end) as e);
  v_owner   integer[];            -- by step: the mask of the row that serves it, 0 for none
  v_from    integer[];            -- by step: the step that gives its row up to it; -1 for the new row; null when not found
  v_queue   integer[];
  v_near    integer[];
  v_row     integer;
  v_step    integer;
  v_free    integer;
begin
  for i in 1..cardinality(p_times) loop
    -- of the rows of one instant the first sees all the others
    continue when i > 1 and p_times[i] = p_times[i - 1];
    -- more rows of one mask than there are steps serve nothing
    v_near := '{}';
    for d in 1..cardinality(v_end) loop
      while v_head[d] <= v_end[d] and v_rows[v_head[d]] < i loop
        v_head[d] := v_head[d] + 1;
      end loop;
      v_near := v_near || v_rows[v_head[d] : least(v_end[d], v_head[d] + p_step_count - 1)];
    end loop;
    place := i;
    start := p_times[i];
    times := '{}';
    v_owner := array_fill(0, array[p_step_count]);
    for v_row in select near.r from unnest(v_near) as near (r) order by near.r loop
      exit when p_times[v_row] > start + p_window_ms or cardinality(times) = p_step_count;
      -- give the row to a step, moving others if need be (augmenting path of a bipartite matching)
      v_from := array_fill(null::integer, array[p_step_count]);
      v_queue := '{}';
      v_free := 0;
      for s in 1..p_step_count loop
        if p_masks[v_row] & (1 << (s - 1)) <> 0 then
          v_from[s] := -1;
          v_queue := v_queue || s;
        end if;
      end loop;
      while v_free = 0 and cardinality(v_queue) > 0 loop
        v_step := v_queue[1];
        v_queue := v_queue[2:];
        if v_owner[v_step] = 0 then
          v_free := v_step;
        else
          for s in 1..p_step_count loop
            if v_from[s] is null and v_owner[v_step] & (1 << (s - 1)) <> 0 then
              v_from[s] := v_step;
              v_queue := v_queue || s;
            end if;
          end loop;
        end if;
      end loop;
      continue when v_free = 0;
      while v_from[v_free] <> -1 loop
        v_owner[v_free] := v_owner[v_from[v_free]];
        v_free := v_from[v_free];
      end loop;
      v_owner[v_free] := p_masks[v_row];
      times := times || p_times[v_row];
    end loop;
    reached := cardinality(times);
    return next;
  end loop;
end
$$;

comment on function public.get_unordered_attempts is
  'The attempts of one unit at a funnel in any order whose rows may match several steps: how many steps each got, and when.';
revoke execute on function public.get_unordered_attempts from public, anon, authenticated;
grant execute on function public.get_unordered_attempts to service_role;
