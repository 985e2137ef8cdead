-- Purpose: read the hits of a segment's people from slices.   Reversible: the definition before.
-- Slices know people by number, so a segment is one more condition on the number; every other filter is one on rows. Whoever
-- asks for bots as well is answered from raw rows alone, and everybody there is a person_id.
create or replace function public.build_step_hits(
  p_project_id   integer,
  p_from         bigint,                  -- ms, inclusive
  p_to           bigint,                  -- ms, exclusive
  p_steps        jsonb,                   -- 1..30 steps, as lib/contracts/step.ts
  p_filters      jsonb default '{}',
  p_include_bots boolean default false
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_plan    record;
  v_filters jsonb := coalesce(p_filters, '{}') - 'segment' - 'now';
  v_segment jsonb := nullif(p_filters -> 'segment', 'null');
  v_hits    text;
begin
  if jsonb_array_length(p_steps) not between 1 and 30 then
    raise exception 'expected 1 to 30 steps, got %', jsonb_array_length(p_steps) using errcode = '22023';
  end if;
  if p_include_bots or not public.is_slice_filter(v_filters) then
    return public.build_hits(
      p_project_id, p_from, p_to, p_steps, p_filters, p_include_bots, '{}', '{}',
      int8multirange(int8range(p_from, greatest(p_to, p_from))), false
    );
  end if;
  select * into v_plan from public.get_slice_plan(p_project_id, p_from, p_to, array[p_from, p_to]);
  v_hits := public.build_hits(
    p_project_id, p_from, p_to, p_steps, v_filters, false, v_plan.wholes, v_plan.parts, v_plan.gaps,
    v_segment is not null or v_plan.wholes <> '{}' or v_plan.parts <> '{}'
  );
  if v_segment is null then
    return v_hits;
  end if;
  return format(
    'select hit.person, hit.timestamp, hit.mask from (%s) as hit where hit.person in (select chosen.person from (%s) as chosen)',
    v_hits,
    public.build_segment_members(
      p_project_id, v_segment,
      coalesce((p_filters ->> 'now')::bigint, (extract(epoch from statement_timestamp()) * 1000)::bigint)
    )
  );
end
$$;
