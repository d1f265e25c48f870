// A table on desktops, cards on phones: the same cells, each with its column's name. Roles are spelled out, because `display` other than
// table makes some browsers forget them.
import type { ReactNode } from 'react'
import { useT } from '~/i18n'
import { cx } from './cx'
import { Icon } from './Icon'
import styles from './Table.module.css'

export interface Column<Row> {
  id: string
  header: string
  cell: (row: Row) => ReactNode
  /** The row's name: a row header, and the card's title on phones. One per table. */
  isRowHeader?: boolean
  align?: 'start' | 'end'
  /** There is nothing to tell in this row: a dash in the table, no line at all in a phone's card. */
  isEmpty?: (row: Row) => boolean
  /** Sorting by this column is offered. */
  canSort?: boolean
}

export interface Sort {
  column: string
  direction: 'ascending' | 'descending'
}

interface Props<Row> {
  /** What the table holds; its caption for assistive technology. */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  sort?: Sort
  onSort?: (sort: Sort) => void
}

export function Table<Row>({ label, columns, rows, rowKey, sort, onSort }: Props<Row>) {
  return (
    <div className={styles.frame}>
      {/* eslint-disable jsx-a11y/no-redundant-roles -- see above */}
      <table className={styles.table} role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr role="row" key={rowKey(row)}>
              {columns.map((column) => {
                const Cell = column.isRowHeader === true ? 'th' : 'td'
                const isEmpty = column.isEmpty?.(row) === true
                return (
                  <Cell key={column.id} scope={column.isRowHeader === true ? 'row' : undefined} role={column.isRowHeader === true ? 'rowheader' : 'cell'}
                    className={cx(column.align === 'end' && styles.end, isEmpty && styles.empty)}>
                    {column.isRowHeader !== true && <span className={styles.name} aria-hidden="true">{column.header}</span>}
                    <span className={styles.value}>{isEmpty ? '—' : column.cell(row)}</span>
                  </Cell>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function HeaderCell<Row>({ column, sort, onSort }: { column: Column<Row>; sort: Sort | undefined; onSort: ((sort: Sort) => void) | undefined }) {
  const t = useT()
  const direction = sort?.column === column.id ? sort.direction : undefined
  const next = direction === 'ascending' ? 'descending' : 'ascending'
  return (
    <th role="columnheader" scope="col" aria-sort={column.canSort === true ? (direction ?? 'none') : undefined} className={cx(column.align === 'end' && styles.end)}>
      {column.canSort === true && onSort
        ? (
          <button type="button" className={styles.sort} title={t('ui.sort')} onClick={() => { onSort({ column: column.id, direction: next }) }}>
            {column.header}
            <Icon name={direction === undefined ? 'sort' : direction === 'ascending' ? 'up' : 'down'} size={16} />
          </button>
          )
        : column.header}
    </th>
  )
}
