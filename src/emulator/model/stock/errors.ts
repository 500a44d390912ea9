import {badRequest, notFound, standardError} from '../api-error.js'

/** The source has the texts in quotes; statuses and the other texts are our reading (docs/mercadolibre.md, section 6.6). */
export const stockErrors = {
  missingVersion: () => badRequest('Missing X-Version header'),
  staleVersion: () => standardError(409, 'conflict', 'Version mismatch'),
  noStock: () => notFound('stock-locations not found'),
  notEditable: () => badRequest('stock of type meli_facility is not editable'),
  wrongSite: (siteId: string) => badRequest(`stock of type selling_address cannot be changed in ${siteId}`),
  unknownStore: (storeId: unknown) => badRequest(`store ${String(storeId)} is not a stock location of the seller`),
  unknownProduct: (id: string) => notFound(`User product with id ${id} not found`),
} as const
