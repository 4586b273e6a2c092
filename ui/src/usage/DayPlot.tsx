import { createMemo, createSignal, For, Index, type JSX, Show } from "solid-js";
import type { UsageRow } from "../api.ts";
import { cost, count, dollars, exactly } from "../parts/figures.ts";
import { callsOf, figureOf } from "./Ranking.tsx";
import { dayWords, tickOf } from "./range.ts";
import { amountOf, ceilingOf, type Measure, percentOf, tokensOf } from "./sums.ts";

/** Everything of a day. */
const factsOf = (day: UsageRow): string[] =>
  day.calls === 0
    ? ["no calls"]
    : [
        cost(day.cost_usd),
        `${callsOf(day)}${day.failed > 0 ? `, ${exactly(day.failed)} failed` : ""}`,
        `${count(tokensOf(day))} tokens`,
        ...(day.unpriced_calls > 0 && day.cost_usd !== null ? [`${exactly(day.unpriced_calls)} without a price`] : []),
      ];

/** Bars of days, the oldest first. One day is pointed at, by pointer or by the arrow keys, and its figures stand over the bars; a table says the same. */
export const DayPlot = (props: { days: readonly UsageRow[]; measure: Measure }): JSX.Element => {
  const [chosen, setChosen] = createSignal<string | null>(null);
  const [pointed, setPointed] = createSignal<number | null>(null);
  const last = () => props.days.length - 1;
  const at = () => {
    const found = props.days.findIndex(({ key }) => key === chosen());
    return Math.min(pointed() ?? (found < 0 ? last() : found), last());
  };
  const day = () => props.days[at()];
  const words = () => {
    const one = day();
    return one && `${dayWords(one.key)}: ${factsOf(one).join(", ")}`;
  };
  const ceiling = createMemo(() => ceilingOf(Math.max(0, ...props.days.map((row) => amountOf(row, props.measure)))));
  /** What stands beside a line of the plot; half a call is none. */
  const axis = (amount: number) => (props.measure === "cost" ? dollars(amount) : Number.isInteger(amount) ? count(amount) : "");
  let plot: HTMLDivElement | undefined;

  const choose = (index: number) => setChosen(props.days[Math.max(0, Math.min(last(), index))]?.key ?? null);
  const under = ({ clientX }: PointerEvent) => {
    const { left, width } = plot?.getBoundingClientRect() ?? { left: 0, width: 1 };
    return Math.max(0, Math.min(last(), Math.floor(((clientX - left) / width) * props.days.length)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const to = { ArrowLeft: at() - 1, ArrowDown: at() - 1, ArrowRight: at() + 1, ArrowUp: at() + 1, PageDown: at() - 7, PageUp: at() + 7, Home: 0, End: last() }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setPointed(null);
    choose(to);
  };

  return (
    <figure class="min-w-0">
      <figcaption class="flex min-h-10 flex-wrap content-end gap-x-2 text-small @xl:min-h-6">
        <Show when={day()}>
          {(one) => (
            <>
              <span class="font-medium">{dayWords(one().key)}</span>
              <For each={factsOf(one())}>{(fact) => <span class="font-mono text-soft whitespace-nowrap not-last:after:content-['_·']">{fact}</span>}</For>
            </>
          )}
        </Show>
      </figcaption>
      <div class="mt-2 flex gap-2">
        <div aria-hidden="true" class="flex h-44 w-12 shrink-0 flex-col items-end justify-between font-mono text-faint text-meta">
          <For each={[1, 0.5, 0]}>{(part) => <span class="-my-[0.7em] leading-[1.4]">{axis(ceiling() * part)}</span>}</For>
        </div>
        <div
          ref={plot}
          role="slider"
          tabIndex={0}
          aria-label="Day"
          aria-orientation="horizontal"
          aria-valuemin="0"
          aria-valuemax={last()}
          aria-valuenow={at()}
          aria-valuetext={words()}
          class="relative h-44 min-w-0 grow cursor-crosshair touch-pan-y bg-[linear-gradient(var(--line)_1px,transparent_1px)] bg-[length:100%_50%] focus-visible:outline-offset-4"
          onKeyDown={onKeyDown}
          onPointerMove={(event) => setPointed(under(event))}
          onPointerDown={(event) => choose(under(event))}
          onPointerLeave={() => setPointed(null)}
        >
          <div aria-hidden="true" class="absolute inset-0 flex items-end border-edge border-b">
            <Index each={props.days}>
              {(row, index) => (
                <div class="flex h-full min-w-0 flex-1 items-end" classList={{ "bg-hover/70": index === at() }}>
                  <div
                    class="mx-auto w-[78%] max-w-12 rounded-t-[2px] transition-[height]"
                    classList={{ "bg-accent-ink": index === at(), "bg-edge": index !== at() }}
                    style={{ height: `${percentOf(amountOf(row(), props.measure), ceiling())}%` }}
                  />
                </div>
              )}
            </Index>
          </div>
        </div>
      </div>
      <div aria-hidden="true" class="mt-1 ml-14 flex">
        <Index each={props.days}>
          {(row, index) => (
            <span class="relative h-4 min-w-0 flex-1 text-faint text-meta">
              <Show when={tickOf(index, props.days.length)}>
                <span class="absolute whitespace-nowrap" classList={{ "right-0": index === last(), "left-1/2 -translate-x-1/2": index !== last() }}>
                  {dayWords(row().key, true)}
                </span>
              </Show>
            </span>
          )}
        </Index>
      </div>
      <details class="mt-2">
        <summary class="inline-flex min-h-6 items-center rounded font-medium text-small text-soft underline underline-offset-2 hover:text-ink pointer-coarse:min-h-11">
          As a table
        </summary>
        <section class="mt-2 max-h-80 overflow-auto rounded-lg border border-line" tabindex="0" aria-label="Days as a table">
          <table class="w-full border-collapse text-small">
            <thead class="sticky top-0 bg-sunken text-left text-soft">
              <tr>
                <Head>Day (UTC)</Head>
                <Head figure>Cost</Head>
                <Head figure>Calls</Head>
                <Head figure>Failed</Head>
                <Head figure>Tokens in</Head>
                <Head figure>Out</Head>
              </tr>
            </thead>
            <tbody>
              <For each={props.days.filter(({ calls }) => calls > 0).toReversed()}>
                {(row) => (
                  <tr class="border-line border-t">
                    <th scope="row" class="whitespace-nowrap px-3 py-1 text-left font-normal">
                      {dayWords(row.key)}
                    </th>
                    <For each={[figureOf(row, "cost"), exactly(row.calls), exactly(row.failed), exactly(row.input_tokens), exactly(row.output_tokens)]}>
                      {(figure) => <td class="px-3 py-1 text-right font-mono">{figure}</td>}
                    </For>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
          <Show when={props.days.some(({ calls }) => calls === 0)}>
            <p class="border-line border-t px-3 py-1.5 text-faint text-meta">On the other days no model was called.</p>
          </Show>
        </section>
      </details>
    </figure>
  );
};

const Head = (props: { figure?: boolean; children: JSX.Element }): JSX.Element => (
  <th scope="col" class="whitespace-nowrap px-3 py-1.5 font-medium" classList={{ "text-right": props.figure }}>
    {props.children}
  </th>
);
