-- Purpose: make the slices of AI calls and database queries, and make them anew where rows changed.   Reversible: drop function.
-- As roll_up_vitals: marks are taken first and rows are read by a later statement, which sees at least what the marks spoke of.
-- Readers see the old slice with its mark until all of it is committed.
create function public.roll_up_calls(
  p_now       bigint,               -- ms; hours that end later are not closed
  p_budget_ms integer default 3000, -- after so long it begins nothing new
  p_thin_days integer default 3     -- days whose hours keep every dimension
)
returns integer
language plpgsql volatile security invoker set search_path = '' set jit = off set work_mem = '64MB'
as $$
declare
  v_day     record;
  v_hours   bigint[];
  v_made    integer := 0;
  v_end     timestamptz := clock_timestamp() + p_budget_ms * interval '1 millisecond';
  v_count   bigint;
  v_chunk   integer; -- hours made by one statement
  v_is_made boolean;
  v_first   bigint;
  v_table   text;
  v_new     bigint := public.to_slice_start(p_now, 24) - p_thin_days * 86400000::bigint; -- days from here on are not thin
begin
  for v_day in
    select mark.project_id, mark.lane, public.to_slice_start(mark.hour_ms, 24) as start_ms
    from (
      -- Of an hour that is still open one mark is enough.
      select distinct m.project_id, m.lane, m.hour_ms from public.call_marks as m where m.hour_ms <= p_now - 3600000
    ) as mark
    group by 1, 2, 3
    -- What people look at first.
    order by 3 desc, 1, 2
  loop
    exit when v_made > 0 and clock_timestamp() >= v_end;
    continue when not pg_try_advisory_xact_lock(hashtext('growth_stack.roll_up_calls'), v_day.project_id);
    v_table := v_day.lane || '_performance_metrics';

    -- A day whose hours are thin is made from rows as a whole.
    insert into public.call_marks (project_id, lane, hour_ms)
    select s.project_id, s.lane, s.start_ms
    from public.call_slices as s
    where s.project_id = v_day.project_id and s.lane = v_day.lane and s.hour_count = 1 and s.is_thin
      and s.start_ms >= v_day.start_ms and s.start_ms < v_day.start_ms + 86400000;

    -- Some 100,000 rows at a time, a second or two: hosts end long statements, and a busy day has more.
    execute format(
      'select count(*) from public.%I as m where m.project_id = $1 and m.timestamp >= $2 and m.timestamp < $2 + 86400000', v_table
    ) into v_count using v_day.project_id, v_day.start_ms;
    v_chunk := greatest(1, least(24, 24 * 100000 / greatest(v_count, 1)));
    v_is_made := false;
    loop
      with chosen as (
        select distinct m.hour_ms
        from public.call_marks as m
        where m.project_id = v_day.project_id and m.lane = v_day.lane
          and m.hour_ms >= v_day.start_ms and m.hour_ms < v_day.start_ms + 86400000 and m.hour_ms <= p_now - 3600000
        order by m.hour_ms
        limit v_chunk
      ),
      taken as (
        delete from public.call_marks as m
        where m.project_id = v_day.project_id and m.lane = v_day.lane and m.hour_ms in (select chosen.hour_ms from chosen)
        returning m.hour_ms
      )
      select array_agg(distinct taken.hour_ms order by taken.hour_ms) into v_hours from taken;
      exit when v_hours is null;

      delete from public.call_sums as h
      where h.project_id = v_day.project_id and h.lane = v_day.lane and h.hour_count = 1 and h.start_ms = any (v_hours);
      execute format(
        $query$
          insert into public.call_sums (
            project_id, lane, hour_count, start_ms, dimension, value, count, flagged, cached, tokens, cost_usd, longest,
            sampled, zero, fine, coarse
          )
          select
            %1$s, %2$L, 1, t.key, t.dimension, t.value, t.count, t.flagged, t.cached, t.tokens, t.cost_usd, t.longest,
            t.sampled, t.zero, t.fine, t.coarse
          from (%3$s) as t
        $query$,
        v_day.project_id, v_day.lane,
        public.build_call_tally(
          v_day.lane,
          format(
            'm.project_id = %s and m.timestamp >= %s and m.timestamp < %s
             and public.to_slice_start(m.timestamp, 1) = any (%L::bigint[])',
            v_day.project_id, v_hours[1], v_hours[cardinality(v_hours)] + 3600000, v_hours
          ),
          'public.to_slice_start(m.timestamp, 1)', '{all,model,endpoint,query,rows}'
        )
      );
      insert into public.call_slices (project_id, lane, hour_count, start_ms)
      select v_day.project_id, v_day.lane, 1, hour.start_ms from unnest(v_hours) as hour (start_ms)
      on conflict (project_id, lane, hour_count, start_ms) do update set is_thin = false;
      v_made := v_made + cardinality(v_hours);
      v_is_made := true;
      exit when clock_timestamp() >= v_end;
    end loop;
    continue when not v_is_made;

    delete from public.call_sums as h
    where h.project_id = v_day.project_id and h.lane = v_day.lane and h.hour_count = 24 and h.start_ms = v_day.start_ms;
    delete from public.call_slices as s
    where s.project_id = v_day.project_id and s.lane = v_day.lane and s.hour_count = 24 and s.start_ms = v_day.start_ms;
    continue when v_day.start_ms > p_now - 86400000 or exists (
      select from public.call_marks as m
      where m.project_id = v_day.project_id and m.lane = v_day.lane
        and m.hour_ms >= v_day.start_ms and m.hour_ms < v_day.start_ms + 86400000
    );
    -- An hour without a slice never had a row, else it had a mark; one that is marked again marks its day, too.
    insert into public.call_sums (
      project_id, lane, hour_count, start_ms, dimension, value, count, flagged, cached, tokens, cost_usd, longest,
      sampled, zero, fine, coarse
    )
    select
      v_day.project_id, v_day.lane, 24, v_day.start_ms, h.dimension, h.value, sum(h.count), sum(h.flagged), sum(h.cached),
      sum(h.tokens), sum(h.cost_usd), max(h.longest), sum(h.sampled), sum(h.zero), sum(h.fine), sum(h.coarse)
    from public.call_sums as h
    where h.project_id = v_day.project_id and h.lane = v_day.lane and h.hour_count = 1
      and h.start_ms >= v_day.start_ms and h.start_ms < v_day.start_ms + 86400000
    group by h.dimension, h.value;
    insert into public.call_slices (project_id, lane, hour_count, start_ms)
    values (v_day.project_id, v_day.lane, 24, v_day.start_ms);
  end loop;

  -- Days that are rolled up grow old: their hours become thin, a few days at a time.
  for v_day in
    select s.project_id, s.lane, s.start_ms
    from public.call_slices as s
    where s.hour_count = 24 and s.start_ms < v_new
      and exists (
        select from public.call_slices as hour
        where hour.project_id = s.project_id and hour.lane = s.lane and hour.hour_count = 1 and not hour.is_thin
          and hour.start_ms >= s.start_ms and hour.start_ms < s.start_ms + 86400000
      )
    limit 10
  loop
    continue when not pg_try_advisory_xact_lock(hashtext('growth_stack.roll_up_calls'), v_day.project_id);
    delete from public.call_sums as h
    where h.project_id = v_day.project_id and h.lane = v_day.lane and h.hour_count = 1 and h.dimension <> 'all'
      and h.start_ms >= v_day.start_ms and h.start_ms < v_day.start_ms + 86400000;
    update public.call_slices as s set is_thin = true
    where s.project_id = v_day.project_id and s.lane = v_day.lane and s.hour_count = 1
      and s.start_ms >= v_day.start_ms and s.start_ms < v_day.start_ms + 86400000;
  end loop;

  -- What lost its rows with their partition: no trigger told of it.
  for v_day in select distinct s.project_id, s.lane from public.call_slices as s loop
    execute format(
      'select m.timestamp from public.%I as m where m.project_id = $1 order by m.timestamp limit 1',
      v_day.lane || '_performance_metrics'
    ) into v_first using v_day.project_id;
    v_first := public.to_slice_start(coalesce(v_first, 253402300800000), 24);
    delete from public.call_sums as h
    where h.project_id = v_day.project_id and h.lane = v_day.lane and h.hour_count in (1, 24) and h.start_ms < v_first;
    delete from public.call_slices as s
    where s.project_id = v_day.project_id and s.lane = v_day.lane and s.hour_count in (1, 24) and s.start_ms < v_first;
  end loop;

  -- Marks of open hours, which come with every append, are kept to one.
  delete from public.call_marks as m
  using (
    select one.project_id, one.lane, one.hour_ms, min(one.ctid) as kept
    from public.call_marks as one
    where one.hour_ms > p_now - 3600000
    group by one.project_id, one.lane, one.hour_ms
    having count(*) > 1
  ) as open
  where m.project_id = open.project_id and m.lane = open.lane and m.hour_ms = open.hour_ms and m.ctid <> open.kept;
  return v_made;
