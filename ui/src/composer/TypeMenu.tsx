import ChevronDown from "lucide-solid/icons/chevron-down";
import Eye from "lucide-solid/icons/eye";
import { For, type JSX } from "solid-js";
import type { MessageType } from "../api.ts";
import { capsOf } from "../keys.ts";
import { Menu, MenuChoice, MenuChoices, MenuItem, MenuSeparator } from "../parts/Menu.tsx";
import { messageTypes } from "../route.ts";
import { inks, typeWords } from "./looks.ts";
import { PREVIEW } from "./strokes.ts";

type Props = { type: MessageType; preview: boolean; onType: (type: MessageType) => void; onPreview: () => void; onDone: () => void };

/** What kind of message is written, and whether it is shown as it will look. */
export const TypeMenu = (props: Props): JSX.Element => {
  let chosen = false;
  const choose = (act: () => void) => {
    chosen = true;
    act();
  };
  return (
    <Menu
      label={`Message type: ${props.type}`}
      class={`inline-flex h-9 shrink-0 items-center gap-1 rounded-md px-2 text-small hover:bg-hover aria-expanded:bg-hover pointer-coarse:h-11 ${inks[props.type]}`}
      trigger={
        <>
          <span classList={{ "font-semibold": props.type !== "text" }}>{props.type}</span>
          <ChevronDown size={14} aria-hidden="true" />
        </>
      }
      onClosed={() => {
        if (chosen) props.onDone();
        chosen = false;
      }}
    >
      <MenuChoices value={props.type} onChange={(type) => choose(() => props.onType(type as MessageType))}>
        <For each={messageTypes}>
          {(type) => (
            <MenuChoice value={type} chosen={props.type === type} keys={`/${type}`}>
              <span class={`w-10 shrink-0 font-semibold ${inks[type]}`}>{type}</span>
              <span class="min-w-0 grow truncate text-soft">{typeWords[type]}</span>
            </MenuChoice>
          )}
        </For>
      </MenuChoices>
      <MenuSeparator />
      <MenuItem
        icon={<Eye size={15} />}
        keys={capsOf(PREVIEW)
          .map((chord) => chord.join("+"))
          .join(" ")}
        onSelect={() => choose(props.onPreview)}
      >
        {props.preview ? "Close the preview" : "Preview"}
      </MenuItem>
    </Menu>
  );
};
