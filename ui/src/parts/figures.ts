const whole = new Intl.NumberFormat(undefined);
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const cents = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const few = new Intl.NumberFormat(undefined, { minimumSignificantDigits: 2, maximumSignificantDigits: 2 });

/** From here on a count is told in thousands or millions. */
const MANY = 10_000;
/** Dollars: from here on cents say nothing. */
const MUCH = 10_000;
/** Dollars: the least that is told as a figure. */
const LEAST = 0.0001;

/** A count in a few characters: `1,234`, `12.3K`, `4.5M`. */
export const count = (amount: number): string => (amount < MANY ? whole : short).format(amount);

/** A count in all its digits. */
export const exactly = (amount: number): string => whole.format(amount);

/** Dollars with as many digits as say something: a call costs a fraction of a cent, a month hundreds. */
export const dollars = (usd: number): string => {
  if (usd === 0) return "$0.00";
  if (usd < LEAST) return `< $${LEAST}`;
  if (usd >= MUCH) return `$${whole.format(Math.round(usd))}`;
  // What is rounded to a dollar has its cents.
  return `$${(usd >= 0.995 ? cents : few).format(usd)}`;
};

/** What something cost, or that nobody knows. `null`: no price is known. */
export const cost = (usd: number | null): string => (usd === null ? "no price known" : dollars(usd));
