export { formatCost, formatDuration } from './format.js'
export { renderReport } from './report.js'
export type {
  ReportData,
  ReportFallback,
  ReportImage,
  ReportPicture,
  ReportRouted,
  ReportTraining,
  ReportWork,
} from './report-data.js'
