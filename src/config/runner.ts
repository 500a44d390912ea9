import type {Runner} from '../core/file-owner.js'

/**
 * The user of this process. SUDO_UID is no setting of ours, and counts for root only. MELI_TRUST_OWNER is read from the
 * environment alone: a file could vouch for its own owner.
 */
export function thisRunner(env: Readonly<Record<string, string | undefined>> = process.env): Runner {
  const {SUDO_UID, MELI_TRUST_OWNER = ''} = env
  return {
    uid: process.geteuid?.(),
    sudoUid: /^\d+$/.test(SUDO_UID ?? '') ? Number(SUDO_UID) : undefined,
    trusted: (MELI_TRUST_OWNER.match(/[^\s,]+/g) ?? []).filter((each) => /^\d+$/.test(each)).map(Number),
  }
}
