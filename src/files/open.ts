import type { Config } from "../config.ts";
import type { BlobStore } from "./blobs.ts";
import { blobsFolder, openDisk } from "./disk.ts";
import { openBucket } from "./s3.ts";

/** The store of bytes that the settings name: a bucket, else the data folder. */
export const openBlobs = (config: Config): BlobStore => (config.files ? openBucket(config.files) : openDisk(blobsFolder(config.data)));
