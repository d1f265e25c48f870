/// <reference types="vite/client" />

declare const __GALLERY__: boolean

declare module 'virtual:messages' {
  import type { CompiledMessage } from '@lingui/message-utils/compileMessage'
  type Load = () => Promise<{ default: Record<string, CompiledMessage> }>
  export const catalogues: Record<string, Record<'ru' | 'kk' | 'en', Load>>
}
