'use client'

import Bookmark from 'lucide-react/icons/bookmark'
import Link2 from 'lucide-react/icons/link-2'
import type { Route } from 'next'
import Link from 'next/link'
import { usePathname, useSearchParams } from 'next/navigation'
import { useState } from 'react'
import type { SavedView } from '@/lib/contracts/saved-view'
import { createSavedView, deleteSavedView, updateSavedView, useSavedViews } from '../data/saved-views'
import { useProjectRole } from '../data/use-project-role'
import { ConfirmDialog } from '../forms/confirm-dialog'
import { ResourceBody } from '../settings/resource-body'
import { Button } from '../ui/button'
import { Popup } from '../ui/popup'
import { toShareablePath, toViewHref, toViewQuery } from './current-view'
import { SaveViewForm } from './save-view-form'
import { ShareDialog } from './share-dialog'

/**
 * The saved views of a project behind one button, for the frame of analytic pages: open one, keep the page as it is now under a
 * name, rename, delete; and read-only links to the page for people without an account. Who may not change them sees the list alone.
 */
export function SavedViews({ project }: { project: string }) {
  const path = usePathname() ?? '/admin'
  const query = toViewQuery((useSearchParams() ?? new URLSearchParams()).toString())
  const canManage = useManages(project)
  const [isOpen, setIsOpen] = useState(false)
  const [isSharing, setIsSharing] = useState(false)
  const shareable = toShareablePath(path)
  return (
    <>
      <Popup
        title="Saved views"
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        trigger={
          <Button size="small" className="h-8.5" title="Saved views and links">
            <Bookmark aria-hidden="true" className="size-3.5" />
            <span className="max-sm:sr-only">Views</span>
          </Button>
        }
      >
        {isOpen && (
          <ViewsBody
            project={project}
            current={{ path, query }}
            canManage={canManage}
            onClose={() => setIsOpen(false)}
          />
        )}
        {canManage && shareable && (
          <div className="border-line border-t pt-3">
            <Button
              size="small"
              onClick={() => {
                setIsOpen(false)
                setIsSharing(true)
              }}
            >
              <Link2 aria-hidden="true" className="size-3.5" />
              Share this page …
            </Button>
          </div>
        )}
      </Popup>
      {isSharing && shareable && (
        <ShareDialog project={project} path={shareable} query={query} onClose={() => setIsSharing(false)} />
      )}
    </>
  )
}

// Viewers read; the routes themselves refuse them, this only spares them buttons that would not work.
function useManages(project: string): boolean {
  const role = useProjectRole(project)
  return role !== null && role !== 'viewer'
}

type ViewsBodyProps = {
  project: string
  current: { path: string; query: string }
  canManage: boolean
  onClose: () => void
}

function ViewsBody({ project, current, canManage, onClose }: ViewsBodyProps) {
  const views = useSavedViews(project)
  const [renamed, setRenamed] = useState<SavedView | null>(null)
  const [doomed, setDoomed] = useState<SavedView | null>(null)
  return (
    <>
      <ResourceBody state={views}>
        {(rows) =>
          rows.length === 0 ? (
            <p className="text-ink-soft">
              Nothing saved yet. A view keeps a page with its range and filters, for everybody of this project.
            </p>
          ) : (
            <ul className="-mx-1 flex max-h-64 flex-col overflow-y-auto">
              {rows.map((view) => (
                <ViewRow
                  key={view.id}
                  view={view}
                  project={project}
                  isCurrent={view.path === current.path && view.query === current.query}
                  onOpen={onClose}
                  onRename={canManage ? () => setRenamed(view) : null}
                  onDelete={() => setDoomed(view)}
                />
              ))}
            </ul>
          )
        }
      </ResourceBody>
      {canManage && (
        <SaveViewForm
          key={renamed?.id ?? 'new'}
          renamed={renamed}
          onSave={async (name) => {
            await (renamed
              ? updateSavedView(project, renamed.id, { name })
              : createSavedView(project, { name, ...current }))
            setRenamed(null)
            await views.reload()
          }}
          onCancel={() => setRenamed(null)}
        />
      )}
      {doomed && (
        <ConfirmDialog
          title={`Delete “${doomed.name}”?`}
          description="It goes from everybody’s list. The page itself and what it shows stay."
          action="Delete view"
          onConfirm={async () => {
            await deleteSavedView(project, doomed.id)
            await views.reload()
          }}
          onClose={() => setDoomed(null)}
        />
      )}
    </>
  )
}

type ViewRowProps = {
  view: SavedView
  project: string
  isCurrent: boolean
  onOpen: () => void
  onRename: (() => void) | null
  onDelete: () => void
}

function ViewRow({ view, project, isCurrent, onOpen, onRename, onDelete }: ViewRowProps) {
  return (
    <li className="flex items-center gap-1 rounded-control px-1 hover:bg-sunken">
      <Link
        href={toViewHref(view, project) as Route}
        onClick={onOpen}
        aria-current={isCurrent ? 'page' : undefined}
        className="min-w-0 grow truncate px-1.5 py-1.5 font-medium aria-[current=page]:text-accent"
      >
        {view.name}
      </Link>
      {onRename && (
        <>
          <Button variant="quiet" size="small" className="h-7 px-1.5" onClick={onRename}>
            Rename<span className="sr-only"> {view.name}</span>
          </Button>
          <Button variant="quiet" size="small" className="h-7 px-1.5 text-poor" onClick={onDelete}>
            Delete<span className="sr-only"> {view.name}</span>
          </Button>
        </>
      )}
    </li>
  )
}
