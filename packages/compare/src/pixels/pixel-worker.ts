// The other thread of openPixelMaths.
import { parentPort } from 'node:worker_threads'
import { answer, type SentPicture } from './pixel-maths.js'

parentPort?.on('message', (picture: SentPicture) => parentPort?.postMessage(answer(picture)))
