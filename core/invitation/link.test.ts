import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { provide } from "../kernel/context.ts";
import * as Link from "./link.ts";
import * as Recipient from "./recipient.ts";

const anonymous = { actor: { type: "public" as const, origin: { ip: "203.0.113.9", agent: "" } } };
const printable = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n));

let fixture: OrganizationFixture;
let token: string;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 4 });
  await fixture.invite("bob@example.com");
  token = await fixture.tokenOf("bob@example.com");
});

const isRead = (spelling: string) => Link.read(spelling) !== undefined;

describe("a link", () => {
  test("names the invitation, its organization, the inviter, and its attempt", async () => {
    const row = await fixture.rowOf("bob@example.com");
    expect(Link.read(token)).toEqual({
      organization: fixture.organization,
      address: row?.pk,
      by: fixture.ada.account,
      attempt: 1,
    });
  });

  test("that is forged leads nowhere", async () => {
    const outcome = (made: string) => resultOf(provide(anonymous, () => Recipient.preview({ token: made })));
    const forged = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
    const elsewhere = token.replace(/\d+\./, "2.");
    for (const made of [forged, elsewhere, "", "mst_inv_", token.slice(0, -1)]) {
      expect(await outcome(made)).toBe("invitation.missing");
    }
  });

  test("has only one spelling: no character can be changed, missing or added", () => {
    const places = Array.from(token, (_, at) => at);
    const replaced = places.flatMap((at) => printable.map((one) => token.slice(0, at) + one + token.slice(at + 1)));
    const inserted = [...places, token.length].flatMap((at) =>
      printable.map((one) => token.slice(0, at) + one + token.slice(at)),
    );
    const shortened = places.map((at) => token.slice(0, at) + token.slice(at + 1));
    const around = ["\n", "\0", "=", "\u200b"].flatMap((one) => [`${token}${one}`, `${one}${token}`]);
    const others = [...replaced, ...inserted, ...shortened, ...around].filter((one) => one !== token);
    expect(others.length).toBeGreaterThan(2 * 94 * token.length);
    expect(others.filter(isRead)).toEqual([]);
    expect(isRead(token)).toBe(true);
  });
});
