import { createEffect, createMemo, createSignal, on, onCleanup } from "solid-js";
import type { MessageType } from "../api.ts";
import { whenIdle } from "../parts/idle.ts";
import { miss } from "../parts/late.ts";
import { createMedia } from "../parts/media.ts";
import type { Colony } from "../store.ts";
import { apply, boxOf } from "./apply.ts";
import type { Kind } from "./paste.ts";
import { isLong, surplus } from "./size.ts";
import { markOf } from "./strokes.ts";
import { addressOver, code, FIRST_STEP, indent, isInFence, isMarkdown, link, mark, newLine, slash } from "./typing.ts";
import type { Writing } from "./writing.ts";

/** Characters that may stand in the box for a paste to be all that matters. */
const A_FEW = 40;

/** Pixels of the box at most, and characters above which it is that tall without being measured. */
const TALLEST = 280;
const TALL = 10_000;

const growsByItself = CSS.supports("field-sizing", "content");

const grow = (area: HTMLTextAreaElement, text: string) => {
  area.style.height = "auto";
  area.style.height = `${text.length > TALL ? TALLEST : Math.min(area.scrollHeight, TALLEST)}px`;
};

/** The box that is written in: its keys, what is pasted, and what it can complete. */
export const createBox = (colony: Colony, writing: Writing, onPreview: () => void) => {
  const touch = createMedia("(pointer: coarse)");
  const { text, type } = writing;
  const [offer, setOffer] = createSignal<Kind | null>(null);
  const [fenced, setFenced] = createSignal(false);
  /** Escape was the last key: Tab leaves. */
  let leaving = false;
  let area: HTMLTextAreaElement | undefined;

  /** Enter makes a line; Ctrl or ⌘ with it sends. */
  const makesLine = createMemo(() => touch() || type() === "code" || type() === "plan" || fenced());
  const indents = () => type() === "code" || type() === "plan";

  const chooseType = (now: MessageType) => {
    setOffer(null);
    const isFresh = writing.wordless();
    writing.write({ type: now });
    if (!area || !isFresh) return;
    // A plan begins with its first step; no other type with one.
    if (now === "plan") apply(area, { from: 0, to: area.value.length, text: FIRST_STEP });
    else if (area.value !== "") apply(area, { from: 0, to: area.value.length, text: "" });
  };

  const [aids, setAids] = createSignal<typeof import("./aids.ts")>();
  const suggestions = createMemo(() => aids()?.createSuggestions(colony, writing, () => area, chooseType));

  let loading: Promise<typeof import("./aids.ts") | undefined> | undefined;
  /** One promise for all who wait for them: what was attached first is taken in first. */
  const loadAids = () => {
    loading ??= import("./aids.ts").then(
      (loaded) => {
        setAids(loaded);
        return loaded;
      },
      () => {
        // The server is away: the box works without.
        loading = undefined;
        return undefined;
      },
    );
    return loading;
  };

  // While the server is there to give them.
  onCleanup(whenIdle(loadAids));

  const look = () => {
    if (area) setFenced(isMarkdown(type()) && isInFence(boxOf(area)));
    suggestions()?.look();
  };

  createEffect(on(suggestions, (list) => list?.look()));
  createEffect(
    on(text, (now) => {
      if (!area) return;
      if (area.value !== now) area.value = now;
      if (!growsByItself) grow(area, now);
      if (!isLong(now)) setOffer(null);
      look();
    }),
  );
  createEffect(on(writing.id, () => setOffer(null), { defer: true }));

  const onInput = ({ inputType }: InputEvent) => {
    if (!area) return;
    writing.write({ text: area.value });
    look();
    const [typed, name] = slash.exec(area.value) ?? [];
    if (typed === undefined || typed.endsWith("\n")) return;
    if (inputType === "historyUndo" && name === type()) writing.write({ type: "text" });
    else if (inputType.startsWith("insert") && !/Paste|Drop/.test(inputType)) queueMicrotask(() => takeSlash(typed, name as MessageType));
  };

  const takeSlash = (typed: string, name: MessageType) => {
    if (!area?.value.startsWith(typed)) return;
    apply(area, { from: 0, to: typed.length, text: "" });
    chooseType(name);
  };

  const send = () => {
    setOffer(null);
    writing.send();
  };

  /** @returns whether the key has done something */
  const onKey = (event: KeyboardEvent): boolean => {
    if (!area) return false;
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    const bare = !ctrlKey && !metaKey && !altKey;
    const marked = markOf(event);
    if (marked === "preview") onPreview();
    else if (marked) return format(area, marked);
    else if (key === "Escape") leave(area);
    else if (key === "Enter" && !altKey) return enter(area, ctrlKey || metaKey, shiftKey);
    else if (key === "Tab" && bare && indents() && !leaving && area.value !== "") apply(area, indent(boxOf(area), type(), shiftKey));
    else if (key === "ArrowUp" && bare && !shiftKey && text() === "" && !writing.editing()) writing.editLast();
    else if (key === "Backspace" && bare && type() !== "text" && !writing.editing() && writing.wordless() && area.selectionEnd <= FIRST_STEP.length) chooseType("text");
    else return false;
    return true;
  };

  const enter = (box: HTMLTextAreaElement, mod: boolean, shift: boolean): boolean => {
    if (mod || (!shift && !makesLine())) send();
    else {
      const edit = newLine(boxOf(box), type());
      // The browser's own is best where it does the same.
      if (edit.text === "\n") return false;
      apply(box, edit);
    }
    return true;
  };

  /** Where Tab indents, the first Escape stays: the Tab after it goes on from the box, as it does not from a page without a focus. */
  const leave = (box: HTMLTextAreaElement) => {
    if (offer()) setOffer(null);
    else if (!writing.cancel() && (leaving || !indents() || box.value === "")) box.blur();
  };

  const format = (box: HTMLTextAreaElement, how: "bold" | "italic" | "code" | "link"): boolean => {
    if (!isMarkdown(type())) return false;
    const now = boxOf(box);
    apply(box, { bold: () => mark(now, "**"), italic: () => mark(now, "_"), code: () => code(now), link: () => link(now) }[how]());
    return true;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // 229: a key that an input method takes; Safari no longer says so of the Enter that ends a composition.
    if (event.isComposing || event.keyCode === 229) return;
    if (!aids()) loadAids();
    const done = suggestions()?.onKey(event) === true || onKey(event);
    if (!["Shift", "Control", "Alt", "Meta"].includes(event.key)) leaving = event.key === "Escape";
    if (done) event.preventDefault();
  };

  const addFiles = async (files: readonly File[]) => {
    const loaded = await loadAids();
    if (loaded) loaded.addFiles(colony, writing.place(), files);
    else miss();
  };

  const onPaste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    const files = [...(event.clipboardData?.files ?? [])];
    // A table or a page's text comes with its picture beside it: the words are meant.
    if (files.length > 0 && !(pasted !== "" && event.clipboardData?.types.includes("text/html"))) {
      event.preventDefault();
      addFiles(files);
      return;
    }
    if (!area || pasted === "") return;
    const now = boxOf(area);
    const address = isMarkdown(type()) && !isInFence(now) ? addressOver(now, pasted) : null;
    if (address !== null) {
      event.preventDefault();
      apply(area, link(now, address));
      return;
    }
    const rest = now.text.slice(0, now.start) + now.text.slice(now.end);
    if (type() === "text" && rest.trim().length < A_FEW && isLong(pasted) && !/^\s*(?:```|~~~)/.test(pasted)) propose(pasted);
  };

  const propose = async (pasted: string) => {
    const loaded = await loadAids();
    // Where they are at hand the browser has not yet put in what was pasted.
    await new Promise((resolve) => setTimeout(resolve));
    if (loaded && type() === "text" && text().includes(pasted.slice(0, A_FEW).trim())) setOffer(loaded.guess(pasted));
  };

  /** Takes so much from the start that the end fits. */
  const keepEnd = () => {
    if (area) apply(area, { from: 0, to: surplus(area.value), text: "" });
  };

  return {
    attach: (element: HTMLTextAreaElement) => {
      area = element;
      element.value = text();
    },
    focus: () => area?.focus(),
    aids,
    loadAids,
    suggestions,
    makesLine: () => makesLine() && !touch(),
    indents,
    offer,
    dismissOffer: () => setOffer(null),
    chooseType,
    keepEnd,
    look,
    addFiles,
    onInput,
    onKeyDown,
    onPaste,
    send,
  };
};

export type WritingBox = ReturnType<typeof createBox>;
