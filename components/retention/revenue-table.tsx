import type { RetentionInterval, RetentionReport } from '@/lib/contracts/retention'
import { NO_CURRENCY } from '@/lib/contracts/revenue'
import { NO_VALUE } from '../format/format-number'
import { Cell, HeaderCell, Table } from '../ui/table'
import { nameCohort, nameColumn } from './interval-names'

type RevenueTableProps = { report: RetentionReport; interval: RetentionInterval; timezone: string }

/** Per currency what each cohort brought in: altogether, per person, and interval by interval. Currencies are never added up. */
export function RevenueTable({ report: { revenue = [], averageRatios }, interval, timezone }: RevenueTableProps) {
  if (revenue.length === 0) {
    return (
      <p className="text-ink-soft text-sm">
        No return event carries revenue: send a number as the property <code>revenue</code>, and three letters as{' '}
        <code>currency</code>.
      </p>
    )
  }
  const columns = averageRatios.map((_, age) => nameColumn(interval, age))
  return revenue.map(({ currency, cohorts }) => (
    <div key={currency} className="flex min-w-0 flex-col gap-3">
      <h3 className="font-medium text-[0.8125rem]">{currency === NO_CURRENCY ? 'Without a currency' : currency}</h3>
      <Table caption={`Revenue by cohort, ${currency}`}>
        <thead>
          <tr>
            <HeaderCell>Cohort</HeaderCell>
            <HeaderCell isFigure>Total</HeaderCell>
            <HeaderCell isFigure>Per person</HeaderCell>
            {columns.map((column) => (
              <HeaderCell key={column} isFigure>
                {column}
              </HeaderCell>
            ))}
          </tr>
        </thead>
        <tbody>
          {cohorts.map(({ start, total, averagePerPerson, amounts }) => (
            <tr key={start}>
              <th
                scope="row"
                className="whitespace-nowrap border-line/70 border-b pr-3 text-left font-normal text-ink-soft text-xs"
              >
                {nameCohort(interval, start, timezone)}
              </th>
              <Cell isFigure className="font-medium">
                {formatAmount(total)}
              </Cell>
              <Cell isFigure>{averagePerPerson === null ? NO_VALUE : formatAmount(averagePerPerson)}</Cell>
              {columns.map((column, age) => (
                <Cell key={column} isFigure className="text-ink-soft">
                  {amounts[age] === undefined ? '' : formatAmount(amounts[age])}
                </Cell>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  ))
}

const amountFormat = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

function formatAmount(amount: number): string {
  return amount === 0 ? '0' : amountFormat.format(amount)
}
