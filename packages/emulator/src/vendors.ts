import { astria } from './astria/index.js'
import { fal } from './fal/index.js'
import { segmind } from './segmind/index.js'

/** The one place that names the vendors. */
export const vendors = { astria, fal, segmind }
