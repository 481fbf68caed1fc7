import { domainToASCII, domainToUnicode } from "node:url";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { domainName, emailName } from "./domain-name.ts";

test.each([
  ["acme.com", "acme.com"],
  ["xn--bcher-kva.example", "bücher.example"],
  ["mail.xn--r8jz45g.jp", "mail.例え.jp"],
  ["xn--80ak6aa92e.com", "аррӏе.com (xn--80ak6aa92e.com)"],
  ["xn--e1afmkfd.xn--p1ai", "пример.рф (xn--e1afmkfd.xn--p1ai)"],
  ["xn--.com", "xn--.com"],
  ["xn--99999999999.com", "xn--99999999999.com"],
])("%s is shown as %s", (domain, shown) => {
  expect(domainName(domain)).toBe(shown);
});

test.each([
  ["ada@acme.com", "ada@acme.com"],
  ["taro@xn--r8jz45g.jp", "taro@例え.jp"],
  ["xn--ada@acme.com", "xn--ada@acme.com"],
  ["ada@xn--80ak6aa92e.com", "ada@аррӏе.com (xn--80ak6aa92e.com)"],
])("the address %s is shown as %s", (email, shown) => {
  expect(emailName(email)).toBe(shown);
});

test("international names are read as the platform reads them", () => {
  const label = fc.string({ unit: fc.constantFrom(..."aböéжщ例え가\u0e01𐍈9"), minLength: 1, maxLength: 12 });
  const ascii = label.map((one) => domainToASCII(`${one}.example`)).filter((one) => one.startsWith("xn--"));
  fc.assert(
    fc.property(ascii, (domain) => {
      expect(domainName(domain).replace(` (${domain})`, "")).toBe(domainToUnicode(domain));
    }),
    { numRuns: 300 },
  );
});
