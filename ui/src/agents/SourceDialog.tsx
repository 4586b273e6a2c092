import ChevronDown from "lucide-solid/icons/chevron-down";
import X from "lucide-solid/icons/x";
import { createMemo, createSignal, type JSX, Match, Show, Switch } from "solid-js";
import type { Failure } from "../api.ts";
import { Button, IconButton } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { createMedia } from "../parts/media.ts";
import { createFetched } from "../settings/fetched.ts";
import { useColony } from "../store.ts";
import { Markdown } from "../timeline/Text.tsx";
import { Contents } from "./Contents.tsx";
import { sourceWords } from "./words.ts";

/** A document, opened at a section. `n`: how an answer cites it; `heading`: null for its first. */
export type Opened = { file: string; heading: string | null; page: number | null; n?: number };

const lastOf = (heading: string): string => heading.split(" > ").at(-1) || "Beginning";

/** A section of a document that an answer cites, or that was found, as it reads now; and the way to the document's other sections. */
export const SourceDialog = (props: { source: Opened; onClose: () => void }): JSX.Element => {
  const colony = useColony();
  const roomy = createMedia("(min-width: 48rem)");
  const [gone, setGone] = createSignal<string | null>(null);
  const contents = createFetched((api) => api.knowledgeSections(props.source.file));
  const sections = () => contents.data()?.sections ?? [];
  const heading = createMemo(() => gone() ?? props.source.heading ?? sections()[0]?.heading ?? null);
  const section = createFetched(async (api) => {
    const wanted = heading();
    return wanted === null ? null : api.knowledgeSection(props.source.file, wanted);
  }, heading);
  const shown = () => {
    const one = section.data();
    return one && one.heading === heading() ? one : undefined;
  };
  const at = () => sections().findIndex((one) => one.heading === heading());
  const cited = () => (gone() === null || gone() === props.source.heading ? props.source.n : undefined);
  /** Why there is nothing to read. */
  const failure = () => section.failure() ?? (heading() === null ? contents.failure() : null);
  const isEmpty = () => heading() === null && contents.data() !== undefined;
  let text: HTMLElement | undefined;
  let choice: HTMLDetailsElement | undefined;

  const go = (to: string) => {
    setGone(to);
    if (choice) choice.open = false;
    if (!text) return;
    text.scrollTop = 0;
    text.focus({ preventScroll: true });
  };
  const list = () => <Show when={sections().length > 1 && contents.data()}>{(known) => <Contents contents={known()} heading={heading() ?? ""} onGo={go} />}</Show>;

  return (
    <Dialog label={props.source.n === undefined ? "Document" : `Source ${props.source.n}`} wide={roomy() && sections().length > 1 ? "very" : true} onClose={props.onClose}>
      <header class="flex items-start justify-between gap-3">
        <div class="min-w-0 pt-1">
          <h2 class="font-semibold [overflow-wrap:anywhere]">
            <Show when={cited()}>
              {(n) => (
                <span class="mr-2">
                  <span class="cites">{n()}</span>
                </span>
              )}
            </Show>
            <bdi>{sourceWords({ file: props.source.file, heading: heading() ?? "", page: shown()?.page ?? null })}</bdi>
          </h2>
          <a href="/agents/documents" class="inline-flex min-h-6 items-center text-small text-soft underline underline-offset-2 hover:text-ink" onClick={props.onClose}>
            All documents
          </a>
        </div>
        <IconButton label="Close" onClick={props.onClose}>
          <X size={17} aria-hidden="true" />
        </IconButton>
      </header>
      <div class="mt-3 flex gap-6">
        <Show when={roomy() && sections().length > 1}>
          <div class="h-[calc(52dvh+2.75rem)] w-60 shrink-0 overflow-y-auto border-line border-r pr-3">{list()}</div>
        </Show>
        <div class="min-w-0 grow">
          <Show when={!roomy() && sections().length > 1}>
            <details ref={choice} class="mb-2 rounded-md border border-line">
              <summary class="flex min-h-9 items-center justify-between px-3 font-medium text-small text-soft pointer-coarse:min-h-11">
                <span>
                  Section {at() + 1} of {sections().length}
                </span>
                <ChevronDown size={15} aria-hidden="true" />
              </summary>
              <div class="max-h-[40dvh] overflow-y-auto border-line border-t p-1">{list()}</div>
            </details>
          </Show>
          <section
            ref={text}
            aria-label="Text of the section"
            tabindex="0"
            data-first
            class="overflow-y-auto pr-2"
            classList={{ "h-[52dvh]": sections().length > 1, "max-h-[60dvh]": sections().length <= 1 }}
          >
            <Switch
              fallback={
                <p role="status" class="text-faint text-small">
                  Loading…
                </p>
              }
            >
              <Match when={shown()}>
                {(one) => (
                  <Show when={one().text.trim()} fallback={<p class="text-small text-soft">Nothing stands under this heading.</p>}>
                    {(words) => <Markdown id={`source:${props.source.file}:${one().heading}`} source={words()} reader={{ mentions: [], me: colony.me()?.username }} />}
                  </Show>
                )}
              </Match>
              <Match when={failure()}>{(why) => <Unread why={why()} onAgain={section.failure() ? section.reload : contents.reload} />}</Match>
              <Match when={isEmpty()}>
                <p class="text-small text-soft">Nothing of this document could be read.</p>
              </Match>
            </Switch>
          </section>
          <Show when={at() >= 0 && sections().length > 1}>
            <div class="mt-3 flex justify-between gap-3">
              <Turn to={sections()[at() - 1]?.heading} words="Previous section" sign="‹" onGo={go} />
              <Turn to={sections()[at() + 1]?.heading} words="Next section" sign="›" onGo={go} />
            </div>
          </Show>
        </div>
      </div>
    </Dialog>
  );
};

const Unread = (props: { why: Failure; onAgain: () => unknown }): JSX.Element => (
  <div role="alert" class="flex flex-col items-start gap-3 text-small text-soft">
    <p>{props.why.status === 404 ? "The document has changed since: this section is not in it any more." : `The section could not be loaded: ${props.why.message}`}</p>
    <Show when={props.why.status !== 404}>
      <Button onClick={() => props.onAgain()}>Try again</Button>
    </Show>
  </div>
);

/** Turns to the section before or behind, where there is one. */
const Turn = (props: { to: string | undefined; words: string; sign: "‹" | "›"; onGo: (heading: string) => void }): JSX.Element => (
  <Show when={props.to !== undefined} fallback={<span />}>
    <button
      type="button"
      aria-label={`${props.words}: ${lastOf(props.to ?? "")}`}
      class="inline-flex min-h-8 min-w-0 items-center gap-1.5 rounded-md px-2 text-small text-soft hover:bg-hover hover:text-ink pointer-coarse:min-h-11"
      onClick={() => props.onGo(props.to ?? "")}
    >
      <Show when={props.sign === "‹"}>
        <span aria-hidden="true">‹</span>
      </Show>
      <bdi class="truncate">{lastOf(props.to ?? "")}</bdi>
      <Show when={props.sign === "›"}>
        <span aria-hidden="true">›</span>
      </Show>
    </button>
  </Show>
);
