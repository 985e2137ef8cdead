-- Purpose: which features are used, by how many, and how soon and how often.   Reversible: drop function.
-- Uses are rows with a person. "Ever" is as far back as rows are kept; the filters hold for that, too.

-- One feature per event whose name does not begin with `$`; the 30 with most people, ties by name. trend: people per local day.
-- → { days: [instants], activePeople, omitted, features: [{ value, uses, people, firstUsePeople, repeatPeople, trend }] }
create function public.get_features(
  p_project_id   integer,
  p_from         bigint,     -- ms, inclusive
  p_to           bigint,     -- ms, exclusive
  p_timezone     text,
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
set work_mem = '64MB'
as $$
declare
  v_days   bigint[] := public.get_time_bounds(p_from, p_to, 'day', p_timezone);
  v_names  text[];
  v_known  integer;
  v_active bigint;
  v_steps  jsonb;
  v_plan   record;
  v_uses   text;
  v_answer jsonb;
begin
  v_days := v_days[:cardinality(v_days) - 1];
  select array_agg(t.event order by t.rank) filter (where t.rank <= 30), count(*)
  into v_names, v_known
  from (
    select e.event, row_number() over (order by e.people desc, e.event collate "C") as rank
    from public.get_top_events(p_project_id, p_from, p_to, p_filters, p_include_bots, 10000) as e
    where e.event not like '$%' and e.people > 0
  ) as t;
  execute format(
    'select coalesce(sum(bit_count(b.people)), 0) from (%s) as b',
    public.build_people_bits(
      p_project_id, array[p_from, p_to], '[{"event": "*"}]', p_filters - 'event', p_include_bots
    )
  )
  into v_active;
  if v_names is null then
    return jsonb_build_object('days', v_days, 'activePeople', v_active, 'omitted', 0, 'features', '[]'::jsonb);
  end if;
  select jsonb_agg(jsonb_build_object('event', n.name) order by n.position)
  into v_steps
  from unnest(v_names) with ordinality as n (name, position);
  v_uses := 'select h.mask, count(*) as uses from (%1$s) as h group by h.mask';
  if p_include_bots or not public.is_slice_filter(p_filters) then
    v_uses := format(v_uses, public.build_step_hits(p_project_id, p_from, p_to, v_steps, p_filters, p_include_bots));
  else
    -- Where a whole stretch is rolled up its rows need no reading one by one; -1 stands for rows without a person.
    select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
    v_uses := format(
      v_uses || $wholes$
        union all
        select
          1 << (array_position(%2$L::text[], held.event) - 1),
          sum(cardinality(held.people) - cardinality(array_positions(held.people, -1)))
        from public.slice_events as held
        where held.slice_id = any (%3$L::integer[]) and not held.is_conversion and held.event = any (%2$L::text[])
        group by held.event
      $wholes$,
      public.build_hits(
        p_project_id, p_from, p_to, v_steps, p_filters, false, '{}', v_plan.parts, v_plan.gaps,
        v_plan.wholes <> '{}' or v_plan.parts <> '{}'
      ),
      v_names, v_plan.wholes
    );
  end if;
  execute format(
    $query$
      with
      -- position 1 is the time before the range
      bits as materialized (%1$s),
      day_of_use as (
        select
          b.step, b.position, b.chunk, b.people,
          bit_or(b.people) over (
            partition by b.step, b.chunk, b.position = 1
            order by b.position rows between unbounded preceding and 1 preceding
          ) as before
        from bits as b
      ),
      chunk_of_use as (
        select
          d.step, d.chunk,
          bit_or(d.people) filter (where d.position > 1) as people,
          bit_or(d.people & d.before) filter (where d.position > 1) as again,
          bit_or(d.people) filter (where d.position = 1) as earlier
        from day_of_use as d
        group by d.step, d.chunk
      ),
      feature as (
        select
          c.step,
          sum(bit_count(c.people)) as people,
          sum(bit_count(c.people) - coalesce(bit_count(c.people & c.earlier), 0)) as first_use_people,
          coalesce(sum(bit_count(c.again)), 0) as repeat_people
        from chunk_of_use as c
        where c.people is not null
        group by c.step
      ),
      trend as (
        select b.step, b.position, sum(bit_count(b.people)) as people from bits as b group by b.step, b.position
      ),
      uses as (
        select s.step, sum(m.uses)::bigint as uses
        from (%2$s) as m
        inner join generate_series(1, %3$s) as s (step) on m.mask & (1 << (s.step - 1)) <> 0
        group by s.step
      )
      select jsonb_agg(
        jsonb_build_object(
          'value', ($1)[f.step], 'uses', u.uses, 'people', f.people,
          'firstUsePeople', f.first_use_people, 'repeatPeople', f.repeat_people,
          'trend', (
            select jsonb_agg(coalesce(t.people, 0) order by p.position)
            from generate_series(2, $2 + 1) as p (position)
            left join trend as t on t.step = f.step and t.position = p.position
          )
        ) order by f.step
      )
      from feature as f
      inner join uses as u on u.step = f.step
    $query$,
    public.build_people_bits(
      p_project_id, array[-62135596800000, p_from] || v_days[2:] || p_to, v_steps, p_filters, p_include_bots
    ),
    v_uses,
    cardinality(v_names)
  )
  into v_answer
  using v_names, cardinality(v_days);
  return jsonb_build_object(
    'days', v_days, 'activePeople', v_active, 'omitted', v_known - cardinality(v_names), 'features', coalesce(v_answer, '[]')
  );
end
$$;

comment on function public.get_features is 'The most used features with people, first and repeated use, and their people per local day.';
revoke execute on function public.get_features from public, anon, authenticated;
grant execute on function public.get_features to service_role;

-- The same by the values of one property (a key of build_value) of the event that the filters name; ties by the value's text.
create function public.get_feature_values(
  p_project_id   integer,
  p_from         bigint,     -- ms, inclusive
  p_to           bigint,     -- ms, exclusive
  p_timezone     text,
  p_property     text,
  p_filters      jsonb,
  p_include_bots boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
set work_mem = '64MB'
as $$
declare
  v_days   bigint[] := public.get_time_bounds(p_from, p_to, 'day', p_timezone);
  v_active bigint;
  v_known  integer;
  v_answer jsonb;
begin
  v_days := v_days[:cardinality(v_days) - 1];
  execute format(
    'select coalesce(sum(bit_count(b.people)), 0) from (%s) as b',
    public.build_people_bits(
      p_project_id, array[p_from, p_to], '[{"event": "*"}]', p_filters - 'event', p_include_bots
    )
  )
  into v_active;
  execute format(
    $query$
      with
      -- day 0 is the time before the range
      person_day as materialized (
        select
          coalesce(%1$s, 'null') as value, e.person_id, count(*) as uses,
          case when e.timestamp < $2 then 0 else width_bucket(e.timestamp, $3) end as day
        from public.person_events as e
        where
          e.project_id = $1
          and e.timestamp < $4
          and e.person_id is not null
          and %2$s
          and %3$s
        group by 1, 2, 4
      ),
      person as (
        select
          d.value, d.person_id, sum(d.uses) filter (where d.day > 0) as uses,
          count(*) filter (where d.day > 0) as days, min(d.day) as first_day
        from person_day as d
        group by d.value, d.person_id
        having max(d.day) > 0
      ),
      feature as (
        select
          p.value, sum(p.uses) as uses, count(*) as people, count(*) filter (where p.first_day > 0) as first_use_people,
          count(*) filter (where p.days > 1) as repeat_people,
          row_number() over (order by count(*) desc, p.value::text collate "C") as rank
        from person as p
        group by p.value
      ),
      trend as (
        select d.value, d.day, count(*) as people
        from person_day as d
        inner join feature as f on f.value = d.value and f.rank <= 30
        where d.day > 0
        group by d.value, d.day
      )
      select
        (select count(*) from feature),
        jsonb_agg(
          jsonb_build_object(
            'value', f.value, 'uses', f.uses, 'people', f.people,
            'firstUsePeople', f.first_use_people, 'repeatPeople', f.repeat_people,
            'trend', (
              select jsonb_agg(coalesce(t.people, 0) order by p.day)
              from generate_series(1, cardinality($3)) as p (day)
              left join trend as t on t.value = f.value and t.day = p.day
            )
          ) order by f.rank
        )
      from feature as f
      where f.rank <= 30
    $query$,
    public.build_value(p_property),
    case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
    public.build_filter(p_project_id, p_filters)
  )
  into v_known, v_answer
  using p_project_id, p_from, v_days, p_to;
  return jsonb_build_object(
    'days', v_days, 'activePeople', v_active, 'omitted', greatest(0, v_known - 30), 'features', coalesce(v_answer, '[]')
  );
end
$$;

comment on function public.get_feature_values is 'get_features by the values of one property of an event.';
revoke execute on function public.get_feature_values from public, anon, authenticated;
grant execute on function public.get_feature_values to service_role;

-- How one feature is used: an event, or with p_property those of its rows where the property has p_value ('null': none).
-- Classes are numbered from 0 by their upper ends, inclusive; the last is open. Time to first use runs from a person's first
-- event ever; the median is the nearest rank.
-- → { uses, people, repeatUsePeople, repeatDayPeople, usesClasses: [people], firstUse: { people, medianMs, classes: [people] } }
create function public.get_feature_usage(
  p_project_id      integer,
  p_from            bigint,     -- ms, inclusive
  p_to              bigint,     -- ms, exclusive
  p_timezone        text,
  p_event           text,
  p_property        text,       -- or null
  p_value           jsonb,
  p_uses_classes    bigint[],
  p_first_use_classes bigint[],    -- ms
  p_filters         jsonb default '{}',
  p_include_bots    boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
set work_mem = '64MB'
as $$
declare
  v_days   bigint[] := public.get_time_bounds(p_from, p_to, 'day', p_timezone);
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      person as materialized (
        select
          h.person,
          min(h.timestamp) as first_seen,
          min(h.timestamp) filter (where h.is_use) as first_use,
          count(*) filter (where h.is_use and h.timestamp >= $1) as uses,
          count(distinct width_bucket(h.timestamp, $2)) filter (where h.is_use and h.timestamp >= $1) as days
        from (%1$s) as h
        group by h.person
      ),
      user_of_it as materialized (select p.* from person as p where p.uses > 0),
      newcomer as materialized (select u.first_use - u.first_seen as waited from user_of_it as u where u.first_use >= $1)
      select jsonb_build_object(
        'uses', (select coalesce(sum(u.uses), 0) from user_of_it as u),
        'people', (select count(*) from user_of_it),
        'repeatUsePeople', (select count(*) from user_of_it as u where u.uses > 1),
        'repeatDayPeople', (select count(*) from user_of_it as u where u.days > 1),
        'usesClasses', (
          select jsonb_agg(
            (select count(*) from user_of_it as u where width_bucket(u.uses - 1, $3) = c.class) order by c.class
          )
          from generate_series(0, cardinality($3)) as c (class)
        ),
        'firstUse', jsonb_build_object(
          'people', (select count(*) from newcomer),
          'medianMs', (select percentile_disc(0.5) within group (order by n.waited) from newcomer as n),
          'classes', (
            select jsonb_agg(
              (select count(*) from newcomer as n where width_bucket(n.waited - 1, $4) = c.class) order by c.class
            )
            from generate_series(0, cardinality($4)) as c (class)
          )
        )
      )
    $query$,
    case
      when p_property is null then format(
        'select h.person, h.timestamp, h.mask & 2 <> 0 as is_use from (%s) as h',
        public.build_step_hits(
          p_project_id, -62135596800000, p_to,
          jsonb_build_array(jsonb_build_object('event', '*'), jsonb_build_object('event', p_event)),
          p_filters - 'event', p_include_bots
        )
      )
      else format(
        $rows$
          select
            e.person_id as person, e.timestamp,
            e.event = %1$L and coalesce(%2$s, 'null') = %3$L::jsonb as is_use
          from public.person_events as e
          where
            e.project_id = %4$L::integer and e.timestamp < %5$L::bigint and e.person_id is not null and %6$s and %7$s
        $rows$,
        p_event, public.build_value(p_property), coalesce(p_value, 'null'), p_project_id, p_to,
        case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
        public.build_filter(p_project_id, p_filters - 'event')
      )
    end
  )
  into v_answer
  using p_from, v_days, p_uses_classes, p_first_use_classes;
  return v_answer;
end
$$;

comment on function public.get_feature_usage is 'How often people use one feature, on how many days, and how long after their first event they began.';
revoke execute on function public.get_feature_usage from public, anon, authenticated;
grant execute on function public.get_feature_usage to service_role;
