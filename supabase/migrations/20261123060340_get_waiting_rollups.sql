-- Purpose: what waits to be rolled up, in whoever's hands it is.   Reversible: drop function.
create function public.get_waiting_rollups(
  p_now      bigint,
  p_quiet_ms bigint default 10000 -- as of roll_up_slices
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select jsonb_build_object(
    'days', (
      select coalesce(sum(case when due.days > 0 then due.days else due.spans end), 0)
      from (
        select
          (
            select count(*)
            from public.get_days_to_roll_up(project.id, project.timezone, p_quiet_ms, p_now, 250000)
          ) as days,
          (select count(*) from public.get_spans_to_join(project.id, project.timezone, p_now)) as spans
        from public.projects as project
      ) as due
    ),
    'vitalHours', (
      select count(*)
      from (select distinct m.project_id, m.hour_ms from public.vital_marks as m where m.hour_ms <= p_now - 3600000) as due
    ),
    'callHours', (
      select count(*)
      from (select distinct m.project_id, m.lane, m.hour_ms from public.call_marks as m where m.hour_ms <= p_now - 3600000) as due
    )
  )
$$;
comment on function public.get_waiting_rollups is '{ days, vitalHours, callHours } that roll_up_slices, roll_up_vitals and roll_up_calls have still to make, those that somebody is making included.';
revoke execute on function public.get_waiting_rollups from public, anon, authenticated;
grant execute on function public.get_waiting_rollups to service_role;
