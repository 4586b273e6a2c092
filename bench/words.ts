const CONTENT_BYTES = 200;
const POOL = 512;
const VOCABULARY = 4_000;

/** mulberry32: the same words in every run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** 512 message texts of 200 bytes, of words some of which are common and most rare, so that an index has work to do. */
export function contents(): string[] {
  const roll = dice(4747);
  const syllables = ["ka", "lo", "mi", "tor", "en", "sa", "ru", "ves", "pi", "dan", "qu", "ost", "le", "gra", "ni", "fu"];
  const syllable = () => syllables[Math.floor(roll() * syllables.length)];
  const words = Array.from({ length: VOCABULARY }, () => `${syllable()}${syllable()}${roll() < 0.5 ? syllable() : ""}`);
  return Array.from({ length: POOL }, () => {
    let text = "";
    while (text.length < CONTENT_BYTES) text += `${words[Math.floor(VOCABULARY * roll() ** 2)]} `;
    return text.slice(0, CONTENT_BYTES - 1).concat(".");
  });
}
