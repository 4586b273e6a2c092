import { expect, test } from "bun:test";
import { withUnits } from "../../ui/src/timeline/units.ts";

test("A number and its unit stay on one line; other words part from it", () => {
  const joined = (text: string) => withUnits(text).replaceAll("\u00a0", "~");
  expect(joined("left: 13 h, 84 °C, 61.2 GB of 80 GB, 41,280 tok/s, 31 % idle, 5 min.")).toBe("left: 13~h, 84~°C, 61.2~GB of 80~GB, 41,280~tok/s, 31~% idle, 5~min.");
  expect(joined("4 hours, 3 seeds, GPU 2 was, 7 x4, route 66 Street")).toBe("4 hours, 3 seeds, GPU 2 was, 7 x4, route 66 Street");
});
