import { type JSX, splitProps } from "solid-js";

type Props = JSX.ButtonHTMLAttributes<HTMLButtonElement> & { kind?: "main" | "plain" | "danger" };

const looks = {
  main: "bg-accent text-on-accent border-transparent hover:brightness-105",
  plain: "bg-raised border-edge hover:bg-hover",
  danger: "bg-error text-ground border-transparent hover:brightness-105",
};

export const Button = (props: Props): JSX.Element => {
  const [own, rest] = splitProps(props, ["kind", "class"]);
  return (
    <button
      type="button"
      {...rest}
      class={`inline-flex h-9 items-center justify-center gap-2 rounded-md border px-3.5 font-medium transition-colors disabled:opacity-60 ${looks[own.kind ?? "plain"]} ${own.class ?? ""}`}
    />
  );
};

/** A button that is only a picture; `label` is its name. */
export const IconButton = (props: JSX.ButtonHTMLAttributes<HTMLButtonElement> & { label: string }): JSX.Element => {
  const [own, rest] = splitProps(props, ["label", "class"]);
  return (
    <button
      type="button"
      {...rest}
      aria-label={own.label}
      data-tip={own.label}
      class={`inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft transition-colors hover:bg-hover hover:text-ink ${own.class ?? ""}`}
    />
  );
};
