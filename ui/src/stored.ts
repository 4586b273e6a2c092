/** What a browser keeps between visits. Where storage is full or forbidden, the page goes on without it. */

export const stored = (name: string): string | null => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};

/** Keeps `text` under `name`; null forgets it. */
export const store = (name: string, text: string | null): void => {
  try {
    if (text === null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
  } catch {
    // It holds as long as the page does.
  }
};
