import { COLLECT_API } from './collect-api'
import { DEFINITION_API } from './definition-api'
import type { ApiOperations } from './operation'
import { OPERATION_API } from './operation-api'
import { PEOPLE_API } from './people-api'
import { PROJECT_API } from './project-api'
import { REPORT_API } from './report-api'

/** The whole API by what one would look for, in the order in which it is read. */
export const API: readonly { name: string; description: string; operations: ApiOperations }[] = [
  { name: 'Sending', description: 'What happened, from browsers, servers and files.', operations: COLLECT_API },
  {
    name: 'Reports',
    description: 'The figures behind every panel; each also as CSV or lines of JSON.',
    operations: REPORT_API,
  },
  { name: 'People', description: 'One person, and events one by one.', operations: PEOPLE_API },
  {
    name: 'Definitions',
    description: 'Funnels, segments, views and read-only links that a team keeps.',
    operations: DEFINITION_API,
  },
  { name: 'Projects', description: 'Sessions, projects, keys and members.', operations: PROJECT_API },
  { name: 'Operation', description: 'Ingestion, jobs, health and metrics.', operations: OPERATION_API },
]
