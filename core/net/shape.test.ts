import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { hostOf, ServiceUrl } from "./shape.ts";

const mistake = (text: string) => v.safeParse(ServiceUrl, text, { abortPipeEarly: true }).issues?.[0].message;

describe("the address of a service", () => {
  test.each([
    "https://api.openai.com/v1",
    "https://llm.example.com:8443/openai/v1/",
    "https://acme.openai.azure.com",
    "HTTPS://Api.Example.COM/v1",
    "https://例え.jp/v1",
    "https://a.b.c.example.co.uk",
    " https://api.example.com ",
  ])("may be %s", (text) => {
    expect(mistake(text)).toBeUndefined();
  });

  const sentences = {
    begin: "The address must begin with https:// and a host name.",
    name: "The address must not contain a name or password.",
    query: "Remove ? or # and everything after it.",
    number: "Use a host name, not an IP address.",
    host: "This host is not on the public internet.",
    hidden: "The address may only have visible characters.",
    port: "Use a port from 1 to 65535, or none.",
    template: "Replace * and what is in brackets: the address is used as it is.",
  };
  const refused: [string, keyof typeof sentences][] = [
    ["api.example.com", "begin"],
    ["http://api.example.com", "begin"],
    ["ftp://api.example.com", "begin"],
    ["file:///etc/passwd", "begin"],
    ["gopher://api.example.com", "begin"],
    ["javascript:alert(1)", "begin"],
    ["https:api.example.com", "begin"],
    ["https://", "begin"],
    ["https:///etc", "begin"],
    ["https:///acme.dev", "begin"],
    ["https://acme.dev:0", "port"],
    ["https://acme.dev:000/v1", "port"],
    ["https://ac\u200bme.dev", "hidden"],
    ["https://acme.dev/\u2060v1", "hidden"],
    ["https://acme.dev/*", "template"],
    ["https://acme.dev/{x}", "template"],
    ["https://acme.dev/<deployment>/v1", "template"],
    ["https://a.svc.cluster", "host"],
    ["https://a.default.svc.cluster.", "host"],
    ["https:\\\\api.example.com", "begin"],
    ["https://api.example.com\\@10.0.0.1", "begin"],
    ["https://api.exa mple.com", "begin"],
    ["https://api.example.com:99999", "begin"],
    ["https://ada@api.example.com", "name"],
    ["https://ada:pass@api.example.com", "name"],
    ["https://api.example.com@10.0.0.1/", "name"],
    ["https://:@acme.dev", "name"],
    ["https://@acme.dev", "name"],
    ["https://api.example.com/?key=1", "query"],
    ["https://*.acme.dev", "template"],
    ["https://-acme.dev", "host"],
    ["https://acme..dev", "host"],
    ["https://acme.1dev", "host"],
    ["https://kubernetes.default.svc", "host"],
    ["https://vault.service.consul", "host"],
    ["https://api.example.com/#top", "query"],
    ["https://api.example.com?", "query"],
    ["https://127.0.0.1", "number"],
    ["https://127.1", "number"],
    ["https://2130706433", "number"],
    ["https://0x7f000001", "number"],
    ["https://0x7f.1", "number"],
    ["https://0177.0.0.1", "number"],
    ["https://１２７.0.0.1", "number"],
    ["https://8.8.8.8", "number"],
    ["https://169.254.169.254/latest/meta-data", "number"],
    ["https://10.0.0.1.", "number"],
    ["https://[::1]", "number"],
    ["https://[::ffff:10.0.0.1]", "number"],
    ["https://[fd00::1]:8443", "number"],
    ["https://[2606:4700:4700::1111]", "number"],
    ["https://localhost", "host"],
    ["https://localhost.", "host"],
    ["https://LOCALHOST:3000", "host"],
    ["https://ⓛocalhost", "host"],
    ["https://api.localhost", "host"],
    ["https://intranet", "host"],
    ["https://metadata.google.internal", "host"],
    ["https://printer.local", "host"],
    ["https://nas.home.arpa", "host"],
    ["https://wiki.corp", "host"],
    ["https://api.test", "host"],
    ["https://api.example", "host"],
    ["https://hidden.onion", "host"],
  ];
  test.each(refused)("cannot be %s (%s)", (text, why) => {
    expect(mistake(text)).toBe(sentences[why]);
  });

  test("is short", () => {
    expect(mistake(`https://api.example.com/${"a".repeat(300)}`)).toBe("The address may have at most 300 characters.");
  });

  test("names its host in one way", () => {
    expect(["https://Api.Example.com./v1", "https://例え.jp", "nothing"].map(hostOf)).toEqual([
      "api.example.com",
      "xn--r8jz45g.jp",
      "",
    ]);
  });
});
