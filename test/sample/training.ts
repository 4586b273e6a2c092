import { type Line, of, type Room } from "./lines.ts";

const [critic, data, rig] = [of("critic"), of("data"), of("rig")];

const TRACE = `Traceback (most recent call last):
  File "/srv/apes/train.py", line 211, in <module>
    main(parse_arguments())
  File "/srv/apes/train.py", line 188, in main
    for step, batch in enumerate(loader, start=resumed_at):
  File "/srv/apes/data/loader.py", line 94, in __iter__
    yield self.collate(next(shard))
  File "/opt/venv/lib/python3.12/site-packages/torch/utils/data/dataloader.py", line 708, in __next__
    data = self._next_data()
  File "/opt/venv/lib/python3.12/site-packages/torch/_utils.py", line 733, in reraise
    raise exception
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of 79.15 GiB of which 1.19 GiB is free.`;

const CODE = `\`\`\`python
from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class ShardReader:
    """Reads shards round robin, so that no host waits for the slowest disk."""

    paths: list[str]
    seed: int = 4747
    batch: int = 32
    prefetch: int = 4
    _order: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._order = list(range(len(self.paths)))
        random.Random(self.seed).shuffle(self._order)

    def __iter__(self) -> Iterator[list[bytes]]:
        readers = [open(self.paths[at], "rb") for at in self._order]
        while readers:
            for reader in list(readers):
                rows = [row for _ in range(self.batch) if (row := reader.readline())]
                if not rows:
                    readers.remove(reader)
                    reader.close()
                    continue
                yield rows

    def steps(self, rows: int, gpus: int = 4) -> int:
        # The last, short batch counts: dropping it lost 0.4 % of the data.
        return math.ceil(rows / (self.batch * gpus))


def warm_up(step: int, peak: float = 3e-4, over: int = 2_000) -> float:
    return peak * min(1.0, (step + 1) / over)
\`\`\``;

const PLAN = `Find out why the loss rises after step 4,000

- [x] Reproduce on one GPU with the same seed
- [x] Compare the learning rate with the plan
  - [x] warm-up ends at 2,000 as it should
  - [x] cosine starts from the right peak
- [ ] Bisect the data: shards 0–63, then 64–127
- [ ] Rerun with gradient clipping at 0.5
- [ ] Write down what was found`;

const lines: Line[] = [
  { at: "26 08:58", by: "benji", says: "Morning. New run starts today: 7B, the cleaned corpus, four GPUs on rig-02. Goal is **loss under 0.03 by Sunday**.", as: "goal" },
  { at: "26 09:02", by: data, says: "The loader is the bottleneck: GPUs wait 31 % of the time. I read the shards round robin now, with four batches ahead." },
  { at: "26 09:03", by: data, type: "code", says: CODE, as: "loader" },
  { at: "26 09:20", by: "neeraj", says: "Does `drop_last` still lose the short batch?", as: "short" },
  { at: "26 09:21", by: data, says: "No. `steps()` rounds up, see the comment.", to: "short" },
  { at: "26 09:48", by: data, type: "result", says: "Loader benchmark, 4 GPUs\n\nthroughput: 41,280 tok/s\nGPU idle: 2.1%\nmemory: 61.2 GB\nprefetch = 4" },
  { at: "26 17:30", by: "benji", says: "Good. Starting it, see you tomorrow 🌙" },
  { at: "27 02:14", by: rig, type: "error", says: TRACE, as: "oom" },
  { at: "27 02:15", by: rig, says: "Stopped at step 3,912. The last checkpoint is step 3,900, so nothing is lost but twelve steps." },
  { at: "27 07:40", by: "benji", says: "Out of memory at batch 32 although we measured 61 GB. What else is on that card?", to: "oom" },
  {
    at: "27 07:42",
    by: critic,
    says: "The evaluation ran at the same time and kept its own copy of the weights. Two ways out:\n\n1. evaluate on the CPU (slow, but it has the night), or\n2. share the weights: `evaluate(model, no_copy=True)`\n\nI would take 2. It needs one line in `train.py`.",
  },
  {
    at: "27 07:44",
    by: critic,
    type: "code",
    says: "```diff\n--- a/train.py\n+++ b/train.py\n@@ -201,7 +201,7 @@ def main(arguments):\n     if step % arguments.evaluate_every == 0:\n-        report = evaluate(copy.deepcopy(model), held_out)\n+        report = evaluate(model, held_out, no_copy=True)\n         log(step, report)\n```",
  },
  { at: "27 07:50", by: "benji", says: "Do it." },
  { at: "27 07:51", by: "benji", says: "I meant: do it and post the numbers here", deleted: true },
  { at: "27 08:30", by: critic, type: "result", says: "Resumed at step 3,900 and passed step 4,000. Loss: 0.041, memory: 58.9 GB, evaluation: 94 s." },
  { at: "28 10:05", by: "neeraj", says: "Loss went **up** between 4,000 and 5,200. Is that the data or the rate?", as: "rise" },
  { at: "28 10:06", by: critic, says: "I take it: from the curve alone it could be either. A plan follows.", to: "rise" },
  { at: "28 10:08", by: critic, type: "plan", says: PLAN.replaceAll("[x]", "[ ]"), edited: PLAN, as: "plan" },
  {
    at: "28 11:32",
    by: critic,
    says: "| shards | loss at 5,200 | tokens seen | note |\n|---|--:|--:|---|\n| 0–63 | 0.034 | 1.31 B | as planned |\n| 64–127 | 0.062 | 1.29 B | **rises** |\n| 64–95 | 0.035 | 0.66 B | |\n| 96–127 | 0.071 | 0.63 B | here it is |",
  },
  { at: "28 11:40", by: "wilhelmina", says: "Shards 96–127 came from the March crawl. Half of it is navigation bars; I have a list of the worst hosts.", to: "rise" },
  { at: "28 15:12", by: "benji", says: "Then leave that crawl out and go on. @neeraj please note it in the handbook.", read: true },
  { at: "28 15:20", by: data, says: "Left out: 32 shards, 0.63 B tokens. 3.97 B remain." },
  { at: "28 23:05", by: rig, type: "result", says: "step 6,000 of 8,000 · loss = 0.027 · tok/s = 40,912 · left: 13 h" },
  { at: "29 06:00", by: rig, says: "Quiet night. Loss falls, temperature of GPU 2 was 84 °C at four, the fan was turned up." },
  { at: "29 13:31", by: critic, says: "@benji the plan is nearly through. One question before I rerun with clipping: keep the optimizer's state, or start it fresh?", to: "plan" },
  { at: "29 16:05", by: critic, type: "result", says: "Training run completed. Loss: 0.023, accuracy: 91.4%, steps: 8,000, time: 42 h", as: "done" },
  { at: "29 16:06", by: critic, says: "Checkpoint is in `/srv/apes/runs/2026-03-26/final`. The held-out set was not touched before the last step." },
  { at: "29 16:20", by: "neeraj", says: "🎉 0.023! That beats the goal.", to: "goal" },
];

export const training: Room = { name: "training", description: "Runs on the rig, and what came of them", topic: "7B on the cleaned corpus: goal is loss < 0.03 by Sunday", lines };
