-- Purpose: what people do next after an anchor, or just before it, within a session.   Reversible: drop function.
-- A session is the rows of one person and session id with at most 30 minutes from one to the next: signing in on the way begins no
-- other, but a day's visitor is somebody else at midnight. Sessions that began in [p_from, p_to) count, and of them what lies before
-- p_to. Rows without a session id or under Global Privacy Control have none. Rows of the same instant are ordered by their id, which
-- senders make in the order of happening.

-- The query of every row of these sessions: (visit, session_ms, is_first, person_id, timestamp, id, and
-- p_columns). A session is (visit, session_ms): a key of person and session id, and the instant of its first row, of which is_first is
-- true. 64-bit keys meet by chance among a million sessions once in 40 million questions.
create function public.build_session_rows(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_columns      text,                    -- further columns: expressions on person_events as e, each with a name
  p_where        text default 'true',     -- rows that may be left out before sessions are cut; whole visits only
  p_include_bots boolean default false
)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select format(
    $query$
      select *
      from (
        select
          gap.*,
          max(gap.timestamp) filter (where gap.is_first) over (
            partition by gap.visit order by gap.timestamp, gap.id rows unbounded preceding
          ) as session_ms
        from (
          select
            seen.*,
            coalesce(
              seen.timestamp - lag(seen.timestamp) over (partition by seen.visit order by seen.timestamp, seen.id) > 1800000, true
            ) as is_first
          from (
            select
              hashtextextended(e.session_id, e.person_id) as visit,
              e.person_id, e.timestamp, e.id, %1$s
            from public.person_events as e
            where
              e.project_id = %2$L::integer
              -- who was seen in the half hour before did not begin here
              and e.timestamp >= %3$L::bigint - 1800000
              and e.timestamp < %4$L::bigint
              and e.person_id is not null
              and e.session_id is not null
              and %5$s
              and %6$s
          ) as seen
        ) as gap
      ) as cut
      where cut.session_ms >= %3$L::bigint
    $query$,
    p_columns, p_project_id, p_from, p_to,
    case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
    p_where
  )
$$;

comment on function public.build_session_rows is
  'The SQL query of all rows of sessions that began in [p_from, p_to), each with its session (visit, session_ms).';
revoke execute on function public.build_session_rows from public, anon, authenticated;
grant execute on function public.build_session_rows to service_role;

