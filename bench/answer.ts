/** In how many pieces an answer comes. */
export const PIECES = 60;

/** What the model of the measure "agents" says to whoever is the n-th to ask: all answers differ, and one that is cut short is seen to be. */
export const answerOf = (n: number): string => `Answer ${n}: ${"it goes on for a while, word after word, ".repeat(40)}END`;

/** Which answer a whole one is; null for anything else. */
export const numberOf = (content: string): number | null => {
  const n = Number(/^Answer (\d+): /.exec(content)?.[1]);
  return content === answerOf(n) ? n : null;
};
