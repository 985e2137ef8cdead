-- Purpose: keep funnels under a name.   Reversible: drop functions, drop column.
-- definition.funnel is the funnel as POST /api/analytics/funnels takes it. definition.steps is there in funnels of conversions
-- only: their step names, which fixes the order that get_named_funnels shows them in.
-- The table is empty so far: nothing has written it.
-- squawk-ignore adding-field-with-default
alter table public.funnels add column id uuid not null default gen_random_uuid();
-- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint
alter table public.funnels add constraint funnels_id_key unique (id);
comment on column public.funnels.definition is
  '`funnel`: what is asked. `steps`, of funnels of conversions: the step names in their order.';
comment on index public.funnels_id_key is 'The funnel of a link.';

create function public.get_saved_funnels(p_project_id integer, p_id uuid default null)
returns table (id uuid, name text, definition jsonb, updated_at timestamptz)
language sql stable security invoker set search_path = '' set statement_timeout = '10s'
as $$
  select f.id, f.name, f.definition -> 'funnel', f.updated_at
  from public.funnels as f
  where f.project_id = p_project_id and (p_id is null or f.id = p_id) and jsonb_typeof(f.definition -> 'funnel') = 'object'
  order by lower(f.name), f.name
  limit 1000
$$;
comment on function public.get_saved_funnels is 'The saved funnels of a project by name, or the one of an id.';
revoke execute on function public.get_saved_funnels from public, anon, authenticated;
grant execute on function public.get_saved_funnels to service_role;

create function public.to_saved_funnel(p_funnel jsonb)
returns jsonb
language sql immutable strict security invoker set search_path = ''
as $$
  select jsonb_build_object('funnel', p_funnel) || case
    when p_funnel ->> 'conversions' is null then '{}'
    else jsonb_build_object('steps', (select jsonb_agg(s -> 'event') from jsonb_array_elements(p_funnel -> 'steps') as s))
  end
$$;
comment on function public.to_saved_funnel is 'What funnels.definition holds for a funnel; null for null.';
revoke execute on function public.to_saved_funnel from public, anon, authenticated;
grant execute on function public.to_saved_funnel to service_role;

-- A name that is taken raises unique_violation (23505).
create function public.create_saved_funnel(p_project_id integer, p_name text, p_funnel jsonb)
returns table (id uuid, name text, definition jsonb, updated_at timestamptz)
language sql volatile security invoker set search_path = ''
as $$
  insert into public.funnels as f (project_id, name, definition)
  values (p_project_id, p_name, public.to_saved_funnel(p_funnel))
  returning f.id, f.name, f.definition -> 'funnel', f.updated_at
$$;
comment on function public.create_saved_funnel is 'Keeps a funnel under a name that no other of the project has.';
revoke execute on function public.create_saved_funnel from public, anon, authenticated;
grant execute on function public.create_saved_funnel to service_role;

create function public.update_saved_funnel(p_project_id integer, p_id uuid, p_name text, p_funnel jsonb)
returns table (id uuid, name text, definition jsonb, updated_at timestamptz)
language sql volatile security invoker set search_path = ''
as $$
  update public.funnels as f
  set
    name = coalesce(p_name, f.name),
    definition = coalesce(public.to_saved_funnel(p_funnel), f.definition),
    updated_at = now()
  where f.project_id = p_project_id and f.id = p_id
  returning f.id, f.name, f.definition -> 'funnel', f.updated_at
$$;
comment on function public.update_saved_funnel is 'Changes name, funnel or both (null stays); no row when the project has none of that id.';
revoke execute on function public.update_saved_funnel from public, anon, authenticated;
grant execute on function public.update_saved_funnel to service_role;

create function public.delete_saved_funnel(p_project_id integer, p_id uuid)
returns boolean
language sql volatile security invoker set search_path = ''
as $$
  with gone as (
    delete from public.funnels as f where f.project_id = p_project_id and f.id = p_id returning f.id
  )
  select exists (select from gone)
$$;
comment on function public.delete_saved_funnel is 'Deletes a saved funnel; false when the project has none of that id.';
revoke execute on function public.delete_saved_funnel from public, anon, authenticated;
grant execute on function public.delete_saved_funnel to service_role;
