-- Purpose: make the slices of web vitals, and make them anew where rows changed.   Reversible: drop function.
-- Marks are taken first and rows are read by a later statement, which sees at least what the marks spoke of. Whoever commits
-- in between leaves a mark that stays. Readers see the old slice with its mark until all of it is committed.
-- Hours of the last p_thin_days keep every dimension, so that a range that begins in the middle of a day 30 days ago needs no
-- rows but those of an hour; older ones keep what series need, and their days the rest.
create function public.roll_up_vitals(
  p_now       bigint,               -- ms; hours that end later are not closed
  p_budget_ms integer default 3000, -- after so long it begins nothing new
  p_thin_days integer default 35
)
returns integer
language plpgsql volatile security invoker set search_path = '' set jit = off
as $$
declare
  v_day      record;
  v_hours    bigint[];
  v_made     integer := 0;
  v_end      timestamptz := clock_timestamp() + p_budget_ms * interval '1 millisecond';
  v_chunk    integer; -- hours made by one statement
  v_is_made  boolean;
  v_first    bigint;
  v_new      bigint := public.to_slice_start(p_now, 24) - p_thin_days * 86400000::bigint; -- days from here on are not thin
  v_all      constant text[] := array[
    'all', 'route', 'device', 'connection', 'country', 'browser', 'navigation_type', 'release', 'release_route', 'custom'
  ];
begin
  for v_day in
    select
      mark.project_id, public.to_slice_start(mark.hour_ms, 24) as start_ms
    from (
      -- Of an hour that is still open one mark is enough.
      select distinct m.project_id, m.hour_ms from public.vital_marks as m where m.hour_ms <= p_now - 3600000
    ) as mark
    group by 1, 2
    -- What people look at first.
    order by 2 desc, 1
  loop
    exit when v_made > 0 and clock_timestamp() >= v_end;
    continue when not pg_try_advisory_xact_lock(hashtext('growth_stack.roll_up_vitals'), v_day.project_id);

    -- A day whose hours are thin is made from rows as a whole.
    insert into public.vital_marks (project_id, hour_ms)
    select s.project_id, s.start_ms
    from public.vital_slices as s
    where s.project_id = v_day.project_id and s.hour_count = 1 and s.is_thin
      and s.start_ms >= v_day.start_ms and s.start_ms < v_day.start_ms + 86400000;

    -- Some 50,000 rows at a time, a second or two: hosts end long statements, and a busy day has more.
    select greatest(1, least(24, 24 * 50000 / greatest(count(*), 1))) into v_chunk
    from public.performance_metrics as m
    where m.project_id = v_day.project_id
      and m.timestamp >= v_day.start_ms and m.timestamp < v_day.start_ms + 86400000;
    v_is_made := false;
    loop
      with chosen as (
        select distinct m.hour_ms
        from public.vital_marks as m
        where m.project_id = v_day.project_id
          and m.hour_ms >= v_day.start_ms and m.hour_ms < v_day.start_ms + 86400000 and m.hour_ms <= p_now - 3600000
        order by m.hour_ms
        limit v_chunk
      ),
      taken as (
        delete from public.vital_marks as m
        where m.project_id = v_day.project_id and m.hour_ms in (select chosen.hour_ms from chosen)
        returning m.hour_ms
      )
      select array_agg(distinct taken.hour_ms) into v_hours from taken;
      exit when v_hours is null;

      delete from public.vital_histograms as h
      where h.project_id = v_day.project_id and h.hour_count = 1 and h.start_ms = any (v_hours);
      execute format(
        'insert into public.vital_histograms (
           project_id, hour_count, start_ms, is_soft, dimension, value, first_ms, last_ms,
           vitals, count, good, poor, zero, fine, coarse
         )
         select
           %s, 1, t.key, t.is_soft, t.dimension, t.value, min(t.first_ms), max(t.last_ms),
           array_agg(t.vital), array_agg(t.count), array_agg(t.good), array_agg(t.poor), array_agg(t.zero),
           array_agg(t.fine), array_agg(t.coarse)
         from (%s) as t (
           key, is_soft, dimension, value, vital, count, good, poor, zero, first_ms, last_ms, fine, coarse
         )
         group by t.key, t.is_soft, t.dimension, t.value',
        v_day.project_id,
        public.build_vital_tally(
          'public.performance_metrics as m',
          format(
            'm.project_id = %s and m.timestamp >= %s and m.timestamp < %s and m.bot_reasons is null
             and public.to_slice_start(m.timestamp, 1) = any (%L::bigint[])',
            v_day.project_id, v_hours[1], v_hours[cardinality(v_hours)] + 3600000, v_hours
          ),
          'public.to_slice_start(m.timestamp, 1)', v_all
        )
      );
      insert into public.vital_slices (project_id, hour_count, start_ms)
      select v_day.project_id, 1, hour.start_ms from unnest(v_hours) as hour (start_ms)
      on conflict (project_id, hour_count, start_ms) do update set is_thin = false;
      v_made := v_made + cardinality(v_hours);
      v_is_made := true;
      exit when clock_timestamp() >= v_end;
    end loop;
    continue when not v_is_made;

    delete from public.vital_histograms as h
    where h.project_id = v_day.project_id and h.hour_count = 24 and h.start_ms = v_day.start_ms;
    delete from public.vital_slices as s
    where s.project_id = v_day.project_id and s.hour_count = 24 and s.start_ms = v_day.start_ms;
    continue when v_day.start_ms > p_now - 86400000 or exists (
      select from public.vital_marks as m
      where m.project_id = v_day.project_id
        and m.hour_ms >= v_day.start_ms and m.hour_ms < v_day.start_ms + 86400000
    );
    -- An hour without a slice never had a row, else it had a mark; one that is marked again marks its day, too.
    insert into public.vital_histograms (
      project_id, hour_count, start_ms, is_soft, dimension, value, first_ms, last_ms,
      vitals, count, good, poor, zero, fine, coarse
    )
    select
      v_day.project_id, 24, v_day.start_ms, t.is_soft, t.dimension, t.value, min(t.first_ms), max(t.last_ms),
      array_agg(t.vital), array_agg(t.count), array_agg(t.good), array_agg(t.poor), array_agg(t.zero),
      array_agg(t.fine), array_agg(t.coarse)
    from (
      select
        h.is_soft, h.dimension, h.value, v.vital, min(h.first_ms) as first_ms, max(h.last_ms) as last_ms,
        sum(v.count) as count, sum(v.good) as good, sum(v.poor) as poor, sum(v.zero) as zero,
        sum(v.fine) as fine, sum(v.coarse) as coarse
      from public.vital_histograms as h
      cross join lateral unnest(h.vitals, h.count, h.good, h.poor, h.zero, h.fine, h.coarse)
        as v (vital, count, good, poor, zero, fine, coarse)
      where h.project_id = v_day.project_id and h.hour_count = 1
        and h.start_ms >= v_day.start_ms and h.start_ms < v_day.start_ms + 86400000
      group by h.is_soft, h.dimension, h.value, v.vital
    ) as t
    group by t.is_soft, t.dimension, t.value;
    insert into public.vital_slices (project_id, hour_count, start_ms)
    values (v_day.project_id, 24, v_day.start_ms);
  end loop;

  -- Days that are rolled up grow old: their hours become thin, a few days at a time.
  for v_day in
    select s.project_id, s.start_ms
    from public.vital_slices as s
    where s.hour_count = 24 and s.start_ms < v_new
      and exists (
        select from public.vital_slices as hour
        where hour.project_id = s.project_id and hour.hour_count = 1 and not hour.is_thin
          and hour.start_ms >= s.start_ms and hour.start_ms < s.start_ms + 86400000
      )
    limit 10
  loop
    continue when not pg_try_advisory_xact_lock(hashtext('growth_stack.roll_up_vitals'), v_day.project_id);
    delete from public.vital_histograms as h
    where h.project_id = v_day.project_id and h.hour_count = 1 and h.dimension <> 'all'
      and h.start_ms >= v_day.start_ms and h.start_ms < v_day.start_ms + 86400000;
    update public.vital_slices as s set is_thin = true
    where s.project_id = v_day.project_id and s.hour_count = 1
      and s.start_ms >= v_day.start_ms and s.start_ms < v_day.start_ms + 86400000;
  end loop;

  -- What lost its rows with their partition: no trigger told of it.
  for v_day in select p.id as project_id from public.projects as p loop
    select m.timestamp into v_first
    from public.performance_metrics as m where m.project_id = v_day.project_id order by m.timestamp limit 1;
    v_first := public.to_slice_start(coalesce(v_first, 253402300800000), 24);
    continue when not exists (
      select from public.vital_slices as s
      where s.project_id = v_day.project_id and s.hour_count in (1, 24) and s.start_ms < v_first
    );
    delete from public.vital_histograms as h where h.project_id = v_day.project_id and h.start_ms < v_first;
    delete from public.vital_slices as s where s.project_id = v_day.project_id and s.start_ms < v_first;
  end loop;

  -- Marks of open hours, which come with every append, are kept to one.
  delete from public.vital_marks as m
  using (
    select one.project_id, one.hour_ms, min(one.ctid) as kept
    from public.vital_marks as one
    where one.hour_ms > p_now - 3600000
    group by one.project_id, one.hour_ms
    having count(*) > 1
  ) as open
  where m.project_id = open.project_id and m.hour_ms = open.hour_ms and m.ctid <> open.kept;
  return v_made;
