// Writes oclif.manifest.json, so that starting a command does not load the others.
import {renameSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Plugin} from '@oclif/core'

export async function writeManifest(root) {
  const plugin = new Plugin({
    root,
    type: 'core',
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  })
  await plugin.load()
  // A program that starts meanwhile must not read half of it.
  const draft = join(root, `oclif.manifest.${process.pid}.json`)
  writeFileSync(draft, JSON.stringify(plugin.manifest))
  renameSync(draft, join(root, 'oclif.manifest.json'))
}
