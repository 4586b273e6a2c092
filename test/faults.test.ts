import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Finder, fingerprintOf } from "../src/console/faults/finder.ts";
import { inWorkspace } from "../src/console/faults/found.ts";
import { CONSOLE_FAULT_TIMES, CONSOLE_FAULTS_PER_RUN, CONSOLE_LINE_BYTES } from "../src/limits.ts";

const sample = (name: string): string => readFileSync(join(import.meta.dir, "sample/outputs", name), "utf8");

/** The outputs of a sample, by name. */
const outputs = (name: string): Map<string, string> =>
  new Map(
    sample(name)
      .split(/^##### /m)
      .slice(1)
      .map((text): [string, string] => {
        const end = text.indexOf("\n");
        return [text.slice(0, end), text.slice(end + 1).trimEnd()];
      }),
  );

/** What is found in a text, each as `kind file:line:column message`; a `?` where only the end of the file's path is known. */
const found = (text: string): string[] => {
  const finder = new Finder();
  for (const [index, line] of text.split("\n").entries()) finder.hear("stdout", index + 1, line);
  finder.settle();
  return finder.take().map(({ kind, message, spot }) => {
    const place = spot ? ` ${[spot.file, spot.line, spot.column].filter((part) => part !== null).join(":")}${spot.guess ? "?" : ""}` : "";
    return `${kind}${place} ${message}`;
  });
};

/** What must be found in outputs of programs that were really run. */
const real: Record<string, string[]> = {
  bun_bad: ['syntax bad.js:2:7 Expected identifier but found "="', 'syntax bad.js:2:9 Expected ";" but found "3"', "exception bad.js:2:7 This constant must be initialized"],
  bun_cause: ["exception cause.js:1:50 no config", "syntax cause.js:1:12 SyntaxError: JSON Parse error: Expected '}'"],
  bun_logged: ["exception logged.js:1:7 TypeError: null is not an object (evaluating 'null.x')"],
  bun_main: ["exception main.js:2:26 boom went off"],
  bun_main_colour: ["exception main.js:2:26 boom went off"],
  bun_missing: ["missing_module missing.js Cannot find package 'express-nothere' from '/workspace/missing.js'"],
  bun_missing_esm: ["missing_module missing.mjs Cannot find package 'express-nothere' from '/workspace/missing.mjs'"],
  bun_missing_rel: ["missing_module missing2.mjs Cannot find module './other.mjs' from '/workspace/missing2.mjs'"],
  bun_nofile: ["no_such_file nofile.js:1:15 ENOENT: no such file or directory, open '/workspace/nothing.txt'"],
  bun_noscript: ['command_not_found error: Script not found "nothere"'],
  bun_port: ["port_in_use listen EADDRINUSE: address already in use :::37281"],
  bun_reject: ["exception reject.js:1:32 TypeError: null is not an object (evaluating 'null.x')"],
  bun_test: ["failed_test sum.test.ts:4:17 adds up: expect(received).toBe(expected)"],
  bun_test_colour: ["failed_test sum.test.ts:4:17 adds up: expect(received).toBe(expected)"],
  bun_text: ["exception just text"],
  gcc: ["compile m.c:1:21 ‘x’ undeclared (first use in this function)"],
  java_caused: ['exception com/acme/Main.java:3? IllegalStateException: no name (caused by NullPointerException: Cannot invoke "String.trim()" because "<parameter1>" is null)'],
  java_noclass: ["missing_module Could not find or load main class Nothere"],
  java_npe: ["exception Npe.java:4? ArrayIndexOutOfBoundsException: Index 5 out of bounds for length 2"],
  java_oom: ["out_of_memory Oom.java:3? OutOfMemoryError: Java heap space"],
  javac_symbols: ["missing_module Bad2.java:1 package org.nothere does not exist", "compile Bad2.java:4 cannot find symbol"],
  javac_syntax: ["compile Bad.java:4 ';' expected"],
  make: [],
  make_nocmd: ["command_not_found make: nothere-cmd: No such file or directory"],
  make_norule: ["compile No rule to make target 'nothere'.  Stop."],
  node_bad: ["syntax bad.js:2 SyntaxError: Unexpected token '='"],
  node_cause: ["exception cause.js:1:46 Error: no config"],
  node_logged: ["exception logged.js:1:12 TypeError: Cannot read properties of null (reading 'x')"],
  node_main: ["exception main.js:2:22 Error: boom went off"],
  node_mem: ["out_of_memory FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"],
  node_missing: ["missing_module missing.js:1:11 Error: Cannot find module 'express-nothere'"],
  node_missing_esm: ["missing_module missing.mjs Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'express-nothere' imported from /workspace/missing.mjs"],
  node_missing_rel: ["missing_module missing2.mjs Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/workspace/other.mjs' imported from /workspace/missing2.mjs"],
  node_nofile: ["missing_module Error: Cannot find module '/workspace/nothere.js'"],
  node_port: ["port_in_use port.js:2:67 Error: listen EADDRINUSE: address already in use :::39371"],
  node_reject: ["exception reject.js:1:37 TypeError: Cannot read properties of null (reading 'x')"],
  node_test: ["failed_test a.test.js:3:10 adds: Expected values to be strictly equal:"],
  node_test_spec: ["failed_test a.test.js:3:10 adds: AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:"],
  node_text: [
    'exception UnhandledPromiseRejection: This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason "just text".',
  ],
  npm_noscript: ["no_such_file npm error enoent Could not read package.json: Error: ENOENT: no such file or directory, open '/workspace/package.json'"],
  ok_pytest: [],
  ok_rust_warning: [],
  py_aio: ["exception aio.py:4 ValueError: late"],
  py_bad: ["syntax bad.py:2 SyntaxError: invalid syntax"],
  py_cannot_open: ["no_such_file nothere.py can't open file '/workspace/nothere.py': [Errno 2] No such file or directory"],
  py_chain: ["exception chain.py:5 RuntimeError: no setting port"],
  py_group: ["exception group.py:1 ExceptionGroup: many (2 sub-exceptions)"],
  py_imports: ["syntax bad.py:2 SyntaxError: invalid syntax"],
  py_lib: ["exception lib.py:2 json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"],
  py_logged: ["exception logged.py:3 ZeroDivisionError: division by zero"],
  py_main: ["exception main.py:4 ZeroDivisionError: division by zero"],
  py_mem: ["out_of_memory mem.py:1 MemoryError"],
  py_missing: ["missing_module missing.py:2 ModuleNotFoundError: No module named 'flask_nothere'"],
  py_no_module: ["missing_module No module named nothere"],
  py_nofile: ["no_such_file nofile.py:1 FileNotFoundError: [Errno 2] No such file or directory: '/workspace/nothing.txt'"],
  py_port: ["port_in_use port.py:3 OSError: [Errno 98] Address already in use"],
  py_pytest: ["failed_test test_add.py:5 test_add: assert -1 == 3"],
  py_pytest_collect: ["missing_module test_collect.py:1 test_collect.py: ModuleNotFoundError: No module named 'nothere'"],
  py_pytest_native: ["failed_test test_add.py:5 test_add: AssertionError: assert -1 == 3"],
  py_pytest_short: ["failed_test test_add.py test_add: assert -1 == 3"],
  py_unit: ["failed_test unit.py:4 test_sum: AssertionError: 2 != 3"],
  rust_backtrace: ["exception src/main.rs:2:5 index out of bounds: the len is 3 but the index is 5"],
  rust_compile: [
    "missing_module r/src/main.rs:1:5 error[E0432]: unresolved import `serde_nothere`",
    "compile r/src/main.rs:2:46 error[E0425]: cannot find value `y` in this scope",
    "compile r/src/main.rs:2:26 error[E0308]: mismatched types",
  ],
  rust_panic: ["exception src/main.rs:2:5 index out of bounds: the len is 3 but the index is 5"],
  rust_syntax: ["compile r/src/main.rs:1:21 mismatched closing delimiter: `}`"],
  rust_test: ["failed_test r/src/main.rs:11:9 tests::adds: assertion `left == right` failed (left: 2) (right: 3)"],
  sh_bash: ["command_not_found bash: line 1: nothere-cmd: command not found"],
  sh_cat: ["no_such_file nothing.txt cat: nothing.txt: No such file or directory"],
  sh_dash: ["command_not_found sh: 1: nothere-cmd: not found"],
  sh_killed: ["killed Killed"],
  sh_ls: ["no_such_file nothing ls: cannot access 'nothing': No such file or directory"],
  sh_noscript: ["no_such_file nothing.sh sh: 0: cannot open nothing.sh: No such file"],
  sh_perm: ["permission sh: 1: ./x.sh: Permission denied"],
  sh_segv: ["killed Segmentation fault"],
  tsc: [
    "compile types.ts:1:24 TS2322: Type 'string' is not assignable to type 'number'.",
    "missing_module types.ts:2:15 TS2307: Cannot find module './nope' or its corresponding type declarations.",
  ],
  tsc_pretty: [
    "compile types.ts:1:24 TS2322: Type 'string' is not assignable to type 'number'.",
    "missing_module types.ts:2:15 TS2307: Cannot find module './nope' or its corresponding type declarations.",
  ],
};

/** What must be found in outputs as their makers document them. */
const documented: Record<string, string[]> = {
  go_panic: ["exception main.go:8 panic: runtime error: index out of range [5] with length 3"],
  go_nil: ["exception load.go:21 panic: runtime error: invalid memory address or nil pointer dereference"],
  go_deadlock: ["exception main.go:5 fatal error: all goroutines are asleep - deadlock!"],
  go_compile: ["compile main.go:5:2 undefined: foo", 'compile main.go:9:10 cannot use "a" (untyped string constant) as int value in assignment'],
  go_syntax: ["syntax main.go:4:1 syntax error: unexpected }, expected expression"],
  go_missing: ["missing_module main.go:4:2 no required module provides package github.com/nothere/thing; to add it:"],
  go_std: ["missing_module main.go:3:8 package nothere is not in std (/usr/local/go/src/nothere)"],
  go_test: ["failed_test add_test.go:7 TestAdd: got 1, want 2", "failed_test add_test.go:19 TestTable/negative: -1: got 0"],
  go_test_verbose: ["failed_test add_test.go:7 TestAdd: got 1, want 2"],
  go_port: ["port_in_use 2024/05/01 10:00:00 listen tcp :8080: bind: address already in use"],
  deno: ["exception main one.ts:3:9 Error: boom"],
  deno_missing: ['missing_module main.ts:1:15 Module not found "file:///workspace/nope.ts".'],
  jest: ["failed_test src/sum.test.js:3:21 math › adds: expect(received).toBe(expected) // Object.is equality"],
  vitest: ["failed_test src/sum.test.ts:5:21 math > adds: AssertionError: expected 2 to be 3 // Object.is equality"],
  esbuild: ['missing_module src/main.ts:1:17 Could not resolve "nothere"'],
  vite: ['missing_module src/main.js Rollup failed to resolve import "nothere"'],
  webpack: ["missing_module src/index.js:1:0 Module not found: Error: Can't resolve 'nothere' in '/workspace/src'"],
  rust_old: ["exception src/main.rs:4:37 called `Option::unwrap()` on a `None` value"],
  rust_no_package: ["missing_module no matching package named `nothere` found"],
  maven: ["compile src/main/java/com/acme/App.java:5:9 cannot find symbol"],
  surefire: ["failed_test AppTest.java:12? AppTest.adds: expected: <3> but was: <2>"],
  gradle: ["failed_test AppTest.java:12? AppTest.adds(): AssertionFailedError"],
  spring_port: ["port_in_use com/acme/Server.java:9? BindException: Address already in use"],
  bash_script: ["command_not_found build.sh: line 3: terraform: command not found"],
  busybox: ["command_not_found sh: terraform: not found"],
  full: ["disk_full cp: error writing 'b': No space left on device"],
  oom: ["killed /bin/sh: line 1:    12 Killed                  python3 eat.py"],
  offline: ["network curl: (6) Could not resolve host: example.com"],
  pip_offline: ["missing_module ERROR: No matching distribution found for flask"],
  npm_script: ['command_not_found npm error Missing script: "build"'],
  django_port: ["port_in_use Error: That port is already in use."],
  next_port: ["port_in_use Error: listen EADDRINUSE: address already in use :::3000"],
};

describe("Known errors", () => {
  for (const [file, expected] of Object.entries({ "real.txt": real, "documented.txt": documented })) {
    const texts = outputs(file);
    test(`are recognised in every output of ${file}`, () => {
      expect([...texts.keys()].toSorted()).toEqual(Object.keys(expected).toSorted());
      for (const [name, text] of texts) expect([name, ...found(text)]).toEqual([name, ...(expected[name] ?? [])]);
    });
  }

  test("are recognised alike where others stand before and after them", () => {
    const all = [...outputs("real.txt")].filter(([name]) => !/test|mem|unit/.test(name));
    const text = all.map(([, one]) => `some words\n${one}\n\nothers`).join("\n");
    const expected = all.flatMap(([name]) => real[name] ?? []);
    // The same is noted once for each time, whatever came between; packages of Rust name the folder from there on.
    expect(found(text).map((one) => one.replace(" r/src", " src"))).toEqual(expected.map((one) => one.replace(" r/src", " src")));
  });

  test("are none in what only speaks of errors", () => {
    for (const line of sample("fine.txt").split("\n")) expect([line, ...found(`${line}\nnext\n\nnext`)]).toEqual([line]);
    expect(found(sample("fine.txt"))).toEqual([]);
  });

  test("say where they begin and end", () => {
    const finder = new Finder();
    for (const [index, line] of ["going on", ...(outputs("real.txt").get("py_chain") ?? "").split("\n"), "going on"].entries()) finder.hear("stderr", 100 + index, line);
    expect(finder.take()).toEqual([expect.objectContaining({ seq: 101, end_seq: 114 })]);
  });

  test("of one stream are not torn by the other's lines", () => {
    const finder = new Finder();
    for (const [index, line] of (outputs("real.txt").get("py_main") ?? "").split("\n").entries()) {
      finder.hear("stderr", index * 2, line);
      finder.hear("stdout", index * 2 + 1, `working ${index}`);
    }
    finder.settle();
    expect(finder.take().map(({ message }) => message)).toEqual(["ZeroDivisionError: division by zero"]);
  });

  test("are the same error when only numbers, addresses and temporary files differ", () => {
    const id = (message: string) => fingerprintOf({ language: "python", kind: "exception", message, spot: { file: "main.py", line: 1, column: null }, seq: 1, end_seq: 1 });
    expect(id("ValueError: row 12 at 0x7f31ac in /tmp/x1/a")).toBe(id("ValueError: row 7 at 0x7fffbc in /tmp/y2/b"));
    expect(id("ValueError: row")).not.toBe(id("ValueError: column"));
  });

  test("are noted of a run some times each, and bounded in all", () => {
    const error = (n: number) => `main.c:${n}:1: error: thing ${String.fromCharCode(97 + (n % 26), 97 + Math.floor(n / 26))} is missing`;
    expect(found(Array.from({ length: 50 }, () => error(1)).join("\n"))).toHaveLength(CONSOLE_FAULT_TIMES);
    expect(found(Array.from({ length: 300 }, (_, n) => error(n)).join("\n"))).toHaveLength(CONSOLE_FAULTS_PER_RUN);
  });

  test("point into the workspace only, and not at other people's code in it", () => {
    expect(["/workspace/a/b.py", "./a.js", "file:///workspace/a%20b.ts", "src/a.rs"].map((path) => inWorkspace(path))).toEqual(["a/b.py", "a.js", "a b.ts", "src/a.rs"]);
    expect(
      ["/usr/lib/x.py", "../x.py", "/workspace/../etc/passwd", "/workspace/node_modules/a/i.js", "node:fs", "<frozen importlib>", "/workspace/.venv/lib/x.py"].map((path) =>
        inWorkspace(path),
      ),
    ).toEqual(Array(7).fill(null));
  });

  test("are looked for in hostile lines at no cost that matters", () => {
    const pieces = ["(", "at ", " (", "_", ":", "error", "a:", "1:", "./", "E ", "\u001b[31m", "' ", "> ", "· ", "__ ", "\t", "Error: ", "x.py:1", ".", "Caused by: a."];
    const hostile = pieces.flatMap((piece) => [
      piece.repeat(CONSOLE_LINE_BYTES / piece.length),
      `    at ${piece.repeat(500)}!`,
      `Error: ${piece.repeat(500)}`,
      `${piece.repeat(400)} FAILED x`,
    ]);
    const finder = new Finder();
    // A pattern that goes wrong would take longer than the test may.
    for (let round = 0; round < 20; round++) for (const line of hostile) finder.hear("stdout", 1, line);
    expect(finder.take().length).toBeLessThan(CONSOLE_FAULTS_PER_RUN);
  });
});
