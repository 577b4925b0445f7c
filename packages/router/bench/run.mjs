// node run.mjs [brownout|overhead] [rounds]
import { runMeasures } from '../../core/bench/run-measures.mjs'

await runMeasures(import.meta.url, ['brownout', 'overhead'], 'ai-retry')
