import type { SavedView, SavedViewPatch, SavedViewRequest } from '../contracts/saved-view'
import { AppError } from '../core/errors'
import type { ProjectId } from '../core/ids'
import { callFunction, readStoreCode } from './client'

type ViewRow = { id: string; name: string; path: string; query: string; created_at: string; updated_at: string }

/** The project's saved views, by name. */
export async function readSavedViews(projectId: ProjectId): Promise<SavedView[]> {
  const rows = await callFunction<ViewRow[]>('get_saved_views', { p_project_id: projectId })
  return rows.map(toSavedView)
}

/** Keeps a view. Throws `conflict` when the project has one of that name. */
export async function createSavedView(
  projectId: ProjectId,
  { name, path, query }: SavedViewRequest,
): Promise<SavedView> {
  const args = { p_project_id: projectId, p_name: name, p_path: path, p_query: query }
  return toSavedView(await refuseTaken(callFunction<ViewRow>('create_saved_view', args)))
}

/** Changes what is given; null when the project has no such view. Throws `conflict` for a name that is taken. */
export async function updateSavedView(
  projectId: ProjectId,
  id: string,
  patch: SavedViewPatch,
): Promise<SavedView | null> {
  const row = await refuseTaken(
    callFunction<ViewRow | null>('update_saved_view', {
      p_project_id: projectId,
      p_id: id,
      p_name: patch.name ?? null,
      p_path: patch.path ?? null,
      p_query: patch.query ?? null,
    }),
  )
  return row && toSavedView(row)
}

/** Deletes a view; false when the project has no such one. */
export function deleteSavedView(projectId: ProjectId, id: string): Promise<boolean> {
  return callFunction('delete_saved_view', { p_project_id: projectId, p_id: id })
}

function toSavedView({ id, name, path, query, created_at, updated_at }: ViewRow): SavedView {
  return {
    id,
    name,
    path,
    query,
    createdAt: new Date(created_at).toISOString(),
    updatedAt: new Date(updated_at).toISOString(),
  }
}

async function refuseTaken<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    if (readStoreCode(error) !== '23505') throw error
    throw new AppError('conflict', 'The project has a view of that name; choose another.', { cause: error })
  }
}
