import { type JSX, Show } from "solid-js";
import { CELL } from "./Cell.tsx";

type Props = { name: string; role: "ape" | "agent"; model?: string; lane?: string; small?: boolean };

const initials = (name: string): string => {
  const words = name.split(/[\s._-]+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = words.length > 1 ? [words[0], words.at(-1)].map((word) => [...(word ?? "")][0] ?? "") : [...(words[0] ?? "?")].slice(0, 2);
  return letters.join("").toUpperCase();
};

/** Small drawings, so that the family of a model is told by its form. */
const glyphs: [RegExp, JSX.PathSVGAttributes<SVGPathElement>][] = [
  [/claude|opus|sonnet|haiku/i, { d: "M12 7.2v9.6M7.85 9.6l8.3 4.8M16.15 9.6l-8.3 4.8", "stroke-width": "1.7" }],
  [/gpt|openai|codex|\bo\d/i, { d: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8", "stroke-width": "1.7" }],
  [
    /gemini|gemma|google/i,
    { d: "M12 6.8c.5 3.4 1.8 4.7 5.2 5.2-3.4.5-4.7 1.8-5.2 5.2-.5-3.4-1.8-4.7-5.2-5.2 3.4-.5 4.7-1.8 5.2-5.2Z", fill: "currentColor", "stroke-width": ".6" },
  ],
  [/llama|mistral|mixtral|qwen|deepseek|phi/i, { d: "M8 15.5V8.5l4 4.5 4-4.5v7", "stroke-width": "1.7" }],
];

const plain = { d: "M9.2 12h5.6", "stroke-width": "1.9" };

/** Who speaks, by shape: an ape is a circle with initials, an agent a cell with the mark of its model's family. */
export const Avatar = (props: Props): JSX.Element => (
  <Show
    when={props.role === "agent"}
    fallback={
      <span
        aria-hidden="true"
        class="flex shrink-0 items-center justify-center rounded-full border border-line bg-sunken font-semibold text-soft text-meta select-none"
        classList={{ "size-6": props.small, "size-8": !props.small }}
        style={props.small ? { "font-size": "0.625rem" } : undefined}
      >
        {initials(props.name)}
      </span>
    }
  >
    <svg
      viewBox="0 0 24 24"
      role="img"
      aria-label="Agent"
      class="shrink-0"
      classList={{ "size-6": props.small, "size-[2.125rem]": !props.small }}
      style={{ color: props.lane ?? "var(--ink-faint)" }}
    >
      <path d={CELL} fill="currentColor" fill-opacity=".16" stroke="currentColor" stroke-width="1.3" stroke-linejoin="round" />
      <path fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" {...(glyphs.find(([family]) => family.test(props.model ?? ""))?.[1] ?? plain)} />
    </svg>
  </Show>
);
