export { type TelemetryOptions, traceRouter } from './trace-router.js'
