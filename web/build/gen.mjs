// Writes what the compiler needs before it can check anything: types of message keys and of the API.
import { writeKeyTypes } from './messages.mjs'
import { writeApiTypes } from './gen-api.mjs'
import { writeFonts } from './fonts.mjs'

writeKeyTypes()
await writeApiTypes()
await writeFonts()
