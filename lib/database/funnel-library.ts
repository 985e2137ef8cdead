import type {
  CreateFunnelRequest,
  FunnelDefinitionInput,
  SavedFunnel,
  UpdateFunnelRequest,
} from '../contracts/funnel-library'
import { AppError } from '../core/errors'
import type { ProjectId } from '../core/ids'
import { callFunction, readStoreCode } from './client'

type SavedFunnelRow = { id: string; name: string; definition: FunnelDefinitionInput; updated_at: string }

/** The saved funnels of a project, by name. */
export async function readSavedFunnels(projectId: ProjectId): Promise<SavedFunnel[]> {
  const rows = await callFunction<SavedFunnelRow[]>('get_saved_funnels', { p_project_id: projectId })
  return rows.map(toSavedFunnel)
}

/** The saved funnel of an id; null when the project has none. */
export async function readSavedFunnel(projectId: ProjectId, id: string): Promise<SavedFunnel | null> {
  const [row] = await callFunction<SavedFunnelRow[]>('get_saved_funnels', { p_project_id: projectId, p_id: id })
  return row ? toSavedFunnel(row) : null
}

/** Keeps a funnel. Throws `conflict` when the project has one of that name. */
export async function createSavedFunnel(
  projectId: ProjectId,
  { name, definition }: CreateFunnelRequest,
): Promise<SavedFunnel> {
  const args = { p_project_id: projectId, p_name: name, p_funnel: toStored(definition) }
  const [row] = await refuseTaken(callFunction<SavedFunnelRow[]>('create_saved_funnel', args))
  return toSavedFunnel(row as SavedFunnelRow)
}

/** Changes what is given; null when the project has no such funnel. Throws `conflict` for a name that is taken. */
export async function updateSavedFunnel(
  projectId: ProjectId,
  id: string,
  { name, definition }: UpdateFunnelRequest,
): Promise<SavedFunnel | null> {
  const [row] = await refuseTaken(
    callFunction<SavedFunnelRow[]>('update_saved_funnel', {
      p_project_id: projectId,
      p_id: id,
      p_name: name ?? null,
      p_funnel: definition ? toStored(definition) : null,
    }),
  )
  return row ? toSavedFunnel(row) : null
}

/** Deletes a saved funnel; false when the project has no such one. */
export function deleteSavedFunnel(projectId: ProjectId, id: string): Promise<boolean> {
  return callFunction('delete_saved_funnel', { p_project_id: projectId, p_id: id })
}

// As a caller writes it, so that what is read back can be asked as it is.
function toStored({ window, ...rest }: CreateFunnelRequest['definition']): FunnelDefinitionInput {
  return { ...rest, window: `${window / 1000}s` }
}

function toSavedFunnel({ id, name, definition, updated_at }: SavedFunnelRow): SavedFunnel {
  return { id, name, definition, updatedAt: new Date(updated_at).toISOString() }
}

async function refuseTaken<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    if (readStoreCode(error) !== '23505') throw error
    throw new AppError('conflict', 'The project has a funnel of that name.', { cause: error })
  }
}
