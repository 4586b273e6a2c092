import { type JSX, Show, Suspense } from "solid-js";
import { isAnswer } from "../agents/growing.ts";
import type { Message } from "../api.ts";
import { late } from "../parts/late.ts";
import { Body, type Place } from "./Body.tsx";
import type { Reader } from "./markdown.ts";

const Answer = late(async () => (await import("../agents/Answer.tsx")).Answer);

/** What a message says. What only an answer of a resident has comes when there is one; until then its words stand alone. */
export const Content = (props: { message: Message; place: Place; reader: Reader }): JSX.Element => {
  const plain = () => (
    <Body id={props.message.id} place={props.place} type={props.message.type} content={props.message.content} metadata={props.message.metadata} reader={props.reader} />
  );
  return (
    <Show when={isAnswer(props.message)} fallback={plain()}>
      <Suspense fallback={plain()}>
        <Answer message={props.message} place={props.place} reader={props.reader} />
      </Suspense>
    </Show>
  );
};
