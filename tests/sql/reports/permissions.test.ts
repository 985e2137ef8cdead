import { expect, test } from 'vitest'
import { describeStores } from '../../support/store'

const REPORTS = [
  'search_people',
  'get_session_summary',
  'get_session_list',
  'get_person_timeline',
  'get_person',
  'get_paths',
  'get_live',
  'get_dimension_values',
  'get_active_people',
  'get_ai_report',
  'get_database_report',
  'get_event_series',
  'get_event_totals',
  'get_filtered_dimension',
  'get_filtered_totals',
  'get_event_names',
  'get_event_properties',
  'get_funnel_people',
  'get_funnel_person',
  'get_funnel_report',
  'get_funnel_trend',
  'get_named_funnels',
  'get_retention',
  'get_retention_revenue',
  'get_revenue',
  'get_event_page',
  'get_actives',
  'get_stickiness',
  'get_lifecycle',
  'get_features',
  'get_feature_values',
  'get_feature_usage',
  'get_churned',
  'get_at_risk',
  'get_time_bounds',
  'get_top_events',
  'get_top_pages',
  'get_custom_histograms',
  'get_release_histograms',
  'get_vital_breakdowns',
  'get_vital_causes',
  'get_vital_overview',
  'get_vital_samples',
  'get_segments',
  'get_segment_actors',
  'get_segment_counts',
  'get_segment_people',
  'get_trait_suggestions',
  'get_saved_views',
  'get_share',
  'get_shares',
]
const BUILDERS = [
  'get_own_hosts',
  'to_source_kind',
  'to_referrer_host',
  'to_channel',
  'to_revenue',
  'build_sessions',
  'build_session_rows',
  'add_parts_to_gaps',
  'build_filtered_series',
  'build_member_test',
  'build_passing_settings',
  'build_setting_filter',
  'build_slice_rows',
  'build_slice_shares',
  'has_slice_dimension',
  'has_slice_settings',
  'is_answered_by_settings',
  'build_profile_people',
  'build_segment_doers',
  'build_segment_leaf',
  'build_segment_members',
  'build_segment_people',
  'build_segment_set',
  'build_cut_sets',
  'build_joined_sets',
  'build_people_set',
  'build_set_without',
  'build_slice_set',
  'get_segment_start',
  'get_step_set',
  'create_segment',
  'update_segment',
  'delete_segment',
  'create_saved_view',
  'update_saved_view',
  'delete_saved_view',
  'create_share',
  'revoke_share',
  'build_vital_cells',
  'build_vital_filter',
  'build_vital_tally',
  'get_histogram_value',
  'roll_up_vitals',
  'rebuild_vital_slices',
  'build_slice_revenue',
  'build_call_cells',
  'build_call_figures',
  'build_call_rows',
  'build_call_tally',
  'get_slow_query_ms',
  'to_histogram_figure',
  'roll_up_calls',
  'rebuild_call_slices',
  'build_active_days',
  'build_filtered_usage',
  'build_listed_people',
  'build_people_sets',
  'build_rows_of_slices',
  'build_slice_arrivals',
  'build_usage',
  'count_people',
  'get_people_by_count',
  'get_places',
  'is_about_everybody',
  'count_by_digits',
  'get_last_days',
  'build_retention_hits',
  'build_retention_members',
  'build_value',
  'build_funnel_chain',
  'build_funnel_attempts',
  'build_funnel_found',
  'build_funnel_hits',
  'build_funnel_mask',
  'build_funnel_paths',
  'build_funnel_paths_by_first',
  'build_funnel_rows',
  'build_hits_among',
  'build_ordered_firsts',
  'build_packed_hits',
  'build_packed_strict_paths',
  'build_packed_trend',
  'build_slice_stream',
  'build_slice_views',
  'build_streamed_hits',
  'build_unordered_firsts',
  'get_tie_limit',
  'has_disjoint_steps',
  'has_numbered_people',
  'is_settled_by_first',
  'is_streamed',
  'get_unordered_attempts',
  'build_step_condition',
  'get_instant_reach',
]

type Rights = { name: string; role: string; may: boolean }

describeStores('the rights of report functions', (store) => {
  const readRights = () =>
    store.sql<Rights>(
      `select p.proname as name, r.rolname as role, has_function_privilege(r.oid, p.oid, 'execute') as may
       from pg_proc as p
       cross join pg_roles as r
       where p.pronamespace = 'public'::regnamespace
         and p.proname = any ($1::text[])
         and r.rolname in ('anon', 'authenticated', 'service_role')`,
      [[...REPORTS, ...BUILDERS]],
    )

  test('only the service role may call them', async () => {
    const rights = await readRights()
    expect(rights).toHaveLength(3 * (REPORTS.length + BUILDERS.length))
    expect(rights.filter(({ may, role }) => may !== (role === 'service_role'))).toEqual([])
  })

  test('a browser is refused', async () => {
    const { error } = await store.client(store.anonKey).rpc('get_event_totals', { p_project_id: 1, p_from: 0, p_to: 1 })
    expect(error?.code).toBe('42501')
    for (const view of ['person_events', 'person_conversions']) {
      expect((await store.client(store.anonKey).from(view).select().limit(1)).error?.code).toBe('42501')
    }
  })

  test('each runs with its caller’s rights, a fixed search path and a deadline', async () => {
    const functions = await store.sql<{ name: string; is_definer: boolean; settings: string }>(
      `select proname as name, prosecdef as is_definer, array_to_string(proconfig, ' ') as settings
       from pg_proc where pronamespace = 'public'::regnamespace and proname = any ($1::text[])`,
      [REPORTS],
    )
    expect(functions).toHaveLength(REPORTS.length)
    for (const { name, is_definer, settings } of functions) {
      expect(is_definer, name).toBe(false)
      expect(settings, name).toContain('search_path=""')
      expect(settings, name).toContain('statement_timeout=10s')
    }
  })

  test('a step that is not of the grammar is refused, not guessed', async () => {
    const conditions = [[], {}, { like: '%' }, { gt: 1, lt: 2 }, { gt: '1' }, { not: [] }, { in: 'a' }, { exists: 1 }]
    const steps = [{}, { event: 7 }, ...conditions.map((x) => ({ event: 'a', where: { y: { exists: true }, x } }))]
    for (const step of steps) {
      const { error } = await store.client().rpc('build_step_condition', { p_step: step })
      expect(error?.code, JSON.stringify(step)).toBe('22023')
    }
  })
})
