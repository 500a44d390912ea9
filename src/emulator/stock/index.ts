export {registerUserProducts} from './routes.js'
