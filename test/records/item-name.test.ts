import {describe, expect, it} from '@jest/globals'
import {sites} from '../../src/meli/api/sites.js'
import {readItemName} from '../../src/records/item-name.js'

describe('the name of an item', () => {
  it.each([
    ['MEC123', 'MEC123'],
    [' mec123 ', 'MEC123'],
    ['MEC-123', 'MEC123'],
    ['mlb-3344556677', 'MLB3344556677'],
    ['#MLA 123', 'MLA123'],
    ['https://articulo.mercadolibre.com.ec/MEC-123456-zapatos-de-cuero-_JM', 'MEC123456'],
    ['https://articulo.mercadolibre.com.ec/MEC-123456-zapatos-_JM?quantity=1#position=3&tracking_id=9', 'MEC123456'],
    ['articulo.mercadolibre.com.ar/MLA-123456-x-_JM', 'MLA123456'],
    ['https://produto.mercadolivre.com.br/MLB-123456-sapato-_JM', 'MLB123456'],
    ['https://articulo.mercadolibre.cl/MLC-123456-x-_JM', 'MLC123456'],
    ['https://articulo.mercadolibre.co.cr/MCR-123456-x', 'MCR123456'],
    ['http://articulo.mercadolibre.com.uy/noindex/MLU-123456', 'MLU123456'],
    ['https://www.mercadolibre.com.mx/zapatos/p/MLM15?pdp_filters=item_id:MLM123456', 'MLM123456'],
    ['https://www.mercadolibre.com.ar/zapatos/p/MLA15#polycard_client=x&wid=MLA123456&sid=y', 'MLA123456'],
    ['https://www.mercadolibre.com.ar/zapatos/up/MLAU15?wid=MLA123456', 'MLA123456'],
  ])('%s is that of %s', (given, id) => {
    expect(readItemName(given)).toEqual({kind: 'item', id})
  })

  it.each(['CAM-001', 'ABC123', 'Café negro', '7891234567890', 'MEC', 'MEC12X', 'MEC-1-2', '#1'])(
    '%s is a SKU',
    (sku) => {
      expect(readItemName(` ${sku} `)).toEqual({kind: 'sku', sku})
    },
  )

  it('is no item in the address of a product, or of another site', () => {
    expect(readItemName('https://www.mercadolibre.com.ar/zapatos/p/MLA15')).toEqual({kind: 'product', id: 'MLA15'})
    for (const given of ['', '  ', 'https://evil.example/MEC-123456-x-_JM', 'https://www.mercadolibre.com.ec/ofertas'])
      expect(readItemName(given)).toEqual({kind: 'none'})
    expect(readItemName('https://mercadolibre.com.ec.evil.example/MEC-123456')).toEqual({kind: 'none'})
  })

  it('begins with any site, and pages are read on the host of any', () => {
    for (const {id, webHost} of sites) {
      expect(readItemName(`${id}123`)).toEqual({kind: 'item', id: `${id}123`})
      const page = `https://${webHost.replace('www', 'articulo')}/${id}-123456-x-_JM`
      expect(readItemName(page)).toEqual({kind: 'item', id: `${id}123456`})
    }
  })
})
