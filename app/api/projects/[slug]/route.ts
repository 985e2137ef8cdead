import { projectOf } from '@/app/api/analytics/project-of'
import { toProjectPolicy } from '@/lib/contracts/project-policy'
import { type ProjectSettings, projectSettingsPatch } from '@/lib/contracts/project-settings'
import { AppError } from '@/lib/core/errors'
import { type Project, readProjectBySlug, updateProject, updateProjectSettings } from '@/lib/database/projects'
import { defineRoute } from '@/lib/http/define-route'

/** A project's settings, as they are now. */
export const GET = defineRoute('/api/projects/[slug]', { permission: 'project.read' }, (call) =>
  readSettings(projectOf(call)),
)

/** Changes what is given and answers the settings as they are then. The collector follows within seconds. */
export const PATCH = defineRoute(
  '/api/projects/[slug]',
  { permission: 'project.update', body: projectSettingsPatch },
  async (call) => {
    const { settings, ...project } = call.body
    const { id } = projectOf(call)
    await updateProject(id, project)
    if (settings) await updateProjectSettings(id, settings)
    return readSettings(projectOf(call))
  },
)

// Not from the cache: who has just changed a setting must see it.
async function readSettings({ slug }: Project): Promise<ProjectSettings> {
  const project = await readProjectBySlug(slug)
  if (!project) throw new AppError('not_found', 'The project is gone.')
  return {
    slug: project.slug,
    name: project.name,
    timezone: project.timezone,
    allowedOrigins: [...project.allowedOrigins],
    settings: toProjectPolicy(project.settings),
  }
}
