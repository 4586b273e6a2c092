import type { Static } from "@sinclair/typebox";
import type { Line as LineModel } from "./model.ts";
import type { LineShown } from "./store.ts";
import { seqOfLine } from "./table.ts";

export type Line = Static<typeof LineModel>;

/** A line as it is told. `isUnfinished`: whether one has no end yet. */
export const lineWire = ({ key, run_id, stream, content, at }: LineShown, isUnfinished: (run_id: string, seq: number) => boolean): Line => {
  const seq = seqOfLine(key);
  return { seq, run_id, stream, content, timestamp: at, ...(isUnfinished(run_id, seq) && { unfinished: true }) };
};
