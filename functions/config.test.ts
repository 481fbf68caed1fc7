import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { config, type Variable, variables } from "./config.ts";

const plan = { id: "yearly", price: "price_1", amount: 9600, currency: "eur" };
const resources = {
  downloadUrl: "https://example.com/download",
  items: [{ title: "Guide", url: "https://example.com/guide", description: "How to begin." }],
};
const whole: Record<Variable, string> = {
  MUSTER_TABLE: "muster-test",
  MUSTER_SITE_URL: "https://muster.example.com",
  MUSTER_RELEASE: "v1.2.0",
  MUSTER_PRODUCT_NAME: "Acme Seats",
  MUSTER_FREE_SEATS: "5",
  MUSTER_PLANS: JSON.stringify([plan]),
  MUSTER_RESOURCES: JSON.stringify(resources),
  MUSTER_REQUEST_LIMITS: JSON.stringify({ codesPerNetwork: 2_000 }),
  MUSTER_TRIAL_DAYS: "30",
  MUSTER_TRIAL_SEATS: "40",
  MUSTER_UNUSED_TIME: "credited",
  MUSTER_INVOICED_SEATS: "at_once",
  MUSTER_MAX_SEATS: "50000",
  MUSTER_GRACE_DAYS: "7",
  MUSTER_PAYMENT_METHOD_TYPES: "card, us_bank_account",
  MUSTER_STRIPE_TAX: "on",
  MUSTER_STRIPE_URL: "http://127.0.0.1:4242",
  MUSTER_MAIL_PER_HOUR: "100",
  MUSTER_MAIL_FROM: "muster@example.com",
  MUSTER_MAIL_CONFIGURATION_SET: "muster-test",
  MUSTER_REPLY_TO_INVITER: "off",
  MUSTER_WORK_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/000000000000/work",
  MUSTER_MAIL_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/000000000000/mail",
  MUSTER_CODES_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/000000000000/codes",
  MUSTER_IMPORTS_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/000000000000/imports",
  MUSTER_BUCKET: "muster-test",
  MUSTER_BUCKET_URL: "https://muster-test.s3.eu-central-1.amazonaws.com",
  MUSTER_BULK_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/000000000000/bulk",
  MUSTER_CHECKS_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/000000000000/checks",
  MUSTER_KEY_ARN: "arn:aws:kms:eu-central-1:000000000000:key/01234567-89ab-cdef-0123-456789abcdef",
  MUSTER_SIGNING_KEY_ARNS: "arn:aws:kms:eu-central-1:000000000000:key/01234567-89ab-cdef-0123-456789abcde0",
  MUSTER_SYNC_WAIT_SECONDS: "25",
  MUSTER_KMS_URL: "http://127.0.0.1:4243",
  MUSTER_SECRETS_ARN: "arn:aws:secretsmanager:eu-central-1:000000000000:secret:muster-AbCdEf",
  MUSTER_SECRETS: "{}",
  MUSTER_SECRETS_FILE: "/tmp/secrets.json",
};
const names = Object.keys(variables) as Variable[];

describe("the environment", () => {
  test("is read whole", () => {
    const numbers = {
      MUSTER_FREE_SEATS: 5,
      MUSTER_TRIAL_DAYS: 30,
      MUSTER_TRIAL_SEATS: 40,
      MUSTER_UNUSED_TIME: "credited",
      MUSTER_INVOICED_SEATS: "at_once",
      MUSTER_MAX_SEATS: 50_000,
      MUSTER_GRACE_DAYS: 7,
      MUSTER_MAIL_PER_HOUR: 100,
    };
    const keys = [whole.MUSTER_SIGNING_KEY_ARNS];
    const parsed = { MUSTER_PLANS: [plan], MUSTER_SIGNING_KEY_ARNS: keys, MUSTER_SYNC_WAIT_SECONDS: 25 };
    const offered = { MUSTER_RESOURCES: resources, MUSTER_REQUEST_LIMITS: { codesPerNetwork: 2_000 } };
    const paying = { MUSTER_PAYMENT_METHOD_TYPES: ["card", "us_bank_account"] };
    expect(config(names, whole)).toEqual({ ...whole, ...numbers, ...parsed, ...offered, ...paying });
  });

  test("is read in part: a function does not need what it does not name", () => {
    expect(config(["MUSTER_TABLE"], { MUSTER_TABLE: "muster-test", MUSTER_FREE_SEATS: "many" })).toEqual({
      MUSTER_TABLE: "muster-test",
    });
  });

  test("reports everything that is wrong at once", () => {
    expect(() => config(["MUSTER_TABLE", "MUSTER_FREE_SEATS"], { MUSTER_FREE_SEATS: "0" })).toThrow(
      "MUSTER_TABLE is not set: the name of the DynamoDB table.\nMUSTER_FREE_SEATS must be a whole number from 1.",
    );
  });
});

