import { type JSX, Match, Switch } from "solid-js";
import type { MessageType } from "../api.ts";
import { CodeBlock } from "./CodeBlock.tsx";
import { ErrorBlock } from "./ErrorBlock.tsx";
import type { Reader } from "./markdown.ts";
import { PlanBlock } from "./PlanBlock.tsx";
import { ResultBlock } from "./ResultBlock.tsx";
import { Text } from "./Text.tsx";

/** Where a message stands, for a copy of it that leaves the page. */
export type Place = { address: string; channel: string; seq: number };

/** `id`: a key of the message that stays the same while it is edited, and when its row is drawn anew. `place`: none while it is on its way. */
type Props = { id: string; place?: Place; type: MessageType; content: string; metadata: Record<string, unknown> | null; reader: Reader };

/** A message's content in the form of its type. */
export const Body = (props: Props): JSX.Element => (
  <Switch fallback={<Text id={props.id} source={props.content} reader={props.reader} />}>
    <Match when={props.type === "code"}>
      <CodeBlock id={props.id} content={props.content} metadata={props.metadata} />
    </Match>
    <Match when={props.type === "error"}>
      <ErrorBlock id={props.id} content={props.content} />
    </Match>
    <Match when={props.type === "plan"}>
      <PlanBlock id={props.id} content={props.content} reader={props.reader} />
    </Match>
    <Match when={props.type === "result"}>
      <ResultBlock id={props.id} content={props.content} reader={props.reader} />
    </Match>
  </Switch>
);
