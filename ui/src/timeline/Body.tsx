import { type Component, createMemo, type JSX } from "solid-js";
import type { MessageType } from "../api.ts";
import { CodeBlock } from "./CodeBlock.tsx";
import { ErrorBlock } from "./ErrorBlock.tsx";
import type { Reader } from "./markdown.ts";
import { PlanBlock } from "./PlanBlock.tsx";
import { ResultBlock } from "./ResultBlock.tsx";
import { codeOf } from "./shapes.ts";
import { Text } from "./Text.tsx";

/** Where a message stands, for a copy of it that leaves the page: its whole address, the channel's name, its number there. */
export type Place = { address: string; channel: string; seq: number };

/** `id`: a key of the message that stays the same while it is edited, and when its row is drawn anew. `place`: none while it is on its way. */
export type BodyProps = { id: string; place?: Place; type: MessageType; content: string; metadata: Record<string, unknown> | null; reader: Reader };

const Code = (props: BodyProps): JSX.Element => {
  const code = createMemo(() => codeOf(props.content, props.metadata));
  return <CodeBlock id={props.id} code={code()} />;
};

const Words = (props: BodyProps): JSX.Element => <Text id={props.id} source={props.content} reader={props.reader} />;

const forms: Readonly<Record<MessageType, Component<BodyProps>>> = {
  text: Words,
  code: Code,
  error: ErrorBlock,
  plan: PlanBlock,
  result: ResultBlock,
};

/** A message's content in the form of its type. Not by Dynamic, which looks each property up anew: rows are drawn by the dozen while one scrolls. */
export const Body = (props: BodyProps): JSX.Element => {
  const form = createMemo(() => forms[props.type] ?? Words);
  const draw = () => {
    const Form = form();
    return <Form {...props} />;
  };
  return <>{draw()}</>;
};