const needed: [Variable, string][] = [
  ["MUSTER_TABLE", "the name of the DynamoDB table."],
  ["MUSTER_SITE_URL", "where people open Muster, such as https://muster.example.com."],
  ["MUSTER_MAIL_FROM", "the address that mail comes from."],
  ["MUSTER_WORK_QUEUE_URL", "the URL of the queue of reactions."],
  ["MUSTER_MAIL_QUEUE_URL", "the URL of the queue of mails."],
  ["MUSTER_CODES_QUEUE_URL", "the URL of the queue of sign-in codes."],
  ["MUSTER_IMPORTS_QUEUE_URL", "the URL of the queue of imports."],
  ["MUSTER_BUCKET", "the name of the bucket of uploads."],
  ["MUSTER_BUCKET_URL", "where browsers reach the bucket of uploads."],
  ["MUSTER_BULK_QUEUE_URL", "the URL of the queue of bulk."],
  ["MUSTER_CHECKS_QUEUE_URL", "the URL of the queue of checks of API keys."],
  ["MUSTER_KEY_ARN", "the KMS key that wraps data keys."],
  ["MUSTER_SIGNING_KEY_ARNS", "the KMS keys that sign documents, the current one first."],
];
const preset: [Variable, unknown][] = [
  ["MUSTER_RELEASE", "unknown"],
  ["MUSTER_PRODUCT_NAME", "Muster"],
  ["MUSTER_FREE_SEATS", 3],
  ["MUSTER_SYNC_WAIT_SECONDS", 0],
  ["MUSTER_PLANS", []],
  ["MUSTER_RESOURCES", { items: [] }],
  ["MUSTER_REQUEST_LIMITS", {}],
  ["MUSTER_TRIAL_DAYS", 0],
  ["MUSTER_TRIAL_SEATS", 25],
  ["MUSTER_MAX_SEATS", 10_000],
  ["MUSTER_UNUSED_TIME", "lost"],
  ["MUSTER_INVOICED_SEATS", "paid"],
  ["MUSTER_GRACE_DAYS", 14],
  ["MUSTER_PAYMENT_METHOD_TYPES", undefined],
  ["MUSTER_STRIPE_TAX", "off"],
  ["MUSTER_STRIPE_URL", undefined],
  ["MUSTER_MAIL_PER_HOUR", 2000],
  ["MUSTER_MAIL_CONFIGURATION_SET", undefined],
  ["MUSTER_REPLY_TO_INVITER", "on"],
  ["MUSTER_KMS_URL", undefined],
  ["MUSTER_SECRETS_ARN", undefined],
  ["MUSTER_SECRETS", undefined],
  ["MUSTER_SECRETS_FILE", undefined],
];

describe("a variable that is missing or empty", () => {
  test("is either required or has a default", () => {
    expect([...needed, ...preset].map(([name]) => name).sort()).toEqual([...names].sort());
  });

  test.each(needed)("%s is requested in a sentence", (name, what) => {
    const { [name]: _, ...less } = whole;
    expect(() => config(names, less)).toThrow(new Error(`${name} is not set: ${what}`));
    expect(() => config([name], { [name]: "" })).toThrow(`${name} is empty: ${what}`);
  });

  test.each(preset)("%s is %o", (name, value) => {
    expect(config([name], {})[name]).toEqual(value);
    expect(config([name], { [name]: "" })[name]).toEqual(value);
  });
});