end
$$;
comment on function public.roll_up_vitals is 'Makes the slices of marked hours that are over, newest day first, and of their days, for some seconds; returns how many hours it made, 0 when all is done. Any number of callers at once: who finds a project taken leaves it to the other.';
revoke execute on function public.roll_up_vitals from public, anon, authenticated;
grant execute on function public.roll_up_vitals to service_role;

create function public.rebuild_vital_slices(
  p_project_id integer -- null for all
)
returns integer
language sql volatile security invoker set search_path = ''
as $$
  with marked as (
    insert into public.vital_marks (project_id, hour_ms)
    select s.project_id, s.start_ms + hour.number * 3600000::bigint
    from public.vital_slices as s
    cross join lateral generate_series(0, s.hour_count - 1) as hour (number)
    where p_project_id is null or s.project_id = p_project_id
    union
    select m.project_id, public.to_slice_start(m.timestamp, 1)
    from public.performance_metrics as m
    where p_project_id is null or m.project_id = p_project_id
    returning hour_ms
  )
  select count(*)::integer from marked
$$;
comment on function public.rebuild_vital_slices is 'Marks every hour that has a slice or rows; roll_up_vitals then makes all slices anew while reports read rows. Returns how many hours.';
revoke execute on function public.rebuild_vital_slices from public, anon, authenticated;
grant execute on function public.rebuild_vital_slices to service_role;
