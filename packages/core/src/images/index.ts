export { type OpenedImages, type OpenOptions, openImages } from './open-images.js'
