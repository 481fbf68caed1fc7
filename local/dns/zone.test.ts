import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openZone } from "./zone.ts";

test("names are the same in any case and with a dot at the end, and have several records", async () => {
  const { dns, add, remove, records } = openZone();
  add({ name: "_Muster.ACME.com.", type: "TXT", value: "one" });
  add({ name: "_muster.acme.com", type: "TXT", value: "two" });
  add({ name: "_muster.acme.com", type: "TXT", value: "two" });
  expect(await dns.text("_MUSTER.acme.com.")).toEqual({ values: ["one", "two"] });
  remove({ name: "_muster.acme.com.", type: "TXT", value: "one" });
  expect(records()).toEqual([{ name: "_muster.acme.com", type: "TXT", value: "two" }]);
  expect(await dns.text("acme.com")).toEqual({ values: [] });
});

test("an alias hides what stands beside it, and a wildcard answers for names without records", async () => {
  const { dns, add } = openZone();
  add({ name: "*.acme.com", type: "TXT", value: "any" });
  add({ name: "_muster.acme.com", type: "CNAME", value: "records.example.net" });
  add({ name: "_muster.acme.com", type: "TXT", value: "beside" });
  expect(await dns.text("_muster.acme.com")).toEqual({ alias: true });
  expect(await dns.text("a.b.acme.com")).toEqual({ values: ["any"] });
  expect(await dns.text("acme.com")).toEqual({ values: [] });
});

test("records of a file outlast the process", async () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-zone-"));
  const file = join(folder, "dns.json");
  const record = { name: "_muster.acme.com", type: "TXT", value: "kept" } as const;
  openZone(file).add(record);
  expect(openZone(file).records()).toEqual([record]);
  rmSync(folder, { recursive: true });
});