const site = "MUSTER_SITE_URL must be https://… without a path (http only for 127.0.0.1 or localhost).";
const methods =
  "MUSTER_PAYMENT_METHOD_TYPES must be some of amazon_pay, bacs_debit, card, cashapp, link, paypal, sepa_debit, us_bank_account, with commas between them.";
const from = "MUSTER_MAIL_FROM must be an address alone, such as muster@example.com.";

describe("a variable that is wrong", () => {
  test.each<[Variable, string, string]>([
    ["MUSTER_SITE_URL", "muster.example.com", site],
    ["MUSTER_SITE_URL", "https://muster.example.com/", site],
    ["MUSTER_SITE_URL", "https://muster.example.com/app", site],
    ["MUSTER_SITE_URL", "https://ada:secret@muster.example.com", site],
    ["MUSTER_SITE_URL", "http://muster.example.com", site],
    ["MUSTER_SITE_URL", "http://127.0.0.1.example.com", site],
    ["MUSTER_SITE_URL", "http://10.0.0.1:3000", site],
    ["MUSTER_SITE_URL", "ftp://localhost", site],
    ["MUSTER_KEY_ARN", "alias/muster", "MUSTER_KEY_ARN must be the ARN of a key, arn:aws:kms:…:key/…."],
    ["MUSTER_KMS_URL", "kms", "MUSTER_KMS_URL is not a URL."],
    ["MUSTER_FREE_SEATS", "0", "MUSTER_FREE_SEATS must be a whole number from 1."],
    ["MUSTER_FREE_SEATS", "-3", "MUSTER_FREE_SEATS must be a whole number from 1."],
    ["MUSTER_FREE_SEATS", "2.5", "MUSTER_FREE_SEATS must be a whole number from 1."],
    ["MUSTER_PLANS", "yearly", "MUSTER_PLANS is not JSON."],
    ["MUSTER_PLANS", "{}", "MUSTER_PLANS must be a list of plans."],
    ["MUSTER_PLANS", JSON.stringify([plan, plan]), "MUSTER_PLANS names a plan more than once."],
    ["MUSTER_PLANS", JSON.stringify([{ ...plan, id: "weekly" }]), "A plan's id is monthly, quarterly, or yearly."],
    [
      "MUSTER_PLANS",
      JSON.stringify([{ ...plan, price: "prod_1" }]),
      "A plan's price is the id of one at Stripe, price_….",
    ],
    [
      "MUSTER_PLANS",
      JSON.stringify([{ ...plan, amount: 9.6 }]),
      "A plan's amount is whole, in the smallest unit of its currency.",
    ],
    ["MUSTER_PLANS", JSON.stringify([{ ...plan, currency: "EUR" }]), "A plan's currency is three lowercase letters."],
    [
      "MUSTER_PLANS",
      JSON.stringify([{ ...plan, amount: 9650, currency: "isk" }]),
      "Stripe charges this currency in steps: a plan's amount must end in 0 for bhd, jod, kwd, omr, and tnd, and in 00 for isk and ugx.",
    ],
    ["MUSTER_RESOURCES", "https://example.com", "MUSTER_RESOURCES is not JSON."],
    [
      "MUSTER_RESOURCES",
      JSON.stringify({ downloadUrl: "http://example.com" }),
      "The downloadUrl is https://…, of at most 200 characters and without a password.",
    ],
    ["MUSTER_REQUEST_LIMITS", "many", "MUSTER_REQUEST_LIMITS is not JSON."],
    [
      "MUSTER_REQUEST_LIMITS",
      JSON.stringify({ codesPerNetwork: 0 }),
      "codesPerNetwork must be a whole number from 20 to 100000.",
    ],
    ["MUSTER_TRIAL_DAYS", "-1", "MUSTER_TRIAL_DAYS must be a whole number from 0."],
    [
      "MUSTER_MAX_SEATS",
      "1000000",
      "MUSTER_MAX_SEATS must be at most 999999, which is the most that Stripe sells at once.",
    ],
    ["MUSTER_GRACE_DAYS", "two weeks", "MUSTER_GRACE_DAYS must be a whole number from 0."],
    ["MUSTER_PAYMENT_METHOD_TYPES", "card,cash", methods],
    ["MUSTER_PAYMENT_METHOD_TYPES", ",", methods],
    ["MUSTER_STRIPE_TAX", "yes", "MUSTER_STRIPE_TAX must be on or off."],
    ["MUSTER_STRIPE_URL", "stripe", "MUSTER_STRIPE_URL is not a URL."],
    ["MUSTER_MAIL_PER_HOUR", "1e3", "MUSTER_MAIL_PER_HOUR must be a whole number from 1."],
    ["MUSTER_REPLY_TO_INVITER", "yes", "MUSTER_REPLY_TO_INVITER must be on or off."],
    ["MUSTER_MAIL_PER_HOUR", "all", "MUSTER_MAIL_PER_HOUR must be a whole number from 1."],
    ["MUSTER_MAIL_FROM", "muster", from],
    ["MUSTER_MAIL_FROM", "Muster <muster@example.com>", from],
    ["MUSTER_MAIL_FROM", "muster@example.com\nBcc: eve@example.com", from],
    ["MUSTER_WORK_QUEUE_URL", "work", "MUSTER_WORK_QUEUE_URL is not a URL."],
    ["MUSTER_MAIL_QUEUE_URL", "mail", "MUSTER_MAIL_QUEUE_URL is not a URL."],
    ["MUSTER_CODES_QUEUE_URL", "codes", "MUSTER_CODES_QUEUE_URL is not a URL."],
    ["MUSTER_IMPORTS_QUEUE_URL", "imports", "MUSTER_IMPORTS_QUEUE_URL is not a URL."],
  ])("%s=%o is refused", (name, value, sentence) => {
    expect(() => config(names, { ...whole, [name]: value })).toThrow(new Error(sentence));
  });

  test.each(["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000"])(
    "but a local run may use %s",
    (url) => {
      expect(config(["MUSTER_SITE_URL"], { MUSTER_SITE_URL: url })).toEqual({ MUSTER_SITE_URL: url });
    },
  );
});