-- The CTEs `symbol` (is_page, value, symbol), `session` (person, steps) and `total` (people, sessions) from raw rows, which know
-- every condition: steps are the symbols of a session from its anchor on, no more than p_depth of them.
create function public.build_raw_walks(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_anchor       jsonb,
  p_direction    text,
  p_depth        integer,
  p_by           text,
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
  v_filter text := public.build_filter(p_project_id, p_filters);
  v_order  text := case p_direction when 'after' then 'asc' else 'desc' end;
begin
  return format(
    $query$
      -- rows of the sessions that count
      seen as materialized (%1$s),
      symbol as materialized (
        select v.value, %7$L = 'page' as is_page, public.to_visit_symbol((row_number() over () - 1)::integer) as symbol
        from (select distinct s.value from seen as s where s.value is not null) as v
      ),
      -- sessions the filter keeps
      kept as materialized (
        select s.visit, s.session_ms, max(s.person_id) filter (where s.is_first) as person_id
        from seen as s
        group by s.visit, s.session_ms
        having %2$s
      ),
      -- the first row of a session that matches the anchor
      anchors as (
        select distinct on (s.visit, s.session_ms) s.visit, s.session_ms, s.timestamp, s.id
        from seen as s
        where s.is_anchor
        order by s.visit, s.session_ms, s.timestamp, s.id
      ),
      anchored as materialized (
        select k.visit, k.session_ms, k.person_id, %3$s
      ),
      -- from the anchor on: rows that are steps, and the anchor itself
      walked as (
        select s.visit, s.session_ms, s.value, s.timestamp, s.id,
          (s.timestamp, s.id) is not distinct from (a.timestamp, a.id) as is_anchor
        from seen as s
        inner join anchored as a on a.visit = s.visit and a.session_ms = s.session_ms
        where %4$s
      ),
      changes as (
        select w.*,
          not w.is_anchor and w.value is distinct from lag(w.value) over walk as is_step
        from walked as w
        window walk as (partition by w.visit, w.session_ms order by w.timestamp %5$s, w.id %5$s)
      ),
      session as (
        select a.person_id as person, coalesce(t.steps, '') as steps
        from anchored as a
        left join (
          select c.visit, c.session_ms, left(string_agg(y.symbol, '' order by c.timestamp %5$s, c.id %5$s), %6$s) as steps
          from changes as c
          inner join symbol as y on y.value = c.value
          where c.is_step
          group by c.visit, c.session_ms
        ) as t on t.visit = a.visit and t.session_ms = a.session_ms
      ),
      total as (
        select count(distinct k.person_id) as people, count(*) as sessions from kept as k
      )
    $query$,
    public.build_session_rows(
      p_project_id, p_from, p_to,
      format(
        '%s as value, %s as is_anchor, %s as passes',
        case p_by when 'event' then 'e.event' else 'case when e.event = ''$pageview'' then e.route end' end,
        case when p_anchor is null then 'false' else public.build_step_condition(p_anchor) end, v_filter
      ),
      'true', p_include_bots
    ),
    case when v_filter = 'true' then 'true' else 'bool_or(s.passes)' end,
    case when p_anchor is null then 'null::bigint as timestamp, null::uuid as id from kept as k'
      else 'a.timestamp, a.id from kept as k inner join anchors as a on a.visit = k.visit and a.session_ms = k.session_ms' end,
    case when p_anchor is null then 's.value is not null'
      else format(
        '(s.value is not null and (s.timestamp, s.id) %s (a.timestamp, a.id)) or (s.timestamp, s.id) = (a.timestamp, a.id)',
        case p_direction when 'after' then '>' else '<' end
      ) end,
    v_order, p_depth, p_by
  );
end
$$;

comment on function public.build_raw_walks is 'SQL of the CTEs symbol, session and total of get_paths, from raw rows.';
revoke execute on function public.build_raw_walks from public, anon, authenticated;
grant execute on function public.build_raw_walks to service_role;

-- The same from visits, for an anchor of which slices know all (is_slice_step). What stands in the walks of a visit: slice_visits.
create function public.build_visit_walks(
  p_project_id integer,
  p_from       bigint,
  p_to         bigint,
  p_anchor     jsonb,
  p_direction  text,
  p_depth      integer,
  p_by         text
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_plan   record;
  v_column text;          -- of the walk that the anchor stands in and, where one is enough, the steps
  v_match  text;          -- the query of the symbols that the anchor is
  v_steps  text;
  v_blank  boolean;       -- whether a page view without a route is the anchor
  v_where  text := case when p_anchor is null then 'true' else public.build_step_condition(p_anchor) end;
  v_is_any boolean := coalesce(p_anchor -> 'where', '{}') = '{}';
begin
  select * into v_plan from public.get_visit_plan(p_project_id, p_from, p_to);
  execute format('select coalesce(%s, false) from (values (''$pageview''::text, null::text)) as e (event, route)', v_where) into v_blank;
  v_column := case
    when p_anchor is null or p_by = 'event' and v_is_any or p_by = 'page' and not v_is_any and not v_blank then p_by || '_walk'
    else 'walk'
  end;
  -- of a page view with a route the anchor is its page; of any event it is the event, of page views the mark before the page
  v_match := format(
    $match$
      select m.symbol
      from (
        select s.symbol, s.is_page, case when s.is_page then '$pageview' else s.value end as event, case when s.is_page then s.value end as route
        from symbol as s
        union all
        select '"', true, '$pageview', null
      ) as m
      where %s m.is_page and exists (select from (values (m.event, m.route)) as e (event, route) where %s)
    $match$,
    case when v_is_any then 'not' else '' end, v_where
  );
  v_steps := case
    when p_anchor is null and p_direction = 'after' then 'left(s.walk, %1$s)'
    when p_anchor is null then 'reverse(right(s.walk, %1$s))'
    -- the anchor is one of the steps
    when v_column <> 'walk' and p_direction = 'after' then 'substr(s.tail, 2, %1$s)'
    when v_column <> 'walk' then 'reverse(right(s.head, %1$s))'
    -- events around a page view, which is among others of the same event
    when p_by = 'event' and p_direction = 'after' then 'left(regexp_replace(s.tail, (select k.others from kind as k), '''', ''g''), %1$s)'
    when p_by = 'event' then 'reverse(right(left(regexp_replace(s.head, (select k.others from kind as k), '''', ''g''), -1), %1$s))'
    -- pages before an event
    when p_direction = 'before' then 'reverse(right(translate(s.head, ''!'' || (select k.events from kind as k), ''''), %1$s))'
    -- pages after an event: the one seen last before it is a step when it is seen again
    else
      $after$
        left(
          translate(
            case
              when not s.is_page and translate(s.tail, (select k.events from kind as k), '') like '!%%'
                then right(translate(s.head, '!' || (select k.events from kind as k), ''), 1)
              else ''
            end || substr(translate(s.tail, (select k.events from kind as k), ''), case when s.is_page then 2 else 1 end),
            '!', ''
          ),
          %1$s
        )
      $after$
  end;
  return format(
    $query$
      %1$s,
      anchor as materialized (%2$s),
      kind as materialized (
        select
          '"' || coalesce(string_agg(s.symbol, '') filter (where not s.is_page), '') as events,
          -- a set of letters is found in one pass as an expression, however many there are
          '[^' || string_agg(regexp_replace(s.symbol, '[][\\^-]', '\\\&'), '') filter (where not s.is_page) || ']' as others,
          (select case when count(*) = 1 then min(a.symbol) end from anchor as a) as anchor,
          (
            select coalesce('[' || string_agg(regexp_replace(a.symbol, '[][\\^-]', '\\\&'), '') || '].*', '$^')
            from anchor as a
          ) as anchors
        from symbol as s
      ),
      session as (
        select s.person, %3$s as steps
        from (%4$s) as s
      ),
      %5$s
    $query$,
    public.build_visits(
      p_project_id, p_from, p_to, v_plan.wholes, v_plan.parts, v_plan.gaps, v_plan.cut, v_plan.cut_ms, array[v_column]
    ),
    v_match,
    format(v_steps, p_depth),
    format(
      case
        when p_anchor is null then '%2$s'
        else
          $anchored$
            select
              t.person, t.tail, left(t.walk, length(t.walk) - length(t.tail)) as head,
              -- whether a page is what the tail begins with
              %1$s as is_page
            from (
              select
                w.person, w.walk,
                case
                  when %3$s then w.walk
                  -- what is one symbol is found ten times as fast as one of several
                  when (select k.anchor from kind as k) is null
                    then coalesce(substring(w.walk from (select k.anchors from kind as k)), '')
                  when strpos(w.walk, (select k.anchor from kind as k)) > 0
                    then substr(w.walk, strpos(w.walk, (select k.anchor from kind as k)))
                  else ''
                end as tail
              from (%2$s) as w
              offset 0 -- or it is found once for each mention
            ) as t
            where t.tail <> ''
          $anchored$
      end,
      case
        when v_is_any then
          'left(t.tail, 1) = (select s.symbol from symbol as s where not s.is_page and s.value = ''$pageview'') and substr(t.tail, 2, 1) <> ''"'''
        else 'left(t.tail, 1) <> ''"'''
      end,
      format(
        $walks$
          select unnest(held.people)::bigint as person, unnest(held.%1$I) as walk
          from public.slice_visits as held
          where held.slice_id = any (%2$L::integer[]) and not held.is_loose
          union all
          select v.person, v.%3$I from visit as v
        $walks$,
        v_column || 's', v_plan.wholes, v_column
      ),
      -- everybody begins with some event
      case when p_anchor ->> 'event' = '*' then 'true' else 'false' end
    ),
    case
      when p_anchor is null then 'total as (select null as people, null as sessions)' -- which nobody asks
      else public.build_origin_totals(v_plan.wholes, '''all''::text') || format(
        ', total as (
          select coalesce(max(o.people), 0) as people, coalesce(max(o.sessions), 0) as sessions from origin_total as o
        )'
      )
    end
  );
end
$$;

comment on function public.build_visit_walks is 'SQL of the CTEs symbol, session and total of get_paths, from visits.';
revoke execute on function public.build_visit_walks from public, anon, authenticated;
grant execute on function public.build_visit_walks to service_role;

-- Each session gives one path: from its first row that matches the anchor (without one from its start, or its end when looking
-- back) along its other rows, each a step by its event or, by page, the route of a page view; a step that repeats the one before
-- it is the same step. At every depth the values with most sessions are named (ties by value), the rest is pooled.
-- A filter keeps sessions of which at least one row passes it.
-- Answer: { total, anchored: { people, sessions }, nodes: [{ depth, kind, value, people, sessions }],
--   links: [{ depth, sourceKind, source, targetKind, target, people, sessions }] }, a link's depth being its target's;
-- kind: anchor | value | other | exit.
create function public.get_paths(
  p_project_id   integer,
  p_from         bigint,
  p_to           bigint,
  p_anchor       jsonb,                   -- a step as lib/contracts/step.ts; null for the session's start or end
  p_direction    text,                    -- after | before
  p_depth        integer,                 -- 1..5
  p_branches     integer,                 -- 1..10
  p_by           text,                    -- event | page
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set work_mem = '64MB'
set enable_mergejoin = off -- what a CTE holds is overestimated, and sorting texts for a merge takes longer than all else
set jit = off
as $$
declare
  v_walks  text;
  -- At each depth a target is 1..p_branches when it is named, one more for the others, two more for the exit; a source likewise. Who went
  -- where is a bit of the person: one for each node and each link, in rows of as many bits as there are targets, and no row in two words.
  c_other  constant integer := p_branches + 1;
  c_exit   constant integer := p_branches + 2;
  c_rows   constant integer := 63 / c_exit;
  v_bits   text;          -- (depth, source, target, word, bit); source 0 for a node
  v_words  integer;
  v_answer jsonb;
begin
  if p_direction not in ('after', 'before') or p_by not in ('event', 'page')
    or p_depth not between 1 and 5 or p_branches not between 1 and 10
  then
    raise exception 'unknown kind of path' using errcode = '22023';
  end if;
  v_walks := case
    when p_include_bots or public.build_filter(p_project_id, p_filters) <> 'true'
      or p_anchor is not null and not public.is_slice_step(p_anchor)
      then public.build_raw_walks(p_project_id, p_from, p_to, p_anchor, p_direction, p_depth, p_by, p_filters, p_include_bots)
    else public.build_visit_walks(p_project_id, p_from, p_to, p_anchor, p_direction, p_depth, p_by)
  end;
  -- rows: the nodes of each depth, then the links to each depth from each source
  v_words := (p_depth + (p_depth - 1) * c_other + c_rows - 1) / c_rows;

  execute format(
    $query$
      with
      %1$s,
      trail as materialized (
        select s.steps, array_agg(s.person) as people, count(*)::integer as sessions
        from session as s
        group by s.steps
      ),
      -- the values that are named at each depth
      named as materialized (
        select r.depth, r.symbol, r.value, r.position
        from (
          select c.depth, c.symbol, y.value, row_number() over (partition by c.depth order by c.sessions desc, y.value collate "C") as position
          from (
            select d.depth, substr(t.steps, d.depth, 1) as symbol, sum(t.sessions) as sessions
            from trail as t
            inner join generate_series(1, %2$s) as d (depth) on d.depth <= length(t.steps)
            group by 1, 2
          ) as c
          inner join symbol as y on y.symbol = c.symbol and y.is_page = (%3$L = 'page')
        ) as r
        where r.position <= %4$s
      ),
      name as materialized (
        select array_agg(coalesce(n.symbols, '') order by d.depth) as symbols
        from generate_series(1, %2$s) as d (depth)
        left join (
          select n.depth, string_agg(n.symbol, '' order by n.position) as symbols from named as n group by n.depth
        ) as n on n.depth = d.depth
      ),
      pooled as materialized (
        select t.people, t.sessions, %5$s
        from trail as t
        cross join name as n
      ),
      -- few ways once all others are pooled
      way as materialized (
        select w.*, %6$s
        from (
          select %7$s, sum(p.sessions)::bigint as sessions from pooled as p group by %7$s
        ) as w
      ),
      person as materialized (
        select m.person, %8$s
        from (
          select unnest(p.people) as person, %9$s
          from pooled as p
          inner join way as w on %10$s
        ) as m
        group by m.person
      ),
      -- people by word and bit
      crowd as materialized (
        select c.word, bit.bit::integer - 1 as bit, bit.people
        from (%11$s) as c
        cross join lateral unnest(c.people) with ordinality as bit (people, bit)
      ),
      stop as materialized (
        select s.depth, s.source, s.target, c.people, s.sessions
        from (
          select
            s.depth, s.source, s.target, sum(s.sessions)::bigint as sessions,
            case when s.source = 0 then s.depth - 1 else %2$s + (s.depth - 2) * %12$s + s.source - 1 end as row
          from (%13$s) as s
          where s.target is not null
          group by s.depth, s.source, s.target
        ) as s
        inner join crowd as c on c.word = s.row / %14$s and c.bit = s.row %% %14$s * %15$s + s.target - 1
      ),
      kind_of (target, kind) as (
        values (0, 'anchor'), (%12$s, 'other'), (%15$s, 'exit')
      ),
      walked_all as materialized (
        select (select count(*) from person) as people, (select coalesce(sum(t.sessions), 0) from trail as t) as sessions
      ),
      node as (
        select s.depth, s.target, s.people, s.sessions from stop as s where s.source = 0
        union all
        select 0, 0, a.people, a.sessions from walked_all as a where a.sessions > 0
      ),
      -- to the first depth everybody comes from the anchor
      link as (
        select s.depth, s.source, s.target, s.people, s.sessions from stop as s where s.source > 0 or s.depth = 1
      )
      select jsonb_build_object(
        'total', (select to_jsonb(t) from %16$s as t),
        'anchored', (select to_jsonb(a) from walked_all as a),
        'nodes', (
          select coalesce(
            jsonb_agg(
              jsonb_build_object(
                'depth', n.depth, 'kind', coalesce(k.kind, 'value'), 'value', v.value, 'people', n.people, 'sessions', n.sessions
              )
            ),
            '[]'
          )
          from node as n
          left join kind_of as k on k.target = n.target
          left join named as v on v.depth = n.depth and v.position = n.target
        ),
        'links', (
          select coalesce(
            jsonb_agg(
              jsonb_build_object(
                'depth', l.depth,
                'sourceKind', coalesce(f.kind, 'value'), 'source', s.value,
                'targetKind', coalesce(k.kind, 'value'), 'target', v.value,
                'people', l.people, 'sessions', l.sessions
              )
            ),
            '[]'
          )
          from link as l
          left join kind_of as f on f.target = l.source
          left join named as s on s.depth = l.depth - 1 and s.position = l.source
          left join kind_of as k on k.target = l.target
          left join named as v on v.depth = l.depth and v.position = l.target
        )
      )
    $query$,
    v_walks, p_depth, p_by, p_branches,
    -- pooled: the target at each depth
    (
      select string_agg(
        format(
          'case
             when length(t.steps) >= %1$s then coalesce(nullif(strpos(n.symbols[%1$s], substr(t.steps, %1$s, 1)), 0), %2$s)
             when length(t.steps) = %1$s - 1 then %3$s
           end as p%1$s',
          d, c_other, c_exit
        ),
        ', '
      )
      from generate_series(1, p_depth) as d
    ),
    -- way: its bits in each word
    (
      select string_agg(
        (
          select string_agg(
            format(
              'case when w.p%1$s is not null and (%2$s) / %3$s = %4$s then 1::bigint << ((%2$s) %% %3$s * %5$s + w.p%1$s - 1) else 0 end',
              row.depth, row.row, c_rows, k, c_exit
            ),
            ' | '
          )
          from (
            select d as depth, (d - 1)::text as row from generate_series(1, p_depth) as d
            union all
            select d, format('%s + w.p%s - 1', p_depth + (d - 2) * c_other, d - 1) from generate_series(2, p_depth) as d
          ) as row
        ) || ' as w' || k,
        ', '
      )
      from generate_series(0, v_words - 1) as k
    ),
    (select string_agg(format('p.p%s', d), ', ') from generate_series(1, p_depth) as d),
    (select string_agg(format('bit_or(m.w%1$s) as w%1$s', k), ', ') from generate_series(0, v_words - 1) as k),
    (select string_agg(format('w.w%s', k), ', ') from generate_series(0, v_words - 1) as k),
    -- once an exit has come there is nothing further: 0 for it on both sides
    (select string_agg(format('coalesce(w.p%1$s, 0) = coalesce(p.p%1$s, 0)', d), ' and ') from generate_series(1, p_depth) as d),
    (
      select string_agg(
        format(
          'select %1$s as word, array[%2$s] as people from (select p.w%1$s as word, count(*)::integer as people from person as p group by p.w%1$s) as g',
          k,
          (
            select string_agg(format('coalesce(sum(g.people) filter (where g.word & %s::bigint <> 0), 0)', 1::bigint << b), ', ' order by b)
            from generate_series(0, c_rows * c_exit - 1) as b
          )
        ),
        ' union all '
      )
      from generate_series(0, v_words - 1) as k
    ),
    c_other,
    (
      select string_agg(
        format('select %1$s as depth, %2$s as source, w.p%1$s as target, w.sessions from way as w', s.depth, s.source), ' union all '
      )
      from (
        select d as depth, '0' as source from generate_series(1, p_depth) as d
        union all
        select d, format('w.p%s', d - 1) from generate_series(2, p_depth) as d
      ) as s
    ),
    c_rows, c_exit, case when p_anchor is null then 'walked_all' else 'total' end
  ) into v_answer;
  return v_answer;
end
$$;

comment on function public.get_paths is
  'What sessions did after an anchor, or before it: nodes and links by depth with people and sessions, as one jsonb value.';
revoke execute on function public.get_paths from public, anon, authenticated;
grant execute on function public.get_paths to service_role;
