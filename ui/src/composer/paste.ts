/** Characters at each end in which its kind is looked for. */
const LOOKED_AT = 20_000;

export type Kind = "error" | "code" | "result";

const trace =
  /^Traceback \(most recent call last\)|^Exception in thread |panicked at |^goroutine \d+ \[|^(?:\w+\.){0,9}\w*(?:Error|Exception)\b: .*\n\s+at |^\s+at .{1,300}:\d{1,7}(?::\d{1,7})?\)?$|^error\[E\d{4}\]/m;
const stamped = /^\W{0,2}(?:\d{4}-\d\d-\d\d|\d\d:\d\d|\w{3} +\d{1,2} \d\d:\d\d|\[? *(?:INFO|DEBUG|WARN|ERROR|TRACE)\b)/;
const program =
  /[{};]\s*$|^\s*(?:import|from|def|class|function|const|let|var|return|if|elif|else|for|while|try|pub|fn|use|package|export|async|public|private|static|struct|impl|#include|#!|\/\/|SELECT|INSERT|CREATE|<\/?[a-z])\b|^\s*(?:@\w+|[\w.]+ = \S)/;

/** What a long text most likely is: a trace by its frames, a program by the look of its lines, else what came out of one. */
export const guess = (text: string): Kind => {
  const near = text.length > 2 * LOOKED_AT ? `${text.slice(0, LOOKED_AT)}\n${text.slice(-LOOKED_AT)}` : text;
  if (trace.test(near)) return "error";
  const lines = near.split("\n").filter((line) => line.trim() !== "");
  const count = (form: RegExp): number => lines.filter((line) => form.test(line.slice(0, 400))).length;
  return count(stamped) < lines.length / 4 && count(program) > lines.length / 3 ? "code" : "result";
};
