import names from "emojibase-data/en/shortcodes/iamcal.json";

/** Signs by the names that Slack has for them: https://github.com/iamcal/emoji-data is Slack's own list. */
const signs = new Map<string, string>();
for (const [code, called] of Object.entries(names)) {
  const sign = String.fromCodePoint(...code.split("-").map((part) => Number.parseInt(part, 16)));
  for (const name of typeof called === "string" ? [called] : called) signs.set(name, sign);
}

/** Skin tones as names have them, from light (2) to dark (6). */
const TONES = 0x1f3fb - 2;
const oneEmoji = /^\p{RGI_Emoji}$/v;
/** Asks for the coloured form of a character that is text as well. */
const AS_EMOJI = "\uFE0F";

/** The sign of a name as Slack writes it, `wave` or `wave::skin-tone-3`; null for one of a workspace's own. */
export const signOf = (name: string): string | null => {
  const [base = "", tone] = name.split("::skin-tone-");
  const plain = signs.get(base);
  if (plain === undefined) return null;
  const skin = Number(tone);
  const toned = skin >= 2 && skin <= 6 ? plain.replaceAll(AS_EMOJI, "").replace(/^./u, (first) => first + String.fromCodePoint(TONES + skin)) : plain;
  return [toned, toned + AS_EMOJI, plain, plain + AS_EMOJI].find((form) => oneEmoji.test(form)) ?? plain;
};

/** A text with the signs in place of the names that are known. */
export const withSigns = (text: string): string =>
  text.includes(":") ? text.replace(/:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/g, (written, name: string) => signOf(name) ?? written) : text;
