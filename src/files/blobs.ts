import { AppError } from "../errors.ts";

/** A stretch of bytes: from and with `start`, to and without `end`. */
export type Stretch = { start: number; end: number };

/**
 * Where the bytes of files lie. A blob is named by the SHA-256 of its bytes in hex, or by that and `.thumb` for the small
 * picture made of it; under a name there is only ever one content, so a blob is never written over.
 */
export type BlobStore = {
  /** Where they lie, for the operator to read. */
  readonly place: string;
  /** Takes a finished local file in under `name`; the file is gone afterwards. @throws AppError `storage_failed` */
  put: (name: string, file: string) => Promise<void>;
  /** The bytes of a blob, or a stretch of them, as the body of an answer; null when it is not there. */
  read: (name: string, stretch?: Stretch) => Promise<Blob | ReadableStream<Uint8Array> | null>;
  /** Bytes of a blob; null when it is not there. */
  size: (name: string) => Promise<number | null>;
  /** Removes a blob; one that is not there is no error. */
  remove: (name: string) => Promise<void>;
  /** Every blob with its size in bytes, in no order. */
  list: () => AsyncIterable<{ name: string; size: number }>;
};

export const thumbnailOf = (sha256: string): string => `${sha256}.thumb`;
/** The SHA-256 that a blob's name begins with. */
export const contentOf = (name: string): string => name.slice(0, 64);
export const isBlobName = (name: string): boolean => /^[0-9a-f]{64}(\.thumb)?$/.test(name);

/** The system's words for a disk that is full, failing or not ours to write. */
const storageFaults = new Set(["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS", "EMFILE", "ENFILE", "EACCES"]);

/** What went wrong while bytes were put away, as it is told: storage that fails is no fault of the request, and not ours. */
export const storageFault = (cause: unknown): unknown => (storageFaults.has((cause as { code?: string } | null)?.code ?? "") ? storageFailed(cause) : cause);

/** @returns the error that tells of storage which failed; its cause is for the log */
export const storageFailed = (cause: unknown): AppError => {
  const error = new AppError("storage_failed");
  error.cause = cause;
  return error;
};
