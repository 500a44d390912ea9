import {Context} from './context.js'

/** The wiring of sales: what changes something at the service, questions, orders and shipments. */
export class SellContext extends Context {}
