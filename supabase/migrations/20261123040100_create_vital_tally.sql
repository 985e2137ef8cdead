-- Purpose: add up navigations as slices do, from rows.   Reversible: drop function.
-- p_filters: exact matches of route, device, connection, country, browser, os and release; segment and now as build_filter has them.
-- event, referrer and utm_source are no property of a navigation and change nothing.
create function public.build_vital_filter(p_project_id integer, p_filters jsonb, p_include_bots boolean)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_sql text := case when p_include_bots then 'true' else 'm.bot_reasons is null' end;
  v_key text;
begin
  foreach v_key in array array['route', 'device', 'connection', 'country', 'browser', 'os', 'release'] loop
    if p_filters ->> v_key is not null then
      v_sql := v_sql || format(' and m.%I = %L', v_key, p_filters ->> v_key);
    end if;
  end loop;
  if coalesce(p_filters -> 'segment', 'null') <> 'null' then
    -- Whom a navigation counts for: as in person_events.
    v_sql := v_sql || format(
      ' and not m.gpc and coalesce(
          (select uuid_hash_extended(link.person_id, 0) from public.actor_person as link
           where link.project_id = m.project_id and link.actor_id = m.actor_id),
          m.visitor_id, uuid_hash_extended(m.actor_id, 0)
        ) in (select segment.person_id from (%s) as segment)',
      public.build_segment_people(
        p_project_id, p_filters -> 'segment',
        coalesce((p_filters ->> 'now')::bigint, (extract(epoch from statement_timestamp()) * 1000)::bigint)
      )
    );
  end if;
  return v_sql;
end
$$;
comment on function public.build_vital_filter is 'The SQL condition on performance_metrics (alias m) under which a row passes.';
revoke execute on function public.build_vital_filter from public, anon, authenticated;
grant execute on function public.build_vital_filter to service_role;

create function public.build_vital_tally(
  p_rows       text,   -- from clause that gives m, a row of performance_metrics
  p_condition  text,   -- on m
  p_key        text,   -- expression on m: what is added up apart, such as the hour
  p_dimensions text[]
)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_vital     record;
  v_dimension text;
  v_samples   text := '';
  v_sums      text := '';
  v_unpacked  text := '(''navigation'', t.navigations, 0, 0, 0, t.first_ms, t.last_ms, 0, 0)';
  v_sets      text[] := '{}';
  v_names     text := '';
  v_tallies   text[] := '{}';
begin
  foreach v_dimension in array p_dimensions loop
    if v_dimension = 'all' then
      v_sets := v_sets || '(n.key, n.is_soft)'::text;
    elsif v_dimension <> 'custom' then
      v_sets := v_sets || format('(n.key, n.is_soft, n.%I)', v_dimension);
      v_names := v_names || format(
        'when grouping(n.%1$I) = 0 then jsonb_build_array(%1$L, n.%1$I) ', v_dimension
      );
    end if;
  end loop;

  for v_vital in select t.* from public.get_vital_thresholds() as t loop
    v_samples := v_samples || format(
      ', s.%1$I, public.to_vital_bucket(s.%1$I) as %1$s_bucket', v_vital.vital
    );
    v_sums := v_sums || format(
      $sums$,
        count(n.%1$I) as %1$s_count,
        count(*) filter (where n.%1$I <= %2$s) as %1$s_good,
        count(*) filter (where n.%1$I > %3$s) as %1$s_poor,
        count(n.%1$I) - count(n.%1$s_bucket) as %1$s_zero,
        coalesce(sum(('1e' || 12 * n.%1$s_bucket)::numeric), 0) as %1$s_fine,
        coalesce(sum(('1e' || 12 * (n.%1$s_bucket / 16))::numeric), 0) as %1$s_coarse$sums$,
      v_vital.vital, v_vital.good_max, v_vital.needs_improvement_max
    );
    v_unpacked := v_unpacked || format(
      ', (%1$L, t.%1$s_count, t.%1$s_good, t.%1$s_poor, t.%1$s_zero, null, null, t.%1$s_fine, t.%1$s_coarse)',
      v_vital.vital
    );
  end loop;

  if cardinality(v_sets) > 0 then
    v_tallies := v_tallies || format(
      $query$
        select
          t.key, t.is_soft, t.group_name ->> 0 as dimension, t.group_name ->> 1 as value, v.vital,
          v.count, v.good, v.poor, v.zero, v.first_ms, v.last_ms, v.fine, v.coarse
        from (
          select
            n.key, n.is_soft, case when false then null %1$s else '["all", ""]'::jsonb end as group_name,
            count(*) as navigations, min(n.timestamp) as first_ms, max(n.timestamp) as last_ms %2$s
          from (
            select
              %3$s as key, m.timestamp, k.is_soft, m.route, m.device, m.connection, m.country, m.browser,
              m.navigation_type, m.release,
              case when m.release is not null and m.route is not null
                then jsonb_build_array(m.release, m.route)::text
              end as release_route %4$s
            from %5$s
            cross join lateral (select coalesce(m.navigation_type = 'soft-navigation', false)) as k (is_soft)
            -- A soft navigation has no first byte of its own.
            cross join lateral (
              select
                m.lcp::double precision, m.inp::double precision, m.cls::double precision, m.fcp::double precision,
                case when not k.is_soft then m.ttfb::double precision end
            ) as s (lcp, inp, cls, fcp, ttfb)
            where %6$s
              -- A row of custom metrics alone is no navigation.
              and (m.navigation_type is not null or coalesce(m.lcp, m.inp, m.cls, m.fcp, m.ttfb) is not null)
          ) as n
          group by grouping sets (%7$s)
        ) as t
        cross join lateral (
          values %8$s
        ) as v (vital, count, good, poor, zero, first_ms, last_ms, fine, coarse)
        -- What is not known belongs to no value.
        where v.count > 0 and t.group_name ->> 1 is not null$query$,
      v_names, v_sums, p_key, v_samples, p_rows, p_condition, array_to_string(v_sets, ', '), v_unpacked
    );
  end if;

  if 'custom' = any (p_dimensions) then
    v_tallies := v_tallies || format(
      $query$
        select
          %1$s, false, 'custom', c.name, case when c.sample < 0 then 'negative' else 'positive' end,
          count(*), 0, 0, count(*) - count(b.bucket), null::bigint, null::bigint,
          coalesce(sum(('1e' || 12 * b.bucket)::numeric), 0), coalesce(sum(('1e' || 12 * (b.bucket / 16))::numeric), 0)
        from %2$s
        cross join lateral (
          select each.key, each.value::double precision from jsonb_each_text(m.custom) as each
        ) as c (name, sample)
        cross join lateral (select public.to_vital_bucket(abs(c.sample))) as b (bucket)
        where m.custom is not null and %3$s
        group by %1$s, c.name, c.sample < 0$query$,
      p_key, p_rows, p_condition
    );
  end if;
  return array_to_string(v_tallies, ' union all ');
end
$$;
comment on function public.build_vital_tally is 'The SQL query of (key, is_soft, dimension, value, vital, count, good, poor, zero, first_ms, last_ms, fine, coarse) over rows, as vital_histograms has them.';
revoke execute on function public.build_vital_tally from public, anon, authenticated;
grant execute on function public.build_vital_tally to service_role;
