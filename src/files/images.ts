import { THUMBNAIL_PIXELS, THUMBNAIL_SIDE, THUMBNAILS_AT_ONCE, THUMBNAILS_WAITING } from "../limits.ts";
import { inTurns } from "../turns.ts";

const inTurn = inTurns(THUMBNAILS_AT_ONCE, THUMBNAILS_WAITING);

/** Pixels of a picture, by its first bytes and as it is to be looked at; null where they do not tell. */
export const measure = async (head: Uint8Array): Promise<{ width: number; height: number } | null> => {
  try {
    const { width, height } = await new Bun.Image(head).metadata();
    return { width, height };
  } catch {
    return null;
  }
};

/**
 * A picture within THUMBNAIL_SIDE pixels each way, as WebP, turned as its camera says; of one that moves, the first frame.
 * @returns null when it cannot be read, or has more pixels than are held in memory for it
 * @throws AppError `rate_limited` when too many wait
 */
export const shrink = (picture: Uint8Array): Promise<Uint8Array | null> =>
  inTurn(() =>
    new Bun.Image(picture, { maxPixels: THUMBNAIL_PIXELS })
      .resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, { fit: "inside", withoutEnlargement: true })
      .webp({ quality: THUMBNAIL_QUALITY })
      .bytes()
      .catch(() => null),
  );

/** Of 100: as photographs are shown on pages. */
const THUMBNAIL_QUALITY = 80;
