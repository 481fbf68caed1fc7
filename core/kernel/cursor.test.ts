import { resultOf } from "@muster/local/testing/result.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { put } from "../table/table.ts";
import { open, page, seal } from "./cursor.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.table.write(...["a", "b", "c"].map((sk) => put({ pk: "org_1", sk }, {})));
});
const position = { pk: "org_1", sk: "b" };
const refused = expect.objectContaining({ code: "cursor.invalid", kind: "invalid" });

test("pages follow each other, and the last one has no cursor", async () => {
  const first = await page("list org_1", { pk: "org_1", limit: 2 }, undefined);
  expect(first.items.map(({ sk }) => sk)).toEqual(["a", "b"]);
  const second = await page("list org_1", { pk: "org_1", limit: 2 }, first.next);
  expect(second.items.map(({ sk }) => sk)).toEqual(["c"]);
  expect(second).not.toHaveProperty("next");
});

test("a cursor opens only in the list and for the owner that it was made for", async () => {
  const cursor = seal("list org_1", position);
  expect(open("list org_1", cursor)).toEqual(position);
  for (const scope of ["list org_2", "other org_1", "", "list org_1 "]) {
    expect(() => open(scope, cursor)).toThrow(refused);
  }
  expect(await resultOf(page("list org_2", { pk: "org_2" }, cursor))).toBe("cursor.invalid");
});

test("a forged or changed cursor opens nothing", () => {
  const cursor = seal("list org_1", position);
  const [body = "", tag = ""] = cursor.split(".");
  const forged = Buffer.from(JSON.stringify({ pk: "org_2", sk: "a" })).toString("base64url");
  const wrong = ["", ".", body, `${body}.`, `.${tag}`, `${forged}.${tag}`, `${cursor}xx`, `${body}.${tag.slice(2)}`];
  for (const one of wrong) expect(() => open("list org_1", one)).toThrow(refused);
  const property = fc.property(fc.string(), (text) => {
    expect(() => open("list org_1", text)).toThrow(refused);
  });
  fc.assert(property);
});

test("a cursor reveals nothing, and is the same for the same position", () => {
  const secret = { pk: "org_1", sk: "ada@example.com" };
  const cursor = seal("list org_1", secret);
  const [body = ""] = cursor.split(".");
  expect(Buffer.from(body, "base64url").toString("latin1")).not.toMatch(/ada|example|org_1|pk|sk/);
  expect(seal("list org_1", secret)).toBe(cursor);
  const [other = ""] = seal("list org_1", { pk: "org_1", sk: "bob@example.com" }).split(".");
  expect(other.slice(0, 12)).not.toBe(body.slice(0, 12));
});

test("a cursor of another deployment opens nothing", () => {
  const cursor = seal("list org_1", position);
  world.rebind({ pepper: "another pepper with 32 characters or more" });
  expect(() => open("list org_1", cursor)).toThrow(refused);
  world.rebind();
});
