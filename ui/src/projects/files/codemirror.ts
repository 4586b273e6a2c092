import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, type LanguageSupport, syntaxHighlighting } from "@codemirror/language";
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** Colours of code, those of the timeline's. */
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.controlKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
  { tag: [tags.comment, tags.meta, tags.processingInstruction], color: "var(--ink-faint)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.className, tags.namespace, tags.tagName], color: "var(--code-type)" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.definition(tags.variableName)], color: "var(--code-name)" },
  { tag: [tags.propertyName, tags.attributeName, tags.labelName], color: "var(--code-attr)" },
  { tag: [tags.heading, tags.strong], fontWeight: "600" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.link, tags.url], color: "var(--plan)", textDecoration: "underline" },
]);

/** The page's own colours in light and dark. */
const looks = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--ground)", fontSize: "var(--size-small)" },
  "&.cm-focused": { outline: "2px solid var(--accent-ink)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--machine)", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.5rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--ground)", color: "var(--ink-faint)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--hover) 60%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--hover)", color: "var(--ink)" },
  "& .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { background: "color-mix(in oklch, var(--accent) 34%, transparent)" },
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: "color-mix(in oklch, var(--accent) 26%, transparent)" },
  ".cm-searchMatch-selected": { outline: "1px solid var(--accent-ink)" },
  ".cm-matchingBracket": { backgroundColor: "var(--accent-wash)", outline: "1px solid var(--edge)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panel input, .cm-panel button": { color: "var(--ink)", backgroundColor: "var(--raised)", backgroundImage: "none", border: "1px solid var(--edge)", borderRadius: "6px" },
  ".cm-changedLine, .cm-insertedLine, ins.cm-insertedLine": { backgroundColor: "var(--result-wash) !important" },
  ".cm-deletedChunk, .cm-deletedLine, del": { backgroundColor: "var(--error-wash) !important" },
  // Underlined, not tinted: on a stronger ground the colours of code could not be read.
  ".cm-changedText": { background: "none !important", boxShadow: "inset 0 -2px var(--result)" },
  ".cm-deletedChunk .cm-deletedText, &.cm-merge-a .cm-changedText": { background: "none !important", boxShadow: "inset 0 -2px var(--error)" },
  "&.cm-merge-a .cm-changedLine": { backgroundColor: "var(--error-wash) !important" },
  ".cm-collapsedLines": { backgroundColor: "var(--sunken)", backgroundImage: "none", color: "var(--ink-soft)" },
});

const languages: [endings: RegExp, load: () => Promise<LanguageSupport>][] = [
  [/\.[cm]?jsx?$/i, async () => (await import("@codemirror/lang-javascript")).javascript({ jsx: true })],
  [/\.[cm]?tsx?$/i, async () => (await import("@codemirror/lang-javascript")).javascript({ jsx: true, typescript: true })],
  [/\.pyi?$/i, async () => (await import("@codemirror/lang-python")).python()],
  [/\.jsonc?$/i, async () => (await import("@codemirror/lang-json")).json()],
  [/\.(?:html?|svg|xml|vue)$/i, async () => (await import("@codemirror/lang-html")).html()],
  [/\.css$/i, async () => (await import("@codemirror/lang-css")).css()],
  [/\.(?:md|markdown)$/i, async () => (await import("@codemirror/lang-markdown")).markdown()],
];

const languageOf = async (path: string): Promise<Extension> =>
  (await languages
    .find(([endings]) => endings.test(path))?.[1]()
    .catch(() => [])) ?? [];

const common = (language: Extension): Extension => [lineNumbers(), syntaxHighlighting(colours), looks, language, highlightSelectionMatches()];
const frozen: Extension = [EditorState.readOnly.of(true), EditorView.editable.of(false)];
const named = (name: string): Extension => EditorView.contentAttributes.of({ "aria-label": name, tabindex: "0" });

type Editing = { path: string; text: string; readOnly: boolean; onChange: (text: string) => void; onSave: () => void };

/** An editor in `parent`. Tab indents; Escape and then Tab leaves it. */
export const openEditor = async (parent: HTMLElement, { path, text, readOnly, onChange, onSave }: Editing) => {
  const save = {
    key: "Mod-s",
    preventDefault: true,
    run: () => {
      onSave();
      return true;
    },
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        common(await languageOf(path)),
        named(`Text of ${path}`),
        readOnly ? frozen : [history(), drawSelection(), indentOnInput(), bracketMatching(), highlightActiveLine(), highlightActiveLineGutter()],
        keymap.of([save, ...defaultKeymap, ...historyKeymap, ...searchKeymap, ...(readOnly ? [] : [indentWithTab])]),
        EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
      ],
    }),
  });
  return {
    text: (): string => view.state.doc.toString(),
    /** Puts another text in its place, as far as it differs; the cursor stays about where it was. */
    put: (now: string): void => {
      if (now === view.state.doc.toString()) return;
      const anchor = Math.min(view.state.selection.main.anchor, now.length);
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: now }, selection: { anchor } });
    },
    toLine: (line: number): void => {
      const at = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)));
      view.dispatch({ selection: { anchor: at.from }, effects: EditorView.scrollIntoView(at.from, { y: "center" }) });
      view.focus();
    },
    focus: () => view.focus(),
    close: () => view.destroy(),
  };
};

export type OpenedEditor = Awaited<ReturnType<typeof openEditor>>;

type Compared = { path: string; before: string; after: string; names: [before: string, after: string] };

/** Two texts beside each other, or on a narrow screen one in the other, with what differs marked. @returns what takes it away */
export const openDiff = async (parent: HTMLElement, { path, before, after, names }: Compared): Promise<() => void> => {
  const language = await languageOf(path);
  const wrap = EditorView.lineWrapping;
  const collapse = { margin: 3, minSize: 6 };
  if (parent.clientWidth > 720) {
    const side = (doc: string, name: string) => ({ doc, extensions: [common(language), frozen, named(name), wrap] });
    const view = new MergeView({ parent, a: side(before, names[0]), b: side(after, names[1]), collapseUnchanged: collapse, gutter: true });
    return () => view.destroy();
  }
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: after,
      extensions: [common(language), frozen, wrap, named(`${names[0]} and ${names[1]}`), unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: collapse })],
    }),
  });
  return () => view.destroy();
};
