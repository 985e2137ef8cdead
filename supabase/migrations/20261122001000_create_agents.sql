-- Purpose: keep what a browser is called once, not with every event.   Reversible: drop table.
create table public.agents (
  id      integer generated always as identity primary key,
  device  text not null,
  browser text not null,
  os      text not null,
  unique (device, browser, os)
);
comment on table public.agents is 'Combinations of device, browser and operating system that were ever seen, of all projects: a few hundred. An empty text means not known. Three texts in every event took some 20 bytes more than a number.';
comment on index public.agents_pkey is 'What does this number mean?';
comment on index public.agents_device_browser_os_key is 'Which number has this combination?';

alter table public.agents enable row level security;
revoke all on table public.agents from public, anon, authenticated, service_role;
revoke all on sequence public.agents_id_seq from public, anon, authenticated, service_role;
grant select on table public.agents to authenticated;
grant select, insert on table public.agents to service_role;
-- What is here says nothing about anybody and belongs to no project.
create policy agents_select_authenticated on public.agents for select to authenticated using (true);
create policy agents_all_service_role on public.agents for all to service_role using (true) with check (true);

create function public.add_agent(p_device text, p_browser text, p_os text)
returns integer
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_id integer;
begin
  if coalesce(p_device, p_browser, p_os) is null then
    return null;
  end if;
  -- Somebody may add it between the two statements.
  loop
    select agent.id into v_id
    from public.agents as agent
    where agent.device = coalesce(p_device, '') and agent.browser = coalesce(p_browser, '') and agent.os = coalesce(p_os, '');
    if found then
      return v_id;
    end if;
    insert into public.agents (device, browser, os)
    values (coalesce(p_device, ''), coalesce(p_browser, ''), coalesce(p_os, ''))
    on conflict do nothing
    returning id into v_id;
    if found then
      return v_id;
    end if;
  end loop;
end
$$;
comment on function public.add_agent is 'The number of a combination, which is added when it is new. Null when nothing is known. Whoever asks for several asks in the order of device, browser, os, so that two cannot wait for each other.';
revoke execute on function public.add_agent from public, anon, authenticated;
grant execute on function public.add_agent to service_role;
