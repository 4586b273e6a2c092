import type { Static } from "@sinclair/typebox";
import type { Line as LineModel } from "./model.ts";

export type Line = Static<typeof LineModel>;
