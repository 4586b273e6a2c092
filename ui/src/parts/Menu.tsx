import { createSignal, type JSX, onCleanup, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { whenIdle } from "./idle.ts";
import { miss } from "./late.ts";

/** Menus are not part of the first paint: they are fetched when the page is idle, or with the first that is opened. */
const [parts, setParts] = createSignal<typeof import("./menuParts.tsx")>();

const load = async (otherwise: () => void) => {
  if (parts()) return;
  try {
    setParts(await import("./menuParts.tsx"));
  } catch {
    otherwise();
  }
};

export type MenuProps = {
  /** What the button is called, when its content is only a picture. */
  label?: string;
  trigger: JSX.Element;
  /** Of the button. */
  class?: string;
  /** It is as wide as its button. */
  wide?: boolean;
  children: JSX.Element;
  onOpenChange?: (open: boolean) => void;
  /** It has closed, and the focus is back on the button: from there it may be sent elsewhere. */
  onClosed?: () => void;
};

/** A button with a menu under it. `opened`: it is open from the start. */
export const Menu = (props: MenuProps & { opened?: boolean }): JSX.Element => {
  const [wanted, setWanted] = createSignal(false);
  const isWanted = () => wanted() || props.opened === true;
  const open = () => {
    load(miss);
    setWanted(true);
    props.onOpenChange?.(true);
  };
  if (props.opened) load(miss);
  else onCleanup(whenIdle(() => load(() => {})));
  const button = () => (
    <button
      type="button"
      aria-label={props.label}
      data-tip={props.label}
      aria-haspopup="menu"
      aria-expanded="false"
      class={props.class}
      onClick={open}
      onKeyDown={(event) => {
        if (event.key !== "ArrowDown") return;
        event.preventDefault();
        open();
      }}
    >
      {props.trigger}
    </button>
  );
  return (
    <Show when={isWanted() && parts()} fallback={button()}>
      {(loaded) => <Dynamic component={loaded().OpenMenu} {...props} />}
    </Show>
  );
};

export type ItemProps = { icon?: JSX.Element; keys?: string; danger?: boolean; disabled?: boolean; onSelect: () => void; children: JSX.Element };
export type CheckProps = { checked: boolean; onChange: (checked: boolean) => void; children: JSX.Element };
export type ChoicesProps = { value: string; onChange: (value: string) => void; children: JSX.Element };
export type ChoiceProps = { value: string; chosen: boolean; keys?: string; children: JSX.Element };

/** One thing to do. `keys`: the key that does it without the menu. */
export const MenuItem = (props: ItemProps): JSX.Element => <Dynamic component={parts()?.Item} {...props} />;

/** One of several that can be on or off; the menu stays open. */
export const MenuCheck = (props: CheckProps): JSX.Element => <Dynamic component={parts()?.Checkbox} {...props} />;

/** Several of which one is chosen, each a `MenuChoice`. */
export const MenuChoices = (props: ChoicesProps): JSX.Element => <Dynamic component={parts()?.Choices} {...props} />;

export const MenuChoice = (props: ChoiceProps): JSX.Element => <Dynamic component={parts()?.Choice} {...props} />;

export const MenuSeparator = (): JSX.Element => <Dynamic component={parts()?.Separator} />;
