import type { ProjectId } from '@/lib/core/ids'
import type { Project } from '@/lib/database/projects'

/** A project as the readers take it; they look at its id and its time zone. */
export function createProject(id: number, { timezone = 'UTC' }: { timezone?: string } = {}): Project {
  return {
    id: id as ProjectId,
    slug: `project-${id}`,
    name: `Project ${id}`,
    timezone,
    hashKey: '',
    allowedOrigins: [],
    settings: {},
    secretKeyHashes: [],
  }
}
