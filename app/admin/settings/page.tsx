import type { Metadata } from 'next'
import { connection } from 'next/server'
import { ExportCard } from '@/components/import/export-card'
import { ImportCard } from '@/components/import/import-card'
import { IgnoredUsersCard } from '@/components/settings/ignored-users-card'
import { KeysCard } from '@/components/settings/keys-card'
import { MembersCard } from '@/components/settings/members-card'
import { OriginsCard } from '@/components/settings/origins-card'
import { OwnTrafficCard } from '@/components/settings/own-traffic-card'
import { PrivacyCard } from '@/components/settings/privacy-card'
import { ProjectCard } from '@/components/settings/project-card'
import { RetentionCard } from '@/components/settings/retention-card'
import { PageHeader } from '@/components/shell/page-header'
import { Notice } from '@/components/ui/notice'
import { isGranted } from '@/lib/auth/permissions'
import { toProjectPolicy } from '@/lib/contracts/project-policy'
import type { Project } from '@/lib/database/projects'
import { readCurrentProjectOfMember, readSession } from '../session'

export const metadata: Metadata = { title: 'Settings' }

type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** Settings of one project. What a role may not do is not offered; the routes refuse it in any case. */
export default async function SettingsPage({ searchParams }: { searchParams: SearchParams }) {
  await connection()
  const { project: slug } = await searchParams
  const [{ project, role }, { member }] = await Promise.all([
    readCurrentProjectOfMember(typeof slug === 'string' && slug ? slug : 'default'),
    readSession(),
  ])
  const settings = toSettings(project)
  const canChange = isGranted('project.update', role)
  return (
    <div key={project.slug} className="flex max-w-4xl flex-col gap-5">
      <PageHeader title="Settings" note={`${project.name} · you are ${role}`} />
      {!canChange && <Notice>Only admins of this project can change its settings, keys and members.</Notice>}
      <ProjectCard settings={settings} canChange={canChange} />
      <OriginsCard settings={settings} canChange={canChange} />
      <PrivacyCard settings={settings} canChange={canChange} />
      <RetentionCard settings={settings} canChange={canChange} />
      {isGranted('keys.manage', role) && <KeysCard slug={project.slug} timezone={project.timezone} />}
      {isGranted('members.manage', role) && (
        <MembersCard slug={project.slug} timezone={project.timezone} ownId={member.id} />
      )}
      {isGranted('import.write', role) && <ImportCard project={project.slug} />}
      {isGranted('events.export', role) && <ExportCard project={project.slug} />}
      <IgnoredUsersCard settings={settings} canChange={canChange} />
      <OwnTrafficCard />
    </div>
  )
}

function toSettings({ slug, name, timezone, allowedOrigins, settings }: Project) {
  return { slug, name, timezone, allowedOrigins: [...allowedOrigins], settings: toProjectPolicy(settings) }
}
