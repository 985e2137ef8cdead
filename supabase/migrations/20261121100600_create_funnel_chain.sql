-- Purpose: the statements that follow people through ordered steps, for the funnel functions.   Reversible: drop functions.
--
-- The rule (DESIGN.md, section 7): an attempt starts with a step-1 row and reached step k when distinct rows matching steps
-- 2 … k follow in order, within the window from its start, inclusive. Rows of one instant may be taken in whatever order gets
-- furthest. A unit reached what any of its attempts reached.
--
-- The way: rows of one unit and instant become one instant with its reach, then one window function per step carries, in
-- time order, the start of the newest attempt that reached the step; the newest is the one with most of its window left. One
-- sort and no self join, so that one visitor with very many events costs no more than many visitors with few.
--
-- The text of a statement depends on nothing but the number of steps and names given by the calling function; whatever a caller
-- of the product wrote stays a parameter or a quoted literal of the relation `hit`.

-- How far each state gets within one instant: element j + 1 is the furthest step that can be reached from step j by
-- distinct rows of the instant. Bit k - 1 of a mask is set when the row matches step k.
create function public.get_instant_reach(p_masks integer[], p_step_count integer)
returns integer[]
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_any     integer := (select bit_or(m) from unnest(p_masks) as m);
  v_simple  boolean := (select bool_and(m & (m - 1) = 0) from unnest(p_masks) as m);
  v_masks   integer[];
  v_reach   integer[] := '{}';
  v_owner   integer[];    -- by row: the step it serves, 0 for none
  v_from    integer[];    -- by row: the step that found it in the current search, 0 when not yet found
  v_queue   integer[];
  v_row     integer;
  v_step    integer;
  v_free    integer;
  v_next    integer;
begin
  -- more copies of a row than there are steps serve nothing
  select coalesce(array_agg(c.mask), '{}') into v_masks
  from (
    select m as mask, row_number() over (partition by m) as copy from unnest(p_masks) as m where m <> 0
  ) as c
  where c.copy <= p_step_count;

  for j in 0..p_step_count loop
    v_next := j;
    v_owner := array_fill(0, array[cardinality(v_masks)]);
    while v_next < p_step_count and v_any & (1 << v_next) <> 0 loop
      -- rows that match one step each cannot be wanted twice
      if not v_simple then
        -- give step v_next + 1 a row, moving earlier steps to other rows if need be (augmenting path of a bipartite matching)
        v_from := array_fill(0, array[cardinality(v_masks)]);
        v_queue := array[v_next + 1];
        v_free := 0;
        while v_free = 0 and cardinality(v_queue) > 0 loop
          v_step := v_queue[1];
          v_queue := v_queue[2:];
          for i in 1..cardinality(v_masks) loop
            if v_from[i] = 0 and v_masks[i] & (1 << (v_step - 1)) <> 0 then
              v_from[i] := v_step;
              if v_owner[i] = 0 then
                v_free := i;
                exit;
              end if;
              v_queue := v_queue || v_owner[i];
            end if;
          end loop;
        end loop;
        exit when v_free = 0;
        while v_free <> 0 loop
          v_step := v_from[v_free];
          v_row := coalesce(array_position(v_owner, v_step), 0);
          v_owner[v_free] := v_step;
          v_free := v_row;
        end loop;
      end if;
      v_next := v_next + 1;
    end loop;
    v_reach := v_reach || v_next;
  end loop;
  return v_reach;
end
$$;

comment on function public.get_instant_reach is
  'For each step of a funnel the furthest step that distinct rows of one instant lead to from there.';
revoke execute on function public.get_instant_reach from public, anon, authenticated;
grant execute on function public.get_instant_reach to service_role;

-- Reads a relation `instant` (p_unit, timestamp, mask, reach; reach is null for a single row) and gives it with x1 … xn: xk is
-- the start of the newest attempt that reached step k in this instant, null when none did. $1 is the window in ms.
create function public.build_funnel_chain(p_unit text, p_step_count integer)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_chain text := 'select *, case when mask & 1 <> 0 then timestamp end as x1 from instant';
  v_start text;
begin
  for k in 2..p_step_count loop
    -- from step k - 1 with this step's own row; in an instant of several rows also from further back
    v_start := format('case when mask & %s <> 0 then p%s end, case when reach[1] >= %s then timestamp end', 1 << (k - 1), k - 1, k);
    for j in 1..k - 2 loop
      v_start := v_start || format(', case when reach[%s] >= %s then p%s end', j + 1, k, j);
    end loop;
    v_chain := format(
      'select *, case when timestamp - s%1$s <= $1 then s%1$s end as x%1$s
       from (
         select *, greatest(%2$s) as s%1$s
         from (
           select *, max(x%3$s) over (
             partition by %4$s order by timestamp rows between unbounded preceding and 1 preceding
           ) as p%3$s
           from (%5$s) as level%3$s
         ) as entry%1$s
       ) as start%1$s',
      k, v_start, k - 1, p_unit, v_chain
    );
  end loop;
  return v_chain;
end
$$;

comment on function public.build_funnel_chain is
  'The text of the query that gives each instant the start of the newest attempt that reached each step in it.';
revoke execute on function public.build_funnel_chain from public, anon, authenticated;
grant execute on function public.build_funnel_chain to service_role;

-- Reads `instant` with a further column reached, the unit's furthest step, and gives it with b0: the times of steps 1 …
-- reached of the attempt that starts in this instant, each as early as can be; null when no attempt from here gets as far.
-- The same chain backwards: bj are the times of the steps after j when step j + 1 is done in this instant, cj the
-- earliest such times over later instants. Arrays compare element by element, hence min() is the earliest.
create function public.build_funnel_path(p_unit text, p_step_count integer)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_path text := 'select * from instant';
  v_times text;
begin
  for j in reverse p_step_count - 1..0 loop
    v_times := '';
    for m in j + 1..p_step_count loop
      v_times := v_times || format(
        '%scase when %s then case when reached = %s then array_fill(timestamp, array[%s])%s end end',
        case when m > j + 1 then ', ' else '' end,
        case when m = j + 1 then format('mask & %s <> 0', 1 << j) else format('reach[%s] >= %s', j + 1, m) end,
        m,
        m - j,
        case when m < p_step_count
          then format(' when reached > %1$s and c%1$s is not null then array_fill(timestamp, array[%2$s]) || c%1$s', m, m - j)
          else ''
        end
      );
    end loop;
    v_path := format('select *, least(%s) as b%s from (%s) as level%s', v_times, j, v_path, j);
    if j > 0 then
      v_path := format(
        'select *, min(b%1$s) over (
           partition by %2$s order by timestamp desc rows between unbounded preceding and 1 preceding
         ) as c%1$s
         from (%3$s) as later%1$s',
        j, p_unit, v_path
      );
    end if;
  end loop;
  return v_path;
end
$$;

comment on function public.build_funnel_path is
  'The text of the query that gives each instant the step times of the attempt that starts in it and gets as far as its unit did.';
revoke execute on function public.build_funnel_path from public, anon, authenticated;
grant execute on function public.build_funnel_path to service_role;
