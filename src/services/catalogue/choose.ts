import {MeliError} from '../../errors.js'
import {chooseAccount} from '../auth/choose-account.js'
import type {AccountStore} from '../ports.js'

/** Whose catalogue: the same choice as for commands that go online. */
export interface CatalogueChoice {
  account?: string | undefined
  sandbox: boolean
  site?: string | undefined
}

export async function catalogueOf(
  accounts: Pick<AccountStore, 'list'>,
  {account, sandbox, site}: CatalogueChoice,
): Promise<number> {
  return chooseAccount(await accounts.list(), {account, sandbox, site}).userId
}

export function unknownProduct(id: string): MeliError {
  return new MeliError('MELI_PRODUCT_UNKNOWN', `${id} is not in the local catalogue of this account`, {
    try: ['bring the catalogue in step: meli sync products', 'see what there is: meli products list'],
  })
}
