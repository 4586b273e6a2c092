import type { Static, TObject } from "@sinclair/typebox";
import type { User } from "../../accounts/directory.ts";
import { titleOf } from "../../channels/conversations.ts";
import type { Channel } from "../../channels/directory.ts";
import type { Context } from "../../context.ts";
import { TOOL_RESULT_PART, TOOL_ROOM_IN_PROJECT } from "../../limits.ts";
import { estimateTokens } from "../../messages/transcript.ts";
import type { Project } from "../../projects/directory.ts";
import type { Doer } from "../../projects/doer.ts";
import { shownIn } from "../../projects/secrets.ts";
import { type Audience, mayTell, present, toldChannel } from "../audience.ts";
import type { Citations } from "../citations.ts";
import type { Crew } from "../crew/crew.ts";
import type { ToolName } from "../persona.ts";

/** What a tool gives: `text` for the model, `line` for the step that people see, which tells nothing of what was read. */
export type Result = { text: string; line: string };

/** An ability of an agent. `shown`: what it was asked, in a line. */
export type Tool<Schema extends TObject = TObject> = {
  name: ToolName;
  description: string;
  /** Where alone it is there: `project`: in a project's own channel; `request`: there too, and not for who does a part of what another leads. */
  within?: "project" | "request";
  /** Whether it does something in a project that people look for: an answer that it led to is a result. */
  acts?: boolean;
  input: Schema;
  shown: (input: Static<Schema>) => string;
  /** `signal` aborts when the answer is stopped. */
  run: (desk: Desk, input: Static<Schema>, signal: AbortSignal) => Promise<Result> | Result;
};

/** A tool as all of them are listed. What it is given was held against `input` before. */
export const ability = <Schema extends TObject>(tool: Tool<Schema>): Tool => tool as unknown as Tool;

/** That a tool cannot do what it was asked: a sentence that tells the model what to do next. */
export class Refusal extends Error {}

/** Tokens of what a tool itself says in a result: titles, and how to read on. */
const NOTES_TOKENS = 100;

/** What the tools of one answer share: for whom they act, what they may still give, and what they made. */
export class Desk {
  /** Tokens that results may still take. */
  #left: number;
  readonly #each: number;
  /** Files that were made, by name: their ids. */
  readonly files = new Map<string, string>();

  constructor(
    readonly ctx: Context,
    readonly audience: Audience,
    readonly agent_no: number,
    readonly question_id: string,
    readonly citations: Citations,
    private readonly crew: Crew | null = null,
  ) {
    const tokens = ctx.config.models.contextTokens;
    this.#left = tokens * (this.has("project") ? TOOL_ROOM_IN_PROJECT : 1);
    this.#each = Math.floor(tokens * TOOL_RESULT_PART);
  }

  /** Tokens of what others wrote that the next result may hold. */
  get room(): number {
    return Math.min(this.#left, this.#each) - NOTES_TOKENS;
  }

  /** Counts what was given. */
  took(text: string): void {
    this.#left -= estimateTokens(text);
  }

  /** Whether there is something to be done with tools of that kind. */
  has(within: Tool["within"]): boolean {
    return within === undefined || (this.ctx.projects.ofChannel(this.audience.channel_no) !== undefined && (within === "project" || this.crew !== null));
  }

  /** The project in whose own channel the question stands. @throws Refusal once it is no more */
  get project(): Project {
    void this.asker;
    const project = this.ctx.projects.ofChannel(this.audience.channel_no);
    if (!project) throw new Refusal("The project is no more. Stop here and end your answer.");
    return project;
  }

  /** A text as everyone in the channel may see it. */
  shown(text: string): string {
    const project = this.ctx.projects.ofChannel(this.audience.channel_no);
    return project ? shownIn(this.ctx, project.no, text) : text;
  }

  /** In whose name things are done in the project, and by whose right. */
  get doer(): Doer {
    return { user_no: this.agent.no, right_no: this.asker.no, trigger: "agent", via: "resident" };
  }

  /** The plan and the parts of the request. */
  get leading(): Crew {
    void this.project;
    if (!this.crew) throw new Refusal("This is a part of what another leads: answer it yourself.");
    return this.crew;
  }

  /** By whose right the tools act, as of now. @throws Refusal once the asker lost it */
  get asker(): User {
    const now = present(this.ctx, this.audience);
    if (!now) throw new Refusal("Whoever asked may not read this channel any more. Stop here and end your answer.");
    return now.asker;
  }

  /** In whose name files are made. */
  get agent(): User {
    const agent = this.ctx.users.byNo(this.agent_no);
    if (!agent || !this.ctx.residents.byNo(this.agent_no)) throw new Refusal("You are no agent of this server any more. Stop here.");
    return agent;
  }

  may = (channel: Channel): boolean => mayTell(this.ctx, this.audience, channel);

  /** What a channel is called, in words of the server's own. */
  title(channel: Channel): string {
    return channel.name === null ? titleOf(this.ctx, channel, this.audience.asker_no) : `#${channel.name}`;
  }

  /** The channel that a model names. @throws Refusal alike for one that is missing and one that is not for this answer */
  channel(ref: string): Channel {
    const channel = toldChannel(this.ctx, this.audience, ref);
    if (!channel) throw new Refusal("There is no such channel that may be read for this answer. Use the name of a channel that you were shown, or search_messages.");
    return channel;
  }
}
