import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { Email } from "../account/shape.ts";
import { DomainName, domainOf, normalize } from "./shape.ts";

const problemOf = (text: unknown) => v.safeParse(DomainName, text, { abortPipeEarly: true }).issues?.[0].message;

describe("a domain", () => {
  test.each([
    ["acme.com", "acme.com"],
    [" ACME.Com. ", "acme.com"],
    ["mail.acme.co.uk", "mail.acme.co.uk"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["ａｃｍｅ。com", "acme.com"],
    ["ac\u00adme.com", "acme.com"],
    ["аcme.com", "xn--cme-5cd.com"],
    ["ACME.СОМ", "acme.xn--l1adi"],
  ])("%s is stored as %s", (text, stored) => {
    expect(problemOf(text)).toBeUndefined();
    expect(normalize(text)).toBe(stored);
  });

  test.each([
    ["", "Enter a domain, such as acme.com."],
    ["  ", "Enter a domain, such as acme.com."],
    ["ada@acme.com", "Enter only the part after the @."],
    ["https://acme.com", "Enter the domain without https://."],
    ["//acme.com", "Enter the domain without https://."],
    ["acme.com/", "Enter the domain without a path."],
    ["acme.com?x", "Enter the domain without a path."],
    ["acme.com\\x", "Enter the domain without a path."],
    ["acme.com:443", "Enter the domain without a port."],
    ["*.acme.com", "Wildcards are not supported. Add each domain by itself."],
    ["acme com", "A domain has no spaces."],
    ["10.0.0.1", "Enter a domain, not an IP address."],
    ["0x7f.1", "Enter a domain, not an IP address."],
    ["[::1]", "Enter a domain, not an IP address."],
    ["2001:db8::1", "Enter a domain, not an IP address."],
    ["acme", "Enter a whole domain, such as acme.com."],
    ["com.", "Enter a whole domain, such as acme.com."],
    ["acme..com", "This is not a domain."],
    ["acme.com..", "This is not a domain."],
    [".acme.com", "This is not a domain."],
    ["-acme.com", "This is not a domain."],
    ["acme-.com", "This is not a domain."],
    ["_dmarc.acme.com", "This is not a domain."],
    ["%61cme.com", "This is not a domain."],
    [`${"a".repeat(64)}.com`, "This is not a domain."],
    [`${"a.".repeat(100)}com`, "This domain is too long."],
    ["a".repeat(2_000), "This domain is too long."],
  ])("%j is refused: %s", (text, message) => {
    expect(problemOf(text)).toBe(message);
  });

  test("is normalized once and for all", () => {
    const label = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
    const text = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
    fc.assert(
      fc.property(text, (typed) => {
        if (problemOf(typed) !== undefined) return;
        const stored = normalize(typed);
        expect(stored).toMatch(/^[a-z0-9.-]+$/);
        expect([problemOf(stored), normalize(stored)]).toEqual([undefined, stored]);
      }),
      { numRuns: depth(150, 20_000) },
    );
  });
});

test("the domain of an address is the one that is stored", () => {
  expect(domainOf(v.parse(Email, "Ada@ACME.com"))).toBe("acme.com");
  expect(domainOf(v.parse(Email, "ada@xn--bcher-kva.example"))).toBe(normalize("bücher.example"));
  expect(domainOf(v.parse(Email, "acme.com@example.com"))).toBe("example.com");
});
