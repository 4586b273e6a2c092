import * as Kobalte from "@kobalte/core/dropdown-menu";
import Check from "lucide-solid/icons/check";
import { type JSX, Show } from "solid-js";

type Props = {
  /** What the button is called, when its content is only a picture. */
  label?: string;
  trigger: JSX.Element;
  /** Of the button. */
  class?: string;
  children: JSX.Element;
  /** It is open from the start. */
  opened?: boolean;
  onOpenChange?: (open: boolean) => void;
};

/** A button with a menu under it. */
export const Menu = (props: Props): JSX.Element => (
  <Kobalte.Root gutter={4} modal={false} defaultOpen={props.opened} onOpenChange={(open) => props.onOpenChange?.(open)}>
    <Kobalte.Trigger type="button" aria-label={props.label} data-tip={props.label} class={props.class}>
      {props.trigger}
    </Kobalte.Trigger>
    <Kobalte.Portal>
      <Kobalte.Content
        data-kb-top-layer=""
        class="z-50 max-h-(--kb-popper-content-available-height) min-w-44 max-w-80 overflow-y-auto rounded-lg border border-line bg-raised p-1 text-ink text-small shadow-float outline-none"
      >
        {props.children}
      </Kobalte.Content>
    </Kobalte.Portal>
  </Kobalte.Root>
);

const row =
  "flex cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1.5 outline-none data-disabled:cursor-default data-disabled:text-faint data-highlighted:bg-hover pointer-coarse:py-2.5";

/** One thing to do. `keys`: the key that does it without the menu. */
export const MenuItem = (props: { icon?: JSX.Element; keys?: string; danger?: boolean; disabled?: boolean; onSelect: () => void; children: JSX.Element }): JSX.Element => (
  <Kobalte.Item class={`${row} ${props.danger ? "text-error" : ""}`} disabled={props.disabled} onSelect={() => props.onSelect()}>
    <Show when={props.icon}>
      <span aria-hidden="true" class="flex w-4 shrink-0 justify-center text-soft">
        {props.icon}
      </span>
    </Show>
    <span class="min-w-0 grow truncate">{props.children}</span>
    <Show when={props.keys}>
      <kbd class="font-mono text-faint text-meta">{props.keys}</kbd>
    </Show>
  </Kobalte.Item>
);

/** One of several that can be on or off; the menu stays open. */
export const MenuCheck = (props: { checked: boolean; onChange: (checked: boolean) => void; children: JSX.Element }): JSX.Element => (
  <Kobalte.CheckboxItem class={row} checked={props.checked} closeOnSelect={false} onChange={(checked) => props.onChange(checked)}>
    <span aria-hidden="true" class="flex w-4 shrink-0 justify-center">
      <Show when={props.checked}>
        <Check size={15} />
      </Show>
    </span>
    <span class="flex min-w-0 grow items-center gap-2">{props.children}</span>
  </Kobalte.CheckboxItem>
);

export const MenuSeparator = (): JSX.Element => <Kobalte.Separator class="mx-1 my-1 border-line" />;

/** Words over a part of the menu. */
export const MenuGroup = (props: { label: string; children: JSX.Element }): JSX.Element => (
  <Kobalte.Group>
    <Kobalte.GroupLabel class="block px-2.5 pt-1.5 pb-0.5 font-medium text-meta text-faint">{props.label}</Kobalte.GroupLabel>
    {props.children}
  </Kobalte.Group>
);
