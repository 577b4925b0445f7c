import type { ConformanceCase } from '../case.js'
import { shapeCases } from './shape.js'

/** The whole suite, in the order in which it is reported. */
export const conformanceCases: readonly ConformanceCase[] = [...shapeCases]
