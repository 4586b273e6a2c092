import X from "lucide-solid/icons/x";
import { type JSX, Match, Show, Switch } from "solid-js";
import type { Source } from "../api.ts";
import { Button, IconButton } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { createFetched } from "../settings/fetched.ts";
import { useColony } from "../store.ts";
import { Markdown } from "../timeline/Text.tsx";
import { sourceWords } from "./words.ts";

/** A section of a document, as it reads now. `n`: how an answer cites it. */
type Cited = Omit<Source, "n"> & { n?: number };

/** The section of a document that an answer cites, or that was found, as it reads now. */
export const SourceDialog = (props: { source: Cited; onClose: () => void }): JSX.Element => {
  const colony = useColony();
  const { data, failure, reload } = createFetched((api) => api.knowledgeSection(props.source.file, props.source.heading));
  return (
    <Dialog label={props.source.n === undefined ? "Section of a document" : `Source ${props.source.n}`} wide onClose={props.onClose}>
      <header class="flex items-start justify-between gap-3">
        <h2 class="min-w-0 pt-1 font-semibold [overflow-wrap:anywhere]">
          <Show when={props.source.n}>{(n) => <span class="cites mr-2">{n()}</span>}</Show>
          <bdi>{sourceWords(props.source)}</bdi>
        </h2>
        <IconButton label="Close" onClick={props.onClose}>
          <X size={17} aria-hidden="true" />
        </IconButton>
      </header>
      <section aria-label="Text of the source" tabindex="0" data-first class="mt-3 max-h-[60dvh] overflow-y-auto pr-2">
        <Switch
          fallback={
            <p role="status" class="text-faint text-small">
              Loading…
            </p>
          }
        >
          <Match when={data()}>
            {(section) => (
              <Show when={section().text.trim()} fallback={<p class="text-small text-soft">Nothing stands under this heading.</p>}>
                {(text) => <Markdown id={`source:${props.source.file}:${props.source.heading}`} source={text()} reader={{ mentions: [], me: colony.me()?.username }} />}
              </Show>
            )}
          </Match>
          <Match when={failure()}>
            {(why) => (
              <div role="alert" class="flex flex-col items-start gap-3 text-small text-soft">
                <p>{why().status === 404 ? "The document has changed since: this section is not in it any more." : `The section could not be loaded: ${why().message}`}</p>
                <Show when={why().status !== 404}>
                  <Button onClick={() => reload()}>Try again</Button>
                </Show>
              </div>
            )}
          </Match>
        </Switch>
      </section>
    </Dialog>
  );
};
