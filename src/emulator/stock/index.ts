export {registerUserProducts} from './routes.js'
export {UserProducts} from './user-products.js'
