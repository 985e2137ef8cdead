'use client'

import { useState } from 'react'
import type { CreatedMember, Member } from '@/lib/contracts/project-settings'
import { ROLES, type Role } from '@/lib/contracts/session'
import { deleteMember, updateMemberRole } from '../data/project-settings'
import { useMembers } from '../data/use-project-settings'
import { useSubmit } from '../data/use-submit'
import { formatDay } from '../format/format-time'
import { ConfirmDialog } from '../forms/confirm-dialog'
import { SubmitOutcome } from '../forms/submit-outcome'
import { Button } from '../ui/button'
import { CodeBlock } from '../ui/code-block'
import { Dialog } from '../ui/dialog'
import { Select } from '../ui/field'
import { Notice } from '../ui/notice'
import { Cell, HeaderCell, Table } from '../ui/table'
import { AddMemberForm } from './add-member-form'
import { ResourceBody } from './resource-body'
import { SettingsCard } from './settings-card'

type MembersCardProps = { slug: string; timezone: string; ownId: string }

/** Who may see the project and what they may do. */
export function MembersCard({ slug, timezone, ownId }: MembersCardProps) {
  const members = useMembers(slug)
  const [created, setCreated] = useState<CreatedMember | null>(null)
  const [leaving, setLeaving] = useState<Member | null>(null)
  const roleChange = useSubmit()
  return (
    <SettingsCard title="Members" description="Viewers and operators see every report. Admins change this page, too.">
      <AddMemberForm
        slug={slug}
        onAdded={async (member) => {
          setCreated(member)
          await members.reload()
        }}
      />
      <SubmitOutcome state={{ ...roleChange, isDone: false }} done="" />
      <ResourceBody state={members}>
        {(rows) => (
          <MembersTable
            rows={rows}
            timezone={timezone}
            ownId={ownId}
            isSending={roleChange.isSending}
            onRoleChange={(member, role) =>
              roleChange.submit(async () => {
                try {
                  await updateMemberRole(slug, member.id, role)
                } finally {
                  await members.reload() // a refused change must show the role that still holds
                }
              })
            }
            onRemove={setLeaving}
          />
        )}
      </ResourceBody>
      {created && <CreatedMemberDialog created={created} onClose={() => setCreated(null)} />}
      {leaving && (
        <ConfirmDialog
          title={`Remove ${leaving.email}?`}
          description="They lose access to this project at once. Their account stays, and they can be added again."
          action="Remove member"
          onConfirm={async () => {
            await deleteMember(slug, leaving.id)
            await members.reload()
          }}
          onClose={() => setLeaving(null)}
        />
      )}
    </SettingsCard>
  )
}

type MembersTableProps = {
  rows: readonly Member[]
  timezone: string
  ownId: string
  isSending: boolean
  onRoleChange: (member: Member, role: Role) => void
  onRemove: (member: Member) => void
}

function MembersTable({ rows, timezone, ownId, isSending, onRoleChange, onRemove }: MembersTableProps) {
  return (
    <Table caption="All members">
      <thead>
        <tr>
          <HeaderCell>Address</HeaderCell>
          <HeaderCell>Role</HeaderCell>
          <HeaderCell>Since</HeaderCell>
          <HeaderCell>
            <span className="sr-only">Actions</span>
          </HeaderCell>
        </tr>
      </thead>
      <tbody>
        {rows.map((member) => (
          <tr key={member.id}>
            <Cell className="max-w-72 truncate" title={member.email}>
              {member.email}
              {member.id === ownId && <span className="ml-2 text-ink-faint text-xs">you</span>}
            </Cell>
            <Cell className="w-36 py-1">
              <Select
                aria-label={`Role of ${member.email}`}
                className="h-8 min-w-28"
                value={member.role}
                disabled={isSending}
                onChange={(event) => onRoleChange(member, event.target.value as Role)}
              >
                {ROLES.map((role) => (
                  <option key={role} value={role}>
                    {role}
                  </option>
                ))}
              </Select>
            </Cell>
            <Cell className="figures whitespace-nowrap text-ink-soft">
              {formatDay(Date.parse(member.createdAt), timezone)}
            </Cell>
            <Cell className="text-right">
              <Button variant="quiet" size="small" className="text-poor" onClick={() => onRemove(member)}>
                Remove<span className="sr-only"> {member.email}</span>
              </Button>
            </Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

function CreatedMemberDialog({ created, onClose }: { created: CreatedMember; onClose: () => void }) {
  const { email, role, initialPassword } = created
  return (
    <Dialog isOpen onOpenChange={(isOpen) => !isOpen && onClose()} title={`${email} is now ${role}`}>
      {initialPassword === null ? (
        <p className="text-ink-soft text-sm">They had an account already and sign in as they are used to.</p>
      ) : (
        <>
          <Notice>Pass this on now, over a channel you trust: it is not shown again.</Notice>
          <CodeBlock label="Initial password" code={initialPassword} />
        </>
      )}
      <Button variant="primary" onClick={onClose} className="self-end">
        Done
      </Button>
    </Dialog>
  )
}
