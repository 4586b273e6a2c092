import { describe, expect, test } from "bun:test";
import { faultOf, forAgent } from "../../ui/src/timeline/faults.ts";

/** What programs really print, and what of it is the cause and the place. */
const traces: Record<string, [trace: string, cause: string, place: string | null]> = {
  "Python: the last exception of a chain, at the last frame of one's own": [
    `Traceback (most recent call last):
  File "/srv/run.py", line 88, in <module>
    main()
  File "/srv/trainer.py", line 142, in step
    out = self.model(x)
  File "/usr/lib/python3/site-packages/torch/nn/module.py", line 1553, in _call
    return f(x)
KeyError: 'tokens'

During handling of the above exception, another exception occurred:

torch.cuda.OutOfMemoryError: CUDA out of memory.`,
    "torch.cuda.OutOfMemoryError: CUDA out of memory.",
    "/srv/trainer.py:142",
  ],
  "Python: an exception of one's own, whose name does not say that it is one": [
    `INFO starting
Traceback (most recent call last):
  File "/srv/a.py", line 1, in <module>
    import b
  File "/srv/b.py", line 7, in <module>
    raise app.Refused("no such queue")
app.Refused: no such queue`,
    "app.Refused: no such queue",
    "/srv/b.py:7",
  ],
  "Python: a syntax error has no traceback": [
    `  File "/srv/a.py", line 3\n    foo(\n       ^\nSyntaxError: '(' was never closed`,
    "SyntaxError: '(' was never closed",
    "/srv/a.py:3",
  ],
  pytest: [
    `=================================== FAILURES ===================================
__________________________________ test_adds ___________________________________

    def test_adds():
>       assert add(1, 1) == 3
E       assert 2 == 3
E        +  where 2 = add(1, 1)

tests/test_sum.py:5: AssertionError
=========================== short test summary info ============================
FAILED tests/test_sum.py::test_adds - assert 2 == 3
1 failed in 0.02s`,
    "assert 2 == 3",
    "tests/test_sum.py:5",
  ],
  "Node: the first frame that is not of a library": [
    "TypeError: x is not a function\n    at go (/srv/node_modules/elysia/index.js:1:2)\n    at main (/srv/src/app.ts:31:5)\n    at node:internal/main:1:1",
    "TypeError: x is not a function",
    "/srv/src/app.ts:31",
  ],
  "Node: as it dies, with what the error was caused by": [
    `/srv/src/app.js:12
    throw new Error("could not start", { cause });
    ^

Error: could not start
    at start (/srv/src/app.js:12:11)
    at node:internal/modules/run_main:123:12 {
  [cause]: RangeError: port 99999 is out of range
      at listen (file:///srv/src/listen.js:4:9)
      at start (/srv/src/app.js:10:5)
}

Node.js v22.1.0`,
    "RangeError: port 99999 is out of range",
    "/srv/src/listen.js:4",
  ],
  Bun: [
    `10 | const run = () => {
11 |   const x = undefined;
12 |   return x.length;
              ^
TypeError: undefined is not an object (evaluating 'x.length')
      at run (/srv/src/run.ts:12:10)
      at /srv/src/main.ts:3:1

Bun v1.4.5 (Linux x64)`,
    "TypeError: undefined is not an object (evaluating 'x.length')",
    "/srv/src/run.ts:12",
  ],
  "Rust: a panic": [
    "thread 'main' panicked at src/main.rs:42:18:\nindex out of bounds: the len is 3 but the index is 9\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    "index out of bounds: the len is 3 but the index is 9",
    "src/main.rs:42",
  ],
  "Rust: a panic of before 1.73": ["thread 'main' panicked at 'explicit panic', src/lib.rs:4:5", "explicit panic", "src/lib.rs:4"],
  "Rust: what does not compile": [
    "error[E0382]: borrow of moved value: `v`\n --> src/main.rs:42:18\n  |\n42|     use(v);",
    "error[E0382]: borrow of moved value: `v`",
    "src/main.rs:42",
  ],
  "Go: a panic": [
    "panic: runtime error: index out of range [9] with length 3\n\ngoroutine 1 [running]:\npanic({0x1, 0x2})\n\t/usr/local/go/src/runtime/panic.go:884 +0x213\nmain.go\n\t/app/main.go:12 +0x1d\nexit status 2",
    "panic: runtime error: index out of range [9] with length 3",
    "/app/main.go:12",
  ],
  "Java: the last cause, at the frame under it": [
    `Exception in thread "main" java.lang.RuntimeException: could not load
	at org.acme.App.main(App.java:20)
Caused by: java.io.UncheckedIOException: io
	at org.acme.Store.open(Store.java:71)
	... 1 more
Caused by: java.nio.file.NoSuchFileException: /etc/acme.toml
	at java.base/sun.nio.fs.UnixException.translate(UnixException.java:92)
	at org.acme.Store.read(Store.java:55)
	... 2 more`,
    "java.nio.file.NoSuchFileException: /etc/acme.toml",
    "Store.java:55",
  ],
  tsc: [
    "src/a.ts(12,5): error TS2322: Type 'string' is not assignable to type 'number'.\nsrc/b.ts(1,1): error TS1005: ';' expected.",
    "TS2322: Type 'string' is not assignable to type 'number'.",
    "src/a.ts:12",
  ],
  "tsc, in colours": [
    "\u001b[96msrc/a.ts\u001b[0m:\u001b[93m12\u001b[0m:\u001b[93m5\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2322: \u001b[0mType 'string' is not assignable.\n\n12 const a: number = s;",
    "TS2322: Type 'string' is not assignable.",
    "src/a.ts:12",
  ],
  "C++": [
    "In file included from src/main.cpp:1:\nsrc/list.hpp:9:5: warning: unused variable 'x'\nsrc/list.hpp:31:12: error: expected ';' after return statement\n   31 |   return x\n      |            ^\nmake: *** [Makefile:4: main.o] Error 1",
    "expected ';' after return statement",
    "src/list.hpp:31",
  ],
  shell: ["./deploy.sh: line 3: kubectl: command not found", "./deploy.sh: line 3: kubectl: command not found", "./deploy.sh:3"],
  "shell, at the prompt": ["bash: kubectl: command not found", "bash: kubectl: command not found", null],
  "npm, old": [
    "npm ERR! code ENOENT\nnpm ERR! syscall open\nnpm ERR! path /srv/package.json\nnpm ERR! errno -2\nnpm ERR! enoent Could not read package.json\n\nnpm ERR! A complete log of this run can be found in: /home/ci/.npm/_logs/x.log",
    "ENOENT: enoent Could not read package.json",
    null,
  ],
  "npm, new": [
    "npm error code E404\nnpm error 404 Not Found - GET https://registry.example/x - Not found",
    "E404: 404 Not Found - GET https://registry.example/x - Not found",
    null,
  ],
  "of anything else: its first line that says so": [
    "step 1 ok\nstep 2 failed: disk full at conf/disk.yaml:9\nbye",
    "step 2 failed: disk full at conf/disk.yaml:9",
    "conf/disk.yaml:9",
  ],
};

