/** What every line is that completes what is written in it from a list under it. */
export const combobox = { type: "text", "aria-autocomplete": "list", autocomplete: "off", autocapitalize: "none", spellcheck: false } as const;
