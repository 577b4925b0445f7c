// 500 requests on the virtual clock; the first vendor has 30 % errors and 10 % stalls.
import { report } from '../../core/bench/processes.mjs'
import { createRouter } from '../dist/index.js'
import { aiRetry } from './ai-retry.mjs'
import { percentile, runBrownout } from './brownout-workload.ts'
import { alone, hedged, plainFallback } from './strategies.ts'

const strategies = {
  'one vendor, no router': alone,
  'ai-retry 2 on the AI SDK 7': aiRetry,
  'router, plain fallback': plainFallback(createRouter),
  'router, breaker and hedge (5 %)': hedged(createRouter),
  'router, breaker and hedge (15 %)': hedged(createRouter, { maximumShare: 0.15 }),
}

const seconds = (ms) => (ms / 1000).toFixed(1)

function rowOf(name, { requests, succeeded, latencies, jobs, secondJobs, paid, paidDuplicates, cost, failures }) {
  return [
    name,
    `${((100 * succeeded) / requests).toFixed(1)} %`,
    seconds(percentile(latencies, 0.5)),
    seconds(percentile(latencies, 0.99)),
    jobs,
    secondJobs,
    paid,
    paidDuplicates,
    `$${(cost / 1e9).toFixed(2)}`,
    Object.entries(failures)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', '),
  ]
}

const columns = [
  'strategy',
  'success',
  'p50, s',
  'p99, s',
  'jobs',
  'second jobs',
  'paid',
  'paid twice',
  'cost',
  'failures',
]

const requests = 500
const seed = 20_261_120

/** On the virtual clock one round says it all. */
export async function run() {
  const outcomes = {}
  for (const [name, strategy] of Object.entries(strategies)) {
    outcomes[name] = await runBrownout(strategy, { requests, seed })
  }
  const { succeeded } = outcomes['router, breaker and hedge (5 %)']
  report(
    `brownout: ${requests} requests, 30 % errors and 10 % stalls at the first vendor (seed ${seed})`,
    columns,
    Object.entries(outcomes).map(([name, outcome]) => rowOf(name, outcome)),
    [{ text: 'failures through the router, %', value: (100 * (requests - succeeded)) / requests, limit: 0.1 }],
  )
}
