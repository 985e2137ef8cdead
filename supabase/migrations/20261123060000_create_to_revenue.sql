-- Purpose: say once what an event's revenue is.   Reversible: drop function.
-- No row for an event without revenue. A property that says something else than a JSON number is none; so is a text that looks like
-- one. The currency is three letters, else XXX, which is ISO 4217's code for none. No `set search_path` here, and nothing but
-- pg_catalog: so the planner puts the body in place of the call, `cross join lateral public.to_revenue(e.properties)`.
create function public.to_revenue(p_properties jsonb)
returns table (revenue numeric, currency text)
language sql immutable parallel safe security invoker
as $$
  select
    (p_properties ->> 'revenue')::numeric,
    case
      when jsonb_typeof(p_properties -> 'currency') = 'string' and p_properties ->> 'currency' ~ '^[A-Za-z]{3}$'
        then upper(p_properties ->> 'currency')
      else 'XXX'
    end
  where jsonb_typeof(p_properties -> 'revenue') = 'number'
$$;
comment on function public.to_revenue is 'Revenue and currency of an event with these properties; no row when it has none.';
revoke execute on function public.to_revenue from public, anon, authenticated;
grant execute on function public.to_revenue to service_role;
