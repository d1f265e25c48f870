// api/openapi.json (made by the server) → src/api/schema.gen.ts. Without the file, an empty schema: the shell still builds and no call type-checks.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const root = path.resolve(import.meta.dirname, '..')
const source = path.resolve(root, '../api/openapi.json')
const target = path.join(root, 'src/api/schema.gen.ts')
const empty = 'export type paths = Record<string, never>\nexport interface components { schemas: Record<string, never> }\nexport type operations = Record<string, never>\n'

export async function writeApiTypes() {
  const text = fs.existsSync(source) ? astToString(await openapiTS(new URL(`file://${source}`))) : empty
  const whole = `// Made from api/openapi.json by \`npm run gen:api\`. Not edited by hand, not committed.\n${text}`
  if (!fs.existsSync(target) || fs.readFileSync(target, 'utf8') !== whole) fs.writeFileSync(target, whole)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeApiTypes()
