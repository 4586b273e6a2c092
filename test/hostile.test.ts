import { bubblewrap } from "../src/sandbox/bubblewrap.ts";
import { hostilities } from "./hostilities.ts";

hostilities("bubblewrap", (data) => bubblewrap(data, false));
