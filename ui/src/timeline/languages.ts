/** Names that people give to the languages that are coloured: by each language's own name, what else it goes by. */
const languages: Readonly<Record<string, string>> = {
  bash: "sh shell zsh console shellsession",
  c: "h",
  cpp: "c++ cc cxx hpp hh",
  csharp: "cs c#",
  css: "scss less",
  diff: "patch",
  dockerfile: "docker containerfile",
  go: "golang",
  ini: "toml cfg conf properties",
  java: "",
  javascript: "js jsx mjs cjs",
  json: "jsonc json5 ndjson jsonl",
  kotlin: "kt kts",
  makefile: "make mk",
  markdown: "md",
  php: "",
  python: "py py3 python3 pyi",
  ruby: "rb",
  rust: "rs",
  sql: "sqlite postgres postgresql mysql psql",
  swift: "",
  typescript: "ts tsx mts cts",
  xml: "html svg xhtml htm vue",
  yaml: "yml",
};

const known = new Map(Object.entries(languages).flatMap(([name, others]) => [name, ...others.split(" ")].filter(Boolean).map((called) => [called, name])));

/** The name by which a language is coloured; undefined for what is not known. */
export const languageOf = (called: string): string | undefined => known.get(called.trim().toLowerCase());
