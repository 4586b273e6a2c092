import { createSignal } from "solid-js";
import { type Attachment, type Failure, filesAt, refusal } from "../api.ts";
import type { Colony } from "../store.ts";
import { uniqueKey } from "../unique.ts";
import { setGoing } from "./going.ts";
import { sizeWords } from "./kinds.ts";

/** A file on its way up. `sent`: bytes. `failed`: why it did not get there; null while it may. `lasting`: to try again would change nothing. */
export type Upload = { key: string; channel_id: string; name: string; size: number; sent: number; failed: string | null; lasting: boolean };

/** Files that go up at once: more would only share the same line. */
const AT_ONCE = 3;

type Job = { file: File; user_id: string; turn: number; request: XMLHttpRequest | null };

const [uploads, setUploads] = createSignal<readonly Upload[]>([]);
const jobs = new Map<string, Job>();
/** Of files that have come, by their ids, when each was chosen: a small one is there before a large one that stands before it. */
const turns = new Map<string, number>();
let turn = 0;

/** What goes up for a channel, or did not get there, in the order in which it was chosen. */
export const uploadsIn = (channel_id: string): Upload[] => uploads().filter((one) => one.channel_id === channel_id);

const keep = (change: (now: readonly Upload[]) => readonly Upload[]): void => {
  const now = setUploads(change);
  const counts: Record<string, number> = {};
  for (const { channel_id, failed } of now) if (failed === null) counts[channel_id] = (counts[channel_id] ?? 0) + 1;
  setGoing(counts);
};

const amend = (key: string, part: Partial<Upload>): void => keep((now) => now.map((one) => (one.key === key ? { ...one, ...part } : one)));

/** Begins to send files up for what is being written in a channel; what the server would not take is told at once, and not sent. */
export const addFiles = async (colony: Colony, channel_id: string, files: readonly File[]): Promise<void> => {
  const user_id = colony.me()?.id ?? "";
  const added = files.map((file): Upload => {
    const key = uniqueKey();
    jobs.set(key, { file, user_id, turn: ++turn, request: null });
    return { key, channel_id, name: file.name, size: file.size, sent: 0, failed: null, lasting: false };
  });
  keep((now) => [...now, ...added]);
  // Where it cannot be told, the server says it of each.
  const { bytes, per_message } = await colony.ask((api) => api.uploadLimits()).catch(() => ({ bytes: Infinity, per_message: Infinity }));
  let room =
    per_message -
    colony.drafts().draft(channel_id).files.length -
    uploadsIn(channel_id).filter(({ key, failed }) => failed === null && !added.some((one) => one.key === key)).length;
  for (const { key, size } of added)
    if (size > bytes) amend(key, { failed: `It is too large: ${sizeWords(size)}, and this server takes ${sizeWords(bytes)} at most.`, lasting: true });
    else if (room-- <= 0) amend(key, { failed: `A message carries ${per_message} ${per_message === 1 ? "file" : "files"} at most. Send it with the next.`, lasting: true });
  next(colony);
};

/** Takes one out, and stops it where it is. */
export const cancelUpload = (colony: Colony, key: string): void => {
  const job = jobs.get(key);
  jobs.delete(key);
  job?.request?.abort();
  keep((now) => now.filter((one) => one.key !== key));
  next(colony);
};

export const retryUpload = (colony: Colony, key: string): void => {
  amend(key, { failed: null, sent: 0 });
  next(colony);
};

/** Sends the next ones, as many as may go at once. */
const next = (colony: Colony): void => {
  const going = [...jobs.values()].filter(({ request }) => request !== null).length;
  const waiting = uploads().filter(({ key, failed }) => failed === null && jobs.get(key)?.request === null);
  for (const upload of waiting.slice(0, Math.max(0, AT_ONCE - going))) send(colony, upload);
};

/** By XMLHttpRequest: nothing else tells a page how much of a request has left. */
const send = (colony: Colony, { key, channel_id }: Upload): void => {
  const job = jobs.get(key);
  if (!job) return;
  const request = new XMLHttpRequest();
  job.request = request;
  request.open("POST", filesAt(job.file.name));
  request.setRequestHeader("content-type", job.file.type || "application/octet-stream");
  request.setRequestHeader("idempotency-key", key);
  request.responseType = "json";
  request.upload.onprogress = ({ loaded }) => amend(key, { sent: Math.min(loaded, job.file.size) });
  request.onloadend = () => {
    // It was taken out.
    if (!jobs.has(key)) return;
    job.request = null;
    if (request.status === 201 || request.status === 200) arrive(colony, key, channel_id, job, request.response);
    else fail(key, refusal(request.status, request.response));
    next(colony);
  };
  request.send(job.file);
};

const arrive = (colony: Colony, key: string, channel_id: string, job: Job, file: Attachment): void => {
  jobs.delete(key);
  turns.set(file.id, job.turn);
  const drafts = colony.drafts();
  const files = [...drafts.draft(channel_id).files, attachmentOf(file)].toSorted((a, b) => (turns.get(a.id) ?? 0) - (turns.get(b.id) ?? 0));
  // Whoever signed in since has drafts of their own.
  if (colony.me()?.id === job.user_id) drafts.change(channel_id, { files });
  keep((now) => now.filter((one) => one.key !== key));
};

const fail = (key: string, failure: Failure): void => amend(key, { failed: failure.message, lasting: failure.refused, sent: 0 });

/** Of what the server says of a file, what a message carries of it. */
const attachmentOf = ({ id, name, mime, size, sha256, width, height }: Attachment): Attachment => ({ id, name, mime, size, sha256, width, height });
