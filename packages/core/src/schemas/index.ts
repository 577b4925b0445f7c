export { commonRequestShape, httpUrlSchema, jsonValueSchema, providerOptionsSchema, subjectSchema } from './common.js'
export {
  type FineTuneInput,
  type FineTuneParameters,
  fineTuneRequestSchema,
  imageInputSchema,
} from './fine-tune-request.js'
export { type GenerateInput, type GenerateParameters, generateRequestSchema } from './generate-request.js'
export { costSchema, estimateSchema, fineTunedModelSchema, jobHandleSchema, portfolioSchema } from './portfolio.js'
