import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseStageConfig, readStageConfig, stageConfigSchema } from "./config.ts";

const smallest = { region: "eu-west-1", mail: { from: "muster@example.org" } };

const parse = (stage: string, config: unknown) => parseStageConfig(stage, { stages: { [stage]: config } }, "the file");

describe("the configuration of a stage", () => {
  test("needs only a region and a sender", () => {
    expect(parse("dev", smallest)).toEqual({
      ...smallest,
      mail: { from: "muster@example.org", identity: "domain", replyToInviter: true },
      productName: "Muster",
      freeSeats: 3,
      billing: {
        plans: [],
        trialDays: 0,
        trialSeats: 25,
        maxSeats: 10_000,
        unusedTime: "lost",
        invoicedSeats: "paid",
        graceDays: 14,
        paymentMethodTypes: [],
        tax: false,
      },
      resources: {},
      sync: { waitSeconds: 0, signingKeyArns: [] },
      limits: {},
      mailPerHour: 2000,
      monthlyBudgetDollars: 50,
      protect: false,
    });
  });

  test("protects the data of prod by default, and of another stage on request", () => {
    const alarmEmail = "operations@example.org";
    expect(parse("prod", { ...smallest, alarmEmail }).protect).toBe(true);
    expect(parse("prod", { ...smallest, protect: false }).protect).toBe(false);
    expect(parse("eu-prod", { ...smallest, alarmEmail, protect: true }).protect).toBe(true);
  });

  test("needs somebody who learns of alarms where data is protected", () => {
    expect(() => parse("prod", smallest)).toThrow('the stage "prod" protects its data, so it needs "alarmEmail"');
    expect(() => parse("eu-prod", { ...smallest, protect: true })).toThrow("alarmEmail");
    expect(parse("dev", smallest).alarmEmail).toBeUndefined();
  });

  test.each([
    ["a misspelled name", { ...smallest, freeseats: 3 }, /freeseats/],
    ["no sender", { region: "eu-west-1" }, /stages\.dev\.mail/],
    ["a sender with a display name", { ...smallest, mail: { from: "Muster <a@example.org>" } }, /plain email address/],
    ["an unknown region", { ...smallest, region: "europe" }, /must be an AWS region/],
    [
      "a plan without its price",
      { ...smallest, billing: { plans: [{ id: "monthly", amount: 1_000, currency: "eur" }] } },
      /stages\.dev\.billing\.plans.*price/,
    ],
    [
      "a plan twice",
      {
        ...smallest,
        billing: {
          plans: [1_000, 2_000].map((amount) => ({ id: "monthly", price: "price_1", amount, currency: "eur" })),
        },
      },
      /more than once/,
    ],
    [
      "a download without https",
      { ...smallest, resources: { downloadUrl: "http://example.com" } },
      /stages\.dev\.resources: The downloadUrl is https/,
    ],
    [
      "a script in place of the desktop client",
      { ...smallest, resources: { launchUrl: "javascript:alert(1)" } },
      /stages\.dev\.resources: The launchUrl is https/,
    ],
    ["a misspelled resource", { ...smallest, resources: { supportURL: "https://example.com" } }, /supportURL/],
    [
      "a way to pay that Muster has no words for",
      { ...smallest, billing: { paymentMethodTypes: ["cash"] } },
      /some of amazon_pay/,
    ],
    ["a foreign event source", { ...smallest, billing: { eventSource: "aws.partner/other.com/x" } }, /Stripe's event/],
    ["no free seat", { ...smallest, freeSeats: 0 }, /freeSeats/],
    ["a regional web ACL", { ...smallest, firewall: "arn:aws:wafv2:eu-west-1:1:regional/webacl/a/b" }, /firewall/],
    [
      "a certificate of another region",
      {
        ...smallest,
        site: { domain: "a.example.org", certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/a" },
      },
      /certificate in us-east-1/,
    ],
  ])("refuses %s and says where", (_, config, sentence) => {
    expect(() => parse("dev", config)).toThrow(sentence);
  });

  test.each(["Prod", "1st", "a-stage-with-a-long-name", "with space", ""])("refuses the stage name %j", (stage) => {
    expect(() => parse(stage, smallest)).toThrow(/must be 1 to 16 characters/);
  });

  test("lists the stages that exist if another one is requested", () => {
    expect(() => parseStageConfig("test", { stages: { dev: smallest, prod: smallest } }, "the file")).toThrow(
      'the file has no stage "test"; it has dev, prod.',
    );
  });
});

describe("the configuration file", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "muster-config-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("is read from where MUSTER_CONFIG or the caller says", () => {
    const file = path.join(folder, "config.json");
    writeFileSync(file, JSON.stringify({ stages: { dev: smallest } }));
    expect(readStageConfig("dev", file).region).toBe("eu-west-1");
  });

  test("is requested in a sentence if it is missing", () => {
    expect(() => readStageConfig("dev", path.join(folder, "none.json"))).toThrow(/copy stacks\/example\.json/);
  });

  test("has each of its fields in the table of docs/deploying.md, and no other", () => {
    const [, section = ""] = /## Configuration\n([^]*?)\n##+ /.exec(readFileSync("docs/deploying.md", "utf8")) ?? [];
    const rows = [...section.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = ""]) => [
      ...cell.matchAll(/`([\w.]+)`/g),
    ]);
    expect(new Set(rows.map(([, name]) => name))).toEqual(new Set(fieldsOf(stageConfigSchema.entries)));
  });

  test("has an example that is valid for both stages", () => {
    expect(readStageConfig("dev", "stacks/example.json").protect).toBe(false);
    expect(readStageConfig("prod", "stacks/example.json").protect).toBe(true);
  });
});

type Schema = { type: string; entries?: Record<string, Schema>; wrapped?: Schema };

/** The names of fields. `limits` is one: its own are in docs/limits.md. */
function fieldsOf(entries: Record<string, Schema>, before = ""): string[] {
  return Object.entries(entries).flatMap(([name, { entries: own, wrapped }]) => {
    const below = own ?? wrapped?.entries ?? {};
    return Object.keys(below).length > 0 && name !== "limits"
      ? fieldsOf(below, `${before}${name}.`)
      : [`${before}${name}`];
  });
}
