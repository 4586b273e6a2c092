/**
 * A model on loopback for the measure "agents", a process of its own: it speaks Anthropic's streaming protocol as the tests'
 * does. Answer n is "Answer n: " and as many words as fill the time given (ms) piece by piece, and ends in "END".
 *
 *   bun bench/model.ts MILLISECONDS
 */
import { say } from "../test/modelacts.ts";
import { Models } from "../test/models.ts";
import { answerOf, PIECES } from "./answer.ts";

/** Milliseconds before a piece: half to one and a half of the mean, since models do not speak in step. */
const pause = (): number => (Number(process.argv[2]) / PIECES) * (0.5 + Math.random());
const models = await Models.start();
let asked = 0;
models.answer(() => [say(answerOf(++asked), { pieces: PIECES, between: () => Bun.sleep(pause()) })]);
console.log(`listening on ${models.url}`);
// Its server does not hold the process by itself.
setInterval(() => {}, 60_000);
