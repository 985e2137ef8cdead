-- Purpose: one way to ask for web vitals.   Reversible: the definitions of create_vital_reports.
-- get_vital_overview, get_vital_breakdowns and get_custom_histograms answer the same from slices and rows together.
drop function public.get_vital_summaries;
drop function public.get_vital_series;
drop function public.get_vital_routes;
drop function public.get_navigation_counts;
drop function public.get_custom_metrics;
