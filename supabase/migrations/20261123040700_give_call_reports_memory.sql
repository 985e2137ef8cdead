-- Purpose: sort what AI and database reports read in memory.   Reversible: reset on each.
-- With the default of 4 MB the durations of 100,000 calls are sorted on disk: 188,000 calls took 0.9 s instead of 0.5 s on a busy
-- machine. Compiling such a query takes longer than running it.
alter function public.get_ai_summary set work_mem = '64MB';
alter function public.get_ai_summary set jit = off;
alter function public.get_ai_series set work_mem = '64MB';
alter function public.get_ai_series set jit = off;
alter function public.get_ai_groups set work_mem = '64MB';
alter function public.get_ai_groups set jit = off;
alter function public.get_database_summary set work_mem = '64MB';
alter function public.get_database_summary set jit = off;
alter function public.get_database_series set work_mem = '64MB';
alter function public.get_database_series set jit = off;
alter function public.get_slowest_queries set work_mem = '64MB';
alter function public.get_slowest_queries set jit = off;
-- Without slices, as for a filter that they do not have, navigations are grouped from rows.
alter function public.get_vital_overview set work_mem = '64MB';
alter function public.get_vital_breakdowns set work_mem = '64MB';
alter function public.get_release_histograms set work_mem = '64MB';
