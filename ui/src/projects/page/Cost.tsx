import { type JSX, Show } from "solid-js";
import { cost, dollars } from "../../parts/figures.ts";
import { createFetched } from "../../settings/fetched.ts";
import { useColony } from "../../store.ts";

/** What the agents of a project cost in the last month, and which of them how much. */
export const Cost = (props: { project_id: string }): JSX.Element => {
  const colony = useColony();
  const usage = createFetched(
    (api) => api.usage({ by: "agent", project: props.project_id }),
    () => `${props.project_id} ${colony.team()?.residents.ended() ?? 0}`,
  );
  const words = () =>
    [...(usage.data()?.rows ?? []).filter(({ calls }) => calls > 0).map(({ label, cost_usd }) => `${label}: ${cost(cost_usd)}`), "what agents cost here in 30 days"].join("\n");
  return (
    <Show when={(usage.data()?.total.calls ?? 0) > 0}>
      <span class="shrink-0 font-mono text-meta text-soft" data-tip={words()}>
        {dollars(usage.data()?.total.cost_usd ?? 0)}
        <span class="sr-only"> for agents in 30 days</span>
      </span>
    </Show>
  );
};
