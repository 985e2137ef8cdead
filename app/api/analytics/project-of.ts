import type { Project } from '@/lib/database/projects'

/** The project that a project-scoped permission was granted in. Throws when the route's permission has no such scope. */
export function projectOf({ project }: { project: Project | null }): Project {
  if (!project) throw new Error('this route asks for a permission that has no project')
  return project
}
