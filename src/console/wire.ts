import type { Static } from "@sinclair/typebox";
import type { Line as LineModel } from "./model.ts";
import type { LineShown } from "./store.ts";
import { seqOfLine } from "./table.ts";

export type Line = Static<typeof LineModel>;

/** A line as it is told. */
export const lineWire = ({ key, run_id, stream, content, at }: LineShown): Line => ({ seq: seqOfLine(key), run_id, stream, content, timestamp: at });
