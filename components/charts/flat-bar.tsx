import type { BarShapeProps } from 'recharts'

type FlatBarProps = Pick<BarShapeProps, 'x' | 'y' | 'width' | 'height'> & { fill: string; fillOpacity: number }

/**
 * A bar as one element. The library's own rectangle measures its outline and draws itself a second time for animations that no
 * chart here has: a third of the time a chart of 90 bars takes.
 */
export function FlatBar({ x, y, width, height, fill, fillOpacity }: FlatBarProps) {
  // Below zero the library gives a negative height.
  const [top, extent] = height < 0 ? [y + height, -height] : [y, height]
  if (!(extent > 0 && width > 0)) return null
  return <rect x={x} y={top} width={width} height={extent} rx={2} fill={fill} fillOpacity={fillOpacity} />
}
