import type {Emulator} from '../../src/emulator/index.js'

/** Somebody asks this seller about a listing of theirs, made for it; gives the question's id. */
export async function ask(emulator: Emulator, seller: string): Promise<string> {
  const {world} = emulator
  const headers = {'content-type': 'application/json'}
  const body = JSON.stringify({user: seller, count: 1})
  await fetch(`${emulator.url}/_emulator/items`, {method: 'POST', headers, body})
  const users = world.users.list()
  const sellerId = users.find(({nickname}) => nickname === seller)?.id ?? 0
  const buyerId = users.find(({nickname}) => nickname === 'CASA_DEL_SUR')?.id ?? 0
  const item = world.catalogue.listed(sellerId).find(({status}) => status === 'active')
  const text = '¿Tiene en azul?'
  return String(world.questions.ask({itemId: item?.id ?? '', sellerId, buyerId, text, appId: null}).id)
}
