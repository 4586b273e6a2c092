import { crowd } from "./children.ts";
import { type Figure, figure, interleave, type Plan } from "./plan.ts";
import { percentile } from "./stats.ts";
import { startAll } from "./subjects.ts";

const WRITERS = 16;
const WARM_SINGLES = 20;

/** One channel, 1,000 live connections: deliveries a second while 16 write, and how long one message takes to reach all. */
export async function fanout(plan: Plan): Promise<Figure[]> {
  const rooms = (await startAll(plan.subjects)).map((subject) => ({ name: subject.name, subject, crowd: crowd(subject) }));
  for (const room of rooms) {
    await room.crowd.join(plan.listeners);
    await room.crowd.burst(WRITERS, plan.seconds / 2);
    await room.crowd.single(WARM_SINGLES);
  }
  const bursts = await interleave(plan.rounds, rooms, (room) => room.crowd.burst(WRITERS, plan.seconds));
  const singles = await interleave(plan.rounds, rooms, (room) => room.crowd.single(plan.singles));
  for (const room of rooms) {
    await room.crowd.leave();
    await room.subject.stop();
  }
  const sockets = `${plan.listeners.toLocaleString("en")} sockets`;
  return [
    figure(`deliveries to ${sockets}, ${WRITERS} writers`, "/s", bursts, ({ rate }) => rate, {
      of: "floor",
      at: "least",
      value: 0.8,
    }),
    figure(`server CPU a delivery, ${sockets}`, "µs", bursts, ({ cost }) => cost),
    figure(`receivers' share of a core, ${sockets}`, "%", bursts, ({ client_busy }) => client_busy * 100),
    figure(`one message to all ${sockets}, p50`, "ms", singles, ({ reached }) => percentile(reached, 0.5)),
    figure(`one message to all ${sockets}, p99`, "ms", singles, ({ reached }) => percentile(reached, 0.99), {
      of: "itself",
      at: "most",
      value: 20,
    }),
  ];
}
