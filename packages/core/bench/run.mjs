// node run.mjs [measure] [rounds]
import { runMeasures } from './run-measures.mjs'

await runMeasures(import.meta.url, ['generate', 'polling', 'lost-answer', 'upload', 'import'], 'undici')
