-- Purpose: rows sent under a privacy signal do not share the instant of their commit.   Reversible: drop triggers and function.
-- The rows of one batch are committed in one transaction, so that now() is theirs alone, to the microsecond: it would tie
-- them together again. The hour is what thousands share.
create function public.blur_created_at()
returns trigger
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  new.created_at := date_trunc('hour', new.created_at);
  return new;
end
$$;
comment on function public.blur_created_at is 'Keeps the hour of created_at.';
revoke execute on function public.blur_created_at from public, anon, authenticated;
grant execute on function public.blur_created_at to service_role;

create trigger user_events_blur_created_at before insert on public.user_events
for each row when (new.gpc) execute function public.blur_created_at();
create trigger conversions_blur_created_at before insert on public.conversions
for each row when (new.gpc) execute function public.blur_created_at();
create trigger identifications_blur_created_at before insert on public.identifications
for each row when (new.gpc) execute function public.blur_created_at();
create trigger performance_metrics_blur_created_at before insert on public.performance_metrics
for each row when (new.gpc) execute function public.blur_created_at();
