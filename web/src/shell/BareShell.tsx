import { Outlet } from '@tanstack/react-router'
import { useLiveStream } from './useLiveStream'

/** Around a screen which has no frame of its own (the call): nothing is seen of it, but the page hears what happens. */
export function BareShell() {
  useLiveStream()
  return <Outlet />
}
