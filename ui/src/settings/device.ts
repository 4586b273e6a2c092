const browsers: [RegExp, string][] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(Chrome|CriOS|HeadlessChrome)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const systems: [RegExp, string][] = [
  [/\bAndroid\b/, "Android"],
  [/\b(iPhone|iPod)\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b/, "Mac"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

const named = (list: [RegExp, string][], text: string): string | undefined => list.find(([mark]) => mark.test(text))?.[1];

/** What signed in, in a few words, as far as its User-Agent tells. `browser`: a person sits before it. */
export const deviceOf = (user_agent: string | null): { name: string; browser: boolean; phone: boolean } => {
  if (user_agent === null) return { name: "Unknown device", browser: false, phone: false };
  const [browser, system] = [named(browsers, user_agent), named(systems, user_agent)];
  const phone = system === "Android" || system === "iPhone" || system === "iPad";
  if (browser) return { name: system ? `${browser} on ${system}` : browser, browser: true, phone };
  return { name: /^[\w.-]+\/[\w.-]+/.exec(user_agent)?.[0].replace("/", " ") ?? user_agent, browser: false, phone };
};
