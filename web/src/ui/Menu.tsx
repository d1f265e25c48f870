import { Button } from 'react-aria-components/Button'
import { Menu as AriaMenu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { cx } from './cx'
import { Icon } from './Icon'
import type { IconName } from './icons'
import buttons from './Button.module.css'
import styles from './Options.module.css'
import own from './Menu.module.css'

export interface MenuAction {
  id: string
  label: string
  icon?: IconName
  onAction: () => void
  isDanger?: boolean
  isDisabled?: boolean
}

/** Further acts on a thing, behind three dots. */
export function Menu({ label, items, icon = 'more' }: { label: string; items: readonly MenuAction[]; icon?: IconName }) {
  return (
    <MenuTrigger>
      <Button aria-label={label} className={cx(buttons.button, buttons.square, buttons.quiet)}><Icon name={icon} /></Button>
      <Popover className={styles.popover} placement="bottom end">
        <AriaMenu className={styles.list} items={items}>
          {(item) => (
            <MenuItem id={item.id} className={cx(styles.item, item.isDanger === true && own.danger)} onAction={item.onAction} isDisabled={item.isDisabled} textValue={item.label}>
              <span className={own.line}>
                {item.icon && <Icon name={item.icon} size={20} />}
                {item.label}
              </span>
            </MenuItem>
          )}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  )
}
