// What is used of @huggingface/transformers 4.3: an optional peer of 474 MB, which is not installed here.
declare module '@huggingface/transformers' {
  export const env: import('./transformers.js').Transformers['env']
  export const RawImage: import('./transformers.js').Transformers['RawImage']
  export const AutoTokenizer: import('./transformers.js').Transformers['AutoTokenizer']
  export const AutoProcessor: import('./transformers.js').Transformers['AutoProcessor']
  export const AutoModel: import('./transformers.js').Transformers['AutoModel']
  export const CLIPTextModelWithProjection: import('./transformers.js').Transformers['CLIPTextModelWithProjection']
  export const CLIPVisionModelWithProjection: import('./transformers.js').Transformers['CLIPVisionModelWithProjection']
  export const SiglipTextModel: import('./transformers.js').Transformers['SiglipTextModel']
  export const SiglipVisionModel: import('./transformers.js').Transformers['SiglipVisionModel']
}
