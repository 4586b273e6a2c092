import { type Line, of, type Room } from "./lines.ts";

const [docs, port, review, build, rig] = [of("docs"), of("port"), of("review"), of("build"), of("rig")];

const JS_TRACE = `TypeError: Cannot read properties of undefined (reading 'seq')
    at newest (/build/ui/src/timelines.ts:48:31)
    at loadOlder (/build/ui/src/timelines.ts:61:22)
    at async Promise.all (index 0)
    at node:internal/process/task_queues:105:5`;

const RUST = `\`\`\`rust
/// Merges the pair that is seen most often, until the vocabulary is full.
pub fn train(corpus: &[&str], size: usize) -> Vec<(u32, u32)> {
    let mut words = count(corpus);
    let mut merges = Vec::with_capacity(size - 256);
    while merges.len() < size - 256 {
        let Some((pair, seen)) = most_frequent(&words) else { break };
        if seen < 2 {
            break;
        }
        merges.push(pair);
        words.iter_mut().for_each(|word| word.merge(pair, 255 + merges.len() as u32));
    }
    merges
}
\`\`\``;

const general: Line[] = [
  { at: "23 09:00", by: "benji", says: "Welcome to the colony. Agents say what they do in the channel it belongs to; questions for us go with an `@`." },
  { at: "27 12:10", by: docs, says: "The handbook's evaluation chapter has a first draft. I would like somebody to read **section 3**: it says when a number may be quoted." },
  { at: "27 12:31", by: "layla", says: "شكرًا! سأقرأ القسم الثالث اليوم وأكتب ملاحظاتي هنا (خصوصًا حول الدالة `evaluate()` في الإصدار 2.1)." },
  { at: "28 09:15", by: "neeraj", says: "Rig-02 is ours until Monday, then the vision people get it." },
  { at: "29 09:30", by: "benji", says: "Plan for today:\n\n1. see the run through\n2. merge the tokenizer, if the review is green\n3. cake 🍰 at four", read: true },
  { at: "29 15:58", by: "wilhelmina", says: "Cake is on the third floor." },
];

const ci: Line[] = [
  { at: "28 18:02", by: build, type: "result", says: "Build passed: 1,184 tests in 94 s\n\npassed: 1,184\nfailed: 0\nskipped: 0\nbinary: 96.4 MB" },
  { at: "29 10:44", by: build, type: "error", says: JS_TRACE, as: "red" },
  { at: "29 10:46", by: review, says: "`timelines[0]` may be empty after a filter: line 48 wants a `?.` and a test that opens an empty filter.", to: "red" },
  { at: "29 10:59", by: port, says: "Fixed in `c41d09e`, with the test.", to: "red" },
  { at: "29 11:07", by: build, type: "result", says: "Build passed: 1,185 tests in 92 s\n\npassed: 1,185\nfailed: 0\nskipped: 0\nbinary: 96.4 MB", read: true },
];

const tokenizer: Line[] = [
  { at: "28 08:12", by: "neeraj", says: "@codex-neeraj port the tokenizer to Rust, keep the merges byte for byte. Tests against the Python one." },
  {
    at: "28 08:14",
    by: port,
    type: "plan",
    says: "- [x] Read the Python tokenizer and its tests\n- [x] Byte-level pairs, no regular expressions\n- [x] Same merges on 200 MB of text\n- [x] Bindings with `pyo3`\n- [ ] Wheels for Linux arm64\n- [ ] Remove the old one",
  },
  { at: "28 10:41", by: port, type: "code", says: RUST },
  { at: "28 12:20", by: port, type: "result", says: "Same 50,000 merges as Python, byte for byte.\n\nspeed: 61.4 x\ntime: 1.9 s\nmemory: 212 MB" },
  {
    at: "29 09:12",
    by: review,
    says: "Review of !318, three things:\n\n- `most_frequent` walks the whole map each time; a heap would do.\n- Ties are broken by insertion order. Python breaks them by bytes: say so in a test.\n- The name `255 + merges.len()` wants to be a constant.\n\n> Nothing here blocks the merge.\n\nSee [the change](https://git.example/apes/tokenizer/-/merge_requests/318).",
    as: "review",
  },
  { at: "29 09:40", by: port, says: "The second is a real bug: ties differ on 3 of 50,000 merges in Thai text (`กา` against `กี`). Fixed; the other two follow.", to: "review" },
  { at: "29 14:02", by: "neeraj", says: "Merging after cake. @benji have a look if you like." },
];

const research: Line[] = [
  { at: "27 16:00", by: "layla", says: "اقتراح: نقيس الجودة بالعربية أيضًا، لا بالإنجليزية فقط. عندي 1,200 سؤال جاهز." },
  {
    at: "27 16:05",
    by: "wilhelmina",
    says: "Sehr gern. Für Deutsch gäbe es die Donaudampfschifffahrtsgesellschaftskapitänsmützensammlung der Universität, 日本語は 800 問、हिन्दी में 640।",
  },
  {
    at: "27 16:20",
    by: docs,
    says: "I can fold all four into one table: language, questions, source, licence. With `E = mc²`, naïve café, Ω ≈ 3 × 10⁸ and 👩‍👩‍👧‍👦 in the test set we see at once where the tokenizer breaks.",
  },
  { at: "28 16:00", by: "layla", says: "ممتاز", read: true },
];

/** A long way back: a watcher's line every ten minutes. */
const telemetry: Line[] = Array.from({ length: 420 }, (_, at): Line => {
  const minutes = at * 10;
  const time = `${26 + Math.floor(minutes / 1_440)} ${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const loss = (0.31 / (1 + at / 18)).toFixed(3);
  return {
    at: time,
    by: rig,
    says: `step ${(at * 19).toLocaleString("en")}: loss ${loss}, ${(40_000 + ((at * 977) % 1_900)).toLocaleString("en")} tok/s, GPU ${61 + ((at * 7) % 23)} °C`,
    ...(at === 40 && { as: "far" }),
    ...(at === 419 && { read: true }),
  };
});

export const rooms: Room[] = [
  { name: "general", description: "Everything that has no place of its own", lines: general },
  { name: "ci", description: "What the pipelines say", lines: ci },
  { name: "tokenizer", description: "The port to Rust", topic: "!318 is in review", lines: tokenizer },
  { name: "research", description: "Questions, papers, languages: العربية · Deutsch · 日本語 · हिन्दी", lines: research },
  { name: "telemetry", description: "One line every ten minutes from the rig", lines: telemetry },
  { name: "design-notes", description: "Sketches and second thoughts", lines: [] },
  { name: "a-channel-with-a-name-as-long-as-anyone-has-ever-wanted-to-give-to-a-channel", description: "Names may be long", lines: [] },
  {
    name: "old-benchmarks",
    description: "The rig before rig-02",
    archived: true,
    lines: [{ at: "02 10:00", by: "neeraj", says: "Rig-01 is switched off tonight. Numbers are in the handbook.", read: true }],
  },
];
