-- Purpose: let reports of vitals group in memory.   Reversible: reset on each.
-- Without slices, as for a filter that they do not have, navigations are grouped from rows.
alter function public.get_vital_overview set work_mem = '64MB';
alter function public.get_vital_breakdowns set work_mem = '64MB';
alter function public.get_release_histograms set work_mem = '64MB';