describe("on Lambda", () => {
  const lambda = { AWS_LAMBDA_FUNCTION_NAME: "muster-api" };

  test("the site has no plain http, even on loopback", () => {
    const environment = { ...lambda, MUSTER_SITE_URL: "http://127.0.0.1:3000" };
    expect(() => config(["MUSTER_SITE_URL"], environment)).toThrow("MUSTER_SITE_URL must be https:// on Lambda.");
  });

  test("secrets are not in the environment", () => {
    const sentence = "MUSTER_SECRETS is for local runs: on Lambda set MUSTER_SECRETS_ARN.";
    expect(() => config(["MUSTER_SECRETS"], { ...lambda, MUSTER_SECRETS: "{}" })).toThrow(sentence);
    const file = { ...lambda, MUSTER_SECRETS_FILE: "/tmp/secrets.json" };
    expect(() => config(["MUSTER_SECRETS_FILE"], file)).toThrow("MUSTER_SECRETS_FILE is for local runs.");
  });

  test("Stripe is Stripe", () => {
    const environment = { ...lambda, MUSTER_STRIPE_URL: "http://127.0.0.1:4242" };
    const sentence = "MUSTER_STRIPE_URL is for local runs: on Lambda it is Stripe itself.";
    expect(() => config(["MUSTER_STRIPE_URL"], environment)).toThrow(sentence);
  });

  test("the rest is the same", () => {
    const { MUSTER_SECRETS: _, MUSTER_SECRETS_FILE: __, MUSTER_STRIPE_URL: ___, ...less } = whole;
    expect(config(names, { ...lambda, ...less }).MUSTER_SITE_URL).toBe(whole.MUSTER_SITE_URL);
  });
});

describe("the sources", () => {
  const shipped = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !/(^|\/)(node_modules|dist|runtime|testing)\/|\.test\.ts$/.test(file))
      .map((file) => join(folder, file));

  test("read the environment only in functions/config.ts", () => {
    const files = [...shipped("core"), ...shipped("functions")];
    expect(files.length).toBeGreaterThan(40);
    const readers = files.filter((file) =>
      /\bprocess\s*(\?\.|\.|\[["'])\s*env\b|\benv\b.*from "node:process"/.test(readFileSync(file, "utf8")),
    );
    expect(readers).toEqual(["functions/config.ts"]);
  });
});
