-- Purpose: the statement that follows people through ordered steps, for the funnel functions.   Reversible: drop function.
-- One sort and one window function per step instead of self joins, so that one visitor with very many events costs no more
-- than as many visitors with one. Its text depends on nothing but the number of steps and the names given by these functions:
-- every value of a caller stays a parameter.
--
-- It reads a relation `hit` with the columns of p_unit and timestamp (ms) and mask (bit k - 1 is set when the row matches
-- step k), and gives each row with x1 … xn: xk is the start of the newest attempt that reaches step k with this row, null
-- when none does. An attempt starts with a step-1 row; the newest is the one with most of its window left, so that a unit
-- reached step k exactly when some xk is not null. A row continues only attempts of rows before it: it serves one step of an
-- attempt. Rows of one instant are taken in step order. $1 is the window in ms, inclusive, counted from step 1.
create function public.build_funnel_chain(p_unit text, p_step_count integer)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_chain text := 'select *, case when mask & 1 <> 0 then timestamp end as x1 from hit';
begin
  for k in 2..p_step_count loop
    v_chain := format(
      'select *, case when mask & %1$s <> 0 and timestamp - p%2$s <= $1 then p%2$s end as x%2$s
       from (
         select *, max(x%3$s) over (
           partition by %4$s order by timestamp, mask & -mask, mask rows between unbounded preceding and 1 preceding
         ) as p%2$s
         from (%5$s) as level%3$s
       ) as entry%2$s',
      1 << (k - 1), k, k - 1, p_unit, v_chain
    );
  end loop;
  return v_chain;
end
$$;

comment on function public.build_funnel_chain is
  'The text of the query that gives each row of the relation hit the start of the newest attempt that reaches each step with it.';
revoke execute on function public.build_funnel_chain from public, anon, authenticated;
grant execute on function public.build_funnel_chain to service_role;
