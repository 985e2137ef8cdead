-- Purpose: monthly partitions, made ahead of the rows.   Reversible: drop function.
-- Security definer because only the owner may create tables; grants let service_role alone call it.
-- Locks: writers of a table wait while it gets a partition (35 ms with 16 writers and 3 reports at work), and reports
-- go on but for those that read the default partition. Without the lock a writer that has already chosen the default partition
-- for its row would fail on the narrower bounds of it. Whoever waits for a lock makes the later ones wait, so it gives
-- up after two seconds; the next run tries again.
create function public.create_partitions(
  p_from bigint, -- ms, inclusive
  p_to   bigint  -- ms, exclusive
)
returns integer
language plpgsql volatile security definer set search_path = '' set lock_timeout = '2s'
as $$
declare
  -- In the order in which the append functions write, so that neither waits for the other crosswise.
  v_tables  constant text[] := array[
    'user_events', 'conversions', 'identifications',
    'performance_metrics', 'ai_performance_metrics', 'database_performance_metrics'
  ];
  v_table   text;
  v_name    text;
  v_month   timestamp;
  v_start   bigint;
  v_end     bigint;
  v_created integer := 0;
begin
  if p_from is null or p_to is null or p_from < -62135596800000 or p_to > 253402300800000 then
    raise exception 'invalid_range' using errcode = '22023', hint = 'Unix ms between the years 1 and 9999.';
  end if;
  if p_to - p_from > 20 * 366 * 86400000::bigint then
    raise exception 'range_too_long' using errcode = '22023', hint = 'At most 20 years in one call.';
  end if;
  if p_from >= p_to then
    return 0;
  end if;
  perform pg_advisory_xact_lock(hashtext('growth_stack.create_partitions'));

  foreach v_table in array v_tables loop
    v_month := date_trunc('month', to_timestamp(p_from / 1000.0) at time zone 'UTC');
    loop
      v_start := extract(epoch from v_month) * 1000;
      v_end := extract(epoch from v_month + interval '1 month') * 1000;
      exit when v_start >= p_to;
      v_name := v_table || to_char(v_month, '_YYYYMM');
      v_month := v_month + interval '1 month';
      continue when to_regclass(format('public.%I', v_name)) is not null;

      execute format('lock table public.%I in share row exclusive mode', v_table);
      execute format(
        'create table public.%I (like public.%I including defaults including constraints including storage)', v_name, v_table
      );
      -- Row security and privileges of the parent do not count when a partition is named directly, and some hosts grant
      -- everything on new tables by default.
      execute format('alter table public.%I enable row level security', v_name);
      execute format('revoke all on table public.%I from public, anon, authenticated, service_role', v_name);
      execute format(
        'with moved as (delete from public.%I as held where held.timestamp >= %s and held.timestamp < %s returning held.*)
         insert into public.%I select moved.* from moved',
        v_table || '_default', v_start, v_end, v_name
      );
      execute format(
        'alter table public.%I attach partition public.%I for values from (%s) to (%s)', v_table, v_name, v_start, v_end
      );
      v_created := v_created + 1;
    end loop;
  end loop;
  return v_created;
end
$$;
comment on function public.create_partitions is 'Creates the missing monthly partitions (UTC) of all raw tables that [p_from, p_to) touches, and moves rows that the default partition held for them. Returns how many tables it made. Any number of callers at once, any number of times. Fails with 55P03 when a lock was busy for two seconds; nothing is changed then.';
revoke execute on function public.create_partitions from public, anon, authenticated;
grant execute on function public.create_partitions to service_role;

create function public.create_partitions_ahead()
returns integer
language sql volatile security invoker set search_path = ''
as $$
  select public.create_partitions(
    (extract(epoch from month.start at time zone 'UTC') * 1000)::bigint,
    (extract(epoch from (month.start + interval '4 months') at time zone 'UTC') * 1000)::bigint
  )
  from (select date_trunc('month', now() at time zone 'UTC') as start) as month
$$;
comment on function public.create_partitions_ahead is 'Creates the missing partitions of this month and the next three. To be run at every start and daily.';
revoke execute on function public.create_partitions_ahead from public, anon, authenticated;
grant execute on function public.create_partitions_ahead to service_role;

select public.create_partitions_ahead();
