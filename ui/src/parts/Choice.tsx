import { createUniqueId, For, type JSX } from "solid-js";

/** One of a few, side by side: the arrow keys go from one to the next, as in any group of radio buttons. */
export const Choice = <Value extends string>(props: {
  label: string;
  options: readonly { value: Value; name: string }[];
  value: Value;
  onChange: (value: Value) => void;
}): JSX.Element => {
  const name = createUniqueId();
  return (
    <fieldset class="flex rounded-md border border-edge p-0.5">
      <legend class="sr-only">{props.label}</legend>
      <For each={props.options}>
        {(option) => (
          <label class="relative inline-flex h-7 cursor-pointer items-center rounded px-2.5 text-small text-soft transition-colors hover:text-ink has-checked:bg-ink has-checked:font-medium has-checked:text-ground has-focus-visible:outline-2 has-focus-visible:outline-accent-ink has-focus-visible:outline-offset-2 pointer-coarse:h-10">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={props.value === option.value}
              class="absolute inset-0 cursor-pointer opacity-0"
              onChange={() => props.onChange(option.value)}
            />
            {option.name}
          </label>
        )}
      </For>
    </fieldset>
  );
};
