/** Signs that can be told from all ASCII ones: letters of Western Europe, Chinese, Japanese and Korean. */
const distinct =
  /^[\0-\x7f\u00df-\u00f6\u00f8-\u00ff\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]*$/u;

/** Writes a domain as people do. Where a letter may look like another one, the form of the DNS follows. */
export function domainName(domain: string): string {
  const name = domain
    .split(".")
    .map((label) => (label.startsWith("xn--") ? decoded(label.slice("xn--".length)) || label : label))
    .join(".");
  return name === domain || distinct.test(name) ? name : `${name} (${domain})`;
}

/** Writes an email address as people do. */
export function emailName(email: string): string {
  const at = email.lastIndexOf("@") + 1;
  return email.includes("xn--", at) ? email.slice(0, at) + domainName(email.slice(at)) : email;
}

// Punycode, by RFC 3492
const [base, tMin, tMax, skew, damp, initialBias, initialCode] = [36, 1, 26, 38, 700, 72, 128];

function decoded(label: string): string | undefined {
  const end = label.lastIndexOf("-");
  const signs = Array.from(label.slice(0, Math.max(end, 0)));
  let [code, bias, i] = [initialCode, initialBias, 0];
  for (let at = end + 1; at < label.length; ) {
    const before = i;
    let weight = 1;
    for (let k = base; ; k += base) {
      const digit = digitOf(label[at++] ?? "");
      if (digit === undefined) return undefined;
      i += digit * weight;
      const threshold = Math.min(Math.max(k - bias, tMin), tMax);
      if (digit < threshold) break;
      weight *= base - threshold;
    }
    const length = signs.length + 1;
    bias = adapted(i - before, length, before === 0);
    code += Math.floor(i / length);
    i %= length;
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
    signs.splice(i++, 0, String.fromCodePoint(code));
  }
  return signs.join("");
}

function digitOf(sign: string): number | undefined {
  const digit = "abcdefghijklmnopqrstuvwxyz0123456789".indexOf(sign);
  return sign === "" || digit < 0 ? undefined : digit;
}

function adapted(difference: number, length: number, isFirst: boolean): number {
  let delta = Math.floor(difference / (isFirst ? damp : 2));
  delta += Math.floor(delta / length);
  let k = 0;
  for (; delta > ((base - tMin) * tMax) / 2; k += base) delta = Math.floor(delta / (base - tMin));
  return k + Math.floor(((base - tMin + 1) * delta) / (delta + skew));
}
