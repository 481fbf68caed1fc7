import { describe, expect, test } from "vitest";
import { decimalsOf, moneyFor, stepOf } from "./shape.ts";

/** The presentment currencies that Stripe lists, and the three-decimal ones that it takes besides. */
const listed =
  `usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf
  chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl hrk htg huf idr ils
  inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr
  mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std
  szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw`.split(/\s+/);

/** Stripe's units in one of these; in one of all others there are a hundred. */
const unitsOfOne: Record<string, number> = {
  bif: 1,
  clp: 1,
  djf: 1,
  gnf: 1,
  jpy: 1,
  kmf: 1,
  krw: 1,
  mga: 1,
  pyg: 1,
  rwf: 1,
  vnd: 1,
  vuv: 1,
  xaf: 1,
  xof: 1,
  xpf: 1,
  bhd: 1e3,
  jod: 1e3,
  kwd: 1e3,
  omr: 1e3,
  tnd: 1e3,
};

/** The number that a reader of English sees. */
const read = (text: string) => Number(/\d[\d,]*(\.\d+)?/.exec(text)?.[0].replaceAll(",", ""));

describe("an amount", () => {
  test.each(listed)("in %s is written as what Stripe charges", (currency) => {
    const one = unitsOfOne[currency] ?? 100;
    const write = moneyFor("en-US");
    expect(read(write({ amount: 4_823 * one, currency }))).toBe(4_823);
    expect(read(write({ amount: one + 10, currency }))).toBe(1 + 10 / one);
    expect(decimalsOf(currency)).toBe(Math.log10(one));
  });

  test.each([
    [4_823, "usd", "$48.23"],
    [4_800, "usd", "$48.00"],
    [-100, "usd", "-$1.00"],
    [4_823, "jpy", "¥4,823"],
    [48_230, "kwd", "KWD 48.230"],
    [50_000, "isk", "ISK 500"],
    [50_000, "ugx", "UGX 500"],
    [199_000, "huf", "HUF 1,990"],
    [1_045, "huf", "HUF 10.45"],
    [1_050, "huf", "HUF 10.50"],
    [80_045, "twd", "NT$800.45"],
    [15_000_000, "idr", "IDR 150,000"],
  ])("of %d %s is %s", (amount, currency, written) => {
    expect(moneyFor("en-US")({ amount, currency }).replaceAll("\u00a0", " ")).toBe(written);
  });

  test("is written in English where the locale is unknown", () => {
    expect(moneyFor("no such locale")({ amount: 100, currency: "eur" })).toBe("€1.00");
  });

  test("is written as stored where its currency is damaged", () => {
    expect(["text", ""].map((currency) => moneyFor("en")({ amount: 100, currency }))).toEqual(["100 text", "100 "]);
  });
});

test("Stripe charges whole steps of some currencies", () => {
  expect(["usd", "huf", "jpy"].map(stepOf)).toEqual([1, 1, 1]);
  expect(["kwd", "tnd"].map(stepOf)).toEqual([10, 10]);
  expect(["isk", "ugx"].map(stepOf)).toEqual([100, 100]);
});
