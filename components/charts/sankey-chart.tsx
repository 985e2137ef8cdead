'use client'

import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { formatCount } from '../format/format-number'
import { classNames } from '../ui/class-names'
import {
  layOutSankey,
  type PlacedLink,
  type PlacedNode,
  type SankeyLink,
  type SankeyNode,
  toBandPath,
} from './sankey-layout'

export type SankeyChartNode = SankeyNode & {
  label: string
  /** What is pooled or has ended is drawn quieter. */
  isQuiet: boolean
  /** What the node says on its own: shown on hover, read to screen readers. */
  description: string
}

type SankeyChartProps = {
  title: string
  nodes: readonly SankeyChartNode[]
  links: readonly (SankeyLink & { description: string })[]
  /** Makes nodes buttons; those it gives null for are none. */
  toAction?: (id: string) => (() => void) | null
}

const HEIGHT = 420
const NODE_WIDTH = 10
const GAP = 22
/** A column needs this much for its labels; where there is less, the chart scrolls in its own region. */
const COLUMN_WIDTH_MIN = 165
/** A node below this height has its label on one line with its figure. */
const LABEL_HEIGHT_MIN = 26

/** Flows from left to right. Nodes can be reached by keyboard; a node in focus or under the pointer shows its flows alone. */
export function SankeyChart({ title, nodes, links, toAction }: SankeyChartProps) {
  const region = useRef<HTMLElement>(null)
  const [room, setRoom] = useState(900)
  const [active, setActive] = useState<string | null>(null)
  useLayoutEffect(() => {
    const element = region.current
    if (!element) return
    const observer = new ResizeObserver(([entry]) => entry && setRoom(Math.floor(entry.contentRect.width)))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const columns = Math.max(...nodes.map(({ depth }) => depth), 0) + 1
  const width = Math.max(room, columns * COLUMN_WIDTH_MIN)
  const largest = Math.max(
    ...Array.from({ length: columns }, (_, depth) => nodes.filter((n) => n.depth === depth).length),
  )
  const height = Math.max(HEIGHT, largest * (GAP + 18))
  const placed = layOutSankey(nodes, links, { width, height, nodeWidth: NODE_WIDTH, gap: GAP })
  const room1 = columns > 1 ? (width - NODE_WIDTH) / columns : width
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1)
    <section ref={region} aria-label={title} tabIndex={0} className="fade-sideways overflow-x-auto pt-1 pb-2">
      <svg width={width} height={height + GAP} aria-label={title} className="block">
        {placed.links.map((link) => (
          <Band
            key={`${link.source} ${link.target}`}
            link={link}
            isShown={active === null || active === link.source || active === link.target}
          />
        ))}
        {placed.nodes.map((node) => (
          <Node
            key={node.id}
            node={node}
            labelWidth={room1 - NODE_WIDTH - 14}
            action={toAction?.(node.id) ?? null}
            onActive={(isActive) => setActive(isActive ? node.id : null)}
          />
        ))}
      </svg>
    </section>
  )
}

function Band({ link, isShown }: { link: PlacedLink<SankeyLink & { description: string }>; isShown: boolean }) {
  return (
    <path
      d={toBandPath(link)}
      fill="none"
      stroke="var(--color-series-1)"
      strokeOpacity={isShown ? 0.22 : 0.05}
      strokeWidth={Math.max(link.width, 0.75)}
      className="hover:[stroke-opacity:0.45]"
    >
      <title>{link.description}</title>
    </path>
  )
}

type NodeProps = {
  node: PlacedNode<SankeyChartNode>
  labelWidth: number
  action: (() => void) | null
  onActive: (isActive: boolean) => void
}

function Node({ node, labelWidth, action, onActive }: NodeProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (!action || (event.key !== 'Enter' && event.key !== ' ')) return
    event.preventDefault()
    action()
  }
  const isTall = node.height >= LABEL_HEIGHT_MIN
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: there is no button in SVG; the role says what it is
    <g
      role={action ? 'button' : 'img'}
      aria-label={node.description}
      tabIndex={0}
      onPointerEnter={() => onActive(true)}
      onPointerLeave={() => onActive(false)}
      onFocus={() => onActive(true)}
      onBlur={() => onActive(false)}
      onKeyDown={onKeyDown}
      {...(action && { onClick: action })}
      className={classNames(action && 'cursor-pointer')}
    >
      <title>{node.description}</title>
      <rect
        x={node.x}
        y={node.y}
        width={NODE_WIDTH}
        height={Math.max(node.height, 2)}
        rx="2"
        fill={node.isQuiet ? 'var(--color-line-strong)' : 'var(--color-series-1)'}
      />
      <foreignObject
        x={node.x + NODE_WIDTH + 4}
        y={node.y - (isTall ? 0 : (LABEL_HEIGHT_MIN - 10 - node.height) / 2)}
        width={Math.max(labelWidth, 40)}
        height={isTall ? 36 : 18}
      >
        <p
          className={classNames(
            'flex w-fit max-w-full gap-x-1.5 rounded-[0.25rem] bg-surface/75 px-1 text-xs leading-4',
            isTall ? 'flex-col' : 'items-baseline',
          )}
        >
          <span className={classNames('truncate', node.isQuiet ? 'text-ink-soft italic' : 'font-medium')}>
            {node.label}
          </span>{' '}
          <span className="figures text-ink-soft">{formatCount(node.value)}</span>
        </p>
      </foreignObject>
    </g>
  )
}