end
$$;
comment on function public.roll_up_calls is 'Makes the slices of marked hours that are over, newest day first, and of their days, for some seconds; returns how many hours it made, 0 when all is done. Any number of callers at once: who finds a project taken leaves it to the other.';
revoke execute on function public.roll_up_calls from public, anon, authenticated;
grant execute on function public.roll_up_calls to service_role;

create function public.rebuild_call_slices(
  p_project_id integer -- null for all
)
returns integer
language sql volatile security invoker set search_path = ''
as $$
  with marked as (
    insert into public.call_marks (project_id, lane, hour_ms)
    select s.project_id, s.lane, s.start_ms + hour.number * 3600000::bigint
    from public.call_slices as s
    cross join lateral generate_series(0, s.hour_count - 1) as hour (number)
    where p_project_id is null or s.project_id = p_project_id
    union
    select m.project_id, 'ai', public.to_slice_start(m.timestamp, 1)
    from public.ai_performance_metrics as m
    where p_project_id is null or m.project_id = p_project_id
    union
    select m.project_id, 'database', public.to_slice_start(m.timestamp, 1)
    from public.database_performance_metrics as m
    where p_project_id is null or m.project_id = p_project_id
    returning hour_ms
  )
  select count(*)::integer from marked
$$;
comment on function public.rebuild_call_slices is 'Marks every hour that has a slice or rows; roll_up_calls then makes all slices anew while reports read rows. Returns how many hours.';
revoke execute on function public.rebuild_call_slices from public, anon, authenticated;
grant execute on function public.rebuild_call_slices to service_role;
