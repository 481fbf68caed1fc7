/** An amount in the minor unit in which Stripe counts its currency. */
export type Money = { amount: number; currency: string };

// https://docs.stripe.com/currencies: two decimals, except these. Intl knows how a currency is written, not how Stripe
// counts it: its digits differ for a dozen currencies, and from browser to browser.
const zeroDecimal = new Set("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split(" "));
const threeDecimal = new Set("bhd jod kwd omr tnd".split(" "));
/** Without decimals today, but still counted in hundredths, of which only whole hundreds are charged. */
const formerlyTwoDecimal = new Set(["isk", "ugx"]);

/** Returns how many decimals Stripe's amounts in this currency have. */
export function decimalsOf(currency: string): number {
  if (zeroDecimal.has(currency)) return 0;
  return threeDecimal.has(currency) ? 3 : 2;
}

/** Returns what an amount has to be a multiple of, so that Stripe charges it in this currency. */
export function stepOf(currency: string): number {
  if (threeDecimal.has(currency)) return 10;
  return formerlyTwoDecimal.has(currency) ? 100 : 1;
}

/** Returns a function that writes amounts as people of this locale do, with decimals where there are any. */
export function moneyFor(locale: string | undefined) {
  return ({ amount, currency }: Money): string => {
    // threat: an amount whose stored currency is damaged fails what shows it
    if (!/^[a-z]{3}$/i.test(currency)) return `${amount} ${currency}`;
    const decimals = decimalsOf(currency);
    // threat: a price is shown a hundred times too high, where nobody uses the coins that Stripe counts
    const unit = 10 ** decimals;
    const usual = formatFor(locale, currency).resolvedOptions().maximumFractionDigits ?? decimals;
    const shown = amount % unit === 0 ? Math.min(usual, decimals) : decimals;
    return formatFor(locale, currency, shown).format(amount / unit);
  };
}

/** A locale that this browser does not know must not take the page down. */
function formatFor(locale: string | undefined, currency: string, decimals?: number) {
  const digits = decimals === undefined ? {} : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const options = { style: "currency" as const, currency, ...digits };
  try {
    return new Intl.NumberFormat(locale, options);
  } catch {
    return new Intl.NumberFormat("en", options);
  }
}
