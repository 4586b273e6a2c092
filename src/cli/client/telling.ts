import type { Message } from "../../messages/wire.ts";
import { colour, inLine, plain, say } from "./say.ts";

type Plan = { goal: string; steps: { text: string; who: string | null; done: boolean; note: string | null }[] };
type Step = { tool: string; input: string; state: string; output: string | null };

/** What a leader does to its plan and with others shows by itself. */
const OF_THE_PLAN = new Set(["make_plan", "tick_step", "hand_over"]);

/** What of a message was told already. */
type Told = { text: string; steps: number; ticked: Set<number> };

/**
 * Tells on a terminal what comes of a question: plans with their ticks, and answers as they grow, one after the other however
 * they come. What answers the question, or answers an answer to it, is of it.
 */
export class Telling {
  readonly #family: Set<string>;
  readonly #told = new Map<string, Told>();
  /** The message that is being told, and those that wait for its end. */
  #current: string | null = null;
  readonly #waiting = new Map<string, Message>();
  #inLine = false;

  constructor(question: string) {
    this.#family = new Set([question]);
  }

  /** Takes a message as it is now; told again, it goes on from where it was. */
  hear(message: Message): void {
    const { id, reply_to, deleted_at, via } = message;
    if (deleted_at !== null || reply_to === null || !this.#family.has(reply_to) || via !== "resident") return;
    this.#family.add(id);
    if (this.#current !== null && this.#current !== id) {
      this.#waiting.set(id, message);
      return;
    }
    this.#tell(message);
    while (this.#current === null) {
      const [next] = this.#waiting.values();
      if (!next) return;
      this.#waiting.delete(next.id);
      this.#tell(next);
    }
  }

  /** No more comes: what waited for an end that was not told is told. */
  end(): void {
    this.#current = null;
    for (const message of this.#waiting.values()) this.#tell(message);
    this.#waiting.clear();
    this.#endLine();
  }

  #tell(message: Message): void {
    const { content, id, metadata, type, user } = message;
    const before = this.#told.get(id);
    const told = before ?? { text: "", steps: 0, ticked: new Set<number>() };
    this.#told.set(id, told);
    const plan = metadata?.plan as Plan | undefined;
    if (type === "plan" && plan) {
      this.#tellPlan(plan, told, before === undefined, user.username);
      return;
    }
    const text = plain(content).trimEnd();
    const steps = ((metadata?.steps as Step[] | undefined) ?? []).filter(({ state, tool }) => state !== "running" && !OF_THE_PLAN.has(tool));
    const growing = metadata?.streaming === true;
    if (!before && text === "" && steps.length === 0 && growing) {
      this.#told.delete(id);
      return;
    }
    if (!before) {
      const whom = typeof metadata?.part_for === "string" ? ` → @${metadata.part_for}` : "";
      this.#line(`\n${type === "error" ? colour.red("✗") : colour.magenta("●")} ${colour.bold(inLine(`${user.username}${whom}`))}`);
    }
    for (const step of steps.slice(told.steps))
      this.#line(colour.dim(`  ${step.state === "failed" ? "✗" : "✓"} ${inLine(`${step.tool} ${step.input}`)}${step.output ? ` → ${inLine(step.output)}` : ""}`));
    told.steps = Math.max(told.steps, steps.length);
    if (text.startsWith(told.text)) this.#write(text.slice(told.text.length));
    else this.#line(text);
    told.text = text;
    this.#current = growing ? id : null;
    if (!growing) this.#endLine();
  }

  #tellPlan({ goal, steps }: Plan, told: Told, fresh: boolean, username: string): void {
    if (fresh) this.#line(`\n${colour.blue("◆")} ${colour.bold(inLine(username))} plans: ${inLine(goal)}`);
    for (const [at, { done, note, text, who }] of steps.entries()) {
      const ticked = done && !told.ticked.has(at);
      if (ticked) told.ticked.add(at);
      if (!fresh && !ticked) continue;
      const about = `${who ? ` (${inLine(who)})` : ""}${ticked && note ? ` · ${inLine(note)}` : ""}`;
      this.#line(`${fresh ? " " : colour.blue("◆")} ${done ? colour.green("✓") : "○"} ${inLine(text)}${colour.dim(about)}`);
    }
  }

  #line(text: string): void {
    this.#endLine();
    if (text !== "") say.line(text);
  }

  #write(text: string): void {
    const rest = this.#inLine ? text : text.replace(/^\n+/, "");
    if (rest === "") return;
    void say.write(rest);
    this.#inLine = !rest.endsWith("\n");
  }

  #endLine(): void {
    if (this.#inLine) say.line();
    this.#inLine = false;
  }
}
