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
  v_filter text := public.build_filter(p_project_id, p_filters);
  v_order  text := case p_direction when 'after' then 'asc' else 'desc' end;
  v_value  text := case p_by when 'event' then 'e.event' else 'case when e.event = ''$pageview'' then e.route end' end;
  v_paths  text;
  v_answer jsonb;
begin
  if p_direction not in ('after', 'before') or p_by not in ('event', 'page')
    or p_depth not between 1 and 5 or p_branches not between 1 and 10
  then
    raise exception 'unknown kind of path' using errcode = '22023';
  end if;

  if p_anchor is null and v_filter = 'true' then
    -- All sessions from end to end: one pass in the order in which they were cut, and half the time.
    v_paths := format(
      $query$
        paths as materialized (
          select
            max(c.person_id) filter (where c.is_first) as person_id,
            coalesce((array_agg(c.value order by c.timestamp %1$s, c.id %1$s) filter (where c.is_step))[1:%2$s], '{}') as walk
          from (
            select
              s.visit, s.session_ms, s.timestamp, s.id, s.value, s.is_first, s.person_id,
              s.value is not null and (s.is_first or s.value is distinct from lag(s.value) over walk) as is_step
            from (%3$s) as s
            where s.value is not null or s.is_first
            window walk as (partition by s.visit order by s.timestamp, s.id)
          ) as c
          group by c.visit, c.session_ms
        ),
        total as (
          select count(distinct p.person_id) as people, count(*) as sessions from paths as p
        )
      $query$,
      v_order, p_depth, public.build_session_rows(p_project_id, p_from, p_to, v_value || ' as value', 'true', p_include_bots)
    );
  else
    v_paths := format(
      $query$
        -- rows of the sessions that count
        seen as materialized (%1$s),
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
        -- one row per session: its values by depth
        paths as materialized (
          select a.person_id, coalesce(t.walk, '{}') as walk
          from anchored as a
          left join (
            select c.visit, c.session_ms, (array_agg(c.value order by c.timestamp %5$s, c.id %5$s))[1:%6$s] as walk
            from changes as c
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
          v_value, case when p_anchor is null then 'false' else public.build_step_condition(p_anchor) end, v_filter
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
      v_order, p_depth
    );
  end if;

  execute format(
    $query$
      with
      %1$s,
      -- the values that are named at each depth
      named as materialized (
        select r.depth, r.value, r.position
        from (
          select d.depth, p.walk[d.depth] as value,
            row_number() over (partition by d.depth order by count(*) desc, p.walk[d.depth] collate "C") as position
          from paths as p
          cross join (values %2$s) as d (depth)
          where p.walk[d.depth] is not null
          group by d.depth, p.walk[d.depth]
        ) as r
        where r.position <= %3$s
      ),
      -- who went from where to where, and how often: the exit is one further than the last step. By numbers, because comparing
      -- texts took longer than all else: 0 the anchor, then the named values, -1 the others, -2 the exit
      stops as materialized (
        select
          d.depth,
          case
            when d.depth = 0 then 0
            when p.walk[d.depth] is null then -2
            else coalesce(t.position, -1)
          end as target,
          case when d.depth <= 1 then 0 else coalesce(f.position, -1) end as source,
          p.person_id,
          count(*) as sessions
        from paths as p
        inner join (values (0), %2$s) as d (depth) on d.depth <= cardinality(p.walk) + 1
        left join named as t on t.depth = d.depth and t.value = p.walk[d.depth]
        left join named as f on f.depth = d.depth - 1 and f.value = p.walk[d.depth - 1]
        group by 1, 2, 3, 4
      ),
      nodes as (
        select s.depth, s.target, count(*) as people, sum(s.sessions)::bigint as sessions
        from (
          select t.depth, t.target, t.person_id, sum(t.sessions) as sessions
          from stops as t
          group by t.depth, t.target, t.person_id
        ) as s
        group by s.depth, s.target
      ),
      links as (
        select s.depth, s.source, s.target, count(*) as people, sum(s.sessions)::bigint as sessions
        from stops as s
        where s.depth > 0
        group by s.depth, s.source, s.target
      ),
      kind (id, kind) as (
        values (0, 'anchor'), (-1, 'other'), (-2, 'exit')
      )
      select jsonb_build_object(
        'total', (select to_jsonb(t) from total as t),
        'anchored', (
          select jsonb_build_object('people', count(distinct p.person_id), 'sessions', count(*)) from paths as p
        ),
        'nodes', (
          select coalesce(
            jsonb_agg(
              jsonb_build_object(
                'depth', n.depth, 'kind', coalesce(k.kind, 'value'), 'value', v.value, 'people', n.people, 'sessions', n.sessions
              )
            ),
            '[]'
          )
          from nodes as n
          left join kind as k on k.id = n.target
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
          from links as l
          left join kind as f on f.id = l.source
          left join named as s on s.depth = l.depth - 1 and s.position = l.source
          left join kind as k on k.id = l.target
          left join named as v on v.depth = l.depth and v.position = l.target
        )
      )
    $query$,
    v_paths, (select string_agg(format('(%s)', d), ', ') from generate_series(1, p_depth) as d), p_branches
  ) into v_answer;
  return v_answer;
end
$$;

comment on function public.get_paths is
  'What sessions did after an anchor, or before it: nodes and links by depth with people and sessions, as one jsonb value.';
revoke execute on function public.get_paths from public, anon, authenticated;
grant execute on function public.get_paths to service_role;
