import {describe, expect, it} from '@jest/globals'
import {Interrupts} from '../../src/cli/interrupts.js'

function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return {open: () => open(), opened}
}

describe('an interrupt', () => {
  it('waits for work that must not be cut in half, and for what that work begins', async () => {
    const interrupts = new Interrupts()
    const [first, second] = [gate(), gate()]
    const done: string[] = []
    const work = interrupts.protect(async () => {
      await first.opened
      void interrupts.protect(async () => {
        await second.opened
        done.push('second')
      })
      done.push('first')
    })
    const interrupted = interrupts.interrupt().then(() => done.push('interrupted'))
    first.open()
    await work
    second.open()
    await interrupted
    expect(done).toEqual(['first', 'second', 'interrupted'])
  })

  it('waits for work that fails too, and leaves its error to whoever asked for it', async () => {
    const interrupts = new Interrupts()
    const {open, opened} = gate()
    const work = interrupts.protect(async () => {
      await opened
      throw new Error('no')
    })
    const interrupted = interrupts.interrupt()
    open()
    await expect(work).rejects.toThrow('no')
    expect(await interrupted).toMatchObject({reason: {code: 'MELI_INTERRUPTED', exitCode: 130}})
  })

  it('knows whether the command ends by itself', async () => {
    const blunt = new Interrupts()
    expect(await blunt.interrupt()).toMatchObject({endsByItself: false})
    const graceful = new Interrupts()
    const {signal} = graceful
    expect(signal.aborted).toBe(false)
    const {endsByItself, reason} = await graceful.interrupt()
    expect(endsByItself).toBe(true)
    expect(signal.reason).toBe(reason)
  })

  it('gives back what the protected work gives', async () => {
    expect(await new Interrupts().protect(async () => 42)).toBe(42)
  })
})
