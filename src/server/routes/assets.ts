import {createHash} from 'node:crypto'
import {readdirSync, readFileSync} from 'node:fs'
import {extname, join} from 'node:path'
import type {FastifyInstance} from 'fastify'
import {assetsFolder} from '../assets-folder.js'

const types: Readonly<Record<string, string>> = {'.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml'}

/** Registers one route for each style sheet and image: no path of a request ever reaches the file system. */
export function registerAssets(app: FastifyInstance): void {
  const folder = assetsFolder()
  for (const name of readdirSync(folder)) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const body = readFileSync(join(folder, name))
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`
    app.get(`/assets/${name}`, (request, reply) => {
      // Browsers ask again each time and get a 304, so that an upgrade shows at once.
      void reply.headers({etag, 'cache-control': 'no-cache'})
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      return reply.type(type).send(body)
    })
  }
}
