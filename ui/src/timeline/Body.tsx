import { type JSX, Match, Switch } from "solid-js";
import type { MessageType } from "../api.ts";
import { CodeBlock } from "./CodeBlock.tsx";
import { ErrorBlock } from "./ErrorBlock.tsx";
import type { Reader } from "./markdown.ts";
import { PlanBlock } from "./PlanBlock.tsx";
import { ResultBlock } from "./ResultBlock.tsx";
import { Text } from "./Text.tsx";

type Props = { type: MessageType; content: string; metadata: Record<string, unknown> | null; reader: Reader };

/** A message's content in the form of its type. */
export const Body = (props: Props): JSX.Element => (
  <Switch fallback={<Text source={props.content} reader={props.reader} />}>
    <Match when={props.type === "code"}>
      <CodeBlock content={props.content} metadata={props.metadata} />
    </Match>
    <Match when={props.type === "error"}>
      <ErrorBlock content={props.content} />
    </Match>
    <Match when={props.type === "plan"}>
      <PlanBlock content={props.content} reader={props.reader} />
    </Match>
    <Match when={props.type === "result"}>
      <ResultBlock content={props.content} reader={props.reader} />
    </Match>
  </Switch>
);
