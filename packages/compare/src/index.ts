export { formatCost, formatDuration } from './format.js'
export { renderReport } from './report.js'
export type { ReportData, ReportImage, ReportPicture, ReportTraining, ReportWork } from './report-data.js'
