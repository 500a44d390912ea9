import {isIP} from 'node:net'

export interface Certificate {
  key: string
  cert: string
}

const minute = 60_000
const day = 24 * 60 * minute

/** A self-signed certificate for one login, both parts PEM. It lives a day and in memory only: no key to steal stays behind. */
export async function makeCertificate(host: string, now = new Date()): Promise<Certificate> {
  const {generate} = await import('selfsigned')
  const made = await generate([{name: 'commonName', value: host}], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // A minute back, so that a browser whose clock is rounded differently does not find it not yet valid.
    notBeforeDate: new Date(now.getTime() - minute),
    notAfterDate: new Date(now.getTime() + day),
    extensions: [
      {name: 'basicConstraints', cA: false, critical: true},
      {name: 'keyUsage', digitalSignature: true, critical: true},
      {name: 'extKeyUsage', serverAuth: true},
      {name: 'subjectAltName', altNames: [isIP(host) ? {type: 7, ip: host} : {type: 2, value: host}]},
    ],
  })
  return {key: made.private, cert: made.cert}
}
