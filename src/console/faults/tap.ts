import { type Recogniser, type Spot, spotAt } from "./found.ts";

const FAILED = /^(\s*)not ok \d+ - (.+)$/;
const LOCATION = /^\s+location: '(.+):(\d+):(\d+)'$/;
const ERROR = /^\s+error: (?:'(.*)'|\|-)$/;
const FRAME = /^\s+(?:.* \()?(\/[^()\s]+):(\d+):(\d+)\)?$/;

type Failed = { seq: number; end_seq: number; name: string; message: string | null; awaited: boolean; told: Spot | null; spot: Spot | null; begun: boolean };

/** The Test Anything Protocol, as node's runner speaks it: each failure with what YAML says of it (https://testanything.org). */
export const tapOf = (): Recogniser => {
  let failed: Failed | null = null;
  const end = (tell: Parameters<Recogniser["settle"]>[0]): void => {
    if (!failed) return;
    const { seq, end_seq, name, message, spot, told } = failed;
    failed = null;
    // A file or suite fails only because of a test in it.
    if (message && /^\d+ subtests? failed$/.test(message)) return;
    tell({ language: "javascript", kind: "failed_test", message: message ? `${name}: ${message}` : name, spot: spot ?? told, seq, end_seq });
  };
  return {
    hear: ({ seq, text }, tell) => {
      const found = FAILED.exec(text);
      if (found) {
        end(tell);
        failed = { seq, end_seq: seq, name: found[2] ?? "", message: null, awaited: false, told: null, spot: null, begun: false };
        return true;
      }
      if (!failed) return false;
      const trimmed = text.trim();
      if (!failed.begun && trimmed !== "---") {
        end(tell);
        return false;
      }
      failed.begun = true;
      failed.end_seq = seq;
      const [location, error, frame] = [LOCATION.exec(text), ERROR.exec(text), FRAME.exec(text)];
      if (location) failed.told = spotAt(location[1] ?? "", location[2], location[3]);
      if (failed.awaited) failed.message = trimmed;
      failed.awaited = error !== null && error[1] === undefined;
      if (error?.[1] !== undefined) failed.message = error[1];
      if (frame) failed.spot ??= spotAt(frame[1] ?? "", frame[2], frame[3]);
      if (trimmed === "...") end(tell);
      return true;
    },
    settle: end,
  };
};
