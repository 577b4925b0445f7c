/** Content of one image, or where it is. A string is a URL, a path, a folder, or a glob. */
export type ImageContent = string | URL | Uint8Array | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

/** One entry of `images`: its content alone, or with a caption and a file name. */
export type ImageInput =
  | ImageContent
  | {
      readonly image: ImageContent
      /** What the picture shows, for vendors that take captions. */
      readonly caption?: string | undefined
      /** File name the vendor sees. @default the path's own, or `image-<n>` */
      readonly name?: string | undefined
    }
