/** Hex SHA-256 of what is sent. */
export const sha256 = (bytes: string | Uint8Array): string => new Bun.CryptoHasher("sha256").update(bytes).digest("hex");

/** Seconds that signatures are spread over: five minutes are allowed, and clocks differ. */
const SPREAD = 60;

/**
 * X-Colony-Signature for one request. A signature is good once, so two equal requests in one second must not have the
 * same: the time is one of the last minute's seconds.
 * @param target path and query, as sent
 * @param digest hex SHA-256 of the body
 */
export const signature = (secret: string, method: string, target: string, digest: string): string => {
  const t = Math.floor(Date.now() / 1000) - Math.floor(Math.random() * SPREAD);
  return `t=${t},v1=${new Bun.CryptoHasher("sha256", secret).update(`${t}.${method}.${target}.${digest}`).digest("hex")}`;
};
