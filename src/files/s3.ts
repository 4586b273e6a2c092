import { stat, unlink } from "node:fs/promises";
import { S3Client } from "bun";
import type { BucketPlace } from "../config.ts";
import { S3_PART_BYTES, S3_PARTS } from "../limits.ts";
import { type BlobStore, isBlobName, storageFailed } from "./blobs.ts";

/** Parts of one upload on their way at a time: with two a server was seen to grow by 70 MiB, with one by 45 at most. */
const PARTS_AT_ONCE = 1;
/** Seconds that an address signed for one read is good for: it is used at once. */
const SIGNED_SECONDS = 60;
const MISSING = new Set(["NoSuchKey", "NotFound", "UnknownError404"]);

/** Blobs as objects of a bucket, `<prefix>/<name>`, in any store that speaks S3. */
export const openBucket = (place: BucketPlace): BlobStore => {
  const { bucket, prefix, endpoint, accessKey, secretKey, region } = place;
  const client = new S3Client({ bucket, region, accessKeyId: accessKey, secretAccessKey: secretKey, ...(endpoint !== null && { endpoint }) });
  const folder = prefix === "" ? "" : `${prefix}/`;
  const keyOf = (name: string) => folder + name;
  return {
    place: `s3://${bucket}/${folder}`,
    put: async (name, file) => {
      const { size } = await stat(file);
      const partSize = Math.max(S3_PART_BYTES, Math.ceil(size / S3_PARTS));
      await client.write(keyOf(name), Bun.file(file), { partSize, queueSize: PARTS_AT_ONCE, retry: 3 }).catch(fail);
      await unlink(file);
    },
    read: async (name, stretch) => {
      const range = stretch && { range: `bytes=${stretch.start}-${stretch.end - 1}` };
      const answer = await fetch(client.presign(keyOf(name), { method: "GET", expiresIn: SIGNED_SECONDS }), { headers: { ...range } }).catch(fail);
      if (answer.ok) return answer.body ?? new Blob([]);
      await answer.body?.cancel();
      return answer.status === 404 ? null : fail(new Error(`The bucket answered ${answer.status}`));
    },
    size: (name) =>
      client.stat(keyOf(name)).then(
        ({ size }) => size,
        (error) => (MISSING.has(error?.code) ? null : fail(error)),
      ),
    remove: async (name) => {
      await client.delete(keyOf(name)).catch((error) => {
        if (!MISSING.has(error?.code)) fail(error);
      });
    },
    list: async function* () {
      for (let continuationToken: string | undefined; ; ) {
        const page = await client.list({ prefix: folder, continuationToken }).catch(fail);
        for (const { key, size = 0 } of page.contents ?? []) if (isBlobName(key.slice(folder.length))) yield { name: key.slice(folder.length), size };
        continuationToken = page.nextContinuationToken;
        if (!page.isTruncated || continuationToken === undefined) return;
      }
    },
  };
};

/** A store that cannot be reached, or refuses, is told as a storage that failed. */
const fail = (cause: unknown): never => {
  throw storageFailed(cause);
};
