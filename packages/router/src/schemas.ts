export { budgetSchema } from './ledger/budget-schema.js'
export { ledgerEntrySchema } from './ledger/entry-schema.js'
export { routerSchema } from './router-schema.js'
export { targetSchema } from './strategy/target-schema.js'
