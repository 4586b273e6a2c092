import * as Kobalte from "@kobalte/core/dropdown-menu";
import Check from "lucide-solid/icons/check";
import { createSignal, type JSX, Show } from "solid-js";
import type { CheckProps, ChoiceProps, ChoicesProps, ItemProps, MenuProps } from "./Menu.tsx";

/** The focus goes to what is chosen, else to the first that can be: once the menu is in the page, and after Kobalte has put it on the whole. */
const begin = (event: Event) => {
  event.preventDefault();
  const menu = event.currentTarget;
  if (!(menu instanceof HTMLElement)) return;
  setTimeout(() => {
    const item = menu.querySelector<HTMLElement>("[role=menuitemradio][aria-checked=true]") ?? menu.querySelector<HTMLElement>("[role^=menuitem]:not([aria-disabled=true])");
    (item ?? menu).focus({ preventScroll: true });
  });
};

/** Where a menu stands: in the part of the page whose button it is, so that who goes by landmarks finds it there. */
const landmark = (button: HTMLElement | undefined): HTMLElement => button?.closest<HTMLElement>("[role=dialog], main, aside") ?? document.body;

/** What stands behind Menu.tsx: a menu as it is once somebody has asked for it. It is open at once. */
export const OpenMenu = (props: MenuProps): JSX.Element => {
  const [button, setButton] = createSignal<HTMLElement>();
  return (
    <Kobalte.Root gutter={4} sameWidth={props.wide} modal={false} defaultOpen onOpenChange={(open) => props.onOpenChange?.(open)}>
      <Kobalte.Trigger ref={setButton} type="button" aria-label={props.label} data-tip={props.label} class={props.class}>
        {props.trigger}
      </Kobalte.Trigger>
      <Kobalte.Portal mount={landmark(button())}>
        <Kobalte.Content
          data-kb-top-layer=""
          onOpenAutoFocus={begin}
          onCloseAutoFocus={() => queueMicrotask(() => props.onClosed?.())}
          class="z-50 max-h-(--kb-popper-content-available-height) min-w-44 max-w-80 overflow-y-auto rounded-lg border border-line bg-raised p-1 text-ink text-small shadow-float outline-none"
        >
          {props.children}
        </Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte.Root>
  );
};

const row =
  "flex cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1.5 outline-none data-disabled:cursor-default data-disabled:text-faint data-highlighted:bg-hover pointer-coarse:py-2.5";

const Keys = (props: { keys?: string }): JSX.Element => <Show when={props.keys}>{(keys) => <kbd class="font-mono text-faint text-meta">{keys()}</kbd>}</Show>;

const Tick = (props: { shown: boolean }): JSX.Element => (
  <span aria-hidden="true" class="flex w-4 shrink-0 justify-center">
    <Show when={props.shown}>
      <Check size={15} />
    </Show>
  </span>
);

export const Item = (props: ItemProps): JSX.Element => (
  <Kobalte.Item class={`${row} ${props.danger ? "text-error" : ""}`} disabled={props.disabled} onSelect={() => props.onSelect()}>
    <Show when={props.icon}>
      <span aria-hidden="true" class="flex w-4 shrink-0 justify-center text-soft">
        {props.icon}
      </span>
    </Show>
    <span class="min-w-0 grow truncate">{props.children}</span>
    <Keys keys={props.keys} />
  </Kobalte.Item>
);

export const Checkbox = (props: CheckProps): JSX.Element => (
  <Kobalte.CheckboxItem class={row} checked={props.checked} closeOnSelect={false} onChange={(checked) => props.onChange(checked)}>
    <Tick shown={props.checked} />
    <span class="flex min-w-0 grow items-center gap-2">{props.children}</span>
  </Kobalte.CheckboxItem>
);

export const Choices = (props: ChoicesProps): JSX.Element => (
  <Kobalte.RadioGroup value={props.value} onChange={(value) => props.onChange(value)}>
    {props.children}
  </Kobalte.RadioGroup>
);

export const Choice = (props: ChoiceProps): JSX.Element => (
  <Kobalte.RadioItem class={row} value={props.value} closeOnSelect>
    <Tick shown={props.chosen} />
    <span class="flex min-w-0 grow items-center gap-2">{props.children}</span>
    <Keys keys={props.keys} />
  </Kobalte.RadioItem>
);

export const Separator = (): JSX.Element => <Kobalte.Separator class="mx-1 my-1 border-line" />;