describe("An error's cause and place are found in what was printed by", () => {
  for (const [title, [trace, cause, place]] of Object.entries(traces)) test(title, () => expect(faultOf(trace)).toMatchObject({ cause, place, words: "" }));
});

test("All of a trace stands under its cause, without the colours of a terminal; a line has none", () => {
  expect(faultOf("one\nerror: two").trace).toBe("one\nerror: two");
  expect(faultOf("\u001b[31mone\u001b[0m\ntwo").trace).toBe("one\ntwo");
  expect(faultOf("#38 ValueError: bad thing").cause).toBe("#38 ValueError: bad thing");
  expect(faultOf("## ValueError: bad thing").cause).toBe("ValueError: bad thing");
  expect(faultOf("It broke")).toEqual({ cause: "It broke", place: null, trace: "", words: "" });
  const long = `Error: ${"x".repeat(1_000)}`;
  expect(faultOf(long).trace).toBe(long);
});

describe("An error that is told in words reads as words", () => {
  test("under its first line", () => {
    expect(faultOf("**Deploy** failed on `main`\n\nThe step *lint* found:\n- an unused import")).toEqual({
      cause: "Deploy failed on `main`",
      place: null,
      trace: "",
      words: "The step *lint* found:\n- an unused import",
    });
  });

  test("under the cause that the trace in it names", () => {
    const content = "Deploy failed:\n\n```\nTypeError: x is null\n    at go (/srv/a.ts:1:2)\n```\n\nI will try again.";
    expect(faultOf(content)).toEqual({ cause: "TypeError: x is null", place: "/srv/a.ts:1", trace: "", words: content });
  });

  test("and says each thing once where it ends with what a program printed, as the server tells of a run that failed", () => {
    const trace = 'Traceback (most recent call last):\n  File "/workspace/app.py", line 2, in half\n\n    return n / 0\nZeroDivisionError: division by zero';
    const fenced = `\`\`\`\n${trace}\n\`\`\``;
    const began = "`python3 app.py` failed with exit code 1 after 0.1 s";
    const head = { cause: "ZeroDivisionError: division by zero", place: "app.py:2" };
    expect(faultOf(`${began}\n\n\`ZeroDivisionError: division by zero\`, in \`app.py\` line 2\n\n${fenced}`)).toEqual({ ...head, trace, words: began });
    expect(faultOf(`${began}\n\n${fenced}`)).toEqual({ ...head, place: "/workspace/app.py:2", trace, words: began });
    expect(faultOf(`${began}\n\n\`\`\`\nnothing known\n\`\`\``)).toEqual({ cause: began, place: null, trace: "nothing known", words: "" });
    expect(faultOf(`${began}\n\n\`\`a \` b\`\`\n\n${fenced}`)).toMatchObject({ cause: "a ` b", place: null });
    expect(faultOf(began)).toEqual({ cause: began, place: null, trace: "", words: "" });
  });
});

test("A copy for an agent names cause, place and where it was said, and holds all of it in a fence that it cannot close", () => {
  const content = "TypeError: x\n    at go (/srv/a.ts:1:2)\n```\ninner\n````";
  const address = "https://colony.example/c/ci/1";
  expect(forAgent(content, { address, channel: "ci", seq: 42 })).toBe(`Error: TypeError: x\nAt: /srv/a.ts:1\nIn #ci, message 42: ${address}\n\n\`\`\`\`\`\n${content}\n\`\`\`\`\``);
  expect(forAgent("It broke", undefined)).toBe("Error: It broke\n\n```\nIt broke\n```");
});
