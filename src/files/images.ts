/** Pixels of a picture, by its first bytes and as it is to be looked at; null where they do not tell. */
export const measure = async (head: Uint8Array): Promise<{ width: number; height: number } | null> => {
  try {
    const { width, height } = await new Bun.Image(head).metadata();
    return { width, height };
  } catch {
    return null;
  }
};
