import { createMemo, createSignal, type JSX, Show } from "solid-js";
import type { Usage, UsageBy } from "../api.ts";
import { Choice } from "../parts/Choice.tsx";
import { Fault } from "../parts/Fault.tsx";
import { today } from "../parts/now.ts";
import { PageHeader } from "../parts/PageHeader.tsx";
import { PageTitle } from "../parts/PageTitle.tsx";
import type { Route } from "../route.ts";
import { createFetched } from "../settings/fetched.ts";
import { Shown } from "../settings/Section.tsx";
import { useColony } from "../store.ts";
import { Budget } from "./Budget.tsx";
import { DayPlot } from "./DayPlot.tsx";
import { NothingSpent } from "./NothingSpent.tsx";
import { Ranking } from "./Ranking.tsx";
import { type Range, rangeOf, ranges, spanOf } from "./range.ts";
import { firstMeasure, type Measure, measures } from "./sums.ts";
import { Totals } from "./Totals.tsx";
import { Unpriced } from "./Unpriced.tsx";

/** All that the page shows: of the same days, and asked for together. */
export type Spent = { range: Range; by: Record<UsageBy, Usage> };

const measureNames: Record<Measure, string> = { cost: "Cost", tokens: "Tokens", calls: "Calls" };

/** What was spent on models: in all, today, by day, agent, person and model. Who is no admin sees what they asked for themselves. */
export const UsagePage = (props: { route: Route; onMenu: (() => void) | undefined }): JSX.Element => {
  const colony = useColony();
  const range = createMemo<Range>((before) => (props.route.place().page === "usage" ? rangeOf(props.route.place().section) : before), 30);
  const asked = createMemo(() => `${range()} ${today()} ${colony.team()?.residents.ended() ?? 0}`);
  const spent = createFetched(async (api): Promise<Spent> => {
    const days = range();
    const span = spanOf(days, Date.now());
    const of = (by: UsageBy) => api.usage({ by, ...span });
    const [day, agent, user, model] = await Promise.all([of("day"), of("agent"), of("user"), of("model")]);
    return { range: days, by: { day, agent, user, model } };
  }, asked);
  const admin = () => colony.me()?.admin === true;

  return (
    <main class="flex h-full min-w-0 grow flex-col">
      <PageHeader onMenu={props.onMenu}>
        <PageTitle>Usage</PageTitle>
        <p class="hidden min-w-0 grow truncate pl-2 text-faint text-small sm:block">
          {admin() ? "What the agents of this server spend on models" : "What your own questions to agents cost"}
        </p>
      </PageHeader>
      <div class="min-h-0 grow overflow-y-auto overscroll-contain">
        <div class="@container mx-auto flex max-w-5xl flex-col gap-6 px-4 pt-5 pb-10 sm:px-8">
          <div class="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
            <Choice
              label="How far back"
              options={ranges.map((days) => ({ value: String(days), name: `${days} days` }))}
              value={String(range())}
              onChange={(days) => props.route.go(`/usage/${days}`, true)}
            />
            <a href="/agents" class="inline-flex min-h-6 items-center font-medium text-small text-soft underline underline-offset-2 hover:text-ink">
              Agents
            </a>
          </div>
          <Shown name="costs" of={spent}>
            {(now) => <Figures spent={now()} admin={admin()} />}
          </Shown>
          <Fault words={spent.data() && spent.failure() ? `The figures could not be brought up to date: ${spent.failure()?.message}` : null} />
        </div>
      </div>
    </main>
  );
};

const Figures = (props: { spent: Spent; admin: boolean }): JSX.Element => {
  const [chosen, setChosen] = createSignal<Measure | null>(null);
  const total = () => props.spent.by.day.total;
  const measure = () => chosen() ?? firstMeasure(total());
  return (
    <>
      <Budget budget={props.spent.by.day.budget} admin={props.admin} />
      <Show when={total().calls > 0} fallback={<NothingSpent range={props.spent.range} admin={props.admin} />}>
        <Totals spent={props.spent} />
        <section aria-label="By day" class="flex flex-col gap-3">
          <div class="flex flex-wrap items-center justify-between gap-3">
            <h2 class="font-semibold text-title">By day</h2>
            <Choice label="What the bars show" options={measures.map((value) => ({ value, name: measureNames[value] }))} value={measure()} onChange={setChosen} />
          </div>
          <DayPlot days={props.spent.by.day.rows} measure={measure()} />
        </section>
        <div class="grid grid-cols-[repeat(auto-fit,minmax(min(17.5rem,100%),1fr))] gap-x-8 gap-y-6">
          <Ranking title="By agent" rows={props.spent.by.agent.rows} measure={measure()} />
          <Show when={props.admin}>
            <Ranking title="By person" rows={props.spent.by.user.rows} measure={measure()} />
          </Show>
          <Ranking title="By model" machine rows={props.spent.by.model.rows} measure={measure()} />
        </div>
        <Unpriced models={props.spent.by.model} admin={props.admin} />
      </Show>
    </>
  );
};
