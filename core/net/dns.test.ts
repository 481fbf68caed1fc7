import { afterEach, describe, expect, test } from "vitest";
import { startNameServer, type TestAnswer, type TestNameServer } from "./dns.testing.ts";
import { resolver } from "./dns.ts";

const name = "_muster.acme.com";
const notFound = { code: 3 };
const none = { records: [] };
/** For what never comes, and for what does, also on a slow machine. */
const impatient = { questionMs: 100, timeoutMs: 500 };
const patient = { questionMs: 60_000, timeoutMs: 120_000 };
const txt = (...parts: string[]) => ({ type: "TXT" as const, name, parts });

let server: TestNameServer | undefined;
afterEach(() => {
  server?.stop();
  server = undefined;
});

async function answerTo(answers: Partial<Record<"TXT" | "CNAME", TestAnswer>>, asked = name) {
  server = await startNameServer((_, type) => answers[type] ?? none);
  const isSilent = Object.values(answers).includes("silence");
  return resolver({ servers: [server.address], ...(isSilent ? impatient : patient) }).text(asked);
}

describe("the records of a name", () => {
  test("are its TXT records, each in one piece", async () => {
    const answer = await answerTo({ TXT: { records: [txt("v=spf1 -all"), txt("muster-", "verification=x")] } });
    expect(answer).toEqual({ values: ["v=spf1 -all", "muster-verification=x"] });
    expect(server?.asked.toSorted()).toEqual([`CNAME ${name}`, `TXT ${name}`]);
  });

  test.each([
    ["is unknown", { TXT: notFound, CNAME: notFound }],
    ["has other records only", { TXT: none, CNAME: none }],
  ])("are none if the name %s", async (_, answers) => {
    expect(await answerTo(answers)).toEqual({ values: [] });
  });

  test("are not those that an alias leads to", async () => {
    const alias = { type: "CNAME" as const, name, parts: ["records", "example", "net"] };
    const foreign = { ...txt("muster-verification=x"), name: "records.example.net" };
    const answer = await answerTo({ CNAME: { records: [alias] }, TXT: { records: [alias, foreign] } });
    expect(answer).toEqual({ alias: true });
  });

  test.each([
    ["refuses", { TXT: { code: 5 } }, "failed"],
    ["fails", { TXT: { code: 2 } }, "failed"],
    ["fails to say whether it is an alias", { CNAME: { code: 2 }, TXT: { records: [txt("x")] } }, "failed"],
    ["is silent", { TXT: "silence" as const, CNAME: "silence" as const }, "timeout"],
    ["is silent about aliases", { CNAME: "silence" as const, TXT: { records: [txt("x")] } }, "timeout"],
  ])("are not known if the server %s", async (_, answers, fault) => {
    expect(await answerTo(answers)).toEqual({ fault });
  });

  test("are not known if they are too many", async () => {
    const records = Array.from({ length: 51 }, (_, n) => txt(String(n)));
    expect(await answerTo({ TXT: { records } })).toEqual({ fault: "oversized" });
    server?.stop();
    expect(await answerTo({ TXT: { records: records.slice(1) } })).toHaveProperty("values.length", 50);
  });

  test("are not known if they are too long", async () => {
    const long = Array.from({ length: 100 }, () => "x".repeat(200));
    expect(await answerTo({ TXT: { records: [txt(...long)] } })).toEqual({ fault: "oversized" });
  });

  test("are not known if nobody listens", async () => {
    const { address, stop } = await startNameServer(() => none);
    stop();
    const dns = resolver({ servers: [address], ...impatient });
    expect(await dns.text(name)).toHaveProperty("fault");
  });

  test("of a name that cannot be asked for are not known", async () => {
    expect(await answerTo({}, `${"a".repeat(70)}.com`)).toEqual({ fault: "failed" });
  });
});
